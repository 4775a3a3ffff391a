"""A test account over the whole path: what a recipient's row says happens as it would with a real provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifiers.base import Channel
from notifiers.base import Reply as Said
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import report_simulated
from service.flows import desk, receipts, replies
from service.flows.render import desk_outgoing
from service.records.enums import Mode, Stage
from service.records.tables import Account, Address, Attempt, Message, ReceiptRow, Reply, Thread
from service.store import accounts, keys, threads
from service.store.engine import Database
from service.wording.desk import desk_mail
from tests.kits import HOUR, MINUTE, Works, departed, running

SECOND = timedelta(seconds=1)
ANN = "+447700900123"


def phone(digits: str) -> str:
    return f"+447700900{digits}"


def mailbox(name: str) -> str:
    return f"{name}@simulator.example"


@pytest.fixture
def works(database: Database, clock: ManualClock, sms: Recorder, email: Recorder, tmp_path: Path) -> Iterator[Works]:
    """The test account of a live account that has both channels."""
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}, place=tmp_path) as found:
        found.go(care_email="care@example.com")
        _, made = database.write(
            lambda conn: keys.create(conn, found.account_id, name="try", scopes=["events"], now=clock(), test=True)
        )
        found.account_id = made.account_id
        found.source = replace(found.source, account_id=made.account_id)
        yield found
    assert sms.asked == []
    assert email.asked == []


def passes(works: Works, step: timedelta) -> None:
    """Let time pass, looking for receipts as the clockwork does: after three seconds, after twelve, and at the end."""
    for part in (3 * SECOND, 9 * SECOND, step - 12 * SECOND):
        works.forward(part)
        report_simulated(works.kit)
    works.settle()


def tells(works: Works, who: Any, **event: Any) -> None:
    works.post(**departed(tell=[who], **event))
    works.settle()


def believed(works: Works) -> list[str]:
    rows = sorted(works.rows(ReceiptRow), key=lambda row: (row.received_at, row.id))
    return [row.status.value for row in rows]


@pytest.mark.parametrize(
    ("to", "state", "statuses", "suppressed"),
    [
        (phone("001"), "delivered", ["sent", "delivered"], None),
        (ANN, "delivered", ["sent", "delivered"], None),
        (phone("003"), "undelivered", ["sent", "undelivered"], "provider"),
        (phone("004"), "failed", [], "provider"),
        (phone("005"), "accepted", [], None),
        (phone("006"), "accepted", ["sent"], None),
        (phone("007"), "delivered", ["sent", "delivered"], None),
        (phone("008"), "delivered", ["delivered", "sent"], None),
        (mailbox("delivered"), "delivered", ["sent", "delivered"], None),
        (mailbox("delivered+ann"), "delivered", ["sent", "delivered"], None),
        (mailbox("bounce"), "undelivered", ["undelivered"], "provider"),
        (mailbox("full"), "undelivered", ["undelivered"], None),
        (mailbox("complaint"), "delivered", ["sent", "delivered", "complained"], "complaint"),
        (mailbox("refused"), "failed", [], "provider"),
        (mailbox("no-receipt"), "accepted", [], None),
        (mailbox("slow"), "accepted", ["sent"], None),
        (mailbox("duplicates"), "delivered", ["sent", "delivered"], None),
        (mailbox("disorder"), "delivered", ["delivered", "sent"], None),
    ],
)
def test_each_recipient_does_as_its_row_says(
    works: Works, to: str, state: str, statuses: list[str], suppressed: str | None
) -> None:
    tells(works, to)
    passes(works, MINUTE)
    message = works.message()
    assert (message.state.value, message.stage, message.notifier) == (state, Stage.REHEARSAL, "simulator")
    assert believed(works) == statuses
    (address,) = works.rows(Address)
    assert address.suppressed_by == suppressed


@pytest.mark.parametrize("to", [phone("002"), mailbox("temp-fail")])
def test_a_refusal_for_now_is_tried_again(works: Works, to: str) -> None:
    tells(works, to)
    assert works.states() == ["waiting"]
    works.forward(MINUTE)
    passes(works, MINUTE)
    assert works.states() == ["delivered"]
    assert [row.outcome.value for row in works.rows(Attempt)] == ["temporary", "accepted"]


def test_a_slow_receipt_comes_after_ten_minutes(works: Works) -> None:
    tells(works, phone("006"))
    passes(works, 9 * MINUTE)
    assert works.states() == ["accepted"]
    passes(works, MINUTE)
    assert works.states() == ["delivered"]


def test_repeats_are_believed_once(works: Works) -> None:
    tells(works, phone("007"))
    works.clock.set(works.clock() + 3 * SECOND)
    assert report_simulated(works.kit) == 5
    assert report_simulated(works.kit) == 0
    assert len(works.rows(ReceiptRow)) == 2


def test_what_came_due_while_we_were_down_is_said_once(works: Works) -> None:
    tells(works, phone("001"))
    works.clock.set(works.clock() + 5 * HOUR)
    assert report_simulated(works.kit) == 2
    assert works.states() == ["delivered"]


def test_a_dead_number_hands_its_news_to_the_mailbox(works: Works) -> None:
    tells(works, {"phone": phone("003"), "email": mailbox("delivered")})
    passes(works, MINUTE)
    assert [(row.channel.value, row.state.value) for row in works.messages()] == [
        ("sms", "undelivered"),
        ("email", "delivered"),
    ]
    assert works.words() == [("arrival", 1, "told", "2026-10-09")]


def test_an_opted_out_number_hands_its_news_to_the_mailbox(works: Works) -> None:
    tells(works, {"phone": phone("004"), "email": mailbox("delivered")})
    passes(works, MINUTE)
    assert [(row.channel.value, row.state.value) for row in works.messages()] == [
        ("sms", "failed"),
        ("email", "delivered"),
    ]


@pytest.mark.parametrize(("digits", "second"), [("005", 1), ("001", 0)])
def test_without_a_receipt_news_that_asks_for_something_goes_by_mail_too(
    works: Works, digits: str, second: int
) -> None:
    ready = {"ref": "PO 1", "milestone": "available_pickup", "at": "2026-09-17T11:00:00Z", "place": "GBFXT"}
    works.post(**ready, tell=[{"phone": phone(digits), "email": mailbox("delivered")}])
    works.settle()
    passes(works, 15 * MINUTE)
    assert receipts.say_elsewhere_too(works.kit) == second
    works.settle()
    passes(works, MINUTE)
    text = ("sms", "accepted") if second else ("sms", "delivered")
    assert [(row.channel.value, row.state.value) for row in works.messages()] == [text] + [
        ("email", "delivered")
    ] * second


def test_a_person_writes_stop_to_the_test_account_alone(works: Works) -> None:
    with works.database.read() as conn:
        real = accounts.default_id(conn) or ""
    works.change(Account, real, mode=Mode.SHADOW)
    works.call(departed("PO 1", tell=[phone("001")]), source=replace(works.source, account_id=real))
    tells(works, phone("001"))
    passes(works, MINUTE)
    found = replies.simulate(works.kit, works.account_id, Channel.SMS, phone("001"), "STOP")
    assert found.meaning == "stop"
    assert found.answer
    works.settle()
    assert [row.account_id for row in works.rows(Reply)] == [works.account_id]
    suppressed = {row.account_id: row.suppressed_by for row in works.rows(Address)}
    assert suppressed == {real: None, works.account_id: "person"}
    answers = works.messages(kind="answer")
    assert [(row.account_id, row.notifier, row.stage) for row in answers] == [
        (works.account_id, "simulator", Stage.REHEARSAL)
    ]
    loopback = works.kit.loopback[Channel.SMS]
    replies.take(works.kit, loopback, Said("loop_1", phone("001"), loopback.sender, "STOP"))
    assert [row.account_id for row in works.rows(Reply)] == [works.account_id, real]


def test_a_question_is_answered_by_hand_and_stays_here(works: Works) -> None:
    tells(works, phone("001"))
    passes(works, MINUTE)
    replies.simulate(works.kit, works.account_id, Channel.SMS, phone("001"), "Where is the invoice?")
    works.settle()
    (thread,) = works.rows(Thread)
    assert thread.account_id == works.account_id
    assert {row.notifier for row in works.messages()} == {"simulator"}


def test_mail_to_the_desk_of_a_test_account_stays_here(works: Works) -> None:
    with works.database.read() as conn:
        account = accounts.view(conn, works.account_id)
    assert account.care_email == "care@example.com"
    mail = desk_outgoing(works.kit, account, "desk:try", desk_mail("A try", ["one line"]))
    works.database.write(lambda conn: threads.add_outgoing(conn, works.account_id, mail, works.clock()))
    desk.send_due(works.kit)
    works.settle()
    (row,) = works.messages(account_id=works.account_id, kind="desk")
    assert (row.notifier, row.stage, row.state.value) == ("simulator", Stage.REHEARSAL, "accepted")


@pytest.mark.parametrize("mode", list(Mode))
def test_not_even_a_test_account_that_was_set_live_reaches_a_provider(works: Works, mode: Mode) -> None:
    """Behind everybody's back, and in every mode: the fixture sees that no real notifier was asked."""
    works.change(Account, works.account_id, mode=mode)
    tells(works, {"phone": phone("003"), "email": mailbox("delivered")})
    passes(works, HOUR)
    assert {row.notifier for row in works.messages() if row.notifier} <= {"simulator"}
    assert bool(works.messages()) is (mode is not Mode.OFF)


def test_a_waiting_message_that_was_made_live_does_not_leave_either(works: Works) -> None:
    works.post(**departed(tell=[phone("001")]))
    works.kit.pause_file.touch()
    works.settle()
    (row,) = works.messages()
    works.change(Message, row.id, stage=Stage.LIVE)
    works.kit.pause_file.unlink()
    works.settle()
    assert works.message().notifier == "simulator"


def test_shadow_of_a_real_account_is_not_simulated(
    database: Database, clock: ManualClock, sms: Recorder, tmp_path: Path
) -> None:
    with running(database, clock, {Channel.SMS: sms}, place=tmp_path) as real:
        real.post(**departed(tell=[phone("003")]))
        real.settle()
        clock.set(clock() + MINUTE)
        assert report_simulated(real.kit) == 0
        assert (real.message().notifier, real.message().state.value) == ("loopback", "accepted")
