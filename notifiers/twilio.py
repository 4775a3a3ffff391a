"""SMS, or WhatsApp in its place, through Twilio, with Twilio's own SDK."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar, NoReturn, Self
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped, unused-ignore]
from twilio.rest import Client  # type: ignore[import-untyped, unused-ignore]
from twilio.rest.api.v2010.account.message import MessageInstance  # type: ignore[import-untyped, unused-ignore]

from notifiers.base import Accepted, Callback, Channel, Finding, Message, Proof, Receipt, ReceiptStatus, Reply, Seen
from notifiers.errors import ChannelUnavailable, PermanentFailure, TemporaryFailure, UncertainOutcome
from notifiers.fates import failure
from notifiers.twilio_callbacks import RETRY_FRAGMENT, STATUSES, WHATSAPP, TwilioCallbacks
from notifiers.twilio_checks import examine
from notifiers.twilio_errors import MEANINGS, fate_of, sentence_of, suppresses
from notifiers.twilio_http import TooManyRequests, TwilioHttp, status_of
from notifiers.wire import never_left

LONGEST_VALIDITY = 36_000
"""Seconds that a text may wait at Twilio at most; its own default."""

LIST_SLACK = timedelta(minutes=10)
"""How far beyond the asked instant a list is read, because Twilio does not promise its order to the second."""

_SETTINGS = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)
_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_KEY = re.compile(r"SK[0-9a-f]{32}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
_TEMPLATE = re.compile(r"HX[0-9a-f]{32}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class TwilioConfig(BaseModel):
    """What the operator sets: `MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID` and so on."""

    model_config = _SETTINGS

    account_sid: str = Field(description="the account, from the Twilio console's front page")
    auth_token: SecretStr = Field(description="the auth token beside it; it also proves that a callback is Twilio's")
    api_key_sid: str | None = Field(default=None, description="an API key to send with instead of the auth token")
    api_key_secret: SecretStr | None = Field(default=None, description="the secret of that API key")
    from_number: str | None = Field(default=None, description="the number, short code or name that texts come from")
    messaging_service_sid: str | None = Field(default=None, description="a messaging service instead of one number")
    whatsapp_from: str | None = Field(default=None, description="a WhatsApp number that messages come from instead")
    whatsapp_template: str | None = Field(default=None, description="the approved template that carries each text")
    api_base: str | None = Field(default=None, description="another address of the API: a region, or a stand-in")
    timeout: float = Field(default=10.0, ge=1, le=60, description="seconds to wait for Twilio's answer")

    @field_validator("account_sid")
    @classmethod
    def _account(cls, value: str) -> str:
        if not _ACCOUNT.fullmatch(value):
            raise ValueError("must start with AC and have 34 characters: copy it from the Twilio console's front page")
        return value

    @field_validator("auth_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[0-9a-f]{32}", value.get_secret_value()):
            raise ValueError("must be 32 characters, 0-9 and a-f: copy it from the Twilio console's front page")
        return value

    @field_validator("api_key_sid")
    @classmethod
    def _key(cls, value: str | None) -> str | None:
        if value is not None and not _KEY.fullmatch(value):
            raise ValueError("must start with SK and have 34 characters: copy it from the console's API keys page")
        return value

    @field_validator("from_number")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        if value is not None and not _NUMBER.fullmatch(value) and not _NAME.fullmatch(value):
            raise ValueError(
                "must be a number such as +447700900123, a short code, or a name of at most 11 letters and digits"
            )
        return value

    @field_validator("messaging_service_sid")
    @classmethod
    def _service(cls, value: str | None) -> str | None:
        if value is not None and not _SERVICE.fullmatch(value):
            raise ValueError("must start with MG and have 34 characters: copy it from the messaging service's page")
        return value

    @field_validator("whatsapp_from")
    @classmethod
    def _whatsapp(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\+[1-9][0-9]{6,14}", value):
            raise ValueError("must be a number such as +447700900123, without whatsapp: before it")
        return value

    @field_validator("whatsapp_template")
    @classmethod
    def _template(cls, value: str | None) -> str | None:
        if value is not None and not _TEMPLATE.fullmatch(value):
            raise ValueError("must start with HX and have 34 characters: copy it from the template's page")
        return value

    @field_validator("api_base")
    @classmethod
    def _base(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
        if not safe or not parts.hostname or parts.path.strip("/") or parts.username:
            raise ValueError(
                "must be https:// and a host without a path (http:// only for this machine), "
                "such as https://api.dublin.ie1.twilio.com"
            )
        return value.rstrip("/")

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.whatsapp_from is not None and (self.from_number or self.messaging_service_sid):
            raise ValueError("{from_number} and {messaging_service_sid} must not be set beside {whatsapp_from}")
        if self.whatsapp_from is None and (self.from_number is None) == (self.messaging_service_sid is None):
            raise ValueError("exactly one of {from_number} and {messaging_service_sid} must be set")
        if (self.whatsapp_from is None) != (self.whatsapp_template is None):
            raise ValueError("{whatsapp_from} and {whatsapp_template} must be set both or neither")
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("{api_key_sid} and {api_key_secret} must be set both or neither")
        return self


class TwilioSms:
    """Hands texts to Twilio, reads its callbacks and its list, and examines the account."""

    name: ClassVar[str] = "twilio"
    channel: Channel = Channel.SMS
    Config: ClassVar[type[TwilioConfig]] = TwilioConfig
    proven_by: ClassVar[Proof] = Proof(("auth_token",), address=True)
    answers_keywords: ClassVar[bool] = True
    """STOP, START and HELP are answered by Twilio itself: https://help.twilio.com/articles/223134027."""

    def __init__(self, config: TwilioConfig) -> None:
        token = config.auth_token.get_secret_value()
        secret = config.api_key_secret.get_secret_value() if config.api_key_secret else token
        self.sender: str = config.from_number or config.messaging_service_sid or config.whatsapp_from or ""
        self._template = config.whatsapp_template
        self._account = config.account_sid
        self._callbacks = TwilioCallbacks(token, account=config.account_sid)
        self._client = Client(
            username=config.api_key_sid or config.account_sid,
            password=secret,
            account_sid=config.account_sid,
            http_client=TwilioHttp(config.api_base, config.timeout),
            environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""},  # our settings decide, not the process's surroundings
        )

    @property
    def two_way(self) -> bool:
        """Whether people can answer: a name instead of a number takes no replies."""
        return bool(_NUMBER.fullmatch(self.sender) or _SERVICE.fullmatch(self.sender))

    def send(self, message: Message) -> Accepted:
        """Hand one text to Twilio. See `Notifier.send`."""
        try:
            made = self._client.messages.create(**self._fields(message))
        except TooManyRequests as error:
            raise TemporaryFailure(MEANINGS[20429].sentence, code="20429", retry_after=error.retry_after) from None
        except UnicodeEncodeError:
            raise PermanentFailure("The text holds characters that cannot be sent.") from None
        except requests.RequestException as error:
            if never_left(error):
                raise TemporaryFailure("Twilio could not be reached.") from None
            raise UncertainOutcome("The connection to Twilio broke before an answer came.") from None
        except TwilioException as error:
            _refused(status_of(error), getattr(error, "code", None))
        except Exception:  # noqa: BLE001, RUF100 - the request left: whatever else breaks, Twilio may hold the text
            raise UncertainOutcome("Twilio's answer could not be read.") from None
        return _accepted(made)

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        """Read a status callback. See `ReportsDelivery.receipts`."""
        return self._callbacks.receipts(callback)

    def replies(self, callback: Callback) -> Sequence[Reply]:
        """Read an inbound text. See `ReceivesReplies.replies`."""
        return self._callbacks.replies(callback)

    def since(self, instant: datetime, to: str | None = None) -> Sequence[Seen]:
        """Read Twilio's own list, both directions. See `Lists.since`.

        Twilio's filter by date looks at the day a text was *sent*, which a queued text does not have; so the list is
        read newest first until `date_created` lies before *instant* (Twilio keeps whole seconds).
        Raises `TemporaryFailure` or `ChannelUnavailable`.
        """
        floor = instant.astimezone(UTC).replace(microsecond=0)
        person = to if to is None or self._template is None else WHATSAPP + to
        filters: list[dict[str, str]] = [{}] if person is None else [{"to": person}, {"from_": person}]
        try:
            seen = {row.provider_id: row for chosen in filters for row in self._listed(floor, chosen)}
        except TooManyRequests as error:
            raise TemporaryFailure(MEANINGS[20429].sentence, code="20429", retry_after=error.retry_after) from None
        except requests.RequestException:
            raise TemporaryFailure("Twilio's list could not be read.") from None
        except TwilioException as error:
            status = status_of(error)
            if status in {401, 403}:
                raise ChannelUnavailable(MEANINGS[20003].sentence, code="20003") from None
            raise TemporaryFailure("Twilio's list could not be read.", code=str(status)) from None
        except (ValueError, KeyError, TypeError):
            raise TemporaryFailure("Twilio's list could not be read.") from None
        return sorted(seen.values(), key=lambda row: (row.at, row.provider_id), reverse=True)

    def check(self, inbound_url: str | None = None) -> Sequence[Finding]:
        """Examine credentials, sender, inbound address and trial. See `Checks.check`.

        *inbound_url* is the address that the number should post inbound texts to, where the service has one.
        """
        return examine(self._client, self._account, self.sender, inbound_url)

    def _fields(self, message: Message) -> dict[str, object]:
        sender = message.sender or self.sender
        fields: dict[str, object] = {"to": message.to, "body": message.text}
        fields["messaging_service_sid" if _SERVICE.fullmatch(sender) else "from_"] = sender
        if self._template is not None:
            fields = {"to": WHATSAPP + message.to, "from_": WHATSAPP + sender, **_templated(self._template, message)}
        if message.callback_url:
            fields["status_callback"] = message.callback_url + RETRY_FRAGMENT
        if message.valid_for is not None:
            fields["validity_period"] = min(max(int(message.valid_for.total_seconds()), 1), LONGEST_VALIDITY)
        return fields

    def _listed(self, floor: datetime, chosen: dict[str, str]) -> Iterator[Seen]:
        for row in self._client.messages.stream(**chosen, page_size=200):
            at = row.date_created
            if not isinstance(at, datetime) or not row.sid:
                continue
            if at < floor - LIST_SLACK:
                return
            if at >= floor:
                yield _seen(row, at)


