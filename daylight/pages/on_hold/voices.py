"""Text becomes sound by a command of this machine: espeak-ng when it is here, or whichever the operator named."""

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from daylight.pages.on_hold import sound
from daylight.pages.on_hold.opening import open_sound
from daylight.pages.on_hold.sound import NotSound, Sound

BUILT_IN = "espeak-ng -v {language} -s 150 -w {out} -f {text_file}"
LONGEST_PROBLEM = 300


class NoVoice(Exception):
    """No command that speaks is on this machine: install espeak-ng, or name another one."""


class VoiceFailed(Exception):
    """The command did not make a sound; the sentence says what it said."""


@dataclass(frozen=True)
class Voice:
    """A command that reads a text aloud into a file. `words` may hold {text_file}, {language} and {out}."""

    words: Sequence[str]
    seconds: int

    @property
    def name(self) -> str:
        """What the desk calls it."""
        return Path(self.words[0]).name

    def say(self, text: str, *, language: str) -> Sound:
        """The text as one voice on a line of 8,000 Hz. Raises VoiceFailed."""
        with tempfile.TemporaryDirectory(prefix="daylight-voice-") as folder:
            written, out = Path(folder, "text.txt"), Path(folder, "voice.wav")
            written.write_text(f"{text}\n", encoding="utf-8")
            self._run({"text_file": str(written), "language": language, "out": str(out)}, folder)
            try:
                made = sound.for_line(open_sound(out.read_bytes()))
            except FileNotFoundError:
                raise VoiceFailed(f"{self.name} wrote no file.") from None
            except NotSound as problem:
                raise VoiceFailed(f"{self.name} wrote something else than sound: {problem}") from None
        if made.is_silent:
            raise VoiceFailed(f"{self.name} made a silent file; see whether it knows the language “{language}”.")
        return made

    def _run(self, facts: Mapping[str, str], folder: str) -> None:
        words = [filled(word, facts) for word in self.words]
        try:
            done = subprocess.run(
                words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=self.seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise VoiceFailed(f"{self.name} took longer than {self.seconds} seconds and was stopped.") from None
        except OSError as problem:
            raise VoiceFailed(f"{self.name} cannot be run: {problem.strerror}.") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[-LONGEST_PROBLEM:]
            raise VoiceFailed(f"{self.name} ended with {done.returncode}. {said}".strip())


def filled(word: str, facts: Mapping[str, str]) -> str:
    """A word of the command with its places filled; other braces stay as they are."""
    for name, value in facts.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def voice() -> Voice:
    """The voice of this machine. Raises NoVoice."""
    words = shlex.split(settings.VOICE_COMMAND or BUILT_IN)
    if not words or shutil.which(words[0]) is None:
        raise NoVoice
    return Voice(words, settings.VOICE_SECONDS)
