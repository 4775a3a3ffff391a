"""What policy decides, as values that the store writes and the flows carry out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from notifiers.base import Channel
from service.records.enums import Level, Line, Milestone, NoticeCode, NoticeState, Reason, Stage
from service.records.when import When


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule applied: its id (N1 …), whether it let the news pass, and the numbers compared in one plain sentence."""

    rule: str
    passed: bool
    text: str

    def as_json(self) -> dict[str, object]:
        """The form in which notices keep it."""
        return {"rule": self.rule, "passed": self.passed, "text": self.text}


@dataclass(frozen=True, slots=True)
class NewOccurrence:
    """An occurrence to number and keep. `key` ties it to the notices of the same decision."""

    milestone: Milestone
    stop: str
    unit_group: str
    number: int

    @property
    def key(self) -> str:
        """`milestone:stop:unit group:number`, the subject of its notices."""
        return f"{self.milestone.value}:{self.stop}:{self.unit_group}:{self.number}"


@dataclass(frozen=True, slots=True)
class NewPromise:
    """A word to intend (with a notice) or to baseline (`why`, without a notice)."""

    contact_id: str
    stage: Stage
    line: Line
    unit_group: str
    ordinal: int
    when: When | None
    place: str | None = None
    reason: Reason | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to keep: waiting to be said, or closed at once as a baseline.

    `params` holds JSON values only; its dates are those of `promises`, so that no text can print another.
    `channels` are the ways that may carry it, first choice first, as (channel, address id). It `joins` a waiting
    message of the same cause, and `gathers` with whatever waits for the same morning.
    """

    contact_id: str
    stage: Stage
    code: NoticeCode
    subject: str
    ordinal: int
    cause: str
    level: Level
    state: NoticeState
    not_before: datetime
    send_before: datetime
    params: Mapping[str, object]
    why: tuple[Verdict, ...]
    promises: tuple[NewPromise, ...] = ()
    channels: tuple[tuple[Channel, str], ...] = ()
    also: tuple[tuple[Channel, str], ...] = ()
    joins: bool = False
    gathers: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A waiting notice that is no longer true or no longer owed; its intended promises end never told."""

    notice_id: str
    state: NoticeState
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """News that a rule holds back: nothing is closed, and `until` says when it is looked at again."""

    contact_id: str
    stage: Stage
    code: NoticeCode
    line: Line
    verdicts: tuple[Verdict, ...]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something that a person of ours must do; `key` makes it once. `text` names no phone and no address."""

    key: str
    kind: str
    text: str
    owner: str = "desk"
    shipment_id: str | None = None
    contact_id: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the path as people see it, in order. `units_done` of `units` did it; 0 of 0 where all did."""

    milestone: Milestone
    place: str | None
    place_name: str | None
    when: When | None
    state: str
    vessel: str | None = None
    units_done: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """The folded truth, as the API and the pages show it. `due_kind` is arrival, ready or delivery.

    `step` is the furthest that has happened, also where the path does not show it.
    """

    status: str
    status_text: str
    due_kind: str | None = None
    due: When | None = None
    due_place: str | None = None
    reason: Reason | None = None
    late_days: int = 0
    last_fact_at: datetime | None = None
    stops: tuple[Stop, ...] = ()
    step: Stop | None = None
    units: int = 0
    units_done: int = 0
    flags: tuple[str, ...] = ()
    closed: bool = False
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that one look at a shipment changes. `still` are the waiting notices that stay true.

    `outdated` were said by one channel, and must not go out by the other that still waits.
    `settled` has told words as (promise id, outcome); an empty outcome means that the word is open again.
    `closes` are keys of tasks that need not be done any more.
    """

    summary: Summary
    look_at: datetime | None = None
    opened: tuple[NewOccurrence, ...] = ()
    closed: tuple[str, ...] = ()
    notices: tuple[NewNotice, ...] = ()
    baselines: tuple[NewPromise, ...] = ()
    ended: tuple[Ended, ...] = ()
    still: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    tasks: tuple[NewTask, ...] = ()
    closes: tuple[str, ...] = ()
