"""The hourly audit, and what is read after we were away before anything leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from notifiers.base import Accepted, Channel, Message, ReceiptStatus, Seen
from notifiers.errors import TemporaryFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import audit, settle_doubt
from service.flows import auditing, breaker, recovery
from service.flows.believing import believe
from service.records.tables import Reply, Task
from service.store import switches
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, MINUTE, Works, departed, running

HARBOUR = "+447700900000"


class Provider(Recorder):
    """A provider that lists what it took, what it received, and what tests add."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(Channel.SMS)
        self.clock = clock
        self.listed: list[Seen] = []
        self.away = False
        self.lost = False

    def send(self, message: Message) -> Accepted:
        accepted = super().send(message)
        self.add(accepted.provider_id, sender=message.sender or "", to=message.to, text=message.text)
        if self.lost:
            raise UncertainOutcome("the answer was lost")
        return accepted

    def since(self, instant: Any, to: str | None = None) -> Sequence[Seen]:
        if self.away:
            raise TemporaryFailure("the list is away")
        return [row for row in self.listed if row.at >= instant]

    def add(self, provider_id: str, **more: Any) -> None:
        values: dict[str, Any] = {"outbound": True, "sender": HARBOUR, "to": JO, "text": "hello", "at": self.clock()}
        self.listed.append(Seen(provider_id, **values | more))


@pytest.fixture
def texts(clock: ManualClock) -> Provider:
    return Provider(clock)


@pytest.fixture
def works(database: Database, clock: ManualClock, texts: Provider) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: texts}) as found:
        found.go()
        recovery.beat(found.kit)
        audit(found.kit)
        yield found


def alive(works: Works, hours: int) -> None:
    """Hours in which we are there."""
    for _ in range(hours * 12):
        works.forward(5 * MINUTE)
        recovery.beat(works.kit)


def test_replies_and_receipts_that_were_missed_are_read(works: Works, texts: Provider) -> None:
    works.post(**departed())
    works.settle()
    (sent,) = texts.listed
    texts.listed = [Seen(sent.provider_id, True, sent.sender, sent.to, sent.text, sent.at, ReceiptStatus.DELIVERED)]
    texts.add("IN1", outbound=False, sender=JO, to=HARBOUR, text="When will it come?")
    assert audit(works.kit) == 0, "it is not due"
    alive(works, 1)
    assert audit(works.kit) == 2
    assert works.states(channel="sms")[0] == "delivered"
    assert [row.text for row in works.rows(Reply)] == ["When will it come?"]
    alive(works, 1)
    assert audit(works.kit) == 0
    assert works.rows(Task) == []


def test_what_does_not_fit_is_a_task_for_a_person(works: Works, texts: Provider) -> None:
    works.post(**departed())
    works.settle()
    texts.listed.clear()
    texts.add("SM_STRANGE")
    alive(works, 2)
    audit(works.kit)
    assert sorted(task.key.split(":")[1] for task in works.rows(Task)) == ["missing", "strangers"]
    assert works.dispatcher.run_due() == 0
    with works.database.read() as conn:
        assert switches.active_switches(conn, works.account_id, works.clock()) == [], "we were there all the time"


def test_what_left_just_before_an_audit_is_looked_for_by_the_next(works: Works, texts: Provider) -> None:
    """The provider may still be listing it, so the audit of that moment says nothing of it; nobody may forget it."""
    alive(works, 1)
    works.post(**departed(at=works.clock().isoformat()))
    works.settle()
    assert works.states() == ["accepted"]
    texts.listed.clear()
    works.forward(5 * MINUTE)
    audit(works.kit)
    assert works.rows(Task) == [], "it left within the provider's lag"
    alive(works, 1)
    audit(works.kit)
    assert [task.key.split(":")[1] for task in works.rows(Task)] == ["missing"]


