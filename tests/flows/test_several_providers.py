"""Several providers carry one channel: each message leaves once, by one that can take it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from notifiers.base import Accepted, Channel, Message, Reply, Seen
from notifiers.errors import ChannelUnavailable, PermanentFailure, TemporaryFailure, UncertainOutcome
from notifiers.registry import ConfigurationError
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import settle_doubt
from service.flows import conversations, replies
from service.records.results import ReplyResult
from service.records.tables import Address, Attempt, Choice, Thread, Traffic
from service.store import senders
from service.store.engine import Database
from tests.flows.two import BOTH, NORTH, SOUTH, Two, two
from tests.kits import DAY, HOUR, JO, MINUTE, SAM, departed, running

BUSY = TemporaryFailure("busy")
DOWN = ChannelUnavailable("the credentials are wrong")
LOST = UncertainOutcome("no answer")


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Two]:
    with two(database, clock) as found:
        yield found


def calls(works: Two) -> list[tuple[str, str]]:
    return [(row.notifier, row.outcome.value) for row in sorted(works.rows(Attempt), key=lambda row: row.number)]


def writes(works: Two, text: str, to: str, key: str, who: str = JO) -> list[ReplyResult]:
    (ready,) = works.kit.named({NORTH: "north", SOUTH: "south"}[to])
    return replies.take(works.kit, ready, Reply(key, who, to, text))


def test_each_takes_its_turns(works: Two) -> None:
    for number, chance in enumerate((0.1, 0.7, 0.4, 0.5)):
        works.turn(chance)
        works.post(**departed(f"PO {number}", tell=[f"+4477009001{number:02}"]))
        works.settle()
    assert works.states() == ["accepted"] * 4
    assert (len(works.north.messages), len(works.south.messages)) == (2, 2)
    assert {message.sender for message in works.north.messages} == {NORTH}
    assert {row.notifier: row.sender for row in works.messages()} == {"north": NORTH, "south": SOUTH}


def test_both_senders_are_known(works: Two) -> None:
    with works.database.read() as conn:
        for sender in (NORTH, SOUTH):
            assert senders.accounts_of(conn, Channel.SMS, sender) == [works.account_id]


def test_two_of_one_name_are_refused(database: Database, clock: ManualClock) -> None:
    alike = [Recorder(Channel.SMS), Recorder(Channel.SMS, sender=SOUTH)]
    with (
        pytest.raises(ConfigurationError, match="Two notifiers of one channel are named alike: recorder, recorder"),
        running(database, clock, {Channel.SMS: alike}),
    ):
        pass


def test_what_one_refuses_the_other_takes_at_once(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[BUSY]) as works:
        works.post(**departed())
        works.settle()
        assert calls(works) == [("north", "temporary"), ("south", "accepted")]
        assert works.message().handed_at == clock()
        assert works.words() == [("arrival", 1, "told", "2026-10-09")]
        assert [row.messages for row in works.rows(Traffic)] == [1], "one message, however many were asked"


def test_what_both_refuse_waits_and_alternates(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[BUSY, BUSY], south=[BUSY]) as works:
        works.post(**departed())
        works.settle()
        assert calls(works) == [("north", "temporary"), ("south", "temporary")]
        assert works.message().due_at > clock()
        works.forward(HOUR)
        assert calls(works)[2:] == [("north", "temporary"), ("south", "accepted")]
        assert len(works.south.messages) == 1


def test_a_certain_no_is_not_asked_for_twice(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[PermanentFailure("no such number")]) as works:
        works.post(**departed(tell=BOTH))
        works.settle()
        assert calls(works) == [("north", "permanent"), ("mail", "accepted")]
        assert works.south.asked == []


def test_the_other_takes_over_from_one_that_is_down(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN]) as works:
        for ref, who in (("PO 1", JO), ("PO 2", SAM)):
            works.post(**departed(ref, tell=[who]))
            works.settle()
        assert works.states() == ["accepted", "accepted"]
        assert (len(works.north.asked), len(works.south.messages)) == (1, 2)
        works.forward(2 * MINUTE)
        works.post(**departed("PO 3"))
        works.settle()
        assert len(works.north.messages) == 1, "its turn has come again, and the probe passed"


def test_the_night_of_one_holds_nothing(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN] * 99) as works:
        for number in range(6):
            works.post(**departed(f"PO {number}", tell=[f"+4477009001{number:02}"]))
            works.forward(10 * MINUTE)
        assert works.states() == ["accepted"] * 6
        assert len(works.south.messages) == 6
        assert 2 <= len(works.north.asked) <= 5, "only a probe now and then"


@pytest.mark.parametrize("word", ["STOP", "HELP", "Where is it?"])
def test_an_answer_comes_from_the_number_that_was_written_to(works: Two, word: str) -> None:
    works.turn(0.9)
    works.post(**departed())
    works.settle()
    works.turn(0.0)
    writes(works, word, SOUTH, "in_1")
    works.settle()
    assert works.north.asked == []
    assert [message.sender for message in works.south.messages] == [SOUTH, SOUTH]


def test_an_answer_waits_for_its_number(database: Database, clock: ManualClock) -> None:
    with two(database, clock, south=[None, DOWN]) as works:
        works.turn(0.9)
        works.post(**departed())
        works.settle()
        writes(works, "HELP", SOUTH, "in_1")
        works.settle()
        assert works.north.asked == []
        works.forward(2 * MINUTE)
        assert (len(works.north.asked), len(works.south.messages)) == (0, 2)


def test_a_person_answers_from_that_number_too(works: Two) -> None:
    works.turn(0.9)
    works.post(**departed())
    works.settle()
    writes(works, "Where is it?", SOUTH, "in_1")
    works.turn(0.0)
    (thread,) = works.rows(Thread)
    conversations.answer(works.kit, works.account_id, thread.id, "At sea, all is well.", "Ana")
    works.settle()
    assert works.north.asked == []
    assert "At sea" in works.south.messages[-1].text


def test_stop_ends_the_texts_of_both(works: Two) -> None:
    works.post(**departed())
    works.settle()
    writes(works, "STOP", NORTH, "in_1")
    works.settle()
    works.turn(0.9)
    works.post(**departed("PO 2"))
    works.forward(DAY)
    assert works.south.asked == []
    assert works.rows(Address, value=JO)[0].suppressed_by == "person"


def test_a_digit_counts_for_the_number_that_offered_it(works: Two) -> None:
    works.go(services=["call_me"], care_email="care@example.com")
    for number, chance in enumerate((0.0, 0.9), start=1):
        works.turn(chance)
        event = {"ref": f"PO {number}", "milestone": "delivery_attempt_failed", "at": "2026-09-17T11:00:00Z"}
        works.post(**event, tell=[JO])
        works.settle()
    offered = {row.sender: (row.digit, row.shipment_id) for row in works.rows(Choice)}
    assert offered[NORTH][0] == offered[SOUTH][0] == "1"
    (result,) = writes(works, "1", SOUTH, "in_1")
    assert result.meaning == "choice"
    taken = [row for row in works.rows(Choice) if row.closed_at is not None]
    assert [(row.sender, row.shipment_id) for row in taken] == [(SOUTH, offered[SOUTH][1])]


class Listing(Recorder):
    """A provider that lists what it took, and has lost its answers."""

    def __init__(self, clock: ManualClock, name: str, sender: str, lost: int, *, takes: bool) -> None:
        super().__init__(Channel.SMS, [LOST] * lost, sender=sender, name=name)
        self.clock, self.takes, self.listed = clock, takes, list[Seen]()

    def send(self, message: Message) -> Accepted:
        row = Seen(f"{self.name}_{len(self.asked)}", True, self.sender, message.to, message.text, self.clock())
        try:
            return super().send(message)
        except UncertainOutcome:
            self.listed += [row] if self.takes else []
            raise

    def since(self, instant: datetime, to: str | None = None) -> Sequence[Seen]:
        return list(self.listed)


@pytest.mark.parametrize("takes", [True, False])
def test_doubt_is_settled_where_it_arose(database: Database, clock: ManualClock, takes: bool) -> None:
    """What was taken is adopted and asked of nobody else; what is absent twice may go by the other."""
    north = Listing(clock, "north", NORTH, 1, takes=takes)
    south = Listing(clock, "south", SOUTH, 0, takes=True)
    with running(database, clock, {Channel.SMS: [north, south]}) as works:
        works.go()
        works.with_kit(chance=lambda: 0.0)
        works.post(**departed())
        works.settle()
        for _ in range(12):
            works.forward(MINUTE / 2)
            settle_doubt(works.kit)
            works.settle()
        assert works.states() == ["accepted"]
        assert (len(north.asked), len(south.asked)) == ((1, 0) if takes else (1, 1))
        outcomes = [(row.notifier, row.outcome.value) for row in works.rows(Attempt)]
        assert outcomes == ([("north", "accepted")] if takes else [("north", "absent"), ("south", "accepted")])


def test_an_email_in_doubt_stays_with_its_server(database: Database, clock: ManualClock) -> None:
    first = Recorder(Channel.EMAIL, [LOST], sender="a@example.com", name="first")
    other = Recorder(Channel.EMAIL, sender="b@example.com", name="other")
    with running(database, clock, {Channel.EMAIL: [first, other]}) as works:
        works.go()
        works.with_kit(chance=lambda: 0.0)
        works.post(**departed(tell=["jo@example.com"]))
        works.settle()
        for _ in range(10):
            works.forward(MINUTE)
            settle_doubt(works.kit)
            works.settle()
        assert [message.id for message in first.asked] == [first.asked[0].id] * 2
        assert other.asked == []
