"""The wall between Milepost and the outside: the values that cross it, and what a notifier must be able to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable


class Channel(StrEnum):
    """How a message leaves: to a person by text or e-mail, or to a machine by a signed HTTP call."""

    SMS = "sms"
    EMAIL = "email"
    WEBHOOK = "webhook"


PersonalChannel = Literal[Channel.SMS, Channel.EMAIL]
"""A channel that reaches a person, as a type for what is asked from outside."""

PERSONAL: tuple[PersonalChannel, ...] = (Channel.SMS, Channel.EMAIL)
"""The channels that reach a person: those that texts are written for."""


class ReceiptStatus(StrEnum):
    """What a provider says became of a message, in the order in which it may move forward."""

    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    COMPLAINED = "complained"
    """It arrived, and the person reported it as unwanted."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with an e-mail, such as a calendar entry (`text/calendar`)."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One text to one address. A notifier is told everything here and asks nothing back.

    `id` is stable for every attempt at the same message (an e-mail's Message-ID is made from it);
    `callback_url` names the single attempt, and is absent where the service has no public URL. `attempt` counts the
    calls for this message, from 1.
    """

    id: str
    channel: Channel
    to: str
    text: str
    sender: str | None = None
    sender_name: str | None = None
    subject: str | None = None
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    thread: str | None = None
    unsubscribe_url: str | None = None
    callback_url: str | None = None
    valid_for: timedelta | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the message; `provider_id` is the provider's name for it."""

    provider_id: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Callback:
    """A provider's HTTP call as it arrived: `url` is our public URL of it, `body` the raw bytes."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider says of one message. `suppress`: the address must not be written to again.

    `about` are the addresses that it names, where it names any: mail is forwarded, and what is said of another address
    than the message's own suppresses nobody.
    """

    provider_id: str
    status: ReceiptStatus
    code: str | None = None
    detail: str = ""
    suppress: bool = False
    about: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reply:
    """A text that a person sent to one of our senders; `provider_id` tells a repeat from a new one."""

    provider_id: str
    sender: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the provider's own list: a text sent by us (`outbound`) or received. `suppress` as in `Receipt`."""

    provider_id: str
    outbound: bool
    sender: str
    to: str
    text: str
    at: datetime
    status: ReceiptStatus | None = None
    code: str | None = None
    detail: str = ""
    suppress: bool = False


class Notifier(Protocol):
    """Hands messages of one channel to one provider.

    It keeps no state, reads no clock, opens no database, and never retries.
    """

    channel: Channel

    def send(self, message: Message) -> Accepted:
        """Hand *message* over, once.

        Return when the provider has taken it; otherwise raise exactly one of `TemporaryFailure`,
        `PermanentFailure`, `UncertainOutcome` or `ChannelUnavailable`. Safe to call from several
        threads; returns or raises within its own time-out.
        """
        ...


PREFIX = "MILEPOST_NOTIFIERS__"


def variable(notifier: str, field: str = "") -> str:
    """The environment variable that sets *field* of *notifier*."""
    return PREFIX + notifier.upper() + (f"__{field.upper()}" if field else "")


@dataclass(frozen=True, slots=True)
class Proof:
    """By which settings of its `Config` a notifier knows its provider's calls; *address* says that ours counts too."""

    settings: tuple[str, ...]
    address: bool


@runtime_checkable
class Proven(Protocol):
    """A notifier that says by which settings it knows its provider's calls, for whoever asks why one is refused."""

    proven_by: Proof


@runtime_checkable
class ReportsDelivery(Protocol):
    """A notifier whose provider calls back about messages."""

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        """Read the provider's call. Raise `PermissionError` if it is not the provider's, `ValueError` if unreadable."""
        ...


@runtime_checkable
class ReceivesReplies(Protocol):
    """A notifier whose provider hands us what people answer."""

    def replies(self, callback: Callback) -> Sequence[Reply]:
        """Read the provider's call. Raise `PermissionError` if it is not the provider's, `ValueError` if unreadable."""
        ...


@runtime_checkable
class TakesKey(Protocol):
    """A notifier whose receiver is told our key with each message, and takes nothing twice under one key.

    The key is made from `Message.id`. So after an `UncertainOutcome` the very same message, with the same
    `callback_url`, may be handed over again while the key is good: nobody gets it twice, and the answer that was lost
    is given again.
    """

    key_good_for: timedelta
    """How long after the first time the receiver remembers a key."""


@runtime_checkable
class Lists(Protocol):
    """A notifier whose provider can list what it sent and received."""

    def since(self, instant: datetime, to: str | None = None) -> Sequence[Seen]:
        """Everything sent or received at or after *instant*, newest first; only texts to or from *to* where given."""
        ...


@dataclass(frozen=True, slots=True)
class Post:
    """What e-mails that came in say: receipts of ours and replies of people; `ignored` counts all others."""

    receipts: tuple[Receipt, ...] = ()
    replies: tuple[Reply, ...] = ()
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a mailbox was read: its UIDVALIDITY and the highest UID seen (RFC 3501, section 2.3.1.1)."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """The next e-mails of a mailbox: what they say, how far it is read now, which spoke to us, whether more wait."""

    post: Post
    mark: Mark
    read: tuple[int, ...] = ()
    more: bool = False


@runtime_checkable
class TakesMail(Protocol):
    """A notifier to which somebody may hand e-mails that came in, byte by byte."""

    def mail(self, callback: Callback) -> Post:
        """Read one e-mail. Raise `PermissionError` if the call is not signed as agreed."""
        ...


@runtime_checkable
class ReadsMailbox(Protocol):
    """A notifier that can read a mailbox. It remembers nothing: whoever asks says how far it was read."""

    mailbox: str | None
    """A name for the mailbox that tells it from every other; None where none is configured."""

    def fetch(self, after: Mark | None, since: date) -> Fetched:
        """The next e-mails behind *after*, oldest first; those of *since* and later where that mark is not good here.

        Raises one of the four failures.
        """
        ...

    def put_away(self, read: Sequence[int]) -> None:
        """Do with e-mails that were read what the settings say: nothing, mark as seen, or move. Never deletes."""
        ...


@dataclass(frozen=True, slots=True)
class Later:
    """A receipt that comes so long after a message was taken, `times` over."""

    after: timedelta
    receipt: Receipt
    times: int = 1


@runtime_checkable
class Foretells(Protocol):
    """A notifier whose receipts are known beforehand, as a simulator's are: the clock brings them, nobody calls."""

    def later(self, to: str, provider_id: str) -> Sequence[Later]:
        """The receipts of a message to *to* that was taken as *provider_id*, in the order in which they come."""
        ...


@runtime_checkable
class Checks(Protocol):
    """A notifier that can examine its own account at the provider, for `milepost doctor --live`."""

    def check(self) -> Sequence[Finding]:
        """Ask the provider: credentials, sender, inbound address, trial. Never raises for a finding."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: what, whether it is well, and the one line that mends it."""

    what: str
    ok: bool
    detail: str = ""
    fix: str = ""
    warning: bool = field(default=False)
