"""Who takes the next message, and when messages move from one provider to another."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from service.policy.balancing import ERRORS, SLOW_LEAST, Standing, balance, choose, resting
from tests.policy.ledger import START

MINUTE = timedelta(minutes=1)
WHOLE = START.replace(minute=0, second=0, microsecond=0)
"""An instant at which shares may go back."""

A = Standing("a", 50, 50)
B = Standing("b", 50, 50)


def one(name: str, share: int, **more: object) -> Standing:
    return Standing(name, share, 50, **more)  # type: ignore[arg-type]


def after(*standings: Standing, minutes: float = 0) -> dict[str, int]:
    """The shares after one look, so many minutes after the whole hour."""
    moved = {move.name: move.share for move in balance(standings, WHOLE + minutes * MINUTE)}
    return {standing.name: moved.get(standing.name, standing.share) for standing in standings}


@pytest.mark.parametrize(
    ("given", "shares"),
    [
        ([None], [100]),
        ([None, None], [50, 50]),
        ([None, None, None], [34, 33, 33]),
        ([60, None], [60, 40]),
        ([60, None, None], [60, 20, 20]),
        ([100, None], [100, 0]),
        ([80, 80, None], [80, 80, 0]),
        ([0, 0], [0, 0]),
    ],
)
def test_where_shares_rest(given: list[int | None], shares: list[int]) -> None:
    assert resting(given) == shares


@pytest.mark.parametrize(
    ("shares", "chance", "name"),
    [
        ({"a": 50, "b": 50}, 0.0, "a"),
        ({"a": 50, "b": 50}, 0.499, "a"),
        ({"a": 50, "b": 50}, 0.5, "b"),
        ({"a": 50, "b": 50}, 0.999, "b"),
        ({"a": 0, "b": 10}, 0.0, "b"),
        ({"a": 10, "b": 0}, 0.999, "a"),
        ({"a": 60, "b": 60}, 0.5, "b"),
        ({"a": 0, "b": 0}, 0.0, "a"),
        ({"a": 0, "b": 0}, 0.5, "b"),
    ],
)
def test_whose_turn_it_is(shares: dict[str, int], chance: float, name: str) -> None:
    assert choose(shares, chance) == name


def test_chance_gives_each_its_part() -> None:
    turns = Counter(choose({"a": 60, "b": 30, "c": 10}, n / 1000) for n in range(1000))
    assert turns == {"a": 600, "b": 300, "c": 100}


@pytest.mark.parametrize(("shares", "chance"), [({}, 0.5), ({"a": 1}, 1.0)])
def test_no_choice(shares: dict[str, int], chance: float) -> None:
    with pytest.raises(ValueError, match=r"nobody|below 1"):
        choose(shares, chance)


@pytest.mark.parametrize(
    ("standings", "shares"),
    [
        ((one("a", 50, errors=ERRORS), B), {"a": 50, "b": 50}),
        ((one("a", 50, errors=ERRORS + 1), B), {"a": 40, "b": 60}),
        ((one("a", 4, errors=ERRORS + 1), one("b", 96)), {"a": 0, "b": 100}),
        ((one("a", 0, errors=ERRORS + 1, moved_at=WHOLE - MINUTE), one("b", 100)), {"a": 0, "b": 100}),
        ((one("a", 50, errors=60), one("b", 50, errors=70)), {"a": 50, "b": 50}),
        ((one("a", 60, errors=60), one("b", 20, errors=70), one("c", 20)), {"a": 50, "b": 20, "c": 30}),
        ((one("a", 34, errors=60), one("b", 33), one("c", 33)), {"a": 24, "b": 38, "c": 38}),
        ((one("a", 50, errors=1_000),), {"a": 50}),
    ],
)
def test_away_from_errors(standings: tuple[Standing, ...], shares: dict[str, int]) -> None:
    assert after(*standings) == shares


@pytest.mark.parametrize(
    ("standings", "shares"),
    [
        ((one("a", 50, texts=100, slow=14), B), {"a": 50, "b": 50}),
        ((one("a", 50, texts=100, slow=15), B), {"a": 40, "b": 60}),
        ((one("a", 50, texts=SLOW_LEAST - 1, slow=19), B), {"a": 50, "b": 50}),
        ((one("a", 50, texts=SLOW_LEAST, slow=3), B), {"a": 40, "b": 60}),
        ((one("a", 50, texts=100, slow=90), one("b", 50, texts=100, slow=15)), {"a": 50, "b": 50}),
        ((one("a", 50, texts=100, slow=90), one("b", 50, texts=100, slow=1)), {"a": 40, "b": 60}),
    ],
)
def test_away_from_slowness(standings: tuple[Standing, ...], shares: dict[str, int]) -> None:
    assert after(*standings) == shares


@pytest.mark.parametrize(
    ("moved", "errs", "is_slow"),
    [(0.5, False, False), (1, True, False), (4, True, False), (5, True, True), (60, True, True)],
)
def test_steps_are_not_hurried(moved: float, errs: bool, is_slow: bool) -> None:
    """So many minutes after any share moved: whether errors, and slowness, move a step again."""
    since = WHOLE + 7 * MINUTE - moved * MINUTE
    calm = one("b", 60, moved_at=since)
    assert (after(one("a", 40, errors=99), calm, minutes=7)["a"] == 30) is errs
    assert (after(one("a", 40, texts=50, slow=50), calm, minutes=7)["a"] == 30) is is_slow


@pytest.mark.parametrize(
    ("untouched", "minutes", "shares"),
    [
        (15, 0, {"a": 30, "b": 70}),
        (14, 0, {"a": 20, "b": 80}),
        (16, 1, {"a": 20, "b": 80}),
        (20, 5, {"a": 30, "b": 70}),
    ],
)
def test_back_again(untouched: int, minutes: int, shares: dict[str, int]) -> None:
    since = WHOLE + (minutes - untouched) * MINUTE
    assert after(one("a", 20, moved_at=since), one("b", 80, moved_at=since), minutes=minutes) == shares


def test_back_no_further_than_rest() -> None:
    since = WHOLE - 60 * MINUTE
    moves = balance([one("a", 47, moved_at=since), one("b", 50)], WHOLE)
    assert [(move.name, move.share) for move in moves] == [("a", 50)]


def test_a_bad_hour_and_the_way_back() -> None:
    """One provider fails outright for ten minutes: after five nothing goes there, and it comes back step by step."""
    shares, moved, seen = {"a": 50, "b": 50}, None, []
    for minute in range(140):
        now = WHOLE + minute * MINUTE
        errors = 60 if minute < 10 and shares["a"] else 0
        standings = [one("a", shares["a"], moved_at=moved, errors=errors), one("b", shares["b"], moved_at=moved)]
        moves = balance(standings, now)
        moved = now if moves else moved
        shares |= {move.name: move.share for move in moves}
        assert sum(shares.values()) == 100
        seen.append(shares["a"])
    assert seen[:6] == [40, 30, 20, 10, 0, 0]
    assert [minute for minute in range(1, 140) if seen[minute] > seen[minute - 1]] == [20, 35, 50, 65, 80]
    assert seen[-1] == 50


def test_moves_say_why() -> None:
    assert [move.why for move in balance([one("a", 50, errors=73), B], WHOLE)] == [
        "73 calls failed within 1 minute",
        "from a, of which 73 calls failed within 1 minute",
    ]
    assert balance([one("a", 50, texts=40, slow=9), B], WHOLE)[0].why == "9 of 40 texts took longer than 5 minutes"
    since = WHOLE - 60 * MINUTE
    (back, _) = balance([one("a", 20, moved_at=since), one("b", 80)], WHOLE)
    assert back.why == "nothing has moved for 15 minutes: back towards 50"
