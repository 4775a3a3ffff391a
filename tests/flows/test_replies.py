"""What people write to us ends as a recorded choice or in a person's hands, once."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from notifiers.base import Accepted, Channel, Message, Reply
from notifiers.errors import PermanentFailure
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import conversations, replies
from service.flows.kit import Ready
from service.records.enums import Mode
from service.records.results import ReplyResult
from service.records.tables import Account, Address, Contact, Operator, Thread
from service.records.tables import Reply as ReplyRow
from service.store import addresses, senders
from service.store.engine import Database
from tests.kits import HOUR, JO, JO_MAIL, MINUTE, SAM, Works, arrives, departed, running

BOTH = [{"phone": JO, "email": JO_MAIL}]
WEEK = {str(day): [["09:00", "17:00"]] for day in range(5)}
numbers = itertools.count(1)


def writes(
    works: Works, text: str, *, who: str = JO, to: str = "+447700900000", key: str | None = None
) -> list[ReplyResult]:
    reply = Reply(key or f"in_{next(numbers)}", who, to, text)
    return replies.take(works.kit, works.kit.live[Channel.SMS][0], reply)


def suppression(works: Works, value: str = JO) -> tuple[str | None, str | None]:
    (row,) = works.rows(Address, value=value)
    return row.suppressed_by, row.suppressed_why


def told(works: Works, **event: Any) -> str:
    (shipment_id,) = works.post(**departed(**event)).shipment_ids
    works.settle()
    return shipment_id


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Unsubscribe", "STOPALL", "opt-out"])
def test_stop_is_obeyed_at_once(works: Works, sms: Recorder, text: str) -> None:
    shipment_id = told(works)
    (result,) = writes(works, text)
    assert (result.meaning, result.repeated) == ("stop", False)
    works.settle()
    assert suppression(works)[0] == "person"
    assert "stopped" in sms.messages[-1].text
    works.post(**arrives("2026-10-20"))
    works.forward(timedelta(days=1))
    assert len(sms.asked) == 2, "the last word is that we stopped"
    assert works.shipment(shipment_id).followers == 1


def test_stop_leaves_email_on(works: Works, email: Recorder) -> None:
    told(works, tell=BOTH)
    writes(works, "STOP")
    works.post(**departed("PO 2", tell=BOTH))
    works.settle()
    assert len(email.messages) == 1


def test_a_text_that_waits_when_they_stop_goes_by_email(works: Works, sms: Recorder, email: Recorder) -> None:
    told(works, tell=BOTH)
    works.kit.pause_file.touch()
    works.post(**departed("PO 2", tell=BOTH))
    works.settle()
    writes(works, "STOP")
    works.kit.pause_file.unlink()
    works.forward(MINUTE)
    assert [message.to for message in email.messages] == [JO_MAIL]
    assert "PO 2" not in " ".join(message.text for message in sms.messages)


def test_start_brings_them_back(works: Works, sms: Recorder) -> None:
    told(works)
    writes(works, "STOP")
    (result,) = writes(works, "Start")
    works.settle()
    assert result.meaning == "start"
    assert suppression(works) == (None, None)
    works.post(**departed("PO 2"))
    works.settle()
    assert "PO 2" in sms.messages[-1].text


def test_yes_is_an_opt_in_only_for_who_has_stopped(works: Works) -> None:
    told(works)
    assert writes(works, "yes")[0].meaning == "question"
    writes(works, "STOP")
    assert writes(works, "YES")[0].meaning == "start"
    assert suppression(works) == (None, None)


def test_start_ends_a_stop_that_the_provider_heard_first(database: Database, clock: ManualClock) -> None:
    """Whoever writes START to us can be reached, whatever a provider said before."""
    sms = Recorder(Channel.SMS, [PermanentFailure("they have opted out", code="21610", suppress=True)])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        told(works)
        assert suppression(works)[0] == "provider"
        writes(works, "START")
        assert suppression(works) == (None, None)


def test_start_does_not_end_what_an_operator_stopped(works: Works) -> None:
    told(works)
    (row,) = works.rows(Address, value=JO)
    now = works.clock()
    works.database.write(lambda conn: addresses.suppress(conn, works.account_id, row.id, "Ana", "asked by phone", now))
    (result,) = writes(works, "START")
    assert suppression(works) == ("Ana", "asked by phone")
    assert (result.meaning, result.answer) == ("start", None), "nothing that is not so is said"
    assert [row.id for row in works.rows(Thread)] == [result.thread_id], "a person hears of it"


def test_help_names_us_and_the_phone(works: Works, sms: Recorder) -> None:
    told(works)
    (result,) = writes(works, "help")
    works.settle()
    assert result.meaning == "help"
    assert "Harbour" in sms.messages[-1].text
    assert "+44 1632 960000" in sms.messages[-1].text
    assert works.rows(Thread) == []


def test_a_question_is_kept_owned_and_acknowledged(works: Works, sms: Recorder, email: Recorder) -> None:
    works.go(care_email="care@example.com", hours=WEEK, zone="Europe/London")
    shipment_id = told(works, owner="ana")
    (result,) = writes(works, "Can it come on Friday?")
    works.settle()
    (thread,) = works.rows(Thread)
    assert (thread.id, thread.owner, thread.state.value, thread.shipment_id) == (
        result.thread_id,
        "ana",
        "open",
        shipment_id,
    )
    assert thread.answer_by == works.clock() + 4 * HOUR
    assert result.answer == sms.messages[-1].text
    assert "17:00" in sms.messages[-1].text, "by when we answer"
    (mail,) = email.messages
    assert mail.to == "care@example.com"
    assert "Can it come on Friday?" in mail.text
    assert "PO 4711" in mail.text
    assert f"/v1/threads/{thread.id}" in mail.text
    assert JO not in mail.text
    (reply,) = works.rows(ReplyRow)
    assert (reply.text, reply.thread_id, reply.shipment_id) == ("Can it come on Friday?", thread.id, shipment_id)


def test_without_a_care_email_no_time_is_promised(works: Works, sms: Recorder, email: Recorder) -> None:
    told(works)
    writes(works, "When?")
    works.settle()
    (thread,) = works.rows(Thread)
    assert thread.answer_by is None
    assert email.asked == []
    assert len(sms.messages) == 2


def test_after_hours_it_says_when_we_open(works: Works, sms: Recorder) -> None:
    works.go(care_email="care@example.com", hours=WEEK, zone="Europe/London")
    told(works)
    works.forward(6 * HOUR)
    writes(works, "Where is it?")
    works.settle()
    row = works.messages()[-2:]
    assert "S02" in [one.code.value if one.code else None for one in row]


def test_a_second_question_joins_the_first(works: Works) -> None:
    told(works)
    one, other = writes(works, "When?")[0], writes(works, "Hello?")[0]
    assert one.thread_id == other.thread_id
    assert len(works.rows(Thread)) == 1
    assert len(works.rows(ReplyRow)) == 2


@pytest.mark.parametrize("text", ["STOP", "When?", "HELP"])
def test_a_repeated_callback_acts_once(works: Works, sms: Recorder, text: str) -> None:
    works.go(care_email="care@example.com")
    told(works)
    first = writes(works, text, key="in_same")
    for _ in range(5):
        (again,) = writes(works, text, key="in_same")
        assert again.repeated
        assert again.answer is None
    works.settle()
    assert not first[0].repeated
    assert len(works.rows(ReplyRow)) == 1
    assert len(sms.messages) == 2


def test_a_stranger_is_kept_and_owned_too(works: Works, sms: Recorder) -> None:
    (result,) = writes(works, "Who are you?", who=SAM)
    works.settle()
    (thread,) = works.rows(Thread)
    assert (thread.id, thread.shipment_id, thread.owner) == (result.thread_id, None, "desk")
    assert [message.to for message in sms.messages] == [SAM]
    assert len(works.rows(Contact)) == 1


def test_a_text_to_a_number_of_the_messaging_service_reaches_us(database: Database, clock: ManualClock) -> None:
    """A pool of numbers sends under one name, and people answer to any of the numbers."""
    sms = Recorder(Channel.SMS, sender="MG" + "0" * 32)
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        shipment_id = told(works)
        (result,) = writes(works, "When?", to="+447700900777")
        (thread,) = works.rows(Thread)
        assert (thread.id, thread.shipment_id) == (result.thread_id, shipment_id)
        assert writes(works, "STOP", to="+447700900778")[0].meaning == "stop"
        assert suppression(works)[0] == "person"


def test_stop_counts_for_every_account_of_the_sender(works: Works, sms: Recorder) -> None:
    told(works)
    now = works.clock()
    other = "acc_other"

    def unit(conn: Connection) -> None:
        account = {"id": other, "brand": "Other", "zone": "UTC", "region": "GB", "mode": Mode.LIVE, "created_at": now}
        conn.execute(insert(Account), account)
        conn.execute(insert(Operator), {"account_id": other, "id": "desk", "name": "The desk"})
        senders.ensure(conn, other, Channel.SMS, "+447700900000", "recorder", True, now)
        addresses.ensure_addresses(conn, other, [(Channel.SMS, JO)], now)

    works.database.write(unit)
    results = writes(works, "STOP")
    assert len(results) == 2
    assert {row.suppressed_by for row in works.rows(Address, value=JO)} == {"person"}
    (question,) = writes(works, "Are you there?")
    assert len(works.rows(Thread, id=question.thread_id, account_id=works.account_id)) == 1


def test_somebody_who_has_stopped_and_asks_gets_a_person_and_no_text(works: Works, sms: Recorder) -> None:
    told(works)
    writes(works, "STOP")
    works.settle()
    said = len(sms.messages)
    (result,) = writes(works, "Where is it?")
    works.settle()
    assert result.answer is None
    assert len(sms.messages) == said
    assert len(works.rows(Thread)) == 1
    with pytest.raises(ValueError, match="stopped"):
        conversations.answer(works.kit, works.account_id, str(result.thread_id), "On Friday.", "Ana")


def test_a_persons_answer_leaves_and_settles_the_thread(works: Works, sms: Recorder) -> None:
    told(works)
    (result,) = writes(works, "When?")
    message_id = conversations.answer(works.kit, works.account_id, str(result.thread_id), "  On Friday, 9:00. ", "Ana")
    works.settle()
    acknowledged, answered = sms.messages[-2:]
    assert "got it" in acknowledged.text
    assert "On Friday, 9:00." in answered.text
    (row,) = works.messages(id=message_id)
    assert (row.kind.value, row.state.value, row.stage.value) == ("human", "accepted", "live")
    (thread,) = works.rows(Thread)
    assert (thread.state.value, thread.answered_at) == ("answered", works.clock())
    assert writes(works, "Thanks")[0].thread_id == thread.id
    assert works.rows(Thread)[0].state.value == "open"


@pytest.mark.parametrize(("text", "why"), [("  ", "empty"), ("x" * 700, "shorten")])
def test_answers_that_cannot_be_sent(works: Works, text: str, why: str) -> None:
    told(works)
    (result,) = writes(works, "When?")
    with pytest.raises(ValueError, match=why):
        conversations.answer(works.kit, works.account_id, str(result.thread_id), text, "Ana")
    with pytest.raises(LookupError):
        conversations.answer(works.kit, works.account_id, "thr_none", "On Friday.", "Ana")


def test_answers_know_no_quiet_hours_and_no_cap_of_news(works: Works, sms: Recorder, clock: ManualClock) -> None:
    for number in range(3):
        works.post(ref=f"PO {number}", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=[JO])
    works.settle()
    assert len(sms.messages) == 3, "the hour's texts are said"
    clock.advance(timedelta(minutes=30))
    writes(works, "What must I do?")
    works.settle()
    assert len(sms.messages) == 4


def test_answers_do_not_use_up_the_cap_of_news(works: Works, sms: Recorder) -> None:
    told(works)
    for _ in range(4):
        writes(works, "Hello?")
    works.settle()
    works.post(ref="PO 9", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=[JO])
    works.settle()
    assert "PO 9" in sms.messages[-1].text


def test_two_machines_do_not_answer_each_other_for_ever(works: Works, sms: Recorder) -> None:
    told(works)
    for _ in range(30):
        writes(works, "I am driving and will answer later.")
        works.settle()
    assert len(sms.messages) == 1 + 10
    assert len(works.rows(ReplyRow)) == 30
    writes(works, "STOP")
    works.settle()
    assert "stopped" in sms.messages[-1].text


def test_the_stop_link_of_an_email(works: Works, email: Recorder) -> None:
    told(works, tell=[JO_MAIL])
    token = str(email.messages[0].unsubscribe_url).rsplit("/", 1)[1]
    assert replies.unsubscribe(works.kit, token)
    assert suppression(works, JO_MAIL) == ("person", "stop link")
    assert replies.unsubscribe(works.kit, token), "twice is no error"
    assert not replies.unsubscribe(works.kit, "0123456789")


def test_the_link_of_a_text_stops_nobody(works: Works, sms: Recorder) -> None:
    """A tracking link is passed on to others; it must not let them silence the reader."""
    told(works)
    token = sms.messages[0].text.rsplit("/t/", 1)[1].split()[0]
    assert not replies.unsubscribe(works.kit, token)
    assert suppression(works) == (None, None)


def test_an_answer_goes_back_the_way_the_text_came(shadow: Works, sms: Recorder) -> None:
    shadow.post(**departed())
    shadow.settle()
    ready: Ready = shadow.kit.loopback[Channel.SMS]
    (result,) = replies.take(shadow.kit, ready, Reply("loop_1", JO, ready.sender, "When?"))
    shadow.settle()
    assert result.answer
    assert sms.asked == []
    assert shadow.messages()[-1].stage.value == "rehearsal"
    conversations.answer(shadow.kit, shadow.account_id, str(result.thread_id), "Friday.", "Ana")
    shadow.settle()
    assert sms.asked == []


class OneWay(Recorder):
    """A name that nobody can answer."""

    two_way = False

    def send(self, message: Message) -> Accepted:
        return super().send(message)


def test_a_one_way_sender_offers_neither_reply_nor_stop(database: Database, clock: ManualClock) -> None:
    sms = OneWay(Channel.SMS, sender="Harbour")
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(ref="PO 1", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=[JO])
        works.settle()
        (message,) = sms.messages
        assert "eply" not in message.text
        assert "STOP" not in message.text
        assert "+44 1632 960000" in message.text
