"""The page behind the link of a text: what this one person was told, and what is known now.

The page holds no name, phone or address of anybody but the forwarder's own phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.flows.kit import Kit
from service.flows.links import link_digest
from service.policy.journey import BOOKING_OPEN, DATE_OPEN
from service.records.decision import Stop
from service.records.enums import Line, Milestone, NoticeCode, Origin, Outcome, Reason, Transport
from service.records.said import Said
from service.records.when import When, when_from_json
from service.store import directory, views_tracking
from service.store.views_tracking import HandedNotice, Head, LinkedMessage, ToldWord
from service.wording.dates import on

DATED = (Line.DELIVERY, Line.READY, Line.ARRIVAL)
"""The lines whose date a page may head with: the door before collection before the port."""

LINE_OF = {"delivery": Line.DELIVERY, "ready": Line.READY, "arrival": Line.ARRIVAL}


@dataclass(frozen=True, slots=True)
class Told:
    """One row of "what we told you, and when". `current` is the date that the page heads with."""

    at: datetime
    ways: tuple[str, ...]
    code: NoticeCode | None = None
    line: Line | None = None
    when: When | None = None
    outcome: Outcome | None = None
    current: bool = False
    declared: bool = False
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Newer:
    """A date of the headline's own line that this person was not told yet."""

    line: Line
    when: When


@dataclass(frozen=True, slots=True)
class Other:
    """Another shipment of the same message, with the date that this person was told."""

    ref: str
    line: Line | None
    when: When | None
    done: bool


@dataclass(frozen=True, slots=True)
class TrackingView:
    """What the public page shows.

    `line` and `when` are the headline: the date that this person was told last, or None. `first` is the first date told
    of the same line. `done` is when it was delivered or collected, once it was. `step` is the furthest that happened.
    """

    brand: str
    care_phone: str | None
    region: str
    zone: str
    language: str
    now: datetime
    ref: str
    status: str
    status_text: str
    line: Line | None
    when: When | None
    place_name: str | None
    transport: Transport
    first: When | None
    newer: Newer | None
    done: When | None
    reason: Reason | None
    next_word: When | None
    stops: tuple[Stop, ...]
    history: tuple[Told, ...]
    others: tuple[Other, ...]
    last_fact_at: datetime | None
    flags: tuple[str, ...]
    step: Stop | None = None


def page(kit: Kit, token: str, now: datetime | None = None) -> TrackingView | None:
    """What the page behind *token* shows, or None where no such link is known."""
    with kit.database.read() as conn:
        found = directory.resolve(conn, "link", link_digest(token))
        if found is None:
            return None
        account_id, message_id = found
        linked = views_tracking.linked_message(conn, account_id, message_id)
        if linked is None:
            return None
        handed = views_tracking.handed_notices(conn, account_id, linked.contact_id, linked.stage, linked.shipment_ids)
        heads = views_tracking.heads(conn, account_id, linked.shipment_ids)
        words = {
            shipment_id: views_tracking.told_words(conn, account_id, linked.contact_id, linked.stage, shipment_id)
            for shipment_id in linked.shipment_ids
        }
    if not heads:
        return None
    return view(linked, heads, words, handed, now or kit.clock())


def view(
    linked: LinkedMessage,
    heads: Sequence[Head],
    words: Mapping[str, Sequence[ToldWord]],
    handed: Sequence[HandedNotice],
    now: datetime,
) -> TrackingView:
    """The page's values: the first of *heads* in full, the others in a line each."""
    head = heads[0]
    mine = words.get(head.shipment_id, ())
    stops = stops_of(head.summary)
    line = headline_line(head, mine)
    told = [word for word in mine if word.line == line]
    latest = told[-1] if told else None
    done = delivered_at(head, stops)
    flags = tuple(head.summary.get("flags") or ())
    next_words = [w.when for w in mine if w.line == Line.NEXT_WORD and w.outcome is None and w.when.end > now]
    return TrackingView(
        brand=linked.brand,
        care_phone=linked.care_phone,
        region=linked.region,
        zone=linked.zone,
        language=linked.language,
        now=now,
        ref=said_ref(head, handed),
        status=head.status,
        status_text=str(head.summary.get("status_text") or ""),
        line=line,
        when=latest.when if latest else None,
        place_name=place_of(latest, handed),
        transport=transport_of(head, handed),
        first=told[0].when if told and latest and told[0].when.on != latest.when.on else None,
        newer=newer_than(latest, line, head, linked.zone) if done is None and DATE_OPEN not in flags else None,
        done=done,
        reason=Reason(head.summary["reason"]) if head.summary.get("reason") else None,
        next_word=next_words[-1] if next_words else None,
        stops=stops,
        history=history(head, mine, handed, latest, now),
        others=tuple(other(one, words.get(one.shipment_id, ()), handed) for one in heads[1:]),
        last_fact_at=_instant(head.summary.get("last_fact_at")),
        flags=flags,
        step=_stop(head.summary["step"]) if head.summary.get("step") else None,
    )


def headline_line(head: Head, words: Sequence[ToldWord]) -> Line | None:
    """The line that the page heads with: the one that is due now, else the furthest that was told."""
    due = LINE_OF.get(head.due_kind or "")
    told = {word.line for word in words}
    if due in told or not told.intersection(DATED):
        return due
    return next(line for line in DATED if line in told)


def newer_than(latest: ToldWord | None, line: Line | None, head: Head, zone: str | None) -> Newer | None:
    """The date that is known now, where this person was told another or none. Other lines are never compared.

    What is compared is the day that a reader in *zone* is told.
    """
    due = when_from_json(head.summary.get("due"))
    if due is None or LINE_OF.get(head.due_kind or "") is not line or line is None:
        return None
    return None if latest is not None and on(latest.when, zone) == on(due, zone) else Newer(line, due)


