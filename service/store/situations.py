"""Reading what deciding needs: the shipments that are due for a look, and everything known about each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from service.records.enums import Level, MessageState, NoticeState
from service.records.situation import (
    PARTED,
    AddressView,
    FactView,
    Feed,
    Follower,
    OccurrenceView,
    RefView,
    ShipmentView,
    Situation,
    Spoken,
    Word,
)
from service.records.tables import Address, Shipment
from service.records.when import When
from service.store import accounts, known
from service.store.pulse import ENGINE, last_beat
from service.store.tables import table

shipment = table(Shipment)
address = table(Address)

Key = tuple[str, str]
"""(account id, shipment id)."""


def due(conn: Connection, now: datetime, limit: int) -> list[Key]:
    """The shipments whose look has come, longest waiting first."""
    rows = conn.execute(known.DUE, {"now": now, "limit": limit})
    return [(row.account_id, row.id) for row in rows]


def put_off(conn: Connection, account_id: str, shipment_id: str, until: datetime) -> None:
    """Look at a shipment again at *until*, or as soon as something new is known of it."""
    conn.execute(
        update(shipment).where(shipment.c.account_id == account_id, shipment.c.id == shipment_id).values(look_at=until)
    )


def next_look(conn: Connection) -> datetime | None:
    """When the next shipment wants a look."""
    return conn.execute(
        select(shipment.c.look_at)
        .where(shipment.c.look_at.is_not(None), shipment.c.merged_into.is_(None))
        .order_by(shipment.c.look_at)
        .limit(1)
    ).scalar()


def situation(conn: Connection, account_id: str, shipment_id: str) -> Situation | None:
    """One shipment's situation, or None where the account has no such shipment."""
    found = situations(conn, [(account_id, shipment_id)])
    return found[0] if found else None


def situations(conn: Connection, keys: Sequence[Key]) -> list[Situation]:
    """The situations of several shipments, read together in one snapshot."""
    by_account: dict[str, list[str]] = defaultdict(list)
    for account_id, shipment_id in keys:
        by_account[account_id].append(shipment_id)
    found: list[Situation] = []
    for account_id, ids in by_account.items():
        found += _of_account(conn, account_id, ids)
    return found


def _of_account(conn: Connection, account_id: str, ids: Sequence[str]) -> list[Situation]:
    account = accounts.view(conn, account_id)
    shipments = _shipments(conn, account_id, ids)
    facts = _facts(conn, account_id, ids)
    followers = _followers(conn, account_id, shipments)
    words = _words(conn, account_id, ids)
    spoken = _spoken(conn, account_id, ids)
    numbered = _occurrences(conn, account_id, ids)
    feeds = _feeds(conn, account_id)
    engine = last_beat(conn, ENGINE)
    return [
        Situation(
            account=account,
            shipment=one,
            facts=tuple(facts[one.id]),
            followers=tuple(followers[one.id]),
            words=tuple(words[one.id]),
            spoken=tuple(spoken[one.id]),
            occurrences=tuple(numbered[one.id]),
            feeds=feeds,
            resumed_at=engine.gap_to if engine else None,
        )
        for one in shipments
    ]


def _feeds(conn: Connection, account_id: str) -> dict[str, Feed]:
    """The account's sources by id. Events posted with a key have none: there no call is no sign of an outage."""
    return {
        row.id: Feed(
            lag=None if row.usual_lag_minutes is None else timedelta(minutes=row.usual_lag_minutes),
            last_call_at=row.last_call_at,
        )
        for row in conn.execute(known.SOURCES, {"account": account_id})
    }


def _shipments(conn: Connection, account_id: str, ids: Sequence[str]) -> list[ShipmentView]:
    refs: dict[str, list[RefView]] = defaultdict(list)
    for row in conn.execute(known.REFERENCES, {"account": account_id, "ids": ids}):
        refs[row.shipment_id].append(RefView(row.type, row.shown))
    rows = conn.execute(known.SHIPMENTS, {"account": account_id, "ids": ids})
    return [
        ShipmentView(
            id=row.id,
            seq=row.seq,
            created_at=row.created_at,
            refs=tuple(refs[row.id]),
            mode=row.mode,
            customer_id=row.customer_id,
            customer_mode=row.customer_mode,
            need_by=row.need_by,
            owner=row.owner,
            first_load_at=row.first_load_at,
            looks=row.looks,
            rules=row.rules or {},
            customer_rules=row.customer_rules or {},
        )
        for row in rows
    ]


def _facts(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[FactView]]:
    found: dict[str, list[FactView]] = defaultdict(list)
    for row in conn.execute(known.FACTS, {"account": account_id, "ids": ids}):
        found[row.shipment_id].append(_fact(row))
    return found


def _fact(row: Row[Any]) -> FactView:
    return FactView(
        id=row.id,
        source_id=row.source_id,
        event_key=row.event_key,
        part=row.part,
        milestone=row.milestone,
        classifier=row.classifier,
        when=_when(row),
        stated_at=row.stated_at,
        received_at=row.received_at,
        unit=row.unit,
        place=row.place,
        place_name=row.place_name,
        place_role=row.place_role,
        transport=row.transport,
        vessel=row.vessel,
        imo=row.imo,
        voyage=row.voyage,
        reason=row.reason,
        pieces=row.pieces,
        pieces_total=row.pieces_total,
        retracts=row.retracts,
        flags=tuple(row.flags or ()),
        call_id=row.call_id,
        charge=row.charge,
        needs=None if row.needs is None else tuple(row.needs),
    )


