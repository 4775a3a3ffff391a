"""N15 at work: what leaves is counted, a surge holds what can wait, and a month's segments end."""

from __future__ import annotations

from notifiers.testing import Recorder
from service.flows import budget
from service.records.tables import Task, Traffic
from tests.kits import HOUR, MINUTE, Works, departed


def crowd(number: int) -> list[str]:
    return [f"+4477009{one:05}" for one in range(100, 100 + number)]


def held(works: Works, number: int, start: int = 0) -> None:
    """A customs hold each, for so many people: news that cannot wait."""
    for one, phone in enumerate(crowd(number)):
        ref = f"HOLD {start + one}"
        works.post(ref=ref, milestone="customs_hold", at=works.clock().isoformat(), tell=[phone])


def test_a_surge_holds_what_can_wait_and_calls_a_person(works: Works, sms: Recorder) -> None:
    works.go(rules={"N15.least": 4})
    for one, phone in enumerate(crowd(6)):
        works.post(**departed(f"PO {one}", tell=[phone]))
    works.settle()
    seats = works.kit.senders
    assert 4 <= len(sms.messages) <= 3 + seats
    late = works.clock() + HOUR
    works.post(**departed("PO 9", at=works.clock().isoformat(), tell=["+447700900777"]))
    held(works, 1)
    works.settle()
    assert "HOLD 0" in sms.messages[-1].text, "what cannot wait goes out"
    (waiting,) = works.messages(state="waiting")
    assert waiting.detail.startswith("N15: ")
    (task,) = works.rows(Task)
    assert (task.kind, task.done_at) == ("surge", None)
    works.until(late + HOUR)
    assert works.states().count("waiting") == 0, "the next hour takes it"


def test_what_leaves_is_counted_by_the_hour(works: Works) -> None:
    works.post(**departed())
    works.settle()
    works.forward(HOUR)
    works.post(ref="PO 4711", milestone="customs_hold", at=works.clock().isoformat())
    works.settle()
    assert sorted((row.messages, row.segments) for row in works.rows(Traffic)) == [(1, 1), (1, 1)]


def test_a_rehearsal_is_not_counted(shadow: Works) -> None:
    shadow.post(**departed())
    shadow.settle()
    assert shadow.rows(Traffic) == []


def test_a_month_that_is_spent_holds_what_can_wait(works: Works, sms: Recorder) -> None:
    works.go(budget={"segments": 2})
    for one, phone in enumerate(crowd(2)):
        works.post(**departed(f"PO {one}", tell=[phone]))
    works.settle()
    assert budget.warn_due(works.kit) == 1
    assert budget.warn_due(works.kit) == 0, "once a month"
    works.forward(MINUTE)
    works.post(**departed("PO 5", tell=["+447700900777"]))
    held(works, 1)
    works.settle()
    assert len(sms.messages) == 3
    assert "HOLD 0" in sms.messages[-1].text
    assert sorted(task.key for task in works.rows(Task)) == ["budget:100:2026-09", "budget:80:2026-09"]
