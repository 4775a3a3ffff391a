"""Keeping facts: one transaction for the calls of many requests.

The statements are bulk statements, because what limits intake is the number of statements and of commits, not the
number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from service.records.intake import CallToKeep, JournalItem, Kept
from service.records.tables import Fact, FactKey, FactShipment, Follow, InboundCall, ParkedFact, Shipment, Source
from service.store.among import among
from service.store.bulk import bulk_insert
from service.store.calls import keep_calls
from service.store.changes import note_changes
from service.store.fact_rows import fact_row
from service.store.merges import note_facts
from service.store.naming import count_followers, name_later, name_people, tell
from service.store.placing import Placement, place
from service.store.sql import insert_once
from service.store.tables import table
from service.store.touch import touch_shipments
from service.store.unmapped import keep_unmapped

fact_key = table(FactKey)
fact = table(Fact)
fact_shipment = table(FactShipment)
shipment = table(Shipment)
follow = table(Follow)
call = table(InboundCall)
parked = table(ParkedFact)
source = table(Source)


LEDGER = select(fact_key.c.source_id, fact_key.c.key, fact_key.c.digest, fact_key.c.fact_id).where(
    fact_key.c.account_id == bindparam("account"),
    among(fact_key.c.source_id, "sources"),
    among(fact_key.c.key, "keys"),
)

# A call may repeat more events than a statement may have parameters, so lists are one parameter each.
REACHED = (
    select(fact_shipment.c.fact_id, fact_shipment.c.shipment_id)
    .where(fact_shipment.c.account_id == bindparam("account"), among(fact_shipment.c.fact_id, "facts"))
    .order_by(fact_shipment.c.shipment_id)
)
last = (
    select(fact_shipment.c.shipment_id, func.max(fact_shipment.c.fact_id).label("fact_id"))
    .where(fact_shipment.c.account_id == bindparam("account"), among(fact_shipment.c.shipment_id, "ids"))
    .group_by(fact_shipment.c.shipment_id)
    .subquery("newest")
)
NEWEST = (
    select(last.c.shipment_id, fact.c.id, fact.c.event_key)
    .select_from(last.join(fact, fact.c.id == last.c.fact_id))
    .where(fact.c.account_id == bindparam("account"))
)
STATED = (
    select(fact_shipment.c.shipment_id, fact.c.source_id, fact.c.event_key)
    .select_from(fact_shipment.join(fact, fact.c.id == fact_shipment.c.fact_id))
    .where(
        fact_shipment.c.account_id == bindparam("account"),
        among(fact_shipment.c.shipment_id, "ids"),
        fact.c.account_id == bindparam("account"),
        among(fact.c.event_key, "events"),
    )
)


def keep(conn: Connection, calls: Sequence[CallToKeep], now: datetime) -> list[list[Kept]]:
    """Keep *calls* with their facts and answer, per call, what became of each item.

    Repeats of a key are answered from the ledger and write nothing but the call itself. Every shipment that a new
    fact reaches is left due for a look.
    """
    by_account: dict[str, list[int]] = {}
    for position, one in enumerate(calls):
        by_account.setdefault(one.row.account_id, []).append(position)
    answers: list[list[Kept]] = [[] for _ in calls]
    for account_id, positions in sorted(by_account.items()):
        mine = _keep_account(conn, account_id, [calls[p] for p in positions], now)
        for position, kept in zip(positions, mine, strict=True):
            answers[position] = kept
    keep_calls(conn, calls, answers)
    for account_id, positions in sorted(by_account.items()):
        note_changes(conn, account_id, [("call", calls[p].row.id, None) for p in positions], now)
    keep_unmapped(conn, calls, now)
    return answers


def _keep_account(conn: Connection, account_id: str, calls: Sequence[CallToKeep], now: datetime) -> list[list[Kept]]:
    answers = [[Kept(entry.index, "accepted") for entry in one.items] for one in calls]
    fresh: list[tuple[CallToKeep, JournalItem, Kept]] = []
    repeats: list[tuple[str, JournalItem, Kept]] = []
    inserted = _claim_keys(conn, account_id, calls)
    for one, kept in zip(calls, answers, strict=True):
        for entry, answer in zip(one.items, kept, strict=True):
            key = (one.row.source_id, entry.item.key)
            if inserted.get(key) == entry.fact_ids[0]:
                fresh.append((one, entry, answer))
            else:
                repeats.append((one.row.source_id, entry, answer))
    placed = place(conn, account_id, [entry for _, entry, _ in fresh], now) if fresh else []
    waiting = name_later(conn, account_id, [entry for _, entry, _ in fresh], placed, now)
    _write_facts(conn, account_id, fresh, placed, waiting, now)
    named = [(entry.item, where.shipment_ids) for (_, entry, _), where in zip(fresh, placed, strict=True)]
    name_people(conn, account_id, named, now)
    for (_, _, answer), where in zip(fresh, placed, strict=True):
        answer.outcome = "accepted" if where.shipment_ids else "parked"
        answer.shipment_ids = list(where.shipment_ids)
    _answer_retractions(conn, account_id, fresh)
    _answer_repeats(conn, account_id, repeats)
    # Whom to tell is no part of an event: the same event may name one more person.
    again = [(entry.item, kept.shipment_ids) for _, entry, kept in repeats if kept.outcome == "duplicate"]
    tell(conn, account_id, again, now, come_back=False)
    count_followers(conn, account_id, [a for kept in answers for a in kept])
    return answers


def _claim_keys(conn: Connection, account_id: str, calls: Sequence[CallToKeep]) -> dict[tuple[str, str], str]:
    """Insert the keys of the batch once; returns (source, key) → the fact id that each key has in the ledger."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for one in calls:
        for entry in one.items:
            rows.setdefault(
                (one.row.source_id, entry.item.key),
                {
                    "account_id": account_id,
                    "source_id": one.row.source_id,
                    "key": entry.item.key,
                    "digest": entry.item.digest,
                    "fact_id": entry.fact_ids[0],
                },
            )
    # Sorted, so that two processes that are handed the same events at once wait for each other and never in a circle.
    if bulk_insert(conn, FactKey, [rows[key] for key in sorted(rows)], once=True) == len(rows):
        return {key: str(row["fact_id"]) for key, row in rows.items()}
    asked = {"account": account_id, "sources": {source for source, _ in rows}, "keys": {key for _, key in rows}}
    held = conn.execute(LEDGER, asked)
    return {(row.source_id, row.key): row.fact_id for row in held}


