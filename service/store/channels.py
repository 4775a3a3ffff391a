"""Whether a notifier can be used: paused after it said that nothing passes, probed when the pause ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, select, update

from service.records.tables import ChannelState
from service.store.sql import insert_once
from service.store.tables import table

channel_state = table(ChannelState)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A notifier's state: when its pause ends, how often in a row it has failed, and why."""

    notifier: str
    paused_until: datetime | None
    failures: int
    reason: str


def states(conn: Connection) -> dict[str, ChannelRow]:
    """Every notifier that has ever been paused, by name."""
    return {
        row.notifier: ChannelRow(row.notifier, row.paused_until, row.failures, row.reason)
        for row in conn.execute(select(channel_state).order_by(channel_state.c.notifier))
    }


def pause(conn: Connection, notifier: str, until: datetime, why: str, now: datetime) -> None:
    """Use this notifier no more until *until*; a longer pause that stands is not shortened."""
    insert_once(conn, ChannelState, [{"notifier": notifier, "failures": 0, "reason": "", "changed_at": now}])
    conn.execute(
        update(channel_state)
        .where(channel_state.c.notifier == notifier)
        .values(
            paused_until=case((channel_state.c.paused_until > until, channel_state.c.paused_until), else_=until),
            failures=channel_state.c.failures + 1,
            reason=why[:300],
            changed_at=now,
        )
    )


def resume(conn: Connection, notifier: str, now: datetime) -> None:
    """Something has passed: the notifier works."""
    conn.execute(
        update(channel_state)
        .where(channel_state.c.notifier == notifier, channel_state.c.failures > 0)
        .values(paused_until=None, failures=0, reason="", changed_at=now)
    )
