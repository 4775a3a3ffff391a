"""SMS through Vonage's Messages API, over HTTP.

The Messages API rather than the older SMS API: it gives one id to one text, however many parts that has, takes an
address for each text's status calls, and signs every call.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from notifiers import stamps
from notifiers.base import Accepted, Callback, Channel, Finding, Message, Proof, Receipt, Reply, Seen
from notifiers.errors import PermanentFailure, TemporaryFailure, UncertainOutcome
from notifiers.vonage_callbacks import LONGEST_REFERENCE, VonageCallbacks, reference
from notifiers.vonage_errors import CODES, code_of
from notifiers.vonage_reports import records
from notifiers.wire import Lost, NeverLeft, Wire, checked_base, retry_after_seconds

SHORTEST_VALIDITY, LONGEST_VALIDITY = 20, 604_800
"""Seconds that a text may wait at Vonage."""

LIST_SLACK = timedelta(minutes=10)
"""How far beyond our own now a list is read: Vonage's clock is not ours."""

TOKEN_SECONDS = 900

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


class VonageConfig(BaseModel):
    """What the operator sets: `MILEPOST_NOTIFIERS__VONAGE__API_KEY` and so on."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    api_key: str = Field(description="the account's API key, from the dashboard's front page")
    api_secret: SecretStr = Field(description="the API secret beside it; it reads the list of texts")
    application_id: str = Field(description="the application that texts belong to")
    private_key: SecretStr = Field(description="the text of that application's private key, with its line breaks")
    signature_secret: SecretStr = Field(
        description="the account's signature secret; it proves that a callback is Vonage's"
    )
    from_number: str = Field(description="the number, short code or name that texts come from")
    api_base: str = Field(default="https://api.nexmo.com", description="another address of the API: a stand-in")
    timeout: float = Field(default=10.0, ge=1, le=60, description="seconds to wait for Vonage's answer")

    @field_validator("api_key")
    @classmethod
    def _account(cls, value: str) -> str:
        if not re.fullmatch(r"[0-9A-Za-z]{6,16}", value):
            raise ValueError("must be some 8 letters and digits: copy it from the Vonage dashboard's front page")
        return value

    @field_validator("api_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[\x21-\x7e]{8,64}", value.get_secret_value()):
            raise ValueError("must have 8 to 64 characters: copy it from the Vonage dashboard's front page")
        return value

    @field_validator("application_id")
    @classmethod
    def _application(cls, value: str) -> str:
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            raise ValueError("must have 36 characters, 0-9, a-f and hyphens: copy it from the application's page")
        return value

    @field_validator("private_key")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        _private(value)
        return value

    @field_validator("signature_secret")
    @classmethod
    def _signature(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[\x21-\x7e]{32,256}", value.get_secret_value()):
            raise ValueError("must have at least 32 characters: choose a longer one in the dashboard's API settings")
        return value

    @field_validator("from_number")
    @classmethod
    def _sender(cls, value: str) -> str:
        if not _NUMBER.fullmatch(value) and not _NAME.fullmatch(value):
            raise ValueError(
                "must be a number such as +447700900123, a short code, or a name of at most 11 letters and digits"
            )
        return value

    @field_validator("api_base")
    @classmethod
    def _base(cls, value: str) -> str:
        return checked_base(value, "https://api.nexmo.com")


class VonageSms:
    """Hands texts to Vonage, reads its callbacks and its reports, and examines the application.

    *seconds* stamps our requests, tells how old a callback's signature is, and where the list ends.
    """

    name: ClassVar[str] = "vonage"
    channel: Channel = Channel.SMS
    Config: ClassVar[type[VonageConfig]] = VonageConfig
    proven_by: ClassVar[Proof] = Proof(("signature_secret", "api_key"), address=False)

    def __init__(self, config: VonageConfig, *, seconds: stamps.Seconds = stamps.machine) -> None:
        self.sender: str = config.from_number
        self._config = config
        self._seconds = seconds
        self._private = _private(config.private_key)
        self._callbacks = VonageCallbacks(config.signature_secret.get_secret_value(), config.api_key, seconds)
        self._wire = Wire(config.api_base, config.timeout)

    @property
    def two_way(self) -> bool:
        """Whether people can answer: a name instead of a number takes no replies."""
        return bool(_NUMBER.fullmatch(self.sender))

    def send(self, message: Message) -> Accepted:
        """Hand one text to Vonage. See `Notifier.send`."""
        try:
            body = json.dumps(self._fields(message), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise PermanentFailure("The text holds characters that cannot be sent.") from None
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        try:
            answer = self._wire.ask("POST", "/v1/messages", headers=headers, body=body)
        except NeverLeft:
            raise TemporaryFailure("Vonage could not be reached.") from None
        except Lost:
            raise UncertainOutcome("The connection to Vonage broke before an answer came.") from None
        try:
            said = answer.json()
        except ValueError:
            said = {}
        if answer.status >= 300:
            raise CODES.failure(answer.status, code_of(said), retry_after=retry_after_seconds(answer.headers))
        name = said.get("message_uuid")
        if not isinstance(name, str) or not name:
            raise UncertainOutcome("Vonage's answer names no message.")
        return Accepted(name, "submitted")

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        """Read a status call. See `ReportsDelivery.receipts`."""
        return self._callbacks.receipts(callback)

    def replies(self, callback: Callback) -> Sequence[Reply]:
        """Read an inbound text. See `ReceivesReplies.replies`."""
        return self._callbacks.replies(callback)

    def since(self, instant: datetime, to: str | None = None) -> Sequence[Seen]:
        """Read Vonage's reports, both directions. See `Lists.since`.

        A text may be in the report more than once; the row that says what became of it counts.
        Raises `TemporaryFailure` or `ChannelUnavailable`.
        """
        start = instant.astimezone(UTC).replace(microsecond=0)
        end = datetime.fromtimestamp(self._seconds(), UTC) + LIST_SLACK
        person = to.lstrip("+") if to is not None else None
        found: dict[str, Seen] = {}
        for row in records(self._wire, self._basic(), self._config.api_key, start, end, person):
            held = found.get(row.provider_id)
            if row.at >= start and (held is None or held.status is None or row.status is not None):
                found[row.provider_id] = row
        return sorted(found.values(), key=lambda row: (row.at, row.provider_id), reverse=True)

    def check(self, inbound_url: str | None = None) -> Sequence[Finding]:
        """Examine credentials, application and inbound address. See `Checks.check`.

        *inbound_url* is the address that the application should post inbound texts to, where the service has one.
        """
        path = f"/v2/applications/{self._config.application_id}"
        try:
            answer = self._wire.ask("GET", path, headers=self._basic())
            found = answer.json() if answer.status == 200 else {}
        except (NeverLeft, Lost, ValueError):
            return (Finding("Vonage", False, "Vonage could not be asked.", "Allow this machine to reach the API."),)
        if answer.status in {401, 403}:
            fix = "Copy MILEPOST_NOTIFIERS__VONAGE__API_KEY and ..._API_SECRET again from the Vonage dashboard."
            return (Finding("Vonage credentials", False, "Vonage refused the credentials.", fix),)
        taken = Finding("Vonage credentials", True, "Vonage took them.")
        if answer.status != 200:
            fix = "Copy MILEPOST_NOTIFIERS__VONAGE__APPLICATION_ID again from the application's page."
            return (taken, Finding("Vonage application", False, "Vonage does not know the application.", fix))
        return (taken, *_application(found, inbound_url))

    def _fields(self, message: Message) -> dict[str, object]:
        fields: dict[str, object] = {
            "channel": "sms",
            "message_type": "text",
            "to": message.to.removeprefix("+"),
            "from": (message.sender or self.sender).removeprefix("+"),
            "text": message.text,
            "client_ref": message.id[:LONGEST_REFERENCE],
        }
        if message.callback_url:
            fields |= {"webhook_url": message.callback_url, "webhook_version": "v1"}
            fields["client_ref"] = reference(message.callback_url)
        if message.valid_for is not None:
            fields["ttl"] = min(max(int(message.valid_for.total_seconds()), SHORTEST_VALIDITY), LONGEST_VALIDITY)
        return fields

    def _token(self) -> str:
        now = int(self._seconds())
        claims = {"application_id": self._config.application_id, "iat": now, "exp": now + TOKEN_SECONDS}
        return jwt.encode(claims | {"jti": str(uuid4())}, self._private, "RS256")

    def _basic(self) -> dict[str, str]:
        pair = f"{self._config.api_key}:{self._config.api_secret.get_secret_value()}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _private(secret: SecretStr) -> RSAPrivateKey:
    r"""The key in a PEM text, whose line breaks may be written as `\n`. Raises `ValueError` if it is none."""
    try:
        key = load_pem_private_key(secret.get_secret_value().replace("\\n", "\n").encode(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        sentence = "must be the text of the private.key file that the application's page gave you"
        raise ValueError(sentence) from None  # noqa: TRY004 - pydantic reads ValueErrors
    return key


def _application(found: dict[str, Any], inbound_url: str | None) -> Sequence[Finding]:
    messages = (found.get("capabilities") or {}).get("messages")
    if not isinstance(messages, dict):
        fix = "Switch on the capability Messages on the application's page."
        return (Finding("Vonage application", False, "The application may not send messages.", fix),)
    own = Finding("Vonage application", True, "The application belongs to this account and may send messages.")
    what = "Vonage inbound address"
    if inbound_url is None:
        detail = "Without MILEPOST_PUBLIC_URL replies and receipts are read from Vonage's reports."
        return own, Finding(what, True, detail, "Set MILEPOST_PUBLIC_URL to hear of replies at once.", warning=True)
    address = ((messages.get("webhooks") or {}).get("inbound_url") or {}).get("address")
    if address == inbound_url:
        return own, Finding(what, True, "Inbound texts come to this service.")
    fix = f"On the application's page set the inbound URL of Messages to {inbound_url} (HTTP POST)."
    return own, Finding(what, False, "Inbound texts do not come to this service.", fix)
