"""The ledger of promises: entries are appended in the transaction that changes the promise, and sealed later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Row, and_, bindparam, exists, func, select, update
from sqlalchemy import Enum as SqlEnum

from service.records.columns import UtcDateTime
from service.records.enums import PromiseState
from service.records.ids import new_id
from service.records.ledger import Entry, KeptPromise, Seal
from service.records.tables import LedgerEntry, LedgerSeal, Promise
from service.store.among import among
from service.store.bulk import bulk_insert
from service.store.readable import read_rows
from service.store.sql import chunks, insert_once
from service.store.tables import table

promise = table(Promise)
entry = table(LedgerEntry)
seal = table(LedgerSeal)

KEPT = (
    "shipment_id",
    "contact_id",
    "notice_id",
    "message_id",
    "stage",
    "line",
    "unit_group",
    "ordinal",
    "state",
    "origin",
    "at",
    "at_date",
    "precision",
    "zone",
    "place",
    "reason",
    "made_at",
    "told_at",
    "outcome",
    "settled_at",
    "until",
)
"""The columns of a promise that an entry keeps: no name, no address, no text."""

ONLY_WHERE_SET = frozenset({"until"})
"""Columns that an entry leaves out where they are empty: entries that are older than the column have no word of it."""

REOPENED = "reopened"
"""The event of a word that is open again."""

PAGE = 500

_STEPS = (
    select(func.count())
    .select_from(entry)
    .where(entry.c.account_id == promise.c.account_id, entry.c.promise_id == promise.c.id)
    .scalar_subquery()
)

COLUMNS = (promise.c.id, *(promise.c[name] for name in KEPT))

ENTERED = select(*COLUMNS, _STEPS.label("steps")).where(
    promise.c.account_id == bindparam("account"), among(promise.c.id, "ids")
)


def enter(
    conn: Connection, account_id: str, promise_ids: Iterable[str], now: datetime, event: str | None = None
) -> None:
    """Append what has just become of these promises, as their rows say; ids without a row are passed over.

    *event* names it where it is more than the state or the outcome that the promise has now.
    """
    ids = sorted(set(promise_ids))
    if not ids:
        return
    found = sorted(conn.execute(ENTERED, {"account": account_id, "ids": ids}).all(), key=lambda row: str(row.id))
    rows = [
        {
            "account_id": account_id,
            "id": new_id("lde"),
            "promise_id": row.id,
            "event": event or _event(row),
            "entered_at": now,
            "content": {**content(row), "step": row.steps + 1},
        }
        for row in found
    ]
    bulk_insert(conn, LedgerEntry, rows)


def enter_all(conn: Connection, keys: Iterable[tuple[str, str]], now: datetime, event: str | None = None) -> None:
    """`enter` for (account id, promise id) of several accounts."""
    by_account: dict[str, list[str]] = {}
    for account_id, promise_id in keys:
        by_account.setdefault(account_id, []).append(promise_id)
    for account_id, ids in sorted(by_account.items()):
        enter(conn, account_id, ids, now, event)


def content(row: Any) -> dict[str, object]:
    """A promise, read with `COLUMNS`, as an entry keeps it: JSON values only."""
    return {
        name: value if plain is None or value is None else plain(value)
        for (name, plain), value in zip(_PLAIN, row[1:], strict=False)
        if value is not None or name not in ONLY_WHERE_SET
    }


def _plain(column: ColumnElement[Any]) -> Callable[[Any], object] | None:
    """What makes a JSON value of a column's."""
    if isinstance(column.type, SqlEnum):
        return attrgetter("value")
    if isinstance(column.type, UtcDateTime):
        return datetime.isoformat
    return date.isoformat if isinstance(column.type, Date) else None


_PLAIN = tuple((name, _plain(promise.c[name])) for name in KEPT)


def _event(row: Any) -> str:
    return str(row.state.value if row.outcome is None else row.outcome.value)


def last_seal(conn: Connection, account_id: str) -> Seal | None:
    """The newest seal of an account. Raises Unreadable."""
    newest = select(seal).where(seal.c.account_id == account_id).order_by(seal.c.number.desc()).limit(1)
    found = read_rows(conn, newest, "Seal", seal.c.number)
    return _seal(found[0]) if found else None


def seals(conn: Connection, account_id: str) -> Iterator[Seal]:
    """Every seal of an account, in order. Raises Unreadable."""
    after = -1
    while rows := read_rows(
        conn,
        select(seal)
        .where(seal.c.account_id == account_id, seal.c.number > after)
        .order_by(seal.c.number)
        .limit(bindparam("limit")),
        "Seal",
        seal.c.number,
        {"limit": PAGE},
    ):
        yield from (_seal(row) for row in rows)
        after = rows[-1].number


def unsealed(conn: Connection, account_id: str, limit: int) -> list[Entry]:
    """At most *limit* entries without a seal, in id order; an index holds just these."""
    query = select(entry).where(entry.c.account_id == account_id, entry.c.seal.is_(None))
    return [_entry(row) for row in conn.execute(query.order_by(entry.c.id).limit(limit))]


