"""Codes that no table has: kept with the calls that hold them until a person says what they mean."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from service.records.decision import NewTask
from service.records.intake import CallToKeep
from service.records.tables import Source, UnmappedCall, UnmappedCode
from service.store import sources
from service.store.among import among
from service.store.sources import SourceRow
from service.store.sql import insert_once
from service.store.tables import table
from service.store.tasks import finish_keys, open_tasks

code = table(UnmappedCode)
held = table(UnmappedCall)
source = table(Source)

ASKED = 20
"""So many codes of one source are a task each; whoever sends more of them has another fault than a lacking row."""

COUNTED = (
    update(code)
    .where(
        code.c.account_id == bindparam("account"),
        code.c.source_id == bindparam("source"),
        code.c.code == bindparam("name"),
    )
    .values(count=code.c.count + bindparam("more"), last_seen=bindparam("at"))
)


def keep_unmapped(conn: Connection, calls: Sequence[CallToKeep], now: datetime) -> None:
    """Keep what of these calls stands in no table; a call that is read again holds what this reading says, not more."""
    again = [one for one in calls if one.row.reads]
    for one in again:
        _read_again(conn, one)
    fresh = [row for one in calls for row in _rows(one)]
    if not fresh:
        return
    wanted = {(row["account_id"], row["call_id"], row["code"]): row for row in fresh}
    inserted = insert_once(conn, UnmappedCall, [wanted[key] for key in sorted(wanted)])
    says = {(one.row.account_id, one.row.source_id, un.code): un.says[:200] for one in calls for un in one.unmapped}
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in inserted:
        kept = wanted[(row.account_id, row.call_id, row.code)]
        counts[(row.account_id, str(kept["source_id"]), row.code)] += int(str(kept["items"]))
    _count(conn, counts, says, now)


def _rows(one: CallToKeep) -> list[dict[str, object]]:
    return [
        {
            "account_id": one.row.account_id,
            "call_id": one.row.reads or one.row.id,
            "code": name,
            "source_id": one.row.source_id,
            "items": items,
            "due": False,
        }
        for name, items in Counter(un.code for un in one.unmapped).items()
    ]


def _read_again(conn: Connection, one: CallToKeep) -> None:
    """Forget what an earlier reading could not map and this one can; nothing where this one could not read at all."""
    mine = held.c.account_id == one.row.account_id, held.c.call_id == one.row.reads
    if not one.row.refused:
        still = {"codes": sorted({un.code for un in one.unmapped})}
        conn.execute(delete(held).where(*mine, ~among(held.c.code, "codes")), still)
    conn.execute(update(held).where(*mine).values(due=False))


def _count(
    conn: Connection,
    counts: Mapping[tuple[str, str, str], int],
    says: Mapping[tuple[str, str, str], str],
    now: datetime,
) -> None:
    known: dict[tuple[str, str], int] = {}
    for account_id, source_id in {key[:2] for key in counts}:
        found = select(func.count()).where(code.c.account_id == account_id, code.c.source_id == source_id)
        known[(account_id, source_id)] = int(conn.execute(found).scalar() or 0)
    rows = [
        {
            "account_id": account_id,
            "source_id": source_id,
            "code": name,
            "says": says[(account_id, source_id, name)],
            "first_seen": now,
            "last_seen": now,
            "count": 0,
        }
        for account_id, source_id, name in sorted(counts)
    ]
    new = [(row.account_id, row.source_id, row.code) for row in insert_once(conn, UnmappedCode, rows)]
    if counts:
        asked = [
            {"account": account_id, "source": source_id, "name": name, "more": more, "at": now}
            for (account_id, source_id, name), more in sorted(counts.items())
        ]
        conn.execute(COUNTED, asked)
    for (account_id, source_id), before in known.items():
        room = max(0, ASKED - before)
        mine = [name for account, of, name in sorted(new) if (account, of) == (account_id, source_id)]
        _ask(conn, account_id, source_id, mine[:room], now)


def _ask(conn: Connection, account_id: str, source_id: str, names: Sequence[str], now: datetime) -> None:
    """Let the desk know of codes that came for the first time."""
    row = sources.get_source(conn, account_id, source_id)
    called = row.name if row else source_id
    tasks = [
        NewTask(
            key=task_key(source_id, name),
            kind="unmapped",
            text=f"{called} sends {name}, which stands in no table, so nobody hears of it. Say what it means: "
            f"milepost sources map {shlex.quote(called)} {shlex.quote(name)} MILESTONE, or ignore.",
        )
        for name in names
    ]
    open_tasks(conn, account_id, tasks, now)


def task_key(source_id: str, name: str) -> str:
    """The key of the task that asks for one code."""
    return f"unmapped:{source_id}:{name}"[:160]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What codes of a source mean now, those whose meaning `changed`, and how many kept calls wait to be read again."""

    mapping: Mapping[str, str]
    changed: Mapping[str, str | None]
    waiting: int


def map_codes(conn: Connection, row: SourceRow, mapping: Mapping[str, str], by: str, now: datetime) -> Mapped:
    """Put *mapping* in the place of a source's own meanings; calls that hold a code of it are due to be read again."""
    changed = sorted(name for name in {*mapping, *row.mapping} if mapping.get(name) != row.mapping.get(name))
    sources.update_source(conn, row.account_id, row.id, mapping=dict(mapping))
    decided = [name for name in changed if name in mapping]
    undecided = [name for name in changed if name not in mapping]
    _decide(conn, row, decided, now)
    _decide(conn, row, undecided, None)
    finish_keys(conn, row.account_id, [task_key(row.id, name) for name in decided], by, now)
    waits = select(func.count(func.distinct(held.c.call_id))).where(
        held.c.account_id == row.account_id, held.c.source_id == row.id, held.c.due
    )
    meanings = {name: mapping.get(name) for name in changed}
    return Mapped(mapping, meanings, int(conn.execute(waits).scalar() or 0))


def _decide(conn: Connection, row: SourceRow, names: Collection[str], at: datetime | None) -> None:
    if not names:
        return
    asked = {"names": sorted(names)}
    mine = code.c.account_id == row.account_id, code.c.source_id == row.id, among(code.c.code, "names")
    conn.execute(update(code).where(*mine).values(decided_at=at), asked)
    theirs = held.c.account_id == row.account_id, held.c.source_id == row.id, among(held.c.code, "names")
    conn.execute(update(held).where(*theirs).values(due=at is not None), asked)


def due(conn: Connection, limit: int) -> list[tuple[str, str, str]]:
    """(account, source, call) of calls that are due to be read again, the oldest first."""
    rows = conn.execute(
        select(held.c.account_id, held.c.source_id, held.c.call_id)
        .distinct()
        .where(held.c.due)
        .order_by(held.c.call_id)
        .limit(limit)
    )
    return [(row.account_id, row.source_id, row.call_id) for row in rows]


def set_aside(conn: Connection, account_id: str, call_id: str) -> None:
    """A call that cannot be read again now is not due any more; it is held on."""
    conn.execute(update(held).where(held.c.account_id == account_id, held.c.call_id == call_id).values(due=False))


def known_codes(conn: Connection, account_id: str, source_id: str) -> frozenset[str]:
    """The codes of a source that came and stood in no table, mapped since or not."""
    found = select(code.c.code).where(code.c.account_id == account_id, code.c.source_id == source_id)
    return frozenset(conn.execute(found).scalars())
