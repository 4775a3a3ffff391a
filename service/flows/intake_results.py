"""What a call is answered with, from what was read and what was kept."""

from __future__ import annotations

from service.flows.reading import Prepared
from service.records.inbound import Ignored, Problem
from service.records.intake import Kept
from service.records.results import IntakeResult, ItemResult

SAID_BEFORE = "An identical event was taken before, and newer ones have come since: this one changes nothing. "
STATE_AGAIN = "To state it again, give it an `id` of its own or a `stated_at`."
SEND_AGAIN = "To state it again, send it with an event id or a time of its own."
CORRECT = "Send a later `stated_at` with the same `id` to correct it, or a new `id` if it is another event."
CORRECT_AS_IT_DOES = "Send a correction as this format does, or a new event id if it is another event."


def result_of(prepared: Prepared, answers: list[Kept]) -> IntakeResult:
    """The answer to a call, per item, in the order of the payload."""
    events = {entry.index: entry.item.event_key for entry in prepared.call.items}
    retracts = {entry.index: entry.item.retracts for entry in prepared.call.items}
    nameless = {entry.index for entry in prepared.call.items if entry.item.key == f"sha256:{entry.item.digest}"}
    items = [
        ItemResult(
            index=kept.index,
            outcome="rejected" if kept.outcome == "conflict" else kept.outcome,
            event_id=events[kept.index],
            shipment_ids=tuple(kept.shipment_ids),
            followers=kept.followers if kept.followers is not None else 0,
            warnings=(
                *(_said_before(prepared, kept) if kept.index in nameless else ()),
                *_unheard(prepared, kept, retracts[kept.index]),
            ),
            problem=_conflict(prepared, kept.index, events[kept.index]) if kept.outcome == "conflict" else None,
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
    return ((_at(prepared, kept.index, "id"), SAID_BEFORE + (STATE_AGAIN if prepared.native else SEND_AGAIN)),)


def _unheard(prepared: Prepared, kept: Kept, event: str | None) -> tuple[tuple[str, str], ...]:
    """Of what takes back an event that its shipment never had: a name that is not to the letter says so here."""
    if kept.outcome != "accepted" or not kept.unheard:
        return ()
    words = f"No event {event} of this source has come for this shipment yet; it is taken back if it comes."
    return ((_at(prepared, kept.index, "retracts"), words),)


def _at(prepared: Prepared, index: int, field: str) -> str:
    """Where *field* stands in the body; of another format only the item is known."""
    item = f"/{index}" if prepared.reading.batch else ""
    return f"{item}/{field}" if prepared.native else item


def _conflict(prepared: Prepared, index: int, event_id: str) -> Problem:
    return Problem(
        index=index,
        code="conflict",
        message=f"The event {event_id} was already received with another content.",
        fix=CORRECT if prepared.native else CORRECT_AS_IT_DOES,
        pointer=_at(prepared, index, "id"),
    )
