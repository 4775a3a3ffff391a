"""Conversations: a text is kept once with all that it causes, and belongs to what was last said to who wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.records.enums import Level, Meaning, MessageKind, NoticeCode, Stage, ThreadState
from service.records.tables import Address, Reply, Shipment, Thread
from service.store import incoming, talks, threads
from service.store.engine import Database
from service.store.incoming import Incoming
from service.store.talks import Heard, Talk
from service.store.threads import Outgoing
from tests.kits import HOUR, JO, JO_MAIL, MINUTE, SAM, Works, departed, running
from tests.store.neighbours import NEIGHBOUR, neighbour, rows_next_door

SENDER = "+447700900000"


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    """Jo was told of a departure."""
    both = {Channel.SMS: Recorder(Channel.SMS), Channel.EMAIL: Recorder(Channel.EMAIL, sender="desk@example.com")}
    with running(database, clock, both) as found:
        found.go()
        found.post(**departed(owner="ana"))
        found.settle()
        yield found


def talk(works: Works, value: str = JO, sender: str = SENDER, account_id: str | None = None) -> Talk | None:
    with works.database.read() as conn:
        return talks.talk(conn, account_id or works.account_id, Channel.SMS, value, sender)


def about(works: Works) -> Talk:
    found = talk(works)
    assert found is not None
    return found


def question(works: Works, reply_id: str = "rpl_1", provider_id: str = "in_1", **more: Any) -> Incoming:
    return Incoming(
        reply_id=reply_id,
        talk=about(works),
        notifier="recorder",
        provider_id=provider_id,
        sender=SENDER,
        text="When?",
        meaning=more.pop("meaning", Meaning.QUESTION),
        received_at=works.clock(),
        **more,
    )


def keep(works: Works, one: Incoming) -> bool:
    return works.database.write(lambda conn: incoming.keep_reply(conn, one))


def words(key: str = "rpl_1:answer", name: str = "msg_1", thread_id: str | None = None) -> Outgoing:
    return Outgoing(
        id=name,
        key=key,
        kind=MessageKind.ANSWER,
        stage=Stage.LIVE,
        channel=Channel.SMS,
        level=Level.SYS,
        body="Harbour: got it.",
        code=NoticeCode.REPLY_ACK,
        to=JO,
        thread_id=thread_id,
    )


def opened(works: Works) -> str:
    keep(works, question(works, thread_id="thr_1", new_thread=True, answer_by=works.clock() + HOUR))
    return "thr_1"


def test_a_text_belongs_to_what_was_last_said_from_there(works: Works) -> None:
    works.clock.advance(MINUTE)
    (shipment_id,) = works.post(**departed("PO 2", owner="ben")).shipment_ids
    works.settle()
    found = about(works)
    assert (found.shipment_id, found.ref, found.owner, found.stage) == (shipment_id, "PO 2", "ben", Stage.LIVE)
    assert found.message_id == works.messages()[-1].id
    elsewhere = talk(works, sender="+447700900001")
    assert elsewhere is not None
    assert (elsewhere.message_id, elsewhere.shipment_id, elsewhere.owner) == (None, None, "desk")
    assert elsewhere.contact_id == found.contact_id


def test_nobody_s_text(works: Works) -> None:
    assert talk(works, SAM) is None
    assert talk(works, account_id="acc_third") is None


def test_a_text_is_kept_once_with_all_that_it_causes(works: Works) -> None:
    first = question(works, thread_id="thr_1", new_thread=True, outgoing=(words(),))
    assert keep(works, first)
    again = question(works, "rpl_2", thread_id="thr_2", new_thread=True, outgoing=(words("rpl_2:answer", "msg_2"),))
    assert not keep(works, again)
    assert not keep(works, question(works, "rpl_3", meaning=Meaning.STOP, stopped="person"))
    assert [row.id for row in works.rows(Reply)] == ["rpl_1"]
    assert [row.id for row in works.rows(Thread)] == ["thr_1"]
    assert [row.id for row in works.messages(kind=MessageKind.ANSWER)] == ["msg_1"]
    assert [row.suppressed_at for row in works.rows(Address)] == [None]


def test_what_was_heard(works: Works) -> None:
    def heard(provider_id: str = "in_1", notifier: str = "recorder", *account_ids: str) -> list[Heard]:
        with works.database.read() as conn:
            return talks.heard(conn, account_ids or (works.account_id,), notifier, provider_id)

    assert heard() == []
    opened(works)
    assert heard() == [Heard("rpl_1", Meaning.QUESTION, "thr_1")]
    assert heard("in_2") == heard(notifier="another") == heard("in_1", "recorder", "acc_third") == []


def test_a_stop_and_a_start(works: Works) -> None:
    before = neighbour(works)
    (shipment,) = works.rows(Shipment, account_id=works.account_id)
    keep(works, question(works, meaning=Meaning.STOP, stopped="person"))
    (row,) = works.rows(Address, account_id=works.account_id)
    assert (row.suppressed_at, row.suppressed_by) == (works.clock(), "person")
    (touched,) = works.rows(Shipment, account_id=works.account_id)
    assert touched.seq == shipment.seq + 1, "who may be told has changed"
    keep(works, question(works, "rpl_2", "in_2", meaning=Meaning.START, lift=True))
    (row,) = works.rows(Address, account_id=works.account_id)
    assert (row.suppressed_at, row.suppressed_by, row.suppressed_why) == (None, None, None)
    assert rows_next_door(works) == before


@pytest.mark.parametrize(
    ("state", "joins"), [(ThreadState.OPEN, True), (ThreadState.ANSWERED, True), (ThreadState.CLOSED, False)]
)
def test_a_conversation_goes_on_until_it_is_closed(works: Works, state: ThreadState, joins: bool) -> None:
    thread_id = opened(works)
    works.change(Thread, thread_id, state=state)
    assert about(works).thread_id == (thread_id if joins else None)


def test_an_open_conversation_keeps_its_first_promise(works: Works) -> None:
    thread_id, first, later = opened(works), works.clock() + HOUR, works.clock() + 2 * HOUR
    assert promised(works, "rpl_2", "in_2", later) == (ThreadState.OPEN, first)
    works.change(Thread, thread_id, state=ThreadState.ANSWERED)
    assert promised(works, "rpl_3", "in_3", later) == (ThreadState.OPEN, later)


def promised(works: Works, reply_id: str, provider_id: str, by: datetime) -> tuple[ThreadState, datetime]:
    keep(works, question(works, reply_id, provider_id, thread_id="thr_1", answer_by=by))
    (row,) = works.rows(Thread)
    return row.state, row.answer_by


def test_the_same_words_are_put_into_the_outbox_once(works: Works) -> None:
    now = works.clock()
    for name, account_id in (("msg_1", works.account_id), ("msg_2", works.account_id), ("msg_3", "acc_third")):
        works.database.write(lambda conn, a=account_id, n=name: threads.add_outgoing(conn, a, words(name=n), now))  # type: ignore[misc]
    found = works.messages(key="rpl_1:answer")
    assert [(row.account_id, row.id) for row in found] == [(works.account_id, "msg_1"), ("acc_third", "msg_3")]
    assert {(row.due_at, row.send_before, row.state.value) for row in found} == {
        (now, now + threads.ANSWER_LASTS, "waiting")
    }


def test_a_conversation_is_answered_in_its_own_account(works: Works) -> None:
    thread_id = opened(works)
    before = neighbour(works)
    answer = words("msg_9", "msg_9", thread_id)
    now = works.clock()
    works.database.write(lambda conn: threads.answer_thread(conn, works.account_id, thread_id, answer, now))
    (row,) = works.rows(Thread, account_id=works.account_id)
    assert (row.state, row.answered_at) == (ThreadState.ANSWERED, now)
    assert rows_next_door(works) == before


def test_a_conversation_as_whoever_answers_needs_it(works: Works) -> None:
    thread_id = opened(works)
    keep(works, question(works, "rpl_2", "in_2", thread_id=thread_id))
    with works.database.read() as conn:
        view = threads.thread_view(conn, works.account_id, thread_id)
        assert threads.thread_view(conn, NEIGHBOUR, thread_id) is None
        assert threads.thread_view(conn, works.account_id, "thr_none") is None
    assert view is not None
    assert (view.ref, view.owner, view.stage, view.suppressed, view.replies) == (
        "PO 4711",
        "ana",
        Stage.LIVE,
        False,
        2,
    )


def test_only_an_email_has_a_mailbox(works: Works) -> None:
    works.post(**departed("PO 2", tell=[JO_MAIL]))
    works.settle()
    text, mail = works.messages()
    with works.database.read() as conn:
        assert threads.mailbox_of(conn, works.account_id, text.id) is None
        assert threads.mailbox_of(conn, works.account_id, mail.id) == mail.address_id
        assert threads.mailbox_of(conn, NEIGHBOUR, mail.id) is None
