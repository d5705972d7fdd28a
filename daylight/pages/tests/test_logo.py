"""Of an uploaded logo nothing but the picture is passed on, small; whatever else comes is refused in a sentence."""

import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from daylight.pages.setting_up.logo import HIGHEST, MOST_BYTES, WIDEST, LogoRefused, drawn
from daylight.pages.tests import pictures


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGB")]
)
def test_every_kind_becomes_a_small_png(kind: str, mode: str) -> None:
    with Image.open(BytesIO(drawn(pictures.drawn(900, 300, kind=kind, mode=mode, colour=None)))) as picture:
        assert picture.format == "PNG"
        assert picture.size == (240, HIGHEST)


def test_a_small_one_is_not_blown_up() -> None:
    with Image.open(BytesIO(drawn(pictures.drawn(30, 20)))) as picture:
        assert picture.size == (30, 20)
    with Image.open(BytesIO(drawn(pictures.drawn(4000, 40)))) as picture:
        assert picture.size == (WIDEST, 4)


def test_nothing_written_into_the_file_is_passed_on() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "zqsecret")
    exif = Image.Exif()
    exif[0x010E] = "zqsecret"
    for body in (
        pictures.drawn(50, 50, pnginfo=told),
        pictures.drawn(50, 50, kind="JPEG", exif=exif, comment=b"zqsecret"),
    ):
        assert b"zqsecret" in body
        assert b"zqsecret" not in drawn(body)
        assert set(chunks(drawn(body))) <= {b"IHDR", b"IDAT", b"IEND"}


def chunks(png: bytes) -> list[bytes]:
    found, place = [], 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        found.append(png[place + 4 : place + 8])
        place += 12 + length
    return found


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that claims many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 6, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"  <?xml version='1.0'?><svg/>", "SVG"),
        (b"GIF89a" + bytes(50), "no picture we can read"),
        (b"\x89PNG\r\n\x1a\nrubbish", "no picture we can read"),
        (pictures.drawn(60, 60)[:-40], "no picture we can read"),
        (b"", "no picture we can read"),
        (a_bomb(6000, 6000), "too many pixels"),
        (a_bomb(60000, 60000), "too many pixels"),
        (bytes(MOST_BYTES + 1), "larger than 1 MB"),
    ],
)
def test_what_is_no_logo_is_refused_in_a_sentence(body: bytes, says: str) -> None:
    with pytest.raises(LogoRefused, match=says):
        drawn(body)
