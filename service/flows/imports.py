"""Imports: a forwarder's customers and running shipments, from two plain CSV files."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from unicodedata import category

from service.flows.kit import Kit
from service.formats import base as formats
from service.formats.csv import troubles
from service.formats.csv.escaping import read_back
from service.formats.fields import UNWANTED, invisible, says_something, shown
from service.formats.people import read_email, read_name, read_phone
from service.formats.times import check_day
from service.records.enums import Classifier, Milestone, ReferenceType
from service.records.ids import new_id
from service.records.inbound import FactDraft, Item, Person, RefValue
from service.records.intake import CallRow, CallToKeep, JournalItem
from service.records.when import on_day
from service.store import accounts, customers, follows, journal, people, shipments
from service.store.engine import Connection
from service.store.shipments import Given, ShipmentGiven
from service.wording.render import LANGUAGES

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""

CHUNK = 200
"""Rows committed together, so that a running service is never kept waiting."""

CUSTOMER_COLUMNS = ("code", "name", "phone", "email", "language")
SHIPMENT_COLUMNS = ("ref", "customer", "po", "container", "bl", "due", "told_date", "need_by")
SOURCE = "import"

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})?")


class Refused(ValueError):
    """A row, or a file, that cannot be taken; `fix` says what would be."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


@dataclass(slots=True)
class ImportReport:
    """What an import did, or (in a dry run) would do. `refused` holds (line of the file, problem, fix).

    `ended` holds (line, name) of names that were not given, because a person has ended them for that shipment.
    """

    kind: str
    rows: int = 0
    added: int = 0
    updated: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)


def kind_of(text: str) -> str:
    """`customers` or `shipments`, from the header line. Raises Refused for any other file."""
    header = _header(text)
    if "code" in header and ("phone" in header or "email" in header):
        return "customers"
    if "ref" in header:
        return "shipments"
    raise Refused(
        "The first line does not name the columns of a file that can be imported.",
        f"Begin customers.csv with {','.join(CUSTOMER_COLUMNS)} and shipments.csv with {','.join(SHIPMENT_COLUMNS)}.",
    )


def import_customers(
    kit: Kit, account_id: str, text: str, *, consent: str, dry_run: bool = False, progress: Progress | None = None
) -> ImportReport:
    """Take customers and whom to tell for each. *consent* says on what basis, and is kept with every new contact.

    Raises Refused where the file as a whole cannot be read or no consent basis is given.
    """
    if not consent.strip():
        raise Refused(
            "An import of people needs the basis on which they may be written to.",
            'Add --consent, such as --consent "contract of carriage, terms of 2026".',
        )
    report = ImportReport("customers")
    with kit.database.read() as conn:
        account = accounts.get(conn, account_id)
    region = account.region if account else "GB"
    rows: list[tuple[str, str, Person | None]] = []
    for line, row in _rows(text, CUSTOMER_COLUMNS, required=("code",)):
        report.rows += 1
        try:
            rows.append(_customer(row, region))
        except Refused as error:
            report.refused.append((line, error.problem, error.fix))
    if dry_run:
        return report
    now = kit.clock()
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        added = kit.database.write(
            partial(_keep_customers, account_id=account_id, chunk=chunk, consent=consent, now=now)
        )
        report.added += added
        report.updated += len(chunk) - added
        if progress:
            progress(min(start + CHUNK, len(rows)), len(rows))
    kit.database.wake("shipments")
    return report


def _customer(row: dict[str, str], region: str) -> tuple[str, str, Person | None]:
    _readable(row)
    phone, email = row["phone"], row["email"]
    if invisible(row["code"]):
        raise Refused("The row has no code.", "Write the code by which your system knows this customer.")
    try:
        person = Person(
            phone=read_phone(phone, region, ""),
            email=read_email(email, ""),
            name=read_name(row["name"], ""),
            language=row["language"] or None,
        )
    except formats.Refused as error:
        raise Refused(error.message, error.fix) from error
    if person.language is not None and not _spoken(person.language):
        raise Refused(
            f"There are no texts in the language {shown(person.language)}.",
            f"Write one of: {', '.join(LANGUAGES)}; or leave it empty.",
        )
    if person.phone is None and person.email is None:
        raise Refused("There is neither a phone nor an e-mail.", "Fill in at least one of them.")
    return row["code"], person.name, person


