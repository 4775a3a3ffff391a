"""Nothing is heard: who is told of it, when, and how often; and who is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.records.decision import NewTask
from service.records.enums import Classifier, Transport
from service.records.situation import FactView, Feed
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, due, eta, fact, follower

DEPARTED = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo", transport=Transport.OCEAN)
A = "2026-10-09"
DUE = at(A).end
HOURS = {str(day): [["08:00", "18:00"]] for day in range(5)}


def sailing(*facts: FactView) -> Ledger:
    """A ledger played from the departure to the day before A."""
    ledger = Ledger()
    ledger.account = replace(ledger.account, hours=HOURS)
    ledger.play(START, DUE - DAY, DEPARTED, *(facts or (eta(A),)))
    return ledger


def tasks(ledger: Ledger) -> list[NewTask]:
    """The owner's tasks of the last look."""
    return list(ledger.last.tasks) if ledger.last else []


def test_a_date_that_passed_is_said_twice_at_most() -> None:
    ledger = sailing()
    ledger.play(DUE - DAY, DUE + 20 * DAY)
    assert ledger.codes == ["M07", "D03", "D03"]
    first, second = ledger.said[1:]
    assert first[0] == datetime(2026, 10, 11, 7, 0, tzinfo=UTC), "a day and an hour later, when the night is over"
    words = [word for word in ledger.words if word.line.value == "next_word"]
    assert [(word.ordinal, word.when.start if word.when else None) for word in words] == [
        (1, datetime(2026, 10, 12, 8, 0, tzinfo=UTC))
    ], "the desk is closed on Sunday, and an hour before eight on Monday the reader sleeps"
    assert second[0] == datetime(2026, 10, 12, 7, 0, tzinfo=UTC), "an hour before"


def test_the_owner_knows_first_and_once() -> None:
    ledger = sailing()
    ledger.look(DUE + DAY - timedelta(minutes=1))
    assert tasks(ledger) == []
    ledger.look(DUE + DAY)
    (task,) = tasks(ledger)
    assert (task.kind, task.owner, task.due_at) == ("silence", "desk", DUE + DAY + HOUR)
    assert "PO 4711 was due Fri 9 Oct" in task.text
    ledger.look(DUE + 3 * DAY)
    assert [one.key for one in tasks(ledger)] == [task.key]


def test_an_arrival_ends_it() -> None:
    ledger = sailing()
    ledger.play(DUE - DAY, DUE + 5 * DAY, fact(M.ARRIVED_DESTINATION, f"{A}T20:00", DUE + 20 * HOUR, place="GBFXT"))
    assert ledger.codes == ["M07", "M12"]


def test_news_that_comes_before_the_text_takes_its_place() -> None:
    ledger = sailing()
    ledger.play(DUE - DAY, DUE + 2 * DAY, eta("2026-10-14", DUE + 22 * HOUR))
    assert ledger.codes == ["M07", "D01"]


def test_a_healthy_crossing_says_nothing_of_silence() -> None:
    ledger = Ledger()
    arrival = START + 28 * DAY
    ledger.play(
        START,
        arrival + 5 * DAY,
        DEPARTED,
        eta(str(arrival.date())),
        fact(M.ARRIVED_DESTINATION, at(f"{arrival:%Y-%m-%dT%H:%M}"), arrival + 10 * HOUR, place="GBFXT"),
    )
    assert [code for code in ledger.codes if code in {"D03", "D04"}] == []


@pytest.mark.parametrize(
    ("transport", "days"), [(Transport.OCEAN, 14), (Transport.AIR, 3), (Transport.RAIL, 5), (Transport.ROAD, 2)]
)
def test_without_any_date_it_depends_on_how_the_goods_move(transport: Transport, days: int) -> None:
    ledger = Ledger()
    ledger.play(START, START + (days - 1) * DAY, replace(DEPARTED, transport=transport))
    assert ledger.codes == ["M07"]
    ledger.play(START + (days - 1) * DAY, START + (days + 0.9) * DAY)
    assert ledger.codes == ["M07", "D04"]
    assert ledger.said[-1][1].params["days"] == days


def test_a_port_date_that_was_never_told_is_a_silence() -> None:
    ledger = sailing(due("2026-10-13"), eta(A))
    ledger.play(DUE - DAY, DUE + 2 * DAY)
    assert ledger.codes == ["M07", "D04"], "the door was told, not the port"


