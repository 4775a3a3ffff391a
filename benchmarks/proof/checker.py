"""What the journal of the client, the store and the provider's ledger say together. Values in, counts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.policy.claims import LIMITS

TOLD = frozenset({"accepted", "delivered", "undelivered"})
PENDING = frozenset({"waiting", "sending", "uncertain"})
OPEN = frozenset({"waiting", "sending"})

CAPS = tuple((limit.most, limit.span) for limit in LIMITS if not limit.quiet_only)
"""The most texts of any kind to one number in any span of that length."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message as our store has it."""

    id: str
    to: str
    state: str
    send_before: datetime
    provider_id: str | None = None
    calls: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the provider as our store has it; `doubt` is how long its end was not known."""

    id: str
    message_id: str
    outcome: str
    number: int = 1
    doubt: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that the provider accepted, as its ledger has it; `call` is the id in the callback address."""

    sid: str
    to: str
    call: str
    at: datetime
    fate: str = "well"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was observed. Ids of facts; `expected` are the phones that acknowledged facts must reach."""

    attempted: Collection[str]
    acked: Collection[str]
    kept: Sequence[str]
    expected: Collection[str]
    attempted_phones: Collection[str]
    messages: Sequence[Told]
    calls: Sequence[Call]
    taken: Sequence[Taken]


@dataclass(frozen=True, slots=True)
class Books:
    """The counts.

    `lost`: acknowledged, and neither kept, told nor shown as anything. `dup`: acceptances beyond the first of a
    message, and texts beyond the first to somebody who was owed one. `ghosts`: kept or sent without having been asked
    for. `stale`: accepted after its time. `unknown`: nobody can say whether it arrived, and it is shown so.
    `otherwise`: ended unsaid with a reason. `open`: neither ended nor in doubt. `again`: handed over once more after a
    proof of absence. `disagree`: rows in which the provider's list and ours differ. `unbalanced`: texts owed less those
    in the states.
    """

    attempted: int
    acked: int
    kept: int
    texts: int
    lost: int
    dup: int
    ghosts: int
    stale: int
    over_cap: int
    unknown: int
    otherwise: int
    open: int
    again: int
    recovered: int
    disagree: int
    unbalanced: int
    longest_doubt: timedelta

    @property
    def exact(self) -> bool:
        """Nothing lost, nothing twice, nothing unasked, late or over the cap."""
        return not (self.lost or self.dup or self.ghosts or self.stale or self.over_cap)

    @property
    def balanced(self) -> bool:
        """Every text owed is in one state, and both lists agree."""
        return not (self.unbalanced or self.disagree)


def check(seen: Evidence) -> Books:
    """Count."""
    messages = {one.id: one for one in seen.messages}
    calls = {one.id: one for one in seen.calls}
    by_phone: dict[str, list[Told]] = {}
    for one in seen.messages:
        by_phone.setdefault(one.to, []).append(one)
    accepted = Counter(calls[one.call].message_id for one in seen.taken if one.call in calls)
    reached = Counter(one.to for one in seen.taken)
    kept = set(seen.kept)
    states = Counter(_state(by_phone.get(phone, ())) for phone in seen.expected)
    lost_texts = sum(1 for phone in seen.expected if not reached[phone] and _state(by_phone.get(phone, ())) in _SAID)
    return Books(
        attempted=len(set(seen.attempted)),
        acked=len(set(seen.acked)),
        kept=len(kept),
        texts=len(seen.taken),
        lost=len(set(seen.acked) - kept) + lost_texts,
        dup=_twice(accepted, reached, seen.expected) + len(seen.kept) - len(kept),
        ghosts=len(kept - set(seen.attempted)) + sum(1 for one in seen.taken if one.to not in seen.attempted_phones),
        stale=sum(1 for one in seen.taken if _late(one, calls, messages)),
        over_cap=_over(seen.taken),
        unknown=states["unknown"] + states["uncertain"],
        otherwise=sum(count for state, count in states.items() if state in _UNSAID),
        open=sum(1 for one in seen.messages if one.state in OPEN),
        again=sum(1 for one in seen.calls if one.outcome == "absent"),
        recovered=sum(1 for one in seen.calls if one.outcome == "accepted" and one.doubt),
        disagree=_disagree(seen, messages, calls),
        unbalanced=len(seen.expected) - sum(count for state, count in states.items() if state != "nothing"),
        longest_doubt=max((one.doubt for one in seen.calls), default=timedelta()),
    )


_SAID = frozenset({"accepted", "delivered", "undelivered", "nothing"})
"""With no text at the provider, these states hide a loss; the others show it."""

_UNSAID = frozenset({"failed", "expired", "superseded", "cancelled", "undelivered"})


def _state(messages: Sequence[Told]) -> str:
    """What is shown of the one text that somebody is owed: the best that became of it."""
    states = {one.state for one in messages}
    for state in ("delivered", "accepted", "uncertain", "unknown", "sending", "waiting", "undelivered"):
        if state in states:
            return state
    return min(states, default="nothing")


def _twice(accepted: Mapping[str, int], reached: Mapping[str, int], expected: Collection[str]) -> int:
    """Of the two ways to see a text twice, the one that shows more."""
    by_message = sum(count - 1 for count in accepted.values() if count > 1)
    by_phone = sum(reached[phone] - 1 for phone in expected if reached[phone] > 1)
    return max(by_message, by_phone)


def _late(one: Taken, calls: Mapping[str, Call], messages: Mapping[str, Told]) -> bool:
    call = calls.get(one.call)
    return call is not None and one.at > messages[call.message_id].send_before


def _over(taken: Sequence[Taken]) -> int:
    """Texts beyond a cap, by number."""
    times: dict[str, list[datetime]] = {}
    for one in sorted(taken, key=lambda one: one.at):
        times.setdefault(one.to, []).append(one.at)
    over = 0
    for mine in times.values():
        for n, at in enumerate(mine):
            over += any(sum(1 for earlier in mine[: n + 1] if earlier > at - span) > most for most, span in CAPS)
    return over


def _disagree(seen: Evidence, messages: Mapping[str, Told], calls: Mapping[str, Call]) -> int:
    """Texts at the provider that no call of ours stands for, and texts we hold for told that are not there."""
    orphans = 0
    for one in seen.taken:
        call = calls.get(one.call)
        state = messages[call.message_id].state if call is not None else ""
        orphans += state not in TOLD | PENDING | {"unknown"}
    there = {one.sid for one in seen.taken}
    return orphans + sum(1 for one in seen.messages if one.state in TOLD and one.provider_id not in there)