def _spoken(language: str) -> bool:
    """Whether there are texts in the language of this tag, such as en or en-GB."""
    found = _LANGUAGE.fullmatch(language)
    return found is not None and found[1].lower() in LANGUAGES


def _keep_customers(
    conn: Connection, *, account_id: str, chunk: list[tuple[str, str, Person | None]], consent: str, now: datetime
) -> int:
    names = {customers.clean_code(code): name for code, name, _ in chunk}
    known = customers.by_codes(conn, account_id, names)
    ids = customers.upsert_customers(conn, account_id, names, now)
    told = [person for _, _, person in chunk if person is not None]
    contacts = people.upsert_people(conn, account_id, told, now, consent_basis=consent, consent_how="import")
    codes = [customers.clean_code(code) for code, _, person in chunk if person is not None]
    follows.follow_many(conn, account_id, [(ids[c], p) for c, p in zip(codes, contacts, strict=True)], now)
    return sum(1 for code in names if code not in known)


def import_shipments(
    kit: Kit, account_id: str, text: str, *, dry_run: bool = False, progress: Progress | None = None
) -> ImportReport:
    """Take running shipments: names, customer, the date due and the date already promised. Nothing is sent for them.

    Raises Refused where the file as a whole cannot be read.
    """
    report = ImportReport("shipments")
    rows: list[tuple[ShipmentGiven, date | None]] = []
    seen: dict[str, int] = {}
    now = kit.clock()
    for line, row in _rows(text, SHIPMENT_COLUMNS, required=("ref",)):
        report.rows += 1
        try:
            given, due = _shipment(row, now)
        except Refused as error:
            report.refused.append((line, error.problem, error.fix))
            continue
        first = seen.setdefault(given.refs[0].value, line)
        if first == line:
            rows.append((given, due))
        else:
            report.refused.append((line, f"The ref stands in line {first} already.", "Keep one row for each ref."))
    if dry_run:
        return report
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        with kit.database.read() as conn:
            known = shipments.stated_days(conn, account_id, SOURCE, [given.refs[0] for given, _ in chunk])
        calls = [CallToKeep(_call(account_id, now), _due_items(chunk, known, now))]
        kept = kit.database.write(partial(_keep_shipments, account_id=account_id, chunk=chunk, calls=calls, now=now))
        opened = sum(1 for one in kept if one.opened)
        lines = [seen[given.refs[0].value] for given, _ in chunk]
        report.ended += [(line, ref.shown) for line, one in zip(lines, kept, strict=True) for ref in one.ended]
        report.added += opened
        report.updated += len(chunk) - opened
        if progress:
            progress(min(start + CHUNK, len(rows)), len(rows))
    kit.database.wake("shipments")
    return report


def _keep_shipments(
    conn: Connection,
    *,
    account_id: str,
    chunk: list[tuple[ShipmentGiven, date | None]],
    calls: list[CallToKeep],
    now: datetime,
) -> list[Given]:
    given = shipments.put_shipments(conn, account_id, [one for one, _ in chunk], now)
    if calls[0].items:
        journal.keep(conn, calls, now)
    return given


