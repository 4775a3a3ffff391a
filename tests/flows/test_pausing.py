"""Pauses hold within a moment, survive everything, and let go in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import release
from service.flows import decide, pausing, recovery
from service.records.resuming import Resumed
from service.records.tables import Audit, Message
from service.store import switches
from service.store.engine import Database, open_database
from service.store.errors import StoreUnavailable
from tests.kits import HOUR, MINUTE, Doorman, Works, arrives, departed, running

SECOND = timedelta(seconds=1)


def hold(works: Works, scope: str = "account", word: str = "", database: Database | None = None, **more: object) -> str:
    (made,) = pausing.pause(
        database or works.database,
        works.account_id,
        scope,
        word,
        by="Ana",
        why="a recall",
        now=works.clock(),
        **more,  # type: ignore[arg-type]
    )
    return made.id


def let_go(works: Works, scope: str = "account", word: str = "", rate: int | None = None) -> Resumed:
    now = works.clock()
    with works.database.read() as conn:
        pauses = pausing.meant(conn, works.account_id, scope, word, now)
    return pausing.resume(
        works.database, works.account_id, pauses, by="Ana", why="mended", now=now, per_minute=600, rate=rate
    )


def orders(works: Works, number: int) -> None:
    """So many people are each owed a text of their own, and the decision is made."""
    for one in range(number):
        works.post(**departed(ref=f"PO {one}", tell=[f"+4477009001{one:02d}"]))
    while decide.run_due(works.kit):
        pass


def sent_by(works: Works, sms: Recorder, seconds: int) -> int:
    works.until(works.clock() + timedelta(seconds=seconds))
    return len(sms.messages)


@pytest.mark.parametrize("scope", ["global", "account"])
def test_what_waited_leaves_at_the_rate_that_was_asked_for(works: Works, sms: Recorder, scope: str) -> None:
    orders(works, 12)
    hold(works, scope)
    works.settle()
    assert sms.asked == []
    works.forward(HOUR)
    assert sms.asked == []
    done = let_go(works, scope, rate=6)
    assert (done.leaving, done.last_at) == (12, works.clock() + 110 * SECOND)
    works.settle()
    assert len(sms.messages) == 1, "the first at once"
    assert sent_by(works, sms, 59) == 6
    assert sent_by(works, sms, 60) == 12
    assert [row.action for row in works.rows(Audit)] == ["pause", "resume"]
    assert [(row.by, row.why) for row in works.rows(Audit)] == [("Ana", "a recall"), ("Ana", "mended")]


def test_the_most_urgent_leaves_first_and_the_untrue_never(works: Works, sms: Recorder) -> None:
    works.post(**departed(ref="PO 9", tell=["+447700900109"], eta="2026-10-09"))
    works.settle()
    orders(works, 2)
    works.post(**arrives("2026-10-20", ref="PO 9"))
    hold(works)
    works.forward(3 * HOUR)
    works.post(**departed(ref="PO 0", eta="2026-10-30", tell=["+447700900100"]))
    works.settle()
    before = len(sms.messages)
    let_go(works, rate=1)
    works.forward(5 * MINUTE)
    first, *rest = [text.text for text in sms.messages[before:]]
    assert "20 Oct" in first, "a delay is louder than a departure"
    assert len(rest) == 2
    assert ["30 Oct" in text for text in rest if "PO 0" in text] == [True], "what had become untrue was not said"


def test_after_days_of_outage_what_is_owed_is_said_afresh_in_turn(works: Works, sms: Recorder) -> None:
    works.with_kit(drain_per_minute=2)
    recovery.beat(works.kit)
    works.post(**departed(ref="PO 0", tell=["+447700900100"]))
    works.settle()
    orders(works, 4)
    works.clock.set(works.clock() + 20 * HOUR)
    recovery.start(works.kit)
    works.settle()
    assert len(sms.messages) == 2, "one before the outage, one now"
    works.forward(59 * SECOND)
    assert len(sms.messages) == 3
    assert all("PO" in text.text for text in sms.messages)


def test_a_pause_with_an_end_lets_go_in_turn_by_itself(works: Works, sms: Recorder) -> None:
    works.with_kit(drain_per_minute=2)
    orders(works, 4)
    hold(works, until=works.clock() + HOUR)
    works.settle()
    works.clock.set(works.clock() + HOUR)
    assert release(works.kit) == 4
    works.settle()
    assert len(sms.messages) == 1
    assert sent_by(works, sms, 59) == 2
    assert release(works.kit) == 0


def test_two_resumes_share_the_rate(works: Works, sms: Recorder) -> None:
    orders(works, 6)
    hold(works, "shipment", "PO 0")
    works.settle()
    hold(works, "shipment", "PO 1")
    hold(works)
    works.settle()
    with works.database.read() as conn:
        assert sum(one.waiting for one in pausing.standing(conn, works.account_id, works.clock())) == 1
    for word in ("PO 0", "PO 1"):
        let_go(works, "shipment", word, rate=1)
    let_go(works, rate=1)
    works.settle()
    begun = len(sms.messages)
    works.forward(3 * MINUTE)
    assert len(sms.messages) - begun <= 3


def test_what_another_process_does_counts(works: Works, sms: Recorder, migrated_url: str) -> None:
    orders(works, 1)
    with closing(open_database(migrated_url)) as other:
        hold(works, database=other)
        works.settle()
        assert sms.asked == []
        other.write(lambda conn: switches.lift_switches(conn, works.account_id, "account", "", works.clock()))
    assert release(works.kit) == 1
    works.settle()
    assert len(sms.messages) == 1


def test_a_pause_under_load_stops_all_but_what_is_at_the_door(database: Database, clock: ManualClock) -> None:
    door = Doorman(Channel.SMS)
    with running(database, clock, {Channel.SMS: door}, senders=4) as works:
        works.go()
        orders(works, 20)
        works.dispatcher.run_due()
        assert door.arrived.wait(30)
        hold(works)
        door.open.set()
        assert works.dispatcher.wait_idle(30)
        works.settle()
        assert len(door.asked) == 4, "no more than the seats that were taken when it fell"
        assert works.states().count("waiting") == 16


class Late(Works):
    """Time passes between the claim and the call."""

    def settle_later(self, step: timedelta) -> None:
        met: list[str] = []

        def reach(point: str) -> None:
            if point == "s1" and not met:
                met.append(point)
                self.clock.advance(step)
                hold(self)

        self.with_kit(reach=reach)
        self.settle()


@pytest.fixture
def late(database: Database, clock: ManualClock, sms: Recorder, tmp_path: Path) -> Iterator[Late]:
    found = Late(database, clock, {Channel.SMS: sms}, tmp_path)
    found.go()
    yield found
    found.close()


@pytest.mark.parametrize(("step", "calls"), [(timedelta(), 1), (SECOND, 0)])
def test_an_old_claim_is_held_against_the_pauses_once_more(
    late: Late, sms: Recorder, step: timedelta, calls: int
) -> None:
    orders(late, 1)
    late.settle_later(step)
    assert len(sms.asked) == calls
    if not calls:
        row = late.message()
        assert (row.state.value, row.detail, row.tries) == ("waiting", "paused: a recall", 0)
        let_go(late)
        late.settle()
        assert len(sms.messages) == 1


class Gone:
    """A database that cannot be read from a moment on; what was asked is still written down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.away = False

    def read(self) -> Any:
        if self.away:
            raise StoreUnavailable("The database cannot be reached. Try again.")
        return self._database.read()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


