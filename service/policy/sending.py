"""What an attempt, or a provider's receipt, makes of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.base import Accepted, Channel, ReceiptStatus
from notifiers.errors import (
    ChannelUnavailable,
    NotifierError,
    PermanentFailure,
    TemporaryFailure,
)
from service.policy.catalogue import loudness
from service.policy.rules import minutes
from service.records.enums import AttemptOutcome, Level, MessageKind, MessageState, Stage
from service.records.outbox import Candidate

BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
)
"""How long after each certain refusal in a row the same message is tried again; the last one repeats."""

SPREAD = 0.2
"""By which share chance lengthens a wait, so that what failed together does not come back together."""

LONGEST_WAIT = 86_400.0
"""Seconds that a provider may ask for at most; a day later no text of today is of use."""

PATIENCE = 5
"""So many certain refusals of one message pause the notifier that refused it last."""

PAUSE = timedelta(minutes=2)
"""How long a notifier rests at least that refuses again and again."""

PROBES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
"""How long a notifier rests that cannot be used, by how often in a row it could not; the last one repeats."""

CALLS = 3
"""So many calls that may have been taken has one message, ever."""


@dataclass(frozen=True, slots=True)
class SendVerdict:
    """What becomes of a message after one call.

    `due_at` is set where it waits for another. `spent`: the call may have been taken and counts against `CALLS`; a
    certain refusal counts as a refusal instead. `pause_channel`: rest the notifier, for `pause_for` at least.
    """

    state: MessageState
    outcome: AttemptOutcome
    due_at: datetime | None = None
    suppress: bool = False
    pause_channel: bool = False
    pause_for: timedelta = timedelta()
    detail: str = ""
    spent: bool = False


def after_attempt(
    result: Accepted | NotifierError,
    tries: int,
    refusals: int,
    now: datetime,
    jitter: float,
    send_before: datetime,
    others: int = 0,
) -> SendVerdict:
    """Judge one call.

    *tries* counts earlier calls that may have been taken, *refusals* earlier certain refusals, *others* the notifiers
    beside this one that could take the message: what was refused goes to each of them before it waits. *jitter* is
    chance from 0 to 1. Whatever is neither accepted nor certainly refused is uncertain and never sent again by itself.
    """
    if isinstance(result, Accepted):
        return SendVerdict(MessageState.ACCEPTED, AttemptOutcome.ACCEPTED, detail=result.detail, spent=True)
    if isinstance(result, TemporaryFailure):
        return _refused(result, tries, refusals, now, jitter, send_before, others)
    if isinstance(result, PermanentFailure):
        outcome = AttemptOutcome.PERMANENT
        return SendVerdict(MessageState.FAILED, outcome, suppress=result.suppress, detail=result.detail)
    if isinstance(result, ChannelUnavailable):
        # Due at once: who else can take it, and how long the pause lasts, is looked at where both are known.
        outcome = AttemptOutcome.UNAVAILABLE
        return SendVerdict(MessageState.WAITING, outcome, due_at=now, pause_channel=True, detail=result.detail)
    return SendVerdict(MessageState.UNCERTAIN, AttemptOutcome.UNCERTAIN, detail=result.detail, spent=True)


def rest_until(failures: int, now: datetime, least: timedelta = timedelta()) -> datetime:
    """Until when a notifier is paused that could not be used *failures* times in a row before; *least* at any rate."""
    return now + max(PROBES[min(failures, len(PROBES) - 1)], least)


def _refused(
    failure: TemporaryFailure,
    tries: int,
    refusals: int,
    now: datetime,
    jitter: float,
    send_before: datetime,
    others: int,
) -> SendVerdict:
    outcome = AttemptOutcome.TEMPORARY
    if tries >= CALLS:
        return SendVerdict(MessageState.FAILED, outcome, detail=f"{failure.detail} (no call is left)")
    wait = _backoff(failure, refusals - others, jitter) if refusals >= others else timedelta()
    impatient = refusals + 1 >= PATIENCE
    rest = max(PAUSE, timedelta(seconds=min(failure.retry_after or 0, LONGEST_WAIT))) if impatient else timedelta()
    if now + wait >= send_before:
        detail = f"{failure.detail} (too late to try again)"
        return SendVerdict(MessageState.EXPIRED, outcome, pause_channel=impatient, pause_for=rest, detail=detail)
    return SendVerdict(
        MessageState.WAITING,
        outcome,
        due_at=now + wait,
        pause_channel=impatient,
        pause_for=rest,
        detail=failure.detail,
    )


def _backoff(failure: TemporaryFailure, before: int, jitter: float) -> timedelta:
    """How long the message waits after *before* refusals by everybody."""
    wait = BACKOFF[min(before, len(BACKOFF) - 1)] * (1 + SPREAD * jitter)
    if failure.retry_after is not None:
        wait = max(wait, timedelta(seconds=min(failure.retry_after, LONGEST_WAIT)))
    return wait


_FINAL = frozenset({MessageState.DELIVERED, MessageState.UNDELIVERED})
_OPEN = frozenset({MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN, MessageState.UNKNOWN})
_FORWARD: Mapping[ReceiptStatus, tuple[MessageState, frozenset[MessageState]]] = {
    ReceiptStatus.SENT: (MessageState.ACCEPTED, _OPEN),
    ReceiptStatus.DELIVERED: (MessageState.DELIVERED, frozenset(MessageState) - _FINAL),
    ReceiptStatus.UNDELIVERED: (MessageState.UNDELIVERED, _OPEN | {MessageState.ACCEPTED}),
    ReceiptStatus.COMPLAINED: (MessageState.DELIVERED, frozenset(MessageState) - _FINAL),
}
"""What each receipt makes of a message, and of which states."""


def after_receipt(current: MessageState, status: ReceiptStatus) -> MessageState | None:
    """The state after a receipt, or None where it changes nothing.

    Only forward: the first final word of the provider stands. A receipt may outrun our own bookkeeping and settles
    what was uncertain; a text that was delivered is delivered, whatever we thought had become of it.
    """
    target, sources = _FORWARD[status]
    return target if current in sources else None


def receipt_by(
    one: Candidate, rules: Mapping[str, float], now: datetime, *, simulated: bool = False
) -> datetime | None:
    """N14: until when the receipt of a text that was just taken is waited for, before its news goes by e-mail too.

    None for what is said by one channel only: e-mail, a rehearsal whose receipts are not *simulated*, answers, and news
    that asks nobody for anything. In some countries no receipt ever comes, and nobody wants all of it twice.
    """
    wait = minutes(rules, "N14.receipt_minutes")
    reported = one.stage is Stage.LIVE or simulated
    if one.channel is not Channel.SMS or not wait or not reported or not _asks(one):
        return None
    return now + wait


def is_urgent(one: Candidate) -> bool:
    """N14: whether this is news that the next channel carries when the first one cannot."""
    return one.stage is Stage.LIVE and _asks(one)


def _asks(one: Candidate) -> bool:
    """Whether it is news that asks somebody for something, and no digest of what can wait."""
    news = one.kind is MessageKind.NOTICE and not one.in_digest
    return news and loudness(one.level) >= loudness(Level.NOTICE)


def hand_on_at(one: Candidate, rules: Mapping[str, float], since: datetime | None) -> datetime | None:
    """N14: when news that has not left *since* goes by the next channel instead; None for never.

    At once where its time would be over by then.
    """
    wait = minutes(rules, "N14.down_minutes")
    if since is None or not wait or not is_urgent(one):
        return None
    return since if one.send_before <= since + wait else since + wait