@pytest.mark.parametrize(
    ("lag", "begins"),
    [(None, DAY), (timedelta(hours=2), timedelta(hours=2)), (timedelta(days=3), timedelta(days=3))],
)
def test_the_usual_lag_of_its_source_counts(lag: timedelta | None, begins: timedelta) -> None:
    ledger = sailing()
    ledger.feeds = {"src_a": Feed(lag=lag, last_call_at=DUE + 2 * DAY)}
    ledger.look(DUE + begins - timedelta(minutes=1))
    assert tasks(ledger) == []
    ledger.look(DUE + begins)
    assert len(tasks(ledger)) == 1


def test_a_source_that_stopped_sending_is_ours_to_look_into() -> None:
    ledger = sailing()
    ledger.feeds = {"src_a": Feed(last_call_at=DUE - 10 * DAY)}
    ledger.play(DUE - DAY, DUE + 3 * DAY)
    assert ledger.codes == ["M07"]
    assert "stopped sending" in tasks(ledger)[0].text
    ledger.feeds = {"src_a": Feed(last_call_at=DUE + 3 * DAY)}
    ledger.play(DUE + 3 * DAY, DUE + 4 * DAY)
    assert ledger.codes == ["M07", "D03"]


def test_our_own_outage_is_nobodys_alarm() -> None:
    ledger = sailing()
    back = DUE + 2 * DAY
    ledger.resumed_at = back
    ledger.play(back, back + 20 * HOUR)
    assert ledger.codes == ["M07"]
    ledger.play(back + 20 * HOUR, back + 2 * DAY)
    assert ledger.codes == ["M07", "D03"]


def test_who_joined_later_or_was_loaded_later_hears_nothing_of_it() -> None:
    ledger = sailing()
    ledger.followers.append(follower("ctc_2", since=DUE + HOUR))
    ledger.play(DUE + HOUR, DUE + 3 * DAY)
    assert {one.contact_id for _, one in ledger.said if one.code.value == "D03"} == {"ctc_1"}
    loaded = Ledger()
    loaded.shipment = replace(loaded.shipment, first_load_at=DUE + HOUR)
    loaded.play(DUE + HOUR, DUE + 9 * DAY, DEPARTED, eta(A))
    assert loaded.codes == []


def test_going_live_after_the_date_says_nothing_of_it() -> None:
    ledger = Ledger()
    ledger.close_as = "went live"
    ledger.look(DUE + 2 * DAY, DEPARTED, eta(A))
    ledger.play(DUE + 2 * DAY, DUE + 9 * DAY)
    assert ledger.codes == []


def test_a_planned_departure_that_passed_is_a_silence_too() -> None:
    ledger = Ledger()
    plan = fact(M.DEPARTED, "2026-09-20", classifier=Classifier.PLANNED, key="plan")
    ledger.play(START, START + 6 * DAY, fact(M.BOOKING_CONFIRMED, "2026-09-17T10:00"), plan)
    assert ledger.codes == ["M02", "D04", "D04"]


@pytest.mark.parametrize(
    ("happened", "codes"),
    [
        (fact(M.CUSTOMS_CLEARED, "2026-10-10T09:00", DUE + 10 * HOUR, place="GBFXT"), ["M07", "M15"]),
        (fact(M.CUSTOMS_CLEARED, "2026-10-09", DUE + 10 * HOUR), ["M07", "M15"]),
        (fact(M.DISCHARGED, "2026-10-09T20:00", DUE + 10 * HOUR, place="GBFXT"), ["M07"]),
        (fact(M.GATED_OUT_DESTINATION, "2026-10-10T09:00", DUE + 10 * HOUR), ["M07"]),
        (fact(M.CUSTOMS_CLEARED, "2026-10-08T09:00", DUE - 20 * HOUR, place="GBFXT"), ["M07", "M15", "D03", "D03"]),
        (fact(M.CUSTOMS_CLEARED, "2026-10-10T09:00", DUE + 10 * HOUR, place="NLRTM"), ["M07", "M15", "D03", "D03"]),
        (fact(M.CUSTOMS_STARTED, "2026-10-10T09:00", DUE + 10 * HOUR), ["M07", "D03", "D03"]),
    ],
    ids=["cleared there", "nobody says where", "unloaded", "collected", "at sea still", "elsewhere", "only begun"],
)
def test_a_later_step_at_the_port_shows_that_it_arrived(happened: FactView, codes: list[str]) -> None:
    ledger = sailing(eta(A, place="GBFXT", place_role="destination"))
    ledger.play(DUE - DAY, DUE + 8 * DAY, happened)
    assert ledger.codes == codes
