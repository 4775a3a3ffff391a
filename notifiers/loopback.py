"""The notifier that sends nothing anywhere: what would have left is shown on the phone and inbox pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from notifiers.base import Accepted, Callback, Channel, Message, PersonalChannel, Receipt, Reply
from notifiers.twilio_callbacks import TwilioCallbacks

_ID = re.compile(r"loop_[A-Za-z0-9_-]{1,80}|(SM|MM)[0-9a-f]{32}")
_ADDRESS = re.compile(r"\+[1-9][0-9]{6,14}|[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,190}")


class Loopback:
    """Takes every message of its channel and keeps nothing: the pages are views over the stored messages.

    A reply on the demo phone comes back as Twilio's inbound webhook would, in the same fields, signed in the same way,
    read by the same reader. Without a token nobody can sign, so nothing comes back.
    """

    name: ClassVar[str] = "loopback"
    sender: str = "+447700900000"
    two_way: bool = True

    class Config(BaseModel):
        """One instance serves one channel; *token* signs what comes back, and is made anew by each process."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

        channel: PersonalChannel = Field(default=Channel.SMS, description="the channel that is shown: sms or email")
        token: SecretStr | None = Field(default=None, description="what signs replies; made at start if not set")

    def __init__(self, config: Config) -> None:
        self.channel: Channel = config.channel
        token = config.token.get_secret_value() if config.token else ""
        self._callbacks = TwilioCallbacks(token, message_id=_ID, address=_ADDRESS)

    def send(self, message: Message) -> Accepted:
        """Take the message. The same message is given the same id each time."""
        return Accepted(f"loop_{message.id}", "shown on this machine only")

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        """Read a status callback. See `ReportsDelivery.receipts`."""
        return self._callbacks.receipts(callback)

    def replies(self, callback: Callback) -> Sequence[Reply]:
        """Read a reply. See `ReceivesReplies.replies`."""
        return self._callbacks.replies(callback)