def keep_seal(conn: Connection, made: Seal, entry_ids: Sequence[str]) -> bool:
    """Keep a seal and mark its entries; False, and nothing changed, where another process made that seal first."""
    row = {name: getattr(made, name) for name in made.__slots__}
    if not insert_once(conn, LedgerSeal, [row]):
        return False
    for ids in chunks(entry_ids):
        conn.execute(MARK, {"account": made.account_id, "ids": ids, "number": made.number})
    return True


MARK = (
    update(entry)
    .where(entry.c.account_id == bindparam("account"), among(entry.c.id, "ids"), entry.c.seal.is_(None))
    .values(seal=bindparam("number"))
)


def covered(conn: Connection, one: Seal) -> list[Entry]:
    """The entries of a seal, in id order. Raises Unreadable."""
    query = (
        select(entry)
        .where(
            entry.c.account_id == one.account_id,
            entry.c.id >= one.first_id,
            entry.c.id <= one.last_id,
            entry.c.seal == one.number,
        )
        .order_by(entry.c.id)
    )
    return [_entry(row) for row in read_rows(conn, query, "Entry", entry.c.id)]


def unentered(conn: Connection, account_id: str, limit: int) -> list[str]:
    """At most *limit* promises of which something has become and no entry tells: those older than the ledger."""
    told = exists().where(and_(entry.c.account_id == promise.c.account_id, entry.c.promise_id == promise.c.id))
    rows = conn.execute(
        select(promise.c.id)
        .where(promise.c.account_id == account_id, promise.c.state != PromiseState.INTENDED, ~told)
        .order_by(promise.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def promises(conn: Connection, account_id: str) -> Iterator[tuple[KeptPromise, list[Entry]]]:
    """Every promise of an account with its entries, in id order of the promises. Raises Unreadable."""
    after = ""
    while rows := read_rows(
        conn,
        select(*COLUMNS)
        .where(promise.c.account_id == account_id, promise.c.id > after)
        .order_by(promise.c.id)
        .limit(bindparam("limit")),
        "Promise",
        promise.c.id,
        {"limit": PAGE},
    ):
        ids = [row.id for row in rows]
        by_promise: dict[str, list[Entry]] = {one: [] for one in ids}
        for found in read_rows(conn, ENTRIES_OF, "Entry", entry.c.id, {"account": account_id, "ids": ids}):
            by_promise[found.promise_id].append(_entry(found))
        for row in rows:
            yield KeptPromise(row.id, row.state.value, content(row)), by_promise[row.id]
        after = ids[-1]


ENTRIES_OF = select(entry).where(entry.c.account_id == bindparam("account"), among(entry.c.promise_id, "ids"))


def orphan(conn: Connection, account_id: str) -> str | None:
    """A promise that entries tell of and that is not there; None where there is none."""
    there = exists().where(and_(promise.c.account_id == entry.c.account_id, promise.c.id == entry.c.promise_id))
    found: str | None = conn.execute(
        select(entry.c.promise_id).where(entry.c.account_id == account_id, ~there).order_by(entry.c.id).limit(1)
    ).scalar()
    return found


def counts(conn: Connection, account_id: str) -> Mapping[str, int]:
    """`promises`, `entries`, `unsealed` and `seals` of an account, and `last`, the highest seal that an entry names."""
    row = conn.execute(
        select(func.count(), func.count(entry.c.seal), func.max(entry.c.seal)).where(entry.c.account_id == account_id)
    ).one()
    made = conn.execute(select(func.count()).select_from(seal).where(seal.c.account_id == account_id)).scalar_one()
    kept = promise_count(conn, account_id)
    return {"promises": kept, "entries": row[0], "unsealed": row[0] - row[1], "seals": made, "last": row[2] or 0}


def sealed_and_not(conn: Connection, account_id: str) -> tuple[int, int]:
    """How many entries have a seal and how many wait for one, without reading those that are sealed."""
    sealed = conn.execute(
        select(func.coalesce(func.sum(seal.c.entries), 0)).where(seal.c.account_id == account_id)
    ).scalar_one()
    waiting = conn.execute(
        select(func.count()).select_from(entry).where(entry.c.account_id == account_id, entry.c.seal.is_(None))
    ).scalar_one()
    return int(sealed), waiting


def promise_count(conn: Connection, account_id: str) -> int:
    """How many promises an account has, in every state."""
    found: int = conn.execute(
        select(func.count()).select_from(promise).where(promise.c.account_id == account_id)
    ).scalar_one()
    return found


def outcome_counts(conn: Connection, account_id: str) -> Mapping[str, int]:
    """How many live told words ended how; `open` counts those that have not."""
    rows = conn.execute(
        select(promise.c.outcome, func.count())
        .where(promise.c.account_id == account_id, promise.c.state == PromiseState.TOLD)
        .where(promise.c.stage == "live")
        .group_by(promise.c.outcome)
    )
    return {(row[0].value if row[0] else "open"): row[1] for row in rows}


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.account_id, row.id, row.promise_id, row.event, row.entered_at, row.content, row.seal)


def _seal(row: Row[Any]) -> Seal:
    return Seal(**{name: getattr(row, name) for name in Seal.__slots__})
