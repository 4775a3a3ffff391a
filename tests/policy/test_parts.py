"""A part that is delivered is not all: the containers of a shipment are its units, and a failed attempt denies one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.policy.journey import fold
from service.policy.summary import summarise
from service.records.enums import Classifier, Line, Outcome, ReferenceType
from service.records.inbound import FREE_TIME, PART
from service.records.situation import RefView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, due, fact, said_dates

BOXES = ("MSKU1234565", "TCNU1234561", "CSQU3054383")
DEPARTED = fact(M.DEPARTED, "2026-09-17T10:00", place="CNNGB", place_name="Ningbo")
TRIED = fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-17T13:30", START + 2 * HOUR, key="tried")


def containers(*numbers: str) -> tuple[RefView, ...]:
    return (RefView(ReferenceType.REF, "PO 4711"), *(RefView(ReferenceType.CONTAINER, one) for one in numbers))


def delivered(hour: int = 0, **more: Any) -> Any:
    return fact(M.DELIVERED, f"2026-09-17T{12 + hour}:30", START + HOUR + hour * HOUR, **more)


def test_one_container_of_three_is_a_part() -> None:
    ledger = Ledger()
    ledger.shipment = replace(ledger.shipment, refs=containers(*BOXES))
    ledger.play(START, START + 3 * HOUR, DEPARTED, delivered(unit=BOXES[0]))
    assert ledger.codes == ["M07", "D11"]
    assert ledger.said[-1][1].params["units"] == 3
    assert ledger.last is not None
    assert (ledger.last.summary.status_text, ledger.last.summary.units) == ("1 of 3 delivered", 3)
    others = [delivered(n + 2, unit=box) for n, box in enumerate(BOXES[1:])]
    ledger.play(START + 3 * HOUR, START + DAY, *others)
    assert ledger.codes == ["M07", "D11", "M20"]


@pytest.mark.parametrize(
    ("refs", "more", "expected"),
    [
        (BOXES[:1], {"unit": BOXES[0]}, (True, 1, 1)),
        ((), {"unit": BOXES[0]}, (True, 1, 1)),
        (BOXES, {}, (True, 0, 0)),
        (BOXES, {"unit": "pallet 1"}, (True, 1, 1)),
        (BOXES, {"unit": "msku 1234565"}, (False, 3, 1)),
        (BOXES, {"pieces": 2, "pieces_total": 10}, (False, 0, 0)),
        ((), {"unit": BOXES[0], "pieces": 10, "pieces_total": 10}, (True, 1, 1)),
        ((), {"unit": BOXES[0], "pieces": 2, "pieces_total": 10}, (False, 1, 0)),
    ],
    ids=[
        "one container",
        "none named",
        "no unit",
        "another unit",
        "written otherwise",
        "pieces",
        "all pieces of one",
        "some pieces of one",
    ],
)
def test_the_containers_count_where_a_fact_names_one(
    refs: tuple[str, ...], more: dict[str, Any], expected: tuple[bool, int, int]
) -> None:
    journey = fold([DEPARTED, delivered(**more)], START + DAY, containers(*refs))
    summary = summarise(journey)
    assert (journey.status.closed, summary.units, summary.units_done) == expected


def test_the_free_time_of_a_container_that_has_left_ends_nothing() -> None:
    free = fact(M.AVAILABLE_PICKUP, "2026-09-20", key="a", part="free", unit=BOXES[0], classifier=Classifier.PLANNED)
    free = replace(free, flags=(FREE_TIME,))
    gone = fact(M.GATED_OUT_DESTINATION, "2026-09-17T12:30", unit=BOXES[0])
    other = replace(free, unit=BOXES[1], event_key="b", when=at("2026-09-22"))
    ends = [
        fold([DEPARTED, *facts], START + HOUR, containers(*BOXES)).lines[Line.FREE_TIME].when
        for facts in ([free], [free, gone], [free, gone, other])
    ]
    assert [one and one.on.day for one in ends] == [20, None, 22]


def test_pieces_count_beside_containers_that_are_named() -> None:
    loaded = [fact(M.LOADED, "2026-09-16T10:00", place="CNNGB", unit=box) for box in BOXES]
    journey = fold([*loaded, delivered(pieces=2, pieces_total=10)], START + DAY, containers(*BOXES))
    assert (journey.done[-1].units_done, journey.done[-1].units) == (2, 10)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((6,), (6, 10)),
        ((6, 4), (10, 10)),
        ((6, 2, 2), (10, 10)),
        ((6, 3), (9, 10)),
        ((6, 6), (10, 10)),
    ],
)
def test_parts_that_are_reported_one_by_one_add_up(pieces: tuple[int, ...], expected: tuple[int, int]) -> None:
    parts = [
        replace(delivered(hour, key=f"part {hour}", pieces=some, pieces_total=10), flags=(PART,))
        for hour, some in enumerate(pieces)
    ]
    again = replace(parts[0], event_key="said twice")
    (step,) = (one for one in fold([DEPARTED, *parts, again], START + DAY).done if one.milestone is M.DELIVERED)
    assert (step.units_done, step.units) == expected
    assert step.when == parts[-1].when
    assert step.known_at == parts[-1].received_at


def test_the_last_part_tells_that_all_is_delivered() -> None:
    ledger = Ledger()
    first, last = (
        replace(delivered(hour, key=str(hour), pieces=some, pieces_total=10), flags=(PART,))
        for hour, some in ((0, 6), (5, 4))
    )
    ledger.play(START, START + 3 * HOUR, DEPARTED, first)
    assert ledger.codes == ["M07", "D11"]
    ledger.play(START + 3 * HOUR, START + DAY, last)
    assert ledger.codes == ["M07", "D11", "M20"]


def test_a_report_of_all_counts_beside_parts() -> None:
    part = replace(delivered(pieces=6, pieces_total=10), flags=(PART,))
    whole = delivered(1, key="all", pieces=10, pieces_total=10)
    (step,) = (one for one in fold([part, whole], START + DAY).done if one.milestone is M.DELIVERED)
    assert (step.units_done, step.units) == (10, 10)


def test_a_failed_attempt_after_a_delivery_says_the_date_that_it_states() -> None:
    ledger = Ledger()
    ledger.play(START, START + 1.5 * HOUR, DEPARTED, due("2026-09-18"), delivered())
    assert ledger.codes == ["M07", "M20"]
    assert [word.outcome for word in ledger.words] == [Outcome.KEPT]
    ledger.play(START + 2 * HOUR, START + 3 * HOUR, TRIED, due("2026-09-19", START + 2 * HOUR, key="tried"))
    assert ledger.codes == ["M07", "M20", "D12"], "which says what did not happen"
    assert said_dates(ledger.said[-1][1]) == [("2026-09-19", "2026-09-18")]
    assert [word.outcome for word in ledger.words] == [Outcome.REPLACED_IN_TIME, None]
    last = fact(M.DELIVERED, "2026-09-19T10:00", START + 2 * DAY, key="pod")
    ledger.play(START + 3 * HOUR, START + 3 * DAY, last)
    assert ledger.codes == ["M07", "M20", "D12", "M20"]
    assert [word.outcome for word in ledger.words] == [Outcome.REPLACED_IN_TIME, Outcome.KEPT]


@pytest.mark.parametrize(
    ("attempt", "closed"),
    [
        (TRIED, False),
        (replace(TRIED, stated_at=START), True),
        (fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-17T11:30", START + 2 * HOUR), True),
        (fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-17", START + 2 * HOUR), True),
        (replace(TRIED, unit=BOXES[1]), True),
    ],
    ids=["later", "stated before", "happened before", "the same day", "another unit"],
)
def test_only_a_later_attempt_denies_a_delivery(attempt: Any, closed: bool) -> None:
    orders = [(delivered(), attempt), (attempt, delivered())]
    assert {fold([DEPARTED, *order], START + DAY).status.closed for order in orders} == {closed}


def left(*units: str | None) -> list[Any]:
    return [
        fact(M.DEPARTED, "2026-09-17T10:00", START + HOUR, place="CNNGB", place_name="Ningbo", unit=unit)
        for unit in units
    ]


BOOKED = fact(M.BOOKING_CONFIRMED, "2026-09-17T08:00", START + HOUR)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([*left(None), delivered(unit=BOXES[0])], ["M07", "D11"]),
        ([*left(*BOXES), delivered(unit=BOXES[0])], ["M07", "D11"]),
        ([*left(*BOXES[:2]), delivered(unit=BOXES[0])], ["M07", "D11"]),
        ([*left(BOXES[0]), delivered(unit=BOXES[0])], ["D11"]),
        ([*left(BOXES[0]), delivered(unit=BOXES[1])], ["M07", "D11"]),
        ([*left(*BOXES[:2]), *(delivered(unit=box) for box in BOXES)], ["M20"]),
        ([*left(None), delivered()], ["M20"]),
        ([*left(None), delivered(pieces=2, pieces_total=10)], ["M07", "D11"]),
        ([BOOKED, *left(BOXES[0])], ["M07"]),
    ],
    ids=[
        "all left and one is there",
        "each left and one is there",
        "two left and one is there",
        "the one that left is there",
        "one left and another is there",
        "all are there",
        "all is there",
        "some pieces are there",
        "booked, and one left",
    ],
)
def test_a_part_that_is_there_overtakes_what_that_part_did(facts: list[Any], codes: list[str]) -> None:
    """The rest is still on the way, and that it left is news."""
    ledger = Ledger()
    ledger.shipment = replace(ledger.shipment, refs=containers(*BOXES))
    ledger.play(START, START + DAY, *facts)
    assert ledger.codes == codes


@pytest.mark.parametrize(
    ("flights", "flag", "named"),
    [(("XX100", "XX100"), PART, "XX100"), (("XX100", "XX102"), PART, None), (("XX100", "xx 100"), "", "XX100")],
)
def test_parts_on_two_flights_left_on_none_that_a_text_could_name(
    flights: tuple[str, str], flag: str, named: str | None
) -> None:
    parts = [
        replace(DEPARTED, id=f"p{n}", event_key=f"p{n}", voyage=flight, pieces=5 + n, pieces_total=11, flags=(flag,))
        for n, flight in enumerate(flights)
    ]
    (step,) = fold(parts, START + DAY).done
    assert step.voyage == named
