"""Ticks, pulses, workers, pauses and the audit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from service.store import audit, pulse, switches, ticks, workers
from service.store.engine import Database

ACC = "acc_1"


def test_a_tick_is_claimed_once(database: Database, noon: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: database.write(lambda c: ticks.claim_tick(c, "desk", noon)), range(8)))
    assert claims.count(True) == 1
    with database.read() as conn:
        assert ticks.last_tick(conn, "desk") is None
        assert ticks.unfinished_ticks(conn, "desk") == [noon]
    database.write(lambda conn: ticks.finish_tick(conn, "desk", noon, noon))
    with database.read() as conn:
        assert ticks.last_tick(conn, "desk") == noon
        assert ticks.last_tick(conn, "audit") is None
        assert ticks.unfinished_ticks(conn, "desk") == []
    database.write(lambda conn: ticks.prune_ticks(conn, noon + timedelta(seconds=1)))
    assert database.write(lambda conn: ticks.claim_tick(conn, "desk", noon))


def test_a_clock_that_was_set_back_does_not_silence_a_check(database: Database, noon: datetime) -> None:
    def claim(at: datetime) -> bool:
        return database.write(lambda conn: ticks.claim_tick(conn, "desk", at))

    def forget(now: datetime) -> int:
        return database.write(lambda conn: ticks.forget_future(conn, "desk", now))

    minute, days = timedelta(minutes=1), timedelta(days=3)
    assert all(claim(noon + days + number * minute) for number in range(20))
    assert claim(noon)
    assert forget(noon + days + 10 * minute) == 0, "clocks of two machines may differ by some minutes"
    assert not claim(noon + days + 19 * minute)
    assert forget(noon) == 20
    assert not claim(noon)
    assert claim(noon + days + 19 * minute)
    assert database.write(lambda conn: ticks.forget_future(conn, "audit", noon)) == 0


@pytest.mark.parametrize(("minutes", "gap"), [(1, False), (10, False), (11, True), (-5, False)])
def test_a_long_silence_is_a_gap(database: Database, noon: datetime, minutes: int, gap: bool) -> None:
    later = noon + timedelta(minutes=minutes)
    database.write(lambda conn: pulse.beat(conn, "engine", noon))
    seen = database.write(lambda conn: pulse.beat(conn, "engine", later))
    assert (seen.gap_from, seen.gap_to) == ((noon, later) if gap else (None, None))
    assert seen.beat_at == max(noon, later)


def test_a_pulse_far_ahead_is_from_before_a_clock_was_set_back(database: Database, noon: datetime) -> None:
    earlier = noon - timedelta(minutes=30)
    database.write(lambda conn: pulse.beat(conn, "engine", noon))
    seen = database.write(lambda conn: pulse.beat(conn, "engine", earlier))
    assert (seen.beat_at, seen.gap_to) == (earlier, None)
    with database.read() as conn:
        assert pulse.last_beat(conn, "engine") == seen
        assert pulse.last_beat(conn, "source:src_1") is None


def test_a_gap_is_remembered(database: Database, noon: datetime) -> None:
    later = noon + timedelta(hours=1)
    database.write(lambda conn: pulse.beat(conn, "engine", noon))
    database.write(lambda conn: pulse.beat(conn, "engine", later))
    seen = database.write(lambda conn: pulse.beat(conn, "engine", later + timedelta(minutes=1)))
    assert (seen.gap_from, seen.gap_to) == (noon, later)


def test_workers_come_and_go(database: Database, noon: datetime) -> None:
    for name in ("wrk_1", "wrk_2"):
        database.write(lambda conn, name=name: workers.started(conn, name, noon))  # type: ignore[misc]
    database.write(lambda conn: workers.stopped(conn, "wrk_1", noon))
    with database.read() as conn:
        assert workers.unfinished(conn) == ["wrk_2"]


def test_a_pause_holds_until_it_is_lifted(database: Database, noon: datetime) -> None:
    def pause(scope: str, value: str = "", minutes: int | None = None, account_id: str = ACC) -> str:
        until = noon + timedelta(minutes=minutes) if minutes else None
        return database.write(
            lambda conn: switches.set_switch(
                conn, account_id, scope, value, by="key_1", why="storm", now=noon, until=until
            )
        )

    first = pause("account")
    assert pause("account") == first
    pause("country", "FR", minutes=5)
    pause("account", account_id="acc_2")
    with database.read() as conn:
        now = switches.active_switches(conn, ACC, noon)
        later = switches.active_switches(conn, ACC, noon + timedelta(minutes=5))
    assert [(one.scope, one.value, one.by, one.why) for one in now] == [
        ("account", "", "key_1", "storm"),
        ("country", "FR", "key_1", "storm"),
    ]
    assert [one.scope for one in later] == ["account"]
    assert database.write(lambda conn: switches.lift_switches(conn, ACC, "account", "", noon)) == 1
    assert database.write(lambda conn: switches.lift_switches(conn, ACC, "account", "", noon)) == 0
    with database.read() as conn:
        assert len(switches.active_switches(conn, "acc_2", noon)) == 1
    for scope, value in (("planet", "x"), ("customer", "")):
        with pytest.raises(ValueError, match="pause one of global, account"):
            pause(scope, value)


def test_what_was_changed_is_kept(database: Database, noon: datetime) -> None:
    for action in ("keys.add", "golive", "pause"):
        database.write(
            lambda conn, action=action: audit.record(  # type: ignore[misc]
                conn, ACC, "milepost golive", action, "acc_1", "the week went well", {"shipments": 300}, noon
            )
        )
    with database.read() as conn:
        newest, *_ = listed = audit.list_audit(conn, ACC, limit=2)
        rest = audit.list_audit(conn, ACC, before=listed[-1].id)
        assert audit.list_audit(conn, "acc_2") == []
    assert [one.action for one in listed + rest] == ["pause", "golive", "keys.add"]
    assert (newest.at, newest.detail, newest.why) == (noon, {"shipments": 300}, "the week went well")
