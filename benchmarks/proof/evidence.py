"""Reading what was observed: the client's journal, our store, and the provider's ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from benchmarks.proof.checker import Call, Evidence, Taken, Told
from benchmarks.proof.facts import number_of, phone_of, texts
from benchmarks.proof.fates import CLIENT_SECONDS
from service.records.enums import MessageState
from service.records.tables import Attempt, Fact, Message, Shipment
from service.store.engine import open_database
from service.store.tables import table

attempt = table(Attempt)
fact = table(Fact)
message = table(Message)
shipment = table(Shipment)

UNSETTLED = (MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN)

MOST_CALLS = 3
"""A message in doubt with so many calls waits for the end of its time, and for a receipt."""


def gather(url: str, run: str, journal: Path, ledger: Path, pace: float) -> Evidence:
    """All three sides of one run."""
    attempted, acked = _journal(journal)
    database = open_database(url)
    try:
        with database.read() as conn:
            kept = [key for key in conn.execute(select(fact.c.event_key)).scalars() if key.startswith(f"{run}-")]
            messages, calls = _messages(conn), _calls(conn, timedelta(seconds=2 * CLIENT_SECONDS * pace))
    finally:
        database.close()
    phones = {phone_of(number_of(one)) for one in attempted}
    return Evidence(
        attempted=attempted,
        acked=acked,
        kept=kept,
        expected=texts(number_of(one) for one in acked),
        attempted_phones=phones,
        messages=[one for one in messages if one.to in phones],
        calls=calls,
        taken=[one for one in taken(ledger) if one.to in phones or one.call not in {call.id for call in calls}],
    )


def taken(ledger: Path) -> list[Taken]:
    """What the provider accepted from us."""
    return [
        Taken(row["sid"], row["to"], row["callback"].rpartition("/")[2], datetime.fromisoformat(row["at"]), row["fate"])
        for row in lines(ledger)
        if row["outbound"]
    ]


def lines(file: Path) -> Iterator[Any]:
    """The lines of a file of JSON lines; none where it is not there."""
    if file.exists():
        with file.open(encoding="utf-8") as found:
            yield from (json.loads(line) for line in found)


def unsettled(url: str, now: datetime) -> dict[str, int]:
    """What still happens by itself: messages by state, and shipments that wait for a decision."""
    database = open_database(url)
    try:
        with database.read() as conn:
            counted = select(message.c.state, func.count()).where(message.c.state.in_(UNSETTLED))
            doubts = counted.where((message.c.state != MessageState.UNCERTAIN) | (message.c.tries < MOST_CALLS))
            found = {state.value: count for state, count in conn.execute(doubts.group_by(message.c.state))}
            due = select(func.count()).select_from(shipment).where(shipment.c.look_at <= now)
            return found | {"looks": conn.execute(due).scalar_one()}
    finally:
        database.close()


def _journal(file: Path) -> tuple[set[str], set[str]]:
    attempted: set[str] = set()
    acked: set[str] = set()
    for what, ids, _ in lines(file):
        if what == "invoke":
            attempted.update(ids)
        elif what == "ok":
            acked.update(ids)
    return attempted, acked


def _messages(conn: Connection) -> list[Told]:
    rows = conn.execute(
        select(
            message.c.id, message.c.to, message.c.state, message.c.send_before, message.c.provider_id, message.c.tries
        ).where(message.c.channel == "sms")
    )
    return [Told(r.id, r.to or "", r.state.value, r.send_before, r.provider_id, r.tries) for r in rows]


def _calls(conn: Connection, usual: timedelta) -> list[Call]:
    """Calls; whatever took longer to be known than an answer may take was in doubt."""
    rows = conn.execute(
        select(
            attempt.c.id,
            attempt.c.message_id,
            attempt.c.outcome,
            attempt.c.number,
            attempt.c.started_at,
            attempt.c.completed_at,
            attempt.c.looked_at,
        )
    )
    found = []
    for row in rows:
        ended = max((at for at in (row.completed_at, row.looked_at) if at is not None), default=row.started_at)
        doubt = ended - row.started_at
        open_end = doubt if doubt > usual or row.looked_at is not None else timedelta()
        found.append(Call(row.id, row.message_id, row.outcome.value, row.number, open_end))
    return found
