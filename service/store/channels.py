"""Whether a notifier can be used, and its share: paused after it said that nothing passes, then probed by one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, exists, func, select, update

from service.records.enums import AttemptOutcome
from service.records.outbox import Claim
from service.records.tables import Attempt, ChannelState
from service.store.sql import insert_once
from service.store.tables import table

channel_state = table(ChannelState)
attempt = table(Attempt)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A notifier's state: when its pause ends, how often in a row it has failed, since when, and why.

    `probe_of` is the attempt that was to find out whether it is back, `probing` whether its answer is still awaited.
    `share` is None while it rests, `share_why` what moved it last, at `share_at`.
    """

    notifier: str
    paused_until: datetime | None
    failures: int
    reason: str
    since: datetime | None = None
    probe_of: str | None = None
    probing: bool = False
    share: int | None = None
    share_at: datetime | None = None
    share_why: str = ""

    def paused(self, now: datetime) -> bool:
        """Whether nothing is handed to it at *now*."""
        return self.paused_until is not None and self.paused_until > now


OUT: ColumnElement[bool] = exists().where(
    attempt.c.account_id == channel_state.c.probe_account,
    attempt.c.id == channel_state.c.probe_attempt,
    attempt.c.outcome == AttemptOutcome.STARTED,
)
"""The condition that a probe is out. Whatever ends its attempt, also the death of its worker, lets the next one go."""

STATES = select(channel_state, OUT.label("probing")).order_by(channel_state.c.notifier)


def states(conn: Connection) -> dict[str, ChannelRow]:
    """Every notifier that was ever paused, or whose share was ever moved, by name."""
    return {
        row.notifier: ChannelRow(
            notifier=row.notifier,
            paused_until=row.paused_until,
            failures=row.failures,
            reason=row.reason,
            since=row.since or (row.changed_at if row.failures else None),
            probe_of=row.probe_attempt,
            probing=bool(row.probing),
            share=row.share,
            share_at=row.share_at,
            share_why=row.share_why,
        )
        for row in conn.execute(STATES)
    }


def pause(conn: Connection, notifier: str, until: datetime, why: str, now: datetime) -> None:
    """Use this notifier no more until *until*; a longer pause that stands is not shortened.

    What fails while it is paused was called before, and is no further failure.
    """
    _known(conn, notifier, now)
    standing = channel_state.c.paused_until > now
    conn.execute(
        update(channel_state)
        .where(channel_state.c.notifier == notifier)
        .values(
            paused_until=case((channel_state.c.paused_until > until, channel_state.c.paused_until), else_=until),
            failures=channel_state.c.failures + case((standing, 0), else_=1),
            since=func.coalesce(channel_state.c.since, now),
            probe_account=None,
            probe_attempt=None,
            reason=why[:300],
            changed_at=now,
        )
    )


def resume(conn: Connection, notifier: str, now: datetime) -> None:
    """Something has passed: the notifier works."""
    conn.execute(
        update(channel_state)
        .where(channel_state.c.notifier == notifier, channel_state.c.failures > 0)
        .values(
            paused_until=None,
            failures=0,
            reason="",
            since=None,
            probe_account=None,
            probe_attempt=None,
            changed_at=now,
        )
    )


def admit(conn: Connection, claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Those of these intents that may be handed over by their notifiers.

    By one that has been paused, and by which nothing has passed since, exactly one may: the probe. It is decided under
    the lock of the notifier's row, so that of several processes one sends it.
    """
    down = {name for name, row in states(conn).items() if row.failures}
    probed: set[str] = set()
    admitted: list[Claim] = []
    for one in sorted(claims, key=lambda one: one.notifier) if down else claims:
        if one.notifier in down:
            if one.notifier in probed or not _probes(conn, one, now):
                continue
            probed.add(one.notifier)
        admitted.append(one)
    return admitted


def _probes(conn: Connection, one: Claim, now: datetime) -> bool:
    """Whether this intent is the probe. The lock comes first: only a later statement sees what another has written."""
    row = channel_state.c.notifier == one.notifier
    conn.execute(select(channel_state.c.notifier).where(row).with_for_update()).all()
    return bool(
        conn.execute(
            update(channel_state)
            .where(row, channel_state.c.failures > 0, channel_state.c.paused_until <= now, ~OUT)
            .values(probe_account=one.candidate.account_id, probe_attempt=one.attempt_id)
        ).rowcount
    )


def move(conn: Connection, notifier: str, share: int | None, why: str, now: datetime) -> None:
    """Give this notifier another share of its channel's messages; None for the one that it rests at."""
    _known(conn, notifier, now)
    conn.execute(
        update(channel_state)
        .where(channel_state.c.notifier == notifier)
        .values(share=share, share_at=now, share_why=why[:300])
    )


def _known(conn: Connection, notifier: str, now: datetime) -> None:
    row = {"notifier": notifier, "failures": 0, "reason": "", "changed_at": now, "share_why": ""}
    insert_once(conn, ChannelState, [row])
