"""What OpenAPI and the documentation show of webhooks out."""

from __future__ import annotations

import json
from typing import Any

from service.api.examples import CUSTOMER_ID, MESSAGE_ID, SHIPMENT, SHIPMENT_ID, listed
from service.policy.webhooks import thin

Shown = dict[str, Any]

WEBHOOK_ID = "whk_01k5c3v7dke9f0g1h2j3k4m5n6"
DELIVERY_ID = "whd_9f0g1h2j3k4m5n6p7q8r9s0tav"

NEW: Shown = {"url": "https://hooks.example.com/milepost", "description": "ERP"}
NEW_FOR: Shown = {
    "url": "https://erp.example.com/in/milepost",
    "events": ["shipment.updated", "message.delivered"],
    "customer": "BEATTY",
    "payload": "full",
}

WEBHOOK: Shown = {
    "id": WEBHOOK_ID,
    "url": "https://hooks.example.com/milepost",
    "description": "ERP",
    "events": ["shipment.updated", "message.delivered"],
    "customer_id": CUSTOMER_ID,
    "payload": "thin",
    "enabled": True,
    "disabled_at": None,
    "disabled_why": None,
    "failing_since": None,
    "held_until": None,
    "last_taken_at": "2026-10-07T15:00:06.020Z",
    "secrets": 1,
    "created_at": "2026-10-01T09:00:00.000Z",
    "updated_at": "2026-10-01T09:00:00.000Z",
    "links": {"self": f"/v1/webhooks/{WEBHOOK_ID}", "deliveries": f"/v1/webhooks/{WEBHOOK_ID}/deliveries"},
}
WEBHOOKS = listed(WEBHOOK)
ONE = WEBHOOK | {"counts": {"waiting": 0, "sending": 0, "failed": 2}}
MADE = WEBHOOK | {"secret": "whsec_c2hvd24gb25jZSwgdGhlbiBrZXB0IGJ5IHlvdSBhbG9uZSE="}

EVENT: Shown = {
    "type": "message.delivered",
    "timestamp": "2026-10-07T15:00:05.120Z",
    "data": {"id": MESSAGE_ID, "state": "delivered", "channel": "sms", "code": "D01", "shipment_id": SHIPMENT_ID},
}

EVENTS: Shown = {
    "delivered": EVENT,
    "late": {
        "type": "shipment.updated",
        "timestamp": "2026-10-07T15:00:05.120Z",
        "data": thin("shipment", SHIPMENT) | {"changed": ["late", "due", "told", "delay"]},
    },
    "stop": {
        "type": "reply.received",
        "timestamp": "2026-10-07T15:00:05.120Z",
        "data": {
            "id": "rpl_01k5c3v7dme9f0g1h2j3k4m5n6",
            "at": "2026-10-07T15:00:05.120Z",
            "meaning": "stop",
            "channel": "sms",
            "contact_id": "con_01k5c3v7dbe9f0g1h2j3k4m5n6",
            "contact_ids": ["con_01k5c3v7dbe9f0g1h2j3k4m5n6"],
            "message_id": MESSAGE_ID,
            "thread_id": None,
            "shipment_id": SHIPMENT_ID,
            "links": {"contact": "/v1/contacts/con_01k5c3v7dbe9f0g1h2j3k4m5n6"},
        },
    },
    "task": {
        "type": "task.opened",
        "timestamp": "2026-10-07T15:00:05.120Z",
        "data": {
            "id": "tsk_01k5c3v7dle9f0g1h2j3k4m5n6",
            "kind": "call_me",
            "owner": "desk",
            "shipment_id": SHIPMENT_ID,
            "due_at": "2026-10-07T17:00:00.000Z",
        },
    },
}

ENTRY: Shown = {
    "id": DELIVERY_ID,
    "event": "message.delivered",
    "subject_id": MESSAGE_ID,
    "shipment_id": SHIPMENT_ID,
    "at": "2026-10-07T15:00:05.120Z",
    "state": "delivered",
    "status": 204,
    "detail": "HTTP 204",
    "calls": 2,
    "next_at": None,
    "created_at": "2026-10-07T15:00:05.480Z",
    "ended_at": "2026-10-07T15:00:11.020Z",
    "links": {"self": f"/v1/webhooks/{WEBHOOK_ID}/deliveries/{DELIVERY_ID}"},
}
DELIVERIES = listed(ENTRY)
TEST = ENTRY | {"event": "webhook.test", "state": "waiting", "status": None, "detail": "", "calls": 0}

DELIVERY = ENTRY | {
    "body": json.dumps(EVENT, separators=(",", ":")),
    "attempts": [
        {
            "number": 1,
            "started_at": "2026-10-07T15:00:05.600Z",
            "completed_at": "2026-10-07T15:00:05.690Z",
            "ms": 88,
            "status": 502,
            "detail": "The receiver answered with HTTP 502.",
            "said": "<html>Bad gateway</html>",
        },
        {
            "number": 2,
            "started_at": "2026-10-07T15:00:10.930Z",
            "completed_at": "2026-10-07T15:00:11.020Z",
            "ms": 71,
            "status": 204,
            "detail": "HTTP 204",
            "said": "",
        },
    ],
}
