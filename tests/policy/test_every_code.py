"""The facts that bring D10, D14, M11, M18 and what M16 and D06 add: what is said, and what holds it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.policy.delays import slip
from service.policy.journey import fold
from service.records.enums import Classifier, Level, Line, Outcome, PromiseState, Transport
from service.records.inbound import BOOKED, FREE_TIME
from service.records.said import Said
from service.records.situation import FactView
from service.records.when import When, at_minute, on_day, when_from_json, when_to_json, window
from tests.policy.ledger import DAY, HOUR, LONDON, MINUTE, START, Ledger, M, at, due, eta, fact, follower, said_dates

PLAN = Classifier.PLANNED
OCEAN = Transport.OCEAN
LEFT = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo", transport=OCEAN)


def hours_of(day: str, begin: int, end: int) -> When:
    """A window in UTC on the clock of London."""
    noon = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return window(noon + begin * HOUR, noon + end * HOUR, LONDON)


def booked(when: When, received: datetime = START, **more: Any) -> FactView:
    more.setdefault("key", f"booked-{received}-{when.start}")
    return fact(M.DELIVERED, when, received, classifier=PLAN, flags=(BOOKED,), **more)


def free(day: str, received: datetime = START, charge: str | None = "GBP 95", **more: Any) -> FactView:
    more.setdefault("key", f"free-{received}-{day}-{more.get('unit', '')}")
    common = {"classifier": PLAN, "part": "free", "flags": (FREE_TIME,), "charge": charge}
    return fact(M.GATED_OUT_DESTINATION, day, received, **{**common, **more})


def papers(kinds: tuple[str, ...], by: str | None = None, received: datetime = START) -> FactView:
    more = {"classifier": PLAN, "part": "needs" if by else "", "needs": kinds, "key": f"papers-{received}"}
    return fact(M.INFO_RECEIVED, by or "2026-09-17", received, **more)


def news(ledger: Ledger) -> list[tuple[str, Said]]:
    return [(notice.code.value, Said.from_json(notice.params)) for _, notice in ledger.said]


# Windows.

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))
LENGTHS = st.integers(1, 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(INSTANTS, LENGTHS, st.sampled_from([None, LONDON, "Asia/Shanghai", "America/New_York"]))
def test_a_window_survives_its_json_and_has_no_clock_as_a_day(
    begin: datetime, length: timedelta, zone: str | None
) -> None:
    one = window(begin, begin + length, zone)
    assert when_from_json(when_to_json(one)) == one
    assert (one.start, one.end) == (begin, begin + length)
    assert one.as_day.until is one.as_day.at is None


def test_what_has_no_window_is_written_as_before() -> None:
    kept = when_to_json(at("2026-10-09T18:00"))
    assert kept is not None
    assert "until" not in kept
    assert "until" not in (when_to_json(on_day(START.date())) or {})


@pytest.mark.parametrize("end", [START, START - HOUR, datetime(2026, 9, 18)])
def test_a_window_ends_after_it_begins(end: datetime) -> None:
    with pytest.raises(ValueError):
        window(START, end)


@given(INSTANTS, LENGTHS, LENGTHS, st.integers(-3000, 3000))
def test_a_window_that_stays_inside_the_told_one_has_not_moved(
    begin: datetime, length: timedelta, other: timedelta, minutes: int
) -> None:
    told = window(begin, begin + length, LONDON)
    later = begin + timedelta(minutes=minutes)
    new = window(later, later + other, LONDON)
    by = slip(told, new)
    inside = told.start <= new.start and new.end <= told.end
    assert (by == timedelta()) is inside
    assert by <= timedelta() or new.end - told.end == by
    assert slip(told, told) == timedelta()


# M18.

BOOKING = hours_of("2026-09-22", 8, 10)


def waiting_for_a_date() -> Ledger:
    """Somebody who was told that it left and is due at the door on 22 September."""
    ledger = Ledger()
    ledger.look(START, LEFT, due("2026-09-22"))
    ledger.send(START)
    assert ledger.codes == ["M07"]
    return ledger


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([booked(BOOKING, START + HOUR)], ["M07", "M18"]),
        ([booked(at("2026-09-22T08:00"), START + HOUR)], ["M07", "M18"]),
        ([booked(BOOKING, START + HOUR), booked(BOOKING, START + 2 * HOUR, source_id="src_b")], ["M07", "M18"]),
        ([replace(booked(BOOKING, START + HOUR), flags=())], ["M07"]),
        ([booked(BOOKING, START + HOUR), due("2026-09-22", START + 3 * HOUR)], ["M07", "M18"]),
        ([booked(hours_of("2026-09-24", 8, 10), START + HOUR)], ["M07", "D01"]),
        ([booked(BOOKING, START + HOUR), booked(hours_of("2026-09-22", 9, 10), START + DAY)], ["M07", "M18"]),
        ([booked(BOOKING, START + HOUR), booked(hours_of("2026-09-22", 9, 11), START + DAY)], ["M07", "M18", "D01"]),
        ([booked(BOOKING, START + HOUR), booked(hours_of("2026-09-22", 6, 8), START + DAY)], ["M07", "M18", "M10"]),
        ([booked(BOOKING, START + HOUR), due("2026-09-23", START + DAY)], ["M07", "M18", "D01"]),
        (
            [booked(BOOKING, START + HOUR), fact(M.OUT_FOR_DELIVERY, "2026-09-18T10:00", START + 22 * HOUR)],
            ["M07", "M18", "M19"],
        ),
        ([booked(BOOKING, START + HOUR), fact(M.OUT_FOR_DELIVERY, "2026-09-17T13:00", START + HOUR)], ["M07", "M19"]),
    ],
    ids=[
        "a window",
        "a time",
        "said twice",
        "a plan of the carrier's",
        "then the same day",
        "it is a delay",
        "it narrows",
        "an hour later",
        "earlier",
        "another day",
        "then the truck",
        "with the truck",
    ],
)
def test_a_booked_delivery_is_said_once_and_then_moves_like_any_date(facts: list[FactView], codes: list[str]) -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + 3 * DAY, *facts)
    assert ledger.codes == codes


def test_the_window_is_what_is_promised() -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + DAY, booked(BOOKING, START + HOUR))
    (date,) = news(ledger)[1][1].dates
    assert (date.line, date.when, date.was) == (Line.DELIVERY, BOOKING, None)
    (word,) = [word for word in ledger.words if word.when == BOOKING]
    assert word.state is PromiseState.TOLD


def test_a_booking_without_a_zone_is_on_the_readers_clock() -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + DAY, booked(replace(BOOKING, zone=None, zone_known=False), START + HOUR))
    (date,) = news(ledger)[1][1].dates
    assert date.when == BOOKING


def test_who_wants_only_to_act_hears_of_no_booking() -> None:
    ledger = Ledger(followers=[follower(level=Level.ACTION)])
    decision = ledger.look(START, LEFT, booked(BOOKING))
    assert [(one.code.value, one.verdicts[-1].rule) for one in decision.held] == [("M18", "level")]


@pytest.mark.parametrize(
    ("happened", "outcome"), [("2026-09-22T10:00", Outcome.KEPT), ("2026-09-22T10:01", Outcome.BROKEN)]
)
def test_a_window_is_kept_until_its_end(happened: str, outcome: Outcome) -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + DAY, booked(BOOKING, START + HOUR))
    done = at(happened).start
    ledger.look(done + HOUR, fact(M.DELIVERED, happened, done + HOUR, key="done"))
    assert [word.outcome for word in ledger.words if word.when == BOOKING] == [outcome]


# Free time.

OFF = fact(M.DISCHARGED, "2026-09-17T11:00", place="GBFXT", place_name="Felixstowe")
READY = fact(M.AVAILABLE_PICKUP, "2026-09-17T11:00", place="GBFXT", place_name="Felixstowe")
OUT = fact(M.GATED_OUT_DESTINATION, "2026-09-18T09:00", START + 22 * HOUR, place="GBFXT")


def test_ready_says_until_when_it_is_free() -> None:
    ledger = Ledger()
    ledger.look(START, READY, free("2026-09-24"))
    ledger.send(START)
    assert [(notice.code.value, said_dates(notice)) for _, notice in ledger.said] == [("M16", [("2026-09-24", None)])]
    assert [word.line for word in ledger.words] == [Line.FREE_TIME]


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([OFF, free("2026-09-24")], ["D10", "D10"]),
        ([READY, free("2026-09-24")], ["M16", "D10", "D10"]),
        ([free("2026-09-24")], []),
        ([OFF, free("2026-09-24"), OUT], []),
        ([OFF, free("2026-09-24"), fact(M.DELIVERED, "2026-09-18T12:00", START + DAY)], ["M20"]),
        ([OFF, free("2026-09-10")], []),
        ([OFF, free("2026-09-17")], ["D10"]),
    ],
    ids=["off the ship", "ready", "at sea", "collected", "delivered", "over before we knew", "known on the last day"],
)
def test_free_time_that_ends_is_said_at_most_twice(facts: list[FactView], codes: list[str]) -> None:
    ledger = Ledger()
    ledger.play(START, START + 20 * DAY, *facts)
    assert ledger.codes == codes


def test_it_is_said_two_days_and_one_day_before_the_end_on_waking() -> None:
    ledger = Ledger()
    ledger.play(START, START + 20 * DAY, OFF, free("2026-09-24T17:00"))
    end = at("2026-09-24T17:00").end
    assert [end - when for when, _ in ledger.said] == [48 * HOUR, 24 * HOUR]
    (_, first), (_, last) = news(ledger)
    assert (first.charge, first.dates[0].unchanged, last.dates[0].unchanged) == ("GBP 95", False, True)
    assert ledger.said[0][1].level is Level.CRITICAL
    assert [word.outcome for word in ledger.words] == [Outcome.KEPT]


def test_the_clock_alone_notices_it() -> None:
    ledger = Ledger()
    decision = ledger.look(START, OFF, free("2026-09-24T17:00"))
    assert (decision.held, decision.notices) == ((), ())
    assert decision.look_at == at("2026-09-24T17:00").end - 48 * HOUR


@pytest.mark.parametrize(
    ("moved", "codes", "level"),
    [
        ("2026-09-27", ["M16", "D10", "D10", "D10"], Level.NOTICE),
        ("2026-09-22", ["M16", "D10", "D10", "D10"], Level.ACTION),
        ("2026-09-24", ["M16", "D10", "D10"], None),
    ],
)
def test_free_time_that_moves_is_news(moved: str, codes: list[str], level: Level | None) -> None:
    ledger = Ledger()
    ledger.play(START, START + 20 * DAY, READY, free("2026-09-24"), free(moved, START + HOUR))
    assert ledger.codes == codes
    if level is not None:
        assert ledger.said[1][1].level is level
        assert said_dates(ledger.said[1][1]) == [(moved, "2026-09-24")]


def test_of_several_units_the_first_that_still_stands_there_counts() -> None:
    first, second = free("2026-09-22", unit="A"), free("2026-09-25", unit="B")
    truth = fold([first, second], START).lines[Line.FREE_TIME]
    assert truth.when == first.when
    gone, also_gone = replace(OUT, unit="A", event_key="a"), replace(OUT, unit="B", event_key="b")
    truth = fold([first, second, gone], START + 2 * DAY).lines[Line.FREE_TIME]
    assert (truth.when, truth.fulfilled) == (second.when, False)
    assert fold([first, second, gone, also_gone], START + 2 * DAY).lines[Line.FREE_TIME].fulfilled


def test_free_time_is_no_date_of_the_journey() -> None:
    journey = fold([OFF, free("2026-09-24")], START)
    assert (journey.headline, set(journey.lines), journey.overdue_days) == (None, {Line.FREE_TIME}, 0)
    assert [stop.milestone for stop in journey.stops] == [M.DISCHARGED]


def test_going_live_takes_free_time_as_known() -> None:
    ledger = Ledger(close_as="went live")
    ledger.look(START, OFF, free("2026-09-18"))
    ledger.play(START, START + 10 * DAY)
    assert ledger.codes == []


# D14.

OLD = {"place": "GBFXT", "place_name": "Felixstowe", "place_role": "destination"}
NEW = {"place": "GBSOU", "place_name": "Southampton", "place_role": "destination"}


def sailing_to_felixstowe() -> Ledger:
    ledger = Ledger()
    ledger.look(START, LEFT, eta("2026-10-09", **OLD))
    ledger.send(START)
    return ledger


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([eta("2026-10-13", START + HOUR, **NEW)], ["M07", "D14"]),
        ([eta("2026-10-09", START + HOUR, **NEW)], ["M07", "D14"]),
        ([eta("2026-10-06", START + HOUR, **NEW)], ["M07", "D14"]),
        ([eta("2026-10-09", START + HOUR, **{**NEW, "place": None})], ["M07"]),
        ([eta("2026-10-09", START + HOUR, source_id="src_b", **{**NEW, "place": "GBFXP"})], ["M07"]),
        ([eta("2026-10-13", START + HOUR, **NEW), eta("2026-10-09", START + 80 * MINUTE, **OLD)], ["M07"]),
        (
            [
                fact(M.DEPARTED, "2026-10-11", START + HOUR, classifier=PLAN, place="GBFXT"),
                eta("2026-10-13", START + HOUR, **NEW),
            ],
            ["M07", "D01"],
        ),
    ],
    ids=["later", "same day", "earlier", "no code", "another source's code", "and back", "a hub after all"],
)
def test_another_port_is_said_in_place_of_the_move(facts: list[FactView], codes: list[str]) -> None:
    ledger = sailing_to_felixstowe()
    ledger.play(START, START + 4 * DAY, *facts)
    assert ledger.codes == codes


def test_the_text_names_the_port_that_is_skipped_and_promises_the_new_one() -> None:
    ledger = sailing_to_felixstowe()
    ledger.play(START, START + 4 * DAY, eta("2026-10-13", START + HOUR, **NEW))
    said = news(ledger)[1][1]
    assert (said.place, said.place_name) == ("GBFXT", "Felixstowe")
    assert [(one.place, one.was.on.isoformat() if one.was else None) for one in said.dates] == [("GBSOU", "2026-10-09")]
    assert ledger.words[-1].place == "GBSOU"
    assert "GBFXT" not in {stop.place for stop in fold(ledger.facts, START + 4 * DAY).stops}


# M11.


def near(day: str = "2026-09-24", **more: Any) -> list[FactView]:
    return [LEFT, eta(day, transport=OCEAN, **{**OLD, **more})]


@pytest.mark.parametrize(
    ("facts", "level", "codes"),
    [
        ([*near(), papers(("packing_list",), "2026-09-23T16:00")], Level.INFO, ["M07", "M11"]),
        ([*near(), papers(("packing_list",))], Level.INFO, ["M07", "M11"]),
        (near(), Level.INFO, ["M07"]),
        (near(), Level.DIGEST, ["M07", "M11"]),
        ([*near(), papers(("invoice",)), papers((), None, START + HOUR)], Level.INFO, ["M07"]),
        ([*near(), papers(("invoice",))], Level.ACTION, []),
        ([LEFT, eta("2026-09-24", transport=Transport.AIR), papers(("invoice",))], Level.INFO, ["M07"]),
        ([eta("2026-09-24", transport=OCEAN), papers(("invoice",))], Level.INFO, []),
    ],
    ids=["papers by a day", "papers", "none", "every step", "sent since", "only to act", "by air", "not left"],
)
def test_a_ship_that_nears_asks_for_papers(facts: list[FactView], level: Level, codes: list[str]) -> None:
    ledger = Ledger(followers=[follower(level=level)])
    ledger.play(START, at("2026-09-24T11:00").start, *facts)
    assert [code for code in ledger.codes if code != "D03"] == codes


def test_it_nears_once_and_the_clock_alone_notices_it() -> None:
    ledger = Ledger()
    asked = papers(("packing_list",), "2026-09-23T16:00")
    decision = ledger.look(START, *near(), asked)
    begins = at("2026-09-24").start - 3 * DAY
    assert decision.look_at == begins
    ledger.play(START, START + 6 * DAY, eta("2026-10-09", begins + 12 * HOUR, transport=OCEAN, **OLD))
    (told,) = [notice for _, notice in ledger.said if notice.code.value == "M11"]
    said = Said.from_json(told.params)
    assert said.needs == ("packing_list",)
    assert [(one.line, one.when) for one in said.dates][1] == (Line.DECISION, at("2026-09-23T16:00"))
    ledger.play(START + 6 * DAY, at("2026-10-08").start)
    assert ledger.codes.count("M11") == 1


# D06.

HOLD = fact(M.CUSTOMS_HOLD, "2026-09-17T11:00", place="GBFXT", place_name="Felixstowe")


@pytest.mark.parametrize(
    ("facts", "needs"),
    [
        ([HOLD, papers(("packing_list",), "2026-09-18T16:00")], [("packing_list",)]),
        ([HOLD], [()]),
        ([HOLD, papers(("invoice",), None, START + HOUR)], [(), ("invoice",)]),
        ([HOLD, papers(("invoice",)), papers((), None, START + HOUR)], [("invoice",)]),
        ([HOLD, papers(("invoice",)), papers(("invoice",), "2026-09-18", START + HOUR)], [("invoice",)]),
    ],
    ids=["with papers", "without", "asked for later", "sent since", "the same again"],
)
def test_a_hold_says_what_customs_needs(facts: list[FactView], needs: list[tuple[str, ...]]) -> None:
    ledger = Ledger()
    ledger.play(START, START + DAY, *facts)
    assert [said.needs for code, said in news(ledger) if code == "D06"] == needs


def test_another_day_for_our_question_breaks_no_promise() -> None:
    ledger = Ledger()
    ledger.play(START, START + 2 * HOUR, HOLD, papers(("packing_list",), "2026-09-18T16:00"))
    asked = papers(("packing_list", "invoice"), "2026-09-19T16:00", START + 2 * HOUR)
    ledger.play(START + 2 * HOUR, START + DAY, asked)
    ledger.look(START + 10 * DAY)
    assert ledger.codes == ["D06", "D06"]
    assert {word.outcome for word in ledger.words if word.line is Line.DECISION} == {Outcome.REPLACED_IN_TIME, None}


# Nothing goes wrong.


def test_at_most_six_texts_when_nothing_goes_wrong() -> None:
    ledger = Ledger()
    came = at("2026-09-24T09:00").start
    facts = [
        fact(M.BOOKING_CONFIRMED, "2026-09-17T10:00"),
        replace(LEFT, received_at=START + DAY, stated_at=START + DAY, when=at("2026-09-18T10:00")),
        eta("2026-09-24", transport=OCEAN, **OLD),
        fact(M.ARRIVED_DESTINATION, "2026-09-24T09:00", came, place="GBFXT", transport=OCEAN),
        fact(M.DISCHARGED, "2026-09-24T15:00", came + 6 * HOUR, place="GBFXT", transport=OCEAN),
        free("2026-09-30", came + 6 * HOUR),
        booked(hours_of("2026-09-28", 8, 10), came + DAY),
        fact(M.GATED_OUT_DESTINATION, "2026-09-28T07:00", came + 4 * DAY, place="GBFXT", key="gone"),
        fact(M.OUT_FOR_DELIVERY, "2026-09-28T07:30", came + 4 * DAY - HOUR),
        fact(M.DELIVERED, "2026-09-28T09:00", came + 4 * DAY, key="done"),
    ]
    ledger.play(START, came + 6 * DAY, *facts)
    assert len(ledger.codes) <= 6, ledger.codes
    assert ledger.codes[-1] == "M20"
