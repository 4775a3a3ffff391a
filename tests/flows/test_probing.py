"""A notifier by which nothing passes is tried by one message, not by each; whoever waits and whoever sends."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from notifiers.base import Channel
from notifiers.errors import ChannelUnavailable, NotifierError, PermanentFailure, TemporaryFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import recovery
from service.flows.asking import intend
from service.flows.checks import Going
from service.flows.dispatch import Dispatcher
from service.flows.render import Beside
from service.records.enums import AttemptOutcome
from service.records.outbox import Claim
from service.records.tables import Attempt, ChannelState
from service.store import accounts
from service.store.candidates import candidates
from service.store.claiming import claim
from service.store.engine import Database
from service.store.locks import prove_life
from tests.kits import MINUTE, Doorman, Works, at_once, departed, running

DOWN = ChannelUnavailable("the credentials are wrong")
SECOND = timedelta(seconds=1)


def waiting(works: Works, count: int, begin: int = 0) -> None:
    """So many people are to be told something."""
    for number in range(begin, begin + count):
        works.post(**departed(f"PO {number}", tell=[f"+4477009001{number:02}"]))


def down(works: Works, count: int = 5) -> None:
    """Nothing passes, and several messages wait behind the first that met it."""
    works.go()
    waiting(works, 1)
    works.settle()
    waiting(works, count, begin=1)
    works.settle()
    assert set(works.states()) == {"waiting"}


def state(works: Works) -> tuple[int, datetime | None]:
    (row,) = works.rows(ChannelState)
    return row.failures, row.paused_until


def test_one_message_tries_and_the_rest_follow(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [DOWN, DOWN])
    with running(database, clock, {Channel.SMS: sms}) as works:
        down(works)
        assert len(sms.asked) == 1
        works.forward(MINUTE)
        assert len(sms.asked) == 2, "one more call, although six messages were due"
        assert state(works) == (2, clock() + 5 * MINUTE)
        works.forward(5 * MINUTE)
        works.forward(MINUTE)
        assert works.states() == ["accepted"] * 6
        assert state(works) == (0, None)
        assert len(sms.messages) == 6


def test_a_message_that_has_not_failed_yet_is_the_one_that_tries(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [DOWN, DOWN])
    with running(database, clock, {Channel.SMS: sms}) as works:
        down(works)
        works.forward(MINUTE)
        first, probe = (message.to for message in sms.asked)
        assert first == "+447700900100"
        assert probe != first


@pytest.mark.parametrize("probe", [TemporaryFailure("busy"), UncertainOutcome("no answer"), DOWN])
def test_a_probe_in_vain_makes_the_pause_longer(database: Database, clock: ManualClock, probe: NotifierError) -> None:
    sms = Recorder(Channel.SMS, [DOWN, probe])
    with running(database, clock, {Channel.SMS: sms}) as works:
        down(works)
        works.forward(MINUTE)
        assert len(sms.asked) == 2
        assert state(works) == (2, clock() + 5 * MINUTE)


def test_a_certain_no_to_one_person_lets_the_next_one_try(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [DOWN, PermanentFailure("no such number")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        down(works)
        works.forward(2 * MINUTE)
        assert sorted(works.states()) == ["accepted"] * 5 + ["failed"]
        assert state(works) == (0, None)


def test_calls_under_way_are_one_failure(database: Database, clock: ManualClock) -> None:
    door = Doorman(Channel.SMS, [DOWN] * 4)
    with running(database, clock, {Channel.SMS: door}) as works:
        works.go()
        waiting(works, 4)
        for _ in range(2):
            works.dispatcher.run_due()
        door.open.set()
        works.settle()
        assert state(works) == (1, clock() + MINUTE)


@pytest.fixture
def trying(database: Database, clock: ManualClock) -> Iterator[tuple[Works, Doorman]]:
    """A pause has ended, and the first call after it stands at the provider's door."""
    door = Doorman(Channel.SMS, [DOWN])
    door.open.set()
    with running(database, clock, {Channel.SMS: door}) as works:
        down(works)
        door.open.clear()
        door.arrived.clear()
        clock.advance(MINUTE)
        works.dispatcher.run_due()
        assert door.arrived.wait(30)
        yield works, door
        door.open.set()


