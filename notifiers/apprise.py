"""Texts or e-mails through any service that Apprise knows: fire and forget.

Apprise says only whether a service took a message: there is no id of the provider's, no receipt, no reply, no HTTP
status and no Retry-After. So whatever is not a plain yes, and was asked, is uncertain. The extra `milepost[apprise]`
brings the library.
"""

from __future__ import annotations

import logging
import re
from typing import ClassVar
from urllib.parse import quote

from apprise import Apprise as Client
from apprise import AppriseAsset, AppriseResultStatus, NotifyFormat, PersistentStoreMode
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from notifiers.base import Accepted, Channel, Message, PersonalChannel
from notifiers.errors import NotifierError, PermanentFailure, UncertainOutcome
from notifiers.keys import key_of

PLACE = "{to}"
_ADDRESS = re.compile(r"\+?[0-9]{3,15}|[^\s@<>,;:/?#&%\\\"'\x00-\x1f\x7f]{1,64}@[A-Za-z0-9.-]{1,190}")
_SAMPLE = {Channel.SMS: "+447700900123", Channel.EMAIL: "ann@example.com"}


class AppriseConfig(BaseModel):
    """What the operator sets: `MILEPOST_NOTIFIERS__APPRISE__URL` and so on."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: SecretStr = Field(description="the service's Apprise URL, with {to} where the recipient belongs")
    channel: PersonalChannel = Field(default=Channel.SMS, description="what the service carries: sms or email")
    timeout: float = Field(default=15.0, ge=1, le=60, description="seconds for one message")

    @field_validator("url")
    @classmethod
    def _one_place(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url.count(PLACE) != 1:
            raise ValueError(
                "must be one Apprise URL that holds the word to, in braces, once: where the recipient belongs"
            )
        if _service(url, _SAMPLE[Channel.SMS]) is None and _service(url, _SAMPLE[Channel.EMAIL]) is None:
            raise ValueError("is not understood by Apprise: look at https://github.com/caronc/apprise/wiki")
        return value


class Apprise:
    """Hands each message to the one service that the operator configured; never to an address that others chose."""

    name: ClassVar[str] = "apprise"
    two_way: bool = False
    sender: str = "apprise"
    Config: ClassVar[type[AppriseConfig]] = AppriseConfig

    def __init__(self, config: AppriseConfig) -> None:
        self.channel: Channel = config.channel
        self._config = config

    def send(self, message: Message) -> Accepted:
        """Hand one message over. See `Notifier.send`."""
        if not _ADDRESS.fullmatch(message.to):
            raise PermanentFailure("The recipient is neither a number nor a mailbox.")
        if not message.text.strip():
            raise PermanentFailure("The text is empty.")
        try:
            message.text.encode()
            (message.subject or "").encode()
        except UnicodeEncodeError:
            raise PermanentFailure("The text holds characters that cannot be sent.") from None
        service = _service(self._config.url.get_secret_value(), message.to)
        if service is None:
            raise PermanentFailure("The service cannot write to this recipient.")
        try:
            told = service.notify(
                body=message.text,
                title=message.subject or "",
                body_format=NotifyFormat.TEXT,
                interpret_escapes=False,
                timeout=self._config.timeout,
            )
        except Exception:  # noqa: BLE001, RUF100 - it was asked: whatever breaks, the service may have the message
            raise UncertainOutcome("Apprise broke while it handed the message over.") from None
        if not told:
            raise _refusal(told.status)
        return Accepted(key_of(message.id), "taken, as far as Apprise can say")


def _refusal(status: AppriseResultStatus) -> NotifierError:
    if status is AppriseResultStatus.NOMATCH:
        return PermanentFailure("Apprise asked no service.")
    return UncertainOutcome("The service refused the message, or its answer was lost: Apprise cannot tell which.")


def _service(url: str, to: str) -> Client | None:
    """The one service of *url* for the recipient *to*, or None if Apprise does not understand it.

    Apprise logs addresses and texts, so it is silenced; it writes nothing to the disk and reads no plug-ins of others.
    """
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    asset = AppriseAsset(async_mode=False, storage_mode=PersistentStoreMode.MEMORY, plugin_paths=[])
    client = Client(asset=asset)
    return client if client.add(url.replace(PLACE, quote(to, safe="@"))) and len(client) == 1 else None
