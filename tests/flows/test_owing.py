"""Whoever owes hears of it: each open task is mailed once, in care hours or when it cannot wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifiers.testing import Recorder
from service.api.events import native
from service.flows import desk
from service.records.decision import NewTask
from service.records.tables import Task
from service.store import keys, tasks
from tests.kits import DAY, HOUR, JO, MINUTE, Works, departed

CARE = "care@example.com"
NINE = {str(day): [["09:00", "17:00"]] for day in range(5)}


@pytest.fixture
def open_desk(works: Works) -> Works:
    """A desk that is open in the day, in UTC."""
    works.go(care_email=CARE, hours=NINE, zone="UTC")
    return works


def owed(works: Works, *names: str, due: timedelta | None = None) -> None:
    now = works.clock()
    new = [NewTask(f"k:{n}", "call_me", f"Call about {n}.", due_at=now + due if due else None) for n in names]
    works.database.write(lambda conn: tasks.open_tasks(conn, works.account_id, new, now))


def test_what_is_open_is_mailed_once_and_together(open_desk: Works, email: Recorder) -> None:
    owed(open_desk, "PO 1", "PO 2", due=HOUR)
    assert [desk.send_tasks(open_desk.kit) for _ in range(3)] == [1, 0, 0]
    open_desk.settle()
    (mail,) = email.messages
    assert (mail.to, mail.subject) == (CARE, "Harbour: 2 things to do")
    for line in ("Call about PO 1.", "Call about PO 2.", "By Thu 17 Sep 13:00.", "Owner: desk", "/v1/tasks"):
        assert line in mail.text
    owed(open_desk, "PO 3")
    assert desk.send_tasks(open_desk.kit) == 1
    open_desk.settle()
    assert email.messages[-1].subject == "Harbour: Call about PO 3."


def test_what_is_done_is_not_mailed(open_desk: Works) -> None:
    owed(open_desk, "PO 1")
    (row,) = open_desk.rows(Task)
    open_desk.database.write(lambda conn: tasks.finish(conn, open_desk.account_id, row.id, "Ana", open_desk.clock()))
    assert desk.send_tasks(open_desk.kit) == 0


@pytest.mark.parametrize(
    ("now", "due", "mailed"),
    [
        ("2026-09-17 12:00", None, 1),
        ("2026-09-17 20:00", None, 0),
        ("2026-09-17 20:00", 20 * HOUR, 0),
        ("2026-09-17 20:00", 2 * HOUR, 1),
        ("2026-09-19 12:00", 30 * HOUR, 1),  # Saturday: it opens on Monday
    ],
)
def test_in_care_hours_or_when_it_cannot_wait(open_desk: Works, now: str, due: timedelta | None, mailed: int) -> None:
    open_desk.clock.set(datetime.fromisoformat(now).replace(tzinfo=UTC))
    owed(open_desk, "PO 1", due=due)
    assert desk.send_tasks(open_desk.kit) == mailed


def test_where_no_hours_are_set_at_once(works: Works) -> None:
    works.go(care_email=CARE)
    owed(works, "PO 1")
    assert desk.send_tasks(works.kit) == 1


def test_without_an_address_nobody_is_mailed(works: Works) -> None:
    owed(works, "PO 1")
    assert desk.send_tasks(works.kit) == 0
    assert works.rows(Task)[0].mailed_at is None


def silent(works: Works) -> Task:
    """A ship whose arrival passed without word: the owner has to look."""
    works.post(**departed(eta="2026-09-18", owner="ana"))
    works.forward(4 * DAY)
    (task,) = works.rows(Task, kind="silence")
    assert task.done_at is None
    return task  # type: ignore[return-value]


def test_a_silence_that_ends_needs_nobody_any_more(works: Works) -> None:
    task = silent(works)
    works.post(ref="PO 4711", milestone="arrived_destination", at=works.clock().isoformat())
    works.settle()
    (done,) = works.rows(Task, id=task.id)
    assert (done.done_by, done.done_at) == ("milepost", works.clock())


def test_a_new_date_ends_it_too(works: Works) -> None:
    silent(works)
    works.post(ref="PO 4711", milestone="eta_changed", eta="2026-10-20", id="new")
    works.settle()
    assert [row.done_by for row in works.rows(Task, kind="silence")] == ["milepost"]


def test_a_silence_that_goes_on_stays_open(works: Works) -> None:
    silent(works)
    works.forward(DAY)
    assert [row.done_at for row in works.rows(Task, kind="silence")] == [None]


def test_what_a_person_did_stays_theirs(works: Works) -> None:
    task = silent(works)
    works.database.write(lambda conn: tasks.finish(conn, works.account_id, task.id, "Ana", works.clock()))
    works.post(ref="PO 4711", milestone="arrived_destination", at=works.clock().isoformat())
    works.settle()
    assert works.rows(Task, id=task.id)[0].done_by == "Ana"


def test_refused_calls_of_a_key_are_one_alert_an_hour(open_desk: Works, email: Recorder) -> None:
    def made(name: str) -> str:
        account_id, now = open_desk.account_id, open_desk.clock()
        _, view = open_desk.database.write(
            lambda conn: keys.create(conn, account_id, name=name, scopes=["events"], now=now)
        )
        return view.id

    erp, shop = made("erp"), made("shop")
    for key_id in (erp, erp, shop):
        open_desk.call(b"{", native(open_desk.account_id, None, key_id))
    assert [desk.send_alerts(open_desk.kit) for _ in range(2)] == [2, 0]
    open_desk.settle()
    subjects = {str(mail.subject) for mail in email.messages}
    assert subjects == {f"Harbour: calls with an API key could not be read ({name})" for name in ("erp", "shop")}
    assert all("/v1/calls" in mail.text for mail in email.messages)
    open_desk.forward(10 * MINUTE)
    open_desk.call(b"{", native(open_desk.account_id, None, erp))
    assert desk.send_alerts(open_desk.kit) == 0
    open_desk.forward(HOUR)
    open_desk.call(b"{", native(open_desk.account_id, None, erp))
    assert desk.send_alerts(open_desk.kit) == 1


def test_a_choice_that_was_taken_is_mailed_with_the_others(open_desk: Works, email: Recorder) -> None:
    from tests.flows.test_replies import writes

    open_desk.go(services=["call_me"])
    open_desk.post(ref="PO 4711", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=[JO])
    open_desk.settle()
    writes(open_desk, "1")
    assert desk.send_tasks(open_desk.kit) == 1
    open_desk.settle()
    assert "They asked for a call about PO 4711." in email.messages[-1].text
