"""One look at a shipment, and one of its listeners: what the parts of a decision are made from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.policy.journey import Journey
from service.policy.occurrences import Occurrence
from service.policy.timing import Reader, reader_of, send_before
from service.policy.told import Told, told
from service.records.decision import Held, NewPromise, Verdict
from service.records.enums import Level, Line, MessageState, NoticeCode, NoticeState, PromiseState, ReferenceType, Stage
from service.records.own_names import own_name
from service.records.said import Said
from service.records.situation import Follower, RefView, ShipmentView, Situation, Spoken, Word

IN_FLIGHT = frozenset({MessageState.SENDING, MessageState.UNCERTAIN})
"""A message that may have been taken: nothing new is intended on its lines until that is known."""

FAILED = frozenset({MessageState.FAILED, MessageState.UNDELIVERED, MessageState.CANCELLED})
"""Ends after which the same words are not tried again: no channel takes them, or a person stopped them."""

PATIENCE = 3
"""So often is a notice intended again that was dropped when it should have left."""

WELCOME = "welcome"
"""The subject of the first text to somebody who joined a running shipment."""


@dataclass(frozen=True, slots=True)
class Look:
    """The truth, the moment, and the rule numbers that hold here. `stage` is that in which words are said now.

    `names` are a listener's own names for orders.
    """

    situation: Situation
    journey: Journey
    occurrences: tuple[Occurrence, ...]
    stage: Stage
    now: datetime
    rules: Mapping[str, float]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def shipment(self) -> ShipmentView:
        """The shipment looked at."""
        return self.situation.shipment

    @property
    def ref(self) -> str:
        """The reader's own name for the order, else the customer's."""
        own = own_name(self.names, (ref.shown for ref in self.shipment.refs))
        return own or shown(self.shipment.refs, self.journey.units) or self.shipment.id


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice that should be waiting now. `line` is set for news of a date; `wanted` is before quiet hours."""

    code: NoticeCode
    subject: str
    level: Level
    said: Said
    why: tuple[Verdict, ...]
    wanted: datetime
    cause: str
    joins: bool = False
    line: Line | None = None

    @property
    def lines(self) -> frozenset[Line]:
        """The lines on which it says a date."""
        return frozenset(date.line for date in self.said.dates)


@dataclass(frozen=True, slots=True)
class Closing:
    """News that is not said: closed with its reason; with `dates`, so are the dates that it would have told."""

    draft: Draft
    why: Verdict
    dates: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one listener should have now: drafts to wait, news to close, lines to baseline, news that a rule holds."""

    drafts: tuple[Draft, ...] = ()
    closings: tuple[Closing, ...] = ()
    baselines: tuple[NewPromise, ...] = ()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """A follower and what they were told in this stage.

    `waiting` can still be changed, `flying` cannot: its message may have been taken. Until `settles_at` nothing new is
    said on the lines of `blocking`; later it counts as unknown: not said again, and not printed as "was".
    """

    follower: Follower
    stage: Stage
    spoken: tuple[Spoken, ...]
    waiting: tuple[Spoken, ...]
    flying: tuple[Spoken, ...]
    lines: Mapping[Line, Told] = field(default_factory=dict)
    blocking: tuple[Spoken, ...] = ()

    @property
    def blocked(self) -> frozenset[Line]:
        """The lines on which something is on its way."""
        return frozenset(line for notice in self.blocking for line in lines_said(notice))

    @property
    def settles_at(self) -> datetime | None:
        """When what is on its way counts as unknown, if nothing settles it before."""
        return min((send_before(one.code, one.not_before) for one in self.blocking), default=None)

    @property
    def reachable(self) -> bool:
        """Whether any address may be written to."""
        return any(not address.suppressed for address in self.follower.addresses)

    def past(self, code: NoticeCode, subject: str) -> Spoken | None:
        """The latest notice of this code about *subject*."""
        found = [one for one in self.spoken if one.code is code and one.subject == subject]
        return max(found, key=lambda one: one.ordinal, default=None)

    def dropped(self, code: NoticeCode, subject: str) -> int:
        """How often a notice of this code about *subject* was dropped when it should have left."""
        return sum(
            1 for one in self.spoken if (one.code, one.subject, one.state) == (code, subject, NoticeState.UNSAID)
        )

    def knowing(self, words: Iterable[NewPromise], now: datetime) -> Listener:
        """The same person once *words* are baselined."""
        lines = dict(self.lines)
        for one in words:
            who, ordinal = self.follower.contact_id, one.ordinal
            word = Word(
                "",
                who,
                self.stage,
                one.line,
                one.unit_group,
                ordinal,
                PromiseState.BASELINE,
                one.when,
                now,
                place=one.place,
            )
            lines[one.line] = replace(lines[one.line], last=word, next_ordinal=ordinal + 1)
        return replace(self, lines=lines)

    def reader(self, situation: Situation) -> Reader:
        """When this person may be disturbed."""
        return reader_of(self.follower, situation.account)


def listener(situation: Situation, follower: Follower, stage: Stage, now: datetime) -> Listener:
    """Gather what *follower* was told in *stage*."""
    spoken = tuple(one for one in situation.spoken if one.contact_id == follower.contact_id and one.stage is stage)
    open_ones = [one for one in spoken if one.state is NoticeState.WAITING]
    flying = tuple(one for one in open_ones if one.message in IN_FLIGHT)
    waiting = tuple(one for one in open_ones if one.message not in IN_FLIGHT)
    reopened = frozenset(one.id for one in waiting)
    words = [word for word in situation.words if word.contact_id == follower.contact_id]
    lines = {line: told(words, follower.contact_id, stage, line, reopened=reopened) for line in Line}
    blocking = tuple(one for one in flying if now < send_before(one.code, one.not_before))
    return Listener(follower, stage, spoken, waiting, flying, lines, blocking)


def lines_said(notice: Spoken) -> frozenset[Line]:
    """The lines on which a kept notice says a date."""
    dates = notice.params.get("dates")
    if not isinstance(dates, (list, tuple)):
        return frozenset()
    return frozenset(Line(date["line"]) for date in dates if isinstance(date, Mapping))


_ONE_ORDER = (ReferenceType.PO, ReferenceType.REF, ReferenceType.BOOKING, ReferenceType.HOUSE_BILL)
_SEVERAL = (ReferenceType.REF, ReferenceType.BOOKING, ReferenceType.HOUSE_BILL, ReferenceType.PO)
_BEHIND = (ReferenceType.CONTAINER, ReferenceType.MASTER_BILL)


def shown(refs: Iterable[RefView], units: Collection[str] = ()) -> str | None:
    """The name by which the customer knows the order: their PO, else our reference, booking, bill or container.

    Of a load with several POs none is the name of the whole, as long as it has another. A reference that is one of its
    *units*, such as the number of a parcel, names the order only where no other of its kind does.
    """
    refs = tuple(refs)
    several = len({ref.shown for ref in refs if ref.type is ReferenceType.PO}) > 1
    order = (*(_SEVERAL if several else _ONE_ORDER), *_BEHIND)
    ranked = sorted((order.index(ref.type), ref.shown in units, ref.shown) for ref in refs if ref.type in order)
    if not ranked:
        return None
    place, _, name = ranked[0]
    return f"PO {name}" if order[place] is ReferenceType.PO and not name.upper().startswith("PO") else name
