"""The proof's own arithmetic: each kind of fault is counted as what it is, and the card tells no other story."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.proof.card import BROKE, Line, digest, merge, show
from benchmarks.proof.checker import Books, Call, Evidence, Taken, Told, check
from benchmarks.proof.facts import about, phone_of, texts

NOON = datetime(2026, 10, 6, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=12)
ANN, BOB = "+12015550100", "+12015550101"

WELL = Evidence(
    attempted={"r-0", "r-1"},
    acked={"r-0", "r-1"},
    kept=["r-0", "r-1"],
    expected={ANN, BOB},
    attempted_phones={ANN, BOB},
    messages=[Told("m0", ANN, "delivered", LATER, "s0"), Told("m1", BOB, "accepted", LATER, "s1")],
    calls=[Call("c0", "m0", "accepted"), Call("c1", "m1", "accepted")],
    taken=[Taken("s0", ANN, "c0", NOON), Taken("s1", BOB, "c1", NOON)],
)
COUNTED = (
    *("lost", "dup", "ghosts", "stale", "over_cap"),
    *("unknown", "otherwise", "open", "again", "recovered", "disagree", "unbalanced"),
)
AGAIN = Call("c2", "m1", "accepted", number=2)


def bob(state: str, provider_id: str | None = None) -> list[Told]:
    """The messages, Bob's in *state*."""
    return [WELL.messages[0], Told("m1", BOB, state, LATER, provider_id)]


def faults(books: Books) -> dict[str, int]:
    """The counts that are not nought."""
    return {name: count for name in COUNTED if (count := getattr(books, name))}


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (WELL, {}),
        (replace(WELL, kept=["r-0"]), {"lost": 1}),
        (replace(WELL, taken=WELL.taken[:1]), {"lost": 1, "disagree": 1}),
        (replace(WELL, taken=WELL.taken[:1], messages=WELL.messages[:1]), {"lost": 1, "unbalanced": 1}),
        (replace(WELL, taken=WELL.taken[:1], messages=bob("unknown")), {"unknown": 1}),
        (replace(WELL, taken=WELL.taken[:1], messages=bob("uncertain")), {"unknown": 1}),
        (replace(WELL, taken=WELL.taken[:1], messages=bob("waiting")), {"open": 1}),
        (replace(WELL, taken=WELL.taken[:1], messages=bob("failed")), {"otherwise": 1}),
        (replace(WELL, messages=bob("waiting")), {"open": 1}),
        (replace(WELL, messages=bob("failed")), {"otherwise": 1, "disagree": 1}),
        (replace(WELL, messages=bob("accepted", "s9")), {"disagree": 1}),
        (replace(WELL, calls=[*WELL.calls, AGAIN], taken=[*WELL.taken, Taken("s2", BOB, "c2", NOON)]), {"dup": 1}),
        (replace(WELL, taken=[*WELL.taken, Taken("s2", BOB, "", NOON)]), {"dup": 1, "disagree": 1}),
        (replace(WELL, taken=[*WELL.taken, Taken("s2", "+12015550199", "", NOON)]), {"ghosts": 1, "disagree": 1}),
        (replace(WELL, kept=["r-0", "r-1", "r-2"]), {"ghosts": 1}),
        (replace(WELL, kept=["r-0", "r-1", "r-1"]), {"dup": 1}),
        (replace(WELL, taken=[WELL.taken[0], Taken("s1", BOB, "c1", LATER + timedelta(seconds=1))]), {"stale": 1}),
        (replace(WELL, calls=[*WELL.calls, Call("c2", "m1", "absent")]), {"again": 1}),
        (replace(WELL, calls=[WELL.calls[0], Call("c1", "m1", "accepted", doubt=timedelta(1))]), {"recovered": 1}),
        (replace(WELL, acked={"r-0"}, expected={ANN}), {}),
    ],
)
def test_each_fault_is_counted(seen: Evidence, found: dict[str, int]) -> None:
    books = check(seen)
    assert faults(books) == found
    assert books.exact is not bool(found.keys() & {"lost", "dup", "ghosts", "stale", "over_cap"})
    assert books.balanced is not bool(found.keys() & {"disagree", "unbalanced"})


@pytest.mark.parametrize(
    ("minutes", "over"), [((0, 1, 2), 0), ((0, 1, 2, 3), 1), ((0, 1, 2, 60), 0), ((0, 20, 40, 59), 1)]
)
def test_more_than_three_in_an_hour_are_over_the_cap(minutes: tuple[int, ...], over: int) -> None:
    taken = [Taken(f"s{n}", ANN, "c0", NOON + timedelta(minutes=after)) for n, after in enumerate(minutes)]
    assert check(replace(WELL, taken=[*taken, WELL.taken[1]])).over_cap == over


def test_most_facts_lead_to_a_text_of_their_own() -> None:
    numbers = range(5_000)
    assert len(texts(numbers)) == len({about(n) for n in numbers}) >= len(numbers) * 0.6
    assert all(phone_of(n) == phone_of(about(n)) and about(n) <= n for n in numbers)


def test_the_same_history_has_the_same_digest() -> None:
    assert digest([{"a": 1, "b": 2}]) == digest([{"b": 2, "a": 1}]) != digest([{"a": 1}])


def test_a_new_line_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    first, other = Line("R2", "kill -9", "sqlite", passed=False), Line("R10", "race", "sqlite", passed=True)
    broke = Line("R2", "benchmarks.proof.killing", BROKE, passed=False)
    merge(file, [other, first, broke])
    card = merge(file, [replace(first, passed=True, figures={"dup": 0, "lost": 0})])
    assert [str(line).split()[:3] for line in card] == [["R2", "PASS", "sqlite"], ["R10", "PASS", "sqlite"]]
    shown = show(card, {"R2": "Once.", "R3": "The same answer."})
    assert "dup=0 lost=0" in shown
    assert "UNPROVEN: no run" in shown.partition("R3")[2]
