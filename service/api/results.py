"""What became of a call of intake, in the shape in which the API answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from service.api.problems import CATALOGUE, Refusal
from service.api.strict import flaw_of
from service.records.inbound import Reading
from service.records.results import IntakeResult, ItemResult, WouldSend

NOBODY = (
    "Nobody is told. Add `tell` with a phone or an e-mail to the event, name a `customer` that has contacts, "
    "or let a contact follow the shipment."
)
PARKED = (
    "No shipment holds these references yet. Send a `ref` or a booking with the event, or give a shipment this "
    "reference; then the fact is added to it."
)


Notes = Mapping[int, Sequence[tuple[str, str]]]
"""Pointer and sentence of what was taken although it looks wrong, by the item's place in the payload."""


def notes_by_item(reading: Reading) -> Notes:
    """The notes of a reading, for each item its own."""
    found: dict[int, list[tuple[str, str]]] = {}
    for pointer, note in reading.notes.items():
        steps = pointer.removeprefix("/events").split("/")
        index = int(steps[1]) if reading.batch and len(steps) > 1 and steps[1].isdecimal() else 0
        found.setdefault(index, []).append((pointer, note))
    return found


def accepted(result: IntakeResult, notes: Notes = MappingProxyType({})) -> dict[str, Any]:
    """The body of a 202: the counts, and one entry per item, with `warnings` where something in it looks wrong."""
    counts = {"accepted": 0, "duplicate": 0, "parked": 0, "ignored": 0, "unmapped": 0, "rejected": 0}
    entries = []
    for item in result.items:
        counts[item.outcome] = counts.get(item.outcome, 0) + 1
        entries.append(entry(item))
        warnings = [*notes.get(item.index, ()), *item.warnings]
        if warnings:
            entries[-1]["warnings"] = [{"pointer": at, "message": note} for at, note in warnings]
    return {**counts, "call_id": result.call_id, "results": entries}


def entry(item: ItemResult) -> dict[str, Any]:
    """One item as answered."""
    found: dict[str, Any] = {"index": item.index, "outcome": item.outcome}
    if item.event_id is not None:
        found["event_id"] = item.event_id
    if item.problem is not None:
        found["problem"] = flaw_of(item.problem).as_json()
        found["fix"] = item.problem.fix
        return found
    if item.reason:
        found["reason"] = item.reason
    if item.code is not None:
        return found | unmapped(item.source_id, item.code, item.says)
    found["shipment_ids"] = list(item.shipment_ids)
    if item.shipment_ids:
        found["timeline"] = f"/v1/shipments/{item.shipment_ids[0]}/timeline"
    if item.followers is not None:
        found["followers"] = item.followers
        if item.followers == 0:
            found["fix"] = NOBODY
    if item.outcome == "parked":
        found["fix"] = PARKED
    return found


def unmapped(source_id: str, code: str, says: str) -> dict[str, Any]:
    """A code that stands in no table, and how to say what it means."""
    return {"code": code, **({"says": says} if says else {}), "fix": how_to_map(source_id, code)}


def how_to_map(source_id: str, code: str) -> str:
    """What to do about a code that stands in no table."""
    return (
        f"It is kept. Say what {code} means with `PATCH /v1/sources/{source_id}/mapping`, or "
        "`milepost sources map`: a milestone, a reason or ignore. Then it is read again."
    )


def refusal_of(result: IntakeResult) -> Refusal | None:
    """The problem to answer with where nothing at all was taken, else None."""
    extra = {"call_id": result.call_id}
    if result.unreadable is not None:
        problem = result.unreadable
        return Refusal("unreadable", problem.message, fix=problem.fix, errors=[flaw_of(problem)], extra=extra)
    problems = [item.problem for item in result.items if item.outcome == "rejected" and item.problem is not None]
    if not problems or len(problems) < len(result.items):
        return None
    first = problems[0]
    code = "conflict" if all(one.code == "conflict" for one in problems) else "invalid"
    assert code in CATALOGUE
    results = [entry(item) for item in result.items]
    return Refusal(
        code,
        first.message,
        fix=first.fix,
        errors=[flaw_of(one) for one in problems],
        extra={**extra, "results": results},
    )


def would_send(one: WouldSend) -> dict[str, Any]:
    """A message as it would leave, with the rules that let it pass or held it."""
    return {
        "shipment_ref": one.shipment_ref,
        "contact_id": one.contact_id,
        "to": one.to,
        "channel": one.channel,
        "stage": one.stage,
        "code": one.code,
        "level": one.level,
        "subject": one.subject,
        "text": one.text,
        "segments": one.segments,
        "language": one.language,
        "at": one.at,
        "send_before": one.send_before,
        "text_version": one.text_version,
        "text_note": one.text_note,
        "held": one.held,
        "why": [verdict.as_json() for verdict in one.why],
    }