def _templated(template: str, message: Message) -> dict[str, object]:
    """The text as the one variable of *template*; WhatsApp takes no line breaks and no runs of spaces in it.

    An approved template passes at any hour, also when the person has not written within the last 24.
    https://www.twilio.com/docs/content/using-variables-with-content-api
    """
    message.text.encode()
    return {"content_sid": template, "content_variables": json.dumps({"1": " ".join(message.text.split())})}


def _accepted(made: MessageInstance) -> Accepted:
    if not isinstance(made.sid, str) or not made.sid:
        raise UncertainOutcome("Twilio's answer names no message.")
    if STATUSES.get(made.status or "") is ReceiptStatus.UNDELIVERED:  # no callback follows for a first status
        _refused(400, made.error_code)
    return Accepted(made.sid, made.status or "")


def _refused(status: int, code: int | None) -> NoReturn:
    name = None if code is None else str(code)
    raise failure(fate_of(status, code), sentence_of(status, code), code=name) from None


def _seen(row: MessageInstance, at: datetime) -> Seen:
    code = row.error_code if isinstance(row.error_code, int) else None
    outbound = row.direction != "inbound"
    return Seen(
        provider_id=row.sid or "",
        outbound=outbound,
        sender=(row.from_ or row.messaging_service_sid or "").removeprefix(WHATSAPP),
        to=(row.to or "").removeprefix(WHATSAPP),
        text=row.body or "",
        at=at,
        status=STATUSES.get(row.status or "") if outbound else None,
        code=None if code is None else str(code),
        detail="" if code is None else sentence_of(400, code),
        suppress=outbound and suppresses(code),
    )
