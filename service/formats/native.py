"""Milepost's own events: `POST /v1/events`. Only `ref`, `milestone` and `at` are required."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import kind
from service.formats.native_event import read_event
from service.formats.native_fields import unread
from service.formats.people import LANDLINE, landline
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Item, Problem, Reading

MAX_EVENTS = 500
"""Events of one call."""


class Native:
    """One event, `{"events": […]}`, or a list of events. The fields are in docs/integrations/native.md."""

    name: ClassVar[str] = "native"
    title: ClassVar[str] = "Milepost events"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {
        "region": "ISO country in which phone numbers without + are read, such as GB.",
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = ()

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        events, base = _events(strict_json.loads(body))
        region = options.get("region")
        region = region.upper() if isinstance(region, str) else None
        items: list[tuple[int, Item]] = []
        problems: list[Problem] = []
        notes: dict[str, str] = {}
        told: set[str] = set()
        for index, event in enumerate(events):
            pointer = f"{base}/{index}" if base is not None else ""
            try:
                item, warnings = read_event(event, now, region)
            except Refused as refused:
                problems.append(refused.problem(index, pointer))
                continue
            items.append((index, item))
            notes |= unread(event, pointer, told)
            for where, note in warnings:
                notes[pointer + where] = note
            if any(person.phone is not None and landline(person.phone) for person in item.tell):
                notes[f"{pointer}/tell"] = LANDLINE
        return Reading(items=tuple(items), problems=tuple(problems), batch=base is not None, notes=notes)


def _events(payload: object) -> tuple[list[object], str | None]:
    """The events of *payload* and the pointer of their list, None where the payload is one event."""
    if isinstance(payload, dict):
        inner = payload.get("events")
        if not isinstance(inner, list):
            return [payload], None
        events, base = inner, "/events"
    elif isinstance(payload, list):
        events, base = payload, ""
    else:
        raise unreadable(
            "not_an_event",
            f"The body is {kind(payload)}, not an event.",
            'Send {"ref": …, "milestone": …, "at": …} or a list of such objects.',
        )
    if not events:
        raise unreadable("no_events", "The list of events is empty.", "Send at least one event.", base)
    if len(events) > MAX_EVENTS:
        raise unreadable(
            "too_many_events",
            f"The call holds {len(events)} events.",
            f"Send at most {MAX_EVENTS} in one call.",
            base,
        )
    return events, base
