"""Malformed files: each is answered with a sentence, or with a report of the rows that could not be taken."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from daylight.customers import csvfile
from daylight.customers.csvfile import Record, Unusable

HEADER = "number,name,email\n"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes(content)
        return path

    return write


def read(path: Path) -> list[Record]:
    layout = csvfile.examine(path)
    with path.open("rb") as file:
        records = csvfile.open_records(file, layout)
        found = []
        while batch := records.take(3):
            found += batch
        assert records.position == path.stat().st_size
        return found


def a_spreadsheet() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n\r\n  \n", "empty"),
        (a_spreadsheet(), "save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "save it as CSV"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\x1f\x8b\x08\x00abc", "compressed"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8", "breaks off"),
    ],
)
def test_what_is_no_csv_is_refused_with_the_way_out(
    written: Callable[[bytes], Path], content: bytes, word: str
) -> None:
    with pytest.raises(Unusable, match=word):
        csvfile.examine(written(content))


NAMES = "Jürgen Größe,Zoë Núñez,François Œuvré,Åsa Sjöström,Søren Kjær"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_found_out(written: Callable[[bytes], Path], encoding: str, ending: str) -> None:
    content = ("a,b,c,d,e\n" + f"{NAMES}\n" * 20).replace("\n", ending)

    found = read(written(content.encode(encoding)))

    assert [record.cells for record in found] == [list("abcde"), *[NAMES.split(",")] * 20]
    assert not any(record.fault for record in found)


def test_an_umlaut_after_the_sample_still_decides_the_encoding(written: Callable[[bytes], Path]) -> None:
    content = HEADER + "1,Ann,a@b.example\n" * 30_000 + "2,Jürgen Größe,j@b.example\n"

    found = read(written(content.encode("cp1252")))

    assert found[-1] == Record(30_002, ["2", "Jürgen Größe", "j@b.example"])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found_out(written: Callable[[bytes], Path], separator: str) -> None:
    lines = [["name", "note", "price"], ["Ann", 'says "a, b; c"', "1,50"], ["Bo", "x|y", "2,70"]]
    content = "\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)

    assert [record.cells for record in read(written(content.encode()))] == lines


def test_excel_may_announce_its_separator(written: Callable[[bytes], Path]) -> None:
    found = read(written(b"sep=;\r\nname;note\r\nAnn;a,b,c\r\n"))

    assert found == [Record(2, ["name", "note"]), Record(3, ["Ann", "a,b,c"])]


def test_quoted_line_breaks_keep_line_numbers_right(written: Callable[[bytes], Path]) -> None:
    found = read(written(b'a,b\n1,"two\nlines"\n\n\n2,"three\r\nmore\r\nlines"\n3,x\n'))

    assert [(record.line, record.cells[0]) for record in found] == [(1, "a"), (2, "1"), (6, "2"), (9, "3")]


@pytest.mark.parametrize(
    ("middle", "word"),
    [
        (b'2,"Bo,b@b.example', "quotation mark"),
        (b'2,"Bo" Bobson,b@b.example', "quotation mark"),
        (b"2,B\x00o,b@b.example", "NUL"),
        (b"2,J\xfcrgen,b@b.example", "not written in utf-8"),
        (b"2,B\ro,b@b.example", "line break"),
        (b"2," + b"x" * 3_000_000 + b",b@b.example", "too long"),
    ],
)
@pytest.mark.parametrize("following", [1, 2000])
def test_one_bad_row_costs_one_row(written: Callable[[bytes], Path], middle: bytes, word: str, following: int) -> None:
    good = "1,Zoë,a@b.example\n".encode() * 20
    content = HEADER.encode() + good + middle + b"\n" + b'3,"Cy",c@b.example\n' * following

    found = read(written(content))

    faulty = [record for record in found if record.fault]
    assert [record.line for record in faulty] == [22]
    assert word in faulty[0].fault
    assert sum(record.cells[0] == "3" for record in found) == following


def test_an_open_quotation_mark_in_the_last_row_is_a_fault(written: Callable[[bytes], Path]) -> None:
    found = read(written(b'a,b\n1,x\n2,"y'))

    assert [bool(record.fault) for record in found] == [False, False, True]


def test_reading_goes_on_at_any_place_reached(written: Callable[[bytes], Path]) -> None:
    rows = b"".join(b'%d,"J\xc3\xbcrgen\n%d",x\n' % (number, number) for number in range(200))
    path = written(b"a,b,c\n" + rows)
    layout = csvfile.examine(path)
    found, position, line = [], layout.first_byte, layout.first_line
    while True:
        with path.open("rb") as file:
            records = csvfile.Records(
                file, encoding=layout.encoding, separator=layout.separator, position=position, line=line
            )
            batch = records.take(7)
            position, line = records.position, records.line
        if not batch:
            break
        found += batch

    assert found == read(path)
    assert line == 401
