"""When a channel fails for good: the same news goes another way, or is closed and never shown as told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.base import Channel
from notifiers.errors import PermanentFailure
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.records.tables import MessageNotice
from service.store import fallback
from service.store.engine import Database
from tests.kits import JO, JO_MAIL, MINUTE, SAM, Works, departed, running

BOTH = [{"phone": JO, "email": JO_MAIL}]
SHIP = {"vessel": "EVER ACE", "imo": "9893890", "voyage": "1204E"}
NO = PermanentFailure("no such number")


@pytest.fixture
def email() -> Recorder:
    return Recorder(Channel.EMAIL, sender="desk@example.com")


@pytest.fixture
def works(database: Database, clock: ManualClock, email: Recorder) -> Iterator[Works]:
    """Texts fail, e-mails pass."""
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS, [NO] * 9), Channel.EMAIL: email}) as found:
        found.go()
        yield found


def test_news_that_was_joined_goes_on_together(works: Works, email: Recorder) -> None:
    for number in range(3):
        works.post(**departed(f"PO {number}", tell=BOTH, **SHIP))
    works.forward(10 * MINUTE)
    assert [(row.channel.value, row.state.value) for row in works.messages()] == [
        ("sms", "failed"),
        ("email", "accepted"),
    ]
    (mail,) = email.messages
    assert all(f"PO {number}" in mail.text for number in range(3))
    assert works.notices() == [("M07", "said")] * 3


def test_the_next_phone_before_nothing(works: Works, email: Recorder) -> None:
    works.post(**departed(tell=[{"phone": JO, "name": "Jo"}]))
    works.post(**departed("PO 2", tell=[{"phone": JO, "name": "Jo", "email": JO_MAIL}]))
    works.settle()
    assert [message.to for message in email.messages] == [JO_MAIL] * 2
    assert {state for _, state in works.notices()} == {"said"}


def test_no_way_left_closes_the_news(works: Works) -> None:
    works.post(**departed())
    works.settle()
    assert works.notices() == [("M07", "baseline")]
    ((_, _, state, _),) = works.words()
    assert state == "baseline"
    with works.database.read() as conn:
        assert fallback.other_way(conn, works.account_id, works.message().id) is None


def test_urgent_news_that_went_both_ways_stays_said(works: Works, email: Recorder) -> None:
    works.post(ref="PO 1", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=BOTH)
    works.settle()
    assert len(email.messages) == 1, "what went by e-mail at once is not mailed again"
    assert works.notices() == [("D06", "said")]
    assert len(works.rows(MessageNotice)) == 2


def test_handing_on_twice_adds_nothing(works: Works) -> None:
    works.post(**departed(tell=BOTH))
    works.settle()
    failed = works.message(channel="sms")
    now = works.clock()
    works.database.write(lambda conn: fallback.hand_on(conn, works.account_id, failed.id, "again", now))
    works.settle()
    assert len(works.messages()) == 2
    assert works.notices() == [("M07", "said")]


def test_others_are_not_concerned(works: Works, email: Recorder) -> None:
    works.post(**departed(tell=[*BOTH, {"phone": SAM}]))
    works.settle()
    assert [message.to for message in email.messages] == [JO_MAIL]
    assert sorted(works.notices()) == [("M07", "baseline"), ("M07", "said")]
