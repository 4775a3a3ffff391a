"""Who is told of what: a contact follows a customer, and so all its shipments, or one shipment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, tuple_, update

from service.records.tables import Follow
from service.store.sql import chunks, insert_once
from service.store.tables import table
from service.store.touch import touch_shipments

follow_table = table(Follow)

CUSTOMER = "cus_"
"""What the id of a customer begins with; other subjects are shipments."""


@dataclass(frozen=True, slots=True)
class FollowRow:
    """One contact that follows one subject (a `cus_…` or a `shp_…`)."""

    subject_id: str
    contact_id: str
    role: str
    since: datetime


def follow(
    conn: Connection, account_id: str, subject_id: str, contact_id: str, since: datetime, role: str = ""
) -> bool:
    """Let a contact follow a subject from *since* on; False where it does already. Shipments concerned become due."""
    return follow_many(conn, account_id, [(subject_id, contact_id)], since, role) == 1


def follow_many(
    conn: Connection,
    account_id: str,
    pairs: Iterable[tuple[str, str]],
    since: datetime,
    role: str = "",
    *,
    come_back: bool = True,
) -> int:
    """As `follow`, for many (subject id, contact id); returns how many are new.

    Who had left comes back, unless *come_back* is False.
    """
    wanted = sorted(set(pairs))
    rows = [
        {"account_id": account_id, "subject_id": subject, "contact_id": contact, "role": role, "since": since}
        for subject, contact in wanted
    ]
    key = ("subject_id", "contact_id")
    fresh = {(row[0], row[1]) for row in insert_once(conn, Follow, rows, returning=key)}
    left = [pair for pair in wanted if pair not in fresh] if come_back else []
    back = _come_back(conn, account_id, left, since)
    _touch(conn, account_id, [subject for subject, _ in fresh | back], since)
    return len(fresh) + len(back)


def unfollow(conn: Connection, account_id: str, subject_id: str, contact_id: str, now: datetime) -> bool:
    """Tell this contact no more of this subject; False where it was not told."""
    ended = conn.execute(
        update(follow_table)
        .where(
            follow_table.c.account_id == account_id,
            follow_table.c.subject_id == subject_id,
            follow_table.c.contact_id == contact_id,
            follow_table.c.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(follow_table.c.contact_id)
    ).one_or_none()
    if ended is None:
        return False
    _touch(conn, account_id, [subject_id], now)
    return True


def change_roles(conn: Connection, account_id: str, contact_id: str, roles: Mapping[str, str]) -> list[str]:
    """Give a contact its role for each subject that it follows; returns the subjects where that changed it."""
    changed = []
    for subject_id, role in sorted(roles.items()):
        found = conn.execute(
            update(follow_table)
            .where(
                follow_table.c.account_id == account_id,
                follow_table.c.subject_id == subject_id,
                follow_table.c.contact_id == contact_id,
                follow_table.c.ended_at.is_(None),
                follow_table.c.role != role,
            )
            .values(role=role)
            .returning(follow_table.c.subject_id)
        ).one_or_none()
        changed += [subject_id] if found else []
    return changed


def followers_of(conn: Connection, account_id: str, subject_id: str) -> list[FollowRow]:
    """Who follows a subject now, in the order in which they were made."""
    return _rows(conn, account_id, subject_id=subject_id)


def followed_subjects(conn: Connection, account_id: str, contact_id: str) -> list[FollowRow]:
    """What a contact follows now."""
    return _rows(conn, account_id, contact_id=contact_id)


def _rows(conn: Connection, account_id: str, **which: str) -> list[FollowRow]:
    rows = conn.execute(
        select(follow_table)
        .where(
            follow_table.c.account_id == account_id,
            follow_table.c.ended_at.is_(None),
            *(follow_table.c[name] == value for name, value in which.items()),
        )
        .order_by(follow_table.c.subject_id, follow_table.c.contact_id)
    )
    return [FollowRow(row.subject_id, row.contact_id, row.role, row.since) for row in rows]


def _come_back(
    conn: Connection, account_id: str, pairs: Sequence[tuple[str, str]], since: datetime
) -> set[tuple[str, str]]:
    back: set[tuple[str, str]] = set()
    for chunk in chunks(pairs):
        rows = conn.execute(
            update(follow_table)
            .where(
                follow_table.c.account_id == account_id,
                tuple_(follow_table.c.subject_id, follow_table.c.contact_id).in_(chunk),
                follow_table.c.ended_at.is_not(None),
            )
            .values(ended_at=None, since=since)
            .returning(follow_table.c.subject_id, follow_table.c.contact_id)
        )
        back |= {(row[0], row[1]) for row in rows}
    return back


def _touch(conn: Connection, account_id: str, subjects: Iterable[str], now: datetime) -> None:
    named = set(subjects)
    customers = {subject for subject in named if subject.startswith(CUSTOMER)}
    touch_shipments(conn, account_id, now, ids=named - customers, customer_ids=customers)
