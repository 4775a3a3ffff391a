"""Codes that no table has: kept, shown, mapped by a person, and read again with their own time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from notifiers.testing import Recorder
from service.flows import forgetting, mapping, recounting
from service.flows.reading import MOST_CODES, view_of
from service.flows.replaying import replay
from service.formats.base import Refused
from service.records.results import IntakeResult
from service.records.tables import Fact, InboundCall, Task, UnmappedCall, UnmappedCode
from service.store import lags, sources, views_unmapped
from service.store.sources import SourceRow
from service.store.tables import table
from tests import acme
from tests.kits import DAY, HOUR, JO, Works


@pytest.fixture(autouse=True)
def _acme(tmp_path: Path) -> Iterator[None]:
    with acme.installed(tmp_path / "site"):
        yield


@pytest.fixture
def tms(works: Works) -> SourceRow:
    """A source that posts Acme's events."""
    now = works.clock()
    return works.database.write(
        lambda conn: sources.create_source(conn, works.account_id, name="tms", format="acme", now=now)
    )


def event(code: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """An event of an order that is followed."""
    return {"id": f"e{number}", "code": code, "when": "2026-09-17T11:00:00Z", "order": "PO 4711"} | more


def come(works: Works, tms: SourceRow, *events: dict[str, Any]) -> IntakeResult:
    """One call of the source, as it is mapped now."""
    return works.call(list(events), view_of(found(works, tms), "GB"))


def found(works: Works, tms: SourceRow) -> SourceRow:
    with works.database.read() as conn:
        row = sources.get_source(conn, works.account_id, tms.id)
    assert row is not None
    return row


def say(works: Works, tms: SourceRow, meanings: Mapping[str, str]) -> int:
    """What a person maps; returns how many calls are due."""
    row, now = found(works, tms), works.clock()
    return works.database.write(lambda conn: mapping.map_codes(conn, row, meanings, "test", now)).waiting


def follow(works: Works) -> None:
    """Jo follows the order that all is about."""
    works.post(ref="PO 4711", id="n1", milestone="booking_confirmed", at="2026-09-17T08:00:00Z", tell=[JO])
    works.settle()


def open_codes(works: Works) -> list[tuple[str, int, int]]:
    with works.database.read() as conn:
        return [(row["code"], row["count"], row["calls"]) for row in views_unmapped.page(conn, works.account_id)]


def test_an_unknown_code_is_kept_and_asked_about_once(works: Works, tms: SourceRow) -> None:
    result = come(works, tms, event("ZZ", says="gate move"), event("DEP", 2), event("ZZ", 3))
    assert [(item.outcome, item.code, item.says) for item in result.items] == [
        ("unmapped", "acme-status:ZZ", "gate move"),
        ("accepted", None, ""),
        ("unmapped", "acme-status:ZZ", ""),
    ]
    come(works, tms, event("ZZ", 4))
    assert open_codes(works) == [("acme-status:ZZ", 3, 2)]
    (task,) = works.rows(Task)
    assert task.kind == "unmapped"
    assert "milepost sources map tms acme-status:ZZ" in task.text
    assert [row.unmapped for row in works.rows(InboundCall)] == [2, 1]


def test_once_mapped_the_fact_arrives_with_its_own_time(works: Works, tms: SourceRow, sms: Recorder) -> None:
    follow(works)
    come(works, tms, event("ZZ"))
    works.forward(HOUR)
    assert say(works, tms, {"acme-status:ZZ": "out_for_delivery"}) == 1
    assert mapping.read_due(works.kit) == 1
    assert mapping.read_due(works.kit) == 0
    works.settle()
    (fact,) = works.rows(Fact, source_id=tms.id)
    assert (fact.milestone.value, fact.at.isoformat()) == ("out_for_delivery", "2026-09-17T11:00:00+00:00")
    assert fact.stated_at.isoformat() == "2026-09-17T12:00:00+00:00"
    assert len(sms.asked) == 2
    assert open_codes(works) == []
    assert works.rows(UnmappedCall) == []
    (task,) = works.rows(Task, kind="unmapped")
    assert task.done_by == "test"


def test_what_is_long_past_is_no_news_once_it_is_mapped(works: Works, tms: SourceRow, sms: Recorder) -> None:
    follow(works)
    asked = len(sms.asked)
    come(works, tms, event("ZZ"))
    works.forward(30 * DAY)
    asked = len(sms.asked)
    say(works, tms, {"acme-status:ZZ": "out_for_delivery"})
    assert mapping.read_due(works.kit) == 1
    works.forward(DAY)
    assert [row.milestone.value for row in works.rows(Fact, source_id=tms.id)] == ["out_for_delivery"]
    assert len(sms.asked) == asked


def test_a_late_meaning_does_not_make_its_source_late(works: Works, tms: SourceRow) -> None:
    come(works, tms, event("ZZ"), event("DEP", 2))
    works.forward(30 * DAY)
    say(works, tms, {"acme-status:ZZ": "picked_up"})
    mapping.read_due(works.kit)
    with works.database.read() as conn:
        assert lags.reports(conn, works.account_id) == {tms.id: [HOUR]}


def test_ignored_codes_let_the_call_go(works: Works, tms: SourceRow) -> None:
    come(works, tms, event("ZZ"), event("YY", 2))
    assert say(works, tms, {"acme-status:ZZ": "ignore"}) == 1
    mapping.read_due(works.kit)
    assert open_codes(works) == [("acme-status:YY", 1, 1)]
    again = come(works, tms, event("ZZ", 3))
    assert [(item.outcome, item.reason) for item in again.items] == [("ignored", "The account ignores it.")]
    assert works.rows(Fact) == []


def test_a_call_that_holds_one_cannot_go(works: Works, tms: SourceRow) -> None:
    call_id = come(works, tms, event("ZZ")).call_id
    calls = table(InboundCall)
    with pytest.raises(IntegrityError):
        works.database.write(lambda conn: conn.execute(delete(calls).where(calls.c.id == call_id)))
    say(works, tms, {"acme-status:ZZ": "ignore"})
    mapping.read_due(works.kit)
    assert works.database.write(lambda conn: conn.execute(delete(calls).where(calls.c.id == call_id)).rowcount) == 1


def test_old_calls_are_forgotten_but_for_what_waits_for_a_meaning(works: Works, tms: SourceRow) -> None:
    kept = come(works, tms, event("ZZ")).call_id
    come(works, tms, event("DEP", 2))
    works.forward(29 * DAY)
    late = come(works, tms, event("OUT", 3)).call_id
    assert forgetting.forget_calls(works.kit) == 0
    works.forward(2 * DAY)
    assert forgetting.forget_calls(works.kit) == 1
    assert {row.id for row in works.rows(InboundCall)} == {kept, late}
    say(works, tms, {"acme-status:ZZ": "departed"})
    mapping.read_due(works.kit)
    assert forgetting.forget_calls(works.kit) == 1
    assert kept not in {row.id for row in works.rows(InboundCall)}
    assert sorted(row.event_key for row in works.rows(Fact)) == ["e1", "e2", "e3"]


def test_reading_again_by_hand_counts_nothing_twice(works: Works, tms: SourceRow) -> None:
    call_id = come(works, tms, event("ZZ")).call_id
    for _ in range(3):
        (item,) = replay(works.kit, works.account_id, call_id, view_of(found(works, tms), "GB")).items
        assert item.outcome == "unmapped"
    assert open_codes(works) == [("acme-status:ZZ", 1, 1)]


def test_an_older_statement_that_is_mapped_late_does_not_win(works: Works, tms: SourceRow) -> None:
    """The call is read as it was when it came, so that what came since stays newer."""
    come(works, tms, event("ZZ"))
    works.forward(HOUR)
    come(works, tms, event("POD", 2, when="2026-09-17T12:30:00Z"))
    say(works, tms, {"acme-status:ZZ": "out_for_delivery"})
    mapping.read_due(works.kit)
    works.settle()
    stated = {row.milestone.value: row.stated_at for row in works.rows(Fact)}
    assert stated["delivered"] - stated["out_for_delivery"] == timedelta(hours=1)


def test_a_meaning_taken_back_asks_again(works: Works, tms: SourceRow) -> None:
    say(works, tms, {"acme-status:ZZ": "departed"})
    assert come(works, tms, event("ZZ")).items[0].outcome == "accepted"
    say(works, tms, {})
    assert come(works, tms, event("ZZ", 2)).items[0].outcome == "unmapped"
    assert open_codes(works) == [("acme-status:ZZ", 1, 1)]


def test_an_own_meaning_comes_before_the_tables(works: Works, tms: SourceRow) -> None:
    say(works, tms, {"acme-status:DEP": "picked_up"})
    come(works, tms, event("DEP"))
    assert [row.milestone.value for row in works.rows(Fact)] == ["picked_up"]


def test_a_call_that_breaks_its_format_keeps_nobody_waiting(works: Works, tms: SourceRow) -> None:
    broken = come(works, tms, event("ZZ")).call_id
    come(works, tms, event("ZZ", 2))
    calls = table(InboundCall)
    works.database.write(
        lambda conn: conn.execute(calls.update().where(calls.c.id == broken).values(body=b'"explode"'))
    )
    say(works, tms, {"acme-status:ZZ": "departed"})
    assert mapping.read_due(works.kit) == 2
    assert mapping.read_due(works.kit) == 0
    assert [row.event_key for row in works.rows(Fact)] == ["e2"]
    assert [row.call_id for row in works.rows(UnmappedCall)] == [broken]


def test_many_codes_are_no_storm_of_tasks(works: Works, tms: SourceRow) -> None:
    come(works, tms, *(event(f"Z{number}", number) for number in range(30)))
    come(works, tms, *(event(f"Y{number}", number) for number in range(30)))
    assert len(works.rows(Task)) == 20
    assert len(works.rows(UnmappedCode)) == 60


def test_a_code_that_nobody_could_name_is_a_problem(works: Works, tms: SourceRow) -> None:
    (item,) = come(works, tms, event("Z" * 300)).items
    assert item.problem is not None
    assert (item.outcome, item.problem.code) == ("rejected", "strange_code")
    assert works.rows(UnmappedCode) == []


def test_more_codes_than_anybody_maps_are_problems(works: Works, tms: SourceRow) -> None:
    """They are said in the answer, and come to be asked about as the first ones are mapped."""
    many = [event(f"Z{number}", number) for number in range(MOST_CODES + 2)]
    result = come(works, tms, *many, event("Z0", 9_000))
    assert [item.outcome for item in result.items] == ["unmapped"] * MOST_CODES + ["rejected"] * 2 + ["unmapped"]
    problem = result.items[MOST_CODES].problem
    assert problem is not None
    assert (problem.code, f"acme-status:Z{MOST_CODES}" in problem.message) == ("too_many_codes", True)
    assert len(works.rows(UnmappedCode)) == len(works.rows(UnmappedCall)) == MOST_CODES
    say(works, tms, {"acme-status:Z0": "departed", "acme-status:Z1": "departed"})
    mapping.read_due(works.kit)
    assert [row.event_key for row in works.rows(Fact)] == ["e0", "e1", "e9000"]
    names = {row.code for row in works.rows(UnmappedCall)}
    assert names == {f"acme-status:Z{number}" for number in range(2, MOST_CODES + 2)}


def test_a_source_that_is_removed_takes_its_questions_along(works: Works, tms: SourceRow) -> None:
    come(works, tms, event("ZZ"))
    works.database.write(lambda conn: sources.delete_source(conn, works.account_id, tms.id))
    assert (works.rows(UnmappedCode), works.rows(UnmappedCall)) == ([], [])
    assert len(works.rows(InboundCall)) == 1


@pytest.mark.parametrize(
    ("code", "said", "problem"),
    [
        ("acme-status:ZZ", "left", "unknown_meaning"),
        ("acme-status:ZZ", "", "unknown_meaning"),
        ("acme-status:ZZ", "weather", "wrong_kind"),
        ("acme-cause:ZZ", "departed", "wrong_kind"),
        ("x12-157:ZZ", "departed", "unknown_vocabulary"),
        ("ZZ", "departed", "unknown_vocabulary"),
        ("acme-status:", "departed", "unknown_vocabulary"),
    ],
)
def test_a_meaning_that_cannot_be_is_refused(works: Works, tms: SourceRow, code: str, said: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        say(works, tms, {code: said})
    assert refused.value.code == problem
    assert refused.value.fix.endswith((".", "ignore."))
    assert refused.value.pointer.startswith("/mapping/")
    assert found(works, tms).mapping == {}


def test_what_became_of_a_call_is_told_later(works: Works, tms: SourceRow) -> None:
    call_id = come(
        works,
        tms,
        event("DEP"),
        event("NOP", 2),
        event("ZZ", 3),
        event("POD", 4, when="never"),
        {"id": "e5", "code": "POD", "when": "2026-09-17T11:00:00Z", "box": "MSCU1234566"},
    ).call_id
    repeat = come(works, tms, event("DEP"), event("DEP", 1, says="other")).call_id

    def outcomes(call: str) -> list[str]:
        result = recounting.results_of(works.kit, works.account_id, call, view_of(found(works, tms), "GB"))
        return [item.outcome for item in result.items]

    before = len(works.rows(InboundCall))
    assert outcomes(call_id) == ["accepted", "ignored", "unmapped", "rejected", "parked"]
    assert outcomes(repeat) == ["duplicate", "rejected"]
    assert len(works.rows(InboundCall)) == before
    with pytest.raises(LookupError):
        outcomes("cal_none")
