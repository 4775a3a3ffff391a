"""A message that is due, to judge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from notifiers.base import Channel
from service.records.enums import Level, MessageKind, NoticeCode, Stage
from service.records.outbox import Candidate

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)


def candidate(**more: Any) -> Candidate:
    """A text of info level to Jo, due at noon; *more* changes it."""
    values: dict[str, Any] = {
        "account_id": "acc_1",
        "message_id": "msg_1",
        "key": "key",
        "kind": MessageKind.NOTICE,
        "stage": Stage.LIVE,
        "channel": Channel.SMS,
        "level": Level.INFO,
        "code": NoticeCode.DEPARTED,
        "cause": "M07:shp_1",
        "due_at": AT,
        "send_before": AT + timedelta(hours=12),
        "tries": 0,
        "refusals": 0,
        "updated_at": AT,
        "address_id": "adr_1",
        "to": "+447700900123",
        "suppressed": False,
        "contact_id": "con_1",
        "shipment_id": "shp_1",
        "customer_id": None,
        "language": "en",
        "zone": "Europe/London",
        "quiet_from": "21:00",
        "quiet_to": "08:00",
        "business": False,
        "notices": (),
        "history": (),
        "told": (),
    }
    return Candidate(**values | more)
