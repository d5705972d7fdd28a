"""Reads CSV files as people really have them: finds out how one is written, then streams its records.

A record that cannot be read becomes a record with a fault, and reading goes on at the next line: one open
quotation mark must not swallow the rest of a file. Memory does not grow with the file.
"""

import codecs
import csv
import io
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import charset_normalizer

LONGEST_LINE = 1_000_000
LONGEST_CELL = 20_000
MOST_LINES = 500
"""A record with more lines than this is taken for an open quotation mark."""

SAMPLE = 256 * 1024
BLOCK = 1024 * 1024
SEPARATORS = (",", ";", "\t", "|")

csv.field_size_limit(LONGEST_LINE * 2)


class Unusable(Exception):
    """The file is nothing we can read; the message tells the person who has it what to do."""


@dataclass(frozen=True)
class Layout:
    """How a file is written. `first_byte` and `first_line` say where its records begin, the header among them."""

    encoding: str
    separator: str
    first_byte: int
    first_line: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the number of its first line (from 1), its cells, and what is wrong with it, if anything is."""

    line: int
    cells: list[str]
    fault: str = ""


KNOWN_BEGINNINGS = (
    (b"PK\x03\x04", "This is a spreadsheet or a ZIP archive. Open it and save it as CSV, then give us that file."),
    (b"\xd0\xcf\x11\xe0", "This is an Excel workbook. Open it and save it as CSV, then give us that file."),
    (b"%PDF", "This is a PDF. Ask for the list as a spreadsheet and save it as CSV."),
    (b"\x1f\x8b", "This file is compressed. Unpack it and give us the CSV inside."),
    (b"SQLite format 3", "This is a database. Export the table as CSV."),
    (b"\x89PNG", "This is a picture. We need the list as CSV."),
    (b"\xff\xd8\xff", "This is a picture. We need the list as CSV."),
    (b"{\\rtf", "This is a text document. Save the list as CSV."),
)


def examine(path: Path) -> Layout:
    """Find out how the file at `path` is written. Raises Unusable.

    A file in UTF-16, UTF-32 or with bare carriage returns is rewritten in place as UTF-8 with line feeds, because
    only then can reading go on at any byte.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise Unusable("The file is empty.")
    for beginning, sentence in KNOWN_BEGINNINGS:
        if head.startswith(beginning):
            raise Unusable(sentence)
    wide = _wide_encoding(head)
    if not wide and _is_binary(head):
        raise Unusable("This is not a text file. Save the list as CSV and give us that file.")
    if wide or (b"\r" in head and b"\n" not in head):
        _rewrite(path, wide or _encoding(path))
        return examine(path) if not wide else _layout(path, "utf-8")
    return _layout(path, _encoding(path))


def _layout(path: Path, encoding: str) -> Layout:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    first_byte = 3 if head.startswith(codecs.BOM_UTF8) else 0
    first, _, _ = head[first_byte:].partition(b"\n")
    announced = first.strip().lower()
    if announced.startswith(b"sep=") and len(announced) == 5:
        return Layout(encoding, announced[4:].decode("ascii", "replace"), first_byte + len(first) + 1, 1)
    if first.strip(b"\r").lower() == b"sep=\t":
        return Layout(encoding, "\t", first_byte + len(first) + 1, 1)
    return Layout(encoding, _separator(head[first_byte:].decode(encoding, "replace")), first_byte, 0)


def _wide_encoding(head: bytes) -> str:
    marks = (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    for mark, name in marks:
        if head.startswith(mark):
            return name
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = min(len(head), 4096) // 2
    if odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def _is_binary(head: bytes) -> bool:
    strange = sum(head.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13))
    return strange > max(8, len(head) // 50)


def _rewrite(path: Path, encoding: str) -> None:
    aside = path.with_name(path.name + ".new")
    try:
        with path.open(encoding=encoding, newline=None) as source, aside.open("w", encoding="utf-8", newline="") as out:
            while block := source.read(BLOCK):
                out.write(block.removeprefix("\ufeff"))
    except UnicodeError:
        aside.unlink(missing_ok=True)
        raise Unusable("The file breaks off inside a character. Save it again as CSV in UTF-8.") from None
    aside.replace(path)


def _encoding(path: Path) -> str:
    """UTF-8 unless most lines with other letters say otherwise; the whole file is looked at, not its beginning."""
    fine = wrong = 0
    sample = bytearray()
    with path.open("rb") as file:
        rest = b""
        while block := file.read(BLOCK):
            if block.isascii() and rest.isascii():
                rest = b""
                continue
            whole, newline, rest = (rest + block).rpartition(b"\n")
            rest = rest if len(rest) < LONGEST_LINE else b""
            for line in (whole + newline).splitlines():
                good = _is_utf8(line)
                fine, wrong = fine + (good is True), wrong + (good is False)
                if good is False and len(sample) < SAMPLE:
                    sample += line[:2000] + b"\n"
        if _is_utf8(rest) is False:
            wrong, sample = wrong + 1, sample + rest[:2000]
    if not wrong or wrong * 10 <= fine:
        return "utf-8"
    return _narrow_encoding(bytes(sample))


def _is_utf8(line: bytes) -> bool | None:
    """Whether a line that is not plain ASCII is UTF-8; None when it is plain."""
    if line.isascii():
        return None
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


USUAL = frozenset("äöüßéèêëáàâãåæçíìîïñóòôõøœúùûýÿšžÄÖÜÉÈÊÁÀÂÃÅÆÇÍÎÑÓÔÕØŒÚŠŽ€–—‘’“”„«»°§·…®")  # noqa: RUF001


def _narrow_encoding(sample: bytes) -> str:
    """The likeliest of the one-byte encodings of the west, or what charset-normalizer finds for the rest."""
    best = max(("cp1252", "mac_roman", "cp850"), key=lambda name: _usual_share(sample, name))
    if _usual_share(sample, best) > 0.85:
        return best
    found = charset_normalizer.from_bytes(sample).best()
    name = found.encoding if found else "latin_1"
    return name if name not in {"ascii", "utf_8"} else "latin_1"


def _usual_share(sample: bytes, encoding: str) -> float:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    others = [letter for letter in text if ord(letter) > 127]
    return sum(letter in USUAL for letter in others) / max(1, len(others))


def _separator(text: str) -> str:
    lines = text.splitlines(keepends=True)[:60]
    if len(lines) > 2 and not text.endswith("\n"):
        lines.pop()

    def worth(separator: str) -> tuple[float, int]:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator) if cells)
        if not widths:
            return (0.0, 0)
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
        return (times / widths.total() if width > 1 else 0.0, width)

    return max(SEPARATORS, key=worth)