def test_nobody_else_calls_meanwhile(trying: tuple[Works, Doorman], database: Database, clock: ManualClock) -> None:
    works, door = trying
    with running(database, clock, {Channel.SMS: door}) as other:
        for one in (works, other):
            clock.advance(20 * SECOND)
            one.dispatcher.run_due()
        assert works.states().count("sending") == 1
        assert "is being tried with one message" in works.messages(state="waiting")[0].detail
        door.open.set()
        works.forward(MINUTE)
        assert works.states() == ["accepted"] * 6
        assert len(door.asked) == 7


def test_a_probe_whose_worker_died_is_followed_by_another(
    trying: tuple[Works, Doorman], database: Database, clock: ManualClock
) -> None:
    works, _ = trying
    hold = prove_life(database, works.kit.worker_id)
    recovery.start(works.kit)
    after = Recorder(Channel.SMS)
    with running(database, clock, {}) as other:
        (row,) = works.rows(ChannelState)
        ready = replace(works.kit.live[Channel.SMS][0], notifier=after)
        other.with_kit(live={Channel.SMS: (ready,)})
        hold.close()
        assert recovery.recover(other.kit) == 1
        assert row.probe_attempt == works.rows(Attempt, outcome="uncertain")[0].id
        other.forward(MINUTE)
        assert sorted(works.states()) == ["accepted"] * 5 + ["uncertain"]


def test_of_many_claims_at_one_instant_one_is_let_through(database: Database, clock: ManualClock) -> None:
    """Eight transactions at once, each with a message of its own, again and again."""
    sms = Recorder(Channel.SMS, [DOWN])
    with running(database, clock, {Channel.SMS: sms}) as works:
        down(works, 15)
        clock.advance(MINUTE)
        (ready,) = works.kit.live[Channel.SMS]
        for _ in range(6):
            with database.read() as conn:
                found = candidates(conn, clock(), 8)
                account = accounts.view(conn, works.account_id)
            claims = [intend(works.kit, Going(one, ready, Beside()), account).claim for one in found]
            gate = threading.Barrier(len(claims))

            def attempt(one: Claim, gate: threading.Barrier = gate) -> list[str]:
                gate.wait(30)
                return database.write(lambda conn: claim(conn, [one], clock(), clock()))

            with ThreadPoolExecutor(len(claims)) as pool:
                held = [attempt_id for ids in pool.map(attempt, claims) for attempt_id in ids]
            assert len(held) == 1
            works.change(Attempt, held[0], outcome=AttemptOutcome.PERMANENT)


@pytest.mark.parametrize("round_", range(3))
def test_of_many_processes_one_tries(database: Database, clock: ManualClock, round_: int) -> None:
    """Eight dispatchers look at the same instant at twelve messages that are due."""
    sms = Recorder(Channel.SMS, [DOWN] * 99)
    with running(database, clock, {Channel.SMS: sms}) as works:
        down(works, 11)
        clock.advance(MINUTE)
        others = [Dispatcher(replace(works.kit, worker_id=f"wrk_{n}"), elapsed=at_once) for n in range(8)]
        gate = threading.Barrier(len(others))

        def look(one: Dispatcher) -> None:
            gate.wait(30)
            one.run_due()

        threads = [threading.Thread(target=look, args=(one,)) for one in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        for one in others:
            one.stop()
        assert len(sms.asked) == 2, "the first call, and one probe"
        assert state(works)[0] == 2


def test_the_kill_switch_is_no_failure_of_the_provider(database: Database, clock: ManualClock, tmp_path: Path) -> None:
    sms = Recorder(Channel.SMS, [DOWN])
    with running(database, clock, {Channel.SMS: sms}, place=tmp_path) as works:
        down(works)
        before, looks = state(works), itertools.count()
        clock.advance(MINUTE)

        def now() -> datetime:
            # The first look at the clock begins the reading, the second one comes before the claim.
            if next(looks) == 1:
                works.kit.pause_file.touch()
            return clock()

        works.with_kit(clock=now)
        works.dispatcher.run_due()
        assert works.dispatcher.wait_idle(20)
        assert len(sms.asked) == 1
        assert [row.code for row in works.rows(Attempt)] == [None, "held"]
        assert state(works) == before
        works.kit.pause_file.unlink()
        works.with_kit(clock=clock)
        works.forward(2 * MINUTE)
        assert works.states() == ["accepted"] * 6
