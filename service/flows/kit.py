"""What every flow is handed: one frozen kit, built by the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from notifiers.base import Channel, Notifier
from service.clock import Clock
from service.records.enums import Stage
from service.store.engine import Database


@dataclass(frozen=True, slots=True)
class Ready:
    """A notifier in use: its registered name, the sender that people see, and whether that sender can be answered."""

    name: str
    notifier: Notifier
    sender: str
    two_way: bool


@dataclass(frozen=True, slots=True)
class Kit:
    """`live` holds the real notifiers that are configured, `loopback` the phone and the inbox on this machine.

    `simulator` takes all that belongs to a test account.
    """

    database: Database
    clock: Clock
    live: Mapping[Channel, Ready]
    loopback: Mapping[Channel, Ready]
    secret: bytes
    worker_id: str
    pause_file: Path
    public_url: str | None = None
    local_url: str = "http://127.0.0.1:8000"
    senders: int = 8
    quarantine: timedelta = timedelta(seconds=120)
    simulator: Mapping[Channel, Ready] = field(default_factory=dict)

    def ready(self, stage: Stage, channel: Channel, *, test: bool = False) -> Ready | None:
        """The notifier for a stage: a live message never falls back to loopback, a rehearsal never leaves it.

        What belongs to a *test* account is taken by the simulator, whatever its stage.
        """
        if test:
            return self.simulator.get(channel)
        return (self.live if stage is Stage.LIVE else self.loopback).get(channel)

    def named(self, name: str) -> tuple[Ready, ...]:
        """Every notifier in use under that registered name."""
        return tuple(
            r for group in (self.live, self.loopback, self.simulator) for r in group.values() if r.name == name
        )

    def link_base(self, stage: Stage) -> str | None:
        """Where links of a text lead: the public address, or this machine's own for a rehearsal."""
        return self.public_url or (self.local_url if stage is Stage.REHEARSAL else None)
