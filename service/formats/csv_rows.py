"""CSV with a header: the export of a system that can do nothing else, a row for a milestone or for a shipment."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from service.formats.base import Refused, unreadable
from service.formats.csv_cells import Way
from service.formats.csv_columns import opened
from service.formats.csv_dates import forms
from service.formats.csv_row import Nothing, Unknown, read_row
from service.formats.csv_sheet import MAX_ROWS
from service.formats.csv_statuses import STATUSES
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Ignored, Item, Problem, Reading, Unmapped


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
                known = [(field, values[i].strip()) for i, field in fields if i < len(values)]
                reader.take(index, [(field, value) for field, value in known if value])
        except csv.Error as error:
            reader.stop(line + 1, error)
        return reader.reading()


class _Reader:
    """Gathers what the rows say."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._next = 0
        self._items: list[tuple[int, Item]] = []
        self._ignored: list[Ignored] = []
        self._problems: list[Problem] = []
        self._unmapped: list[Unmapped] = []
        self._notes: dict[str, str] = {}
        self._seen: dict[str, tuple[int, str]] = {}

    def reading(self) -> Reading:
        """Everything so far. Raises `Unreadable` where the header was all."""
        if not self._next:
            raise unreadable("no_rows", "The file has a header and no rows.", "Send at least one row.")
        return Reading(
            tuple(self._items),
            tuple(self._ignored),
            tuple(self._problems),
            tuple(self._unmapped),
            notes=self._notes,
        )

    def stop(self, line: int, error: csv.Error) -> None:
        """Quotes do not fit: what follows could be anything."""
        self._problems.append(
            Problem(
                self._next,
                "bad_quotes",
                f"The rows from about line {line} on cannot be read: {error}.",
                'Look for a quote (") that is not closed, and mend the file.',
                f"/{self._next}",
            )
        )
        self._next += 1

    def ignore(self, index: int, reason: str) -> None:
        """Count a row that says nothing."""
        self._next = index + 1
        self._ignored.append(Ignored(index, reason))

    def take(self, index: int, cells: list[tuple[str, str]]) -> None:
        """Read one row."""
        if not cells:
            self.ignore(index, "Its columns that are understood are empty.")
            return
        self._next = index + 1
        pointer = f"/{index}"
        try:
            item, warnings = read_row(cells, self._way)
            self._once(index, item)
        except Nothing as nothing:
            self._ignored.append(Ignored(index, nothing.reason))
        except Unknown as unknown:
            self._unmapped.append(Unmapped(index, unknown.code, unknown.says, f"{pointer}/milestone"))
        except Refused as refused:
            self._problems.append(refused.problem(index, pointer))
        else:
            self._items.append((index, item))
            for where, note in warnings:
                self._notes[pointer + where] = note

    def _once(self, index: int, item: Item) -> None:
        first, digest = self._seen.setdefault(item.key, (index, item.digest))
        if first == index:
            return
        if digest == item.digest:
            raise Nothing(f"It repeats row {first + 1}.")
        raise Refused(
            "id_reused",
            f"Row {first + 1} has this id and another content.",
            "Give each row an id of its own, and a correction a later `stated_at`.",
            "/id",
        )
