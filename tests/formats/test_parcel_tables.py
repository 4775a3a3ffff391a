"""Every row of the parcel platforms' tables, read as the table says."""

from __future__ import annotations

from typing import Any

import pytest

from service.formats.parcels import aftership_codes, easypost_codes, karrio_codes, shippo_codes
from service.formats.parcels.common_codes import Table
from service.formats.registry import known
from service.formats.vocabulary import ELSEWHERE, Code
from service.records.enums import Milestone, Reason
from service.records.inbound import Reading
from tests.formats.parcels import aftership, checkpoint, detail, easypost, facts, karrio, read, scan, shippo, step


def easypost_detail(code: str) -> dict[str, Any]:
    status = "return_to_sender" if code == "return" else "in_transit"
    return easypost(detail(status, code))


def shippo_substatus(code: str) -> dict[str, Any]:
    return shippo(step(shippo_codes.BELONGS.get(code, "TRANSIT"), code))


MADE: list[tuple[str, Table, Any]] = [
    ("aftership", aftership_codes.TAGS, lambda code: aftership(checkpoint(None, tag=code))),
    ("aftership", aftership_codes.SUBTAGS, lambda code: aftership(checkpoint(code))),
    ("easypost", easypost_codes.STATUSES, lambda code: easypost(detail(code, None))),
    ("easypost", easypost_codes.DETAILS, easypost_detail),
    ("shippo", shippo_codes.STATUSES, lambda code: shippo(step(code))),
    ("shippo", shippo_codes.SUBSTATUSES, shippo_substatus),
    ("karrio", karrio_codes.STATUSES, lambda code: karrio(scan(code))),
    ("karrio", karrio_codes.REASONS, lambda code: karrio(scan("on_hold", code))),
]
ROWS = [(name, table, made, row) for name, table, made in MADE for row in table.vocabulary.rows]


@pytest.mark.parametrize(
    ("name", "table", "made", "row"), ROWS, ids=lambda value: value.code if isinstance(value, Code) else ""
)
def test_every_row(name: str, table: Table, made: Any, row: Code) -> None:
    reading = read(name, made(row.code))
    if isinstance(row.becomes, Milestone):
        (fact,) = facts(reading)
        assert (fact.milestone, fact.reason) == (row.becomes, row.reason)
        assert {"damaged", "lost"} & set(fact.flags) == ({table.flags[row.code]} if row.code in table.flags else set())
    elif isinstance(row.becomes, Reason):
        (fact,) = facts(reading)
        assert (fact.milestone, fact.reason) == (Milestone.EXCEPTION, row.becomes)
    elif row.becomes == ELSEWHERE:
        (fact,) = facts(reading)
        assert fact.milestone in {Milestone.IN_TRANSIT, Milestone.EXCEPTION}
        assert fact.reason is None
    else:
        assert [one.reason for one in reading.ignored] == [row.becomes]


def test_the_cases_cover_every_vocabulary_of_the_platforms() -> None:
    tried = {table.vocabulary.name for _, table, _ in MADE} | {aftership_codes.REVISION.name}
    named = {voc.name for name in ("aftership", "easypost", "shippo", "karrio") for voc in known()[name].vocabularies}
    assert tried == named
    for _, table, _ in MADE:
        codes = [row.code for row in table.vocabulary.rows]
        assert len(codes) == len(set(codes))
        assert table.vocabulary.source


@pytest.mark.parametrize("row", aftership_codes.REVISION.rows, ids=lambda row: row.code)
def test_every_reason_of_a_revised_date(row: Code) -> None:
    revised = {"datetime": "2026-09-20", "revise_reason": row.code}
    (fact,) = facts(read("aftership", aftership(latest_estimated_delivery=revised, event="edd_revise")))
    assert fact.reason is row.becomes


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("aftership-tag", 9),
        ("aftership-subtag", 45),
        ("easypost-status", 10),
        ("easypost-detail", 28),
        ("shippo-status", 6),
        ("shippo-substatus", 27),
        ("karrio-status", 12),
        ("karrio-reason", 35),
    ],
)
def test_no_code_is_missing(name: str, count: int) -> None:
    (table,) = [table for _, table, _ in MADE if table.vocabulary.name == name]
    assert len(table.vocabulary.rows) == count


@pytest.mark.parametrize(
    ("name", "payload", "code"),
    [
        ("aftership", aftership(checkpoint("Teleported_001", tag="Teleported")), "aftership-subtag:Teleported_001"),
        ("easypost", easypost(detail("teleported", "by_beam")), "easypost-detail:by_beam"),
        ("easypost", easypost(detail("teleported", None)), "easypost-status:teleported"),
        ("shippo", shippo(step("TELEPORTED", "beamed")), "shippo-substatus:beamed"),
        ("karrio", karrio(scan("teleported")), "karrio-status:teleported"),
    ],
)
def test_a_code_that_no_table_has_waits_for_its_meaning(name: str, payload: dict[str, Any], code: str) -> None:
    reading = read(name, payload)
    assert (reading.items, reading.problems) == ((), ())
    assert [(one.index, one.code, one.says) for one in reading.unmapped] == [(0, code, "Scanned")]
    assert [fact.milestone for fact in facts(read(name, payload, mapping={code: "picked_up"}))] == ["picked_up"]
    (late,) = facts(read(name, payload, mapping={code: "weather"}))
    assert (late.milestone, late.reason) == (Milestone.DELAYED, Reason.WEATHER)
    assert [one.reason for one in read(name, payload, mapping={code: "ignore"}).ignored] == [
        f"Your own mapping ignores {code}."
    ]


@pytest.mark.parametrize(
    ("name", "payload", "milestone", "pointer", "strange"),
    [
        ("aftership", aftership(checkpoint("Exception_021")), "exception", "/msg/checkpoints/0", "Exception_021"),
        ("easypost", easypost(detail("failure", "eaten")), "exception", "/result/tracking_details/0", "eaten"),
        ("shippo", shippo(step("TRANSIT", "beamed")), "in_transit", "/data/tracking_history/0", "beamed"),
        ("karrio", karrio(scan("on_hold", "eaten")), "exception", "/data/events/0", "eaten"),
    ],
)
def test_a_finer_code_that_is_new_is_read_by_the_coarser_one_and_noted(
    name: str, payload: dict[str, Any], milestone: str, pointer: str, strange: str
) -> None:
    reading: Reading = read(name, payload)
    assert [fact.milestone for fact in facts(reading)] == [milestone]
    assert strange in reading.notes[pointer]


@pytest.mark.parametrize(
    ("name", "payload", "mapping"),
    [
        ("aftership", aftership(checkpoint("InTransit_003")), {"aftership-subtag:InTransit_003": "in_transit"}),
        ("easypost", easypost(detail("in_transit", "held")), {"easypost-detail:held": "in_transit"}),
        ("karrio", karrio(scan("on_hold")), {"karrio-status:on_hold": "in_transit"}),
    ],
)
def test_the_account_s_own_meaning_comes_first(name: str, payload: dict[str, Any], mapping: dict[str, str]) -> None:
    assert [fact.milestone for fact in facts(read(name, payload, mapping=mapping))] == ["in_transit"]
