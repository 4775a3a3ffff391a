"""N14: a text that asks for something, and of which no receipt comes, goes by the next channel too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from notifiers.base import Callback, Channel, Receipt, ReceiptStatus
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import receipts
from service.records.tables import Attempt, Notice
from service.store.engine import Database
from tests.kits import DAY, JO, JO_MAIL, MINUTE, SAM, Works, departed, running

BOTH = [{"phone": JO, "email": JO_MAIL}]
READY = {"ref": "PO 1", "milestone": "available_pickup", "at": "2026-09-17T11:00:00Z", "place": "GBFXT"}


class Reporting(Recorder):
    """A notifier whose provider says what became of texts."""

    def receipts(self, callback: Callback) -> Sequence[Receipt]:
        return []


@pytest.fixture
def sms() -> Recorder:
    return Reporting(Channel.SMS)


@pytest.fixture
def email() -> Recorder:
    return Recorder(Channel.EMAIL, sender="desk@example.com")


@pytest.fixture
def works(database: Database, clock: ManualClock, sms: Recorder, email: Recorder) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}) as found:
        found.go()
        yield found


def waits(works: Works, minutes: int) -> int:
    works.forward(minutes * MINUTE)
    found = receipts.say_elsewhere_too(works.kit)
    works.settle()
    return found


def receipt(works: Works, status: ReceiptStatus) -> None:
    (attempt,) = [row for row in works.rows(Attempt) if row.provider_id == works.message(channel="sms").provider_id]
    receipts.keep(works.kit, works.account_id, attempt.id, Receipt(attempt.provider_id, status))


def test_no_receipt_in_time(works: Works, sms: Recorder, email: Recorder) -> None:
    works.post(**READY, tell=BOTH)
    works.settle()
    assert (len(sms.messages), len(email.messages)) == (1, 0)
    assert waits(works, 14) == 0
    assert waits(works, 1) == 1
    assert (len(sms.messages), len(email.messages)) == (1, 1)
    (notice,) = works.rows(Notice)
    assert notice.state.value == "said"
    assert notice.why[-1]["text"] == "no receipt of its delivery came, so it goes by e-mail too"
    assert waits(works, 60) == 0, "once is enough"
    assert len(email.messages) == 1


def test_a_receipt_in_time(works: Works, email: Recorder) -> None:
    works.post(**READY, tell=BOTH)
    works.settle()
    receipt(works, ReceiptStatus.DELIVERED)
    assert waits(works, 20) == 0
    assert email.messages == []


def test_the_network_has_it_and_the_phone_has_not(works: Works, email: Recorder) -> None:
    works.post(**READY, tell=BOTH)
    works.settle()
    receipt(works, ReceiptStatus.SENT)
    assert waits(works, 20) == 1
    assert len(email.messages) == 1


def test_what_is_over_by_then_is_not_said_again(works: Works, email: Recorder) -> None:
    works.post(**READY, tell=BOTH)
    works.settle()
    works.clock.advance(16 * MINUTE)
    works.post(ref="PO 1", milestone="delivered", at="2026-09-17T12:10:00Z")
    receipts.say_elsewhere_too(works.kit)
    works.settle()
    assert not any("collected" in mail.text for mail in email.messages)


def test_what_can_wait_is_not_said_twice(works: Works, email: Recorder) -> None:
    works.post(**departed(tell=BOTH))
    works.settle()
    assert waits(works, 60) == 0
    assert email.messages == []


def test_whoever_has_no_other_address_hears_it_once(works: Works, sms: Recorder) -> None:
    works.post(**READY, tell=[SAM])
    works.settle()
    assert waits(works, 20) == 1
    assert works.states() == ["accepted"]
    assert works.notices() == [("M16", "said")]


def test_an_account_may_wait_longer_or_not_at_all(works: Works, email: Recorder) -> None:
    works.go(rules={"N14.receipt_minutes": 0})
    works.post(**READY, tell=BOTH)
    works.settle()
    works.forward(DAY)
    assert receipts.say_elsewhere_too(works.kit) == 0
    assert email.messages == []


def test_a_provider_that_never_reports_is_not_waited_for(
    database: Database, clock: ManualClock, email: Recorder
) -> None:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS), Channel.EMAIL: email}) as works:
        works.go()
        works.post(**READY, tell=BOTH)
        works.settle()
        assert waits(works, 60) == 0
        assert email.messages == []
