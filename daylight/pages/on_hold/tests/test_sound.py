"""Sound in plain Python, against what is known of G.711 and of filters; with sox beside it where it is here."""

import math
import shutil
import struct
import subprocess
from array import array
from pathlib import Path

import pytest

from daylight.pages.on_hold import sound
from daylight.pages.on_hold.formats import sounds_of
from daylight.pages.on_hold.opening import kind_of, open_sound
from daylight.pages.on_hold.sound import NotSound, Sound

SOX = shutil.which("sox")
with_sox = pytest.mark.skipif(SOX is None, reason="sox is not on this machine")


def a_tone(hertz: float, *, rate: int = 8000, seconds: float = 0.4, loud: int = 16000) -> Sound:
    count = round(rate * seconds)
    return Sound(array("h", [round(loud * math.sin(2 * math.pi * hertz * n / rate)) for n in range(count)]), rate)


def test_mu_law_is_that_of_the_standard() -> None:
    """Values of ITU-T G.711, table 2a: the ends of the scale, zero, and the smallest steps."""
    assert list(sound.mu_law(array("h", [0, 8031 * 4, -8031 * 4, 8, -8]))) == [0xFF, 0x80, 0x00, 0xFE, 0x7E]


def test_what_is_encoded_comes_back_within_the_step_of_its_loudness() -> None:
    tone = a_tone(440)

    back = sound.read_wav(sound.mu_law_wav(tone)).samples

    assert len(back) == len(tone.samples)
    assert all(abs(a - b) <= max(8, abs(a) // 16) for a, b in zip(tone.samples, back, strict=True))


@pytest.mark.parametrize("rate", [11_025, 16_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_the_band_of_a_line_and_drops_what_is_above(rate: int) -> None:
    kept = sound.for_line(a_tone(1000, rate=rate))
    dropped = sound.for_line(a_tone(5200, rate=rate))

    assert len(kept.samples) == pytest.approx(3200, abs=1)
    assert max(kept.samples[400:-400]) == pytest.approx(16_000, rel=0.02)
    assert max(map(abs, dropped.samples[400:-400])) < 60


@pytest.mark.parametrize(
    ("code", "bits", "pack"),
    [
        (1, 8, lambda v: struct.pack("<B", (v >> 8) + 128)),
        (1, 16, lambda v: struct.pack("<h", v)),
        (1, 24, lambda v: struct.pack("<i", v << 8)[:3]),
        (1, 32, lambda v: struct.pack("<i", v << 16)),
        (3, 32, lambda v: struct.pack("<f", v / 32767)),
    ],
)
def test_every_usual_wav_is_read_and_mixed_to_one_voice(code: int, bits: int, pack: object) -> None:
    left = [0, 1000, -1000, 32_000, -32_000]
    data = b"".join(pack(value) + pack(0) for value in left)  # type: ignore[operator]
    form = struct.pack("<HHIIHH", code, 2, 8000, 8000 * bits // 4, bits // 4, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"LIST" + struct.pack("<I", 4) + b"abcd"
    body += b"data" + struct.pack("<I", len(data)) + data

    read = sound.read_wav(b"RIFF" + struct.pack("<I", len(body)) + body)

    assert read.rate == 8000
    assert [round(value / 128) for value in read.samples] == pytest.approx([v / 256 for v in left], abs=1)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "neither a WAV nor"),
        (b"%PDF-1.7", "neither a WAV nor"),
        (b"RIFF\0\0\0\0WAVE", "holds no sound"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + b"\0" * 16 + b"data\2\0\0\0ab", "channels"),
        (sound.wav(Sound(array("h", [1, 2]), 8000)).replace(b"\x01\0\x01\0", b"\x11\0\x01\0", 1), "Save it as 16-bit"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_sentence(raw: bytes, says: str) -> None:
    with pytest.raises(NotSound, match=says):
        open_sound(raw)


def test_a_file_is_known_by_how_it_begins() -> None:
    beginnings = (b"ID3\x03", b"\xff\xfb\x90", b"OggS", b"fLaC", b"<html>")
    assert [kind_of(raw) for raw in beginnings] == ["mp3", "mp3", "ogg", "flac", ""]


def test_silence_is_told_from_a_voice() -> None:
    hum = Sound(array("h", [40, -40] * 4000), 8000)
    click = Sound(array("h", [9000] + [0] * 80_000), 8000)

    assert hum.is_silent
    assert click.is_silent
    assert not a_tone(300).is_silent
    assert Sound(array("h"), 8000).is_silent


@with_sox
@pytest.mark.parametrize(
    ("ending", "kind", "encoding"),
    [
        ("wav", "wav", "Signed Integer PCM"),
        ("ulaw.wav", "wav", "u-law"),
        ("mp3", "mp3", "MPEG audio"),
        ("ulaw", "ul", "u-law"),
        ("sln", "sln", "Signed Integer PCM"),
    ],
)
def test_sox_reads_every_file_hears_it_and_agrees_on_its_length(
    tmp_path: Path, ending: str, kind: str, encoding: str
) -> None:
    tone = a_tone(700, seconds=1.5)
    file = tmp_path / f"message.{ending}"
    file.write_bytes(sounds_of(sound.to_bytes(tone.samples)).formats[ending])
    said = ["-t", kind, *(["-r", "8000", "-c", "1"] if kind in {"ul", "sln"} else []), str(file)]

    heard = subprocess.run(["sox", "-V3", *said, "-n", "stat"], capture_output=True, text=True, check=True).stderr

    facts: dict[str, str] = {}
    for name, _, value in (line.partition(":") for line in heard.splitlines()):
        facts.setdefault(name.strip(), value.strip())
    assert encoding in facts["Sample Encoding"]
    assert facts["Sample Rate"] == "8000"
    assert float(facts["Length (seconds)"]) == pytest.approx(1.5, abs=0.2)
    assert float(facts["RMS     amplitude"]) == pytest.approx(16_000 / 32_768 / math.sqrt(2), rel=0.1)


@pytest.mark.skipif(not (SOX or shutil.which("lame") or shutil.which("ffmpeg")), reason="nothing here opens an MP3")
def test_an_mp3_is_opened_by_what_is_here() -> None:
    tone = a_tone(500, seconds=1)

    opened = open_sound(sounds_of(sound.to_bytes(tone.samples)).formats["mp3"])

    assert opened.seconds == pytest.approx(1, abs=0.2)
    assert not opened.is_silent


def test_an_mp3_without_anything_that_opens_it_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(NotSound, match=r"cannot open MP3 files. Upload a WAV"):
        open_sound(b"ID3\x03" + b"\0" * 100)
