"""The turns in which what has waited leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.policy.draining import slots, was_away
from service.records.enums import Level, MessageKind
from service.records.pauses import DRAINING, Waits

NOON = datetime(2026, 9, 17, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def waits(name: str, level: Level = Level.INFO, **more: object) -> Waits:
    values: dict[str, object] = {
        "account_id": "acc",
        "message_id": name,
        "kind": MessageKind.NOTICE,
        "level": level,
        "due_at": NOON,
        "send_before": NOON + timedelta(hours=6),
        "updated_at": NOON,
        "held_by": "swi_1",
    }
    return Waits(**(values | more))  # type: ignore[arg-type]


def test_the_most_urgent_leaves_first() -> None:
    waiting = [
        waits("info"),
        waits("soon", send_before=NOON + timedelta(hours=1)),
        waits("critical", Level.CRITICAL),
        waits("human", Level.SYS, kind=MessageKind.HUMAN),
        waits("action", Level.ACTION),
    ]
    found = slots(waiting, 60, NOON)
    assert [one.message_id for one, _ in found] == ["human", "critical", "action", "soon", "info"]
    assert [(at - NOON).total_seconds() for _, at in found] == [0, 1, 2, 3, 4]


@given(number=st.integers(1, 400), rate=st.integers(1, 1000))
def test_no_minute_has_more_than_its_rate(number: int, rate: int) -> None:
    turns = [
        at for _, at in slots([waits(f"m{n}", send_before=NOON + timedelta(days=9)) for n in range(number)], rate, NOON)
    ]
    assert len(turns) == number
    for begin in turns[:: max(1, number // 10)]:
        assert sum(begin <= at < begin + MINUTE for at in turns) <= rate
    assert turns[-1] == NOON + timedelta(minutes=number - 1) / rate


def test_what_is_too_late_has_its_turn_all_the_same() -> None:
    """What is still owed then is said in its place: else all of it would leave at once."""
    waiting = [waits("a"), waits("old", send_before=NOON - MINUTE), waits("b", send_before=NOON + timedelta(hours=9))]
    found = {one.message_id: at for one, at in slots(waiting, 1, NOON)}
    assert found == {"old": NOON, "a": NOON + MINUTE, "b": NOON + 2 * MINUTE}


def test_a_second_resume_does_not_double_the_rate() -> None:
    """What waits for its turn already is put in order with the rest, from the next turn on."""
    queued = [waits(f"q{n}", due_at=NOON + n * MINUTE, held_by=DRAINING) for n in (1, 2)]
    found = slots([*queued, waits("new", Level.CRITICAL)], 1, NOON + MINUTE / 2)
    assert [(one.message_id, at) for one, at in found] == [
        ("new", NOON + MINUTE),
        ("q1", NOON + 2 * MINUTE),
        ("q2", NOON + 3 * MINUTE),
    ]


@pytest.mark.parametrize(("seconds", "away"), [(0, False), (60, False), (61, True)])
def test_a_minute_without_a_look_is_an_absence(seconds: int, away: bool) -> None:
    assert was_away(NOON, NOON + timedelta(seconds=seconds)) is away
    assert was_away(None, NOON) is False