def _shipment(row: dict[str, str], now: datetime) -> tuple[ShipmentGiven, date | None]:
    _readable(row)
    if invisible(row["ref"]):
        raise Refused("The row has no ref.", "Write your own number of the shipment, such as an order or job number.")
    refs = [RefValue(ReferenceType.REF, row["ref"])]
    refs += [RefValue(ReferenceType.PO, one) for one in _several(row["po"])]
    refs += [RefValue(ReferenceType.CONTAINER, one) for one in _several(row["container"])]
    refs += [RefValue(ReferenceType.MASTER_BILL, one) for one in _several(row["bl"])]
    for ref in refs:
        if len(ref.shown) > 80:
            raise Refused(f"{ref.shown[:20]}… is longer than 80 characters.", "Shorten it.")
        if not says_something(ref.shown):
            raise Refused(f"{shown(ref.shown)} names no shipment.", "Write one with a letter or digit in it.")
    given = ShipmentGiven(
        refs=tuple(refs),
        shipment_id=new_id("shp"),
        customer=row["customer"] or None,
        need_by=_day(row["need_by"], "need_by", now),
        told_date=_day(row["told_date"], "told_date", now),
    )
    return given, _day(row["due"], "due", now)


def _due_items(
    chunk: list[tuple[ShipmentGiven, date | None]], known: Mapping[str, date], now: datetime
) -> tuple[JournalItem, ...]:
    """The dates due, as facts that the account itself states, where they differ from what it stated last."""
    items = []
    for index, (given, due) in enumerate(chunk):
        ref = given.refs[0]
        event_key = f"import:{ref.value}"
        if due is None or known.get(event_key) == due:
            continue
        fact = FactDraft(Milestone.DELIVERED, Classifier.ESTIMATED, on_day(due), part="due")
        item = Item(
            event_key=event_key,
            key=f"{event_key}@{due.isoformat()}@{now.isoformat()}",
            digest=hashlib.sha256(f"{event_key} {due}".encode()).hexdigest(),
            facts=(fact,),
            refs=(ref,),
            stated_at=now,
        )
        items.append(JournalItem(index, item, given.shipment_id, (new_id("fct"),)))
    return tuple(items)


def _call(account_id: str, now: datetime) -> CallRow:
    return CallRow(account_id, new_id("cal"), SOURCE, now, "text/csv", {}, b"")


def _several(text: str) -> list[str]:
    for mark in ";|":
        text = text.replace(mark, "\n")
    return [one.strip() for one in text.split("\n") if one.strip()]


def _readable(row: dict[str, str]) -> None:
    """Raise Refused for a value that would be read in another order than it is stored."""
    for column in {*CUSTOMER_COLUMNS, *SHIPMENT_COLUMNS} & row.keys():
        if UNWANTED.search(row[column]):
            raise Refused(f"{column} has marks of direction in it.", "Type it anew, without what was copied along.")


def _day(text: str, column: str, now: datetime) -> date | None:
    if not text:
        return None
    try:
        return check_day(date.fromisoformat(text), column, now)
    except formats.Refused as error:
        raise Refused(error.message, error.fix) from error
    except ValueError as error:
        raise Refused(f"{column} is not a date: {text[:20]}", "Write dates as 2026-10-09.") from error


def _header(text: str) -> list[str]:
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text), strict=True)
    return [name.strip().lower() for name in next(reader, [])]


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _rows(text: str, columns: tuple[str, ...], *, required: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    header = _header(text)
    missing = [name for name in required if name not in header]
    if missing:
        raise Refused(
            f"The column {missing[0]} is missing.",
            f"Begin the file with the line {','.join(columns)} (others are ignored).",
        )
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text), strict=True)
    for values in _lines(reader, text):
        row = dict.fromkeys(columns, "") | dict(
            zip(header, (read_back(value.strip()) for value in values), strict=False)
        )
        if not any(row.values()):
            continue
        yield reader.line_num, row


def _lines(reader: Any, text: str) -> Iterator[list[str]]:
    """The rows after the header. Raises Refused where one cannot be read: what follows could be anything."""
    try:
        next(reader, None)
        for values in reader:
            if any(category(letter) == "Cc" for value in values for letter in value if letter != "\t"):
                raise Refused(
                    f"Line {reader.line_num} has a value with a line break or control character in it.",
                    troubles.fix_of_control(text),
                )
            yield values
    except csv.Error as error:
        wrong, fix = troubles.told(error, text)
        raise Refused(f"Line {reader.line_num} cannot be read: {wrong}.", fix) from error
