"""What `milepost status` and the desk's e-mail say of an account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.base import Channel, Receipt, ReceiptStatus, Reply
from notifiers.errors import PermanentFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import conversations, desk, receipts, replies
from service.records.status import StatusReport
from service.records.tables import Attempt
from service.store import switches
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, SAM, Works, departed, running


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    script = [None, None, PermanentFailure("no such number"), UncertainOutcome("no answer")]
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS, script)}) as found:
        found.go()
        yield found


def report(works: Works) -> StatusReport:
    return desk.report(works.kit, works.account_id)


def test_an_empty_account(works: Works) -> None:
    found = report(works)
    assert (found.sent, found.failed, found.waiting, found.shipments, found.unfollowed_count) == (0, 0, 0, 0, 0)
    assert (found.held, found.unanswered, found.segments, found.paused) == ((), (), (), ())


def test_a_day(works: Works) -> None:
    for number in range(4):
        works.post(**departed(f"PO {number}", tell=[f"+4477009001{number:02}"]))
        works.settle()
    first = works.rows(Attempt)[0]
    receipts.keep(works.kit, works.account_id, first.id, Receipt("rec_1", ReceiptStatus.DELIVERED))
    event = departed("PO alone")
    del event["tell"]
    works.post(**event)
    works.settle()
    found = report(works)
    assert (found.sent, found.delivered, found.failed) == (2, 1, 1)
    assert (found.shipments, found.unfollowed_count) == (5, 1)
    assert [one.ref for one in found.unfollowed] == ["PO alone"]
    assert found.segments == (("GB", 2),), "a text that failed costs nothing"


def test_what_waits_says_till_when_and_why(works: Works) -> None:
    now = works.clock()
    works.database.write(
        lambda conn: switches.set_switch(conn, works.account_id, "account", "", by="Ana", why="a recall", now=now)
    )
    works.post(**departed())
    works.settle()
    found = report(works)
    ((held),) = found.held
    assert "a recall" in held.why
    assert held.until > now
    assert found.waiting == 1
    assert found.paused == ("account (a recall)",)


def test_an_unanswered_question_is_named(works: Works) -> None:
    works.post(**departed())
    works.settle()
    replies.take(works.kit, works.kit.live[Channel.SMS][0], Reply("in_1", JO, "+447700900000", "When?"))
    works.settle()
    ((open_one),) = report(works).unanswered
    assert open_one.ref == "PO 4711"
    conversations.answer(works.kit, works.account_id, open_one.id, "On Friday.", "Ana")
    assert report(works).unanswered == ()


def test_promises_of_today(works: Works, clock: ManualClock) -> None:
    works.post(**departed(eta="2026-09-18"))
    works.settle()
    assert report(works).due_today == 0
    clock.advance(DAY)
    assert report(works).due_today == 1


def test_yesterday_is_not_counted(works: Works, clock: ManualClock) -> None:
    works.post(**departed(tell=[SAM]))
    works.settle()
    clock.advance(DAY + HOUR)
    assert report(works).sent == 0