def _answer_repeats(conn: Connection, account_id: str, repeats: Sequence[tuple[str, JournalItem, Kept]]) -> None:
    if not repeats:
        return
    wanted = {
        "account": account_id,
        "sources": {source_id for source_id, _, _ in repeats},
        "keys": {entry.item.key for _, entry, _ in repeats},
    }
    known = {(row.source_id, row.key): row for row in conn.execute(LEDGER, wanted)}
    facts = [row.fact_id for row in known.values()]
    reached: dict[str, list[str]] = {}
    for link in conn.execute(REACHED, {"account": account_id, "facts": facts}):
        reached.setdefault(link.fact_id, []).append(link.shipment_id)
    for source_id, entry, answer in repeats:
        row = known[(source_id, entry.item.key)]
        answer.outcome = "duplicate" if row.digest == entry.item.digest else "conflict"
        answer.shipment_ids = reached.get(row.fact_id, [])
    newest = _newest(conn, account_id, sorted({one for found in reached.values() for one in found}))
    for source_id, entry, answer in repeats:
        taken = (known[(source_id, entry.item.key)].fact_id, entry.item.event_key)
        answer.overtaken = any(
            last[0] > taken[0] and last[1] != taken[1] for last in map(newest.get, answer.shipment_ids) if last
        )


def _answer_retractions(
    conn: Connection, account_id: str, fresh: Sequence[tuple[CallToKeep, JournalItem, Kept]]
) -> None:
    """Say which takes back what its shipments have not heard of. Asks nothing where nothing is taken back."""
    taking = [(one.row.source_id, entry.item.retracts, answer) for one, entry, answer in fresh if entry.item.retracts]
    if not taking:
        return
    wanted = {
        "account": account_id,
        "ids": {one for _, _, answer in taking for one in answer.shipment_ids},
        "events": {event for _, event, _ in taking},
    }
    heard = {(row.shipment_id, row.source_id, row.event_key) for row in conn.execute(STATED, wanted)}
    for source_id, event, answer in taking:
        answer.unheard = not any((one, source_id, event) in heard for one in answer.shipment_ids)


def _newest(conn: Connection, account_id: str, shipment_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The newest fact of each shipment: its id, and the event that states it."""
    rows = conn.execute(NEWEST, {"account": account_id, "ids": shipment_ids})
    return {row.shipment_id: (row.id, row.event_key) for row in rows}


def _write_facts(
    conn: Connection,
    account_id: str,
    fresh: Sequence[tuple[CallToKeep, JournalItem, Kept]],
    placed: Sequence[Placement],
    named: Sequence[dict[str, object] | None],
    now: datetime,
) -> None:
    rows: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    waiting: list[dict[str, object]] = []
    touched: set[str] = set()
    for (one, entry, _), where, whom in zip(fresh, placed, named, strict=True):
        drafts = entry.item.facts or (None,)
        for fact_id, draft in zip(entry.fact_ids, drafts, strict=True):
            rows.append(fact_row(account_id, one.row, entry.item, fact_id, draft, now))
            links += [
                {"account_id": account_id, "shipment_id": shipment_id, "fact_id": fact_id}
                for shipment_id in where.shipment_ids
            ]
            same = {"account_id": account_id, "fact_id": fact_id, "parked_at": now, "named": whom}
            waiting += [same | {"type": kind, "value": value} for kind, value in where.parked]
        touched.update(where.shipment_ids)
    if rows:
        bulk_insert(conn, Fact, rows)
    if links:
        bulk_insert(conn, FactShipment, links)
    if waiting:
        insert_once(conn, ParkedFact, waiting)
    touch_shipments(conn, account_id, now, ids=touched)
    about = [
        (where.shipment_ids, entry.item.refs, entry.fact_ids)
        for (_, entry, _), where in zip(fresh, placed, strict=True)
    ]
    note_facts(conn, account_id, about)