def test_a_clock_that_was_set_back_stops_no_audit(works: Works, texts: Provider) -> None:
    alive(works, 1)
    audit(works.kit)
    works.clock.advance(-3 * DAY)
    recovery.beat(works.kit)
    texts.add("IN1", outbound=False, sender=JO, to=HARBOUR, text="Where is it?")
    audit(works.kit)
    assert [row.text for row in works.rows(Reply)] == ["Where is it?"]
    texts.add("IN2", outbound=False, sender=JO, to=HARBOUR, text="Hello?")
    audit(works.kit)
    assert len(works.rows(Reply)) == 1, "read a moment ago"
    alive(works, 1)
    audit(works.kit)
    assert len(works.rows(Reply)) == 2


def test_a_list_that_cannot_be_read_is_read_later(works: Works, texts: Provider) -> None:
    alive(works, 2)
    texts.away = True
    texts.add("IN1", outbound=False, sender=JO, to=HARBOUR, text="Hello")
    assert audit(works.kit) == 0
    texts.away = False
    assert audit(works.kit) == 1


def test_nothing_leaves_before_the_list_is_read(works: Works, texts: Provider) -> None:
    works.forward(3 * HOUR)
    recovery.beat(works.kit)
    texts.away = True
    audit(works.kit)
    works.post(**departed(at=works.clock().isoformat()))
    works.settle()
    assert texts.asked == []
    assert works.message().detail == "we were away; what recorder lists is read first"
    texts.away = False
    audit(works.kit)
    works.forward(MINUTE)
    assert len(texts.messages) == 1


def test_nothing_leaves_before_what_the_list_says_is_believed(works: Works, texts: Provider) -> None:
    """A STOP that stands in the list counts from the first text on."""
    works.forward(3 * HOUR)
    recovery.beat(works.kit)
    texts.add("IN1", outbound=False, sender=JO, to=texts.sender, text="STOP")
    works.post(**departed(at=works.clock().isoformat()))
    (ready,) = works.kit.live[Channel.SMS]
    found = auditing.audit(works.kit, ready)
    assert found is not None
    works.forward(MINUTE)
    assert texts.asked == []
    believe(works.kit, ready, found)
    works.forward(MINUTE)
    assert [message.text.partition(". ")[0] for message in texts.messages] == ["Harbour: stopped"]


def test_a_call_in_doubt_is_no_text_of_a_stranger(database: Database, clock: ManualClock) -> None:
    """The process died while the provider took the text, and was away for long: the proof will adopt it."""
    texts = Provider(clock)
    texts.lost = True
    with running(database, clock, {Channel.SMS: texts}) as works:
        works.go()
        recovery.beat(works.kit)
        audit(works.kit)
        works.post(**departed())
        works.settle()
        assert works.states() == ["uncertain"]
        works.forward(HOUR)
        recovery.beat(works.kit)
        audit(works.kit)
        assert works.rows(Task) == []
        with works.database.read() as conn:
            assert switches.active_switches(conn, works.account_id, works.clock()) == []
        settle_doubt(works.kit)
        assert works.states() == ["accepted"]


def test_after_a_restored_backup_a_person_looks_first(works: Works, texts: Provider) -> None:
    works.forward(3 * HOUR)
    texts.add("SM_SENT_MEANWHILE")
    recovery.beat(works.kit)
    audit(works.kit)
    with works.database.read() as conn:
        (pause,) = switches.active_switches(conn, works.account_id, works.clock())
    assert (pause.scope, pause.value, pause.by) == ("channel", "sms", "milepost")
    works.post(**departed(at=works.clock().isoformat()))
    works.settle()
    assert texts.asked == []


def test_a_text_that_is_there_twice_trips_the_breaker(works: Works, texts: Provider) -> None:
    works.post(**departed())
    works.settle()
    (sent,) = texts.listed
    texts.add("SM_TWICE", sender=sent.sender, to=sent.to, text=sent.text)
    alive(works, 1)
    audit(works.kit)
    assert breaker.watch(works.kit) == 1
    with works.database.read() as conn:
        (hold,) = switches.active_switches(conn, works.account_id, works.clock())
    assert "lists 1 text twice" in hold.why
    assert "audit:twice:recorder:SM_TWICE" in [task.key for task in works.rows(Task)]
    now = works.clock()
    works.database.write(lambda conn: switches.lift_switches(conn, works.account_id, "all", "", now))
    alive(works, 2)
    audit(works.kit)
    assert breaker.watch(works.kit) == 0, "the same text again is no new sign"
