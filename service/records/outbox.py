"""What passes between dispatch and the store: candidates read, claims to write, and outcomes to settle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from notifiers.base import Channel
from service.records.enums import AttemptOutcome, Level, MessageKind, MessageState, NoticeCode, NoticeState, Stage
from service.records.keys import DIGEST
from service.records.said import Said

HELD = "held"
"""The code of an attempt that was called off before the provider was asked."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A waiting notice that a message carries, with whether it is still known to be true."""

    notice_id: str
    shipment_id: str
    code: NoticeCode
    said: Said
    fresh: bool
    truth_version: int
    sequence: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What an address was asked to be sent: when, in which words (`wording.words.digest`), about what, and for whom."""

    at: datetime
    words: str
    message_id: str
    shipment_id: str | None
    contact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message whose time has come, with everything that the checks and the renderer ask for.

    `history` is the address's attempts of the last week as (started at, level); `told` what this person was told
    before, newest first; `heard` are the news of that week in the order of `history`; `business` says that they follow
    as somebody at a customer. `notifier` was asked last, or is the one that must take it; `tried_since` is when the
    first of the last hours' calls was made, all of them in vain.
    """

    account_id: str
    message_id: str
    key: str
    kind: MessageKind
    stage: Stage
    channel: Channel
    level: Level
    code: NoticeCode | None
    cause: str
    due_at: datetime
    send_before: datetime
    tries: int
    refusals: int
    updated_at: datetime
    address_id: str | None
    to: str
    suppressed: bool
    contact_id: str | None
    shipment_id: str | None
    customer_id: str | None
    language: str
    zone: str | None
    quiet_from: str
    quiet_to: str
    business: bool
    notices: tuple[Carried, ...]
    history: tuple[tuple[datetime, Level], ...]
    told: tuple[tuple[datetime, str], ...]
    params: Mapping[str, object] = field(default_factory=dict)
    thread_id: str | None = None
    subject: str | None = None
    body: str | None = None
    html: str | None = None
    trace_id: str | None = None
    notifier: str | None = None
    tried_since: datetime | None = None
    heard: tuple[Heard, ...] = ()

    @property
    def in_digest(self) -> bool:
        """Whether it is a digest by e-mail, which makes no sound and is said even if it is empty."""
        return self.cause == DIGEST


@dataclass(frozen=True, slots=True)
class Claim:
    """An intent: the message as it will leave, to be written before the call.

    `choices` are the (digit, service) that it prints, open until `choices_until`. `text_version` is the version of the
    account's own words that it says; `text_note` why it says ours where there are own words. `words` is the digest of
    what it says where it is news; `trial` the own text that it tries, one of `trial_places` messages.
    """

    candidate: Candidate
    attempt_id: str
    worker_id: str
    notifier: str
    sender: str
    body: str
    segments: int
    subject: str | None = None
    html: str | None = None
    calendar: str | None = None
    link_digest: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    choices_until: datetime | None = None
    text_version: int | None = None
    text_note: str = ""
    words: str | None = None
    trial: str | None = None
    trial_places: int = 0


@dataclass(frozen=True, slots=True)
class Postponed:
    """A message that may not leave now: a new due time, or an end state with its reason.

    With `reroute` its notices go to the next address if there is one, and say that it was by `rule`; with `digest_at`
    they go into the digest of then.
    With `gathers` it joins what else waits for the same moment. `held_by` is the pause that holds it.
    """

    candidate: Candidate
    state: MessageState
    why: str
    due_at: datetime | None = None
    notice_state: NoticeState | None = None
    reroute: bool = False
    rule: str = "N14"
    digest_at: datetime | None = None
    gathers: bool = False
    held_by: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How one attempt ended, and what that makes of its message; its receipt is waited for until `receipt_by`.

    `held_by` is the pause that came between the claim and the call. Where it was not taken, it goes by the next channel
    from `onward_at` on, if there is one.
    """

    account_id: str
    message_id: str
    attempt_id: str
    outcome: AttemptOutcome
    state: MessageState
    provider_id: str | None = None
    code: str | None = None
    detail: str = ""
    due_at: datetime | None = None
    refused: bool = False
    suppress: bool = False
    suppress_why: str = ""
    receipt_by: datetime | None = None
    held_by: str | None = None
    onward_at: datetime | None = None
