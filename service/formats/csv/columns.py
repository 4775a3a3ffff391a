"""Which column of an export means what: by its heading, or as the account says; and a report on a sample of it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from service.formats.base import Refused, Unreadable, unreadable
from service.formats.csv.dates import forms, is_form
from service.formats.csv.sheet import DELIMITERS, ENCODINGS, NO_HEADER, Sheet, open_sheet
from service.formats.csv.words import HEADINGS, ONCE, PAIRED, REFERENCES, UNCLEAR, joined
from service.formats.fields import shown, suggest
from service.formats.times import is_zone
from service.records.enums import Classifier, Milestone

NOTHING = "ignore"
"""What the account says of a column that is not to be read."""

_BY_HEADING = {joined(heading): field for field, headings in HEADINGS.items() for heading in headings}
_UNCLEAR = {joined(heading): milestone for heading, milestone in UNCLEAR.items()}
_SAMPLE = 200


class Dated(NamedTuple):
    """What a column of dates states: `estimated:delivered`."""

    classifier: Classifier
    milestone: Milestone


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field that it holds or None, and why it is not read where that needs a word."""

    heading: str
    field: str | None
    note: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class ColumnsReport:
    """What is understood of a sample: how it was read, each column with an example, and what is missing.

    `warnings` say what will be left over although nothing is missing.
    """

    encoding: str
    delimiter: str
    header_line: int
    rows: int
    columns: tuple[tuple[Column, str], ...]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    statuses: tuple[tuple[str, int], ...]


def dated(field: str) -> Dated | None:
    """The milestone that a column of dates states, or None for a field of another kind."""
    said, colon, milestone = field.partition(":")
    if not colon:
        return None
    try:
        return Dated(Classifier(said), Milestone(milestone))
    except ValueError:
        return None


def is_field(name: str) -> bool:
    """Whether a column may be mapped to *name*."""
    return name in REFERENCES or name in ONCE or name == NOTHING or dated(name) is not None


def own_columns(options: Mapping[str, object]) -> dict[str, str]:
    """The option `columns` by plain heading: a table, or text such as `Auftrag=ref; Datum=at`. Raises `Refused`."""
    given = options.get("columns")
    if isinstance(given, str):
        pairs = [part.rpartition("=")[::2] for part in given.split(";") if part.strip()]
    elif isinstance(given, Mapping):
        pairs = [(str(heading), str(field)) for heading, field in given.items()]
    else:
        return {}
    found: dict[str, str] = {}
    for heading, field in pairs:
        name = field.strip().lower()
        if not joined(heading) or not is_field(name):
            known = [*REFERENCES, *ONCE, "actual:delivered", "estimated:arrived_destination", NOTHING]
            raise Refused(
                "bad_option",
                f"The option columns maps {shown(heading.strip())} to {shown(name)}, which is no field.",
                suggest(name, known),
                "/options/columns",
            )
        found[joined(heading)] = name
    return found


def understand(header: Sequence[str], own: Mapping[str, str]) -> tuple[Column, ...]:
    """What each column of *header* holds. Of two columns that hold the same field only the first is read."""
    names = [joined(heading) for heading in header]
    columns: list[Column] = []
    taken: dict[str, str] = {}
    for heading, name in zip(header, names, strict=True):
        field = own.get(name) or _BY_HEADING.get(name)
        mapped = name in own
        note = ""
        if not mapped and name in PAIRED and PAIRED[name] not in names:
            field, note = None, "It may be a port or a proof of delivery: map it."
        elif field is None and name in _UNCLEAR:
            one = _UNCLEAR[name]
            note = f"A plan or what has happened? Map it to estimated:{one} or actual:{one}."
        elif field == NOTHING:
            field, note = None, "You ignore it."
        elif field is not None and field not in REFERENCES and field in taken:
            note = f"{taken[field]} holds it already."
            field = None
        if field is not None:
            taken.setdefault(field, heading)
        columns.append(Column(heading, field, note, mapped))
    return tuple(columns)


def score(header: Sequence[str], own: Mapping[str, str]) -> int:
    """How well *header* is understood, to find the header line and the delimiter; zero for a line that is none."""
    columns = understand(header, own)
    return _known(columns) if names_shipments(columns) else 0


def doubtful(columns: Sequence[Column]) -> Iterator[Column]:
    """Columns that are not read although their headings are known: each has a note that says why."""
    return (one for one in columns if one.note and not one.own)


def names_shipments(columns: Sequence[Column]) -> bool:
    """Whether a column holds a reference of any kind."""
    return any(column.field in REFERENCES for column in columns)


def _known(columns: Sequence[Column]) -> int:
    fields = {column.field for column in columns if column.field}
    return len(fields) if len(fields) > 1 else 0


