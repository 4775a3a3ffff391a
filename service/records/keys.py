"""Keys derived from what a row is about, so that planning twice inserts once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from notifiers.base import Channel
from service.records.enums import NoticeCode, Stage

DIGEST = "digest"
"""The cause of all news that goes into a digest."""

DIGEST_WITHIN = timedelta(hours=24)
"""How long a digest is worth sending."""


def message_key(
    *,
    shipment_id: str,
    contact_id: str,
    stage: Stage,
    code: NoticeCode,
    subject: str,
    ordinal: int,
    channel: Channel,
    address_id: str,
) -> str:
    """The key of the message that carries a notice to an address; its link is derived from it."""
    parts = (shipment_id, contact_id, stage.value, code.value, subject, str(ordinal), channel.value, address_id)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]
