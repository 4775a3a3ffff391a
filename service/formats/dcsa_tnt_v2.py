"""DCSA Track & Trace 2.2: the array of events that a carrier posts to a subscriber's callback."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from service.formats import strict_json
from service.formats.base import Refused, Unreadable, unreadable
from service.formats.dcsa_tnt_v2_event import Nothing, read_event, read_head
from service.formats.fields import kind
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Ignored, Item, Problem, Reading


class DcsaTrackAndTrace2:
    """A JSON array of mixed events; one event without the array is taken too. See docs/integrations/dcsa-tnt.md."""

    name: ClassVar[str] = "dcsa_tnt_v2"
    title: ClassVar[str] = "DCSA Track & Trace 2.2"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 204
    default_scheme: ClassVar[str] = "dcsa_sha256"
    options: ClassVar[Mapping[str, str]] = {
        "any_event_id": "true takes an eventID that is no UUID, for carriers that have ids of their own.",
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = ()

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        events, batch = _events(strict_json.loads(body))
        any_id = options.get("any_event_id") is True
        items: list[tuple[int, Item]] = []
        problems: list[Problem] = []
        ignored: list[Ignored] = []
        notes: dict[str, str] = {}
        seen: dict[str, tuple[int, str]] = {}
        for index, event in enumerate(events):
            pointer = f"/{index}" if batch else ""
            try:
                head = read_head(event, now, any_id)
                first, digest = seen.setdefault(head.key, (index, head.digest))
                if first != index:
                    _repeat(first, digest == head.digest)
                item, warnings = read_event(head, now)
            except Nothing as nothing:
                ignored.append(Ignored(index, nothing.reason))
                continue
            except Refused as refused:
                problems.append(refused.problem(index, pointer))
                continue
            items.append((index, item))
            for where, note in warnings:
                notes[pointer + where] = note
        return Reading(tuple(items), tuple(ignored), tuple(problems), batch=batch, notes=notes)


def _repeat(first: int, same: bool) -> None:
    if same:
        raise Nothing(f"It repeats item {first} of the same call.")
    raise Refused(
        "event_id_reused",
        f"Item {first} of the same call has this eventID and another content.",
        "Give each event an eventID of its own, and a correction a later eventCreatedDateTime.",
        "/eventID",
    )


def _events(payload: object) -> tuple[list[object], bool]:
    """The events, and whether they came in an array."""
    if isinstance(payload, list):
        if any(isinstance(event, dict) and "metadata" in event and "eventType" not in event for event in payload):
            raise _other_version("3.0 Beta (`metadata` and `payload`)")
        return payload, True
    if isinstance(payload, dict):
        if "metadata" in payload and "eventType" not in payload:
            raise _other_version("3.0 Beta (`metadata` and `payload`)")
        if "events" in payload:
            raise _other_version("3.0 (`events`)")
        return [payload], False
    raise unreadable(
        "not_an_event", f"The body is {kind(payload)}, not a list of events.", "Post a JSON array of events."
    )


def _other_version(version: str) -> Unreadable:
    return unreadable(
        "other_version",
        f"This is DCSA Track & Trace {version}; this source is set to version 2.2.",
        "Ask the carrier to subscribe you with API version 2 (a JSON array of events).",
    )
