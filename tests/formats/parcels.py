"""The smallest webhook of each parcel platform, to change in a test."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from service.formats.registry import get
from service.records.inbound import FactDraft, Item, Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)


def read(name: str, payload: object, **options: object) -> Reading:
    """What the format *name* reads in *payload*."""
    return get(name).read(json.dumps(payload).encode(), {}, now=NOW, options=options)


def facts(reading: Reading) -> list[FactDraft]:
    """Every fact of a reading that refuses nothing, in the order of the payload."""
    assert (reading.problems, reading.unmapped) == ((), ())
    return [fact for _, item in sorted(reading.items, key=lambda one: one[0]) for fact in item.facts]


def only(reading: Reading) -> Item:
    """The one item of a reading that refuses nothing."""
    ((_, item),) = reading.items
    assert (reading.problems, reading.unmapped) == ((), ())
    return item


def aftership(*checkpoints: object, **msg: Any) -> dict[str, Any]:
    """A `tracking_update`."""
    event = {name: msg.pop(name) for name in ("event", "ts", "event_id") if name in msg}
    return {
        "event": "tracking_update",
        "msg": {"tracking_number": "AS1", "tag": "InTransit", "checkpoints": list(checkpoints)} | msg,
    } | event


def checkpoint(
    subtag: str | None = "InTransit_001", at: str | None = "2026-09-16T08:00:00+02:00", **more: Any
) -> dict[str, Any]:
    """A checkpoint of AfterShip, whose tag is that of its subtag."""
    tag = subtag.partition("_")[0] if subtag else None
    return {"checkpoint_time": at, "tag": tag, "subtag": subtag, "message": "Scanned", "city": "Bonn"} | more


def easypost(*details: object, event: dict[str, Any] | None = None, **tracker: Any) -> dict[str, Any]:
    """A `tracker.updated`."""
    result = {"tracking_code": "EP1", "status": "in_transit", "tracking_details": list(details)} | tracker
    return {"description": "tracker.updated", "mode": "production", "id": "evt_1", "result": result} | (event or {})


def detail(
    status: str = "in_transit", fine: str | None = "unknown", at: str = "2026-09-16T08:00:00Z"
) -> dict[str, Any]:
    """A detail of EasyPost."""
    place = {"city": "SPRINGFIELD", "state": "IL", "country": "US", "zip": None}
    return {"status": status, "status_detail": fine, "datetime": at, "message": "Scanned", "tracking_location": place}


def shippo(*history: object, event: dict[str, Any] | None = None, **data: Any) -> dict[str, Any]:
    """A `track_updated`, whose present status is the last of *history*."""
    latest = history[-1] if history else None
    inner = {"tracking_number": "SH1", "tracking_status": latest, "tracking_history": list(history)} | data
    return {"event": "track_updated", "data": inner} | (event or {})


def step(status: str = "TRANSIT", code: str | None = None, at: str = "2026-09-16T08:00:00Z") -> dict[str, Any]:
    """A step of Shippo's history."""
    fine = {"code": code, "text": "", "action_required": False} if code else None
    return {"status": status, "status_date": at, "status_details": "Scanned", "substatus": fine, "location": None}


def karrio(*events: object, event: dict[str, Any] | None = None, **data: Any) -> dict[str, Any]:
    """A `tracker_updated`, newest event first."""
    inner = {"tracking_number": "KA1", "status": "in_transit", "events": list(events)} | data
    return {"event": "tracker_updated", "data": inner} | (event or {})


def scan(status: str | None = "in_transit", reason: str | None = None, **more: Any) -> dict[str, Any]:
    """An event of karrio."""
    said = {"date": "2026-09-16", "time": "08:00", "status": status, "reason": reason, "code": "X"}
    return said | {"description": "Scanned", "location": "BONN"} | more
