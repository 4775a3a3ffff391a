"""Keeping facts: one transaction for the calls of many requests.

The statements are bulk statements, because what limits intake is the number of statements and of commits, not the
number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select, tuple_, update

from service.records.enums import CallOutcome, Milestone, Precision
from service.records.inbound import FactDraft, Item
from service.records.intake import CallRow, CallToKeep, JournalItem, Kept
from service.records.tables import Fact, FactKey, FactShipment, Follow, InboundCall, ParkedFact, Shipment, Source
from service.store.among import among
from service.store.bulk import bulk_insert
from service.store.customers import customer_for_code
from service.store.follows import follow_many
from service.store.people import upsert_people
from service.store.placing import Placement, place
from service.store.sources import OWN, open_own
from service.store.sql import insert_once
from service.store.tables import table
from service.store.touch import touch_shipments

fact_key = table(FactKey)
fact = table(Fact)
fact_shipment = table(FactShipment)
shipment = table(Shipment)
follow = table(Follow)
call = table(InboundCall)
parked = table(ParkedFact)
source = table(Source)


FOLLOWERS = (
    select(shipment.c.id, func.count(func.distinct(follow.c.contact_id)).label("people"))
    .select_from(
        shipment.join(
            follow,
            and_(
                follow.c.account_id == shipment.c.account_id,
                follow.c.ended_at.is_(None),
                or_(follow.c.subject_id == shipment.c.id, follow.c.subject_id == shipment.c.customer_id),
            ),
        )
    )
    .where(shipment.c.account_id == bindparam("account"), among(shipment.c.id, "ids"))
    .group_by(shipment.c.id)
)


NAMED = "named in an event"
"""How we came to write to somebody whom an event names."""

LEDGER = select(fact_key.c.source_id, fact_key.c.key, fact_key.c.fact_id).where(
    fact_key.c.account_id == bindparam("account"),
    among(fact_key.c.source_id, "sources"),
    among(fact_key.c.key, "keys"),
)

CALLED = (
    update(source)
    .where(source.c.account_id == bindparam("account"), source.c.id == bindparam("source"))
    .values(last_call_at=bindparam("at"))
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
    _keep_calls(conn, calls, answers)
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
    waiting = _name_later(conn, account_id, [entry for _, entry, _ in fresh], placed, now)
    _write_facts(conn, account_id, fresh, placed, waiting, now)
    named = [(entry.item, where.shipment_ids) for (_, entry, _), where in zip(fresh, placed, strict=True)]
    _name_people(conn, account_id, named, now)
    for (_, _, answer), where in zip(fresh, placed, strict=True):
        answer.outcome = "accepted" if where.shipment_ids else "parked"
        answer.shipment_ids = list(where.shipment_ids)
    _answer_repeats(conn, account_id, repeats)
    # Whom to tell is no part of an event: the same event may name one more person.
    again = [(entry.item, kept.shipment_ids) for _, entry, kept in repeats if kept.outcome == "duplicate"]
    _tell(conn, account_id, again, now, come_back=False)
    _count_followers(conn, account_id, [a for kept in answers for a in kept])
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
    wanted = {(source_id, entry.item.key) for source_id, entry, _ in repeats}
    known = {
        (row.source_id, row.key): row
        for row in conn.execute(
            select(fact_key.c.source_id, fact_key.c.key, fact_key.c.digest, fact_key.c.fact_id).where(
                fact_key.c.account_id == account_id, tuple_(fact_key.c.source_id, fact_key.c.key).in_(sorted(wanted))
            )
        )
    }
    reached: dict[str, list[str]] = {}
    for link in conn.execute(
        select(fact_shipment.c.fact_id, fact_shipment.c.shipment_id)
        .where(
            fact_shipment.c.account_id == account_id,
            fact_shipment.c.fact_id.in_([row.fact_id for row in known.values()]),
        )
        .order_by(fact_shipment.c.shipment_id)
    ):
        reached.setdefault(link.fact_id, []).append(link.shipment_id)
    for source_id, entry, answer in repeats:
        row = known[(source_id, entry.item.key)]
        answer.outcome = "duplicate" if row.digest == entry.item.digest else "conflict"
        answer.shipment_ids = reached.get(row.fact_id, [])


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
            rows.append(_fact_row(account_id, one.row, entry.item, fact_id, draft, now))
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


def _fact_row(
    account_id: str, row: CallRow, item: Item, fact_id: str, draft: FactDraft | None, now: datetime
) -> dict[str, object]:
    """A fact's columns; *draft* is None for the row of a pure retraction, which states nothing itself.

    A fact is received when it is kept: whoever the same call names follows from that very instant on.
    """
    stated = item.stated_at or row.received_at
    common: dict[str, object] = {
        "account_id": account_id,
        "id": fact_id,
        "source_id": row.source_id,
        "call_id": row.id,
        "event_key": item.event_key,
        "retracts": item.retracts,
        "stated_at": stated,
        "received_at": now,
    }
    if draft is None:
        return common | NOTHING_STATED | {"at": stated, "at_date": stated.date()}
    return common | _stated(draft)


NOTHING_STATED: dict[str, object] = {
    "part": "retraction",
    "milestone": Milestone.INFO_RECEIVED,
    "classifier": "planned",
    "at": None,
    "at_date": None,
    "precision": Precision.MINUTE,
    "zone": None,
    "zone_known": False,
    "unit": None,
    "place": None,
    "place_name": None,
    "place_role": None,
    "transport": "unknown",
    "vessel": None,
    "imo": None,
    "voyage": None,
    "reason": None,
    "remark": None,
    "pieces": None,
    "pieces_total": None,
    "flags": None,
    "until": None,
    "charge": None,
    "needs": None,
}
"""The columns of a pure retraction; it is dated by when it was stated."""


def _stated(draft: FactDraft) -> dict[str, object]:
    return {
        "part": draft.part,
        "milestone": draft.milestone,
        "classifier": draft.classifier,
        "at": draft.when.at,
        "at_date": draft.when.on,
        "precision": draft.when.precision,
        "zone": draft.when.zone,
        "zone_known": draft.when.zone_known,
        "unit": draft.unit,
        "place": draft.place,
        "place_name": draft.place_name,
        "place_role": draft.place_role,
        "transport": draft.transport,
        "vessel": draft.vessel,
        "imo": draft.imo,
        "voyage": draft.voyage,
        "reason": draft.reason,
        "remark": draft.remark,
        "pieces": draft.pieces,
        "pieces_total": draft.pieces_total,
        "flags": list(draft.flags) or None,
        "until": draft.when.until,
        "charge": draft.charge,
        "needs": None if draft.needs is None else list(draft.needs),
    }


def _name_people(conn: Connection, account_id: str, named: Sequence[tuple[Item, Sequence[str]]], now: datetime) -> None:
    """Apply what items say of customers, owners and people to tell."""
    for item, shipment_ids in named:
        values: dict[str, object] = {}
        if item.customer:
            values["customer_id"] = customer_for_code(conn, account_id, item.customer, now)
        if item.owner:
            values["owner"] = item.owner
        if values and shipment_ids:
            conn.execute(
                update(shipment)
                .where(shipment.c.account_id == account_id, shipment.c.id.in_(shipment_ids))
                .values(**values)
            )
    _tell(conn, account_id, named, now, come_back=True)


def _name_later(
    conn: Connection, account_id: str, entries: Sequence[JournalItem], placed: Sequence[Placement], now: datetime
) -> list[dict[str, object] | None]:
    """Per item, whom it names for the shipment that will adopt it; None where it reaches one, or names nobody."""
    parked = [not where.shipment_ids and bool(where.parked) for where in placed]
    people = [person for entry, waits in zip(entries, parked, strict=True) if waits for person in entry.item.tell]
    made = upsert_people(conn, account_id, people, now, consent_how=NAMED) if people else []
    contacts = iter(made)
    found: list[dict[str, object] | None] = []
    for entry, waits in zip(entries, parked, strict=True):
        item = entry.item
        if not waits or not (item.tell or item.customer or item.owner):
            found.append(None)
            continue
        customer_id = customer_for_code(conn, account_id, item.customer, now) if item.customer else None
        mine = [next(contacts) for _ in item.tell]
        found.append({"contacts": mine, "customer": customer_id, "owner": item.owner})
    return found


def _tell(
    conn: Connection,
    account_id: str,
    named: Sequence[tuple[Item, Sequence[str]]],
    now: datetime,
    *,
    come_back: bool,
) -> None:
    """Let the people whom items name follow their shipments; naming somebody twice changes nothing."""
    told = [(person, shipment_ids) for item, shipment_ids in named if shipment_ids for person in item.tell]
    if told:
        people = [person for person, _ in told]
        contacts = upsert_people(conn, account_id, people, now, consent_how=NAMED)
        pairs = [(s, contact) for (_, mine), contact in zip(told, contacts, strict=True) for s in mine]
        follow_many(conn, account_id, pairs, now, come_back=come_back)


def _count_followers(conn: Connection, account_id: str, answers: Sequence[Kept]) -> None:
    """How many people follow each shipment, themselves or through its customer."""
    ids = sorted({s for answer in answers for s in answer.shipment_ids})
    if not ids:
        return
    counts = {row.id: row.people for row in conn.execute(FOLLOWERS, {"account": account_id, "ids": ids})}
    for answer in answers:
        if answer.shipment_ids:
            answer.followers = sum(counts.get(s, 0) for s in answer.shipment_ids)


def _keep_calls(conn: Connection, calls: Sequence[CallToKeep], answers: Sequence[Sequence[Kept]]) -> None:
    rows = []
    for one, kept in zip(calls, answers, strict=True):
        duplicate = sum(1 for answer in kept if answer.outcome == "duplicate")
        conflict = sum(1 for answer in kept if answer.outcome == "conflict")
        outcome = CallOutcome.REFUSED if one.row.refused else CallOutcome.ACCEPTED
        rows.append(
            {
                "account_id": one.row.account_id,
                "id": one.row.id,
                "source_id": one.row.source_id,
                "received_at": one.row.received_at,
                "content_type": one.row.content_type,
                "headers": dict(one.row.headers) or None,
                "body": one.row.body,
                "outcome": CallOutcome.REPLAYED if one.row.replayed else outcome,
                "accepted": len(kept) - duplicate - conflict,
                "duplicate": duplicate,
                "rejected": len(one.rejected) + conflict,
                "problem": dict(one.row.problem) if one.row.problem else None,
            }
        )
    bulk_insert(conn, InboundCall, rows)
    last = {(one.row.account_id, one.row.source_id): one.row.received_at for one in calls}
    for (account_id, source_id), at in sorted(last.items()):
        called = conn.execute(CALLED, {"account": account_id, "source": source_id, "at": at})
        if source_id == OWN and not called.rowcount:
            open_own(conn, account_id, at)


def call_body(conn: Connection, account_id: str, call_id: str) -> tuple[str, str, bytes, dict[str, str]] | None:
    """(source id, content type, raw bytes, kept headers) of a call, to read it again; None if there is none."""
    row = conn.execute(
        select(call.c.source_id, call.c.content_type, call.c.body, call.c.headers).where(
            call.c.account_id == account_id, call.c.id == call_id
        )
    ).one_or_none()
    return (row.source_id, row.content_type, row.body, dict(row.headers or {})) if row else None
