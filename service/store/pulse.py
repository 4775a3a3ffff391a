"""When something was last alive, and the last gap in its pulse."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from service.records.tables import Pulse
from service.store.sql import insert_once
from service.store.tables import table

pulse = table(Pulse)

ENGINE = "engine"
"""The pulse of whatever decides and sends."""

GAP = timedelta(minutes=10)
"""A longer silence is a gap: what happened outside meanwhile is not known."""


RESTORED = "restored"
"""When a backup was put back (`gap_to`), how old it was (`gap_from`), and since when its e-mails may leave again."""


@dataclass(frozen=True, slots=True)
class PulseRow:
    """The last beat, and the latest gap if there was one."""

    name: str
    beat_at: datetime
    gap_from: datetime | None
    gap_to: datetime | None


def beat(conn: Connection, name: str, now: datetime) -> PulseRow:
    """Note that *name* lives at *now*, and the gap where the last beat is longer ago than `GAP`."""
    insert_once(conn, Pulse, [{"name": name, "beat_at": now}])
    row = conn.execute(select(pulse).where(pulse.c.name == name).with_for_update()).one()
    # Machines differ by moments; a pulse far ahead is from before a clock was set back, and would hide every gap.
    values: dict[str, datetime] = {"beat_at": now if row.beat_at > now + GAP else max(now, row.beat_at)}
    if now - row.beat_at > GAP:
        values |= {"gap_from": row.beat_at, "gap_to": now}
    conn.execute(update(pulse).where(pulse.c.name == name).values(**values))
    gap = (values.get("gap_from", row.gap_from), values.get("gap_to", row.gap_to))
    return PulseRow(name, values["beat_at"], *gap)


def last_beat(conn: Connection, name: str) -> PulseRow | None:
    """The pulse of *name*; None where it never lived."""
    row = conn.execute(select(pulse).where(pulse.c.name == name)).one_or_none()
    return PulseRow(row.name, row.beat_at, row.gap_from, row.gap_to) if row else None


def audit_of(notifier: str) -> str:
    """The pulse that says until when a notifier's list was read."""
    return f"audit:{notifier}"


def away_since_audit(conn: Connection, notifiers: Collection[str]) -> frozenset[str]:
    """Those of these notifiers whose list was not read since we were last away."""
    rows = {
        row.name: row
        for row in conn.execute(
            select(pulse.c.name, pulse.c.beat_at, pulse.c.gap_to).where(
                pulse.c.name.in_([ENGINE, *map(audit_of, notifiers)])
            )
        )
    }
    gap = rows[ENGINE].gap_to if ENGINE in rows else None
    if gap is None:
        return frozenset()
    read = {name: rows[audit_of(name)].beat_at for name in notifiers if audit_of(name) in rows}
    return frozenset(name for name in notifiers if name not in read or read[name] < gap)


def put_back(conn: Connection, now: datetime) -> PulseRow:
    """Note that this database is a backup that was put back at *now*: what left since it was made is not in it.

    The engine's pulse becomes a gap whatever the age of the backup, so that lists are read before anything leaves.
    """
    engine = last_beat(conn, ENGINE)
    made = engine.beat_at if engine else now
    if engine is not None:
        silent = min(made, now - GAP - timedelta(seconds=1))
        conn.execute(update(pulse).where(pulse.c.name == ENGINE).values(beat_at=silent))
    made = min(made, now)
    held = made if made < now else now - timedelta(seconds=1)
    insert_once(conn, Pulse, [{"name": RESTORED, "beat_at": held}])
    values = {"beat_at": held, "gap_from": made, "gap_to": now}
    conn.execute(update(pulse).where(pulse.c.name == RESTORED).values(**values))
    return PulseRow(RESTORED, held, made, now)


def restored(conn: Connection) -> PulseRow | None:
    """The backup that was put back and that no person has looked at yet; None where there is none."""
    row = last_beat(conn, RESTORED)
    return row if row is not None and row.gap_to is not None and row.beat_at < row.gap_to else None


def looked_at(conn: Connection, now: datetime) -> None:
    """A person has looked at the plan: what waits on channels without a list may leave."""
    conn.execute(update(pulse).where(pulse.c.name == RESTORED).values(beat_at=now))
