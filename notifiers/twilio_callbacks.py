"""Twilio's webhooks, read in one place: whoever posts what Twilio posts, signed as Twilio signs, is read here.

Twilio's form fields: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status and
https://www.twilio.com/docs/messaging/guides/webhook-request; its signature:
https://www.twilio.com/docs/usage/webhooks/webhooks-security.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped, unused-ignore]
    SIGNATURE_HEADER,
    RequestValidator,
    add_port,
    remove_port,
)

from notifiers.base import Callback, Receipt, ReceiptStatus, Reply
from notifiers.twilio_errors import MEANINGS, suppresses

RETRY_FRAGMENT = "#rc=5&rp=all"
"""Appended to a callback address: Twilio then repeats a failed call five times instead of losing the receipt.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

STATUSES: Mapping[str, ReceiptStatus] = MappingProxyType(
    {
        "sent": ReceiptStatus.SENT,
        "delivered": ReceiptStatus.DELIVERED,
        "read": ReceiptStatus.DELIVERED,
        "undelivered": ReceiptStatus.UNDELIVERED,
        "failed": ReceiptStatus.UNDELIVERED,
        "canceled": ReceiptStatus.UNDELIVERED,
    }
)
"""Twilio's words that say something about delivery; the others (queued, sending ...) say only that it waits."""

TWILIO_ID = re.compile(r"(SM|MM)[0-9a-f]{32}")
"""Twilio's name for a message."""

PHONE = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")
"""An E.164 number or a short code."""

WHATSAPP = "whatsapp:"
"""What Twilio puts before a number that is spoken to over WhatsApp."""

MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class TwilioCallbacks:
    """Reads and checks calls that carry Twilio's fields and Twilio's signature.

    *token* signs; an empty one lets nothing in. *account* is the only account whose calls are ours, where it is
    known. *message_id* and *address* are the strict forms of the fields that are used.
    """

    token: str = field(repr=False)
    account: str | None = None
    message_id: re.Pattern[str] = TWILIO_ID
    address: re.Pattern[str] = PHONE

    def receipts(self, callback: Callback) -> tuple[Receipt, ...]:
        """What a status callback says; nothing for a status that says only that the text waits."""
        fields = self._verified(callback)
        status = STATUSES.get(_field(fields, "MessageStatus").lower())
        message_id = self._strict(fields, "MessageSid", self.message_id)
        return () if status is None else (_receipt(message_id, status, fields.get("ErrorCode", "")),)

    def replies(self, callback: Callback) -> tuple[Reply, ...]:
        """The text that a person sent us."""
        fields = self._verified(callback)
        return (
            Reply(
                provider_id=self._strict(fields, "MessageSid", self.message_id),
                sender=self._strict(_plain(fields), "From", self.address),
                to=self._strict(_plain(fields), "To", self.address),
                text=fields.get("Body", ""),
            ),
        )

    def _verified(self, callback: Callback) -> Mapping[str, str]:
        fields = _form(callback.body)
        given = _header(callback.headers, SIGNATURE_HEADER)
        if not self.token or not any(_same(made, given) for made in signatures(self.token, callback.url, fields)):
            raise PermissionError("The call does not carry the provider's signature for this address.")
        if self.account is not None and fields.get("AccountSid") != self.account:
            raise PermissionError("The call belongs to another account.")
        return fields

    @staticmethod
    def _strict(fields: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
        value = _field(fields, name)
        if not form.fullmatch(value):
            raise ValueError(f"The field {name} does not have its documented form.")
        return value


def signatures(token: str, url: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The signatures that Twilio may give a form posted to *url*: with and without the port, and the fragment.

    Twilio documents that its own use of the port differs between products.
    """
    sign: Callable[[str, Mapping[str, str]], str] = RequestValidator(token).compute_signature
    bare = url.partition("#")[0]
    forms: tuple[str, ...] = (add_port(urlsplit(bare)), remove_port(urlsplit(bare)), bare)
    addresses = dict.fromkeys([*forms, *(form + RETRY_FRAGMENT for form in forms)])
    return tuple(sign(address, fields) for address in addresses)


def sign(token: str, url: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The headers of a form post of *fields* to *url*, as Twilio would send them."""
    made: str = RequestValidator(token).compute_signature(url.partition("#")[0], fields)
    return {SIGNATURE_HEADER: made, "Content-Type": "application/x-www-form-urlencoded"}


def _receipt(message_id: str, status: ReceiptStatus, error: str) -> Receipt:
    if status is not ReceiptStatus.UNDELIVERED or not error.isascii() or not error.isdigit() or len(error) > 6:
        return Receipt(message_id, status)
    code = int(error)
    detail = MEANINGS[code].sentence if code in MEANINGS else f"Twilio reported code {code}."
    return Receipt(message_id, status, code=str(code), detail=detail, suppress=suppresses(code))


def _plain(fields: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value.removeprefix(WHATSAPP) for name, value in fields.items()}


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise ValueError("The body is not a readable form.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("The form names a field twice.")
    return fields


def _field(fields: Mapping[str, str], name: str) -> str:
    if name not in fields:
        raise ValueError(f"The field {name} is missing.")
    return fields[name]


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def _same(made: str, given: str) -> bool:
    return hmac.compare_digest(made.encode(), given.encode("utf-8", "surrogateescape"))
