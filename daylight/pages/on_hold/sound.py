"""Sound in plain Python: reads WAV of any usual kind, makes it fit for a telephone line, writes what players take.

A telephone carries 8,000 samples a second of one voice. Python's own `audioop` is gone since 3.13, so mixing,
resampling and G.711 are here: 45 seconds at 22,050 Hz take about two seconds, once for each new message.
"""

import math
import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul

RATE = 8000
"""Samples a second on a telephone line."""

TAPS = 24
"""Zero crossings on either side of the filter: what is above the line's band is 60 dB down."""

PASSES = 0.425
"""Share of the lower rate up to which sound is kept: 3,400 Hz of a line, as telephones do."""

PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
QUIET = 200
"""A peak below this, of 32,768, is silence: about -44 dB."""


class NotSound(Exception):
    """This is no sound that we can read; the sentence says what would be."""


@dataclass(frozen=True)
class Sound:
    """One voice: 16-bit samples at a rate."""

    samples: "array[int]"
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    @property
    def is_silent(self) -> bool:
        """Whether nobody would hear anything: less than a fiftieth of it is louder than a line's noise."""
        step = max(1, self.rate // 50)
        frames = [self.samples[start : start + step] for start in range(0, len(self.samples), step)]
        loud = sum(max(map(abs, frame)) > QUIET for frame in frames if frame)
        return loud < max(1, len(frames) / 50)


def for_line(sound: Sound) -> Sound:
    """The same at 8,000 Hz."""
    return Sound(_resampled(sound.samples, sound.rate, RATE), RATE)


def to_bytes(samples: "array[int]") -> bytes:
    """16-bit samples, little end first: the .sln of Asterisk."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples.tobytes()


def from_bytes(raw: bytes) -> "array[int]":
    """What `to_bytes` made."""
    samples = array("h")
    samples.frombytes(raw[: len(raw) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def mu_law(samples: Sequence[int]) -> bytes:
    """G.711 as North America and Japan speak it, a byte a sample."""
    table = _mu_law_table()
    return bytes(table[(sample >> 2) + 8192] for sample in samples)


def wav(sound: Sound) -> bytes:
    """16-bit PCM in a WAV."""
    return _riff(struct.pack("<HHIIHH", PCM, 1, sound.rate, sound.rate * 2, 2, 16), to_bytes(sound.samples))


def mu_law_wav(sound: Sound) -> bytes:
    """µ-law in a WAV, as telephone systems upload it."""
    form = struct.pack("<HHIIHHH", MU_LAW, 1, sound.rate, sound.rate, 1, 8, 0)
    fact = b"fact" + struct.pack("<II", 4, len(sound.samples))
    return _riff(form, mu_law(sound.samples), between=fact)


def read_wav(raw: bytes) -> Sound:
    """A WAV of 8, 16, 24 or 32 bits, of floats, of µ-law or A-law, mixed to one voice. Raises NotSound."""
    if raw[:4] != b"RIFF" or raw[8:12] != b"WAVE":
        raise NotSound("This is not a WAV file.")
    form, data = b"", b""
    for name, body in _chunks(raw):
        if name == b"fmt ":
            form = body
        elif name == b"data":
            data = body
    if len(form) < 16 or not data:
        raise NotSound("This WAV file holds no sound.")
    code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if code == EXTENSIBLE and len(form) >= 26:
        code = struct.unpack("<H", form[24:26])[0]
    if not 1 <= channels <= 8 or not 4000 <= rate <= 192_000:
        raise NotSound(f"A WAV with {channels} channels at {rate} samples a second is not used on a telephone.")
    return Sound(_mixed(_decoded(data, code, bits), channels), rate)


def _chunks(raw: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a RIFF; one whose length is wrong, as of a stream, ends with the file."""
    found, place = [], 12
    while place + 8 <= len(raw):
        name, length = raw[place : place + 4], struct.unpack("<I", raw[place + 4 : place + 8])[0]
        found.append((name, raw[place + 8 : place + 8 + length]))
        place += 8 + length + length % 2
    return found


def _decoded(data: bytes, code: int, bits: int) -> "array[int]":
    if code == MU_LAW:
        return array("h", map(_mu_law_values().__getitem__, data))
    if code == A_LAW:
        return array("h", map(_a_law_values().__getitem__, data))
    if code == PCM and bits == 8:
        return array("h", [(byte - 128) << 8 for byte in data])
    if code == PCM and bits == 16:
        return from_bytes(data)
    if code == PCM and bits in {24, 32}:
        wide = bits // 8
        whole = len(data) // wide * wide
        high = bytearray(whole // wide * 2)  # The two upper bytes are the sample in 16 bits.
        high[0::2], high[1::2] = data[wide - 2 : whole : wide], data[wide - 1 : whole : wide]
        return from_bytes(bytes(high))
    if code == FLOAT and bits == 32:
        whole = len(data) // 4
        return array("h", [_clipped(value * 32767) for value in struct.unpack(f"<{whole}f", data[: whole * 4])])
    raise NotSound(f"A WAV of kind {code} with {bits} bits is not one we read. Save it as 16-bit PCM.")


def _mixed(samples: "array[int]", channels: int) -> "array[int]":
    if channels == 1:
        return samples
    parts = [samples[number::channels] for number in range(channels)]
    return array("h", [sum(values) // channels for values in zip(*parts, strict=False)])


def _clipped(value: float) -> int:
    return 0 if math.isnan(value) else max(-32768, min(32767, round(value)))


def _resampled(samples: "array[int]", rate: int, wanted: int) -> "array[int]":
    """By a windowed sinc, worked out once for each of the few places a new sample can have between two old ones."""
    if rate == wanted or not samples:
        return samples
    shared = math.gcd(rate, wanted)
    up, down = wanted // shared, rate // shared
    cutoff = PASSES * min(rate, wanted) / rate
    half = math.ceil(TAPS / (2 * cutoff) / 2)
    phases = [_phase(number / up, half, cutoff) for number in range(up)] if up <= 4 * RATE else []
    padded = array("h", bytes(2 * half)) + samples + array("h", bytes(2 * (half + 1)))
    count = len(samples) * up // down
    made = array("h", bytes(2 * count))
    for number in range(count):
        place, phase = divmod(number * down, up)
        taps = phases[phase] if phases else _phase(phase / up, half, cutoff)
        value = sum(map(mul, padded[place : place + 2 * half + 1], taps))
        made[number] = max(-32768, min(32767, round(value)))
    return made


def _phase(offset: float, half: int, cutoff: float) -> list[float]:
    """The weights of the old samples around a new one that lies `offset` behind the middle one; they add up to one."""
    weights = []
    for number in range(-half, half + 1):
        x = number - offset
        reach = x / (half + 1)
        sinc = 1.0 if x == 0 else math.sin(2 * math.pi * cutoff * x) / (2 * math.pi * cutoff * x)
        window = 0.42 + 0.5 * math.cos(math.pi * reach) + 0.08 * math.cos(2 * math.pi * reach)
        weights.append(sinc * window)
    whole = sum(weights)
    return [weight / whole for weight in weights]


def _riff(form: bytes, data: bytes, *, between: bytes = b"") -> bytes:
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + between
    body += b"data" + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@cache
def _mu_law_table() -> bytes:
    """The byte of every fourth sample from -32,768 up, by G.711."""
    return bytes(_mu_law_of(value << 2) for value in range(-8192, 8192))


def _mu_law_of(sample: int) -> int:
    sign, size = (0x80, -sample) if sample < 0 else (0, sample)
    size = min(size, 32635) + 132
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 0x0F) & 0xFF


@cache
def _mu_law_values() -> tuple[int, ...]:
    values = []
    for byte in range(256):
        code = ~byte & 0xFF
        size = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
        values.append(-size if code & 0x80 else size)
    return tuple(values)


@cache
def _a_law_values() -> tuple[int, ...]:
    values = []
    for byte in range(256):
        code = byte ^ 0x55
        exponent, size = code >> 4 & 7, (code & 0x0F) << 4
        size = size + 8 if exponent == 0 else size + 264 << exponent - 1
        values.append(size if code & 0x80 else -size)
    return tuple(values)
