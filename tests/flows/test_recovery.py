"""What a process leaves behind when it ends, by itself or not: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from notifiers.base import Channel, Receipt, ReceiptStatus
from notifiers.errors import TemporaryFailure
from notifiers.testing import Recorder
from service.api.webhook_shapes import Shown
from service.clock import ManualClock
from service.clockwork import Clockwork
from service.flows import decide, receipts, recovery
from service.flows.dispatch import Dispatcher
from service.records.enums import AttemptOutcome
from service.records.tables import Attempt, Worker
from service.store import proving
from service.store.engine import Database, open_database
from service.store.errors import StoreUnavailable
from service.store.locks import prove_life, worker_alive
from tests.kits import DAY, HOUR, MINUTE, Doorman, Works, at_once, departed, running

END_OF_LOCKS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Ends the sessions by which processes show that they live, and waits until they are gone."""


@pytest.fixture
def door() -> Iterator[Doorman]:
    found = Doorman(Channel.SMS)
    yield found
    found.open.set()


def in_flight(works: Works, door: Doorman) -> None:
    works.go()
    works.post(**departed())
    decide.run_due(works.kit)
    assert works.dispatcher.run_due() == 1
    assert door.arrived.wait(30)
    assert works.states() == ["sending"]


def test_what_a_dead_worker_was_sending_becomes_uncertain(
    database: Database, clock: ManualClock, door: Doorman
) -> None:
    with running(database, clock, {Channel.SMS: door}) as works, running(database, clock, {}) as other:
        hold = prove_life(database, works.kit.worker_id)
        recovery.start(works.kit)
        in_flight(works, door)
        assert recovery.recover(other.kit) == 0, "it lives"
        assert works.states() == ["sending"]
        hold.close()
        assert recovery.recover(other.kit) == 1
        assert works.states() == ["uncertain"]
        assert "stopped between" in works.message().detail
        assert recovery.recover(other.kit) == 0
        (attempt,) = works.rows(Attempt)
        assert attempt.outcome.value == "uncertain"
        door.open.set()
        assert works.dispatcher.wait_idle(30)
        assert works.states() == ["uncertain"], "its late answer is no proof"
        works.forward(DAY)
        assert len(door.asked) == 1


def test_a_receipt_settles_what_a_crash_left(database: Database, clock: ManualClock, door: Doorman) -> None:
    with running(database, clock, {Channel.SMS: door}) as works, running(database, clock, {}) as other:
        recovery.start(works.kit)
        in_flight(works, door)
        recovery.start(other.kit)
        assert works.states() == ["uncertain"]
        (attempt,) = works.rows(Attempt)
        assert receipts.keep(other.kit, works.account_id, attempt.id, Receipt("SM1", ReceiptStatus.DELIVERED))
        assert works.states() == ["delivered"]
        assert works.words() == [("arrival", 1, "told", "2026-10-09")]


def test_a_claim_without_a_call_is_uncertain_too(database: Database, clock: ManualClock, door: Doorman) -> None:
    """The process died after the commit of the intent; nobody knows whether the call was made."""
    with running(database, clock, {Channel.SMS: door}) as works, running(database, clock, {}) as other:
        recovery.start(works.kit)
        in_flight(works, door)
        works.change(Worker, works.kit.worker_id, started_at=clock())
        assert recovery.recover(other.kit) == 1
        assert [row.stopped_at for row in works.rows(Worker)] == [clock()]


def test_a_worker_that_was_held_for_dead_is_found_when_it_dies(
    database: Database, clock: ManualClock, door: Doorman
) -> None:
    """A worker whose lock ended with its connection lives on and sends; it must not be forgotten."""
    with running(database, clock, {Channel.SMS: door}) as works, running(database, clock, {}) as other:
        recovery.start(works.kit)
        recovery.recover(other.kit)
        in_flight(works, door)
        assert recovery.recover(other.kit) == 1
        assert works.states() == ["uncertain"]


def test_a_worker_that_lost_its_connection_lives(migrated_pg_url: str, clock: ManualClock) -> None:
    """Its lock ended with the connection, as when the server starts again; the engine takes it again."""
    database, watching = open_database(migrated_pg_url), open_database(migrated_pg_url)
    with running(database, clock, {}) as works:
        works.with_kit(pace=50.0)
        engine = Clockwork(works.kit, works.dispatcher, works.journal, Shown(works.kit))
        life = prove_life(database, works.kit.worker_id)
        engine.start(life)
        watching.write(lambda conn: conn.execute(text(END_OF_LOCKS)))
        pause = threading.Event()
        seen = False
        for _ in range(1500):
            seen = worker_alive(watching, works.kit.worker_id)
            if seen:
                break
            pause.wait(0.02)
        engine.stop()
    watching.close()
    database.close()
    assert seen