@pytest.mark.parametrize(("step", "calls"), [(timedelta(), 1), (SECOND, 0)])
def test_no_old_claim_is_called_while_nobody_can_say_what_is_paused(
    works: Works, sms: Recorder, step: timedelta, calls: int
) -> None:
    gone, met = Gone(works.database), set[str]()

    def reach(point: str) -> None:
        if point == "s1" and point not in met:
            met.add(point)
            works.clock.advance(step)
            gone.away = True

    orders(works, 1)
    works.with_kit(database=gone, reach=reach)
    works.dispatcher.run_due()
    assert works.dispatcher.wait_idle(30)
    gone.away = False
    assert len(sms.asked) == calls
    assert works.states() == ["accepted" if calls else "waiting"]
    works.settle()
    assert len(sms.asked) == 1, "what was not asked is asked once the database is back"


def test_a_pause_survives_a_restart(database: Database, clock: ManualClock, sms: Recorder) -> None:
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        hold(works)
        orders(works, 1)
        works.settle()
    with running(database, clock, {Channel.SMS: sms}) as again:
        recovery.start(again.kit)
        again.forward(HOUR)
        assert sms.asked == []
        let_go(again)
        again.settle()
        assert len(sms.messages) == 1


def test_a_service_of_a_test_is_paused_by_no_other(database: Database, clock: ManualClock) -> None:
    with running(database, clock) as works:
        assert works.kit.pause_file.parent != Path.cwd()


