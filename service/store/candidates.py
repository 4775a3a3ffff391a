"""Reading the messages whose time has come, with everything that the checks and the renderer ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from service.records.outbox import Candidate, Carried, Heard
from service.records.said import Said
from service.store import outgoing

TOLD_BEFORE = 8
"""How many earlier words an e-mail repeats."""


def candidates(conn: Connection, now: datetime, limit: int) -> list[Candidate]:
    """Waiting messages that are due, oldest first; not those whose news waits for another look."""
    return _found(
        conn, conn.execute(outgoing.DUE, {"now": now, "limit": limit, "tried": now - outgoing.TRIED}).all(), now
    )


def waiting_for(conn: Connection, recipients: Collection[str], now: datetime) -> list[Candidate]:
    """Waiting messages to these recipients, due or not, the soonest first."""
    if not recipients:
        return []
    return _found(
        conn, conn.execute(outgoing.WAITING_FOR, {"to": sorted(recipients), "tried": now - outgoing.TRIED}).all(), now
    )


def _found(conn: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[Candidate]:
    found: list[Candidate] = []
    by_account: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_account[row.account_id].append(row)
    for account_id, mine in by_account.items():
        found += _of_account(conn, account_id, mine, now)
    return found


def _of_account(conn: Connection, account_id: str, rows: Sequence[Row[Any]], now: datetime) -> list[Candidate]:
    carried = _carried(conn, account_id, [row.id for row in rows], now)
    history = _history(conn, account_id, sorted({row.address_id for row in rows if row.address_id}), now)
    told = told_before(
        conn, account_id, {(row.contact_id, row.shipment_id) for row in rows if row.channel.value == "email"}
    )
    return [
        Candidate(
            account_id=account_id,
            message_id=row.id,
            key=row.key,
            kind=row.kind,
            stage=row.stage,
            channel=row.channel,
            level=row.level,
            code=row.code,
            cause=row.cause,
            due_at=row.due_at,
            send_before=row.send_before,
            tries=row.tries,
            refusals=row.refusals,
            updated_at=row.updated_at,
            address_id=row.address_id,
            to=row.address_value or row.to or "",
            suppressed=row.suppressed_at is not None,
            contact_id=row.contact_id,
            shipment_id=row.shipment_id,
            customer_id=row.customer_id,
            language=row.contact_language or row.language,
            zone=row.zone,
            quiet_from=row.quiet_from or "21:00",
            quiet_to=row.quiet_to or "08:00",
            business=row.followed_customer is not None,
            notices=tuple(carried[row.id]),
            history=tuple((call.started_at, call.level) for call in history[row.address_id]),
            told=tuple(told[(row.contact_id, row.shipment_id)]),
            params=row.params or {},
            thread_id=row.thread_id,
            subject=row.subject,
            body=row.body,
            html=row.html,
            trace_id=row.trace_id,
            notifier=row.notifier,
            tried_since=row.tried_since,
            heard=tuple(
                Heard(call.started_at, call.words, call.message_id, call.shipment_id, call.contact_id)
                for call in history[row.address_id]
                if call.words and call.state not in outgoing.UNHEARD
            ),
        )
        for row in rows
    ]


def _carried(conn: Connection, account_id: str, message_ids: Sequence[str], now: datetime) -> dict[str, list[Carried]]:
    found: dict[str, list[Carried]] = defaultdict(list)
    ordinals: dict[str, int] = {}
    rows = conn.execute(outgoing.CARRIED, {"account": account_id, "ids": message_ids}).all()
    if rows:
        asked = {"account": account_id, "ids": [row.id for row in rows]}
        for word in conn.execute(outgoing.ORDINALS, asked):
            ordinals[word.notice_id] = max(ordinals.get(word.notice_id, 0), word.ordinal)
    for row in rows:
        found[row.message_id].append(
            Carried(
                notice_id=row.id,
                shipment_id=row.shipment_id,
                code=row.code,
                said=Said.from_json(row.params),
                fresh=row.truth_version == row.seq and (row.look_at is None or row.look_at > now),
                truth_version=row.truth_version,
                sequence=ordinals.get(row.id, 0),
                created_at=row.created_at,
            )
        )
    return found


def _history(
    conn: Connection, account_id: str, address_ids: Sequence[str], now: datetime
) -> dict[str | None, list[Any]]:
    """Every call of the last week that may have reached the address, newest first."""
    found: dict[str | None, list[Any]] = defaultdict(list)
    if not address_ids:
        return found
    asked = {"account": account_id, "ids": address_ids, "since": now - outgoing.WINDOW}
    for row in conn.execute(outgoing.CALLS, asked):
        found[row.address_id].append(row)
    return found


def told_before(
    conn: Connection, account_id: str, pairs: set[tuple[str | None, str | None]]
) -> dict[tuple[str | None, str | None], list[tuple[datetime, str]]]:
    """What each person was told of each shipment, as (told at, JSON of what was said), newest first."""
    found: dict[tuple[str | None, str | None], list[tuple[datetime, str]]] = defaultdict(list)
    shipment_ids = sorted({s for c, s in pairs if c and s})
    if not shipment_ids:
        return found
    for row in conn.execute(outgoing.TOLD, {"account": account_id, "ids": shipment_ids}):
        words = found[(row.contact_id, row.shipment_id)]
        if len(words) < TOLD_BEFORE:
            words.append((row.told_at, f"{row.line.value} {row.at_date.isoformat()} {row.place or ''}".strip()))
    return found
