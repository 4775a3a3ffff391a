"""The breaker at work: it holds, calls a person, lets only "stopped" pass, and does not trip twice on one evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.base import Channel, Receipt, ReceiptStatus
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import guard
from service.flows import breaker, pausing, receipts, replies
from service.records.access import Audit
from service.records.enums import Mode
from service.records.signs import MishapKind
from service.records.tables import Attempt, Mishap, Pace, Switch, Task, Traffic
from service.store import signs, switches
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, MINUTE, Works, departed, running

CARE = "desk@harbour.example.com"


@pytest.fixture
def works(database: Database, clock: ManualClock, sms: Recorder, email: Recorder) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}) as found:
        found.go(care_email=CARE, rules={"breaker.least": 5, "N15.least": 1000})
        yield found


def crowd(works: Works, number: int, start: int = 0) -> None:
    """So many people whose goods are held by customs: news that nothing else holds back."""
    for one in range(start, start + number):
        phone = f"+4477009{one + 100:05}"
        works.post(ref=f"HOLD {one}", milestone="customs_hold", at=works.clock().isoformat(), tell=[phone])
    works.settle()


def standing(works: Works) -> list[switches.SwitchRow]:
    with works.database.read() as conn:
        return switches.active_switches(conn, works.account_id, works.clock())


def lift(works: Works) -> None:
    """As a person does."""
    now, account_id = works.clock(), works.account_id
    pauses = standing(works)
    assert pauses
    pausing.resume(works.database, account_id, pauses, by="command:jo", why="", now=now, per_minute=600)
    works.forward(2 * MINUTE)


def test_a_spike_holds_everything_and_calls_a_person_within_a_minute(
    works: Works, sms: Recorder, email: Recorder
) -> None:
    crowd(works, 5)
    assert guard(works.kit) == 0, "at the floor"
    crowd(works, 1, start=5)
    assert guard(works.kit) == 1
    (hold,) = standing(works)
    assert (hold.scope, hold.by) == ("account", "milepost")
    assert "6 messages left within a minute" in hold.why
    crowd(works, 1, start=6)
    assert len(sms.messages) == 6, "nothing leaves"
    assert guard(works.kit) == 0, "it is held already"
    (task,) = works.rows(Task)
    assert (task.kind, task.due_at) == ("breaker", works.clock())
    assert f"milepost resume {hold.id}" in task.text
    works.settle()
    assert [one.to for one in email.messages] == [CARE], "the desk hears at once, also while everything is held"
    assert [row.by for row in works.rows(Audit, action="pause")] == ["milepost"]


def test_what_a_person_has_lifted_does_not_trip_again(works: Works, sms: Recorder) -> None:
    crowd(works, 6)
    assert guard(works.kit) == 1
    crowd(works, 8, start=6)
    lift(works)
    works.forward(MINUTE)
    assert len(sms.messages) == 14, "what waited leaves"
    assert guard(works.kit) == 0, "in the hour after it was lifted the pace is a person's"
    works.forward(2 * HOUR)
    crowd(works, 6, start=20)
    assert guard(works.kit) == 1, "and then it is judged again"


def test_what_is_usual_at_this_hour_trips_nothing(works: Works) -> None:
    for _ in range(3):
        crowd(works, 5)
        works.forward(DAY)
    crowd(works, 18, start=50)
    assert guard(works.kit) == 0, "four times the busiest minute of that hour is 20"
    crowd(works, 4, start=70)
    assert guard(works.kit) == 1


def test_one_text_that_left_twice_is_enough(works: Works) -> None:
    works.post(**departed())
    works.settle()
    now = works.clock()
    works.database.write(lambda conn: signs.went_wrong(conn, works.account_id, MishapKind.REPEATED, now))
    assert guard(works.kit) == 1
    lift(works)
    assert guard(works.kit) == 0
    later = works.clock()
    works.database.write(lambda conn: signs.went_wrong(conn, works.account_id, MishapKind.REPEATED, later))
    assert guard(works.kit) == 1


def test_receipts_of_filtered_texts_trip_it(works: Works) -> None:
    works.go(rules={"breaker.filtered_least": 3})
    crowd(works, 10)
    for one in works.rows(Attempt)[:3]:
        assert guard(works.kit) == 0
        said = Receipt(one.provider_id, ReceiptStatus.UNDELIVERED, code="30007", detail="filtered")
        receipts.keep(works.kit, works.account_id, one.id, said)
    assert guard(works.kit) == 1
    assert "3 of 10 texts" in standing(works)[0].why


def test_somebody_who_stops_is_told_so_all_the_same(works: Works, sms: Recorder) -> None:
    works.post(**departed())
    crowd(works, 6)
    assert guard(works.kit) == 1
    before = len(sms.messages)
    from notifiers.base import Reply

    replies.take(works.kit, works.kit.live[Channel.SMS][0], Reply("IN1", JO, sms.sender, "STOP"))
    replies.take(works.kit, works.kit.live[Channel.SMS][0], Reply("IN2", "+447700900100", sms.sender, "When?"))
    works.settle()
    assert [one.to for one in sms.messages[before:]] == [JO]


def test_two_accounts_that_are_fast_together_are_both_held(works: Works) -> None:
    from service.records.tables import Account
    from service.store.tables import table

    def second(conn: object) -> None:
        row = conn.execute(table(Account).select()).one()  # type: ignore[attr-defined]
        conn.execute(table(Account).insert(), dict(row._mapping) | {"id": "acc_zz"})  # type: ignore[attr-defined]
        for account_id in (works.account_id, "acc_zz"):
            pace = {"minute": works.clock(), "account_id": account_id, "worker_id": "wrk_1", "messages": 4}
            conn.execute(table(Pace).insert(), pace)  # type: ignore[attr-defined]

    works.database.write(second)
    assert breaker.watch(works.kit) == 1
    assert [row.scope for row in works.rows(Switch)] == ["global"]
    assert sorted(row.account_id for row in works.rows(Task)) == sorted([works.account_id, "acc_zz"])
    with works.database.read() as conn:
        assert [one.scope for one in switches.active_switches(conn, "acc_zz", works.clock())] == ["global"]
    lift(works)
    assert standing(works) == []


def test_a_rehearsal_is_no_sign(database: Database, clock: ManualClock) -> None:
    with running(database, clock) as works:
        works.go(mode=Mode.SHADOW, rules={"breaker.least": 2})
        crowd(works, 6)
        assert works.rows(Pace) == []
        assert breaker.watch(works.kit) == 0


def test_old_counters_are_forgotten(works: Works) -> None:
    crowd(works, 2)
    now = works.clock()
    works.database.write(lambda conn: signs.went_wrong(conn, works.account_id, MishapKind.UNKNOWN, now, 2))
    works.clock.advance(17 * DAY)
    breaker.forget(works.kit)
    assert (works.rows(Pace), works.rows(Mishap)) == ([], [])


def test_what_was_put_back_is_no_message_that_left(
    database: Database, clock: ManualClock, sms: Recorder, tmp_path: Path
) -> None:
    """The pause file falls between the claim and the call: nobody was asked, so nothing is counted."""
    with running(database, clock, {Channel.SMS: sms}, place=tmp_path) as works:
        works.go(rules={"breaker.least": 5, "N15.least": 1000})
        works.with_kit(reach=lambda point: works.kit.pause_file.touch() if point == "s1" else None)
        crowd(works, 6)
        assert sms.asked == []
        assert [sum(row.messages for row in works.rows(of)) for of in (Pace, Traffic)] == [0, 0]
        assert sum(row.segments for row in works.rows(Traffic)) == 0
        assert guard(works.kit) == 0
        works.kit.pause_file.unlink()
        works.with_kit(reach=lambda _: None)
        works.forward(MINUTE)
        assert len(sms.asked) == 6
        assert [sum(row.messages for row in works.rows(of)) for of in (Pace, Traffic)] == [6, 6]
        assert guard(works.kit) == 1