def test_the_pause_file_counts_with_the_database_closed(works: Works, sms: Recorder) -> None:
    orders(works, 3)
    works.kit.pause_file.touch()
    works.database.close()
    assert works.dispatcher.run_due() == 0
    assert sms.asked == []


def test_after_an_outage_what_is_overdue_leaves_in_turn(works: Works, sms: Recorder) -> None:
    works.with_kit(drain_per_minute=2)
    recovery.beat(works.kit)
    orders(works, 4)
    works.clock.set(works.clock() + HOUR)
    recovery.start(works.kit)
    works.settle()
    assert len(sms.messages) == 1
    assert sent_by(works, sms, 59) == 2
    works.forward(2 * MINUTE)
    assert len(sms.messages) == 4


def test_after_the_pause_file_what_is_overdue_leaves_in_turn(works: Works, sms: Recorder) -> None:
    works.with_kit(drain_per_minute=2)
    works.settle()
    orders(works, 4)
    works.kit.pause_file.touch()
    works.clock.set(works.clock() + 10 * MINUTE)
    works.settle()
    works.kit.pause_file.unlink()
    works.settle()
    assert len(sms.messages) == 1
    works.forward(2 * MINUTE)
    assert len(sms.messages) == 4


def test_a_source_is_held_where_it_has_spoken(works: Works, sms: Recorder) -> None:
    hold(works, "source", "api")
    orders(works, 1)
    works.settle()
    assert sms.asked == []
    let_go(works, "source", "api")
    works.settle()
    assert len(sms.messages) == 1


def test_a_plan_says_what_would_leave_and_what_is_untrue(works: Works, sms: Recorder) -> None:
    orders(works, 3)
    hold(works)
    works.settle()
    works.post(**departed(ref="PO 1", eta="2026-10-30", tell=["+447700900101"], at="2026-09-17T10:00:00Z"))
    now = works.clock()
    with works.database.read() as conn:
        pauses = pausing.meant(conn, works.account_id, "account", "", now)
    plan = pausing.plan(works.database, works.account_id, pauses, now=now, per_minute=2)
    assert (plan.leaving, plan.late, plan.looked, plan.shipments) == (2, 0, 3, 3)
    assert plan.first_at is not None
    assert plan.last_at is not None
    assert now <= plan.first_at < plan.last_at <= now + MINUTE, "the turn of what is untrue passes, whichever it is"
    assert [one.why for one in plan.untrue] == ["what it says has changed, so it is said anew"]
    assert sms.asked == []
    assert {row.state.value for row in works.rows(Message)} == {"waiting"}, "a plan changes nothing"


@pytest.mark.parametrize(
    ("scope", "word", "fix"),
    [
        ("source", "nope", "sources list"),
        ("customer", "OAK", "customers list"),
        ("shipment", "PO 9", "GET /v1/shipments"),
        ("contact", "con_1", "contacts list"),
        ("channel", "fax", "sms, email"),
        ("code", "X1", "such as D01"),
        ("country", "Britain", "two letters"),
        ("country", "XX", "two letters"),
        ("planet", "Mars", "global, account"),
    ],
)
def test_what_is_not_known_cannot_be_paused(works: Works, scope: str, word: str, fix: str) -> None:
    with pytest.raises(pausing.Unknown) as error:
        hold(works, scope, word)
    assert fix in error.value.fix
    assert works.rows(Audit) == []


def test_a_name_of_two_kinds_holds_every_shipment_that_is_called_so(works: Works, sms: Recorder) -> None:
    """Nobody knows which was meant, and what is held by mistake is let go as easily."""
    works.post(**departed(ref="X 1", tell=["+447700900101"]))
    works.post(**departed(ref="PO 2", refs={"booking": "X 1"}, tell=["+447700900102"]))
    made = pausing.pause(
        works.database, works.account_id, "shipment", "X 1", by="Ana", why="a recall", now=works.clock()
    )
    assert len(made) == 2
    works.settle()
    works.forward(HOUR)
    assert sms.asked == []
    let_go(works, "shipment", "X 1")
    works.forward(HOUR)
    assert len(sms.messages) == 2
