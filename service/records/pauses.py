"""Pauses as the rooms hand them to each other: what is held, and what waits to leave when nothing holds it any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.records.enums import Level, MessageKind

GLOBAL = "global"
ACCOUNT = "account"
SCOPES = (GLOBAL, ACCOUNT, "source", "customer", "shipment", "contact", "channel", "code", "country")
"""What may be paused: everything of this service, one account, or in an account what the value names."""

MILEPOST = "milepost"
"""Who holds what the automatic controls hold."""

EVERY = "*"
"""Whose row a global pause is: it counts for every account."""

DRAINING = "drain"
"""What a message is held by that waits for its turn after a pause or an outage."""


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """A pause in force. `value` names what `scope` means: an id, a channel, a notice code or a country."""

    id: str
    scope: str
    value: str
    since: datetime
    until: datetime | None
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class About:
    """What a pause may mean of a shipment: whose it is, and which sources have spoken of it."""

    customer_id: str | None
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Over:
    """A pause that has ended and behind which messages still wait; `rate` is how many of them leave in a minute."""

    id: str
    account_id: str
    rate: int | None


@dataclass(frozen=True, slots=True)
class Waits:
    """A message that waits for its turn, as it was read."""

    account_id: str
    message_id: str
    kind: MessageKind
    level: Level
    due_at: datetime
    send_before: datetime
    updated_at: datetime
    held_by: str | None
