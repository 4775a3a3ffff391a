"""What was claimed and never asked about waits again, and leaves as if nothing had been."""

from __future__ import annotations

from pathlib import Path

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.records.tables import Attempt
from service.store.engine import Database
from tests.kits import MINUTE, SAM, departed, running


def test_what_a_pause_put_back_leaves_once_it_is_lifted(database: Database, clock: ManualClock, tmp_path: Path) -> None:
    """The pause file falls between the claim and the call, twice."""
    sms, pauses = Recorder(Channel.SMS), ["once", "again"]
    with running(database, clock, {Channel.SMS: sms}, place=tmp_path) as works:
        works.go(rules={"N7.join_minutes": 0})

        def pause(point: str) -> None:
            if point == "s1" and pauses:
                pauses.pop()
                works.kit.pause_file.touch()

        works.with_kit(reach=pause)
        works.post(**departed())
        works.post(**departed(ref="PO 2", tell=[SAM]))
        for _ in range(2):
            works.settle()
            assert sms.asked == []
            works.kit.pause_file.unlink()
            clock.advance(MINUTE)
        works.forward(5 * MINUTE)
        assert len(sms.asked) == len(sms.messages) == 2
        assert works.states() == ["accepted", "accepted"]
        assert sorted(row.number for row in works.rows(Attempt)) == [1, 1, 2, 2, 3, 3]
