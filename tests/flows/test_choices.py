"""A question is answered with one digit: drawn, taken once, confirmed, taken back, and never acted on when closed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from notifiers.base import Channel
from notifiers.errors import TemporaryFailure
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.records.enums import Mode
from service.records.tables import Account, Address, Choice, Reply, Task, Thread
from service.store import senders
from service.store.engine import Database
from tests.flows.test_replies import writes
from tests.kits import DAY, HOUR, JO, SAM, Works, departed, running

ALL = ["ok", "options", "other_day", "call_me"]


@pytest.fixture
def asking(works: Works) -> Works:
    """An account that offers every choice."""
    works.go(services=ALL, care_email="care@example.com")
    return works


def held(works: Works, ref: str = "PO 4711", **more: Any) -> None:
    """Customs hold an order: the text asks whether they want a call."""
    works.post(ref=ref, milestone="customs_hold", at="2026-09-17T11:00:00Z", **({"tell": [JO]} | more))
    works.settle()


def missed(works: Works, ref: str = "PO 4711", **more: Any) -> None:
    works.post(ref=ref, milestone="delivery_attempt_failed", at="2026-09-17T11:00:00Z", **({"tell": [JO]} | more))
    works.settle()


def standing(works: Works) -> list[tuple[str, str]]:
    return [(row.digit, row.does.split(":")[0]) for row in works.rows(Choice) if row.closed_at is None]


def tasks(works: Works) -> list[tuple[str, str | None]]:
    return [(row.kind, row.done_by) for row in works.rows(Task)]


def test_nothing_is_offered_that_the_account_does_not_do(works: Works, sms: Recorder) -> None:
    missed(works)
    assert works.rows(Choice) == []
    works.go(services=["call_me"])
    missed(works, "PO 2")
    assert standing(works) == [("1", "call_me")]
    assert re.search(r"\b1 call me", sms.messages[-1].text)
    assert "other day" not in sms.messages[-1].text


def test_a_choice_is_taken_confirmed_and_becomes_a_task(asking: Works, sms: Recorder) -> None:
    missed(asking, owner="ana")
    assert standing(asking) == [("1", "other_day"), ("2", "call_me")]
    (result,) = writes(asking, " 2. ")
    asking.settle()
    assert (result.meaning, result.thread_id) == ("choice", None)
    assert "call" in sms.messages[-1].text
    assert "PO 4711" in sms.messages[-1].text
    (task,) = asking.rows(Task)
    assert (task.kind, task.owner, task.done_at) == ("call_me", "ana", None)
    assert "PO 4711" in task.text
    assert standing(asking) == [("3", "undo")], "the question is closed, and can be taken back"
    (reply,) = asking.rows(Reply)
    assert reply.detail["choice"] == "call_me"
    assert asking.rows(Thread) == []


def test_ok_asks_nobody_for_anything(asking: Works, sms: Recorder) -> None:
    asking.post(**departed(eta="2026-10-09"))
    asking.settle()
    asking.post(ref="PO 4711", milestone="eta_changed", eta="2026-10-20")
    asking.forward(6 * HOUR)
    assert [does for _, does in standing(asking)] == ["ok", "options", "call_me"]
    (result,) = writes(asking, "👍")
    assert result.meaning == "choice"
    assert tasks(asking) == []


def test_a_choice_is_taken_back_within_half_an_hour(asking: Works, sms: Recorder) -> None:
    missed(asking)
    writes(asking, "2")
    asking.clock.advance(timedelta(minutes=29))
    (result,) = writes(asking, "3")
    asking.settle()
    assert result.meaning == "choice"
    assert "taken back" in sms.messages[-1].text
    assert tasks(asking) == [("call_me", "taken back by the person")]
    assert standing(asking) == [("1", "other_day"), ("2", "call_me")], "the question is open again"
    writes(asking, "1")
    assert [kind for kind, _ in tasks(asking)] == ["call_me", "other_day"]


def test_it_is_too_late_after_that(asking: Works, sms: Recorder) -> None:
    missed(asking)
    writes(asking, "2")
    asking.clock.advance(timedelta(minutes=31))
    (result,) = writes(asking, "3")
    asking.settle()
    assert (result.meaning, result.thread_id is None) == ("question", False)
    assert "S08" in [row.code.value for row in asking.messages() if row.code]
    assert tasks(asking) == [("call_me", None)]


@pytest.mark.parametrize("closed", ["taken", "expired", "newer news"])
def test_a_closed_digit_never_acts(asking: Works, sms: Recorder, closed: str) -> None:
    if closed == "newer news":
        held(asking, id="hold")
    missed(asking)
    if closed == "taken":
        writes(asking, "2")
    elif closed == "expired":
        asking.clock.advance(49 * HOUR)
    before = tasks(asking)
    (result,) = writes(asking, "1")
    asking.settle()
    assert result.meaning == "question"
    (thread,) = asking.rows(Thread)
    assert thread.id == result.thread_id
    assert tasks(asking) == before
    assert "S08" in [row.code.value for row in asking.messages() if row.code]
    assert any("has closed" in message.text for message in sms.messages)


def test_a_digit_that_was_never_offered_is_an_ordinary_question(asking: Works) -> None:
    missed(asking)
    writes(asking, "7")
    asking.settle()
    assert "S01" in [row.code.value for row in asking.messages() if row.code]


def test_digits_are_unique_while_open_and_the_least_recently_used_come_first(asking: Works) -> None:
    for number in range(4):
        missed(asking, f"PO {number}")
        asking.forward(HOUR)
    taken = [digit for digit, _ in standing(asking)]
    assert sorted(taken) == list("12345678")
    missed(asking, "PO 5")
    assert len(standing(asking)) == 8, "only one digit is free, and two are asked for: none is offered"
    asking.clock.advance(3 * DAY)
    missed(asking, "PO 6", id="later")
    found = asking.rows(Choice)
    assert {row.digit for row in found if row.closed_at is None} <= set("123456789")


def test_an_old_digit_that_is_open_names_its_own_message(asking: Works) -> None:
    missed(asking, "PO 1")
    first = asking.rows(Choice)[0].shipment_id
    missed(asking, "PO 2")
    writes(asking, "1")
    (reply,) = asking.rows(Reply)
    assert reply.shipment_id == first
    (task,) = asking.rows(Task)
    assert "PO 1" in task.text


def test_a_colleague_answers_for_all(asking: Works) -> None:
    missed(asking, tell=[JO, SAM])
    assert len(standing(asking)) == 4
    writes(asking, "2")
    assert standing(asking) == [("3", "undo")]
    writes(asking, "1", who=SAM)
    assert tasks(asking) == [("call_me", None)]
    assert {row.closed_why for row in asking.rows(Choice)} >= {"taken", "answered", "a colleague answered"}


def test_a_repeated_callback_takes_a_choice_once(asking: Works, sms: Recorder) -> None:
    missed(asking)
    for _ in range(3):
        writes(asking, "2", key="in_same")
    asking.settle()
    assert len(asking.rows(Task)) == 1
    assert len(asking.rows(Reply)) == 1


def test_a_sender_that_accounts_share_offers_nothing(asking: Works) -> None:
    now = asking.clock()

    def unit(conn: Connection) -> None:
        other = {"id": "acc_o", "brand": "Other", "zone": "UTC", "region": "GB", "mode": Mode.LIVE, "created_at": now}
        conn.execute(insert(Account), other)
        senders.ensure(conn, "acc_o", Channel.SMS, "+447700900000", "recorder", True, now)

    asking.database.write(unit)
    missed(asking)
    assert asking.rows(Choice) == []


def test_a_message_that_is_tried_again_keeps_its_digits(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [TemporaryFailure("later")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go(services=ALL)
        missed(works)
        works.forward(HOUR)
        assert len(sms.asked) == 2
        assert standing(works) == [("1", "other_day"), ("2", "call_me")]


def test_a_stop_while_a_question_is_open_is_obeyed_and_somebody_calls(asking: Works) -> None:
    missed(asking)
    (result,) = writes(asking, "CANCEL")
    assert result.meaning == "stop"
    (row,) = asking.rows(Address, value=JO)
    assert row.suppressed_by == "person"
    (task,) = asking.rows(Task)
    assert task.kind == "call_me"
    assert "probably meant the delivery" in task.text


@pytest.mark.parametrize("text", ["Wrong number", "Número equivocado", "号码错了"])
def test_a_wrong_number_is_left_alone_at_once(works: Works, sms: Recorder, text: str) -> None:
    works.post(**departed())
    works.settle()
    (result,) = writes(works, text)
    works.settle()
    assert result.meaning == "wrong_number"
    (row,) = works.rows(Address, value=JO)
    assert row.suppressed_by == "wrong_number"
    assert "stopped" in sms.messages[-1].text
    assert tasks(works) == [("wrong_number", None)]
    held(works)
    assert len(sms.messages) == 2
    writes(works, "START")
    (row,) = works.rows(Address, value=JO)
    assert row.suppressed_at is None


def test_preview_shows_the_digits_that_leave(asking: Works, sms: Recorder) -> None:
    from service.flows import preview

    shipment = asking.post(**departed(eta=None)).shipment_ids[0]
    asking.settle()
    asking.kit.pause_file.touch()
    asking.post(ref="PO 4711", milestone="delivery_attempt_failed", at="2026-09-17T11:00:00Z")
    (would,) = preview.would_send(asking.kit, asking.account_id, shipment)
    asking.kit.pause_file.unlink()
    asking.settle()
    assert sms.messages[-1].text == would.text
    assert "call me" in would.text
