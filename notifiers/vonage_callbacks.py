"""Vonage's webhooks of the Messages API, version 1: signed with a JWT, read field by field.

Signature: https://developer.vonage.com/en/getting-started/concepts/webhooks (decoding signed webhooks); fields:
https://developer.vonage.com/en/messages/concepts/messages-status-callbacks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import jwt

from notifiers.base import Callback, Receipt, ReceiptStatus, Reply
from notifiers.stamps import Seconds, fresh
from notifiers.vonage_errors import CODES, code_of

STATUSES: Mapping[str, ReceiptStatus] = MappingProxyType(
    {
        "submitted": ReceiptStatus.SENT,
        "delivered": ReceiptStatus.DELIVERED,
        "read": ReceiptStatus.DELIVERED,
        "rejected": ReceiptStatus.UNDELIVERED,
        "undeliverable": ReceiptStatus.UNDELIVERED,
    }
)
"""Vonage's words for what became of a message."""

LONGEST_REFERENCE = 100

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PHONE = re.compile(r"[1-9][0-9]{6,14}")
_SHORT = re.compile(r"[0-9]{3,6}")


def reference(url: str) -> str:
    """What a message carries as its `client_ref`, and its status calls with it: the attempt in the address *url*."""
    return "/".join(url.split("/")[-2:])[-LONGEST_REFERENCE:]


def with_plus(number: str) -> str:
    """A number as we write it: Vonage leaves out the plus."""
    return f"+{number}" if _PHONE.fullmatch(number) else number


class VonageCallbacks:
    """Reads and checks Vonage's calls for the account *api_key*; *seconds* tells how old a signature is."""

    def __init__(self, secret: str, api_key: str, seconds: Seconds) -> None:
        self._secret = secret
        self._api_key = api_key
        self._seconds = seconds

    def receipts(self, callback: Callback) -> tuple[Receipt, ...]:
        """What a status call says.

        The signature does not cover the address that was called; the call's own `client_ref` names the attempt, so a
        genuine call cannot be played to the address of another one.
        """
        said = self._verified(callback)
        named = said.get("client_ref")
        if isinstance(named, str) and named != reference(callback.url):
            raise PermissionError("The call was made for another address.")
        status = STATUSES.get(str(said.get("status")))
        message_id = _strict(said.get("message_uuid"), "message_uuid", _ID)
        if status is None:
            return ()
        error = said.get("error")
        code = code_of(error) if isinstance(error, dict) else None
        if status is not ReceiptStatus.UNDELIVERED or code is None:
            return (Receipt(message_id, status),)
        return (Receipt(message_id, status, code, CODES.sentence(0, code), CODES.suppresses(code)),)

    def replies(self, callback: Callback) -> tuple[Reply, ...]:
        """The text that a person sent us; nothing for a message of another channel."""
        said = self._verified(callback)
        if said.get("channel") != "sms":
            return ()
        return (
            Reply(
                provider_id=_strict(said.get("message_uuid"), "message_uuid", _ID),
                sender=_number(said.get("from"), "from"),
                to=_number(said.get("to"), "to"),
                text=str(said.get("text") or ""),
            ),
        )

    def _verified(self, callback: Callback) -> Mapping[str, Any]:
        claims = self._claims(callback)
        signed, stamp = str(claims.get("payload_hash", "")), claims.get("iat")
        if not hmac.compare_digest(signed.encode(), hashlib.sha256(callback.body).hexdigest().encode()):
            raise PermissionError("The signature belongs to another body.")
        if isinstance(stamp, bool) or not isinstance(stamp, int | float) or not fresh(stamp, self._seconds()):
            raise PermissionError("The call's time stamp is missing or too far from now.")
        if claims.get("api_key") != self._api_key:
            raise PermissionError("The call belongs to another account.")
        try:
            said = json.loads(callback.body)
        except (ValueError, RecursionError):
            raise ValueError("The body is not readable JSON.") from None
        if not isinstance(said, dict):
            raise ValueError("The body is no JSON object.")  # noqa: TRY004 - what cannot be read is a ValueError
        return said

    def _claims(self, callback: Callback) -> Mapping[str, Any]:
        given = next((value for key, value in callback.headers.items() if key.lower() == "authorization"), "")
        word, _, token = given.partition(" ")
        try:
            # The stamps are judged by our own clock, above; here only the signature counts.
            unjudged = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
            claims: dict[str, Any] = jwt.decode(token, self._secret, algorithms=["HS256"], options=unjudged)  # type: ignore[arg-type]
        except (jwt.PyJWTError, ValueError):
            raise PermissionError("The call does not carry the provider's signature.") from None
        if word.lower() != "bearer":
            raise PermissionError("The call does not carry the provider's signature.")
        return claims


def _number(value: object, name: str) -> str:
    if isinstance(value, str) and (_PHONE.fullmatch(value) or _SHORT.fullmatch(value)):
        return with_plus(value)
    raise ValueError(f"The field {name} does not have its documented form.")


def _strict(value: object, name: str, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(f"The field {name} does not have its documented form.")
    return value
