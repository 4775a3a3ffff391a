"""Telnyx's webhooks: signed with Ed25519, read field by field.

Signature: https://developers.telnyx.com/docs/development/api-fundamentals/webhooks; events and fields:
https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from notifiers.base import Callback, Receipt, ReceiptStatus, Reply
from notifiers.stamps import Seconds, fresh
from notifiers.telnyx_errors import CODES

SIGNATURE_HEADER = "telnyx-signature-ed25519"
STAMP_HEADER = "telnyx-timestamp"

STATUSES: Mapping[str, ReceiptStatus] = MappingProxyType(
    {
        "sent": ReceiptStatus.SENT,
        "delivery_unconfirmed": ReceiptStatus.SENT,
        "delivered": ReceiptStatus.DELIVERED,
        "sending_failed": ReceiptStatus.UNDELIVERED,
        "delivery_failed": ReceiptStatus.UNDELIVERED,
        "expired": ReceiptStatus.UNDELIVERED,
    }
)
"""Telnyx's words that say something about delivery; the others (queued, sending) say only that it waits."""

REPORTS = frozenset({"message.sent", "message.finalized"})
RECEIVED = "message.received"

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")


def public_key(text: str) -> Ed25519PublicKey:
    """The key behind the base64 *text* of Telnyx's portal. Raises `ValueError` if it is none."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise ValueError("no Ed25519 public key") from None


class TelnyxCallbacks:
    """Reads and checks Telnyx's calls; *seconds* tells how old a signature is."""

    def __init__(self, key: Ed25519PublicKey, seconds: Seconds) -> None:
        self._key = key
        self._seconds = seconds

    def receipts(self, callback: Callback) -> tuple[Receipt, ...]:
        """What a report says; nothing for an event or a status that says only that the text waits.

        The signature does not cover the address that was called; the report's own `webhook_url` does, so a genuine
        report cannot be played to the address of another attempt.
        """
        event, payload = self._event(callback)
        if event not in REPORTS:
            return ()
        asked = payload.get("webhook_url")
        if isinstance(asked, str) and asked != callback.url:
            raise PermissionError("The call was made for another address.")
        message_id = _strict(payload.get("id"), "id", _ID)
        return report(message_id, payload)

    def replies(self, callback: Callback) -> tuple[Reply, ...]:
        """The text that a person sent us; nothing for an event of another kind."""
        event, payload = self._event(callback)
        if event != RECEIVED:
            return ()
        sender, to = payload.get("from"), _first(payload.get("to"))
        return (
            Reply(
                provider_id=_strict(payload.get("id"), "id", _ID),
                sender=_strict(sender.get("phone_number") if isinstance(sender, dict) else None, "from", _PHONE),
                to=_strict(to.get("phone_number"), "to", _PHONE),
                text=str(payload.get("text") or ""),
            ),
        )

    def _event(self, callback: Callback) -> tuple[str, Mapping[str, Any]]:
        self._verify(callback)
        try:
            data = json.loads(callback.body)["data"]
            event, payload = data["event_type"], data["payload"]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise ValueError("The body is not a readable event.") from None
        if not isinstance(event, str) or not isinstance(payload, dict):
            raise ValueError("The body is not a readable event.")  # noqa: TRY004 - what cannot be read is a ValueError
        return event, payload

    def _verify(self, callback: Callback) -> None:
        stamp = _header(callback.headers, STAMP_HEADER)
        if not re.fullmatch(r"[0-9]{1,12}", stamp) or not fresh(int(stamp), self._seconds()):
            raise PermissionError("The call's time stamp is missing or too far from now.")
        try:
            signature = base64.b64decode(_header(callback.headers, SIGNATURE_HEADER), validate=True)
            self._key.verify(signature, stamp.encode() + b"|" + callback.body)
        except (binascii.Error, ValueError, InvalidSignature):
            raise PermissionError("The call does not carry the provider's signature.") from None


def report(message_id: str, payload: Mapping[str, Any]) -> tuple[Receipt, ...]:
    """What a message object of Telnyx's says of its delivery; nothing while it waits."""
    status = STATUSES.get(str(_first(payload.get("to")).get("status")))
    if status is None:
        return ()
    error = _first(payload.get("errors"))
    code, title = str(error.get("code", "")), str(error.get("title", ""))
    if status is not ReceiptStatus.UNDELIVERED or not re.fullmatch(r"[0-9]{1,6}", code):
        return (Receipt(message_id, status),)
    detail, suppress = CODES.sentence(0, code, title), CODES.suppresses(code, title)
    return (Receipt(message_id, status, code=code, detail=detail, suppress=suppress),)


def _first(values: object) -> Mapping[str, Any]:
    first = values[0] if isinstance(values, list) and values else None
    return first if isinstance(first, dict) else {}


def _strict(value: object, name: str, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(f"The field {name} does not have its documented form.")
    return value


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
