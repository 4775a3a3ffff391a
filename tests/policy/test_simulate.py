"""A replay says what the engine says: the same words in the same order, and other words under other numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.policy.simulate import replay, under
from service.records.enums import Level, Line, Mode, Origin, PromiseState, Stage
from service.records.situation import FactView, Situation, Word
from tests.policy.ledger import DAY, HOUR, MINUTE, START, Ledger, M, at, eta, fact, follower, retraction, said_dates

DEPARTED = fact(M.DEPARTED, "2026-09-17T11:00", START, place="CNNGB")
FIRST = eta("2026-10-09")


def texts(situation: Situation, end: datetime) -> list[tuple[datetime, str, str]]:
    return [(one.at, one.notice.contact_id, one.notice.code.value) for one in replay(situation, end)]


def dates(situation: Situation, end: datetime) -> list[Any]:
    return [said_dates(one.notice) for one in replay(situation, end)]


def played(facts: Sequence[FactView], end: datetime, **more: Any) -> Ledger:
    """The same facts through the engine, as they came."""
    ledger = Ledger(**more)
    ledger.play(START, end, *facts)
    return ledger


MOVES = st.lists(
    st.tuples(st.sampled_from(["2026-10-09", "2026-10-13", "2026-10-06"]), st.integers(1, 900)), max_size=6
)


@settings(max_examples=60)
@given(MOVES, st.booleans(), st.sampled_from([Level.DIGEST, Level.INFO, Level.ACTION]))
def test_a_replay_says_what_the_engine_said(moves: list[tuple[str, int]], taken_back: bool, level: Level) -> None:
    now, facts = START, [DEPARTED, FIRST]
    for day, minutes in moves:
        now += minutes * MINUTE
        facts.append(eta(day, now))
    if taken_back:
        facts.append(retraction(DEPARTED, now + HOUR))
    end = now + 10 * DAY
    ledger = played(facts, end, followers=[follower(level=level), follower("ctc_2", business=True)])
    expected = [(moment, one.contact_id, one.code.value) for moment, one in ledger.said]
    assert sorted(texts(ledger.situation(), end)) == sorted(expected)


def test_a_higher_threshold_says_less() -> None:
    end = START + 3 * DAY
    ledger = played([DEPARTED, FIRST, eta("2026-10-12", START + DAY)], end)
    assert [code for _, _, code in texts(ledger.situation(), end)] == ["M07", "D01"]
    assert [code for _, _, code in texts(under(ledger.situation(), {"N2.over_14d_hours": 96}), end)] == ["M07"]


def test_numbers_given_override_those_of_the_account_only() -> None:
    end = START + 3 * DAY
    situation = played([DEPARTED, FIRST, eta("2026-10-12", START + DAY)], end).situation()
    situation = replace(situation, account=replace(situation.account, rules={"N2.over_14d_hours": 96}))
    assert [code for _, _, code in texts(under(situation, {"N2.over_14d_hours": 24}), end)] == ["M07", "D01"]
    nearer = replace(situation, shipment=replace(situation.shipment, rules={"N2.over_14d_hours": 96}))
    assert [code for _, _, code in texts(under(nearer, {"N2.over_14d_hours": 24}), end)] == ["M07"]


def test_whoever_joins_late_is_told_from_then_on() -> None:
    late = follower("ctc_2", since=START + DAY)
    end = START + 2 * DAY
    ledger = Ledger(facts=[DEPARTED, FIRST], followers=[follower(), late])
    assert [(who, code) for _, who, code in texts(ledger.situation(), end)] == [("ctc_1", "M07"), ("ctc_2", "M01")]


def test_a_pause_of_today_is_left_out() -> None:
    paused = follower(paused_until=START + 30 * DAY)
    ledger = Ledger(facts=[DEPARTED, FIRST], followers=[paused])
    assert [code for _, _, code in texts(ledger.situation(), START + DAY)] == ["M07"]


@pytest.mark.parametrize(("mode", "count"), [(Mode.OFF, 0), (Mode.SHADOW, 1), (Mode.LIVE, 1)])
def test_modes_are_as_they_are(mode: Mode, count: int) -> None:
    ledger = Ledger(facts=[DEPARTED, FIRST])
    situation = replace(ledger.situation(), account=replace(ledger.account, mode=mode))
    assert len(texts(situation, START + DAY)) == count


def test_what_was_really_told_is_forgotten_and_what_was_declared_is_kept() -> None:
    declared = Word(
        id="prm_declared",
        contact_id="ctc_1",
        stage=Stage.REHEARSAL,
        line=Line.ARRIVAL,
        unit_group="",
        ordinal=1,
        state=PromiseState.BASELINE,
        when=at("2026-10-02"),
        made_at=START,
        origin=Origin.DECLARED,
    )
    told = replace(declared, id="prm_told", ordinal=2, state=PromiseState.TOLD, when=at("2026-10-20"), stage=Stage.LIVE)
    told = replace(told, origin=Origin.MESSAGE)
    situation = Ledger(facts=[FIRST], words=[declared, told]).situation()
    assert dates(situation, START + DAY) == [[("2026-10-09", None)]]
    assert [code for _, _, code in texts(situation, START + DAY)] == ["D01"]


def test_without_facts_there_is_nothing_to_say() -> None:
    assert texts(Ledger().situation(), START + 30 * DAY) == []


def test_what_may_leave_after_the_end_is_not_counted() -> None:
    night = START + timedelta(hours=11)
    ledger = Ledger(facts=[fact(M.DEPARTED, "2026-09-17T22:00", night, place="CNNGB")])
    assert texts(ledger.situation(), night + HOUR) == []
    ((moment, _, code),) = texts(ledger.situation(), night + DAY)
    assert (code, moment) == ("M07", datetime(2026, 9, 18, 7, tzinfo=START.tzinfo))
