"""A pause, patience with delays, and a person's own names for orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.policy.delays import Slip
from service.policy.preferences import as_patient, level_chosen, level_word, paused
from service.records.enums import Level, NoticeState
from service.records.own_names import own_name
from service.records.situation import Follower
from service.records.when import on_day
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, eta, fact, follower, said_dates

DEPARTED = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo")
A, B = "2026-10-09", "2026-10-13"


def sailing(**chosen: Any) -> Ledger:
    """Somebody who was told of a departure and its date, and then chose."""
    ledger = Ledger()
    ledger.look(START, DEPARTED, eta(A))
    ledger.send(START)
    ledger.followers = [replace(ledger.followers[0], **chosen)]
    return ledger


def someone(**chosen: Any) -> Follower:
    return follower(**chosen)


@pytest.mark.parametrize(
    ("until", "level", "waits"),
    [
        (None, Level.ACTION, False),
        (START - HOUR, Level.ACTION, False),
        (START, Level.ACTION, False),
        (START + HOUR, Level.INFO, True),
        (START + HOUR, Level.NOTICE, True),
        (START + HOUR, Level.ACTION, True),
        (START + HOUR, Level.CRITICAL, False),
    ],
)
def test_what_a_pause_holds(until: Any, level: Level, waits: bool) -> None:
    assert (paused(someone(paused_until=until), level, START) is not None) is waits


def test_a_delay_waits_for_the_end_of_a_pause() -> None:
    ledger = sailing(paused_until=START + 5 * DAY)
    ledger.play(START, START + 4 * DAY, eta(B, START + DAY))
    assert ledger.codes == ["M07"]
    (waiting,) = ledger.waiting
    assert waiting.not_before == START + 5 * DAY
    ledger.play(START + 4 * DAY, START + 6 * DAY)
    assert ledger.codes == ["M07", "D01"]
    assert said_dates(ledger.said[-1][1]) == [(B, A)]


def test_a_delay_that_went_away_in_the_pause_is_never_said() -> None:
    ledger = sailing(paused_until=START + 5 * DAY)
    ledger.play(START, START + 6 * DAY, eta(B, START + DAY), eta(A, START + 2 * DAY))
    assert ledger.codes == ["M07"]


def test_a_milestone_in_a_pause_is_closed_with_its_reason_and_never_said() -> None:
    ledger = sailing(paused_until=START + 5 * DAY)
    arrived = fact(M.ARRIVED_DESTINATION, "2026-09-18T11:00", START + DAY, place="GBFXT", place_name="Felixstowe")
    decision = ledger.look(START + DAY, arrived)
    (closed,) = decision.notices
    assert closed.state is NoticeState.BASELINE
    assert (closed.why[-1].rule, closed.why[-1].passed) == ("pause", False)
    assert "22 Sep" in closed.why[-1].text
    ledger.play(START + DAY, START + 6 * DAY)
    assert ledger.codes == ["M07"]


def test_what_needs_action_waits_and_damage_passes() -> None:
    ledger = sailing(paused_until=START + 5 * DAY)
    held = fact(M.CUSTOMS_HOLD, "2026-09-18T10:00", START + DAY, place="GBFXT", place_name="Felixstowe")
    damaged = fact(M.EXCEPTION, "2026-09-18T11:00", START + DAY, place="GBFXT", flags=("damaged",))
    ledger.play(START, START + 4 * DAY, held, damaged)
    assert ledger.codes == ["M07", "D09"]
    ledger.play(START + 4 * DAY, START + 6 * DAY)
    assert ledger.codes == ["M07", "D09", "D06"]


def test_who_joins_in_a_pause_is_welcomed_when_it_ends() -> None:
    ledger = sailing()
    ledger.followers.append(follower("ctc_2", since=START + HOUR, paused_until=START + 3 * DAY))
    ledger.play(START + HOUR, START + 4 * DAY)
    assert [(n.contact_id, n.code.value) for _, n in ledger.said] == [("ctc_1", "M07"), ("ctc_2", "M01")]


@pytest.mark.parametrize(
    ("days", "late", "over", "needed", "news"),
    [
        (4, True, None, False, True),
        (4, True, 3, False, True),
        (4, True, 4, False, False),
        (4, True, 5, False, False),
        (4, True, 5, True, True),
        (-4, False, 5, False, True),
    ],
)
def test_of_delays_only_those_that_are_long_enough(
    days: int, late: bool, over: int | None, needed: bool, news: bool
) -> None:
    slip = Slip(timedelta(days=days), (), late=late, news=True, ripe=START)
    found = as_patient(someone(late_over_days=over), slip, needed=needed)
    assert found.news is news
    assert (found is slip) is news
    assert news or "hears of delays of more than" in found.verdicts[-1].text


def test_a_patient_reader_hears_of_the_long_delay_only() -> None:
    ledger = sailing(late_over_days=5)
    ledger.play(START, START + 4 * DAY, eta(B, START + HOUR), eta("2026-10-15", START + 2 * DAY))
    assert [(n.code.value, said_dates(n)) for _, n in ledger.said][1:] == [("D01", [("2026-10-15", A)])]


def test_what_is_needed_by_a_day_outweighs_patience() -> None:
    ledger = sailing(late_over_days=30)
    ledger.shipment = replace(ledger.shipment, need_by=on_day(at("2026-10-10").on).on)
    ledger.play(START, START + DAY, eta(B, START + HOUR))
    assert ledger.codes == ["M07", "D01"]


def test_each_reader_reads_their_own_name_for_the_order() -> None:
    ledger = Ledger()
    ledger.followers = [follower(names={"4711": "Spring toys"}), follower("ctc_2")]
    ledger.look(START, DEPARTED, eta(A))
    assert {one.contact_id: one.params["ref"] for one in ledger.waiting} == {
        "ctc_1": "Spring toys",
        "ctc_2": "PO 4711",
    }


@pytest.mark.parametrize(
    ("names", "refs", "own"),
    [
        ({}, ["4711"], None),
        ({"4711": "Toys"}, ["4711"], "Toys"),
        ({"4711": "Toys"}, ["PO 4711"], "Toys"),
        ({"PO-4711": "Toys"}, ["4711"], "Toys"),
        ({"p.o. #4711": "Toys"}, ["PO4711"], "Toys"),
        ({"hb 22 31": "Toys"}, ["HB2231"], "Toys"),
        ({"4711": "Toys"}, ["47110"], None),
        ({"PO": "Toys"}, ["PO"], "Toys"),
        ({"2": "Two", "1": "One"}, ["1", "2"], "One"),
    ],
)
def test_own_names(names: dict[str, str], refs: list[str], own: str | None) -> None:
    assert own_name(names, refs) == own


@pytest.mark.parametrize("level", [Level.PAGE, Level.DIGEST, Level.INFO, Level.NOTICE, Level.ACTION, Level.CRITICAL])
def test_a_choice_that_holds_already_changes_nothing(level: Level) -> None:
    assert level_chosen(level_word(level), level) is level


@pytest.mark.parametrize(
    ("word", "level"),
    [("only_when_i_must_act", Level.ACTION), ("important", Level.INFO), ("every_step", Level.DIGEST)],
)
def test_what_the_choices_stand_for(word: str, level: Level) -> None:
    other = Level.INFO if level is not Level.INFO else Level.ACTION
    assert level_chosen(word, other) is level
