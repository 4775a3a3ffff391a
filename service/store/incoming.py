"""Replies: each kept once, with the choice it takes, the thread it opens, and all else that it causes, in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, insert, update

from notifiers.base import Channel
from service.records.decision import NewTask
from service.records.enums import Meaning, ThreadState
from service.records.ids import new_id
from service.records.tables import Address, Rating, Reply, Thread
from service.store import choices, needs
from service.store.addresses import contacts_at
from service.store.changes import note_changes
from service.store.preferences import note
from service.store.sql import insert_once
from service.store.tables import table
from service.store.talks import Talk
from service.store.tasks import finish_by_key, open_tasks
from service.store.threads import Outgoing, add_outgoing
from service.store.touch import touch_shipments

address = table(Address)
thread = table(Thread)


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice that a text takes. With `undoes` it takes back that choice or reply, and the `tasks` of these keys."""

    choice_id: str
    undoes: str | None = None
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """A digit of a sender that takes back what was just done, until then."""

    digit: str
    does: str
    sender: str
    until: datetime


@dataclass(frozen=True, slots=True)
class NewRating:
    """How somebody found it: a score from 1 to 5, or None where they only wrote words."""

    score: int | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class NewNeed:
    """The day by which a shipment is needed."""

    shipment_id: str
    on: date


@dataclass(frozen=True, slots=True)
class Incoming:
    """A reply to keep, with the thread that it opens or joins (None where nobody needs to answer).

    `stopped` says who stops the address, if it does, and `why` how that reads; `lift` allows it again.
    """

    reply_id: str
    talk: Talk
    notifier: str
    provider_id: str
    sender: str
    text: str
    meaning: Meaning
    received_at: datetime
    thread_id: str | None = None
    new_thread: bool = False
    answer_by: datetime | None = None
    stopped: str = ""
    why: str = ""
    lift: bool = False
    outgoing: tuple[Outgoing, ...] = ()
    tasks: tuple[NewTask, ...] = ()
    detail: Mapping[str, object] = field(default_factory=dict)
    taken: Taken | None = None
    undo: Undo | None = None
    rating: NewRating | None = None
    need: NewNeed | None = None


def keep_reply(conn: Connection, one: Incoming) -> bool:
    """Keep a reply with all that it causes, in one step; False (and nothing changes) where it was kept before.

    Raises `choices.Lost` where the choice that it takes was closed since it was read.
    """
    account_id = one.talk.account_id
    if not insert_once(conn, Reply, [_row(one)]):
        return False
    if one.taken is not None:
        _take(conn, one, one.taken)
    if one.rating is not None:
        _rate(conn, one, one.rating)
    if one.need is not None:
        needs.note_need(conn, account_id, one.need.shipment_id, one.need.on, one.reply_id, one.received_at)
    if one.undo is not None and one.outgoing:
        _offer_undo(conn, one, one.undo)
    if one.stopped or one.lift:
        _switch_off_or_on(conn, one)
    if one.thread_id:
        _open_thread(conn, one)
    open_tasks(conn, account_id, one.tasks, one.received_at)
    for outgoing in one.outgoing:
        add_outgoing(conn, account_id, outgoing, one.received_at)
    note_changes(conn, account_id, [("reply", one.reply_id, one.talk.shipment_id)], one.received_at)
    return True


def _row(one: Incoming) -> dict[str, object]:
    return {
        "account_id": one.talk.account_id,
        "id": one.reply_id,
        "thread_id": one.thread_id,
        "message_id": one.talk.message_id,
        "shipment_id": one.talk.shipment_id,
        "address_id": one.talk.address_id,
        "notifier": one.notifier,
        "provider_id": one.provider_id,
        "sender": one.sender,
        "text": one.text[:4000],
        "meaning": one.meaning,
        "received_at": one.received_at,
        "detail": dict(one.detail) or None,
    }


def _switch_off_or_on(conn: Connection, one: Incoming) -> None:
    off: dict[str, object] = {
        "suppressed_at": one.received_at,
        "suppressed_by": one.stopped,
        "suppressed_why": one.why[:200],
    }
    on: dict[str, object] = {"suppressed_at": None, "suppressed_by": None, "suppressed_why": None}
    conn.execute(
        update(address)
        .where(address.c.account_id == one.talk.account_id, address.c.id == one.talk.address_id)
        .values(off if one.stopped else on)
    )
    people = contacts_at(conn, one.talk.account_id, [one.talk.address_id])
    note(
        conn,
        one.talk.account_id,
        people,
        one.received_at,
        by="the person",
        how="text message" if one.talk.channel is Channel.SMS else "e-mail",
        wording=one.text.strip(),
        detail={one.meaning.value: one.talk.channel.value},
    )
    touch_shipments(conn, one.talk.account_id, one.received_at, contact_ids=people)


def _take(conn: Connection, one: Incoming, taken: Taken) -> None:
    account_id, now = one.talk.account_id, one.received_at
    choices.take(conn, account_id, taken.choice_id, now)
    if taken.undoes is None:
        return
    if taken.undoes.startswith("rpl_"):
        needs.take_back(conn, account_id, taken.undoes, now)
    else:
        choices.reopen(conn, account_id, taken.undoes)
    for key in taken.tasks:
        finish_by_key(conn, account_id, key, "taken back by the person", now)


def _rate(conn: Connection, one: Incoming, rating: NewRating) -> None:
    row = {
        "account_id": one.talk.account_id,
        "id": new_id("rat"),
        "contact_id": one.talk.contact_id,
        "shipment_id": one.talk.shipment_id,
        "reply_id": one.reply_id,
        "score": rating.score,
        "words": rating.words[:4000],
        "at": one.received_at,
    }
    insert_once(conn, Rating, [row])


def _offer_undo(conn: Connection, one: Incoming, undo: Undo) -> None:
    choices.offer(
        conn,
        one.talk.account_id,
        [(undo.digit, undo.does)],
        address_id=one.talk.address_id,
        contact_id=one.talk.contact_id or "",
        sender=undo.sender,
        message_id=one.outgoing[0].id,
        now=one.received_at,
        expires_at=undo.until,
    )


def _open_thread(conn: Connection, one: Incoming) -> None:
    account_id = one.talk.account_id
    if one.new_thread:
        conn.execute(
            insert(thread).values(
                account_id=account_id,
                id=one.thread_id,
                address_id=one.talk.address_id,
                contact_id=one.talk.contact_id,
                shipment_id=one.talk.shipment_id,
                owner=one.talk.owner,
                state=ThreadState.OPEN,
                answer_by=one.answer_by,
                opened_at=one.received_at,
            )
        )
        return
    conn.execute(
        update(thread)
        .where(thread.c.account_id == account_id, thread.c.id == one.thread_id, thread.c.state != ThreadState.OPEN)
        .values(state=ThreadState.OPEN, answer_by=one.answer_by)
    )
