"""Everything that deciding about one shipment needs to know, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from notifiers.base import Channel
from service.records.enums import (
    Classifier,
    Level,
    Line,
    MessageState,
    Milestone,
    Mode,
    NoticeCode,
    NoticeState,
    Origin,
    Outcome,
    PromiseState,
    Reason,
    ReferenceType,
    Stage,
    Transport,
)
from service.records.when import When


@dataclass(frozen=True, slots=True)
class AccountView:
    """The forwarder: `hours` maps weekday ("0" Monday) to opening spans; `rules` overrides rule numbers by name.

    `lanes` overrides them for a lane: {"from": place or country, "to": …, "rules": {…}}.
    `services` are the choices that people are offered by digits; `budget` is {"segments": most in a month, …}.
    `test`: nothing of it ever leaves.
    """

    id: str
    brand: str
    care_phone: str | None = None
    care_email: str | None = None
    zone: str = "UTC"
    mode: Mode = Mode.SHADOW
    hours: Mapping[str, object] = field(default_factory=dict)
    holidays: tuple[str, ...] = ()
    rules: Mapping[str, float] = field(default_factory=dict)
    lanes: tuple[Mapping[str, object], ...] = ()
    services: tuple[str, ...] = ()
    budget: Mapping[str, object] = field(default_factory=dict)
    test: bool = False


@dataclass(frozen=True, slots=True)
class RefView:
    """A name of the shipment as people write it."""

    type: ReferenceType
    shown: str


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """The shipment itself. What happened before `first_load_at` is history; None for one opened by an event."""

    id: str
    seq: int
    created_at: datetime
    refs: tuple[RefView, ...] = ()
    mode: Mode | None = None
    customer_id: str | None = None
    customer_mode: Mode | None = None
    need_by: date | None = None
    owner: str = "desk"
    first_load_at: datetime | None = None
    looks: int = 0
    rules: Mapping[str, float] = field(default_factory=dict)
    customer_rules: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact that reaches this shipment; `charge` and `needs` are those of `FactDraft`."""

    id: str
    source_id: str
    event_key: str
    part: str
    milestone: Milestone
    classifier: Classifier
    when: When
    stated_at: datetime
    received_at: datetime
    unit: str | None = None
    place: str | None = None
    place_name: str | None = None
    place_role: str | None = None
    transport: Transport = Transport.UNKNOWN
    vessel: str | None = None
    imo: str | None = None
    voyage: str | None = None
    reason: Reason | None = None
    pieces: int | None = None
    pieces_total: int | None = None
    retracts: str | None = None
    flags: tuple[str, ...] = ()
    call_id: str = ""
    charge: str | None = None
    needs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AddressView:
    """One way to reach a contact, in the order in which they are tried."""

    id: str
    channel: Channel
    suppressed: bool = False
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """A person who is told. `level` is the quietest level that reaches them; `business` follows a customer.

    Until `paused_until` only critical news is said; of delays only those of more than `late_over_days`; `names` holds
    their own names for orders, by reference. `digest` is "daily" or "weekly" for whoever wants a list by e-mail of
    what is quieter than `level`.
    """

    contact_id: str
    since: datetime
    addresses: tuple[AddressView, ...]
    language: str = "en"
    zone: str | None = None
    quiet_from: str = "21:00"
    quiet_to: str = "08:00"
    level: Level = Level.INFO
    business: bool = False
    role: str = ""
    paused_until: datetime | None = None
    late_over_days: int | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A promise as the ledger has it: one word of the line (contact, line, unit group) in one stage."""

    id: str
    contact_id: str
    stage: Stage
    line: Line
    unit_group: str
    ordinal: int
    state: PromiseState
    when: When | None
    made_at: datetime
    origin: Origin = Origin.MESSAGE
    reason: Reason | None = None
    notice_id: str | None = None
    told_at: datetime | None = None
    outcome: Outcome | None = None
    place: str | None = None


PARTED = "split"
"""The last rule of a notice that was said of two shipments which were taken apart since."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A notice as the ledger has it; `message` is the state of the message that carries it now, if one does.

    `again` says that it was said, and that a message by which it should also reach this person still waits; `parted`
    that it was said while this shipment was one with another.
    """

    id: str
    contact_id: str
    stage: Stage
    code: NoticeCode
    subject: str
    ordinal: int
    state: NoticeState
    level: Level
    truth_version: int
    not_before: datetime
    created_at: datetime
    cause: str = ""
    message: MessageState | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    why_ended: str = ""
    again: bool = False
    parted: bool = False


@dataclass(frozen=True, slots=True)
class OccurrenceView:
    """A milestone occurrence as numbered in the store."""

    id: str
    milestone: Milestone
    stop: str
    unit_group: str
    number: int
    open: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """A source of facts: how long after a happening it usually reports (None: not known), and its last call."""

    lag: timedelta | None = None
    last_call_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """One shipment with its facts, its people and what each was told.

    `close_as` is why everything owed now is baselined instead of said (going live), or None. `feeds` are its sources by
    id; `resumed_at` is when we ourselves were last back after an outage.
    """

    account: AccountView
    shipment: ShipmentView
    facts: tuple[FactView, ...] = ()
    followers: tuple[Follower, ...] = ()
    words: tuple[Word, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    occurrences: tuple[OccurrenceView, ...] = ()
    close_as: str | None = None
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    resumed_at: datetime | None = None
