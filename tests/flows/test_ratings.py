"""People are asked how it was, once and at a good moment; what they say is kept, thanked for, and read by a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifiers.base import Channel, Reply
from notifiers.testing import Recorder
from service.flows import ratings, replies
from service.records.enums import Mode
from service.records.tables import Contact, Rating, Task, Thread
from tests.flows.test_replies import writes
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, SAM, Works, departed

WEEK = {str(day): [["09:00", "17:00"]] for day in range(5)}


@pytest.fixture
def rated(works: Works) -> Works:
    """An account that lets people be asked."""
    works.go(services=["rating"], zone="UTC", care_email="care@example.com", hours=WEEK)
    return works


def delivered(works: Works, ref: str = "PO 4711", **more: Any) -> str:
    at = (works.clock() - HOUR).isoformat()
    (shipment_id,) = works.post(ref=ref, milestone="delivered", at=at, **({"tell": [JO]} | more)).shipment_ids
    works.settle()
    return str(shipment_id)


def asked(works: Works) -> list[str]:
    """Whom we asked since the account was opened."""
    return [row.shipment_id for row in works.messages(code="S05")]


def later(works: Works, span: timedelta = DAY + MINUTE) -> int:
    """Let time pass and look who is to be asked."""
    works.forward(span)
    found = ratings.ask_due(works.kit)
    works.settle()
    return found


@pytest.fixture
def question(rated: Works) -> str:
    """Jo was asked about a delivery."""
    shipment_id = delivered(rated)
    assert later(rated) == 1
    return shipment_id


def test_once_a_day_after_a_delivery(rated: Works, sms: Recorder) -> None:
    shipment_id = delivered(rated)
    assert [later(rated, 23 * HOUR), later(rated, 2 * HOUR), later(rated, HOUR)] == [0, 1, 0]
    assert asked(rated) == [shipment_id]
    assert "how did we do on PO 4711?" in sms.messages[-1].text
    assert "5 (great) to 1 (poor)" in sms.messages[-1].text


def test_once_after_a_told_delay_is_over(rated: Works, sms: Recorder) -> None:
    rated.post(**departed(eta="2026-10-09"))
    rated.settle()
    rated.post(ref="PO 4711", milestone="eta_changed", eta="2026-10-20", id="late")
    rated.forward(6 * HOUR)
    rated.post(ref="PO 4711", milestone="eta_changed", eta="2026-10-09", id="back")
    rated.forward(DAY)
    assert ("D13", "said") in rated.notices()
    assert later(rated) == 1
    assert "how did we do" in sms.messages[-1].text


def test_nobody_is_asked_where_it_is_not_switched_on(works: Works) -> None:
    works.go(zone="UTC")
    delivered(works)
    assert later(works) == 0


def test_the_hours_are_a_rule(rated: Works) -> None:
    rated.go(rules={"S05.after_hours": 2})
    delivered(rated)
    assert later(rated, 2 * HOUR + MINUTE) == 1


def test_never_at_night_and_for_people_at_work_never_at_the_weekend(rated: Works) -> None:
    rated.go(rules={"S05.after_hours": 10})
    delivered(rated)
    assert later(rated, 10 * HOUR) == 0, "it is 22:00"
    assert later(rated, 11 * HOUR) == 1, "it is 09:00"


def test_not_beside_another_question(rated: Works) -> None:
    rated.go(services=["rating", "call_me"])
    delivered(rated)
    rated.forward(20 * HOUR)
    rated.post(ref="PO 2", milestone="customs_hold", at="2026-09-18T07:00:00Z", tell=[JO])
    rated.settle()
    assert later(rated, 6 * HOUR) == 0
    assert later(rated, 43 * HOUR) == 1, "the question is closed"


def test_at_most_once_in_a_fortnight(rated: Works) -> None:
    delivered(rated, "PO 1")
    delivered(rated, "PO 2")
    assert [later(rated), later(rated, HOUR)] == [1, 0]
    rated.forward(12 * DAY + 22 * HOUR)
    delivered(rated, "PO 3")
    assert later(rated, 23 * HOUR) == 0
    assert later(rated, 2 * HOUR) == 1


def test_two_people_of_one_shipment_are_both_asked(rated: Works) -> None:
    delivered(rated, tell=[JO, SAM])
    assert later(rated) == 2


def test_never_after_stop(rated: Works) -> None:
    delivered(rated)
    writes(rated, "STOP")
    assert later(rated) == 0


def test_never_in_a_pause(rated: Works) -> None:
    delivered(rated)
    (contact,) = rated.rows(Contact)
    rated.change(Contact, contact.id, paused_until=rated.clock() + 2 * DAY)
    assert [later(rated), later(rated)] == [0, 1]


def test_nor_where_only_a_rehearsal_was_said(rated: Works, sms: Recorder) -> None:
    rated.go(Mode.SHADOW)
    delivered(rated)
    rated.go(Mode.LIVE)
    assert later(rated) == 0


def test_by_email_where_that_is_the_first_way(rated: Works, email: Recorder) -> None:
    delivered(rated, tell=[JO_MAIL])
    assert later(rated) == 1
    assert any("how did we do" in mail.text.lower() for mail in email.messages)


@pytest.mark.parametrize(
    ("text", "score", "words"),
    [
        ("5", 5, ""),
        ("2 driver was rude", 2, "driver was rude"),
        ("４", 4, ""),
        ("٣", 3, ""),
        ("Very good people", None, "Very good people"),
    ],
)
def test_an_answer_is_kept_and_thanked_for(
    rated: Works, question: str, sms: Recorder, text: str, score: int | None, words: str
) -> None:
    (result,) = writes(rated, text)
    rated.settle()
    assert result.meaning == "rating"
    (row,) = rated.rows(Rating)
    assert (row.shipment_id, row.score, row.words, row.reply_id) == (question, score, words, result.reply_id)
    assert "thank you" in sms.messages[-1].text


@pytest.mark.parametrize(("text", "tasks"), [("5", 0), ("3", 0), ("2", 1), ("1 late", 1), ("5 great Priya", 1)])
def test_a_poor_score_or_words_are_read_within_an_open_hour(rated: Works, question: str, text: str, tasks: int) -> None:
    (result,) = writes(rated, text)
    found = rated.rows(Task)
    assert len(found) == tasks
    assert (result.thread_id is not None) == bool(tasks)
    for task in found:
        assert (task.kind, task.due_at) == ("rating", rated.clock() + HOUR)
        assert len(rated.rows(Thread)) == 1


def test_the_hour_is_one_in_which_we_are_there(rated: Works) -> None:
    delivered(rated)
    rated.forward(DAY + MINUTE)
    ratings.ask_due(rated.kit)
    rated.until(datetime(2026, 9, 18, 18, tzinfo=UTC))
    writes(rated, "1")
    (task,) = rated.rows(Task)
    assert task.due_at == datetime(2026, 9, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["7", "0", "10/10", "Where is the pallet?", "2 or 3"])
def test_what_is_no_answer_goes_to_a_person(rated: Works, question: str, text: str) -> None:
    assert writes(rated, text)[0].meaning == "question"
    assert rated.rows(Rating) == []


def test_a_digit_that_is_open_always_wins(rated: Works, question: str) -> None:
    rated.go(services=["rating", "call_me"])
    rated.post(ref="PO 2", milestone="customs_hold", at="2026-09-18T11:00:00Z", tell=[JO])
    rated.settle()
    assert writes(rated, "1")[0].meaning == "choice"
    assert rated.rows(Rating) == []


def test_a_digit_that_was_offered_after_the_question_and_has_closed_is_no_score(rated: Works, question: str) -> None:
    rated.go(services=["rating", "call_me"])
    rated.post(ref="PO 2", milestone="customs_hold", at="2026-09-18T11:00:00Z", tell=[JO])
    rated.settle()
    rated.forward(49 * HOUR)
    assert writes(rated, "1")[0].meaning == "question"
    assert writes(rated, "4")[0].meaning == "rating"


def test_it_is_read_for_a_week_and_once(rated: Works, question: str) -> None:
    rated.forward(7 * DAY - HOUR)
    assert writes(rated, "5")[0].meaning == "rating"
    assert writes(rated, "4")[0].meaning == "question"
    assert len(rated.rows(Rating)) == 1


def test_after_a_week_it_is_no_answer_any_more(rated: Works, question: str) -> None:
    rated.forward(7 * DAY + HOUR)
    assert writes(rated, "5")[0].meaning == "question"


def test_words_alone_answer_only_what_was_said_last(rated: Works, question: str) -> None:
    rated.post(**departed("PO 9", at="2026-09-18T11:00:00Z"))
    rated.settle()
    assert writes(rated, "All fine here")[0].meaning == "question"
    assert writes(rated, "4")[0].meaning == "rating", "a score still does"


def test_a_repeated_callback_rates_once(rated: Works, question: str) -> None:
    for _ in range(3):
        writes(rated, "2 late", key="in_same")
    assert (len(rated.rows(Rating)), len(rated.rows(Task))) == (1, 1)


def test_stop_is_still_obeyed(rated: Works, question: str) -> None:
    assert writes(rated, "STOP")[0].meaning == "stop"


def test_an_answer_by_email(rated: Works, email: Recorder) -> None:
    delivered(rated, tell=[JO_MAIL])
    later(rated)
    reply = Reply("mail_1", JO_MAIL, "desk@example.com", "5")
    (result,) = replies.take(rated.kit, rated.kit.live[Channel.EMAIL][0], reply)
    assert result.meaning == "rating"