def stops_of(summary: Mapping[str, Any]) -> tuple[Stop, ...]:
    """The path as it was folded."""
    return tuple(_stop(stop) for stop in summary.get("stops") or ())


def _stop(stop: Mapping[str, Any]) -> Stop:
    return Stop(
        milestone=Milestone(stop["milestone"]),
        place=stop["place"],
        place_name=stop["place_name"],
        when=when_from_json(stop["when"]),
        state=stop["state"],
        vessel=stop["vessel"],
        units_done=stop.get("units_done", 0),
        units=stop.get("units", 0),
    )


def delivered_at(head: Head, stops: Sequence[Stop]) -> When | None:
    """When it came to its end at the door, once it has."""
    if head.status != Milestone.DELIVERED.value:
        return None
    return next((stop.when for stop in reversed(stops) if stop.milestone is Milestone.DELIVERED), None)


FULFILS = {
    Line.DEPARTURE: Milestone.DEPARTED,
    Line.ARRIVAL: Milestone.ARRIVED_DESTINATION,
    Line.READY: Milestone.AVAILABLE_PICKUP,
    Line.DELIVERY: Milestone.DELIVERED,
}
"""The step that shows whether a date was kept."""


def outcome_of(word: ToldWord, words: Sequence[ToldWord], stops: Sequence[Stop], now: datetime) -> Outcome | None:
    """How a told date ended, as the records say or as the path shows; None while it stands or nobody can know.

    A date is kept by what happened on or before it, replaced in time by another told before it began, else broken.
    """
    if word.outcome is not None or word.line not in FULFILS:
        return word.outcome
    later = [one for one in words if one.line is word.line and one.ordinal > word.ordinal]
    if later and later[0].when.on != word.when.on:
        return Outcome.REPLACED_IN_TIME if later[0].told_at < word.when.start else Outcome.BROKEN
    happened = [s.when for s in stops if s.milestone is FULFILS[word.line] and s.state == "done" and s.when]
    if happened:
        return Outcome.KEPT if happened[-1].on <= word.when.on else Outcome.BROKEN
    return Outcome.BROKEN if word.when.end <= now and not _went_on(word.line, stops) else None


def _went_on(line: Line, stops: Sequence[Stop]) -> bool:
    """Whether a step beyond *line* happened, so that its own was only not reported."""
    order = list(Milestone)
    return any(stop.state == "done" and order.index(stop.milestone) > order.index(FULFILS[line]) for stop in stops)


def history(
    head: Head, words: Sequence[ToldWord], handed: Sequence[HandedNotice], latest: ToldWord | None, now: datetime
) -> tuple[Told, ...]:
    """Everything that this person was told of this shipment, latest first; one row for a notice told in two ways."""
    stops = stops_of(head.summary)
    ended = {id(word): outcome_of(word, words, stops, now) for word in words}
    mine = [one for one in handed if one.shipment_id == head.shipment_id]
    by_notice = {word.notice_id: word for word in words if word.line in DATED and word.notice_id}
    rows: list[Told] = []
    for notice_id in dict.fromkeys(one.notice_id for one in mine):
        same = [one for one in mine if one.notice_id == notice_id]
        word = by_notice.get(notice_id)
        first = min(one.handed_at for one in same)
        ways = tuple(sorted({one.channel.value for one in same}, reverse=True))
        rows.append(_row(first, ways, word, latest, ended, Said.from_json(same[0].params), same[0].code))
    declared = [word for word in words if word.origin is Origin.DECLARED and word.notice_id not in by_notice]
    rows += [_row(word.told_at, (), word, latest, ended, None, None) for word in declared]
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


def _row(
    at: datetime,
    ways: tuple[str, ...],
    word: ToldWord | None,
    latest: ToldWord | None,
    ended: Mapping[int, Outcome | None],
    said: Said | None,
    code: NoticeCode | None,
) -> Told:
    return Told(
        at=at,
        ways=ways,
        code=code,
        line=word.line if word else None,
        when=word.when if word else None,
        outcome=ended[id(word)] if word else None,
        current=word is not None and word is latest,
        declared=word is not None and word.origin is Origin.DECLARED,
        said=said,
    )


def other(head: Head, words: Sequence[ToldWord], handed: Sequence[HandedNotice]) -> Other:
    """One more shipment of the same message, in a line; a date that no longer holds is not said."""
    line = headline_line(head, words)
    stands = not {DATE_OPEN, BOOKING_OPEN}.intersection(head.summary.get("flags") or ())
    told = [word.when for word in words if word.line is line and stands]
    done = head.status == Milestone.DELIVERED.value
    return Other(said_ref(head, handed), line, told[-1] if told else None, done)


def said_ref(head: Head, handed: Sequence[HandedNotice]) -> str:
    """The name by which the shipment was last spoken of to this person."""
    return next((str(one.params["ref"]) for one in handed if one.shipment_id == head.shipment_id), head.ref)


def transport_of(head: Head, handed: Sequence[HandedNotice]) -> Transport:
    """By what it travels, as the last text that said so; it decides whether an arrival is at a port or an airport."""
    said = (Said.from_json(one.params).transport for one in handed if one.shipment_id == head.shipment_id)
    return next((found for found in said if found is not Transport.UNKNOWN), Transport.UNKNOWN)


def place_of(latest: ToldWord | None, handed: Sequence[HandedNotice]) -> str | None:
    """The place of the headline, as the text named it."""
    said = next((Said.from_json(one.params) for one in handed if latest and one.notice_id == latest.notice_id), None)
    if said is None or latest is None:
        return None
    return next((date.place_name for date in said.dates if date.line is latest.line), None)


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
