"""Digits that were offered: drawn when a message is claimed, taken once, closed for colleagues, and taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select, update

from notifiers.base import Channel
from service.records.choices import DigitUse
from service.records.enums import NoticeCode
from service.records.ids import new_id
from service.records.tables import Address, Choice, Message
from service.store.senders import accounts_of
from service.store.sql import insert_once, lock_rows
from service.store.tables import table

choice = table(Choice)
message = table(Message)

Offer = tuple[str, str]
"""A digit and the service that it asks for."""


class Lost(Exception):
    """A digit that was open when it was read is not any more."""


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """A digit that stands open, with the text that offered it."""

    id: str
    digit: str
    does: str
    message_id: str
    shipment_id: str | None
    contact_id: str
    code: NoticeCode | None


def used(
    conn: Connection, account_id: str, address_ids: Collection[str], sender: str, now: datetime
) -> dict[str, list[DigitUse]]:
    """Every digit that was ever offered to each address by this sender; what has expired is open no more."""
    rows = conn.execute(
        select(
            choice.c.address_id,
            choice.c.digit,
            choice.c.does,
            choice.c.message_id,
            choice.c.opened_at,
            and_(choice.c.closed_at.is_(None), choice.c.expires_at > now).label("stands"),
        )
        .where(
            choice.c.account_id == account_id,
            choice.c.address_id.in_(sorted(address_ids)),
            choice.c.sender == sender,
        )
        .order_by(choice.c.opened_at, choice.c.id)
    )
    found: dict[str, dict[str, DigitUse]] = defaultdict(dict)
    for row in rows:
        held = found[row.address_id].get(row.digit)
        stands = row.message_id if row.stands else held.message_id if held else None
        does = row.does if row.stands else held.does if held else ""
        found[row.address_id][row.digit] = DigitUse(row.digit, row.opened_at, stands, does)
    return {address_id: list(digits.values()) for address_id, digits in found.items()}


def shared(conn: Connection, channel: Channel, sender: str) -> bool:
    """Whether several accounts write from this sender: a digit would not say whose question it answers."""
    return len(accounts_of(conn, channel, sender)) > 1


def free(
    conn: Connection,
    account_id: str,
    digits: Sequence[str],
    address_id: str,
    sender: str,
    message_id: str,
    now: datetime,
) -> bool:
    """Whether no other message holds one of these digits open; call it under the lock of the address."""
    taken = select(choice.c.id).where(
        choice.c.account_id == account_id,
        choice.c.address_id == address_id,
        choice.c.sender == sender,
        choice.c.digit.in_(digits),
        choice.c.message_id != message_id,
        choice.c.closed_at.is_(None),
        choice.c.expires_at > now,
    )
    return conn.execute(taken.limit(1)).first() is None


def offer(
    conn: Connection,
    account_id: str,
    offers: Sequence[Offer],
    *,
    address_id: str,
    contact_id: str,
    sender: str,
    message_id: str,
    now: datetime,
    expires_at: datetime,
    notice_id: str | None = None,
    shipment_id: str | None = None,
) -> None:
    """Open the digits of one message; those that it has already stand. Raises `Lost` where one is not free any more.

    What has expired is closed first, and so is an older question about the same shipment: its news is old.
    """
    _close_old(conn, account_id, address_id, sender, message_id, shipment_id, now)
    rows = [
        {
            "account_id": account_id,
            "id": new_id("cho"),
            "address_id": address_id,
            "contact_id": contact_id,
            "sender": sender,
            "digit": digit,
            "does": does,
            "message_id": message_id,
            "notice_id": notice_id,
            "shipment_id": shipment_id,
            "opened_at": now,
            "expires_at": expires_at,
        }
        for digit, does in offers
    ]
    insert_once(conn, Choice, rows)
    if _held(conn, account_id, address_id, sender, message_id, [digit for digit, _ in offers]) != len(offers):
        raise Lost


def _held(
    conn: Connection, account_id: str, address_id: str, sender: str, message_id: str, digits: Sequence[str]
) -> int:
    """How many of these digits stand open for this message."""
    mine = select(func.count()).where(
        choice.c.account_id == account_id,
        choice.c.address_id == address_id,
        choice.c.closed_at.is_(None),
        choice.c.sender == sender,
        choice.c.message_id == message_id,
        choice.c.digit.in_(digits),
    )
    return int(conn.execute(mine).scalar_one())


def _close_old(
    conn: Connection,
    account_id: str,
    address_id: str,
    sender: str,
    message_id: str,
    shipment_id: str | None,
    now: datetime,
) -> None:
    """Close what has expired, and the questions of earlier news of the same shipment."""
    mine = choice.c.account_id == account_id, choice.c.address_id == address_id, choice.c.closed_at.is_(None)
    expired = update(choice).where(*mine, choice.c.sender == sender, choice.c.expires_at <= now)
    conn.execute(expired.values(closed_at=now, closed_why="expired"))
    if shipment_id is not None:
        older = update(choice).where(*mine, choice.c.shipment_id == shipment_id, choice.c.message_id != message_id)
        conn.execute(older.where(choice.c.does.not_like("undo:%")).values(closed_at=now, closed_why="newer news"))


def standing(conn: Connection, account_id: str, address_id: str, sender: str, now: datetime) -> list[OpenChoice]:
    """The digits that stand open for an address and a sender."""
    rows = conn.execute(
        _with_code().where(
            choice.c.account_id == account_id,
            choice.c.address_id == address_id,
            choice.c.sender == sender,
            choice.c.closed_at.is_(None),
            choice.c.expires_at > now,
        )
    )
    return [_open(row) for row in rows]


def offered_before(conn: Connection, account_id: str, address_id: str, sender: str, digit: str) -> bool:
    """Whether this digit was ever offered to the address by the sender."""
    return (
        conn.execute(
            select(choice.c.id)
            .where(
                choice.c.account_id == account_id,
                choice.c.address_id == address_id,
                choice.c.sender == sender,
                choice.c.digit == digit,
            )
            .limit(1)
        ).first()
        is not None
    )


def offered_since(conn: Connection, account_id: str, address_id: str, sender: str, at: datetime) -> frozenset[str]:
    """The digits that were offered to the address by the sender from *at* on."""
    found = select(choice.c.digit).where(
        choice.c.account_id == account_id,
        choice.c.address_id == address_id,
        choice.c.sender == sender,
        choice.c.opened_at >= at,
    )
    return frozenset(conn.execute(found).scalars())


def take(conn: Connection, account_id: str, choice_id: str, now: datetime) -> None:
    """Take a choice: its question closes, for colleagues who were asked the same too. Raises `Lost` if it is closed."""
    row = conn.execute(_with_code().where(choice.c.account_id == account_id, choice.c.id == choice_id)).one()
    lock_rows(conn, Address, account_id, [row.address_id])
    taken = conn.execute(
        update(choice)
        .where(
            choice.c.account_id == account_id,
            choice.c.id == choice_id,
            choice.c.closed_at.is_(None),
            choice.c.expires_at > now,
        )
        .values(closed_at=now, closed_why="taken")
    ).rowcount
    if not taken:
        raise Lost
    still = choice.c.account_id == account_id, choice.c.closed_at.is_(None)
    if row.does.startswith("undo:"):
        return
    same = update(choice).where(*still, choice.c.message_id == row.message_id)
    conn.execute(same.values(closed_at=now, closed_why="answered"))
    if row.shipment_id is not None and row.code is not None:
        asked = select(message.c.id).where(
            message.c.account_id == account_id,
            message.c.shipment_id == row.shipment_id,
            message.c.code == row.code,
        )
        colleagues = update(choice).where(*still, choice.c.shipment_id == row.shipment_id)
        conn.execute(
            colleagues.where(choice.c.message_id.in_(asked), choice.c.does.not_like("undo:%")).values(
                closed_at=now, closed_why="a colleague answered"
            )
        )


def reopen(conn: Connection, account_id: str, choice_id: str) -> str | None:
    """Open a question again whose answer was taken back, where its digits are free; returns the service undone."""
    row = conn.execute(select(choice).where(choice.c.account_id == account_id, choice.c.id == choice_id)).one_or_none()
    if row is None:
        return None
    mine = choice.c.account_id == account_id, choice.c.address_id == row.address_id, choice.c.sender == row.sender
    busy = set(conn.execute(select(choice.c.digit).where(*mine, choice.c.closed_at.is_(None))).scalars())
    again = update(choice).where(
        *mine, choice.c.message_id == row.message_id, choice.c.closed_why.in_(["taken", "answered"])
    )
    conn.execute(again.where(choice.c.digit.not_in(sorted(busy))).values(closed_at=None, closed_why=None))
    return str(row.does)


def _with_code() -> Any:
    return (
        select(choice, message.c.code)
        .select_from(
            choice.outerjoin(
                message, and_(message.c.account_id == choice.c.account_id, message.c.id == choice.c.message_id)
            )
        )
        .order_by(choice.c.digit)
    )


def _open(row: Row[Any]) -> OpenChoice:
    return OpenChoice(row.id, row.digit, row.does, row.message_id, row.shipment_id, row.contact_id, row.code)
