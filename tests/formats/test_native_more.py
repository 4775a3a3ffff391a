"""What a native event may say beside its milestone: windows, free time, and papers that are missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.records.enums import Classifier, Milestone, Precision
from service.records.inbound import BOOKED, FREE_TIME, FactDraft
from service.records.when import on_day
from tests.formats.test_native import SIMPLE, item, problem

BOOKING: dict[str, Any] = {
    "ref": "PO 4711",
    "milestone": "delivered",
    "classifier": "planned",
    "at": "2026-10-13T09:00+01:00",
    "until": "2026-10-13T11:00+01:00",
}
HOLD: dict[str, Any] = {"ref": "PO 4711", "milestone": "customs_hold", "at": "2026-09-17", "place": "GBFXT"}
FREE: dict[str, Any] = HOLD | {"milestone": "discharged", "free_until": "2026-10-15"}


def part(event: dict[str, Any], name: str) -> FactDraft:
    (found,) = [one for one in item(event).facts if one.part == name]
    return found


@pytest.mark.parametrize(
    ("changes", "begin", "end", "flags"),
    [
        ({}, 8, 10, (BOOKED,)),
        ({"at": "2026-10-13T09:00", "until": "2026-10-13T11:00", "place": "GBFXT"}, 8, 10, (BOOKED,)),
        ({"classifier": "estimated"}, 8, 10, ()),
        ({"milestone": "arrived_delivery_place"}, 8, 10, (BOOKED,)),
        ({"milestone": "picked_up"}, 8, 10, ()),
        ({"until": None}, 8, None, (BOOKED,)),
        ({"classifier": "actual"}, 8, 10, ("future_actual",)),
    ],
)
def test_a_window(changes: dict[str, Any], begin: int, end: int | None, flags: tuple[str, ...]) -> None:
    (found,) = item(BOOKING | changes).facts
    assert found.when.precision is Precision.MINUTE
    assert found.when.at == datetime(2026, 10, 13, begin, tzinfo=UTC)
    assert found.when.until == (end and datetime(2026, 10, 13, end, tzinfo=UTC))
    assert found.flags == flags


def test_a_planned_day_is_not_booked() -> None:
    (found,) = item(BOOKING | {"at": "2026-10-13", "until": None}).facts
    assert (found.when.until, found.flags) == (None, ())


@pytest.mark.parametrize(
    ("event", "code", "pointer", "fix"),
    [
        (BOOKING | {"until": "2026-10-13T09:00+01:00"}, "bad_window", "/until", "the end of the window"),
        (BOOKING | {"until": "2026-10-13T08:00+01:00"}, "bad_window", "/until", "the end of the window"),
        (BOOKING | {"until": "2026-10-14T09:01+01:00"}, "bad_window", "/until", "at most 24 hours"),
        (BOOKING | {"until": "2026-10-13"}, "bad_window", "/until", "from the time in `at`"),
        (BOOKING | {"at": "2026-10-13"}, "bad_window", "/until", "from the time in `at`"),
        (BOOKING | {"until": "2026-10-13T11:00"}, "no_zone", "/until", "+08:00"),
        (BOOKING | {"until": 11}, "bad_time", "/until", "2026-09-17T21:10+08:00"),
        (SIMPLE | {"until": "2026-09-17T20:00+08:00"}, "bad_window", "/until", "Leave out `until`"),
        (HOLD | {"free_charge": "GBP 95"}, "free_until_missing", "/free_until", "`free_until`"),
        (FREE | {"free_charge": "a lot"}, "bad_charge", "/free_charge", "GBP 95"),
        (FREE | {"free_charge": 95}, "not_text", "/free_charge", "quotes"),
        (FREE | {"free_until": "soon"}, "bad_time", "/free_until", "2026-09-17"),
        (SIMPLE | {"place": "CNNGB", "free_until": "2026-10-15T18:00"}, "no_zone", "/free_until", "offset"),
        (HOLD | {"needs": "packing_list"}, "not_a_list", "/needs", "list"),
        (HOLD | {"needs": ["packinglist"]}, "unknown_needs", "/needs", "packing_list"),
        (HOLD | {"needs": [1]}, "not_text", "/needs", "quotes"),
        (HOLD | {"needs": ["invoice"] * 7}, "too_many_papers", "/needs", "at most 6"),
        (HOLD | {"needs_by": "2026-10-15"}, "needs_missing", "/needs", "`needs`"),
        (HOLD | {"needs": [], "needs_by": "2026-10-15"}, "needs_missing", "/needs", "`needs`"),
    ],
)
def test_refused_with_a_fix(event: dict[str, Any], code: str, pointer: str, fix: str) -> None:
    found = problem(event)
    assert (found.code, found.pointer) == (code, pointer)
    assert fix in found.fix


def test_free_time_is_a_fact_of_its_own() -> None:
    found = part(FREE | {"free_charge": "gbp95.50", "unit": "MSKU1234565"}, "free")
    assert found.milestone is Milestone.GATED_OUT_DESTINATION
    assert found.classifier is Classifier.PLANNED
    assert found.when == on_day(date(2026, 10, 15), "Europe/London")
    assert (found.charge, found.flags, found.unit) == ("GBP 95.50", (FREE_TIME,), "MSKU1234565")
    assert part(FREE | {"free_until": "2026-10-15T18:00"}, "free").when.at == datetime(2026, 10, 15, 17, tzinfo=UTC)


def test_papers_stand_with_their_day_where_one_is_given() -> None:
    asked = part(HOLD | {"needs": ["Packing list", "invoice", "invoice"], "needs_by": "2026-09-18T17:00"}, "needs")
    assert (asked.needs, asked.when.at) == (("packing_list", "invoice"), datetime(2026, 9, 18, 16, tzinfo=UTC))
    assert part(HOLD | {"needs": ["invoice"]}, "").needs == ("invoice",)
    assert part(HOLD | {"needs": []}, "").needs == ()
    assert part(HOLD, "").needs is None


def test_an_event_without_these_fields_keeps_its_name() -> None:
    """The digest of an event is its idempotency: the same on every version."""
    assert item(SIMPLE).digest == "affb621a2f317510440f927c7de04cb6cb1082dd72821b8dd0974535582c62db"
