"""Preview: what would be said if this call came in, decided by the real code and written nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from service.flows.intake_results import result_of
from service.flows.kit import Kit
from service.flows.reading import prepare
from service.flows.render import would_say
from service.policy.decide import decide
from service.records.intake import Kept
from service.records.results import IntakeResult, SourceView, WouldSend
from service.records.situation import Situation
from service.store import facts, journal, situations
from service.store.engine import Connection


class _Seen(Exception):
    """Carries what a transaction saw out of it, while everything that it wrote is undone."""

    def __init__(self, kept: list[Kept], found: list[Situation], people: Mapping[str, str]) -> None:
        super().__init__("preview")
        self.kept = kept
        self.found = found
        self.people = people


def preview(
    kit: Kit, source: SourceView, body: bytes, headers: Mapping[str, str]
) -> tuple[list[WouldSend], IntakeResult]:
    """The messages that this call would lead to, with rule ids, text, segments, language, channel and time."""
    prepared = prepare(kit, source, body, headers, headers.get("content-type", ""))
    now = kit.clock()

    def unit(conn: Connection) -> None:
        kept = journal.keep(conn, [prepared.call], now)[0]
        ids = {s for answer in kept for s in answer.shipment_ids}
        found = situations.situations(conn, [(source.account_id, s) for s in sorted(ids)])
        raise _Seen(kept, found, situations.address_values(conn, source.account_id, found))

    try:
        kit.database.write(unit)
    except _Seen as seen:
        said = [would for one in seen.found for would in _would_send(kit, one, seen.people, now)]
        return said, result_of(prepared, seen.kept)
    raise AssertionError("a preview always ends by undoing itself")


def preview_retraction(kit: Kit, account_id: str, fact_id: str) -> list[WouldSend]:
    """The messages that taking this fact back would lead to: who would be corrected, and how.

    Raises LookupError for an unknown fact, ValueError for one that takes another back itself.
    """
    now = kit.clock()

    def unit(conn: Connection) -> None:
        done = facts.retract(conn, account_id, fact_id, why="preview", by="preview", now=now)
        if done is None:
            raise LookupError("this account has no fact of that id")
        found = situations.situations(conn, [(account_id, one) for one in done.shipment_ids])
        raise _Seen([], found, situations.address_values(conn, account_id, found))

    try:
        kit.database.write(unit)
    except _Seen as seen:
        return [would for one in seen.found for would in _would_send(kit, one, seen.people, now)]
    raise AssertionError("a preview always ends by undoing itself")


def would_send(kit: Kit, account_id: str, shipment_id: str) -> list[WouldSend]:
    """What a kept shipment would lead to now. Raises LookupError where there is none."""
    now = kit.clock()
    with kit.database.read() as conn:
        found = situations.situation(conn, account_id, shipment_id)
        people = situations.address_values(conn, account_id, [found] if found else [])
    if found is None:
        raise LookupError("this account has no shipment of that id")
    return _would_send(kit, found, people, now)


def _would_send(kit: Kit, found: Situation, people: Mapping[str, str], now: datetime) -> list[WouldSend]:
    decision = decide(found, now)
    said = [
        would_say(kit, found, notice, channel, address_id, people.get(address_id, ""), now)
        for notice in decision.notices
        if notice.state.value == "waiting"
        for channel, address_id in (*notice.channels[:1], *notice.also)
    ]
    name = found.shipment.refs[0].shown if found.shipment.refs else found.shipment.id
    held = [
        WouldSend(
            shipment_ref=name,
            contact_id=one.contact_id,
            to="",
            channel=next(a.channel for f in found.followers if f.contact_id == one.contact_id for a in f.addresses),
            stage=one.stage,
            code=one.code,
            level=found.followers[0].level,
            text="",
            segments=0,
            language="en",
            at=one.until or now,
            send_before=one.until or now,
            why=one.verdicts,
            held=True,
        )
        for one in decision.held
        if any(f.contact_id == one.contact_id and f.addresses for f in found.followers)
    ]
    return said + [replace(one, shipment_ref=name) for one in held]
