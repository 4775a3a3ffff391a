"""Examples of what feeds leave open: codes that no table has, facts without a shipment, and one call in detail."""

from __future__ import annotations

from typing import Any

from service.api.examples import SOURCE_ID, listed
from service.api.examples_events import ACCEPTED

Shown = dict[str, Any]

CALL_ID = "cal_01k5c3v7d8e9f0g1h2j3k4m5n6"

UNMAPPED: Shown = listed(
    {
        "source_id": SOURCE_ID,
        "source": "carrier",
        "code": "x12-157:ZZ",
        "says": "Gate transaction",
        "means": None,
        "count": 3,
        "calls": 2,
        "last_call_id": CALL_ID,
        "first_seen": "2026-10-07T13:30:00.000Z",
        "last_seen": "2026-10-07T14:30:00.000Z",
        "decided_at": None,
        "fix": f"It is kept. Say what x12-157:ZZ means with `PATCH /v1/sources/{SOURCE_ID}/mapping`, …",
    }
)

PARKED: Shown = listed(
    {
        "fact_id": "fct_01k5c3v7d9e9f0g1h2j3k4m5n6",
        "milestone": "discharged",
        "classifier": "actual",
        "retracts": None,
        "date": "2026-10-07",
        "instant": "2026-10-07T12:00:00.000Z",
        "place": "GBFXT",
        "unit": "MSCU1234566",
        "refs": [{"type": "container", "value": "MSCU1234566"}],
        "source_id": SOURCE_ID,
        "source": "carrier",
        "call_id": CALL_ID,
        "event_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "parked_at": "2026-10-07T13:30:00.000Z",
        "waits_until": "2027-02-04T13:30:00.000Z",
    }
)
PARKED["page"] |= {"total": 1, "oldest": "2026-10-07T13:30:00.000Z"}

MAPPING: Shown = {"mapping": {"x12-157:ZZ": "gated_in_origin", "x12-157:QQ": "ignore"}}
MAPPING_CHANGE: Shown = {"mapping": {"x12-157:ZZ": "gated_in_origin", "x12-157:QQ": None}}
MAPPED: Shown = {
    "source_id": SOURCE_ID,
    "mapping": {"x12-157:ZZ": "gated_in_origin"},
    "changed": ["x12-157:ZZ"],
    "calls_to_read_again": 2,
}

CALL: Shown = {
    "id": CALL_ID,
    "source_id": SOURCE_ID,
    "source": "carrier",
    "received_at": "2026-10-07T13:30:00.000Z",
    "content_type": "application/json",
    "size": 812,
    "outcome": "accepted",
    "accepted": 1,
    "duplicate": 0,
    "rejected": 0,
    "unmapped": 0,
    "problem": None,
    "results": ACCEPTED["results"],
}
