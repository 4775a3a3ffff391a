"""Yesterday's database is put back while the provider has what left since: 0 repeats, and what is owed is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from notifiers.base import Channel, ReceiptStatus
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import audit
from service.flows import decide, desk, recovery, restoring
from service.records.tables import Stray, Task
from service.store import pulse, switches
from service.store import restore as store
from service.store.backup import backup
from service.store.engine import Database, open_database
from service.store.migrations import upgrade
from tests.databases import PostgresServer
from tests.flows.test_auditing import Provider
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, SAM, Works, arrives, departed, running

CARE = "desk@harbour.example.com"


class Post(Recorder):
    """A mail server: it keeps no list."""

    name = "post"


class House:
    """A service with texts by a provider that keeps a list and e-mails by one that keeps none, on one store."""

    def __init__(self, url: str, clock: ManualClock, turn_back: Callable[[str], str]) -> None:
        self.url, self.clock = url, clock
        self.texts, self.mails = Provider(clock), Post(Channel.EMAIL, sender="desk@example.com")
        self._turn_back = turn_back

    @contextmanager
    def runs(self) -> Iterator[Works]:
        with closing(open_database(self.url)) as database:
            works = Works(database, self.clock, {Channel.SMS: self.texts, Channel.EMAIL: self.mails})
            try:
                recovery.start(works.kit)
                audit(works.kit)
                yield works
                recovery.stop(works.kit)
            finally:
                works.close()

    def keep(self) -> None:
        """Make the backup; nobody runs at this moment."""
        self._kept = self._turn_back(f"keep {self.url}")

    def put_back(self) -> None:
        self.url = self._turn_back(f"back {self.url}")


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, clock: ManualClock, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'milepost.db'}"
        upgrade(url)
        yield House(url, clock, lambda word: _file(word, clock))
        return
    server: PostgresServer = request.getfixturevalue("pg_server")
    fresh: Callable[[], str] = request.getfixturevalue("fresh_name")
    url = request.getfixturevalue("migrated_pg_url")
    name = fresh()
    yield House(url, clock, lambda word: _database(word, server, name, clock))
    server.drop(name)


def _file(word: str, clock: ManualClock) -> str:
    what, url = word.split(" ", 1)
    path = Path(url.removeprefix("sqlite:///"))
    copy = path.with_name("yesterday.db")
    if what == "keep":
        with closing(open_database(url)) as database:
            backup(database, copy)
        return url
    _, before = store.restore(copy, path, clock())
    assert before is not None
    assert before.exists()
    return url


def _database(word: str, server: PostgresServer, name: str, clock: ManualClock) -> str:
    what, url = word.split(" ", 1)
    if what == "keep":
        server.create(name, template=url.rpartition("/")[2].partition("?")[0])
        return url
    back = server.url(name)
    with closing(open_database(back)) as database:
        store.mark_beside(database, clock())
    return back


def crowd(number: int) -> list[dict[str, object]]:
    """So many departures, each told to somebody of its own."""
    return [departed(f"PO {one}", tell=[f"+4477009{one:05}"]) for one in range(100, 100 + number)]


def first_day(house: House) -> None:
    with house.runs() as works:
        works.go(care_email=CARE, services=("ok", "options", "call_me"))
        works.post(**departed(tell=[{"phone": JO, "email": JO_MAIL}]))
        works.settle()
        works.post(ref="PO 7", milestone="customs_hold", at=works.clock().isoformat(), tell=[SAM])
        decide.run_due(works.kit)
    house.keep()


def test_nothing_is_repeated_and_what_is_owed_is_said(house: House) -> None:
    first_day(house)
    late = [arrives("2026-10-19", id="eta 1"), *crowd(12)]
    with house.runs() as works:
        works.settle()  # the hold, which waits in the backup
        for event in late:
            works.call(event)
        works.forward(3 * HOUR)
    said = [one.text for one in house.texts.messages]
    assert len(said) == 1 + 1 + 1 + 12
    mailed = len([one for one in house.mails.messages if one.to == JO_MAIL])
    house.clock.advance(20 * HOUR)
    house.put_back()

    with house.runs() as works:
        works.settle()
        assert "adopted" in works.message(channel="sms", to=SAM).detail, "what the list shows is taken as sent"
        with works.database.read() as conn:
            (pause,) = switches.active_switches(conn, works.account_id, works.clock())
        assert (pause.scope, pause.value) == ("channel", "sms"), "what fits nothing of ours is for a person"
        for event in late:
            works.call(event)
        works.forward(3 * HOUR)
        assert len(house.texts.messages) == len(said)
        assert works.rows(Stray, adopted_at=None) == [], "what the sources sent again is recognised"
        assert {row.text for row in works.rows(Stray)} == {""}, "and what people were told is not kept twice"
        now = works.clock()
        works.database.write(lambda conn: switches.lift_switches(conn, works.account_id, "channel", "sms", now))
        works.call(arrives("2026-11-02", id="eta 2"))
        works.forward(4 * HOUR)
        fresh = [one.text for one in house.texts.messages[len(said) :]]
        assert len(fresh) == 1, "0 repeats, and the news since is said"
        assert "2 Nov" in fresh[0]
        held = works.messages(channel="email", state="waiting")
        assert held, "e-mail waits for a person"
        assert len([one for one in house.mails.messages if one.to == JO_MAIL]) == mailed
        plan = restoring.plan(works.kit, works.account_id)
        assert plan is not None
        assert [one.messages for one in plan.waiting if not one.listed] == [len(held)]
        assert restoring.apply(works.kit, works.account_id, plan.id, said=False, by="command:jo") == len(held)
        works.forward(2 * MINUTE)
        assert len([one for one in house.mails.messages if one.to == JO_MAIL]) > mailed
        assert restoring.plan(works.kit, works.account_id) is None


def test_the_person_is_called_by_mail_while_mail_is_held(house: House) -> None:
    first_day(house)
    house.clock.advance(DAY)
    house.put_back()
    with house.runs() as works:
        assert [task.kind for task in works.rows(Task) if task.kind == "restored"] == ["restored"]
        desk.send_tasks(works.kit)
        works.settle()
        assert CARE in [one.to for one in house.mails.messages]


def test_what_people_were_told_already_is_closed(house: House) -> None:
    first_day(house)
    with house.runs() as works:
        works.post(**arrives("2026-10-19"))
        works.forward(3 * HOUR)
    mailed = len(house.mails.messages)
    house.clock.advance(20 * HOUR)
    house.put_back()
    with house.runs() as works:
        works.post(**arrives("2026-10-19"))
        works.forward(3 * HOUR)
        plan = restoring.plan(works.kit, works.account_id)
        assert plan is not None
        assert restoring.apply(works.kit, works.account_id, plan.id, said=True, by="command:jo") >= 1
        closed = [one.detail for one in works.messages(channel="email", state="superseded")]
        assert closed[-1] == "said before the backup was put back, as command:jo says; not sent again"
        works.forward(HOUR)
        assert [one for one in house.mails.messages[mailed:] if one.to == JO_MAIL] == []
        assert works.messages(state="cancelled") == []
        with pytest.raises(ValueError, match="dealt with"):
            restoring.apply(works.kit, works.account_id, plan.id, said=True, by="command:jo")
        with pytest.raises(LookupError, match="no such plan"):
            restoring.apply(works.kit, works.account_id, "pln_none", said=True, by="command:jo")


def test_what_is_named_is_closed_and_the_rest_leaves(house: House) -> None:
    with house.runs() as works:
        works.go(care_email=CARE)
    house.keep()
    house.clock.advance(20 * HOUR)
    house.put_back()
    with house.runs() as works:
        for number in (1, 2):
            works.post(**departed(f"PO {number}", tell=[{"email": f"{number}@example.com"}]))
        works.forward(2 * HOUR)
        plan = restoring.plan(works.kit, works.account_id)
        assert plan is not None
        said, owed = works.messages(channel="email", state="waiting", kind="notice")
        only = [said.shipment_id]
        assert restoring.apply(works.kit, works.account_id, plan.id, said=True, by="command:jo", only=only) == 1
        works.forward(2 * MINUTE)
        assert works.states(id=said.id) == ["superseded"]
        assert works.states(id=owed.id) == ["accepted"]
        assert len([one for one in house.mails.messages if one.to != CARE]) == 1


def test_a_receipt_that_is_listed_comes_along(house: House) -> None:
    first_day(house)
    with house.runs() as works:
        works.settle()
    house.texts.listed = [replace(row, status=ReceiptStatus.DELIVERED) for row in house.texts.listed]
    house.clock.advance(20 * HOUR)
    house.put_back()
    with house.runs() as works:
        assert works.message(channel="sms", to=SAM).state.value == "delivered"


def test_what_one_provider_has_sent_another_does_not_repeat(database: Database, clock: ManualClock) -> None:
    """Two providers share the texts, and only one keeps a list: a person is asked before either speaks."""
    north, south = Provider(clock), Recorder(Channel.SMS, name="south", sender="+447700900002")
    with running(database, clock, {Channel.SMS: [north, south]}) as works:
        works.go()
        recovery.beat(works.kit)
        database.write(lambda conn: pulse.put_back(conn, clock()))
        recovery.beat(works.kit)
        works.post(**departed())
        works.settle()
        assert "what recorder lists since is read first" in works.message().detail
        audit(works.kit)
        works.forward(2 * MINUTE)
        assert "south lists nothing of what left since" in works.message().detail
        assert (north.asked, south.asked) == ([], [])
        plan = restoring.plan(works.kit, works.account_id)
        assert plan is not None
        restoring.apply(works.kit, works.account_id, plan.id, said=False, by="command:jo")
        works.forward(2 * MINUTE)
        assert len(north.asked) + len(south.asked) == 1