def _when(row: Row[Any]) -> When:
    return When(
        on=row.at_date,
        at=row.at,
        precision=row.precision,
        zone=row.zone,
        zone_known=getattr(row, "zone_known", row.zone is not None),
        until=row.until,
    )


def _followers(conn: Connection, account_id: str, shipments: Sequence[ShipmentView]) -> dict[str, list[Follower]]:
    subjects = sorted({one.id for one in shipments} | {one.customer_id for one in shipments if one.customer_id})
    rows = conn.execute(known.FOLLOWERS, {"account": account_id, "ids": subjects}).all()
    ways = addresses_of(conn, account_id, {row.id for row in rows})
    by_subject: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_subject[row.subject_id].append(row)
    found: dict[str, list[Follower]] = defaultdict(list)
    for one in shipments:
        seen: set[str] = set()
        for row in [*by_subject[one.id], *(by_subject[one.customer_id] if one.customer_id else ())]:
            if row.id not in seen:
                seen.add(row.id)
                found[one.id].append(_follower(row, tuple(ways[row.id])))
    return found


def _follower(row: Row[Any], ways: tuple[AddressView, ...]) -> Follower:
    return Follower(
        contact_id=row.id,
        since=row.since,
        addresses=ways,
        language=row.language,
        zone=row.zone,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        level=Level(row.level),
        business=row.subject_id.startswith("cus_"),
        role=row.role,
        paused_until=row.paused_until,
        late_over_days=row.late_over_days,
        names=row.names or {},
        digest=row.digest,
    )


def addresses_of(conn: Connection, account_id: str, contact_ids: Iterable[str]) -> dict[str, list[AddressView]]:
    """Each contact's addresses, first choice first."""
    found: dict[str, list[AddressView]] = defaultdict(list)
    for row in conn.execute(known.ADDRESSES, {"account": account_id, "ids": sorted(contact_ids)}):
        found[row.contact_id].append(AddressView(row.id, row.channel, row.suppressed_at is not None))
    return found


def _words(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[Word]]:
    found: dict[str, list[Word]] = defaultdict(list)
    for row in conn.execute(known.WORDS, {"account": account_id, "ids": ids}):
        found[row.shipment_id].append(
            Word(
                id=row.id,
                contact_id=row.contact_id,
                stage=row.stage,
                line=row.line,
                unit_group=row.unit_group,
                ordinal=row.ordinal,
                state=row.state,
                when=_when(row) if row.at_date else None,
                made_at=row.made_at,
                origin=row.origin,
                reason=row.reason,
                notice_id=row.notice_id,
                told_at=row.told_at,
                outcome=row.outcome,
                place=row.place,
            )
        )
    return found


def _spoken(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[Spoken]]:
    carried: dict[str, MessageState] = {}
    waits: set[str] = set()
    for row in conn.execute(known.CARRIED, {"account": account_id, "ids": ids}):
        if row.state is MessageState.WAITING:
            waits.add(row.notice_id)
        # One in doubt outweighs the others: it may have been said.
        if carried.get(row.notice_id) is not MessageState.UNCERTAIN:
            carried[row.notice_id] = row.state
    found: dict[str, list[Spoken]] = defaultdict(list)
    for row in conn.execute(known.NOTICES, {"account": account_id, "ids": ids}):
        found[row.shipment_id].append(
            Spoken(
                id=row.id,
                contact_id=row.contact_id,
                stage=row.stage,
                code=row.code,
                subject=row.subject,
                ordinal=row.ordinal,
                state=row.state,
                level=row.level,
                truth_version=row.truth_version,
                not_before=row.not_before,
                created_at=row.created_at,
                cause=row.cause,
                message=carried.get(row.id),
                params=row.params or {},
                why_ended=str((row.why or [{}])[-1].get("text", "")) if row.ended_at else "",
                again=row.state is NoticeState.SAID and row.id in waits,
                parted=(row.why or [{}])[-1].get("rule") == PARTED,
            )
        )
    return found


def _occurrences(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[OccurrenceView]]:
    found: dict[str, list[OccurrenceView]] = defaultdict(list)
    for row in conn.execute(known.OCCURRENCES, {"account": account_id, "ids": ids}):
        found[row.shipment_id].append(
            OccurrenceView(
                id=row.id,
                milestone=row.milestone,
                stop=row.stop,
                unit_group=row.unit_group,
                number=row.number,
                open=row.closed_at is None,
            )
        )
    return found


def address_values(conn: Connection, account_id: str, found: Iterable[Situation]) -> dict[str, str]:
    """Phone numbers and mailboxes by address id, for those who may see them (a preview names who would be told)."""
    ids = sorted({way.id for one in found for follower in one.followers for way in follower.addresses})
    rows = conn.execute(
        select(address.c.id, address.c.value).where(address.c.account_id == account_id, address.c.id.in_(ids))
    )
    return {row.id: row.value for row in rows}
