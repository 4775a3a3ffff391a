"""CSV with a header: the export of a system that can do nothing else, a row for a milestone or for a shipment."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar, NoReturn

from service.formats.base import unreadable
from service.formats.csv.cells import Way
from service.formats.csv.columns import opened
from service.formats.csv.dates import forms
from service.formats.csv.escaping import read_back
from service.formats.csv.row import Trouble, read_row
from service.formats.csv.sheet import MAX_ROWS
from service.formats.csv.statuses import STATUSES
from service.formats.csv.troubles import QUOTE, told
from service.formats.gathering import Gathering
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Problem, Reading


class CsvRows:
    """Columns are known by their headings in four languages, or as the account says. See docs/integrations/csv.md."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV with a header"
    content_types: ClassVar[tuple[str, ...]] = ("text/csv",)
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {
        "columns": "What your headings mean, such as Auftrag=ref; Datum=at. Others are known by their names.",
        "date_format": "How dates are written, such as DD/MM/YYYY; several are separated by |.",
        "zone": "The IANA zone of every time in the file; each place's own unless set.",
        "delimiter": "comma, semicolon, tab or bar; seen from the file unless set.",
        "encoding": "utf-8, utf-16, windows-1252 or iso-8859-15; seen from the file unless set.",
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (STATUSES,)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the rows of *body*; see `service.formats.base.Format`. Items are counted from the first row."""
        del headers  # a charset there is as often wrong as right: the bytes say it
        sheet, columns = opened(body, options)
        fields = [(i, column.field) for i, column in enumerate(columns) if column.field is not None]
        zone, declared = options.get("zone"), options.get("date_format")
        way = Way(forms(str(declared or "")), str(zone) if zone else None, options, now)
        reader = _Reader(way)
        line = sheet.line
        try:
            for index, (line, values) in enumerate(sheet.rows()):  # noqa: B007 - the line where reading stopped
                if index >= MAX_ROWS:
                    raise unreadable(
                        "too_many_rows", f"The file has more than {MAX_ROWS:,} rows.", "Send it in several calls."
                    )
                if values[0].strip() == sheet.header[0] and tuple(map(str.strip, values)) == sheet.header:
                    reader.ignore(index, "It repeats the header.")
                    continue
                known = [(field, read_back(values[i].strip())) for i, field in fields if i < len(values)]
                reader.take(index, [(field, value) for field, value in known if value])
        except csv.Error as error:
            reader.stop(line + 1, *told(error, sheet.text))
        return reader.reading()


class _Reader:
    """Reads row by row."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._next = 0
        self._gathered = Gathering("/id")

    def reading(self) -> Reading:
        """Everything so far. Raises `Unreadable` where the header was all."""
        if not self._next:
            fix = "Send at least one row, with its line ends: `curl -d` takes them away, `--data-binary` does not."
            raise unreadable("no_rows", "The file has a header and no rows.", fix)
        return self._gathered.reading(batch=True)

    def stop(self, line: int, wrong: str, fix: str) -> None:
        """No row can be told from the next: what follows could be anything."""
        message = f"The rows from about line {line} on cannot be read: {wrong}."
        code = "bad_quotes" if fix == QUOTE else "bad_rows"
        self._gathered.refuse(Problem(self._next, code, message, fix, f"/{self._next}"))
        self._next += 1

    def ignore(self, index: int, reason: str) -> None:
        """Count a row that says nothing."""
        self._next = index + 1
        self._gathered.ignore(index, reason)

    def take(self, index: int, cells: list[tuple[str, str]]) -> None:
        """Read one row."""
        if not cells:
            self.ignore(index, "Its columns that are understood are empty.")
            return
        self._next = index + 1
        left: list[Trouble] = []
        self._gathered.add_once(index, f"/{index}", partial(read_row, cells, self._way, left))
        for trouble in left:
            self._gathered.add(index, f"/{index}", partial(_fail, trouble))


def _fail(trouble: Trouble) -> NoReturn:
    raise trouble
