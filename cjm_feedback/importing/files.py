"""Reading a CSV file whose encoding and dialect nobody wrote down."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

from cjm_feedback.importing.encodings import guess_encoding

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_BYTES = 256 * 1024
MAX_CELL = 100_000
MAX_LINE = 2 * MAX_CELL
MAX_COLUMNS = 200
MAX_ROWS = 2_000_000
DELIMITER_LINE = re.compile(r"\ufeff?sep=([,;\t|])[\r\n]*", re.IGNORECASE)
"""What Excel writes above the header for itself."""

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
    delimiter = _delimiter(text)
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


def _delimiter(text: str) -> str:
    named = DELIMITER_LINE.match(text)
    if named:
        return named[1]
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first_line.count)


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
    lines = _Lines(text)
    try:
        for cells in csv.reader(lines, delimiter=dialect.delimiter, strict=False):
            lines.check()
            if any(cell.strip() for cell in cells):
                yield lines.number, cells
    except csv.Error as error:
        if "field larger" in str(error):
            raise UnreadableFileError("cell_too_long", line=lines.number, most=MAX_CELL) from error
        raise UnreadableFileError("not_csv", line=lines.number) from error
    except UnicodeDecodeError as error:  # met while a block is read ahead: the line is not sure
        raise UnreadableFileError(
            "wrong_encoding", line=lines.number + 1, encoding=dialect.encoding
        ) from error


class _Lines:
    """The lines of a text, counted; a line without end must not fill the memory."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._cut = False
        self.number = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        self.check()
        line = self._text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if self.number == 1 and DELIMITER_LINE.fullmatch(line):
            return next(self)
        self._cut = len(line) > MAX_LINE and not line.endswith(("\r", "\n"))
        return line.replace("\x00", "\ufffd")

    def check(self) -> None:
        """Raise if the last line was cut off: what follows would be taken for a row of its own."""
        if self._cut:
            raise UnreadableFileError("row_too_long", line=self.number, most=MAX_LINE)


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
