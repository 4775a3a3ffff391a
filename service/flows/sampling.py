"""A sample of what a system posts, and what a customer would have been told had each event come when it happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from service.flows.kit import Kit
from service.flows.render import would_say
from service.policy.simulate import replay
from service.records.enums import IDENTITY, Classifier, ReferenceType
from service.records.ids import new_id
from service.records.inbound import Item, Person, RefValue
from service.records.intake import CallRow, CallToKeep, JournalItem
from service.records.results import WouldSend
from service.store import journal, situations
from service.store.engine import Connection

SOMEBODY = Person(phone="+447700900123")
"""Who follows every shipment of a sample: a number that is never given to anybody (Ofcom)."""

AFTER = timedelta(hours=24)
"""How long after the last event words may still leave: what settles or waits for the morning."""

MOST = 500
"""So many events of a sample are played."""


def would_be_told(kit: Kit, account_id: str, items: Sequence[Item], now: datetime) -> list[WouldSend]:
    """The texts to one person who follows every shipment of *items*, in order.

    Among them are those that lie after *now*, such as what waits for the morning: they are told if nothing newer comes.
    The kit must stand on a database that is thrown away: the events are kept there. What only names a box or a bill
    is told as if a shipment held that.
    """
    told = in_order([replace(one, tell=(SOMEBODY,), refs=_named(one, items)) for one in items[:MOST]], now)
    reached: set[str] = set()
    for at, item in told:
        reached |= kit.database.write(partial(_keep, account_id=account_id, item=item, at=at))
    if not told:
        return []
    end = told[-1][0] + AFTER
    with kit.database.read() as conn:
        found = situations.situations(conn, [(account_id, one) for one in sorted(reached)])
        people = situations.address_values(conn, account_id, found)
    said = [
        would_say(kit, one, speech.notice, channel, address_id, people.get(address_id, ""), speech.at)
        for one in found
        for speech in replay(one, end)
        for channel, address_id in (*speech.notice.channels[:1], *speech.notice.also)
    ]
    return sorted(said, key=lambda one: (one.at, one.shipment_ref))


def in_order(items: Iterable[Item], now: datetime) -> list[tuple[datetime, Item]]:
    """Items with when each would have come, in that order: when what it says happened, or when it was stated.

    What says neither came right after the one before it; nothing comes later than *now*.
    """
    found: list[tuple[datetime, Item]] = []
    before: datetime | None = None
    for item in items:
        happened = [fact.when.at for fact in item.facts if fact.classifier is Classifier.ACTUAL and fact.when.at]
        at = min(max(happened, default=None) or item.stated_at or before or now, now)
        found.append((at, item))
        before = at
    return sorted(found, key=lambda one: one[0])


def _named(item: Item, items: Sequence[Item]) -> tuple[RefValue, ...]:
    """References by which the item reaches a shipment: where nothing of the sample opens one for it, its own first.

    What has nothing but ids of its sender's own waits here as it would: they are shown to nobody.
    """
    if any(ref.type in IDENTITY for ref in item.refs) or not item.refs:
        return item.refs
    known = {ref for one in items if any(r.type in IDENTITY for r in one.refs) for ref in one.refs}
    if known & set(item.refs):
        return item.refs
    named = next((ref for ref in item.refs if ref.type is not ReferenceType.SYSTEM_ID), None)
    return (RefValue(ReferenceType.REF, named.shown), *item.refs) if named else item.refs


def _keep(conn: Connection, account_id: str, item: Item, at: datetime) -> set[str]:
    row = CallRow(account_id, new_id("cal"), "sample", at, "", {}, b"")
    ids = tuple(new_id("fct") for _ in range(max(1, len(item.facts))))
    entry = JournalItem(0, item, new_id("shp"), ids)
    return {one for kept in journal.keep(conn, [CallToKeep(row, (entry,))], at)[0] for one in kept.shipment_ids}
