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

BALANCE: Shown = {
    "balanced": True,
    "notices": {"total": 412, "states": {"baseline": 60, "said": 349, "waiting": 3}},
    "messages": {"total": 371, "states": {"accepted": 4, "delivered": 361, "superseded": 3, "waiting": 3}},
    "faults": [],
}

BOOKS: Shown = {
    "balanced": False,
    "lists": [
        {
            "notifier": "twilio",
            "channel": "sms",
            "read": True,
            "receipts": 2,
            "replies": 1,
            "orphans": ["SM5a1b2c3d4e5f60718293a4b5c6d7e8f9"],
            "duplicates": [],
            "missing": [],
        }
    ],
    "balance": BALANCE,
}

ASKED: Shown = {"why": "A customer says that a text came twice"}

PLAN_ID = "rdv_01k5c3v7dke9f0g1h2j3k4m5n6"

REDRIVE_PLAN: Shown = {
    "id": PLAN_ID,
    "owed": 1,
    "unknown_left": 0,
    "more": False,
    "messages": [
        {
            "message_id": MESSAGE_ID,
            "state": "failed",
            "channel": "sms",
            "ended_at": "2026-10-07T15:00:05.120Z",
            "why": "the sender is not registered",
            "evidence": ["call 1 to twilio at 07 Oct 15:00 UTC, permanent: the sender is not registered"],
            "owed": True,
            "verdict": "it is still owed, and would be said from the facts as they are now",
        }
    ],
}

REDRIVEN: Shown = {"id": PLAN_ID, "messages": 1, "shipments": 1, "left": 0}

NEW_REDRIVE: Shown = {"days": 2, "unknown": False}

MENDED: Shown = {"why": "The sender is registered now"}