class _Runaway(Exception):
    """The record has grown beyond any sense."""


class _Lines:
    """The lines of a file as text, remembering those of the record at hand so that reading can be taken up again."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._encoding = encoding
        self._pushed: deque[bytes] = deque()
        self._size = 0
        self.taken: list[bytes] = []
        self.fault = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._pushed.popleft() if self._pushed else self._file.readline(LONGEST_LINE)
        if not raw:
            raise StopIteration
        self.taken.append(raw)
        self._size += len(raw)
        if len(self.taken) > MOST_LINES or self._size >= LONGEST_LINE:
            raise _Runaway
        if b"\x00" in raw:
            self.fault = "The row holds a NUL character, which no text has."
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError:
            self.fault = f"The row is not written in {self._encoding} as the rest of the file is."
            return raw.decode(self._encoding, "replace")

    def forget(self) -> int:
        """The record is done; returns its bytes."""
        size, self._size, self.fault = self._size, 0, ""
        self.taken.clear()
        return size

    def keep_first_only(self) -> int:
        """Give back every line but the first of the record; returns the bytes of that one, read to its end."""
        first, rest = self.taken[0], self.taken[1:]
        self._pushed.extendleft(reversed(rest))
        self.forget()
        size = len(first)
        while not rest and not first.endswith(b"\n"):
            first = self._file.readline(LONGEST_LINE)
            if not first:
                break
            size += len(first)
        return size


class Records:
    """The records of a file from a byte on. After each, `position` and `line` say where the next begins."""

    def __init__(self, file: BinaryIO, *, encoding: str, separator: str, position: int, line: int) -> None:
        file.seek(position)
        self.position = position
        self.line = line
        self._separator = separator
        self._lines = _Lines(file, encoding)
        self._reader = self._fresh()

    def take(self, limit: int) -> list[Record]:
        """Up to `limit` records, blank lines left out; none at the end of the file."""
        records: list[Record] = []
        lines = self._lines
        while len(records) < limit:
            try:
                cells = next(self._reader)
            except StopIteration:
                break
            except _Runaway:
                records.append(
                    self._resume("A quotation mark opens in this row and does not close, or it is too long.")
                )
                continue
            except csv.Error as problem:
                records.append(self._resume(_sentence(problem)))
                continue
            first, fault = self.line + 1, lines.fault
            self.line += len(lines.taken)
            self.position += lines.forget()
            if fault or any(cells):
                records.append(Record(first, cells, fault))
        return records

    def _fresh(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self._separator, strict=True)

    def _resume(self, fault: str) -> Record:
        first = self._lines.taken[0][:LONGEST_CELL].decode("utf-8", "replace").rstrip("\r\n")
        self.position += self._lines.keep_first_only()
        self.line += 1
        self._reader = self._fresh()
        return Record(self.line, [first], fault)


def _sentence(problem: csv.Error) -> str:
    words = str(problem)
    if "expected after" in words:
        return "Text follows a closing quotation mark. Double the marks inside a quoted text, or take them out."
    if "unexpected end" in words:
        return "A quotation mark opens in this row and does not close."
    if "new-line character" in words:
        return "A line break stands in the middle of this row, outside quotation marks."
    return "This row is too long to be one row."


def first_record(path: Path, layout: Layout) -> tuple[Record | None, int, int]:
    """The first record, and the byte and line after it; None when there is none."""
    with path.open("rb") as file:
        records = open_records(file, layout)
        found = records.take(1)
        return (found[0] if found else None), records.position, records.line


def open_records(file: BinaryIO | io.BufferedReader, layout: Layout) -> Records:
    """The records of an open file from its first on."""
    return Records(
        file,
        encoding=layout.encoding,
        separator=layout.separator,
        position=layout.first_byte,
        line=layout.first_line,
    )
