"""karrio: webhooks about trackers, each with the whole history of one parcel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import kind, shown, text
from service.formats.parcels import history as parcel
from service.formats.parcels import karrio_codes as codes
from service.formats.parcels.history import Gathered, Parcel
from service.formats.parcels.places import line, spot
from service.formats.parcels.steps import Step, tell
from service.formats.parcels.times import joined, moment, when_stated
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Ignored, Problem, Reading

_READ = frozenset({"tracker_created", "tracker_updated"})
_NO_STATUS = "karrio gives this step no status, only its carrier's own code."


class Karrio:
    """One webhook of karrio. See docs/integrations/karrio.md."""

    name: ClassVar[str] = "karrio"
    title: ClassVar[str] = "karrio tracker webhooks"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "karrio"
    options: ClassVar[Mapping[str, str]] = {
        "test_events": parcel.TEST_EVENTS,
        "shared_orders": parcel.SHARED_ORDERS,
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (codes.STATUS, codes.REASON)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the history of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        event, data = _opened(strict_json.loads(body))
        name = event.get("event")
        if name is not None and parcel.word(name) not in _READ:
            return parcel.ignored(f"The event {shown(name)} is not about a parcel's journey.")
        if (event.get("test_mode") is True or data.get("test_mode") is True) and options.get("test_events") is not True:
            return parcel.ignored(parcel.IN_TEST_MODE)
        gathered = Gathered()
        try:
            about = _parcel(data, now, options)
            history = parcel.entries_of(data.get("events"), "events", "/data/events")
        except Refused as problem:
            return parcel.refused(problem)
        steps = []
        for index, entry in enumerate(history):
            try:
                step = _step(index, entry, data.get("status"))
            except Refused as problem:
                gathered.problems.append(problem.problem(index))
                continue
            if step is None:
                gathered.ignored.append(Ignored(index, _NO_STATUS))
            else:
                steps.append(step)
        tell(about, steps, gathered)
        _expect(about, data, len(history), gathered)
        if not history and not gathered.items and not gathered.problems:
            return parcel.ignored(parcel.NOTHING_YET)
        return gathered.reading()


def _opened(payload: object) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(payload, dict) and isinstance(data := payload.get("data"), dict):
        return payload, data
    raise unreadable(
        "not_a_webhook",
        f"The body is {kind(payload)} without `data`.",
        'Let karrio post its webhook as it is: {"event": "tracker_updated", "data": {…}}.',
    )


def _parcel(data: dict[str, Any], now: datetime, options: Mapping[str, object]) -> Parcel:
    number = parcel.number_of(data.get("tracking_number"), "tracking_number", "/data/tracking_number")
    info = data.get("info")
    orders = {"/data/info/order_id": info.get("order_id")} if isinstance(info, dict) else {}
    at = parcel.stated(when_stated(data.get("updated_at"), now), now)
    moving = parcel.word(data.get("status")) in codes.MOVING
    return Parcel(number, parcel.refs_of(number, orders, options), at, moving, now, options)


def _step(index: int, entry: object, overall: object) -> Step | None:
    """One event; None where it has no status. karrio takes the tracker's own status from its first event."""
    pointer = f"/data/events/{index}"
    if not isinstance(entry, dict):
        raise Refused("not_an_event", f"This is {kind(entry)}.", "Each event is an object.", pointer)
    said = entry.get("status")
    if said is None and index == 0:
        said = overall
    status = (text(said, "status", 40, f"{pointer}/status") or "").lower()
    if not status:
        return None
    reason = (text(entry.get("reason"), "reason", 60, f"{pointer}/reason") or "").lower()
    # `timestamp` is the local time with a Z behind it: only date and time are what the carrier said.
    return Step(
        index=index,
        pointer=pointer,
        time=joined(entry.get("date"), entry.get("time")),
        time_field="date",
        codes=((codes.REASONS, reason if status in codes.TROUBLE else ""), (codes.STATUSES, status)),
        message=line(entry.get("description"), 400) or "",
        spot=spot(entry.get("location")),
        detail=line(entry.get("code"), 80) or "",
    )


def _expect(about: Parcel, data: dict[str, Any], index: int, gathered: Gathered) -> None:
    """The delivery date, as far as the parcel has not arrived."""
    value = data.get("estimated_delivery")
    if value is None or parcel.word(data.get("status")) in codes.FINAL:
        return
    try:
        when, flags = moment(value, "estimated_delivery", None, about.now, "/data/estimated_delivery")
    except Refused as problem:
        gathered.problems.append(Problem(index, problem.code, problem.message, problem.fix, problem.pointer))
        return
    gathered.items.append((index, parcel.expected(about, str(value), when, flags)))
