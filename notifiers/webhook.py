"""Messages to a machine: signed HTTP calls as Standard Webhooks 1.0 describes them.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from standardwebhooks import Webhook as Signer

from notifiers import stamps
from notifiers.base import Accepted, Channel, Message
from notifiers.errors import PermanentFailure, TemporaryFailure
from notifiers.fates import Fate, failure
from notifiers.keys import key_of
from notifiers.public_only import Head, NoAnswer, NotAllowed, NotReached, post, trusting
from notifiers.schedules import WEBHOOK_RETRIES
from notifiers.wire import retry_after_seconds

PREFIX = "whsec_"
LEAST_BYTES = 24

BY_STATUS: Mapping[int, tuple[Fate, str]] = MappingProxyType(
    {
        408: (Fate.TEMPORARY, "The receiver took too long to read the call."),
        410: (Fate.SUPPRESS, "The receiver is gone and wants no more calls."),
        425: (Fate.TEMPORARY, "The receiver does not take the call yet."),
        429: (Fate.TEMPORARY, "The receiver got too many calls at once."),
        503: (Fate.TEMPORARY, "The receiver takes no calls now."),
    }
)
"""What an HTTP status means; another 5xx is temporary, and whatever else is no 2xx is permanent."""


class WebhookConfig(BaseModel):
    """What the operator sets: `MILEPOST_NOTIFIERS__WEBHOOK__SECRET` and so on."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    secret: SecretStr = Field(description="whsec_ and at least 32 characters of base64: openssl rand -base64 32")
    previous_secret: SecretStr | None = Field(default=None, description="the secret before it, while both are live")
    ca_file: str | None = Field(
        default=None, description="a file of certificate authorities, for receivers of your own"
    )
    allow_loopback: bool = Field(default=False, description="whether this machine may be called, for tests")
    timeout: float = Field(default=15.0, ge=1, le=30, description="seconds for one call")

    @field_validator("secret", "previous_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(secret_bytes(value)) < LEAST_BYTES:
            raise ValueError(
                'must be whsec_ and at least 32 characters of base64: make it with "openssl rand -base64 32"'
            )
        return value

    @field_validator("ca_file")
    @classmethod
    def _authorities(cls, value: str | None) -> str | None:
        try:
            ssl.create_default_context(cafile=value)
        except OSError:
            raise ValueError("must be a readable file of certificates (PEM)") from None
        return value


class Webhook:
    """Posts each message to the URL in its `to`, signed, once; the receiver drops repeats by the `webhook-id`.

    Each address has a secret of its own, made from ours, so that no receiver can sign for another. *seconds* stamps
    the calls. A lost answer is a temporary failure here: the id is the same at each attempt.
    """

    name: ClassVar[str] = "webhook"
    channel: Channel = Channel.WEBHOOK
    two_way: bool = False
    sender: str = "milepost"
    key_good_for: timedelta = sum(WEBHOOK_RETRIES, timedelta())
    Config: ClassVar[type[WebhookConfig]] = WebhookConfig

    def __init__(self, config: WebhookConfig, *, seconds: stamps.Seconds = stamps.machine) -> None:
        self.config = config
        self._seconds = seconds
        self._tls = trusting(config.ca_file)
        given = (config.secret, config.previous_secret)
        self._secrets = tuple(secret_bytes(secret) for secret in given if secret is not None)

    def send(self, message: Message) -> Accepted:
        """Post one message. See `Notifier.send`."""
        key = key_of(message.id)
        try:
            body = _written(message)
            answer = post(
                message.to,
                headers(self.secrets_for(message.to), key, body, self._seconds()),
                body.encode(),
                seconds=self.config.timeout,
                tls=self._tls,
                loopback=self.config.allow_loopback,
            )
        except NotAllowed as refusal:
            raise PermanentFailure(str(refusal)) from None
        except UnicodeError:
            raise PermanentFailure("The message holds characters that cannot be sent.") from None
        except NotReached:
            raise TemporaryFailure("The receiver could not be reached.") from None
        except NoAnswer:
            raise TemporaryFailure("The receiver's answer was lost.") from None
        _judge(answer)
        return Accepted(key, f"HTTP {answer.status}")

    def secrets_for(self, url: str) -> tuple[str, ...]:
        """What the receiver at *url* checks our calls with, the newest first; two while both of ours are live."""
        made = (hmac.digest(secret, url.encode(), hashlib.sha256) for secret in self._secrets)
        return tuple(PREFIX + base64.b64encode(one).decode() for one in made)


def headers(secrets: Sequence[str], key: str, body: str, seconds: float) -> Mapping[str, str]:
    """The headers of a call: its id, its time, and a signature by each of *secrets*."""
    now = datetime.fromtimestamp(int(seconds), UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Milepost",
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Signer(secret).sign(key, now, body) for secret in secrets),
    }


def _written(message: Message) -> str:
    """The body; the same for each attempt at one message. Raises `UnicodeError` for what no UTF-8 can hold."""
    data = {"id": message.id, "subject": message.subject, "text": message.text, "thread": message.thread}
    known = {name: value for name, value in data.items() if value is not None}
    body = json.dumps({"type": "message", "data": known}, ensure_ascii=False)
    body.encode()
    return body


def _judge(answer: Head) -> None:
    """Raise what a status other than 2xx means."""
    if 200 <= answer.status < 300:
        return
    usual = Fate.TEMPORARY if answer.status >= 500 else Fate.PERMANENT
    fate, detail = BY_STATUS.get(answer.status, (usual, f"The receiver answered with HTTP {answer.status}."))
    raise failure(fate, detail, code=str(answer.status), retry_after=retry_after_seconds(answer.headers))


def secret_bytes(secret: SecretStr) -> bytes:
    """The key behind a `whsec_…`; empty where it is none."""
    try:
        return base64.b64decode(secret.get_secret_value().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
