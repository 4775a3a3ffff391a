"""What real feeds do to facts, one case for each kind of mess, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from service.policy.causes import cause_of
from service.policy.journey import fold
from service.policy.summary import summarise
from service.records.enums import Classifier, Line, NoticeCode, Reason, ReferenceType
from service.records.situation import FactView, RefView
from service.records.when import When, at_minute, on_day
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, due, eta, fact, retraction

END = START + 3 * DAY
PLAN = Classifier.PLANNED
ETA = eta("2026-10-09", place="GBFXT", key="eta")
LEFT = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo", key="left")
LANDED = fact(M.ARRIVED_DESTINATION, "2026-09-18T11:00", START + DAY, place="GBFXT", key="there")
DONE = fact(M.DELIVERED, "2026-09-18T11:00", START + DAY, key="pod")
BOXES = tuple(f"MSCU00000{n:02d}" for n in range(10))


def of(source: str, one: FactView, **more: Any) -> FactView:
    """The same happening in the words of another source."""
    return replace(one, id=f"{one.id} {source}", source_id=source, event_key=f"{source} {one.event_key}", **more)


def later(one: FactView, hours: float, **more: Any) -> FactView:
    """*one*, received so many hours after it was; with *more* it is another statement of the same event."""
    moment = one.received_at + hours * HOUR
    return replace(one, id=f"{one.id}+{hours}", received_at=moment, stated_at=more.pop("stated_at", moment), **more)


def unit(one: FactView, box: str, hours: float = 0) -> FactView:
    return later(replace(one, unit=box, event_key=f"{one.event_key} {box}", id=f"{one.id} {box}"), hours)


@dataclass(frozen=True)
class Case:
    """A mess: the facts as they are received, what is said of them in all, and how the shipment stands at the end."""

    name: str
    facts: tuple[FactView, ...]
    said: list[str]
    status: str
    boxes: tuple[str, ...] = ()
    counts: tuple[int, int] | None = None
    date: str | None = None
    flags: tuple[str, ...] = ()
    until: timedelta = field(default=3 * DAY)


CASES = (
    Case(
        "the same event under two ids", (LEFT, later(replace(LEFT, event_key="left again"), 5)), ["M07"], "in_transit"
    ),
    Case("the same step from two sources", (LEFT, of("src_b", later(LEFT, 5))), ["M07"], "in_transit"),
    Case(
        "the same step from two sources, one of which does not know the place",
        (LEFT, of("src_b", later(LEFT, 5), place=None, place_name=None)),
        ["M07"],
        "in_transit",
    ),
    Case(
        "the second source's word stays when the first takes its own back",
        (LEFT, of("src_b", later(LEFT, 5)), retraction(LEFT, START + 10 * HOUR)),
        ["M07"],
        "in_transit",
    ),
    Case(
        "both sources take it back",
        (
            LEFT,
            of("src_b", later(LEFT, 5)),
            retraction(LEFT, START + 10 * HOUR),
            of("src_b", retraction(LEFT, START + 11 * HOUR), retracts="src_b left"),
        ),
        ["M07", "D16"],
        "registered",
    ),
    Case("the same estimate from two sources", (LEFT, ETA, of("src_b", later(ETA, 5))), ["M07"], "in_transit"),
    Case(
        "delivered, and an earlier step is reported late", (LEFT, DONE, later(LANDED, 20)), ["M07", "M20"], "delivered"
    ),
    Case(
        "delivered, and a tracker still says that it is on the way",
        (LEFT, DONE, fact(M.IN_TRANSIT, "2026-09-18T13:00", START + 30 * HOUR)),
        ["M07", "M20"],
        "delivered",
    ),
    Case(
        "delivered, and the truck's scan comes with a later time",
        (LEFT, DONE, fact(M.OUT_FOR_DELIVERY, "2026-09-18T12:00", START + 30 * HOUR)),
        ["M07", "M20"],
        "delivered",
    ),
    Case("delivered, and an old estimate comes once more", (LEFT, DONE, later(ETA, 40)), ["M07", "M20"], "delivered"),
    Case(
        "steps that are filled in days after they happened are no news",
        (fact(M.DEPARTED, "2026-09-12T11:00", place="CNNGB"),),
        [],
        "in_transit",
    ),
    Case(
        "three of ten containers",
        (LEFT, *(unit(DONE, box) for box in BOXES[:3])),
        ["M07", "D11"],
        "in_transit",
        boxes=BOXES,
        counts=(3, 10),
    ),
    Case(
        "all of ten containers, one after the other",
        (LEFT, *(unit(DONE, box, n / 60) for n, box in enumerate(BOXES))),
        ["M07", "M20"],
        "delivered",
        boxes=BOXES,
        counts=(10, 10),
    ),
    Case(
        "the second of two parcels does not replace the first",
        (
            *(unit(fact(M.PICKED_UP, "2026-09-17T11:00", key="got"), box) for box in "AB"),
            unit(DONE, "A"),
            unit(replace(DONE, milestone=M.OUT_FOR_DELIVERY, event_key="van", when=at("2026-09-18T12:00")), "B", 1),
        ),
        ["D11", "M19"],
        "in_transit",
        counts=(1, 2),
    ),
    Case(
        "a delivery that was not one",
        (LEFT, DONE, retraction(DONE, START + 30 * HOUR)),
        ["M07", "M20", "D16"],
        "in_transit",
    ),
    Case(
        "a gate-in that was rewritten to an empty return, and rolled back before anybody was told",
        (
            LEFT,
            empty := fact(M.EMPTY_RETURNED, "2026-09-18T11:00", START + DAY, key="empty"),
            retraction(empty, START + 30 * HOUR),
        ),
        ["M07"],
        "in_transit",
    ),
    Case(
        "a ship that leaves the port of discharge says nothing of the goods",
        (
            LEFT,
            replace(LANDED, place_role="destination"),
            fact(M.DEPARTED, "2026-09-18T20:00", START + 33 * HOUR, place="GBFXT"),
        ),
        ["M07", "M12"],
        "arrived",
    ),
    Case(
        "an estimate whose day has passed is no arrival",
        (LEFT, eta("2026-09-18", place="GBFXT")),
        ["M07"],
        "in_transit",
        until=2 * DAY,
        flags=("overdue",),
    ),
    Case(
        "an actual that lies ahead is an estimate",
        (LEFT, replace(LANDED, received_at=START, stated_at=START, when=at("2026-09-19T11:00"))),
        ["M07"],
        "in_transit",
        date="2026-09-19",
        flags=("future_actual",),
        until=DAY,
    ),
    Case(
        "a date that flaps",
        (
            LEFT,
            ETA,
            *(
                later(replace(ETA, event_key=f"flap {n}", when=at(f"2026-10-{9 + 5 * (n % 2):02d}")), n / 4)
                for n in range(1, 9)
            ),
        ),
        ["M07"],
        "in_transit",
        date="2026-10-09",
    ),
    Case(
        "an instant within the day that was told moves nothing",
        (LEFT, ETA, later(replace(ETA, event_key="late", when=at("2026-10-09T22:30")), 5)),
        ["M07"],
        "in_transit",
        date="2026-10-09",
    ),
    Case(
        "the same day with the zone unknown moves nothing",
        (LEFT, ETA, later(replace(ETA, event_key="loose", when=on_day(at("2026-10-09").on)), 5)),
        ["M07"],
        "in_transit",
        date="2026-10-09",
    ),
    Case(
        "a hub that is called a destination is a hub once the ship sails on",
        (
            LEFT,
            fact(M.ARRIVED_DESTINATION, "2026-09-18T11:00", START + DAY, place="SGSIN", key="hub"),
            fact(M.DEPARTED, "2026-09-18T23:00", START + 36 * HOUR, place="SGSIN", key="on"),
        ),
        ["M07", "M12"],
        "in_transit",
    ),
    Case(
        "an arrival that nobody calls a destination, with the goods due elsewhere, is a place on the way",
        (LEFT, ETA, replace(LANDED, place="SGSIN", place_name="Singapore")),
        ["M07"],
        "in_transit",
        date="2026-10-09",
    ),
    Case(
        "the same where its source calls it the destination",
        (LEFT, ETA, replace(LANDED, place="BEANR", place_role="destination")),
        ["M07", "M12"],
        "arrived",
    ),
    Case(
        "another ship with the same date",
        (
            replace(LEFT, vessel="MSC OSCAR", imo="9703291", voyage="432W"),
            replace(ETA, vessel="MSC OSCAR", imo="9703291", voyage="432W"),
            later(replace(ETA, vessel="MSC ZOE", imo="9703318", voyage="001W", event_key="zoe"), 5),
        ),
        ["M07"],
        "in_transit",
        date="2026-10-09",
    ),
    Case(
        "another ship with a later date",
        (
            replace(LEFT, vessel="MSC OSCAR", imo="9703291", voyage="432W"),
            ETA,
            later(
                replace(
                    ETA,
                    vessel="MSC ZOE",
                    voyage="001W",
                    event_key="zoe",
                    when=at("2026-10-16"),
                    reason=Reason.OVERBOOKED,
                ),
                5,
            ),
        ),
        ["M07", "D05"],
        "in_transit",
        date="2026-10-16",
    ),
    Case(
        "two of five pieces",
        (LEFT, replace(DONE, pieces=2, pieces_total=5)),
        ["M07", "D11"],
        "in_transit",
        counts=(2, 5),
    ),
    Case(
        "the rest of the pieces",
        (
            LEFT,
            replace(DONE, pieces=2, pieces_total=5),
            later(replace(DONE, event_key="rest", pieces=5, pieces_total=5), 3),
        ),
        ["M07", "D11", "M20"],
        "delivered",
        counts=(5, 5),
    ),
    Case(
        "cleared while still at sea",
        (LEFT, fact(M.CUSTOMS_CLEARED, "2026-09-18T11:00", START + DAY, place="GBFXT")),
        ["M07", "M15"],
        "in_transit",
    ),
    Case(
        "held, cleared, and the hold reported once more",
        (
            LEFT,
            LANDED,
            hold := fact(M.CUSTOMS_HOLD, "2026-09-18T12:00", START + 25 * HOUR, key="hold"),
            fact(M.CUSTOMS_CLEARED, "2026-09-18T15:00", START + 28 * HOUR),
            of("src_b", later(hold, 5)),
        ),
        ["M07", "M12", "D06", "M15"],
        "arrived",
    ),
    Case(
        "delivered and tried in vain at the same hour",
        (LEFT, DONE, fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-18T10:00", START + DAY, key="tried")),
        ["M07", "M20"],
        "delivered",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_told(case: Case) -> None:
    ledger = Ledger()
    refs = tuple(RefView(ReferenceType.CONTAINER, box) for box in case.boxes)
    ledger.shipment = replace(ledger.shipment, refs=(*ledger.shipment.refs, *refs))
    ledger.play(START, START + case.until, *case.facts)
    assert ledger.last is not None
    summary = ledger.last.summary
    assert (ledger.codes, summary.status) == (case.said, case.status)
    if case.counts is not None:
        delivered = [
            one
            for one in fold(case.facts, START + case.until, ledger.shipment.refs).done
            if one.milestone is M.DELIVERED
        ]
        assert [(one.units_done, one.units) for one in delivered] == [case.counts]
    if case.date is not None:
        assert str(summary.due.on if summary.due else None) == case.date
    assert set(case.flags) <= set(summary.flags)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_truth_is_the_same_in_any_order(case: Case) -> None:
    folded = [summarise(fold(facts, START + case.until)) for facts in (case.facts, case.facts[::-1])]
    assert folded[0] == folded[1]


def test_a_place_on_the_way_is_named() -> None:
    facts = (LEFT, ETA, replace(LANDED, place="SGSIN", place_name="Singapore"))
    assert summarise(fold(facts, END)).status_text == "On the way, at Singapore"


@pytest.mark.parametrize(
    ("when", "known", "told"),
    [
        (at_minute(at("2026-10-09T22:30").start, "Europe/London"), True, "2026-10-09"),
        (on_day(at("2026-10-09").on), False, "2026-10-09"),
    ],
    ids=["zone known", "zone unknown"],
)
def test_a_day_without_a_zone_stays_a_day(when: When, known: bool, told: str) -> None:
    line = fold([replace(ETA, when=when)], START).lines[Line.ARRIVAL]
    assert line.when is not None
    assert (str(line.when.on), line.when.zone_known) == (told, known)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"imo": "9703291", "voyage": "432W"}, {"imo": "9703291", "voyage": "432w"}, True),
        ({"imo": "9703291", "voyage": "432W"}, {"imo": "9703318", "voyage": "432W"}, False),
        ({"imo": "9703291", "voyage": "432W"}, {"imo": "9703291", "voyage": "433W"}, False),
    ],
    ids=["renamed", "another ship", "another voyage"],
)
def test_a_ship_is_its_number_and_voyage(one: dict[str, str], other: dict[str, str], same: bool) -> None:
    causes = [
        cause_of(NoticeCode.DEPARTED, "shp_1", vessel=name, place="CNNGB", **ship)
        for name, ship in (("MSC OSCAR", one), ("Oscar", other))
    ]
    assert (causes[0] == causes[1]) is same


def test_due_dates_of_every_kind_are_kept_apart() -> None:
    lines = fold([ETA, due("2026-10-12"), replace(DONE, classifier=PLAN, when=at("2026-10-13"))], START).lines
    assert {line: str(truth.when.on) for line, truth in lines.items() if truth.when} == {
        Line.ARRIVAL: "2026-10-09",
        Line.DELIVERY: "2026-10-12",
    }
