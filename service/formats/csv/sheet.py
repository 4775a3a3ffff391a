"""A CSV export as rows of text: its encoding and delimiter are seen from the bytes, or set."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Self

from service.formats.base import unreadable
from service.formats.fields import shown
from service.formats.packing import refuse_packed

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
"""The words by which an option names a delimiter."""

ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-15")
"""Encodings that an option may name."""

MAX_COLUMNS = 500
"""Columns of one export."""

MAX_ROWS = 60_000
"""Rows of one call: 5 MB hold about 50,000 of ordinary length."""

NO_HEADER = "no_header"
"""The problem of an export in which no line is understood as headings."""

_LONGEST_LINE = 200_000
_HEAD = 10
_HEAD_CHARS = 20_000

CHUNK = 200
"""Rows that are kept together, so that a running service is never kept waiting."""

Score = Callable[[list[str]], int]
"""How many of a line's values are headings that are understood."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An export, opened. `line` is that of the header in the file; `text` is everything after it."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    line: int
    text: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line of the file, values) of each row that is not blank.

        Raises `csv.Error` at a row that cannot be read: what follows it could be anything.
        """
        lines = _Lines(self.text, self.delimiter)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            lines.skip_blank_rows()
            values = next(reader, None)
            if values is None:
                return
            if any(value and not value.isspace() for value in values):
                yield self.line + lines.number, values

    def unread(self, first: int) -> Iterator[tuple[int, list[str]]]:
        """(line of the file, values) of each line from *first* on that is not blank, each split for itself.

        It is for telling what was not read: quotes that do not fit are kept as they are, and long lines are cut.
        """
        start = 0
        number = self.line
        while start < len(self.text):
            end = self.text.find("\n", start) + 1 or len(self.text)
            number += 1
            if number >= first:
                line = self.text[start : min(end, start + _LONGEST_LINE)].strip("\r\n")
                if line and not line.isspace():
                    yield number, _split_strictly(line, self.delimiter)
            start = end


def open_sheet(body: bytes, options: Mapping[str, object], score: Score) -> Sheet:
    """The export in *body*. Of the first lines that one is the header in which the most headings are understood.

    Raises `Unreadable` where the bytes are no text or no line looks like a header.
    """
    text, encoding = decoded(body, options)
    separator = DELIMITERS.get(str(options.get("delimiter", "")))
    best: tuple[tuple[int, int], list[str], str, int, int] | None = None
    for number, start, end in _first_lines(text):
        for delimiter in (separator,) if separator else DELIMITERS.values():
            values = _split(text[start:end], delimiter)
            rank = (score(values[:MAX_COLUMNS]), len(values))
            if rank[0] and (best is None or rank > best[0]):
                best = rank, values, delimiter, number, end
    if best is None:
        first = shown(text.lstrip("\r\n").split("\n", 1)[0].strip())
        raise unreadable(
            NO_HEADER,
            f"No line at the beginning names columns that are understood; the first is {first}.",
            "Begin the file with headings such as Reference;Status;Date, or name yours with the option columns.",
        )
    _, values, delimiter, number, end = best
    if len(values) > MAX_COLUMNS:
        raise unreadable("too_many_columns", f"The header has {len(values)} columns.", f"Send at most {MAX_COLUMNS}.")
    return Sheet(encoding, delimiter, tuple(value.strip() for value in values), number, text[end:])


def decoded(body: bytes, options: Mapping[str, object]) -> tuple[str, str]:
    """The text of *body*, and the encoding in which it was read. Raises `Unreadable`."""
    if not body.strip(b" \t\r\n\0"):
        raise unreadable("empty_body", "The file is empty.", "Send an export with a header line.")
    refuse_packed(body)
    named = str(options.get("encoding") or "")
    for encoding in (named,) if named else _likely(body):
        try:
            text = body.decode("utf-8-sig" if encoding == "utf-8" else encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text if "\n" in text else text.replace("\r", "\n"), encoding
    raise unreadable(
        "bad_encoding",
        f"The file is not in {named}." if named else "The file is in no encoding that is recognised.",
        'Save it as "CSV UTF-8", or set the option encoding.',
    )


def _likely(body: bytes) -> tuple[str, ...]:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if body.startswith(b"\xef\xbb\xbf"):
        return ("utf-8",)
    zeros = body[:2000]
    if zeros.count(0) > len(zeros) // 4:
        return ("utf-16-le", "utf-16-be") if zeros[1::2].count(0) > zeros[::2].count(0) else ("utf-16-be", "utf-16-le")
    return ("utf-8", "windows-1252", "iso-8859-15")


class _Lines:
    """The lines of a text, one at a time: a buffer of it would be four times as large. `number` is the last one's."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.number = 0
        self._text = text
        self._at = 0
        # Possessive, for a way back to every one of a million blank rows would be held in memory.
        self._blank = re.compile(rf'(?:(?:[ \t\r{re.escape(delimiter)}]|"")*+\n)*+')

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        start = self._at
        if start >= len(self._text):
            raise StopIteration
        self._at = self._text.find("\n", start) + 1 or len(self._text)
        if self._at - start > _LONGEST_LINE:
            raise csv.Error(f"the line has more than {_LONGEST_LINE:,} characters")
        self.number += 1
        return self._text[start : self._at]

    def skip_blank_rows(self) -> None:
        """Go on at the next row that is not blank; only between rows, for a line within quotes is no row."""
        if found := self._blank.match(self._text, self._at):
            self.number += self._text.count("\n", self._at, found.end())
            self._at = found.end()


def _first_lines(text: str) -> Iterator[tuple[int, int, int]]:
    """(number, start, end) of the first lines; a header cell with a line break in it is not looked for."""
    start = 0
    for number in range(1, _HEAD + 1):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        if start >= len(text) or end - start > _HEAD_CHARS:
            return
        yield number, start, end
        start = end


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _split_strictly(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return line.split(delimiter)


def chunks(sheet: Sheet, options: Mapping[str, object]) -> Iterator[tuple[list[int], bytes]]:
    """The export in pieces that are exports themselves: the lines of the rows in the file, and the piece.

    Raises `csv.Error` at a row that cannot be read, after everything before it.
    """
    encoding = str(options.get("encoding") or "utf-8")
    found = sheet.rows()
    trouble: csv.Error | None = None
    more = True
    while more:
        batch: list[tuple[int, list[str]]] = []
        try:
            batch.extend(islice(found, CHUNK))
        except csv.Error as error:
            trouble = error
        more = trouble is None and len(batch) == CHUNK
        if batch:
            yield [line for line, _ in batch], _written(sheet, [values for _, values in batch], encoding)
    if trouble is not None:
        raise trouble


def _written(sheet: Sheet, rows: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sheet.delimiter, lineterminator="\n").writerows([sheet.header, *rows])
    return text.getvalue().encode(encoding)
