"""What is judged at the last moment before a message leaves: switches, quiet hours, caps, and being too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.policy.catalogue import loudness
from service.policy.rules import in_words
from service.policy.timing import Reader, quiet_verdict, speak_at
from service.records.decision import Verdict
from service.records.enums import Level
from service.records.outbox import Candidate


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` texts to one address in any `span`; `quiet_only` counts and holds info level and below."""

    rule: str
    most: int
    span: timedelta
    quiet_only: bool = False


LIMITS = (
    Limit("N8", 2, timedelta(days=1), quiet_only=True),
    Limit("N8", 6, timedelta(days=7), quiet_only=True),
    Limit("cap", 3, timedelta(hours=1)),
    Limit("cap", 8, timedelta(days=1)),
)
"""Both caps, per address. They count any span of that length, not calendar days, so that midnight doubles nothing."""


@dataclass(frozen=True, slots=True)
class Cap:
    """Whether the caps let a text pass; else when they will. `reroute`: do not wait, use e-mail and tell a person."""

    passed: bool
    until: datetime | None = None
    rule: str = ""
    text: str = "this address is below its limits"
    reroute: bool = False

    @property
    def verdict(self) -> Verdict:
        """The form in which a decision keeps it."""
        return Verdict(self.rule or "N8", self.passed, self.text)


class Answer(StrEnum):
    """What may be done with a message that is due."""

    GO = "go"
    HOLD = "hold"
    EXPIRE = "expire"
    DROP = "drop"
    REROUTE = "reroute"


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is due, and all that may stop it. `paused` is why a switch or channel holds, or None.

    `deadline` is by when critical news must be known; `exempt` messages (answers to a text just received) know no
    quiet hours and no caps of notices.
    """

    now: datetime
    level: Level
    send_before: datetime
    reader: Reader
    suppressed: bool = False
    paused: str | None = None
    paused_until: datetime | None = None
    history: Sequence[tuple[datetime, Level]] = ()
    deadline: datetime | None = None
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """The answer, until when a hold lasts (None: until a person acts), and why."""

    answer: Answer
    why: Verdict
    until: datetime | None = None


def caps(level: Level, history: Sequence[tuple[datetime, Level]], now: datetime) -> Cap:
    """Judge both caps for one more text of *level*, given the (sent at, level) of earlier ones to the same address."""
    quiet = loudness(level) <= loudness(Level.INFO)
    held: list[tuple[datetime, Limit]] = []
    for limit in LIMITS:
        if limit.quiet_only and not quiet:
            continue
        counted = sorted(
            at
            for at, its in history
            if now - limit.span < at <= now and (not limit.quiet_only or loudness(its) <= loudness(Level.INFO))
        )
        if len(counted) >= limit.most:
            held.append((counted[len(counted) - limit.most] + limit.span, limit))
    if not held:
        return Cap(True)
    until, limit = max(held, key=lambda one: (one[0], one[1].most))
    kind = "texts that could wait" if limit.quiet_only else "texts"
    text = f"this address has had {limit.most} {kind} within {in_words(limit.span)}, which is the most"
    return Cap(False, until, limit.rule, text, reroute=loudness(level) >= loudness(Level.ACTION))


@dataclass(frozen=True, slots=True)
class Repeat:
    """N17: why the same words do not leave again, and until when.

    With `told` somebody else at the very same address was told the same of the same shipment: there it is said.
    """

    why: Verdict
    until: datetime
    told: bool


def said_again(one: Candidate, words: str, span: timedelta, now: datetime) -> Repeat | None:
    """Whether a message would say what its address was sent within *span*, word by word.

    A date that moves away and back is no repeat: something else was said of the shipment in between, and the same words
    are now the correction of it.
    """
    for heard in one.heard:
        if heard.message_id == one.message_id or heard.at <= now - span:
            continue
        same = one.shipment_id is not None and heard.shipment_id == one.shipment_id
        if heard.words == words:
            text = (
                f"the very same words left for this address {in_words(now - heard.at)} ago, "
                f"and once in {in_words(span)} is the most"
            )
            told = same and heard.contact_id != one.contact_id
            return Repeat(Verdict("N17", False, text), heard.at + span, told)
        if same:
            return None
    return None


def claim_checks(claim: Claim) -> ClaimVerdict:
    """The first thing that stops the message, in the order in which it would be regretted."""
    if claim.suppressed:
        return ClaimVerdict(
            Answer.DROP, Verdict("suppression", False, "this address is suppressed and must not be written to")
        )
    if claim.now >= claim.send_before:
        return ClaimVerdict(Answer.EXPIRE, Verdict("N10", False, "it is too late to be of use"))
    if claim.paused is not None:
        return ClaimVerdict(Answer.HOLD, Verdict("switch", False, claim.paused), claim.paused_until)
    if claim.exempt:
        return ClaimVerdict(Answer.GO, Verdict("N9", True, "it answers a text that was just received"))
    at = speak_at(claim.now, claim.level, claim.reader, claim.deadline)
    if at > claim.now:
        return _hold(claim, quiet_verdict(claim.now, at, claim.reader), at)
    cap = caps(claim.level, claim.history, claim.now)
    if cap.passed:
        return ClaimVerdict(Answer.GO, cap.verdict)
    if cap.reroute:
        return ClaimVerdict(Answer.REROUTE, cap.verdict)
    return _hold(claim, cap.verdict, cap.until)


def _hold(claim: Claim, why: Verdict, until: datetime | None) -> ClaimVerdict:
    """A hold that would outlast the message ends it: being late is worse than being held."""
    if until is not None and until >= claim.send_before:
        return ClaimVerdict(Answer.EXPIRE, why)
    return ClaimVerdict(Answer.HOLD, why, until)
