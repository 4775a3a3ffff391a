"""D16: who was told what proved false hears so, once, before other news; nobody else does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.records.enums import Classifier, Outcome
from service.records.said import Said
from service.records.situation import FactView
from tests.policy.ledger import (
    DAY,
    HOUR,
    MINUTE,
    START,
    Ledger,
    M,
    at,
    due,
    eta,
    fact,
    follower,
    retraction,
    said_dates,
)

DEPARTED = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo")
A, B = "2026-10-09", "2026-10-13"
DELIVERED = fact(M.DELIVERED, "2026-09-18T10:00", START + DAY, key="pod")


def told(*facts: FactView) -> Ledger:
    """A ledger played to a day after START, with *facts* beside the departure."""
    ledger = Ledger()
    ledger.play(START, START + 26 * HOUR, DEPARTED, *facts)
    return ledger


def forms(ledger: Ledger) -> list[tuple[object, object]]:
    """The corrections said: how it proved false, and what had been told."""
    return [(one.params["untrue"], one.params["told"]) for _, one in ledger.said if one.code.value == "D16"]


def test_delivered_then_not_then_delivered() -> None:
    ledger = told(eta(A), DELIVERED)
    assert ledger.codes == ["M07", "M20"]
    ledger.play(START + 27 * HOUR, START + 2 * DAY, retraction(DELIVERED, START + 27 * HOUR))
    assert ledger.codes == ["M07", "M20", "D16"]
    assert forms(ledger) == [("did_not_happen", "M20")]
    again = fact(M.DELIVERED, "2026-10-10T10:00", START + 23 * DAY, key="pod 2")
    ledger.play(START + 2 * DAY, START + 24 * DAY, again)
    assert ledger.codes[-1] == "M20"
    assert ledger.codes.count("D16") == 1


def test_a_date_taken_back_with_nothing_in_its_place() -> None:
    stated = eta(A, key="e1")
    ledger = told(stated)
    ledger.play(START + 27 * HOUR, START + 3 * DAY, retraction(stated, START + 27 * HOUR))
    assert forms(ledger) == [("not_known", None)]
    assert said_dates(ledger.said[-1][1]) == []
    ledger.play(START + 3 * DAY, START + 5 * DAY, eta(B, START + 3 * DAY))
    assert ledger.codes == ["M07", "D16", "D01"]


def test_a_date_taken_back_while_another_stands() -> None:
    other, stated = eta(B, START - HOUR, key="e0"), eta(A, key="e1")
    ledger = told(other, stated)
    ledger.play(START + 27 * HOUR, START + 3 * DAY, retraction(stated, START + 27 * HOUR))
    assert forms(ledger) == [("another_date", None)]
    assert said_dates(ledger.said[-1][1]) == [(B, A)]
    assert ledger.codes == ["M07", "D16"], "and no delay beside it"


def test_a_new_date_is_a_delay_and_no_correction() -> None:
    ledger = told(eta(A, key="e1"))
    ledger.play(START + 27 * HOUR, START + 3 * DAY, eta(B, START + 27 * HOUR, key="e1"))
    assert ledger.codes == ["M07", "D01"]


def test_another_source_still_says_so() -> None:
    other = replace(DELIVERED, id="b", source_id="src_b")
    ledger = told(DELIVERED, other)
    ledger.play(START + 27 * HOUR, START + 3 * DAY, retraction(DELIVERED, START + 27 * HOUR))
    assert "D16" not in ledger.codes


def test_a_port_that_turns_out_to_be_a_hub_is_no_mistake() -> None:
    arrived = fact(M.ARRIVED_DESTINATION, "2026-09-18T10:00", START + DAY, place="SGSIN", key="arr")
    left = fact(M.DEPARTED, "2026-09-18T20:00", START + DAY + 10 * HOUR, place="SGSIN", key="dep")
    ledger = told(eta(A, place="GBFXT"), arrived)
    ledger.play(START + 26 * HOUR, START + 4 * DAY, left)
    assert "D16" not in ledger.codes


def test_only_who_was_told_hears_of_it() -> None:
    ledger = told(DELIVERED)
    ledger.followers.append(follower("ctc_2", since=START + 26 * HOUR))
    ledger.play(START + 27 * HOUR, START + 3 * DAY, retraction(DELIVERED, START + 27 * HOUR))
    assert {one.contact_id for _, one in ledger.said if one.code.value == "D16"} == {"ctc_1"}


def test_what_was_never_said_is_not_corrected() -> None:
    ledger = Ledger()
    ledger.look(START, DEPARTED)
    ledger.look(START + MINUTE, retraction(DEPARTED, START + MINUTE))
    ledger.send(START + DAY)
    assert ledger.codes == []


@pytest.mark.parametrize("times", [1, 3])
def test_a_retraction_that_comes_again_says_nothing_more(times: int) -> None:
    ledger = told(DELIVERED)
    for n in range(times):
        back = replace(retraction(DELIVERED, START + 27 * HOUR), id=f"back-{n}")
        ledger.play(START + (27 + n) * HOUR, START + (28 + n) * HOUR, back)
    assert ledger.codes.count("D16") == 1


def again(of: FactView, hours: float, **more: Any) -> FactView:
    """The source of *of* states the same event anew, *hours* after START."""
    moment = START + hours * HOUR
    return replace(of, id=f"{of.id} {hours}", stated_at=moment, received_at=moment, **more)


@pytest.mark.parametrize(
    ("first", "changed", "code", "dates"),
    [
        (DEPARTED, {"when": at("2026-09-25T11:00")}, "M07", [A]),
        (DEPARTED, {"classifier": Classifier.PLANNED, "when": at("2026-09-25")}, "M07", [A]),
        (DELIVERED, {"classifier": Classifier.PLANNED, "when": at("2026-09-22")}, "M20", ["2026-09-22"]),
        (DELIVERED, {"milestone": M.OUT_FOR_DELIVERY}, "M20", []),
    ],
    ids=["still to come", "planned", "delivery planned", "another step"],
)
def test_a_step_that_its_source_states_otherwise_did_not_happen(
    first: FactView, changed: dict[str, Any], code: str, dates: list[str]
) -> None:
    ledger = told(eta(A), *([first] if first is not DEPARTED else []))
    ledger.followers.append(follower("ctc_2", since=START + 26 * HOUR))
    for n in (0, 1):
        ledger.play(START + (27 + n) * HOUR, START + (28 + n) * HOUR, again(first, 27 + n, **changed))
    assert forms(ledger) == [("did_not_happen", code)]
    (correction,) = [one for _, one in ledger.said if one.code.value == "D16"]
    assert correction.contact_id == "ctc_1"
    assert [day for day, _ in said_dates(correction)] == dates


def test_what_happened_after_all_is_said_again() -> None:
    ledger = told()
    later = at("2026-09-20T11:00")
    ledger.play(START + 27 * HOUR, START + 4 * DAY, again(DEPARTED, 27, when=later))
    assert ledger.codes == ["M07", "D16", "M07"]


def test_another_place_is_no_correction_and_of_two_places_the_last_is_corrected() -> None:
    ledger = told()
    elsewhere = again(DEPARTED, 27, place="CNSHA", place_name="Shanghai")
    ledger.play(START + 27 * HOUR, START + 28 * HOUR, elsewhere)
    assert "D16" not in ledger.codes
    ledger.play(START + 28 * HOUR, START + 30 * HOUR, again(elsewhere, 29, when=at("2026-09-25T11:00")))
    assert [one.params["place"] for _, one in ledger.said if one.code.value == "D16"] == ["CNSHA"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2026-09-18T10:30"], []),
        (["2026-09-17T11:00"], [("2026-09-18", "2026-09-17")]),
        (["2026-09-17T11:00", "2026-09-17T10:00"], [("2026-09-18", "2026-09-17")]),
        (["2026-09-17T11:00", "2026-09-18T10:00"], [("2026-09-18", "2026-09-17"), ("2026-09-17", "2026-09-18")]),
    ],
    ids=["another minute", "another day", "and another minute", "and back"],
)
def test_a_delivery_on_another_day_is_corrected(days: list[str], said: list[tuple[str, str]]) -> None:
    ledger = told(due("2026-09-18"), DELIVERED)
    for n, day in enumerate(days):
        changed = again(DELIVERED, 27 + 2 * n, when=at(day))
        ledger.play(START + (27 + 2 * n) * HOUR, START + (28 + 2 * n) * HOUR, changed)
    corrections = [Said.from_json(one.params) for _, one in ledger.said if one.code.value == "D16"]
    assert [(str(one.told_date.when.on), str(one.at.on)) for one in corrections if one.told_date and one.at] == said
    assert [one.outcome for one in ledger.words] == [Outcome.KEPT], "the day of a delivery is no promise"


def test_another_source_with_another_day_is_no_correction() -> None:
    ledger = told(replace(DELIVERED, when=at("2026-09-18")))
    other = replace(DELIVERED, id="b", source_id="src_b", when=at("2026-09-17T10:00"), received_at=START + 27 * HOUR)
    ledger.play(START + 27 * HOUR, START + 3 * DAY, other)
    assert "D16" not in ledger.codes