def test_a_late_end_of_an_old_call_leaves_a_newer_one_alone(database: Database, clock: ManualClock) -> None:
    """The worker was held for dead, and its message was handed over again; then it says that it had been refused."""
    late, again = Doorman(Channel.SMS, [TemporaryFailure("busy")]), Doorman(Channel.SMS)
    with (
        running(database, clock, {Channel.SMS: late}) as works,
        running(database, clock, {Channel.SMS: again}) as other,
    ):
        recovery.start(works.kit)
        in_flight(works, late)
        recovery.recover(other.kit)
        with database.read() as conn:
            (doubt,) = proving.doubts(conn)
        assert database.write(lambda conn: proving.try_again(conn, doubt, AttemptOutcome.ABSENT, "absent", clock()))
        decide.run_due(other.kit)
        assert other.dispatcher.run_due() == 1
        assert again.arrived.wait(30)
        late.open.set()
        assert works.dispatcher.wait_idle(30)
        assert works.states() == ["sending"], "the newer call is on its way"
        again.open.set()
        assert other.dispatcher.wait_idle(30)
        assert works.states() == ["accepted"]


def test_a_call_that_was_not_begun_in_time_is_not_made(database: Database, clock: ManualClock, door: Doorman) -> None:
    """A process that stood still may have been held for dead meanwhile: it asks nobody, and looks again."""
    door.open.set()
    passed = iter([0.0])
    with running(database, clock, {Channel.SMS: door}) as works:
        works.dispatcher.stop()
        works.dispatcher = Dispatcher(works.kit, elapsed=lambda: next(passed, 3.0))
        works.go()
        works.post(**departed())
        decide.run_due(works.kit)
        assert works.dispatcher.run_due() == 1
        assert works.dispatcher.wait_idle(30)
        assert door.asked == []
        assert works.states() == ["waiting"]
        assert works.message().tries == 0
        works.dispatcher.stop()
        works.dispatcher = Dispatcher(works.kit, elapsed=at_once)
        works.forward(MINUTE)
        assert works.states() == ["accepted"]


def test_a_worker_that_stops_in_time_leaves_nothing(database: Database, clock: ManualClock) -> None:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS)}) as works:
        recovery.start(works.kit)
        works.go()
        works.post(**departed())
        works.settle()
        works.dispatcher.stop()
        recovery.stop(works.kit)
        assert [row.stopped_at for row in works.rows(Worker)] == [clock()]
        assert works.states() == ["accepted"]


def test_a_call_that_outlasts_the_stop_is_found_by_the_next_start(
    database: Database, clock: ManualClock, door: Doorman
) -> None:
    with running(database, clock, {Channel.SMS: door}) as works, running(database, clock, {}) as other:
        recovery.start(works.kit)
        in_flight(works, door)
        works.dispatcher.stop(0.05)
        recovery.stop(works.kit)
        assert works.states() == ["sending"]
        assert recovery.start(other.kit) == 1
        assert works.states() == ["uncertain"]


def test_doubt_ends_when_the_news_is_old(database: Database, clock: ManualClock, door: Doorman) -> None:
    with running(database, clock, {Channel.SMS: door}) as works, running(database, clock, {}) as other:
        recovery.start(works.kit)
        in_flight(works, door)
        recovery.recover(other.kit)
        assert recovery.give_up_doubt(other.kit) == 0
        clock.advance(13 * HOUR)
        assert recovery.give_up_doubt(other.kit) == 1
        assert works.states() == ["unknown"]
        assert works.words() == [("arrival", 1, "unknown", "2026-10-09")]
        (attempt,) = works.rows(Attempt)
        assert receipts.keep(other.kit, works.account_id, attempt.id, Receipt("SM1", ReceiptStatus.DELIVERED))
        assert works.words() == [("arrival", 1, "told", "2026-10-09")]


class Away:
    """A database whose writes fail while it is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.away = threading.Event()
        self.refused = threading.Event()

    def write(self, unit: Callable[[Connection], Any]) -> Any:
        if self.away.is_set():
            self.refused.set()
            raise StoreUnavailable("The database cannot be reached. Try again.")
        return self._database.write(unit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


def test_outcomes_wait_for_a_database_that_is_away(
    database: Database, clock: ManualClock, door: Doorman, caplog: pytest.LogCaptureFixture
) -> None:
    with running(database, clock, {Channel.SMS: door}) as works:
        works.dispatcher.stop()
        away = Away(database)
        works.dispatcher = Dispatcher(replace(works.kit, database=away), elapsed=at_once)  # type: ignore[arg-type]
        in_flight(works, door)
        away.away.set()
        door.open.set()
        assert away.refused.wait(30)
        assert works.states() == ["sending"]
        assert not works.dispatcher.wait_idle(0.01), "its seat is taken until the outcome is durable"
        away.away.clear()
        assert works.dispatcher.wait_idle(20)
        assert works.states() == ["accepted"]
        assert len(door.asked) == 1
        assert "written again" in caplog.text


def test_a_database_that_stays_away_does_not_keep_the_process(
    database: Database, clock: ManualClock, door: Doorman
) -> None:
    with running(database, clock, {Channel.SMS: door}) as works:
        works.dispatcher.stop()
        away = Away(database)
        works.dispatcher = Dispatcher(replace(works.kit, database=away), elapsed=at_once)  # type: ignore[arg-type]
        in_flight(works, door)
        away.away.set()
        door.open.set()
        assert away.refused.wait(30)
        works.dispatcher.stop(0.05)
        assert works.states() == ["sending"]


def test_the_pulse_is_kept(works: Works) -> None:
    from service.store import pulse

    recovery.beat(works.kit)
    works.clock.advance(HOUR)
    recovery.beat(works.kit)
    with works.database.read() as conn:
        beat = pulse.last_beat(conn, pulse.ENGINE)
    assert beat is not None
    assert beat.gap_to == works.clock()
