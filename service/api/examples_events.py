"""Examples of events and of what is answered to them."""

from __future__ import annotations

from typing import Any

EVENT: dict[str, Any] = {
    "ref": "PO 4711",
    "milestone": "departed",
    "at": "2026-09-17T18:00+08:00",
    "place": "CNNGB",
    "eta": "2026-10-09",
    "tell": ["+447700900123"],
}

DELAYED: dict[str, Any] = {
    "id": "tos-88213",
    "ref": "PO 4711",
    "milestone": "eta_changed",
    "at": "2026-10-07T21:10+08:00",
    "eta": "2026-10-13",
    "reason": "port_congestion",
    "stated_at": "2026-10-07T21:30:00+08:00",
}

BOOKED: dict[str, Any] = {
    "ref": "PO 4711",
    "milestone": "delivered",
    "classifier": "planned",
    "at": "2026-10-13T09:00+01:00",
    "until": "2026-10-13T11:00+01:00",
}

FREE_TIME: dict[str, Any] = {
    "ref": "PO 4711",
    "milestone": "available_pickup",
    "at": "2026-10-09T14:00+01:00",
    "place": "GBFXT",
    "free_until": "2026-10-15",
    "free_charge": "GBP 95",
}

PAPERS: dict[str, Any] = {
    "ref": "PO 4711",
    "milestone": "customs_hold",
    "at": "2026-10-08T10:00+01:00",
    "place": "GBFXT",
    "needs": ["packing_list"],
    "needs_by": "2026-10-09T17:00",
}

BATCH: list[dict[str, Any]] = [
    EVENT,
    {"ref": "PO 4712", "milestone": "delivered", "at": "2026-09-17T10:30+01:00", "customer": "HARBOUR"},
]

ACCEPTED: dict[str, Any] = {
    "accepted": 1,
    "duplicate": 0,
    "parked": 0,
    "ignored": 0,
    "unmapped": 0,
    "rejected": 0,
    "call_id": "cal_01k5c3v7d8e9f0g1h2j3k4m5n6",
    "results": [
        {
            "index": 0,
            "outcome": "accepted",
            "event_id": "fct_01k5c3v7d9e9f0g1h2j3k4m5n6",
            "shipment_ids": ["shp_01k5c3v7dae9f0g1h2j3k4m5n6"],
            "timeline": "/v1/shipments/shp_01k5c3v7dae9f0g1h2j3k4m5n6/timeline",
            "followers": 1,
        }
    ],
}

NOBODY_TOLD: dict[str, Any] = {
    **ACCEPTED,
    "results": [
        {
            **ACCEPTED["results"][0],
            "followers": 0,
            "fix": "Nobody is told. Add `tell` with a phone or an e-mail to the event, name a `customer` that has "
            "contacts, or let a contact follow the shipment.",
        }
    ],
}

WOULD: dict[str, Any] = {
    "shipment_ref": "PO 4711",
    "contact_id": None,
    "to": "+447700900123",
    "channel": "sms",
    "stage": "live",
    "code": "D01",
    "level": "notice",
    "subject": None,
    "text": "Harbour: PO 4711 now Tue 13 Oct, was Fri 9 Oct. Port congestion.",
    "segments": 1,
    "language": "en",
    "at": "2026-10-07T15:00:00.000Z",
    "send_before": "2026-10-08T15:00:00.000Z",
    "text_version": None,
    "text_note": "",
    "held": False,
    "why": [{"rule": "N1", "passed": True, "text": "4 days against the last told date"}],
}

PREVIEW: dict[str, Any] = {
    "preview": True,
    "messages": [WOULD],
    **{k: v for k, v in ACCEPTED.items() if k != "call_id"},
}
