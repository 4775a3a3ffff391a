"""IATA ONE Record: events of shipments, and the notifications in which subscribers hear of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple

from service.formats import jsonld, strict_json
from service.formats.air import awb
from service.formats.air.fsu_codes import FSU, FSU_DIS
from service.formats.air.one_record_event import read_event
from service.formats.base import Refused, unreadable
from service.formats.fields import UNWANTED, kind
from service.formats.gathering import Gathering, Warnings
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Item, Reading

EVENTS = frozenset({"LogisticsEvent", "StatusUpdateEvent"})
"""Types of events."""


class _Found(NamedTuple):
    """An event at its pointer, with the object that a notification names beside it; or why something is none."""

    pointer: str
    event: object = None
    about: object = None
    ignored: str = ""


class OneRecord:
    """An event, a list or collection of events, or a notification. See docs/integrations/one-record.md."""

    name: ClassVar[str] = "one_record"
    title: ClassVar[str] = "IATA ONE Record"
    content_types: ClassVar[tuple[str, ...]] = ("application/ld+json", "application/json")
    answer_status: ClassVar[int] = 204
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {awb.DIRECT: awb.DIRECT_SAYS}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (FSU, FSU_DIS)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        payload = strict_json.loads(body)
        if not isinstance(payload, (dict, list)):
            raise unreadable(
                "not_an_event", f"The body is {kind(payload)}, not an event.", "Post a LogisticsEvent as JSON-LD."
            )
        gathering = Gathering()
        batch = isinstance(payload, list) or "@graph" in payload
        for index, found in enumerate(_found(payload)):
            if found.ignored:
                gathering.ignore(index, found.ignored)
            else:
                notes = f"/{index}" if batch else None
                gathering.add_once(index, found.pointer, partial(_read, found, now, options), notes)
        return gathering.reading(batch=batch)


def _read(found: _Found, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    if isinstance(found.event, (str, dict)) and (link := _link(found.event)):
        raise Refused(
            "event_not_embedded",
            "The event itself is not in the notification, only its address.",
            f"Get it from {UNWANTED.sub('?', link[:200])} and post it here, or have the publisher embed events.",
            "/hasLogisticsEvent",
        )
    return read_event(found.event, found.about, now, options)


def _found(payload: object, pointer: str = "") -> Iterator[_Found]:
    """What is posted, one by one."""
    if isinstance(payload, dict) and "@graph" in payload:
        payload, pointer = payload["@graph"], f"{pointer}/@graph"
    if isinstance(payload, list):
        for i, entry in enumerate(payload):
            yield from _one(entry, f"{pointer}/{i}")
    else:
        yield from _one(payload, pointer)


def _one(entry: object, pointer: str) -> Iterator[_Found]:
    if not isinstance(entry, dict):
        yield _Found(pointer, entry)
        return
    here = jsonld.plain(entry)
    kinds = jsonld.types(here)
    if kinds & EVENTS or here.keys() & {"eventCode", "eventDate"}:
        yield _Found(pointer, entry)
    elif "Notification" in kinds or "hasEventType" in here:
        yield from _notification(here, pointer)
    elif "Collection" in kinds or "hasItem" in here:
        items = jsonld.many(here.get("hasItem"))
        for i, item in enumerate(items):
            yield _Found(f"{pointer}/hasItem/{i}", item)
        if not items:
            yield _Found(pointer, ignored="The collection holds no events.")
    else:
        name = ", ".join(sorted(kinds))[:80]
        yield _Found(pointer, ignored=f"{name} is no event." if name else "It has no type: it is no event.")


def _notification(here: dict[str, Any], pointer: str) -> Iterator[_Found]:
    events = jsonld.many(here.get("hasLogisticsEvent"))
    for i, event in enumerate(events):
        yield _Found(f"{pointer}/hasLogisticsEvent/{i}" if len(events) > 1 else pointer, event, _about(here))
    if not events:
        what = jsonld.name_of(jsonld.address(here.get("hasEventType")) or "nothing")[:60]
        yield _Found(pointer, ignored=f"A notification of {what}: no event comes with it.")


def _about(here: dict[str, Any]) -> object:
    """The object of a notification, with the type that stands beside its address."""
    thing = jsonld.one(here.get("hasLogisticsObject"))
    said = jsonld.address(here.get("hasLogisticsObjectType")) or jsonld.one(here.get("hasLogisticsObjectType"))
    if isinstance(thing, dict) and "@type" not in thing and isinstance(said, str):
        return {**thing, "@type": said}
    return thing


def _link(event: str | dict[str, Any]) -> str | None:
    """The address of an event of which nothing else is known."""
    if isinstance(event, str):
        return event if ":" in event else None
    return jsonld.address(event) if event.keys() <= {"@id", "@type", "id", "type"} else None
