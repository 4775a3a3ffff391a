"""`milepost restore`: put a backup back, look at what waits, let it leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock, utc_now
from service.flows import decide
from service.records.access import Audit
from service.store.engine import Database
from service.store.tables import table
from tests.cli.conftest import Milepost
from tests.kits import JO_MAIL, departed, running


def waiting_mail(milepost: Milepost) -> None:
    """An e-mail that is decided and waits, in a live account."""
    now = utc_now()
    with (
        milepost.database() as database,
        running(database, ManualClock(now), {Channel.EMAIL: Recorder(Channel.EMAIL)}) as works,
    ):
        works.go()
        at = (now - timedelta(hours=2)).isoformat()
        due = (now + timedelta(days=20)).date().isoformat()
        works.post(**departed(at=at, eta=due, tell=[JO_MAIL]))
        decide.run_due(works.kit)


def test_a_backup_is_put_back_and_dealt_with(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    milepost("setup", "--yes", "--brand", "Harbour", "--phone", "+447700900321").good()
    waiting_mail(milepost)
    copy = str(milepost.place / "copy.db")
    milepost("backup", copy).good()
    assert "No backup waits for your word." in milepost("restore", "--plan").good()
    milepost("setup", "--yes", "--brand", "Changed", "--phone", "+447700900321").good()

    put = milepost("restore", copy).good()
    assert "is the backup" in put
    assert ".before-" in put
    assert "milepost restore --plan" in put
    shown = milepost("restore", "--plan").good()
    assert "when you apply the plan" in shown
    assert "email M07" in shown
    plan = next(word.strip("`") for word in shown.split() if word.startswith("pln_"))
    assert "milepost golive --plan" in milepost("golive", plan).sentence(), "it is no plan for going live"
    assert "No shipment is called PO 9" in milepost("restore", "--apply", plan, "--said", "--ref", "PO 9").sentence()
    said = ("--said", "--ref", "PO 4711", "--why", "the log shows it")
    closed = milepost("restore", "--apply", plan, *said).good()
    assert "1 messages are closed as said already; the rest may leave now." in closed
    assert "has been dealt with" in milepost("restore", "--apply", plan).sentence()
    assert "No backup waits for your word." in milepost("restore", "--plan").good()
    with milepost.database() as database, database.read() as conn:
        done = [row.action for row in conn.execute(table(Audit).select())]
        assert account_of(database)
    assert "restore.apply" in done


def test_what_is_wrong_is_one_sentence(milepost: Milepost) -> None:
    assert "Name one of FILE" in milepost("restore").sentence()
    assert "Name one of FILE" in milepost("restore", "--mark", "--plan").sentence()
    assert "--said goes with" in milepost("restore", "--plan", "--said").sentence()
    assert "--ref goes with" in milepost("restore", "--apply", "pln_none", "--ref", "PO 1").sentence()
    assert "There is no file" in milepost("restore", str(Path(milepost.place) / "none.db")).sentence()
    assert "no SQLite database" in milepost("restore", milepost.file("text.db", "hello " * 2000)).sentence()
    assert "no such plan" in milepost("restore", "--apply", "pln_none").sentence()


def test_a_database_can_be_marked(milepost: Milepost) -> None:
    milepost("setup", "--yes", "--brand", "Harbour", "--phone", "+447700900321").good()
    assert "marked as a backup" in milepost("restore", "--mark").good()
    assert "was put back at" in milepost("restore", "--plan").good()
