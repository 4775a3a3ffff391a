"""Customs hold and clear containers one by one: a shipment is held as long as any of them is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from service.policy.journey import fold
from service.policy.summary import summarise
from service.records.enums import Level, Reason, ReferenceType
from service.records.inbound import PART
from service.records.said import Said
from service.records.situation import FactView, RefView
from tests.policy.ledger import DAY, HOUR, MINUTE, START, Ledger, M, fact, follower, retraction

ONE, TWO, THREE = "MSKU1234565", "TCNU1234561", "CSQU3054383"
LEFT = fact(M.DEPARTED, "2026-09-10T10:00", START - 7 * DAY, place="CNNGB", place_name="Ningbo")
THERE = fact(M.ARRIVED_DESTINATION, "2026-09-16T10:00", START - DAY, place="GBFXT", place_name="Felixstowe")
LATER = START + 30 * DAY


def step(milestone: M, hour: float, unit: str | None = None, known: float | None = None) -> FactView:
    """A fact of so many hours after START, received at once or so many hours after START."""
    when = START + hour * HOUR
    received = START + (hour if known is None else known) * HOUR
    key = f"{milestone.value}-{hour}-{unit}"
    return fact(milestone, when.isoformat()[:16], received, unit=unit, place="GBFXT", place_name="Felixstowe", key=key)


def hold(hour: float, unit: str | None = None, known: float | None = None) -> FactView:
    return step(M.CUSTOMS_HOLD, hour, unit, known)


def clear(hour: float, unit: str | None = None, known: float | None = None) -> FactView:
    return step(M.CUSTOMS_CLEARED, hour, unit, known)


def boxes(*numbers: str) -> tuple[RefView, ...]:
    return tuple(RefView(ReferenceType.CONTAINER, one) for one in numbers)


HELD, FREE = "customs_hold", "arrived"
BOTH_ARE = "Held by customs"
ONE_IS = "1 of 2 held by customs"
CASES: dict[str, tuple[list[FactView], str, str | None]] = {
    "one held, the other cleared": ([hold(1, ONE), clear(2, TWO)], HELD, ONE_IS),
    "both held, one cleared": ([hold(1, ONE), hold(2, TWO), clear(3, ONE)], HELD, ONE_IS),
    "both held": ([hold(1, ONE), hold(2, TWO)], HELD, BOTH_ARE),
    "both held, both cleared": ([hold(1, ONE), hold(2, TWO), clear(3, ONE), clear(4, TWO)], FREE, "Cleared customs"),
    "a clear of all ends the holds of all": ([hold(1, ONE), hold(2, TWO), clear(3)], FREE, "Cleared customs"),
    "a hold of all, one cleared": ([hold(1), clear(2, ONE), clear(0, TWO)], HELD, ONE_IS),
    "a hold of all, both cleared": ([hold(1), clear(2, ONE), clear(3, TWO)], FREE, "Cleared customs"),
    "a hold of all, all cleared": ([hold(1), clear(2)], FREE, "Cleared customs"),
    "held again": ([hold(1), clear(2), hold(3)], HELD, "Held by customs"),
    "held again and cleared again": ([hold(1), clear(2), hold(3), clear(4)], FREE, "Cleared customs"),
    "one held again": ([hold(1, ONE), clear(2, ONE), clear(3, TWO), hold(4, ONE)], HELD, ONE_IS),
    "one cleared, nothing held": (
        [clear(1, ONE), step(M.DISCHARGED, 0, TWO)],
        FREE,
        "1 of 2 cleared customs",
    ),
    "one container alone": ([hold(1, ONE)], HELD, "Held by customs"),
    "written otherwise": ([hold(1, ONE), clear(2, "msku 1234565")], FREE, "Cleared customs"),
    "one held, the other delivered": ([hold(1, ONE), step(M.DELIVERED, 3, TWO)], HELD, ONE_IS),
    "the held one is delivered": ([hold(1, ONE), step(M.DELIVERED, 3, ONE), clear(2, TWO)], "in_transit", None),
    "all delivered": ([hold(1, ONE), clear(2, TWO), step(M.DELIVERED, 3)], "delivered", "Delivered"),
    "released by the carrier only": ([hold(1), step(M.FREIGHT_RELEASED, 2)], HELD, "Held by customs"),
    "ready, then held": ([step(M.AVAILABLE_PICKUP, 1), hold(2)], HELD, "Held by customs"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_status_says_what_customs_hold(case: str) -> None:
    facts, word, text = CASES[case]
    for given in ([LEFT, THERE, *facts], [*reversed(facts), THERE, LEFT]):
        status = fold(given, LATER).status
        assert status.word == word
        assert text is None or status.text == text


def test_a_hold_counts_at_sea_too() -> None:
    assert fold([LEFT, hold(1, ONE), clear(2, TWO)], LATER).status.text == ONE_IS
    assert fold([LEFT, hold(1, ONE), clear(2, ONE)], LATER).status.text == "On the way, left Ningbo"


def test_the_containers_of_the_shipment_count() -> None:
    summary = summarise(fold([LEFT, THERE, hold(1, ONE)], LATER, boxes(ONE, TWO, THREE)))
    assert (summary.status_text, summary.units, summary.units_done) == ("1 of 3 held by customs", 3, 1)
    summary = summarise(fold([LEFT, THERE, hold(1), clear(2, ONE)], LATER, boxes(ONE, TWO, THREE)))
    assert summary.status_text == "2 of 3 held by customs"


FOUR = (hold(1, ONE), hold(2, TWO), clear(3, ONE), clear(4, TWO))


def test_every_order_of_two_holds_and_two_clears_comes_to_one_end() -> None:
    ends = set()
    for order in permutations(FOUR):
        ledger = heard()
        for number, one in enumerate(order):
            now = START + 5 * HOUR + number * MINUTE
            ledger.look(now, replace(one, received_at=now))
            ledger.send(now)
        ledger.play(START + 6 * HOUR, START + 4 * DAY)
        assert ledger.last is not None
        ends.add((ledger.last.summary.status, ledger.last.summary.status_text))
        assert not ledger.waiting
    assert ends == {("arrived", "Cleared customs")}


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_order_of_some_of_them_comes_to_one_end(size: int) -> None:
    for some in permutations(FOUR, size):
        status = {fold([LEFT, THERE, *order], LATER).status for order in permutations(some)}
        assert len({(one.word, one.text) for one in status}) == 1
        held = {one.unit for one in some if one.milestone is M.CUSTOMS_HOLD}
        held -= {one.unit for one in some if one.milestone is M.CUSTOMS_CLEARED}
        assert {one.word for one in status} == {HELD if held else FREE}


def heard(*containers: str) -> Ledger:
    """Somebody who was told of the arrival."""
    ledger = Ledger(followers=[follower(since=START - 8 * DAY)])
    ledger.shipment = replace(ledger.shipment, refs=(*ledger.shipment.refs, *boxes(*(containers or (ONE, TWO)))))
    ledger.play(START - DAY, START, replace(LEFT, received_at=START - DAY), THERE)
    ledger.said.clear()
    return ledger


def told(ledger: Ledger) -> list[tuple[str, int, int]]:
    said = [Said.from_json(notice.params) for _, notice in ledger.said]
    return [(one.code.value, one.units_done, one.units) for one in said]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([hold(1, ONE), clear(1, TWO)], [("D06", 1, 2), ("M15", 1, 2)]),
        ([hold(1, ONE), clear(2, TWO), clear(5, ONE)], [("D06", 1, 2), ("M15", 1, 2), ("M15", 2, 2)]),
        ([hold(1, ONE), hold(1, TWO), clear(4, ONE)], [("D06", 2, 2), ("M15", 1, 2)]),
        ([hold(1), clear(4, ONE)], [("D06", 0, 0), ("M15", 1, 2)]),
        ([hold(1), clear(4)], [("D06", 0, 0), ("M15", 0, 0)]),
        (
            [hold(1, ONE), hold(1, TWO), clear(3, ONE), hold(6, ONE), clear(9, ONE), clear(9, TWO)],
            [("D06", 2, 2), ("M15", 1, 2), ("D06", 2, 2), ("M15", 2, 2)],
        ),
        ([hold(1), clear(2), hold(4), clear(6)], [("D06", 0, 0), ("M15", 0, 0), ("D06", 0, 0), ("M15", 0, 0)]),
        ([clear(2, ONE), clear(2, TWO), hold(2.5, ONE)], [("M15", 2, 2), ("D06", 1, 2)]),
        (
            [hold(1), clear(2, ONE), hold(5, TWO), clear(8, TWO)],
            [("D06", 0, 0), ("M15", 1, 2), ("D06", 1, 2), ("M15", 2, 2)],
        ),
    ],
    ids=[
        "one held and one cleared at once",
        "the held one is cleared later",
        "both held, one cleared",
        "all held, one cleared",
        "all held, all cleared",
        "one held again",
        "all held again",
        "cleared, then one held",
        "all held, one cleared, the other held by its number",
    ],
)
def test_a_hold_is_told_and_no_clear_of_another_hides_it(
    facts: list[FactView], expected: list[tuple[str, int, int]]
) -> None:
    ledger = heard()
    ledger.play(START, START + 4 * DAY, *facts)
    assert told(ledger) == expected


def test_what_is_cleared_while_one_is_held_is_told_as_a_part() -> None:
    """All were cleared and one is held again before a word was said: the clear of the other is what is true."""
    ledger = heard()
    ledger.play(START + 4 * HOUR, START + DAY, *(replace(one, received_at=START + 4 * HOUR) for one in TURNED))
    assert ("M15", 2, 2) not in told(ledger)
    assert ("D06", 1, 2) in told(ledger)


TURNED = (clear(1), hold(2, ONE))


def test_an_older_hold_that_comes_late_is_history() -> None:
    """However often customs held and released it: what was said is not said again, and what is over is not said."""
    for before in ([], [clear(0)], [hold(-2), clear(-1)]):
        for late in (hold(-3, known=8), hold(-3, ONE, known=8), hold(1, ONE, known=8)):
            ledger = heard()
            ledger.play(START - 3 * HOUR, START + 7 * HOUR, *before, hold(2), clear(5))
            so_far = list(ledger.codes)
            assert so_far[-2:] == ["D06", "M15"]
            ledger.play(START + 7 * HOUR, START + 2 * DAY, late)
            assert ledger.codes == so_far
            assert ledger.last is not None
            assert ledger.last.summary.status_text == "Cleared customs"


@pytest.mark.parametrize("gap", [timedelta(hours=1), timedelta(hours=10), timedelta(days=2)])
def test_a_clear_between_that_comes_late_tells_no_hold_again(gap: timedelta) -> None:
    early, middle = hold(0), clear(1)
    second = replace(hold(2), when=replace(hold(2).when, at=START + HOUR + gap), event_key="second")
    ledger = heard()
    ledger.play(START, START + 3 * DAY, replace(second, received_at=START + HOUR + gap))
    assert ledger.codes == ["D06"]
    late = START + 3 * DAY
    ledger.play(late, late + DAY, replace(early, received_at=late), replace(middle, received_at=late))
    assert ledger.codes == ["D06"]
    assert ledger.last is not None
    assert ledger.last.summary.status == "customs_hold"


def test_a_clear_of_one_that_is_taken_back_holds_it_again() -> None:
    facts = [LEFT, THERE, *FOUR]
    assert fold([*facts, retraction(FOUR[2], START + 6 * HOUR)], LATER).status.text == ONE_IS
    assert fold([*facts[:-1], retraction(FOUR[1], START + 6 * HOUR)], LATER).status.word == FREE
    ledger = heard()
    ledger.play(START, START + 6 * HOUR, *FOUR)
    ledger.play(START + 6 * HOUR, START + 2 * DAY, retraction(FOUR[2], START + 6 * HOUR))
    assert ledger.codes[-1] == "D16"
    assert ledger.codes.count("D16") == 1


def test_an_exam_of_one_is_told_while_the_other_is_cleared() -> None:
    exam = replace(hold(1, ONE), reason=Reason.CUSTOMS_CHECK)
    ledger = heard()
    ledger.followers = [replace(one, level=Level.ACTION) for one in ledger.followers]
    ledger.play(START, START + 2 * DAY, exam, clear(2, TWO))
    assert told(ledger) == [("D07", 1, 2)]


def test_a_hold_that_is_over_is_not_told_to_whoever_hears_no_clear() -> None:
    ledger = heard()
    ledger.followers = [replace(one, level=Level.ACTION) for one in ledger.followers]
    now = START + 4 * HOUR
    ledger.play(now, now + DAY, replace(hold(1), received_at=now), replace(clear(2), received_at=now))
    assert ledger.codes == []


def test_a_container_that_becomes_known_after_the_clear_is_told_of() -> None:
    """Nobody could know that another is held: what was told as cleared is not the last word."""
    ledger = Ledger(followers=[follower(since=START - 8 * DAY)])
    ledger.play(START, START + 9 * HOUR, THERE, hold(1), clear(3, ONE), hold(5, TWO), clear(7, TWO))
    assert [code for code in ledger.codes if code != "M12"] == ["D06", "M15", "D06", "M15"]


def test_what_is_cleared_after_a_correction_is_told_once() -> None:
    ledger = heard()
    ledger.play(START, START + 6 * HOUR, *FOUR, retraction(FOUR[2], START + 5 * HOUR))
    assert ledger.codes[-1] == "D16"
    ledger.play(START + 7 * HOUR, START + 3 * DAY, clear(7, ONE))
    assert told(ledger)[-2:] == [("D16", 0, 0), ("M15", 2, 2)]


def test_the_path_ends_with_what_is_held() -> None:
    def shown(*facts: FactView) -> list[str]:
        return [stop.milestone.value for stop in fold([LEFT, THERE, *facts], LATER).stops][2:]

    assert shown(hold(1, ONE), clear(2, TWO)) == ["customs_hold"]
    assert shown(hold(1, ONE), clear(2, TWO), clear(3, ONE)) == ["customs_hold", "customs_cleared"]
    assert shown(hold(1), clear(2), hold(3)) == ["customs_hold", "customs_cleared", "customs_hold"]


@pytest.mark.parametrize(("pieces", "word"), [((6,), HELD), ((6, 4), "delivered")])
def test_what_is_delivered_piece_by_piece_is_held_no_more(pieces: tuple[int, ...], word: str) -> None:
    parts = [
        replace(step(M.DELIVERED, 5 + n), pieces=some, pieces_total=10, flags=(PART,)) for n, some in enumerate(pieces)
    ]
    assert fold([LEFT, THERE, hold(1), *parts], LATER).status.word == word


def cleared_on(day: str, known: float, unit: str | None = None) -> FactView:
    """A clear of which only the day is stated, so many hours after START."""
    return fact(M.CUSTOMS_CLEARED, day, START + known * HOUR, unit=unit, place="GBFXT", key=f"day-{day}-{known}-{unit}")


TODAY, TOMORROW = "2026-09-17", "2026-09-18"


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ([hold(1), cleared_on(TODAY, 3)], FREE),
        ([hold(1, ONE), cleared_on(TODAY, 3, ONE), clear(0, TWO)], FREE),
        ([hold(1, ONE), cleared_on(TODAY, 3, TWO)], HELD),
        ([hold(5), cleared_on(TODAY, 3)], HELD),
        ([hold(1), clear(2), hold(4), replace(cleared_on(TODAY, 6), source_id="src_b")], HELD),
        ([hold(1), clear(2), hold(4), cleared_on(TODAY, 6)], FREE),
        ([hold(1), hold(4), cleared_on(TODAY, 6)], FREE),
        ([hold(20), cleared_on(TODAY, 30)], HELD),
        ([hold(20), cleared_on(TOMORROW, 30)], FREE),
        ([hold(1), fact(M.AVAILABLE_PICKUP, TODAY, START + 3 * HOUR)], "available"),
    ],
    ids=[
        "a clear of the day ends the hold of that day",
        "of one container too",
        "but none of another container",
        "nor one that came after it was stated",
        "where another source knows the time of a clear it is that one",
        "but one more word of the same source is one more clear",
        "two holds of a day end with it",
        "a hold of the next day stays",
        "a clear of the next day ends it",
        "what may be collected that day is held no more",
    ],
)
def test_a_clear_without_a_time_comes_after_the_holds_of_its_day(facts: list[FactView], word: str) -> None:
    for order in permutations([LEFT, THERE, *facts]):
        assert fold(order, LATER).status.word == word


def test_a_clear_without_a_time_is_told_to_whoever_heard_of_the_hold() -> None:
    ledger = heard()
    ledger.play(START, START + DAY, hold(1), cleared_on(TODAY, 3))
    assert ledger.codes[-2:] == ["D06", "M15"]
    assert not ledger.waiting


def test_the_path_shows_the_clear_of_a_day_after_the_hold_that_it_ends() -> None:
    def steps(*facts: FactView) -> list[M]:
        return [stop.milestone for stop in fold([LEFT, THERE, *facts], LATER).stops]

    assert steps(hold(1), cleared_on(TODAY, 3))[-2:] == [M.CUSTOMS_HOLD, M.CUSTOMS_CLEARED]
    assert steps(hold(5), cleared_on(TODAY, 3))[-2:] == [M.CUSTOMS_CLEARED, M.CUSTOMS_HOLD]
