"""Examples of what a person writes back to a test account."""

from __future__ import annotations

from typing import Any

STOP: dict[str, Any] = {"phone": "+447700900001", "text": "STOP"}

READ: dict[str, Any] = {
    "reply_id": "rpl_01k5d3v2",
    "meaning": "stop",
    "thread_id": None,
    "answer": "Harbour: stopped. No more texts from us. Text START to come back.",
    "links": {},
}
