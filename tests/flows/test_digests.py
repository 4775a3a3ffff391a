"""N16 and N8 at work: the list by e-mail, what goes into it, and what has a text of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from notifiers.testing import Recorder
from service.flows import digests
from service.records.tables import Contact
from service.store import contacts
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, SAM, Works, arrives, departed

BOTH = [{"phone": JO, "email": JO_MAIL}]
MORNING = datetime(2026, 9, 18, 6, 30, tzinfo=UTC)
"""Half past seven in London, on the day after the tests begin."""


def choose(works: Works, **chosen: Any) -> str:
    """Jo's preferences."""
    (jo,) = works.rows(Contact)
    now = works.clock()
    works.database.write(
        lambda conn: contacts.update_contact(conn, works.account_id, jo.id, now, **({"zone": "Europe/London"} | chosen))
    )
    return str(jo.id)


@pytest.fixture
def reader(works: Works, sms: Recorder, email: Recorder) -> Works:
    """Jo heard of the departure, and chose texts when she must act and a list of the rest."""
    works.post(**departed(tell=BOTH))
    works.settle()
    choose(works, level="action", digest="daily")
    works.settle()
    assert (len(sms.messages), len(email.messages)) == (1, 0)
    return works


def test_what_is_too_quiet_for_a_text_is_listed_in_the_morning(reader: Works, sms: Recorder, email: Recorder) -> None:
    reader.post(ref="PO 4711", milestone="arrived_destination", at="2026-09-17T11:30:00Z", place="GBFXT")
    reader.until(MORNING - MINUTE)
    assert email.messages == []
    reader.until(MORNING)
    (mail,) = email.messages
    assert mail.subject == "Your orders, Fri 18 Sep"
    assert "What happened\n- PO 4711: arrived at Felixstowe" in mail.text
    assert len(sms.messages) == 1
    assert ("M12", "said") in reader.notices()
    reader.until(MORNING + 3 * DAY)
    assert len(email.messages) == 1, "an empty list is not sent"


def test_what_must_be_acted_on_does_not_wait_for_the_list(reader: Works, sms: Recorder, email: Recorder) -> None:
    reader.post(ref="PO 4711", milestone="loaded", at="2026-09-17T10:30:00Z", place="CNNGB")
    reader.post(**arrives("2026-10-13"))
    reader.forward(3 * HOUR)
    assert "13 Oct" in sms.messages[-1].text
    assert "was Fri 9 Oct" in sms.messages[-1].text
    reader.until(MORNING)
    assert "13 Oct" in email.messages[-1].text


def test_the_list_says_the_newest_and_what_was_told(reader: Works, email: Recorder) -> None:
    reader.post(ref="PO 7", milestone="booking_confirmed", at="2026-09-17T11:30:00Z", eta="2026-10-20", tell=BOTH)
    reader.forward(MINUTE)
    reader.post(**arrives("2026-10-05"))
    reader.until(MORNING)
    (mail,) = email.messages
    assert "Dates that moved" in mail.text
    assert "5 Oct, was Fri 9 Oct" in mail.text
    assert "Late" not in mail.text


def test_the_list_names_what_is_late_and_what_has_no_news(works: Works, email: Recorder) -> None:
    works.post(**departed("PO 1", eta="2026-10-09", tell=BOTH))
    works.post(**departed("PO 2", eta="2026-10-11", tell=BOTH))
    works.forward(MINUTE)
    works.post(**arrives("2026-10-14", "PO 2"))
    works.forward(3 * HOUR)
    choose(works, digest="daily", digest_always=True)
    digests.open_due(works.kit)
    works.until(MORNING - 10 * MINUTE)
    assert digests.open_due(works.kit) == 1
    assert digests.open_due(works.kit) <= 1
    before = len(email.messages)
    works.until(MORNING)
    mail = email.messages[-1]
    assert len(email.messages) == before + 1
    assert "Late\n- PO 2: due at destination Wed 14 Oct" in mail.text
    assert "No news, so it stands as we told you\n- PO 1" in mail.text


def test_a_third_text_of_a_day_goes_into_the_list(works: Works, sms: Recorder, email: Recorder) -> None:
    for number in range(4):
        works.post(**departed(f"PO {number}", tell=BOTH))
        works.settle()
    assert len(sms.messages) == 2
    assert works.states().count("superseded") == 2
    works.until(MORNING)
    (mail,) = email.messages
    assert "PO 2" in mail.text
    assert "PO 3" in mail.text
    assert "left Ningbo" in mail.text
    assert works.notices() == [("M07", "said")] * 4
    assert len(sms.messages) == 2


def test_whoever_has_no_mailbox_waits_for_the_next_day(works: Works, sms: Recorder) -> None:
    for number in range(3):
        works.post(**departed(f"PO {number}", tell=[SAM]))
        works.settle()
    assert sorted(works.states()) == ["accepted", "accepted", "waiting"]
    assert len(sms.messages) == 2


def test_what_is_no_longer_true_is_not_listed(reader: Works, email: Recorder) -> None:
    reader.post(id="a", ref="PO 4711", milestone="arrived_destination", at="2026-09-17T11:30:00Z", place="GBFXT")
    reader.settle()
    reader.post(id="b", ref="PO 4711", retracts="a")
    reader.until(MORNING)
    assert email.messages == []
