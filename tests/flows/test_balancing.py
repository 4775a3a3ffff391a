"""Each minute messages may move a step from one provider to another, and everybody can see why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from notifiers.base import Channel, Receipt, ReceiptStatus
from notifiers.errors import PermanentFailure, TemporaryFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import desk, receipts
from service.flows.balancing import balance_due
from service.records.tables import Attempt, Audit, ChannelState
from service.store.engine import Database
from service.wording.report import report_lines
from tests.flows.two import Two, two
from tests.kits import MINUTE, departed, running

BUSY = TemporaryFailure("busy")


def told(works: Two, count: int) -> None:
    """So many people are told something at this instant."""
    begin = len(works.messages())
    works.call({"events": [departed(f"PO {n}", tell=[f"+44770090{n:04}"]) for n in range(begin, begin + count)]})
    works.settle()


def shares(works: Two) -> dict[str, int | None]:
    return {row.notifier: row.share for row in works.rows(ChannelState)}


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Two]:
    with two(database, clock, north=[BUSY] * 60) as found:
        yield found


def test_errors_move_a_step_and_quiet_moves_it_back(works: Two, clock: ManualClock) -> None:
    told(works, 60)
    assert set(works.states()) == {"accepted"}, "the other took them"
    clock.advance(MINUTE / 2)
    assert balance_due(works.kit) == 2
    assert shares(works) == {"north": 40, "south": 60}
    assert balance_due(works.kit) == 0, "once a minute at most"
    clock.set(clock().replace(minute=15, second=0))
    assert balance_due(works.kit) == 0, "something moved less than 15 minutes ago"
    clock.advance(5 * MINUTE)
    assert balance_due(works.kit) == 2
    assert shares(works) == {"north": None, "south": None}, "at rest again"


def test_moves_are_seen_and_audited(works: Two, clock: ManualClock) -> None:
    told(works, 60)
    balance_due(works.kit)
    report = desk.report(works.kit, works.account_id)
    lines = report_lines(report, clock(), "UTC")
    (north,) = [line for line in lines if line.startswith("north (sms)")]
    assert "40 points of the messages, 50 at rest" in north
    assert "60 calls failed within 1 minute" in north
    (entry,) = works.rows(Audit, subject="north")
    assert (entry.by, entry.action, entry.detail["before"], entry.detail["share"]) == (
        "milepost",
        "notifier.share",
        50,
        40,
    )


def test_the_next_messages_follow_the_shares(works: Two) -> None:
    told(works, 60)
    balance_due(works.kit)
    works.turn(0.45)
    asked = len(works.north.asked)
    told(works, 3)
    assert len(works.north.asked) == asked, "45 of 100 is south's turn now"


@pytest.mark.parametrize("error", [PermanentFailure("no such number"), UncertainOutcome("no answer")])
def test_whose_fault_it_is(database: Database, clock: ManualClock, error: PermanentFailure | UncertainOutcome) -> None:
    with two(database, clock, north=[error] * 60) as works:
        told(works, 60)
        assert balance_due(works.kit) == (2 if isinstance(error, UncertainOutcome) else 0)


def delivered(works: Two, name: str, most: int = 99) -> None:
    for row in works.rows(Attempt, notifier=name)[:most]:
        receipts.keep(works.kit, works.account_id, row.id, Receipt(row.provider_id, ReceiptStatus.DELIVERED))


@pytest.mark.parametrize(("late", "moves"), [(5, 0), (6, 2)])
def test_slow_receipts_move_a_step(database: Database, clock: ManualClock, late: int, moves: int) -> None:
    """Forty texts of each: 15 per cent of one's took longer than five minutes."""
    with two(database, clock) as works:
        for chance in (0.0, 0.9):
            works.turn(chance)
            told(works, 40)
        delivered(works, "south")
        delivered(works, "north", 40 - late)
        clock.advance(4 * MINUTE)
        assert balance_due(works.kit) == 0
        clock.advance(2 * MINUTE)
        assert balance_due(works.kit) == moves
        delivered(works, "north")
        clock.advance(5 * MINUTE)
        assert balance_due(works.kit) == moves, "late is late, also once they have arrived"
        clock.advance(timedelta(minutes=15))
        assert shares(works).get("north") == (None if not moves else 30)


def test_all_slow_moves_nothing(database: Database, clock: ManualClock) -> None:
    with two(database, clock) as works:
        for chance in (0.0, 0.9):
            works.turn(chance)
            told(works, 30)
        clock.advance(6 * MINUTE)
        assert balance_due(works.kit) == 0


def test_who_never_reports_is_not_slow(database: Database, clock: ManualClock) -> None:
    silent = [Recorder(Channel.SMS, name=name, sender=f"+44770090000{n}") for n, name in enumerate(("north", "south"))]
    with running(database, clock, {Channel.SMS: silent}) as works:
        works.go()
        works.with_kit(chance=lambda: 0.0)
        works.call({"events": [departed(f"PO {n}", tell=[f"+44770090{n:04}"]) for n in range(30)]})
        works.settle()
        clock.advance(6 * MINUTE)
        assert balance_due(works.kit) == 0


def test_an_only_provider_has_no_shares(database: Database, clock: ManualClock) -> None:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS, [BUSY] * 60)}) as works:
        works.go()
        works.call({"events": [departed(f"PO {n}", tell=[f"+44770090{n:04}"]) for n in range(60)]})
        works.settle()
        assert balance_due(works.kit) == 0
        assert not any(
            line.startswith("recorder")
            for line in report_lines(desk.report(works.kit, works.account_id), clock(), "UTC")
        )
