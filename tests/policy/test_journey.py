"""Folding: standing facts, roles of places, lines, status and path."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.policy.journey import fold
from service.policy.standing import next_truth, standing
from service.policy.summary import summarise
from service.records.enums import Classifier, Line, Milestone, Reason, Transport
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, MINUTE, START, M, at, due, eta, fact, retraction

LATER = START + 40 * DAY
PLAN = Classifier.PLANNED


def steps(*facts: FactView) -> list[tuple[Milestone, str]]:
    return [(one.milestone, one.stop) for one in fold(facts, LATER).done]


def test_a_retraction_takes_back_every_earlier_statement_of_its_source() -> None:
    first = fact(M.DELIVERED, "2026-09-17T11:00", key="e1")
    revised = replace(first, id="x", stated_at=START + HOUR)
    other = replace(first, id="y", source_id="src_b")
    back = retraction(first, START + 2 * HOUR)
    again = replace(first, id="z", stated_at=START + 3 * HOUR)
    assert standing([back, first, revised], LATER) == ()
    assert standing([back, first, other], LATER) == (other,)
    assert standing([again, back, first], LATER) == (again,)


def test_a_fact_may_take_another_back_and_state_something_itself() -> None:
    wrong = fact(M.DELIVERED, "2026-09-17T11:00", key="e1")
    right = fact(M.OUT_FOR_DELIVERY, "2026-09-17T11:00", START + HOUR, key="e2", retracts="e1")
    assert standing([wrong, right], LATER) == (right,)
    line = fold([due("2026-11-01", key="d1"), due("2026-11-05", START + HOUR, key="d2", retracts="d1")], START)
    assert [since for since, _ in line.lines[Line.DELIVERY].history] == [START, START + HOUR]


def test_the_latest_revision_holds_in_any_order() -> None:
    first = fact(M.DELIVERED, "2026-09-17T11:00", key="e1")
    revised = replace(first, id="x", when=at("2026-09-17T10:00"), stated_at=START + HOUR)
    assert standing([first, revised], LATER) == standing([revised, first], LATER) == (revised,)
    assert len(standing([first, replace(revised, part="eta")], LATER)) == 2


@pytest.mark.parametrize(("minutes", "classifier"), [(15, Classifier.ACTUAL), (16, Classifier.ESTIMATED)])
def test_an_actual_far_ahead_is_an_estimate(minutes: int, classifier: Classifier) -> None:
    ahead = fact(M.DELIVERED, "2026-09-17T12:00")
    (held,) = standing([ahead], START - minutes * MINUTE)
    assert held.classifier is classifier
    due_at = next_truth([ahead], START - minutes * MINUTE)
    assert due_at == (None if minutes == 15 else START - 15 * MINUTE)


def test_a_new_date_that_lay_ahead_stays_an_expectation() -> None:
    moved = fact(M.ETA_CHANGED, "2026-10-01")
    assert fold([moved], LATER).lines[Line.ARRIVAL].current is not None


VOYAGE = (
    fact(M.DEPARTED, "2026-09-01T10:00", place="CNNGB"),
    fact(M.ARRIVED_DESTINATION, "2026-09-08T10:00", place="SGSIN"),
    fact(M.DEPARTED, "2026-09-10T10:00", place="SGSIN"),
    fact(M.ARRIVED_DESTINATION, "2026-10-05T10:00", place="GBFXT"),
)


def test_hubs_are_told_apart_from_origin_and_destination() -> None:
    assert steps(*VOYAGE) == [
        (M.DEPARTED, "CNNGB"),
        (M.TRANSSHIPMENT_ARRIVED, "SGSIN"),
        (M.TRANSSHIPMENT_DEPARTED, "SGSIN"),
        (M.ARRIVED_DESTINATION, "GBFXT"),
    ]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ([VOYAGE[2]], [(M.DEPARTED, "SGSIN")]),
        ([VOYAGE[1], VOYAGE[2]], [(M.TRANSSHIPMENT_ARRIVED, "SGSIN"), (M.TRANSSHIPMENT_DEPARTED, "SGSIN")]),
        ([VOYAGE[1]], [(M.ARRIVED_DESTINATION, "SGSIN")]),
        ([VOYAGE[1], replace(VOYAGE[2], classifier=PLAN)], [(M.TRANSSHIPMENT_ARRIVED, "SGSIN")]),
        ([replace(VOYAGE[2], place_role="origin")], [(M.DEPARTED, "SGSIN")]),
        (
            [VOYAGE[0], replace(VOYAGE[2], place_role="origin")],
            [(M.TRANSSHIPMENT_DEPARTED, "CNNGB"), (M.DEPARTED, "SGSIN")],
        ),
        ([replace(VOYAGE[1], place_role="transshipment")], [(M.TRANSSHIPMENT_ARRIVED, "SGSIN")]),
        (
            [replace(VOYAGE[1], place_role="destination"), VOYAGE[2]],
            [(M.ARRIVED_DESTINATION, "SGSIN")],
        ),
        (
            [
                *(replace(one, place_role="origin") for one in VOYAGE[::2]),
                *(replace(one, place_role="destination") for one in VOYAGE[1::2]),
            ],
            [
                (M.DEPARTED, "CNNGB"),
                (M.TRANSSHIPMENT_ARRIVED, "SGSIN"),
                (M.TRANSSHIPMENT_DEPARTED, "SGSIN"),
                (M.ARRIVED_DESTINATION, "GBFXT"),
            ],
        ),
        (
            [VOYAGE[0], *(replace(one, place_role="destination") for one in VOYAGE[1::2])],
            [(M.DEPARTED, "CNNGB"), (M.TRANSSHIPMENT_ARRIVED, "SGSIN"), (M.ARRIVED_DESTINATION, "GBFXT")],
        ),
        ([replace(VOYAGE[0], classifier=PLAN), VOYAGE[2]], [(M.TRANSSHIPMENT_DEPARTED, "SGSIN")]),
        (
            [VOYAGE[0], fact(M.LOADED, "2026-09-09", place="SGSIN"), *VOYAGE[1:3]],
            [
                (M.DEPARTED, "CNNGB"),
                (M.TRANSSHIPMENT_ARRIVED, "SGSIN"),
                (M.TRANSSHIPMENT_LOADED, "SGSIN"),
                (M.TRANSSHIPMENT_DEPARTED, "SGSIN"),
            ],
        ),
        (
            [
                fact(M.GATED_IN_ORIGIN, "2026-08-30", place="CNNGB"),
                fact(M.ARRIVED_DESTINATION, "2026-08-31", place="CNNGB"),
                VOYAGE[0],
            ],
            [(M.GATED_IN_ORIGIN, "CNNGB"), (M.DEPARTED, "CNNGB")],
        ),
        ([VOYAGE[0], fact(M.DEPARTED, "2026-09-01T10:30", source_id="src_b")], [(M.DEPARTED, "CNNGB")]),
    ],
)
def test_roles(facts: list[FactView], found: list[tuple[Milestone, str]]) -> None:
    assert steps(*facts) == found


def test_the_date_of_a_hub_is_not_the_date_of_arrival() -> None:
    planned = [replace(one, classifier=PLAN) for one in VOYAGE]
    journey = fold(planned, START - 60 * DAY)
    assert journey.headline is not None
    assert journey.headline.when == VOYAGE[3].when


def test_an_estimate_beats_a_plan_and_the_latest_statement_wins() -> None:
    plan = replace(eta("2026-10-12", START + HOUR), classifier=PLAN)
    old, new = eta("2026-10-09"), eta("2026-10-10", START + 10 * MINUTE)
    assert fold([plan, new, old], START).lines[Line.ARRIVAL].when == new.when
    assert fold([plan], START).lines[Line.ARRIVAL].when == plan.when


def test_the_history_tells_what_held_since_when() -> None:
    a, b = eta("2026-10-09"), eta("2026-10-13", START + HOUR)
    stale = replace(eta("2026-10-20", START + 2 * HOUR), stated_at=START - DAY)
    back = retraction(b, START + 3 * HOUR)
    line = fold([back, stale, b, a], LATER).lines[Line.ARRIVAL]
    assert line.history == ((START, a), (START + HOUR, b), (START + 3 * HOUR, a))
    assert line.current == a


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ([eta("2026-11-09")], "arrival"),
        ([eta("2026-11-09"), fact(M.AVAILABLE_PICKUP, "2026-11-11", classifier=Classifier.ESTIMATED)], "ready"),
        ([eta("2026-11-09"), due("2026-11-12")], "delivery"),
        ([due("2026-11-12"), fact(M.DELIVERED, "2026-10-01")], None),
        ([eta("2026-11-09"), fact(M.ARRIVED_DESTINATION, "2026-10-01", place="GBFXT")], None),
        ([eta("2026-11-09"), fact(M.OUT_FOR_DELIVERY, "2026-10-01")], None),
    ],
)
def test_one_date_heads_a_shipment(facts: list[FactView], kind: str | None) -> None:
    assert summarise(fold(facts, LATER)).due_kind == kind


HELD = fact(M.CUSTOMS_HOLD, "2026-09-02")


@pytest.mark.parametrize(
    ("facts", "status", "text"),
    [
        ([], "registered", "Registered"),
        ([fact(M.BOOKING_CONFIRMED, "2026-09-01")], "booked", "Booked"),
        ([fact(M.DEPARTED, "2026-09-01", place="CNNGB", place_name="Ningbo")], "in_transit", "On the way, left Ningbo"),
        ([fact(M.DELIVERED, "2026-09-03"), fact(M.OUT_FOR_DELIVERY, "2026-09-04")], "delivered", "Delivered"),
        (
            [fact(M.CUSTOMS_HOLD, "2026-09-02"), fact(M.CUSTOMS_CLEARED, "2026-09-01"), VOYAGE[3]],
            "customs_hold",
            "Held by customs",
        ),
        (
            [fact(M.DEPARTED, "2026-09-01", place="A"), HELD, fact(M.CUSTOMS_CLEARED, "2026-09-03")],
            "in_transit",
            "On the way, left A",
        ),
        ([HELD, fact(M.CUSTOMS_CLEARED, "2026-09-03")], "in_transit", "Cleared customs"),
        (
            [fact(M.DEPARTED, "2026-09-01", place="A"), fact(M.CUSTOMS_CLEARED, "2026-09-01"), HELD],
            "customs_hold",
            "Held by customs",
        ),
        (
            [fact(M.DEPARTED, "2026-09-01", place="A"), fact(M.CUSTOMS_CLEARED, "2026-09-02")],
            "in_transit",
            "On the way, left A",
        ),
        (
            [fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-03T09:00"), fact(M.OUT_FOR_DELIVERY, "2026-09-04T09:00")],
            "out_for_delivery",
            "Out for delivery",
        ),
        (
            [fact(M.DELIVERED, "2026-09-03"), fact(M.RETURNED_SHIPPER, "2026-09-05")],
            "returned",
            "Returned to the shipper",
        ),
    ],
)
def test_status_never_goes_backwards(facts: list[FactView], status: str, text: str) -> None:
    summary = summarise(fold(facts, LATER))
    assert (summary.status, summary.status_text) == (status, text)


@pytest.mark.parametrize(
    ("transport", "text"),
    [
        (Transport.OCEAN, "Changing ship at Ningbo"),
        (Transport.AIR, "Changing flight at Ningbo"),
        (Transport.ROAD, "Changing truck at Ningbo"),
        (Transport.UNKNOWN, "Changing transport at Ningbo"),
    ],
)
def test_what_nobody_named_is_no_ship(transport: Transport, text: str) -> None:
    hub = fact(M.TRANSSHIPMENT_ARRIVED, "2026-09-01", place="CNNGB", place_name="Ningbo", transport=transport)
    assert summarise(fold([hub], LATER)).status_text == text


@pytest.mark.parametrize("port", [None, "origin"])
@pytest.mark.parametrize("depot", [{"place_name": "Felixstowe"}, {"place_name": "Ipswich"}, {"place": "GBFXT"}])
@pytest.mark.parametrize("taken_on", [M.RECEIVED_ORIGIN, M.PICKED_UP])
def test_where_the_last_mile_begins_is_not_where_the_journey_did(
    port: str | None, depot: dict[str, Any], taken_on: Milestone
) -> None:
    sailed = fact(M.DEPARTED, "2026-09-01T10:00", place="SGSIN", place_name="Singapore", place_role=port)
    there = fact(M.ARRIVED_DESTINATION, "2026-09-28T10:00", place="GBFXT", place_name="Felixstowe")
    parcel = fact(taken_on, "2026-09-29T09:00", place_role="origin", source_id="src_b", **depot)
    known = {M.DEPARTED: "SGSIN", M.ARRIVED_DESTINATION: "GBFXT"}
    done = dict(steps(sailed, there, parcel))
    assert {milestone: done.get(milestone) for milestone in known} == known
    assert summarise(fold([sailed, parcel], LATER)).status_text == "On the way, left Singapore"


def test_the_path_shows_what_is_done_and_what_is_expected() -> None:
    ahead = [replace(one, classifier=PLAN) for one in VOYAGE[2:]]
    stops = fold([*VOYAGE[:2], *ahead, due("2026-10-13")], VOYAGE[1].when.start + HOUR).stops
    assert [(stop.milestone, stop.place, stop.state) for stop in stops] == [
        (M.DEPARTED, "CNNGB", "done"),
        (M.TRANSSHIPMENT_ARRIVED, "SGSIN", "done"),
        (M.TRANSSHIPMENT_DEPARTED, "SGSIN", "expected"),
        (M.ARRIVED_DESTINATION, "GBFXT", "expected"),
        (M.DELIVERED, None, "expected"),
    ]


def test_late_days_and_reason() -> None:
    summary = summarise(fold([eta("2026-11-09"), eta("2026-11-13", START + HOUR, reason=Reason.CANAL)], START))
    assert (summary.late_days, summary.reason, str(summary.due_date)) == (4, Reason.CANAL, "2026-11-13")


@pytest.mark.parametrize(
    ("stated", "days"),
    [
        ((("a", "2026-11-09"), ("a", "2026-11-13")), 4),
        ((("a", "2026-11-09"), ("a", "2026-11-20"), ("a", "2026-11-13")), 4),
        ((("a", "2026-11-09"), ("a", "2026-11-09"), ("b", "2026-11-13")), 4),
        ((("a", "2026-11-13"), ("a", "2026-11-09")), 0),
        ((("a", "2026-11-09"), ("not a", ""), ("b", "2026-11-13")), 0),
    ],
)
def test_a_date_that_is_stated_anew_under_its_name_is_late_against_the_first(
    stated: tuple[tuple[str, str], ...], days: int
) -> None:
    facts: list[FactView] = []
    for hours, (key, day) in enumerate(stated):
        when = START + hours * HOUR
        facts.append(eta(day, when, key=key) if day else retraction(facts[-1], when))
    assert summarise(fold(facts, START + DAY)).late_days == days
    assert summarise(fold(facts[::-1], START + DAY)).late_days == days


@pytest.mark.parametrize(
    ("now", "days", "flags"),
    [
        ("2026-11-08T12:00", 0, ()),
        ("2026-11-09T23:00", 0, ()),
        ("2026-11-10T12:00", 1, ("overdue",)),
        ("2026-11-12T12:00", 3, ("overdue",)),
    ],
)
def test_a_date_that_passed_without_word_is_late(now: str, days: int, flags: tuple[str, ...]) -> None:
    moment = at(now).start
    journey = fold([eta("2026-11-09")], moment)
    summary = summarise(journey)
    assert (summary.late_days, summary.flags) == (days, flags)
    if not days:
        assert journey.changes_at is not None
        assert summarise(fold([eta("2026-11-09")], journey.changes_at)).late_days == 1
    arrived = summarise(fold([eta("2026-11-09"), fact(M.ARRIVED_DESTINATION, "2026-11-09T08:00")], moment))
    assert (arrived.late_days, "overdue" in arrived.flags) == (0, False)


@pytest.mark.parametrize(("day", "flags"), [("2026-09-03", ()), ("2026-09-01", ("date_open",))])
def test_a_delay_ends_when_the_goods_are_there(day: str, flags: tuple[str, ...]) -> None:
    late, there = fact(M.DELAYED, "2026-09-02", key="late"), fact(M.ARRIVED_DESTINATION, day, place="B")
    assert fold([late, there], LATER).flags == flags


def test_pieces_count_where_there_are_no_units() -> None:
    (some,) = fold([fact(M.DELIVERED, "2026-09-03", pieces=2, pieces_total=5)], LATER).done
    assert (some.units_done, some.units, some.complete) == (2, 5, False)


def test_dates_of_the_same_day_are_one_attempt() -> None:
    tries = [
        fact(M.DELIVERY_ATTEMPT_FAILED, day, key=day) for day in ("2026-09-03", "2026-09-03T09:00", "2026-09-03T15:00")
    ]
    assert [len(steps(*tries[:n])) for n in (1, 2, 3)] == [1, 1, 2]


def test_a_hold_after_a_release_is_another_hold() -> None:
    holds = [fact(M.CUSTOMS_HOLD, f"2026-09-0{n}", key=str(n)) for n in (1, 2, 5)]
    assert len(steps(*holds)) == 1
    assert len(steps(*holds, fact(M.CUSTOMS_CLEARED, "2026-09-04"))) == 3


def test_the_zone_of_a_fact_is_kept() -> None:
    assert fold([VOYAGE[0]], LATER).done[0].when.start - VOYAGE[0].when.start == timedelta()


def test_an_estimate_without_a_place_gives_no_destination_up() -> None:
    before = eta("2026-10-09", place_role="destination")
    there = fact(M.ARRIVED_DESTINATION, "2026-09-17T15:00", START + 4 * HOUR, place="GBFXT", place_role="destination")
    assert fold((before, there), START + DAY).status.word == "arrived"


@pytest.mark.parametrize(
    ("days", "times", "steps"),
    [
        ([M.ARRIVED_DESTINATION], [M.DEPARTED], [M.DEPARTED, M.ARRIVED_DESTINATION]),
        (
            [M.ARRIVED_DESTINATION, M.OUT_FOR_DELIVERY, M.DELIVERED],
            [M.DEPARTED, M.DELIVERY_ATTEMPT_FAILED],
            [
                M.DEPARTED,
                M.ARRIVED_DESTINATION,
                M.OUT_FOR_DELIVERY,
                M.DELIVERY_ATTEMPT_FAILED,
                M.DELIVERED,
            ],
        ),
        ([M.DEPARTED], [M.ARRIVED_DESTINATION], [M.DEPARTED, M.ARRIVED_DESTINATION]),
    ],
)
def test_a_step_without_a_time_comes_after_the_earlier_ones_of_its_day(
    days: list[M], times: list[M], steps: list[M]
) -> None:
    place = {M.DEPARTED: "GBLHR", M.ARRIVED_DESTINATION: "FRCDG"}
    facts = [fact(one, "2026-09-17", place=place.get(one)) for one in days]
    facts += [fact(one, f"2026-09-17T1{number}:00", place=place.get(one)) for number, one in enumerate(times)]
    assert [stop.milestone for stop in fold(facts, START + DAY).stops] == steps
