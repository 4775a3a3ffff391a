"""One event of IATA ONE Record: a LogisticsEvent, or the StatusUpdateEvent that stands for an FSU message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from service.formats import jsonld
from service.formats.air.fsu_meaning import OWN, Route, Said, at_airport, check_part, meaning, part_of
from service.formats.air.one_record_target import Target, airport_of, place_of, read_target
from service.formats.base import Refused
from service.formats.fields import digest_of, kind, shown, text
from service.formats.gathering import Nothing, Strange, Warnings
from service.formats.times import read_instant, read_when, settled
from service.formats.vocabulary import IGNORE, own_meaning
from service.records.enums import Classifier, Milestone, Reason, Transport
from service.records.inbound import FactDraft, Item

TIME_TYPES: dict[str, Classifier | None] = {
    "ACTUAL": Classifier.ACTUAL,
    "ESTIMATED": Classifier.ESTIMATED,
    "EXPECTED": Classifier.ESTIMATED,
    "PLANNED": Classifier.PLANNED,
    "SCHEDULED": Classifier.PLANNED,
    "REQUESTED": None,
}
"""`eventTimeType` of the cargo ontology; what is only requested is no news."""

OTHERS = "one-record"
"""Stands before codes of other lists than IATA's status codes, and before names of events that have no code."""

_LONGEST_ID = 180
_AHEAD = timedelta(days=1)


def read_event(event: object, about: object, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    """The item that *event* states; *about* is the object that a notification names beside it.

    Raises `Refused`, with a pointer below the event, `Nothing` or `Strange`.
    """
    if not isinstance(event, dict):
        raise Refused("not_an_event", f"This is {kind(event)}, not an event.", "Send the event as an object.")
    here = jsonld.plain(event)
    warnings: Warnings = []
    target = read_target(here, about, options, warnings)
    place = place_of(here.get("eventLocation"))
    said = _said(here, airport_of(place), target.route, options)
    classifier = _classifier(here)
    zone = place.zone if place else None
    when, flags = read_when(_date(here), "eventDate", zone, now, place_helps=False)
    classifier, more = settled(classifier, when, now)
    part, pieces = _part(here, target)
    check_part(said.milestone, part, pieces and target.total)
    fact = FactDraft(
        milestone=said.milestone,
        classifier=classifier,
        when=when,
        place=place.code if place else None,
        place_name=place.name if place else None,
        place_role=said.role,
        transport=Transport.AIR,
        voyage=_flight(here),
        reason=said.reason,
        pieces=pieces,
        pieces_total=max(target.total, pieces) if pieces and target.total else None,
        flags=(*said.flags, *flags, *more, *part_of(part, pieces and target.total)),
    )
    digest = digest_of([said, classifier, str(_date(here)), fact.place, fact.pieces, fact.voyage])
    names = [ref.value for ref in target.refs]
    own_id = jsonld.address(here)
    event_key = own_id if own_id and len(own_id) <= _LONGEST_ID else digest_of([digest, names, own_id])
    return Item(event_key, event_key, digest, (fact,), target.refs, _stated_at(here, now)), warnings


def _said(here: dict[str, Any], airport: str | None, route: Route, options: Mapping[str, object]) -> Said:
    name = text(jsonld.one(here.get("eventName")), "eventName", 200) or ""
    code, of_iata = _code(here)
    if code is not None and of_iata:
        status, _, discrepancy = code.partition("_")
        return meaning(status, discrepancy or None, airport, route, options, name)
    other = (code or name)[:60]
    if not other:
        raise Refused(
            "eventCode_missing",
            "The event has neither `eventCode` nor `eventName`.",
            "Send the status code, such as https://onerecord.iata.org/ns/code-lists/StatusCode#DEP.",
            "/eventCode",
        )
    own = own_meaning(options, OTHERS, other)
    if own is None:
        raise Strange(OTHERS, other, name, "/eventCode" if code else "/eventName")
    if own == IGNORE:
        raise Nothing(OWN)
    if isinstance(own, Reason):
        return Said(Milestone.DELAYED, None, own)
    return Said(*at_airport(Milestone(own), airport, route))


def _code(here: dict[str, Any]) -> tuple[str | None, bool]:
    """The code, and whether it is one of IATA's status codes."""
    value = jsonld.one(here.get("eventCode"))
    said = jsonld.address(value)
    inner = jsonld.one(jsonld.node(value).get("code"))
    if isinstance(inner, str) and (said is None or "#" not in said):
        listed = str(jsonld.one(jsonld.node(value).get("codeListName")) or "StatusCode")
        return inner.strip().upper()[:60], "status" in listed.lower()
    if said is None:
        return None, False
    alone = not re.search(r"[#/:]", said)
    return jsonld.name_of(said).upper().removeprefix("STATUSCODE_")[:60], alone or FSU_LIST in said.lower()


FSU_LIST = "statuscode"
"""The part of a code's address that says that it is one of IATA's status codes."""


def _classifier(here: dict[str, Any]) -> Classifier:
    value = jsonld.one(here.get("eventTimeType"))
    if value is None:
        return Classifier.ACTUAL
    said = jsonld.address(value) or ""
    name = jsonld.name_of(said).upper()
    if name not in TIME_TYPES:
        raise Refused(
            "unknown_eventTimeType",
            f"`eventTimeType` {shown(said or value)} is not known.",
            f"Use one of {', '.join(TIME_TYPES)}.",
            "/eventTimeType",
        )
    classifier = TIME_TYPES[name]
    if classifier is None:
        raise Nothing("It is only requested: nobody has said yet that it will be so.")
    return classifier


def _date(here: dict[str, Any]) -> object:
    value = jsonld.one(here.get("eventDate"))
    if value is None:
        raise Refused("eventDate_missing", "`eventDate` is missing.", "Send when it happened.", "/eventDate")
    return value


def _stated_at(here: dict[str, Any], now: datetime) -> datetime | None:
    """When the event was recorded; of several statements the later counts, so a time ahead of us counts for nothing."""
    value = jsonld.one(here.get("creationDate"))
    try:
        stated = read_instant(value, "creationDate", now)
    except Refused:
        return None
    return stated if stated is not None and stated <= now + _AHEAD else None


def _flight(here: dict[str, Any]) -> str | None:
    said = jsonld.one(jsonld.node(here.get("transportMovementReference")).get("transportIdentifier"))
    if not isinstance(said, str) or not said.isprintable():
        return None
    return said.strip()[:40].strip() or None


def _part(here: dict[str, Any], target: Target) -> tuple[bool, int | None]:
    """Whether it is about a part of the shipment, and of how many pieces, where that is said."""
    count = jsonld.one(here.get("recordedPieceCount"))
    if isinstance(count, str) and count.isascii() and count.isdigit() and len(count) < 7:
        count = int(count)
    counted = count if isinstance(count, int) and not isinstance(count, bool) and 0 < count < 10**6 else None
    if jsonld.one(here.get("partialEventIndicator")) in {True, "true"}:
        return True, counted or target.pieces
    return False, counted if target.total else None
