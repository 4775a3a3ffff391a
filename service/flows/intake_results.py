"""What a call is answered with, from what was read and what was kept."""

from __future__ import annotations

from service.flows.reading import Prepared
from service.records.inbound import Ignored, Problem
from service.records.intake import Kept
from service.records.results import IntakeResult, ItemResult

SAID_BEFORE = (
    "An identical event was taken before, and newer ones have come since: this one changes nothing. "
    "To state it again, give it an `id` of its own or a `stated_at`."
)


def result_of(prepared: Prepared, answers: list[Kept]) -> IntakeResult:
    """The answer to a call, per item, in the order of the payload."""
    events = {entry.index: entry.item.event_key for entry in prepared.call.items}
    nameless = {entry.index for entry in prepared.call.items if entry.item.key == f"sha256:{entry.item.digest}"}
    items = [
        ItemResult(
            index=kept.index,
            outcome="rejected" if kept.outcome == "conflict" else kept.outcome,
            event_id=events[kept.index],
            shipment_ids=tuple(kept.shipment_ids),
            followers=kept.followers if kept.followers is not None else 0,
            warnings=_said_before(prepared, kept) if kept.index in nameless else (),
            problem=_conflict(kept.index, events[kept.index]) if kept.outcome == "conflict" else None,
        )
        for kept in answers
    ]
    items += [ItemResult(problem.index or 0, "rejected", problem=problem) for problem in prepared.reading.problems]
    items += [_ignored(one) for one in prepared.reading.ignored]
    source_id = prepared.call.row.source_id
    items += [
        ItemResult(one.index, "unmapped", code=one.code, says=one.says, source_id=source_id)
        for one in prepared.reading.unmapped
    ]
    items.sort(key=lambda item: item.index)
    return IntakeResult(prepared.call.row.id, tuple(items), prepared.unreadable)


def _ignored(one: Ignored) -> ItemResult:
    return ItemResult(one.index, "ignored", reason=one.reason)


def _said_before(prepared: Prepared, kept: Kept) -> tuple[tuple[str, str], ...]:
    """Of an event that is named by its content alone: that it cannot be told from the one before."""
    if kept.outcome != "duplicate" or not kept.overtaken:
        return ()
    return ((f"/{kept.index}/id" if prepared.reading.batch else "/id", SAID_BEFORE),)


def _conflict(index: int, event_id: str) -> Problem:
    return Problem(
        index=index,
        code="conflict",
        message=f"The event {event_id} was already received with another content.",
        fix="Send a later `stated_at` with the same `id` to correct it, or a new `id` if it is another event.",
        pointer=f"/{index}/id",
    )
