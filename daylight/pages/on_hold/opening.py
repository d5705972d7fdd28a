"""Opens a sound file of any kind: WAV by ourselves, others by a command when one is on this machine."""

import shutil
import subprocess

from daylight.pages.on_hold import sound
from daylight.pages.on_hold.sound import NotSound, Sound

DECODERS = (
    ("ffmpeg", "-v", "error", "-i", "pipe:0", "-t", "600", "-f", "wav", "-ac", "1", "-ar", "8000", "pipe:1"),
    ("sox", "-V1", "-t", "{kind}", "-", "-t", "wav", "-b", "16", "-c", "1", "-r", "8000", "-"),
    ("lame", "--quiet", "--decode", "--mp3input", "-", "-"),
    ("mpg123", "-q", "-m", "-w", "-", "-"),
)
"""What can open other files, best first. None of them sees a name or a path that somebody else chose."""

SECONDS = 30
MP3_ONLY = frozenset({"lame", "mpg123"})

KINDS = {b"ID3": "mp3", b"OggS": "ogg", b"fLaC": "flac", b"FORM": "aiff", b".snd": "au"}


def open_sound(raw: bytes) -> Sound:
    """The sound in a file. Raises NotSound with a sentence that says what to do."""
    if raw[:4] == b"RIFF":
        return sound.read_wav(raw)
    kind = kind_of(raw)
    if not kind:
        raise NotSound("This is neither a WAV nor an MP3, Ogg, FLAC, AIFF or AU file.")
    for command in DECODERS:
        if shutil.which(command[0]) and (kind == "mp3" or command[0] not in MP3_ONLY):
            return sound.read_wav(_converted([word.replace("{kind}", kind) for word in command], raw, kind))
    raise NotSound(f"This machine cannot open {kind.upper()} files. Upload a WAV, or have ffmpeg installed.")


def kind_of(raw: bytes) -> str:
    """The kind of a sound file by how it begins; empty when it is none that we know."""
    if len(raw) > 2 and raw[0] == 0xFF and raw[1] & 0xE0 == 0xE0:
        return "mp3"
    return next((kind for mark, kind in KINDS.items() if raw.startswith(mark)), "")


def _converted(command: list[str], raw: bytes, kind: str) -> bytes:
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise NotSound(f"This {kind.upper()} file cannot be opened.") from None
    if done.returncode or not done.stdout:
        raise NotSound(f"This {kind.upper()} file cannot be opened; it may be damaged.")
    return done.stdout
