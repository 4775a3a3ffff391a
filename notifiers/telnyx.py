"""SMS through Telnyx, over its HTTP API.

Each text carries an idempotency key made from our message's id: asked twice, Telnyx sends it once and gives the first
answer again (https://developers.telnyx.com/docs/development/api-fundamentals/idempotency).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from notifiers import stamps
from notifiers.base import Accepted, Callback, Channel, Finding, Message, Proof, Receipt, ReceiptStatus, Reply
from notifiers.errors import NotifierError, PermanentFailure, TemporaryFailure, UncertainOutcome
from notifiers.keys import key_of
from notifiers.telnyx_callbacks import TelnyxCallbacks, public_key, report
from notifiers.telnyx_errors import CODES
from notifiers.wire import HttpAnswer, Lost, NeverLeft, Wire, checked_base, retry_after_seconds

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_PROFILE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class TelnyxConfig(BaseModel):
    """What the operator sets: `MILEPOST_NOTIFIERS__TELNYX__API_KEY` and so on."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    api_key: SecretStr = Field(description="an API key (v2), from the portal's page API keys")
    public_key: str = Field(description="the public key on that page; it proves that a callback is Telnyx's")
    from_number: str | None = Field(default=None, description="the number, short code or name that texts come from")
    messaging_profile_id: str | None = Field(default=None, description="the messaging profile that texts belong to")
    api_base: str = Field(default="https://api.telnyx.com", description="another address of the API: a stand-in")
    timeout: float = Field(default=10.0, ge=1, le=60, description="seconds to wait for Telnyx's answer")

    @field_validator("api_key")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[\x21-\x7e]{8,200}", value.get_secret_value()):
            raise ValueError("must be an API key of version 2, which starts with KEY: copy it from the Telnyx portal")
        return value

    @field_validator("public_key")
    @classmethod
    def _public(cls, value: str) -> str:
        try:
            public_key(value)
        except ValueError:
            raise ValueError("must be 44 characters that end with =: copy the public key from the portal") from None
        return value

    @field_validator("from_number")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        if value is not None and not _NUMBER.fullmatch(value) and not _NAME.fullmatch(value):
            raise ValueError(
                "must be a number such as +447700900123, a short code, or a name of at most 11 letters and digits"
            )
        return value

    @field_validator("messaging_profile_id")
    @classmethod
    def _profile(cls, value: str | None) -> str | None:
        if value is not None and not _PROFILE.fullmatch(value):
            raise ValueError("must have 36 characters, 0-9, a-f and hyphens: copy it from the messaging profile's page")
        return value

    @field_validator("api_base")
    @classmethod
    def _base(cls, value: str) -> str:
        return checked_base(value, "https://api.telnyx.com")

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.from_number is None and self.messaging_profile_id is None:
            raise ValueError("{from_number} or {messaging_profile_id} must be set")
        if self.messaging_profile_id is None and not _NUMBER.fullmatch(self.from_number or ""):
            raise ValueError("{messaging_profile_id} must be set where texts come from a name")
        return self


