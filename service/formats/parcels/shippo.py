"""Shippo: the webhook `track_updated`, with the whole history of one parcel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import kind, shown, text
from service.formats.parcels import history as parcel
from service.formats.parcels import shippo_codes as codes
from service.formats.parcels.history import Gathered, Parcel
from service.formats.parcels.places import line, spot
from service.formats.parcels.steps import Step, tell
from service.formats.parcels.times import moment, when_stated
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Problem, Reading


class Shippo:
    """One webhook of Shippo. See docs/integrations/shippo.md."""

    name: ClassVar[str] = "shippo"
    title: ClassVar[str] = "Shippo tracking webhooks"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "shippo"
    options: ClassVar[Mapping[str, str]] = {
        "test_events": parcel.TEST_EVENTS,
        "metadata_is_order": "true reads `metadata`, which the account fills itself, as its order number.",
        "shared_orders": parcel.SHARED_ORDERS,
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (codes.STATUS, codes.SUBSTATUS)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the history of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        event, data = _opened(strict_json.loads(body))
        name = event.get("event")
        if name is not None and name != "track_updated":
            return parcel.ignored(f"The event {shown(name)} is not about a parcel's journey.")
        if (event.get("test") is True or data.get("test") is True) and options.get("test_events") is not True:
            return parcel.ignored(parcel.IN_TEST_MODE)
        gathered = Gathered()
        try:
            about = _parcel(data, now, options)
            history = _entries(data)
        except Refused as problem:
            return parcel.refused(problem)
        steps = []
        for index, (pointer, entry) in enumerate(history):
            try:
                steps.append(_step(index, pointer, entry))
            except Refused as problem:
                gathered.problems.append(problem.problem(index))
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
        'Let Shippo post its webhook as it is: {"event": "track_updated", "data": {…}}.',
    )


def _parcel(data: dict[str, Any], now: datetime, options: Mapping[str, object]) -> Parcel:
    number = parcel.number_of(data.get("tracking_number"), "tracking_number", "/data/tracking_number")
    orders = {"/data/metadata": data.get("metadata")} if options.get("metadata_is_order") is True else {}
    latest = data.get("tracking_status")
    latest = latest if isinstance(latest, dict) else {}
    at = parcel.stated(when_stated(latest.get("object_updated"), now), now)
    moving = parcel.word(latest.get("status")) in codes.MOVING
    return Parcel(number, parcel.refs_of(number, orders, options), at, moving, now, options)


def _entries(data: dict[str, Any]) -> list[tuple[str, object]]:
    """The history, and the present status where the history does not have it."""
    found = parcel.entries_of(data.get("tracking_history"), "tracking_history", "/data/tracking_history")
    entries = [(f"/data/tracking_history/{i}", one) for i, one in enumerate(found)]
    latest = data.get("tracking_status")
    if isinstance(latest, dict) and not any(_alike(latest, one) for _, one in entries):
        entries.append(("/data/tracking_status", latest))
    return entries


def _alike(latest: dict[str, Any], entry: object) -> bool:
    """Whether a step of the history is the present status: its date and status are the same."""
    return isinstance(entry, dict) and all(latest.get(name) == entry.get(name) for name in ("status", "status_date"))


def _step(index: int, pointer: str, entry: object) -> Step:
    if not isinstance(entry, dict):
        raise Refused("not_a_step", f"This is {kind(entry)}.", "Each step of the history is an object.", pointer)
    status = (text(entry.get("status"), "status", 40, f"{pointer}/status") or "").upper()
    fine = entry.get("substatus")
    fine = fine.get("code") if isinstance(fine, dict) else fine
    code = (text(fine, "code", 40, f"{pointer}/substatus/code") or "").lower()
    _agree(status, code, pointer)
    place = entry.get("location")
    place = place if isinstance(place, dict) else {}
    return Step(
        index=index,
        pointer=pointer,
        time=entry.get("status_date"),
        time_field="status_date",
        codes=((codes.SUBSTATUSES, code), (codes.STATUSES, status)),
        message=line(entry.get("status_details"), 400) or "",
        spot=spot(place.get("city"), place.get("state"), place.get("country"), place.get("zip")),
    )


def _agree(status: str, code: str, pointer: str) -> None:
    """Refuse a step of which one code ends the journey and the other does not."""
    if code in {"", "other"} or code not in codes.SUBSTATUSES.rows:
        return
    belongs = codes.BELONGS.get(code, "TRANSIT")
    if status != belongs and codes.FINAL & {status, belongs}:
        raise Refused(
            "contradiction",
            f"The status `{shown(status)}` and the substatus `{code}` contradict each other.",
            f"Shippo lists `{code}` under {belongs}: ask it which of the two holds; nothing was told.",
            f"{pointer}/substatus",
        )


def _expect(about: Parcel, data: dict[str, Any], index: int, gathered: Gathered) -> None:
    """The delivery date (`eta`), as far as the parcel has not arrived."""
    latest = data.get("tracking_status")
    ended = isinstance(latest, dict) and parcel.word(latest.get("status")) in codes.FINAL
    if data.get("eta") is None or ended:
        return
    try:
        when, flags = moment(data["eta"], "eta", None, about.now, "/data/eta")
    except Refused as problem:
        gathered.problems.append(Problem(index, problem.code, problem.message, problem.fix, problem.pointer))
        return
    gathered.items.append((index, parcel.expected(about, str(data["eta"]), when, flags)))
