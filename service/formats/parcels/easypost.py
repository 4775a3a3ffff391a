"""EasyPost: events about trackers, each with the whole history of one parcel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import kind, shown, text
from service.formats.parcels import easypost_codes as codes
from service.formats.parcels import history as parcel
from service.formats.parcels.history import Gathered, Parcel
from service.formats.parcels.places import line, spot
from service.formats.parcels.steps import Step, tell
from service.formats.parcels.times import joined, moment, when_stated
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Problem, Reading


class EasyPost:
    """One event of EasyPost, or a tracker without an event around it. See docs/integrations/easypost.md."""

    name: ClassVar[str] = "easypost"
    title: ClassVar[str] = "EasyPost tracker events"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "easypost"
    options: ClassVar[Mapping[str, str]] = {"test_events": parcel.TEST_EVENTS}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (codes.STATUS, codes.DETAIL)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the history of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        event = strict_json.loads(body)
        if not isinstance(event, dict):
            raise unreadable("not_an_event", f"The body is {kind(event)}, not an event.", "Post one EasyPost event.")
        about = event.get("description")
        if isinstance(about, str) and "tracking_code" not in event and not about.startswith("tracker."):
            return parcel.ignored(f"The event {shown(about)} is not about a parcel's journey.")
        gathered = Gathered()
        try:
            tracker, base = _tracker(event)
            if "test" in (event.get("mode"), tracker.get("mode")) and options.get("test_events") is not True:
                return parcel.ignored(parcel.IN_TEST_MODE)
            whom = _parcel(event, tracker, base, now, options)
            pointer = f"{base}/tracking_details"
            history = parcel.entries_of(tracker.get("tracking_details"), "tracking_details", pointer)
        except Refused as problem:
            return parcel.refused(problem)
        steps = []
        for index, entry in enumerate(history):
            try:
                steps.append(_step(index, entry, f"{pointer}/{index}"))
            except Refused as problem:
                gathered.problems.append(problem.problem(index))
        tell(whom, steps, gathered)
        _expect(whom, event, tracker, base, len(history), gathered)
        if not history and not gathered.items and not gathered.problems:
            return parcel.ignored(parcel.NOTHING_YET)
        return gathered.reading()


def _tracker(event: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The tracker of *event* and its pointer."""
    result = event.get("result")
    if isinstance(result, dict):
        return result, "/result"
    if "tracking_code" in event:
        return event, ""
    raise Refused(
        "result_missing",
        "The event carries no tracker.",
        "Post what EasyPost sends to a webhook; an event that is read over its API has no `result`.",
        "/result",
    )


def _parcel(
    event: dict[str, Any], tracker: dict[str, Any], base: str, now: datetime, options: Mapping[str, object]
) -> Parcel:
    number = parcel.number_of(tracker.get("tracking_code"), "tracking_code", f"{base}/tracking_code")
    at = when_stated(tracker.get("updated_at"), now) or when_stated(event.get("created_at"), now)
    moving = parcel.word(tracker.get("status")) in codes.MOVING
    before = event.get("previous_attributes")
    delivered = isinstance(before, dict) and before.get("status") == "delivered"
    return Parcel(number, parcel.refs_of(number, {}, options), parcel.stated(at, now), moving, now, options, delivered)


def _step(index: int, entry: object, pointer: str) -> Step:
    if not isinstance(entry, dict):
        raise Refused("not_a_detail", f"This is {kind(entry)}.", "Each detail is an object.", pointer)
    status = (text(entry.get("status"), "status", 40, f"{pointer}/status") or "").lower()
    detail = (text(entry.get("status_detail"), "status_detail", 40, f"{pointer}/status_detail") or "").lower()
    if status == "delivered" and detail in codes.NOT_DELIVERED:
        raise Refused(
            "contradiction",
            f"The status `delivered` and the detail `{detail}` contradict each other.",
            "Ask the carrier which of the two holds; nothing was told.",
            f"{pointer}/status_detail",
        )
    place = entry.get("tracking_location")
    place = place if isinstance(place, dict) else {}
    return Step(
        index=index,
        pointer=pointer,
        time=entry.get("datetime"),
        time_field="datetime",
        codes=((codes.STATUSES, status),)
        if status in codes.FINAL
        else ((codes.DETAILS, detail), (codes.STATUSES, status)),
        message=line(entry.get("message"), 400) or "",
        spot=spot(place.get("city"), place.get("state"), place.get("country"), place.get("zip")),
        at_origin=detail == "departed_origin_facility",
        detail=detail,
    )


def _expect(
    whom: Parcel, event: dict[str, Any], tracker: dict[str, Any], base: str, index: int, gathered: Gathered
) -> None:
    """The delivery date, as far as the journey has not ended; the carrier's local date before the one in UTC."""
    if parcel.word(tracker.get("status")) in codes.FINAL:
        return
    more = tracker.get("carrier_detail")
    more = more if isinstance(more, dict) else {}
    value, pointer = tracker.get("est_delivery_date"), f"{base}/est_delivery_date"
    if more.get("est_delivery_date_local"):
        pointer = f"{base}/carrier_detail/est_delivery_date_local"
        value = joined(more["est_delivery_date_local"], more.get("est_delivery_time_local"))
    if value is None:
        return
    try:
        when, flags = moment(value, pointer.rsplit("/", 1)[-1], None, whom.now, pointer)
    except Refused as problem:
        gathered.problems.append(Problem(index, problem.code, problem.message, problem.fix, problem.pointer))
        return
    before = event.get("previous_attributes")
    changed = isinstance(before, dict) and "est_delivery_date" in before
    change = str(event.get("id") or event.get("created_at") or "") if changed else ""
    gathered.items.append((index, parcel.expected(whom, str(value), when, flags, change=change)))