class TelnyxSms:
    """Hands texts to Telnyx, reads its callbacks, and examines the messaging profile.

    *seconds* tells how old a callback's signature is.
    """

    name: ClassVar[str] = "telnyx"
    channel: Channel = Channel.SMS
    Config: ClassVar[type[TelnyxConfig]] = TelnyxConfig
    proven_by: ClassVar[Proof] = Proof(("public_key",), address=True)
    key_good_for: timedelta = timedelta(hours=24)
    answers_keywords: ClassVar[bool] = True
    """STOP, START and HELP are answered by Telnyx: https://developers.telnyx.com/docs/messaging/messages/advanced-opt-in-out."""

    def __init__(self, config: TelnyxConfig, *, seconds: stamps.Seconds = stamps.machine) -> None:
        self.sender: str = config.from_number or config.messaging_profile_id or ""
        self._profile = config.messaging_profile_id
        self._key = config.api_key.get_secret_value()
        self._callbacks = TelnyxCallbacks(public_key(config.public_key), seconds)
        self._wire = Wire(config.api_base, config.timeout)

    @property
    def two_way(self) -> bool:
        """Whether people can answer: a name instead of a number takes no replies."""
        return bool(_NUMBER.fullmatch(self.sender) or _PROFILE.fullmatch(self.sender))

    def send(self, message: Message) -> Accepted:
        """Hand one text to Telnyx. See `Notifier.send`."""
        try:
            body = json.dumps(self._fields(message), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise PermanentFailure("The text holds characters that cannot be sent.") from None
        try:
            answer = self._ask("POST", "/v2/messages", body, {"Idempotency-Key": key_of(message.id)})
        except NeverLeft:
            raise TemporaryFailure("Telnyx could not be reached.") from None
        except Lost:
            raise UncertainOutcome("The connection to Telnyx broke before an answer came.") from None
        if answer.status >= 300:
            raise _refusal(answer)
        return _accepted(answer)

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        """Read a delivery report. See `ReportsDelivery.receipts`."""
        return self._callbacks.receipts(callback)

    def replies(self, callback: Callback) -> Sequence[Reply]:
        """Read an inbound text. See `ReceivesReplies.replies`."""
        return self._callbacks.replies(callback)

    def check(self, inbound_url: str | None = None) -> Sequence[Finding]:
        """Examine credentials, messaging profile, inbound address and daily limit. See `Checks.check`.

        *inbound_url* is the address that the profile should post inbound texts to, where the service has one.
        """
        path = f"/v2/messaging_profiles/{self._profile}" if self._profile else "/v2/messaging_profiles"
        try:
            answer = self._ask("GET", path)
            found = answer.json().get("data") if answer.status == 200 else None
        except (NeverLeft, Lost, ValueError):
            return (Finding("Telnyx", False, "Telnyx could not be asked.", "Allow this machine to reach the API."),)
        if answer.status in {401, 403}:
            fix = "Copy MILEPOST_NOTIFIERS__TELNYX__API_KEY again from the Telnyx portal."
            return (Finding("Telnyx credentials", False, "Telnyx refused the API key.", fix),)
        taken = Finding("Telnyx credentials", True, "Telnyx took them.")
        if self._profile is None:
            fix = "Set MILEPOST_NOTIFIERS__TELNYX__MESSAGING_PROFILE_ID to have it examined."
            return (taken, Finding("Telnyx profile", True, "It is not known which one it is.", fix, warning=True))
        if not isinstance(found, dict):
            fix = "Copy MILEPOST_NOTIFIERS__TELNYX__MESSAGING_PROFILE_ID again from the profile's page."
            return (taken, Finding("Telnyx profile", False, "Telnyx does not know the messaging profile.", fix))
        return (taken, *_profile(found, inbound_url))

    def _fields(self, message: Message) -> dict[str, object]:
        sender = message.sender or self.sender
        fields: dict[str, object] = {"to": message.to, "text": message.text, "type": "SMS"}
        if not _PROFILE.fullmatch(sender):
            fields["from"] = sender
        if self._profile is not None:
            fields["messaging_profile_id"] = self._profile
        if message.callback_url:
            fields["webhook_url"] = message.callback_url
        return fields

    def _ask(self, method: str, path: str, body: bytes | None = None, more: dict[str, str] | None = None) -> HttpAnswer:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json", **(more or {})}
        return self._wire.ask(method, path, headers=headers, body=body)


def _accepted(answer: HttpAnswer) -> Accepted:
    try:
        made = answer.json()["data"]
        name = made["id"]
    except (ValueError, LookupError, TypeError):
        raise UncertainOutcome("Telnyx's answer could not be read.") from None
    if not isinstance(name, str) or not name:
        raise UncertainOutcome("Telnyx's answer names no message.")
    for said in report(name, made):
        if said.status is ReceiptStatus.UNDELIVERED:
            raise CODES.failure(400, *_error(made))
    return Accepted(name, "queued")


def _refusal(answer: HttpAnswer) -> NotifierError:
    try:
        code, title = _error(answer.json())
    except ValueError:
        code, title = None, ""
    return CODES.failure(answer.status, code, title, retry_after=retry_after_seconds(answer.headers))


def _error(found: dict[str, Any]) -> tuple[str | None, str]:
    errors = found.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict) or not re.fullmatch(r"[0-9]{1,6}", str(first.get("code"))):
        return None, ""
    return str(first["code"]), str(first.get("title", ""))


def _profile(found: dict[str, Any], inbound_url: str | None) -> Iterator[Finding]:
    what = "Telnyx profile"
    if found.get("enabled"):
        yield Finding(what, True, "The messaging profile belongs to this account.")
    else:
        yield Finding(what, False, "The messaging profile is switched off.", "Switch it on in the Telnyx portal.")
    if found.get("daily_spend_limit_enabled"):
        detail = "The profile has a daily spend limit: once it is reached, texts pause until midnight UTC."
        yield Finding("Telnyx daily limit", True, detail, "Look in the portal that it is high enough.", warning=True)
    yield _inbound(found, inbound_url)


def _inbound(found: dict[str, Any], inbound_url: str | None) -> Finding:
    what = "Telnyx inbound address"
    if inbound_url is None:
        detail = "Without MILEPOST_PUBLIC_URL no reply and no receipt can arrive."
        return Finding(what, True, detail, "Set MILEPOST_PUBLIC_URL.", warning=True)
    if found.get("webhook_url") == inbound_url and found.get("webhook_api_version") == "2":
        return Finding(what, True, "Inbound texts come to this service.")
    fix = f"In the messaging profile set the webhook URL to {inbound_url}, with API version 2."
    return Finding(what, False, "Inbound texts do not come to this service.", fix)
