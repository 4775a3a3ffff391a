"""What a storm meets: the cap of one number to the text, code that fails after the answer, counters that are gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from notifiers.base import Channel
from service.clock import ManualClock
from service.clockwork import settle_doubt
from service.flows import decide, recovery
from service.flows.dispatch import Dispatcher
from service.records.enums import AttemptOutcome
from service.records.tables import Attempt
from service.store.engine import Database
from service.store.errors import StoreUnavailable
from tests.flows.test_auditing import Provider
from tests.kits import HOUR, JO, MINUTE, Works, at_once, departed, running

MOST_AN_HOUR, MOST_A_DAY = 3, 8
THREADS = 16


@pytest.fixture
def texts(clock: ManualClock) -> Provider:
    return Provider(clock)


@pytest.fixture
def works(database: Database, clock: ManualClock, texts: Provider) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: texts}, senders=1) as found:
        found.go()
        yield found


def holds(works: Works, number: int) -> None:
    """So many orders of Jo's that customs hold: each is a text that no other rule keeps back."""
    at = works.clock().isoformat()
    works.call([{"ref": f"PO {n}", "milestone": "customs_hold", "at": at, "tell": [JO]} for n in range(number)])
    while decide.run_due(works.kit):
        pass


def storm(works: Works) -> None:
    """Many senders at once, each with a look of its own, as so many processes have."""
    senders = [Dispatcher(works.kit, elapsed=at_once) for _ in range(THREADS)]
    together = threading.Barrier(THREADS)

    def send(one: Dispatcher) -> None:
        together.wait(60)
        for _ in range(2):
            with suppress(StoreUnavailable):  # too many at once: the loop looks again, and so does the next turn
                one.run_due()
            one.wait_idle(60)

    threads = [threading.Thread(target=send, args=(one,)) for one in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for one in senders:
        one.stop()


def test_threads_at_one_number_send_exactly_the_cap(works: Works, texts: Provider) -> None:
    holds(works, 24)
    storm(works)
    works.settle()
    assert len(texts.messages) == MOST_AN_HOUR
    works.forward(7 * HOUR)
    assert len(texts.messages) == MOST_A_DAY, "and eight a day"
    stamps = sorted(row.started_at for row in works.rows(Attempt, outcome=AttemptOutcome.ACCEPTED))
    assert all(_within(stamps, at) <= MOST_AN_HOUR for at in stamps)


def _within(stamps: list[datetime], since: datetime) -> int:
    return sum(since <= at < since + HOUR for at in stamps)


SQLITE = """
CREATE TRIGGER broken BEFORE UPDATE ON message WHEN NEW.state = 'accepted'
BEGIN SELECT RAISE(ABORT, 'pricing failed'); END
"""
FUNCTION = """
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'pricing failed'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER broken BEFORE UPDATE ON message FOR EACH ROW WHEN (NEW.state = 'accepted') EXECUTE FUNCTION broken()
"""
BREAK = {"sqlite": [SQLITE], "postgresql": [FUNCTION, POSTGRESQL]}
MEND = {"sqlite": ["DROP TRIGGER broken"], "postgresql": ["DROP TRIGGER broken ON message", "DROP FUNCTION broken"]}


def run(works: Works, statements: list[str]) -> None:
    def unit(conn: Connection) -> None:
        for one in statements:
            conn.execute(text(one))

    works.database.write(unit)


def test_what_fails_after_the_answer_costs_no_text(works: Works, texts: Provider) -> None:
    """Minute by minute for four hours, everything between the provider's answer and our own bookkeeping fails."""
    recovery.start(works.kit)
    run(works, BREAK[works.database.dialect])
    works.post(**departed())
    works.settle()
    assert len(texts.messages) == 1
    for _ in range(48):
        works.forward(5 * MINUTE)
        recovery.beat(works.kit)
        recovery.recover(works.kit)
        settle_doubt(works.kit)
    assert len(texts.messages) == 1
    (one,) = works.rows(Attempt)
    assert one.outcome is AttemptOutcome.STARTED, "nobody guesses while the worker lives"
    run(works, MEND[works.database.dialect])
    works.settle()
    assert len(texts.messages) == 1


@pytest.mark.parametrize("gone", ["traffic", "pace", "attempt"])
def test_counters_that_cannot_be_read_stop_sending_and_not_intake(works: Works, texts: Provider, gone: str) -> None:
    run(works, [f"ALTER TABLE {gone} RENAME TO lost"])
    assert works.call(departed()).count("accepted") == 1
    while decide.run_due(works.kit):
        pass
    for _ in range(3):
        with pytest.raises(DBAPIError, match=gone):
            works.dispatcher.run_due()
    assert texts.asked == []
    assert works.call(departed("PO 2")).count("accepted") == 1
    run(works, [f"ALTER TABLE lost RENAME TO {gone}"])
    works.settle()
    assert len(texts.messages) == 2


def test_what_is_left_of_its_time_goes_to_the_provider(works: Works, texts: Provider) -> None:
    """Counted from when it may first leave: a departure of yesterday is worth twelve hours from now on."""
    works.post(**departed(at="2026-09-16T20:00:00Z"))
    works.settle()
    assert texts.messages[-1].valid_for == 12 * HOUR
    works.kit.pause_file.touch()
    works.post(ref="PO 4711", milestone="customs_hold", at=works.clock().isoformat())
    works.forward(2 * HOUR)
    works.kit.pause_file.unlink()
    works.forward(MINUTE)
    assert texts.messages[-1].valid_for is not None
    assert timedelta_hours(texts, -1) == pytest.approx(22, abs=0.1), "24 hours, of which two are over"


def timedelta_hours(texts: Provider, which: int) -> float:
    valid = texts.messages[which].valid_for
    assert valid is not None
    return valid / HOUR
