"""What every flow is handed: one frozen kit, built by the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import random

from notifiers.base import Channel, Notifier
from notifiers.callers import Caller
from service.clock import Clock
from service.faults import Reach, unarmed
from service.policy.draining import PER_MINUTE
from service.records.enums import Stage
from service.store.engine import Database


@dataclass(frozen=True, slots=True)
class Ready:
    """A notifier in use: its registered name, the sender that people see, and whether that sender can be answered.

    Where several carry one channel, `share` is the part of the messages that it takes while all is well, in points.
    """

    name: str
    notifier: Notifier
    sender: str
    two_way: bool
    share: int = 100


@dataclass(frozen=True, slots=True)
class Kit:
    """`live` holds the real notifiers that are configured, `loopback` the phone and the inbox on this machine.

    `reach` is called at each of `service.faults.POINTS`; `pace` is how many seconds of the clock pass in one of the
    machine's. `chance` draws a number from 0 to below 1. `caller` calls the webhooks of accounts. `simulator` takes all
    that belongs to a test account.
    """

    database: Database
    clock: Clock
    live: Mapping[Channel, tuple[Ready, ...]]
    loopback: Mapping[Channel, Ready]
    secret: bytes
    worker_id: str
    pause_file: Path
    caller: Caller
    public_url: str | None = None
    local_url: str = "http://127.0.0.1:8000"
    senders: int = 8
    quarantine: timedelta = timedelta(seconds=120)
    reach: Reach = unarmed
    pace: float = 1.0
    drain_per_minute: int = PER_MINUTE
    chance: Callable[[], float] = random  # chooses providers and spreads retries, guards nothing
    simulator: Mapping[Channel, Ready] = field(default_factory=dict)

    def ways(self, stage: Stage, channel: Channel, *, test: bool = False) -> tuple[Ready, ...]:
        """The notifiers for a stage: a live message never falls back to loopback, a rehearsal never leaves it.

        What belongs to a *test* account is taken by the simulator, whatever its stage.
        """
        if stage is Stage.LIVE and not test:
            return self.live.get(channel, ())
        rehearsing = self.simulator if test else self.loopback
        return (rehearsing[channel],) if channel in rehearsing else ()

    def ready(self, stage: Stage, channel: Channel, *, test: bool = False) -> Ready | None:
        """The first of them, where any will do: to see whether there is one, and how a text would look."""
        return next(iter(self.ways(stage, channel, test=test)), None)

    @property
    def real(self) -> tuple[Ready, ...]:
        """Every real notifier, of all channels."""
        return tuple(ready for ways in self.live.values() for ready in ways)

    def named(self, name: str) -> tuple[Ready, ...]:
        """Every notifier in use under that registered name."""
        every = (*self.real, *self.loopback.values(), *self.simulator.values())
        return tuple(ready for ready in every if ready.name == name)

    def link_base(self, stage: Stage) -> str | None:
        """Where links of a text lead: the public address, or this machine's own for a rehearsal."""
        return self.public_url or (self.local_url if stage is Stage.REHEARSAL else None)
