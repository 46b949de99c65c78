"""Reading a CSV file whose encoding and dialect nobody wrote down."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

ENCODINGS = ("utf-8-sig", "utf-16", "cp1250", "cp1251", "iso-8859-2")
DELIMITERS = (",", ";", "\t", "|")
SAMPLE_BYTES = 256 * 1024
MAX_CELL = 100_000
MAX_COLUMNS = 200
MAX_ROWS = 2_000_000

Row = tuple[int, dict[str, str]]


class UnreadableFileError(Exception):
    """The file as a whole cannot be taken in. `code` names the reason, `params` its details."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Dialect:
    """How the bytes of one file become rows."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]


def inspect(file: BinaryIO, *, encoding: str | None = None, known: Collection[str] = ()) -> Dialect:
    """Find out how `file` is written and read it once to its end.

    Reads every row, so that a file which breaks off or explodes half-way is refused before
    anything of it is stored. `known` are columns of which there must be one at least. Raises
    `UnreadableFileError`.
    """
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    if not sample.strip(b"\x00 \r\n\t\xff\xfe"):
        raise UnreadableFileError("empty_file")
    encoding = encoding or guess_encoding(sample)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample)
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first_line.count)
    draft = Dialect(encoding, delimiter, ())
    header = _checked_header(next(_cells(file, draft), (0, []))[1])
    if known and not set(header) & set(known):
        raise UnreadableFileError("no_known_column", known=", ".join(known))
    dialect = Dialect(encoding, delimiter, header)
    if not sum(1 for _ in rows(file, dialect)):
        raise UnreadableFileError("no_rows")
    return dialect


def rows(file: BinaryIO, dialect: Dialect) -> Iterator[Row]:
    """The rows below the header with the number of the line each ends on; blank ones left out."""
    lines = _cells(file, dialect)
    next(lines, None)
    for count, (line, cells) in enumerate(lines):
        if count >= MAX_ROWS:
            raise UnreadableFileError("too_many_rows", most=MAX_ROWS)
        if len(cells) > len(dialect.header) and any(cells[len(dialect.header) :]):
            raise UnreadableFileError(
                "too_many_cells", line=line, cells=len(cells), columns=len(dialect.header)
            )
        yield line, dict(zip(dialect.header, cells, strict=False))


def guess_encoding(sample: bytes) -> str:
    """UTF-8 and UTF-16 by what they are; the two Windows code pages by how letters stand.

    In Czech and Polish an accented letter stands alone between plain ones; in Russian every letter
    lies in the upper half, so that runs of high bytes are words.
    """
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        runs = re.findall(rb"[\x80-\xff]+", sample)
        mean_run = sum(len(run) for run in runs) / len(runs)
        return "cp1251" if mean_run > 2.5 else "cp1250"
    return "utf-8-sig"


def _checked_header(cells: list[str]) -> tuple[str, ...]:
    header = tuple(cell.strip() for cell in cells)
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > MAX_COLUMNS:
        raise UnreadableFileError("too_many_columns", most=MAX_COLUMNS)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnreadableFileError("column_twice", column=twice[0][:60])
    return header


def _cells(file: BinaryIO, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    kept = io.BufferedReader(_Kept(file))
    text = io.TextIOWrapper(kept, encoding=dialect.encoding, errors="strict", newline="")
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(_without_nul(text), delimiter=dialect.delimiter, strict=False)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        if "field larger" in str(error):
            raise UnreadableFileError(
                "cell_too_long", line=reader.line_num, most=MAX_CELL
            ) from error
        raise UnreadableFileError("not_csv", line=reader.line_num) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            "wrong_encoding", line=reader.line_num + 1, encoding=dialect.encoding
        ) from error


def _without_nul(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of at most a little over one cell each: a line without end must not fill the memory."""
    while line := text.readline(2 * MAX_CELL):
        yield line.replace("\x00", "\ufffd")


class _Kept(io.RawIOBase):
    """Reads from a file that stays open when the text layer on top of it is dropped."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
