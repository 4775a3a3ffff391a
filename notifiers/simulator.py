"""The notifier of test keys: nothing leaves, and what becomes of a message is told by whom it is for.

A text is judged by the last three digits of a number kept for drama (+44 7700 900001 to 900008), an e-mail by the name
before `@simulator.example`, with or without a +tag. Everybody else is as good as the first row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from notifiers.base import (
    Accepted,
    Callback,
    Channel,
    Later,
    Message,
    PersonalChannel,
    Receipt,
    ReceiptStatus,
    Reply,
)
from notifiers.errors import NotifierError, PermanentFailure, TemporaryFailure
from notifiers.twilio_callbacks import TwilioCallbacks

DOMAIN = "simulator.example"
"""A name that nobody can own (RFC 2606)."""

_DRAMA = re.compile(r"\+447700900(\d{3})")
_NAME = re.compile(r"([^+@]+)(?:\+[^@]*)?@simulator\.example", re.IGNORECASE)
_ID = re.compile(r"sim_[A-Za-z0-9_-]{1,80}|(SM|MM)[0-9a-f]{32}|loop_[A-Za-z0-9_-]{1,80}")
_ADDRESS = re.compile(r"\+[1-9][0-9]{6,14}|[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,190}")


def _after(seconds: float, status: ReceiptStatus, code: str = "", detail: str = "", *, suppress: bool = False) -> Later:
    return Later(timedelta(seconds=seconds), Receipt("", status, code or None, detail, suppress))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What becomes of every message to one recipient: the answer to the first call, and the receipts that follow.

    `answer` is None where the message is taken; `always` says that later calls get the same answer.
    """

    receipts: tuple[Later, ...] = ()
    answer: NotifierError | None = None
    always: bool = False


_SENT, _DELIVERED = _after(1, ReceiptStatus.SENT), _after(2, ReceiptStatus.DELIVERED)

WELL = Behaviour((_SENT, _DELIVERED))
BUSY = Behaviour(
    (_SENT, _DELIVERED), TemporaryFailure("The simulator is busy; the next call is taken.", code="sim_busy")
)
SILENT = Behaviour()
SLOW = Behaviour((_SENT, _after(600, ReceiptStatus.DELIVERED)))
TWICE = Behaviour((replace(_SENT, times=2), replace(_DELIVERED, times=3)))
DISORDERED = Behaviour((_after(2, ReceiptStatus.DELIVERED), _after(10, ReceiptStatus.SENT)))


def _bounced(code: str, detail: str, *, dead: bool) -> Behaviour:
    return Behaviour((_after(2, ReceiptStatus.UNDELIVERED, code, detail, suppress=dead),))


PHONES: Mapping[str, Behaviour] = MappingProxyType(
    {
        "001": WELL,
        "002": BUSY,
        "003": Behaviour(
            (_SENT, _after(2, ReceiptStatus.UNDELIVERED, "30005", "The number does not exist.", suppress=True))
        ),
        "004": Behaviour(
            answer=PermanentFailure("The person has opted out of texts.", code="21610", suppress=True), always=True
        ),
        "005": SILENT,
        "006": SLOW,
        "007": TWICE,
        "008": DISORDERED,
    }
)
"""By the last three digits. The codes are Twilio's: https://www.twilio.com/docs/api/errors"""

MAILBOXES: Mapping[str, Behaviour] = MappingProxyType(
    {
        "delivered": WELL,
        "temp-fail": BUSY,
        "bounce": _bounced("5.1.1", "The mailbox does not exist.", dead=True),
        "full": _bounced("5.2.2", "The mailbox is full.", dead=False),
        "complaint": Behaviour(
            (*WELL.receipts, _after(10, ReceiptStatus.COMPLAINED, "abuse", "Reported as spam.", suppress=True))
        ),
        "refused": Behaviour(
            answer=PermanentFailure("The mail server refuses the recipient.", code="550 5.1.1", suppress=True),
            always=True,
        ),
        "no-receipt": SILENT,
        "slow": SLOW,
        "duplicates": TWICE,
        "disorder": DISORDERED,
    }
)
"""By the name before the @. The codes are those of RFC 3463, and the feedback type of RFC 5965."""


def behaviour(to: str) -> Behaviour:
    """What becomes of messages to *to*."""
    if digits := _DRAMA.fullmatch(to):
        return PHONES.get(digits.group(1), WELL)
    if name := _NAME.fullmatch(to):
        return MAILBOXES.get(name.group(1).lower(), WELL)
    return WELL


class Simulator:
    """Takes or refuses by the tables above; the phone and the inbox pages show what it took.

    It knows nothing of earlier calls: `Message.attempt` says which one this is. A reply comes back in the same form and
    with the same signature as to loopback. The same message gets the same id each time, so nothing is taken twice.
    """

    name: ClassVar[str] = "simulator"
    sender: str = "+447700900998"
    two_way: bool = True
    key_good_for: ClassVar[timedelta] = timedelta(days=1)

    class Config(BaseModel):
        """One instance serves one channel; *token* signs replies."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

        channel: PersonalChannel = Field(default=Channel.SMS, description="the channel that is simulated: sms or email")
        token: SecretStr | None = Field(default=None, description="what signs replies; without it none is believed")

    def __init__(self, config: Config) -> None:
        self.channel: Channel = config.channel
        token = config.token.get_secret_value() if config.token else ""
        self._callbacks = TwilioCallbacks(token, message_id=_ID, address=_ADDRESS)

    def send(self, message: Message) -> Accepted:
        """Take the message, or refuse it as the recipient's row says. See `Notifier.send`."""
        known = behaviour(message.to)
        if known.answer is not None and (known.always or message.attempt == 1):
            raise _anew(known.answer)
        return Accepted(f"sim_{message.id}", "simulated; nothing leaves this machine")

    def later(self, to: str, provider_id: str) -> Sequence[Later]:
        """The receipts that follow. See `Foretells.later`."""
        return [replace(one, receipt=replace(one.receipt, provider_id=provider_id)) for one in behaviour(to).receipts]

    def replies(self, callback: Callback) -> Sequence[Reply]:
        """Read a reply. See `ReceivesReplies.replies`."""
        return self._callbacks.replies(callback)


def _anew(error: NotifierError) -> NotifierError:
    """A fresh exception of the same kind: one that was raised keeps the traceback of its first time."""
    if isinstance(error, PermanentFailure):
        return PermanentFailure(error.detail, code=error.code, suppress=error.suppress)
    return TemporaryFailure(error.detail, code=error.code)
