"""What OpenAPI shows of pauses, audits, the books and what is owed again."""

from __future__ import annotations

from service.api.examples import MESSAGE_ID, SHIPMENT_ID, Shown

PAUSE_ID = "swi_01k5c3v7dje9f0g1h2j3k4m5n6"

NEW_PAUSE: Shown = {"scope": "shipment", "value": "PO 4711", "why": "The carrier's dates are wrong", "minutes": 120}

PAUSE: Shown = {
    "id": PAUSE_ID,
    "scope": "shipment",
    "value": SHIPMENT_ID,
    "called": "PO 4711",
    "since": "2026-10-07T15:00:05.120Z",
    "until": "2026-10-07T17:00:05.120Z",
    "by": "key:tms",
    "why": "The carrier's dates are wrong",
    "waiting": 2,
}

PAUSES: Shown = {"data": [PAUSE], "page": {"next_cursor": None, "has_more": False}}

RESUME: Shown = {"why": "The carrier has corrected them", "rate": 60}

RESUMED: Shown = {
    "id": PAUSE_ID,
    "lifted": True,
    "leaving": 2,
    "per_minute": 60,
    "last_at": "2026-10-07T16:10:01.000Z",
}

RESUME_PLAN: Shown = {
    "id": PAUSE_ID,
    "leaving": 2,
    "per_minute": 60,
    "first_at": "2026-10-07T16:10:00.000Z",
    "last_at": "2026-10-07T16:10:01.000Z",
    "late": 0,
    "untrue": [{"message_id": MESSAGE_ID, "shipment_id": SHIPMENT_ID, "why": "another text carries this date"}],
    "ended": {"superseded": 1},
    "shipments": 2,
    "looked": 2,
    "stay_paused": [],
}
