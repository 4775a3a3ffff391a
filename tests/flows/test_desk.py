"""The desk hears how its day begins when it opens, once, and of each failure once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifiers.base import Channel, Reply
from notifiers.errors import PermanentFailure
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import desk, replies
from service.records.enums import MessageKind, MessageState, Stage
from service.records.results import SourceView
from service.records.tables import Message, Tick
from service.store import sources
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, MINUTE, Works, departed, running

CARE = "care@example.com"
NINE = {str(day): [["09:00", "17:00"]] for day in range(5)}
LUNCH = {str(day): [["08:00", "12:00"], ["13:00", "17:00"]] for day in range(7)}
ALWAYS = {str(day): [["00:00", "00:00"]] for day in range(7)}
NO = PermanentFailure("no such number", code="30005")


def at(works: Works, text: str) -> int:
    """Look for what is due at an instant in UTC; returns how many mails were written."""
    works.clock.set(datetime.fromisoformat(text).replace(tzinfo=UTC))
    return desk.send_due(works.kit)


def written(works: Works, start: str, end: str) -> list[str]:
    """The instants of a quarter of an hour at which a mail was written."""
    now, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    found = []
    while now <= last:
        works.clock.set(now)
        if desk.send_due(works.kit):
            found.append(f"{now:%d %H:%M}")
        now += 15 * MINUTE
    return found


def opens(works: Works, hours: object = NINE, zone: str = "Europe/London", **more: Any) -> None:
    works.go(care_email=CARE, hours=hours, zone=zone, **more)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/London", "18 08:00"),
        ("Asia/Shanghai", "18 01:00"),
        ("America/Los_Angeles", "17 16:00"),
        ("Asia/Kolkata", "18 03:30"),
    ],
)
def test_at_opening_time_where_the_account_is(works: Works, zone: str, first: str) -> None:
    opens(works, zone=zone)
    assert written(works, "2026-09-17 12:00", "2026-09-18 11:45") == [first]


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        (NINE, ["17 08:00", "18 08:00", "21 08:00"]),
        (LUNCH, ["17 07:00", "18 07:00", "19 07:00", "20 07:00", "21 07:00"]),
        (ALWAYS, ["17 23:00", "18 23:00", "19 23:00", "20 23:00", "21 23:00"]),
        ({}, []),
    ],
)
def test_once_a_day_on_which_it_opens(works: Works, hours: object, days: list[str]) -> None:
    opens(works, hours)
    assert written(works, "2026-09-17 01:00", "2026-09-21 23:45") == days


def test_not_on_a_holiday_and_by_the_wall_clock_after_a_change(works: Works) -> None:
    opens(works, holidays=["2026-10-23"])
    assert written(works, "2026-10-22 01:00", "2026-10-26 23:45") == ["22 08:00", "26 09:00"]


def test_a_desk_that_is_up_again_late_still_hears_but_not_too_late(works: Works) -> None:
    opens(works)
    assert at(works, "2026-09-17 09:59") == 1
    assert at(works, "2026-09-18 10:00") == 0


def test_a_change_of_hours_makes_no_second_mail(works: Works) -> None:
    opens(works)
    assert at(works, "2026-09-17 08:00") == 1
    opens(works, {str(day): [["10:00", "17:00"]] for day in range(5)})
    assert at(works, "2026-09-17 09:00") == 0
    assert at(works, "2026-09-18 09:00") == 1


def test_nobody_is_mailed_without_an_address(works: Works) -> None:
    works.go(hours=NINE, zone="Europe/London")
    assert written(works, "2026-09-17 06:00", "2026-09-17 18:00") == []
    assert works.rows(Tick) == []


def test_what_it_counts(works: Works, email: Recorder) -> None:
    opens(works)
    works.post(**departed(owner="ana"))
    works.post(**departed("PO 2", tell=[]))
    works.settle()
    replies.take(works.kit, works.kit.live[Channel.SMS][0], Reply("in_1", JO, "+447700900000", "When?"))
    works.settle()
    works.until(datetime(2026, 9, 18, 8, tzinfo=UTC))
    before = len(email.messages)
    assert desk.send_due(works.kit) == 1
    works.settle()
    (mail,) = email.messages[before:]
    assert mail.to == CARE
    assert str(mail.subject).startswith("Harbour: ")
    for line in (
        "Conversations waiting for an answer: 1 (PO 4711)",
        "Shipments late: 0 of 2",
        "Followed by nobody: 1 (PO 2)",
        "Last 24 hours: ",
    ):
        assert line in mail.text
    assert JO not in mail.text
    assert works.messages(kind=MessageKind.DESK)[-1].state.value == "accepted"


def test_it_stays_on_this_machine_where_no_email_is_configured(database: Database, clock: ManualClock) -> None:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS)}) as works:
        opens(works)
        assert at(works, "2026-09-17 08:00") == 1
        assert works.message(kind=MessageKind.DESK).stage.value == "rehearsal"


def test_two_processes_write_one_mail(works: Works, clock: ManualClock) -> None:
    opens(works)
    clock.set(datetime(2026, 9, 17, 8, tzinfo=UTC))
    with running(works.database, clock, {Channel.EMAIL: Recorder(Channel.EMAIL)}) as other:
        assert [desk.send_due(works.kit), desk.send_due(other.kit)] == [1, 0]
    assert len(works.messages(kind=MessageKind.DESK)) == 1


def test_a_text_that_failed_is_mailed_once(database: Database, clock: ManualClock, email: Recorder) -> None:
    both = {Channel.SMS: Recorder(Channel.SMS, [NO]), Channel.EMAIL: email}
    with running(database, clock, both) as works:
        opens(works)
        works.post(**departed())
        works.settle()
        assert [desk.send_alerts(works.kit) for _ in range(3)] == [1, 0, 0]
        works.settle()
        (mail,) = email.messages
        assert (mail.to, mail.subject) == (CARE, "Harbour: a message did not arrive (PO 4711)")
        assert "no such number" in mail.text
        assert f"/v1/messages/{works.message(channel=Channel.SMS).id}" in mail.text
        assert JO not in mail.text
        clock.advance(HOUR)
        assert desk.send_alerts(works.kit) == 0


def test_a_call_that_could_not_be_read_is_mailed_once(works: Works, email: Recorder) -> None:
    opens(works)
    made = works.database.write(
        lambda conn: sources.create_source(conn, works.account_id, name="erp", format="native", now=works.clock())
    )
    works.call(b"{", SourceView(account_id=works.account_id, id=made.id, name="erp", format="native"))
    assert [desk.send_alerts(works.kit) for _ in range(2)] == [1, 0]
    works.settle()
    (mail,) = email.messages
    assert str(mail.subject).startswith("Harbour: a call from erp could not be read")
    assert "/v1/calls" in mail.text


def test_a_mail_that_failed_makes_no_mail(database: Database, clock: ManualClock) -> None:
    both = {Channel.SMS: Recorder(Channel.SMS, [NO]), Channel.EMAIL: Recorder(Channel.EMAIL, [NO] * 9)}
    with running(database, clock, both) as works:
        opens(works)
        works.post(**departed())
        works.settle()
        assert desk.send_alerts(works.kit) == 1
        works.settle()
        assert works.message(kind=MessageKind.DESK).state.value == "failed"
        assert desk.send_alerts(works.kit) == 0


@pytest.mark.parametrize(("stage", "age", "mails"), [("live", HOUR, 1), ("live", 2 * DAY, 0), ("rehearsal", HOUR, 0)])
def test_old_failures_and_rehearsals_are_not_mailed(
    database: Database, clock: ManualClock, stage: str, age: timedelta, mails: int
) -> None:
    both = {Channel.SMS: Recorder(Channel.SMS, [NO]), Channel.EMAIL: Recorder(Channel.EMAIL)}
    with running(database, clock, both) as works:
        opens(works)
        works.post(**departed())
        works.settle()
        failed = works.message(state=MessageState.FAILED)
        works.change(Message, failed.id, stage=Stage(stage))
        clock.advance(age)
        assert desk.send_alerts(works.kit) == mails