def opened(body: bytes, options: Mapping[str, object]) -> tuple[Sheet, tuple[Column, ...]]:
    """The export in *body*, and its columns, of which one is a reference. Raises `Unreadable`."""
    sheet, columns = _seen(body, options)
    if not names_shipments(columns):
        raise unreadable(
            "no_reference",
            f"No column is the reference: the headings in line {sheet.line} name none that is known.",
            f"Say in the option columns which one is it, such as {shown(_unread(columns))} = ref.",
        )
    return sheet, columns


def _unread(columns: Sequence[Column]) -> str:
    """The first heading of which nothing is known, as an example of what could be mapped."""
    return next((one.heading for one in columns if one.heading and not one.field and not one.note), "Your heading")


def _seen(body: bytes, options: Mapping[str, object]) -> tuple[Sheet, tuple[Column, ...]]:
    """The export in *body*, and its columns, also where none is a reference. Raises `Unreadable`."""
    try:
        own = own_columns(options)
    except Refused as refused:
        raise unreadable(refused.code, refused.message, refused.fix, refused.pointer) from None
    try:
        sheet = open_sheet(body, options, lambda values: score(values, own))
    except Unreadable as error:
        if error.problem.code != NO_HEADER:
            raise
        sheet = open_sheet(body, options, lambda values: _known(understand(values, own)))
    return sheet, understand(sheet.header, own)


def report(body: bytes, options: Mapping[str, object]) -> ColumnsReport:
    """What is understood of the sample export in *body*. Raises `Unreadable`."""
    sheet, columns = _seen(body, options)
    examples = [""] * len(columns)
    statuses: Counter[str] = Counter()
    at = next((i for i, column in enumerate(columns) if column.field == "milestone"), None)
    rows = 0
    try:
        for _, values in sheet.rows():
            rows += 1
            if rows <= _SAMPLE:
                for i, value in enumerate(values[: len(examples)]):
                    examples[i] = examples[i] or value.strip()[:40]
            said = values[at].strip() if at is not None and at < len(values) else ""
            if said and (len(statuses) < _SAMPLE or said in statuses):
                statuses[said] += 1
    except csv.Error:
        pass
    return ColumnsReport(
        encoding=sheet.encoding,
        delimiter=next(word for word, mark in DELIMITERS.items() if mark == sheet.delimiter),
        header_line=sheet.line,
        rows=rows,
        columns=tuple(zip(columns, examples, strict=True)),
        missing=_missing(columns),
        warnings=_warnings(columns),
        statuses=tuple(statuses.most_common()),
    )


def _missing(columns: Sequence[Column]) -> tuple[str, ...]:
    fields = {column.field for column in columns if column.field}
    lacks = []
    if not fields & {"ref", "house_bill", "booking"}:
        lacks.append(
            "No column is the reference: name it so in the file of --columns, such as "
            f'"{_unread(columns)[:80]}" = "ref" under [columns]. '
            "Only ref, house_bill and booking open a shipment; others find what is known."
        )
    if not any(dated(field) for field in fields):
        lacks += [f"A column `{field}`: {ONCE[field]}." for field in ("milestone", "at") if field not in fields]
    return tuple(lacks)


def _warnings(columns: Sequence[Column]) -> tuple[str, ...]:
    """That a status has no date of its own beside columns of dates."""
    fields = {column.field: column.heading for column in columns if column.field}
    if "milestone" not in fields or "at" in fields or not any(map(dated, fields)):
        return ()
    status = fields["milestone"]
    words = (
        f"{status} has no date of its own: the columns of dates are read, and a status that says more than they do is "
        f'refused. Name the column that says when it happened `at`, or write "{status}" = "ignore" under [columns] '
        "where the dates say everything."
    )
    return (words,)


def wrong_option(name: str, value: object) -> str | None:
    """What the option *name* of this format should be, or None where *value* is well or the option is another's.

    Raises `Refused` for a meaning of a column that is none: the words name both.
    """
    if name == "columns":
        own_columns({"columns": value})
        return None if isinstance(value, str | Mapping) else "text such as Auftrag=ref; Datum=at"
    if name == "date_format":
        good = isinstance(value, str) and bool(forms(value)) and all(map(is_form, forms(value)))
        return None if good else "day, month and year, such as DD/MM/YYYY"
    if name == "zone":
        return None if isinstance(value, str) and is_zone(value) else "an IANA zone, such as Europe/Berlin"
    if name == "delimiter":
        return None if value in DELIMITERS else f"one of {', '.join(DELIMITERS)}"
    if name == "encoding":
        return None if value in ENCODINGS else f"one of {', '.join(ENCODINGS)}"
    return None
