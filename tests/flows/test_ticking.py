"""Checks by the clock: once per due instant, also when the clock is set back, and never lost with whoever took one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.clock import ManualClock
from service.flows import ticking
from service.store import ticks
from service.store.engine import Database
from tests.kits import DAY, HOUR, MINUTE, running


@pytest.mark.parametrize("back", [HOUR, DAY])
def test_checks_go_on_when_the_clock_is_set_back(database: Database, clock: ManualClock, back: timedelta) -> None:
    ran: list[datetime] = []
    with running(database, clock) as works:

        def tick() -> bool:
            return ticking.once(works.kit, "desk", MINUTE, lambda: ran.append(clock()))

        begun = clock()
        for start in (begun, begun + back):
            clock.set(start)
            for _ in range(20):
                assert tick()
                assert not tick()
                clock.advance(MINUTE)
        ran.clear()
        clock.set(begun)
        for _ in range(20):
            tick()
            tick()
            clock.advance(MINUTE)
        assert ran == [begun + number * MINUTE for number in range(1, 20)], "the instant of the change itself was done"


def test_a_check_whose_taker_died_is_made_at_the_next_instant(database: Database, clock: ManualClock) -> None:
    ran: list[datetime] = []

    def die() -> None:
        raise KeyboardInterrupt

    with running(database, clock) as works:
        with pytest.raises(KeyboardInterrupt):
            ticking.once(works.kit, "desk", MINUTE, die)
        assert not ticking.once(works.kit, "desk", MINUTE, lambda: ran.append(clock()))
        with database.read() as conn:
            assert ticks.unfinished_ticks(conn, "desk") == [clock()], "that nobody brought it to an end is in view"
        clock.advance(MINUTE)
        assert ticking.once(works.kit, "desk", MINUTE, lambda: ran.append(clock()))
        assert ran == [clock()]
