"""A store in memory: it writes what a decision says, lets time pass, and hands over what is due."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from notifiers.base import Channel
from service.policy.decide import decide
from service.records.decision import Decision, NewNotice
from service.records.enums import (
    Classifier,
    MessageState,
    Milestone,
    Mode,
    NoticeState,
    Outcome,
    PromiseState,
    ReferenceType,
)
from service.records.situation import (
    AccountView,
    AddressView,
    FactView,
    Feed,
    Follower,
    OccurrenceView,
    RefView,
    ShipmentView,
    Situation,
    Spoken,
    Word,
)
from service.records.when import When, at_minute, on_day

START = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
"""A Thursday at noon; nobody sleeps in London."""

LONDON = "Europe/London"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

M = Milestone


def at(text: str, zone: str = LONDON) -> When:
    """`2026-10-09` is a date, `2026-10-09T18:00` an instant in UTC, both in *zone*."""
    if "T" not in text:
        return on_day(datetime.fromisoformat(text).date(), zone)
    return at_minute(datetime.fromisoformat(text).replace(tzinfo=UTC), zone)


def fact(milestone: Milestone, when: str | When, received: datetime = START, **more: Any) -> FactView:
    """An actual of source src_a, stated when it was received, unless *more* says otherwise."""
    moment = at(when) if isinstance(when, str) else when
    key = more.pop("key", f"{milestone.value}@{more.get('place', '')}/{more.get('unit', '')}")
    values: dict[str, Any] = {
        "id": f"fct_{key}_{received.timestamp():.0f}_{moment.on}",
        "source_id": "src_a",
        "event_key": key,
        "part": "",
        "milestone": milestone,
        "classifier": Classifier.ACTUAL,
        "when": moment,
        "stated_at": received,
        "received_at": received,
    }
    return FactView(**(values | more))


def eta(day: str, received: datetime = START, **more: Any) -> FactView:
    """An estimate of the arrival at the last port; every one is its own event."""
    more.setdefault("key", f"eta-{received.isoformat()}-{day}")
    more.setdefault("part", "eta")
    return fact(M.ARRIVED_DESTINATION, day, received, classifier=Classifier.ESTIMATED, **more)


def due(day: str, received: datetime = START, **more: Any) -> FactView:
    """An estimate of the delivery at the door."""
    more.setdefault("key", f"due-{received.isoformat()}-{day}")
    more.setdefault("part", "due")
    return fact(M.DELIVERED, day, received, classifier=Classifier.ESTIMATED, **more)


def retraction(of: FactView, received: datetime) -> FactView:
    """The source takes *of* back."""
    return fact(of.milestone, of.when, received, key=f"not-{of.event_key}", retracts=of.event_key, part="retraction")


def follower(name: str = "ctc_1", **more: Any) -> Follower:
    """Somebody with a phone and an e-mail who has followed from the start."""
    values: dict[str, Any] = {
        "contact_id": name,
        "since": START,
        "addresses": (AddressView(f"{name}_sms", Channel.SMS), AddressView(f"{name}_email", Channel.EMAIL)),
        "zone": LONDON,
    }
    return Follower(**(values | more))


@dataclass
class Ledger:
    """One shipment, its people, and what was told."""

    account: AccountView = field(
        default_factory=lambda: AccountView(id="acc_1", brand="Harbour", zone=LONDON, mode=Mode.LIVE)
    )
    shipment: ShipmentView = field(
        default_factory=lambda: ShipmentView(
            id="shp_1", seq=0, created_at=START, refs=(RefView(ReferenceType.REF, "PO 4711"),)
        )
    )
    facts: list[FactView] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=lambda: [follower()])
    words: list[Word] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    occurrences: list[OccurrenceView] = field(default_factory=list)
    close_as: str | None = None
    said: list[tuple[datetime, Spoken]] = field(default_factory=list)
    expiry: dict[str, datetime] = field(default_factory=dict)
    last: Decision | None = None
    feeds: dict[str, Feed] = field(default_factory=dict)
    resumed_at: datetime | None = None

    def situation(self) -> Situation:
        """What the store would hand to policy."""
        return Situation(
            account=self.account,
            shipment=self.shipment,
            facts=tuple(self.facts),
            followers=tuple(self.followers),
            words=tuple(self.words),
            spoken=tuple(self.spoken),
            occurrences=tuple(self.occurrences),
            close_as=self.close_as,
            feeds=self.feeds,
            resumed_at=self.resumed_at,
        )

    def look(self, now: datetime, *facts: FactView) -> Decision:
        """Take *facts* in, decide at *now*, write it, and see that a second look decides nothing new."""
        self.facts += facts
        decision = decide(self.situation(), now)
        self.write(decision, now)
        self.close_as = None
        again = decide(self.situation(), now)
        assert (again.notices, again.baselines, again.ended, again.opened, again.closed) == ((), (), (), (), ())
        assert again.settled == ()
        self.last = decision
        return decision

    def write(self, decision: Decision, now: datetime) -> None:
        """What the write step does with a decision."""
        for ended in decision.ended:
            self._end(ended.notice_id, ended.state, ended.why)
        for number, view in enumerate(self.occurrences):
            if view.id in decision.closed:
                self.occurrences[number] = replace(view, open=False)
        for new in decision.opened:
            name = f"occ_{len(self.occurrences)}"
            self.occurrences.append(OccurrenceView(name, new.milestone, new.stop, new.unit_group, new.number, True))
        for promise_id, outcome in decision.settled:
            end = Outcome(outcome) if outcome else None
            self.words = [replace(one, outcome=end) if one.id == promise_id else one for one in self.words]
        for word in decision.baselines:
            self._word(word, PromiseState.BASELINE, None, now)
        for notice in decision.notices:
            self._notice(notice, now)
        kept = {notice.id for notice in self.spoken if notice.state is NoticeState.WAITING}
        assert (
            kept == set(decision.still) | {notice.id for notice in self.spoken[-len(decision.notices) or None :]} & kept
        )

    def send(self, now: datetime, state: NoticeState = NoticeState.SAID) -> list[Spoken]:
        """Hand over what is due at *now*; what came too late expires."""
        sent = []
        for notice in list(self.spoken):
            if notice.state is NoticeState.WAITING and notice.not_before <= now and notice.message is None:
                late = now > self.expiry[notice.id]
                self.settle(notice.id, NoticeState.EXPIRED if late else state, now)
                if not late:
                    sent.append(notice)
        return sent

    def settle(self, notice_id: str, state: NoticeState, now: datetime, message: MessageState | None = None) -> None:
        """A message ended: its notice, and the words that it intended."""
        words = {
            NoticeState.SAID: PromiseState.TOLD,
            NoticeState.UNKNOWN: PromiseState.UNKNOWN,
        }.get(state, PromiseState.NEVER_TOLD)
        for number, word in enumerate(self.words):
            if word.notice_id == notice_id:
                told_at = now if words is PromiseState.TOLD else None
                self.words[number] = replace(word, state=words, told_at=told_at)
        for number, notice in enumerate(self.spoken):
            if notice.id == notice_id:
                self.spoken[number] = replace(notice, state=state, message=message)
                if state is NoticeState.SAID:
                    self.said.append((now, notice))

    def fly(self, notice_id: str, message: MessageState) -> None:
        """The message of a notice is being handed over, or its outcome is not known."""
        for number, notice in enumerate(self.spoken):
            if notice.id == notice_id:
                self.spoken[number] = replace(notice, message=message)

    def play(self, begin: datetime, end: datetime, *facts: FactView) -> None:
        """Let time pass from *begin* to *end*: facts arrive when they are received, looks and texts are due."""
        coming = sorted(facts, key=lambda one: one.received_at)
        now = begin
        while True:
            arrived = [one for one in coming if one.received_at <= now]
            coming = [one for one in coming if one.received_at > now]
            decision = self.look(now, *arrived)
            if self.send(now):
                decision = self.look(now)
            times = [one.received_at for one in coming[:1]]
            times += [
                one.not_before for one in self.spoken if one.state is NoticeState.WAITING and one.not_before > now
            ]
            times += [decision.look_at] if decision.look_at else []
            now = min(times, default=end)
            if now >= end:
                break
        self.look(end, *coming)
        self.send(end)

    @property
    def codes(self) -> list[str]:
        """The codes said, in order."""
        return [notice.code.value for _, notice in self.said]

    @property
    def waiting(self) -> list[Spoken]:
        """What waits to be said."""
        return [notice for notice in self.spoken if notice.state is NoticeState.WAITING]

    def _end(self, notice_id: str, state: NoticeState, why: str) -> None:
        self.settle(notice_id, state, START)
        self.spoken = [replace(one, why_ended=why) if one.id == notice_id else one for one in self.spoken]

    def _notice(self, new: NewNotice, now: datetime) -> None:
        name = f"ntc_{len(self.spoken)}"
        assert not any(
            (one.contact_id, one.stage, one.code, one.subject, one.ordinal)
            == (new.contact_id, new.stage, new.code, new.subject, new.ordinal)
            for one in self.spoken
        ), "a notice's key is given once"
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
                truth_version=self.shipment.seq,
                not_before=new.not_before,
                created_at=now,
                cause=new.cause,
                params=new.params,
            )
        )
        self.expiry[name] = new.send_before
        for word in new.promises:
            self._word(word, PromiseState.INTENDED, name, now)

    def _word(self, new: Any, state: PromiseState, notice_id: str | None, now: datetime) -> None:
        assert not any(
            (one.contact_id, one.stage, one.line, one.ordinal) == (new.contact_id, new.stage, new.line, new.ordinal)
            for one in self.words
        ), "a promise's key is given once"
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


def said_dates(notice: Spoken | NewNotice) -> list[tuple[str, str | None]]:
    """The dates of a notice as (date, the one printed as "was")."""
    dates: Any = notice.params["dates"]
    return [(date["when"]["on"], date["was"]["on"] if date["was"] else None) for date in dates]
