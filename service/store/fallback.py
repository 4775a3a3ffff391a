"""When one channel fails for good: hand the same notices to the next address, or close them as not said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from notifiers.base import Channel
from service.records.enums import MessageState, NoticeState, PromiseState
from service.records.ids import new_id
from service.records.tables import Address, ContactAddress, Message, MessageNotice, Notice, Promise
from service.store.endings import append_why
from service.store.ledger import enter
from service.store.tables import table
from service.store.touch import touch_shipments

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)
address = table(Address)
contact_address = table(ContactAddress)

LEAST_TIME = timedelta(minutes=30)
"""A message handed on late still gets this long to leave."""


def hand_on(conn: Connection, account_id: str, message_id: str, why: str, now: datetime) -> None:
    """Make the words of a failed message untold and give its notices to the next address that may carry them.

    Where a notice is already on its way by another message nothing is added; where no address is left, the notice is
    closed with its reason: it is never shown as told.
    """
    failed = conn.execute(select(message).where(message.c.account_id == account_id, message.c.id == message_id)).one()
    ids = _open_news(conn, account_id, message_id)
    alone = [i for i in ids if not _elsewhere(conn, account_id, i, message_id)]
    if not alone:
        return
    for notice_id in alone:
        append_why(conn, account_id, notice_id, "N14", passed=False, text=f"{failed.channel.value} failed: {why}")
    _pass_on(conn, account_id, failed, alone, why, now)


def divert(conn: Connection, account_id: str, message_id: str, rule: str, why: str, now: datetime) -> None:
    """Give the news of a message that *rule* keeps from leaving to the next address, unless it is on its way already.

    Its notices keep the rule and *why*.
    """
    kept = conn.execute(select(message).where(message.c.account_id == account_id, message.c.id == message_id)).one()
    ids = _open_news(conn, account_id, message_id)
    for notice_id in ids:
        append_why(conn, account_id, notice_id, rule, passed=False, text=why)
    alone = [i for i in ids if not _elsewhere(conn, account_id, i, message_id)]
    if alone:
        _pass_on(conn, account_id, kept, alone, why, now)


def _pass_on(conn: Connection, account_id: str, failed: Row[Any], alone: list[str], why: str, now: datetime) -> None:
    """Have the next address carry these notices of *failed*, a message; close them where there is none."""
    _take_back(conn, account_id, alone, now)
    following = _next_address(conn, account_id, failed.contact_id, alone)
    if following is None:
        _close(conn, account_id, alone, why, now)
    else:
        _open_next(conn, account_id, failed, following, alone, now)
        _wait_again(conn, account_id, alone)
    touch_shipments(conn, account_id, now, ids=_shipments(conn, account_id, alone))


def also_by_next(conn: Connection, account_id: str, message_id: str, why: str, now: datetime) -> None:
    """Give the news of a message to the next address too, if there is one: it stays said, for it may have arrived."""
    sent = conn.execute(select(message).where(message.c.account_id == account_id, message.c.id == message_id)).one()
    ids = _open_news(conn, account_id, message_id)
    alone = [i for i in ids if not _elsewhere(conn, account_id, i, message_id)]
    following = _next_address(conn, account_id, sent.contact_id, alone) if alone else None
    if following is None:
        return
    for notice_id in alone:
        text = f"{why}, so it goes by {_NAMES[Channel(following[1])]} too"
        append_why(conn, account_id, notice_id, "N14", passed=False, text=text)
    _open_next(conn, account_id, sent, following, alone, now)
    touch_shipments(conn, account_id, now, ids=_shipments(conn, account_id, alone))


_NAMES = {Channel.SMS: "text", Channel.EMAIL: "e-mail"}


def _shipments(conn: Connection, account_id: str, notice_ids: list[str]) -> set[str]:
    return set(
        conn.execute(
            select(notice.c.shipment_id).where(notice.c.account_id == account_id, notice.c.id.in_(notice_ids))
        ).scalars()
    )


def _open_news(conn: Connection, account_id: str, message_id: str) -> list[str]:
    """The notices of a message that wait or count as said."""
    carried = message_notice.join(
        notice, (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id)
    )
    return list(
        conn.execute(
            select(message_notice.c.notice_id)
            .select_from(carried)
            .where(
                message_notice.c.account_id == account_id,
                message_notice.c.message_id == message_id,
                notice.c.state.in_([NoticeState.WAITING, NoticeState.SAID]),
            )
            .order_by(message_notice.c.notice_id)
        ).scalars()
    )


def _take_back(conn: Connection, account_id: str, notice_ids: list[str], now: datetime) -> None:
    """What was told by these notices was not told: it is intended again."""
    back = conn.execute(
        update(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.notice_id.in_(notice_ids),
            promise.c.state == PromiseState.TOLD,
        )
        .values(state=PromiseState.INTENDED, told_at=None, message_id=None, outcome=None, settled_at=None)
        .returning(promise.c.id)
    ).scalars()
    enter(conn, account_id, back, now)


def other_way(conn: Connection, account_id: str, message_id: str) -> str | None:
    """How the news of this message is on its way elsewhere, or could be: `text` or `e-mail`; None for neither."""
    contact_id = _contact(conn, account_id, message_id)
    ids = list(
        conn.execute(
            select(message_notice.c.notice_id).where(
                message_notice.c.account_id == account_id, message_notice.c.message_id == message_id
            )
        ).scalars()
    )
    ways = [_elsewhere(conn, account_id, i, message_id) for i in ids]
    if ways and ways[0] is not None and None not in ways:
        return _NAMES[ways[0]]
    following = _next_address(conn, account_id, contact_id, ids)
    return _NAMES[Channel(following[1])] if following is not None else None


def can_hand_on(conn: Connection, account_id: str, message_id: str) -> bool:
    """Whether the news of this message is on its way nowhere else, and has another address to go to."""
    ids = _open_news(conn, account_id, message_id)
    if not ids or any(_elsewhere(conn, account_id, i, message_id) for i in ids):
        return False
    return _next_address(conn, account_id, _contact(conn, account_id, message_id), ids) is not None


def _contact(conn: Connection, account_id: str, message_id: str) -> str | None:
    found = select(message.c.contact_id).where(message.c.account_id == account_id, message.c.id == message_id)
    return conn.execute(found).scalar()


def _elsewhere(conn: Connection, account_id: str, notice_id: str, message_id: str) -> Channel | None:
    """The channel of another message that carries the notice or has carried it home."""
    return conn.execute(
        select(message.c.channel)
        .select_from(
            message_notice.join(
                message,
                (message.c.account_id == message_notice.c.account_id) & (message.c.id == message_notice.c.message_id),
            )
        )
        .where(
            message_notice.c.account_id == account_id,
            message_notice.c.notice_id == notice_id,
            message.c.id != message_id,
            message.c.state.in_(
                [
                    MessageState.WAITING,
                    MessageState.SENDING,
                    MessageState.UNCERTAIN,
                    MessageState.ACCEPTED,
                    MessageState.DELIVERED,
                ]
            ),
        )
        .limit(1)
    ).scalar()


def _next_address(
    conn: Connection, account_id: str, contact_id: str | None, notice_ids: list[str]
) -> tuple[str, str] | None:
    used = set(
        conn.execute(
            select(message.c.address_id)
            .select_from(
                message_notice.join(
                    message,
                    (message.c.account_id == message_notice.c.account_id)
                    & (message.c.id == message_notice.c.message_id),
                )
            )
            .where(message_notice.c.account_id == account_id, message_notice.c.notice_id.in_(notice_ids))
        ).scalars()
    )
    for row in conn.execute(
        select(address.c.id, address.c.channel)
        .select_from(
            contact_address.join(
                address,
                (address.c.account_id == contact_address.c.account_id) & (address.c.id == contact_address.c.address_id),
            )
        )
        .where(
            contact_address.c.account_id == account_id,
            contact_address.c.contact_id == contact_id,
            address.c.suppressed_at.is_(None),
        )
        .order_by(contact_address.c.rank, address.c.id)
    ):
        if row.id not in used:
            return row.id, row.channel
    return None


UNSENT: dict[str, object] = {
    "notifier": None,
    "sender": None,
    "to": None,
    "state": MessageState.WAITING,
    "tries": 0,
    "refusals": 0,
    "body": None,
    "subject": None,
    "html": None,
    "calendar": None,
    "segments": None,
    "provider_id": None,
    "detail": "",
    "handed_at": None,
    "receipt_by": None,
    "held_by": None,
    "ended_at": None,
}
"""The columns of a message of which nothing has happened yet."""


def _open_next(
    conn: Connection,
    account_id: str,
    failed: object,
    following: tuple[str, str],
    notice_ids: list[str],
    now: datetime,
) -> None:
    address_id, channel = following
    new = new_id("msg")
    same = {c.name: getattr(failed, c.name) for c in message.columns}
    fresh = {
        "id": new,
        "key": f"{notice_ids[0]}:{address_id}",
        "channel": channel,
        "address_id": address_id,
        "due_at": now,
        "send_before": max(same["send_before"], now + LEAST_TIME),
        "created_at": now,
        "updated_at": now,
    }
    conn.execute(insert(message).values(same | UNSENT | fresh))
    conn.execute(
        insert(message_notice),
        [{"account_id": account_id, "message_id": new, "notice_id": i, "place": 0} for i in notice_ids],
    )


def _wait_again(conn: Connection, account_id: str, notice_ids: list[str]) -> None:
    conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id.in_(notice_ids))
        .values(state=NoticeState.WAITING, ended_at=None)
    )


def _close(conn: Connection, account_id: str, notice_ids: list[str], why: str, now: datetime) -> None:
    conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id.in_(notice_ids))
        .values(state=NoticeState.BASELINE, ended_at=now)
    )
    closed = conn.execute(
        update(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.notice_id.in_(notice_ids),
            promise.c.state == PromiseState.INTENDED,
        )
        .values(state=PromiseState.BASELINE, why=f"failed on every channel: {why}"[:200])
        .returning(promise.c.id)
    ).scalars()
    enter(conn, account_id, closed, now)
