"""What would have been said: the facts of a shipment once more, in the order in which they came, under other numbers.

Every word counts as taken by a notifier at the moment from which it may leave. What the world did to a message after
that (a cap, a pause, a dead number) is left out, and so is how promises ended: neither depends on the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.policy.decide import decide
from service.policy.stage import stage_of
from service.records.decision import Decision, NewNotice, NewPromise
from service.records.enums import NoticeState, Origin, PromiseState
from service.records.situation import FactView, OccurrenceView, Situation, Spoken, Word

_WORDS = {NoticeState.WAITING: PromiseState.INTENDED, NoticeState.BASELINE: PromiseState.BASELINE}


@dataclass(frozen=True, slots=True)
class Speech:
    """A notice that would have been said: decided at `made_at`, taken at `at`."""

    notice: NewNotice
    made_at: datetime
    at: datetime


def under(situation: Situation, numbers: Mapping[str, float]) -> Situation:
    """The same shipment where the account's rules are overridden by *numbers*."""
    return replace(situation, account=replace(situation.account, rules={**situation.account.rules, **numbers}))


def replay(situation: Situation, end: datetime) -> Iterator[Speech]:
    """Everything that would have been said until *end*, in order, from the first fact of a shipment on.

    People are as they are now, each from when they began to follow; a pause that somebody asked for is left out. Of
    the words of *situation* only the dates are kept that the account declared on import.
    """
    life = _Life(situation)
    now = life.next_step(None)
    while now is not None and now <= end:
        decision = life.look(now)
        while said := life.send(now):
            yield from said
            decision = life.look(now)
        now = life.next_step(now, decision.look_at)


@dataclass(slots=True)
class _Life:
    """A shipment as it was at one moment after the other, and what was told of it in this replay."""

    whole: Situation
    facts: list[FactView] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    occurrences: list[OccurrenceView] = field(default_factory=list)
    waiting: dict[str, tuple[NewNotice, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin before the first fact, with the facts in the order of their receipt and the dates declared."""
        people = tuple(replace(one, paused_until=None) for one in self.whole.followers)
        self.whole = replace(self.whole, followers=people, resumed_at=None, close_as=None)
        self.facts = sorted(self.whole.facts, key=lambda fact: (fact.received_at, fact.id))
        stage = stage_of(self.whole)
        if stage is not None:
            declared = {(one.contact_id, one.line): one for one in self.whole.words if one.origin is Origin.DECLARED}
            self.words = [replace(one, stage=stage, outcome=None) for one in declared.values()]

    def look(self, now: datetime) -> Decision:
        """Decide at *now*, and keep what the store would keep of it."""
        situation = replace(
            self.whole,
            facts=tuple(fact for fact in self.facts if fact.received_at <= now),
            followers=tuple(one for one in self.whole.followers if one.since <= now),
            words=tuple(self.words),
            spoken=tuple(self.spoken),
            occurrences=tuple(self.occurrences),
        )
        decision = decide(situation, now)
        for ended in decision.ended:
            self._end(ended.notice_id, ended.state, PromiseState.NEVER_TOLD, now)
            self.waiting.pop(ended.notice_id, None)
        gone = frozenset(decision.closed)
        self.occurrences = [replace(one, open=False) if one.id in gone else one for one in self.occurrences]
        for new in decision.opened:
            number = len(self.occurrences)
            self.occurrences.append(
                OccurrenceView(f"occ_{number}", new.milestone, new.stop, new.unit_group, new.number, open=True)
            )
        for word in decision.baselines:
            self._keep_word(word, PromiseState.BASELINE, None, now)
        for notice in decision.notices:
            self._keep_notice(notice, now)
        return decision

    def send(self, now: datetime) -> list[Speech]:
        """Whatever waits and may leave at *now* is told."""
        due = [(name, *kept) for name, kept in self.waiting.items() if kept[0].not_before <= now]
        for name, _, _ in due:
            del self.waiting[name]
            self._end(name, NoticeState.SAID, PromiseState.TOLD, now)
        return [Speech(notice, made_at, now) for _, notice, made_at in due]

    def next_step(self, now: datetime | None, look_at: datetime | None = None) -> datetime | None:
        """When something happens next: a fact comes, somebody joins, a word may leave, or the clock alone decides."""
        times = [fact.received_at for fact in self.facts]
        times += [one.since for one in self.whole.followers] if times else []
        times += [notice.not_before for notice, _ in self.waiting.values()]
        times += [look_at] if look_at is not None else []
        return min((at for at in times if now is None or at > now), default=None)

    def _end(self, notice_id: str, state: NoticeState, word_state: PromiseState, now: datetime) -> None:
        told_at = now if word_state is PromiseState.TOLD else None
        self.spoken = [replace(one, state=state) if one.id == notice_id else one for one in self.spoken]
        self.words = [
            replace(one, state=word_state, told_at=told_at) if one.notice_id == notice_id else one for one in self.words
        ]

    def _keep_notice(self, new: NewNotice, now: datetime) -> None:
        name = f"ntc_{len(self.spoken)}"
        self.spoken.append(
            Spoken(
                id=name,
                contact_id=new.contact_id,
                stage=new.stage,
                code=new.code,
                subject=new.subject,
                ordinal=new.ordinal,
                state=new.state,
                level=new.level,
                truth_version=self.whole.shipment.seq,
                not_before=new.not_before,
                created_at=now,
                cause=new.cause,
                params=new.params,
            )
        )
        if new.state is NoticeState.WAITING:
            self.waiting[name] = (new, now)
        for word in new.promises:
            self._keep_word(word, _WORDS[new.state], name, now)

    def _keep_word(self, new: NewPromise, state: PromiseState, notice_id: str | None, now: datetime) -> None:
        self.words.append(
            Word(
                id=f"prm_{len(self.words)}",
                contact_id=new.contact_id,
                stage=new.stage,
                line=new.line,
                unit_group=new.unit_group,
                ordinal=new.ordinal,
                state=state,
                when=new.when,
                made_at=now,
                reason=new.reason,
                notice_id=notice_id,
                place=new.place,
            )
        )
