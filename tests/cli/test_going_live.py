"""Import, status and going live; pause and resume; replies; backup."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifiers.base import Channel, Reply
from service.app import make_kit
from service.flows import replies
from service.records.enums import Mode
from service.settings import Settings
from service.store import accounts, switches
from service.store.engine import Database
from tests.cli.conftest import Milepost

NOW = datetime(2026, 9, 17, 12, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples"
CONSENT = ("--consent", "contract of carriage")


@pytest.fixture
def loaded(milepost: Milepost) -> Milepost:
    """An account with the customers and shipments of the examples."""
    milepost("import", str(EXAMPLES / "shipments.csv"), str(EXAMPLES / "customers.csv"), *CONSENT).good()
    return milepost


def mode_of(milepost: Milepost, account_of: Callable[[Database], str]) -> Mode:
    with milepost.database() as database, database.read() as conn:
        return accounts.view(conn, account_of(database)).mode


def test_examples_can_be_imported(milepost: Milepost) -> None:
    files = (str(EXAMPLES / "customers.csv"), str(EXAMPLES / "shipments.csv"))
    dry = milepost("import", *files, "--dry-run").good()
    assert "3 rows of 3 would be taken as customers; nothing was kept." in dry
    assert "There is no customer." in milepost("customers", "list").good()
    out = milepost("import", *files, *CONSENT).good()
    assert "3 customers added, 0 known before, 0 refused" in out
    assert "4 shipments added, 0 known before, 0 refused" in out
    assert "1 open shipment is followed by nobody" in out
    again = milepost("import", *files, *CONSENT).good()
    assert "0 customers added, 3 known before" in again
    assert "0 shipments added, 4 known before" in again


def test_import_makes_a_database(nowhere: Milepost) -> None:
    assert "4 shipments added" in nowhere("import", str(EXAMPLES / "shipments.csv")).good()


def test_refused_rows_are_listed_with_line_and_fix(milepost: Milepost) -> None:
    rows = "ref,due\nJOB-1,2026-12-01\n,2026-12-02\nJOB-3,soon\n"
    answer = milepost("import", milepost.file("shipments.csv", rows))
    assert answer.code == 1
    assert "1 shipment added, 0 known before, 2 refused" in answer.out
    assert re.search(r"^3\s+The row has no ref", answer.out, flags=re.MULTILINE)
    assert re.search(r"^4\s+due is not a date: soon\s+Write dates as 2026-10-09", answer.out, flags=re.MULTILINE)


def test_consent_is_needed_for_people(milepost: Milepost) -> None:
    assert "--consent" in milepost("import", str(EXAMPLES / "customers.csv")).sentence()


@pytest.mark.parametrize(
    ("content", "fix"),
    [("a,b\n1,2\n", "Begin customers.csv with code,name,phone"), ("", "is empty: export it again")],
)
def test_a_file_of_another_kind(milepost: Milepost, content: str, fix: str) -> None:
    assert fix in milepost("import", milepost.file("some.csv", content)).sentence()


def test_a_file_that_is_not_there_or_not_text(milepost: Milepost) -> None:
    assert "There is no file" in milepost("import", str(milepost.place / "no.csv")).sentence()
    path = milepost.place / "latin.csv"
    path.write_bytes("ref\nM\xfcnchen\n".encode("latin-1"))
    assert "is not UTF-8" in milepost("import", str(path)).sentence()
    assert "cannot be used" in milepost("import", str(milepost.place)).sentence()


def test_status(loaded: Milepost) -> None:
    out = loaded("status").good()
    assert out.startswith("Mode: shadow. 4 shipments")
    assert "Followed by nobody: 1 (" in out
    assert "0 sent" in out


def test_going_live_is_planned_first(loaded: Milepost, account_of: Callable[[Database], str]) -> None:
    assert "milepost golive --plan" in loaded("golive").sentence()
    out = loaded("golive", "--plan").good()
    assert "4 open shipments, 2 followers." in out
    assert "No notifier for sms is configured" in out
    assert "Nothing has changed yet." in out
    assert mode_of(loaded, account_of) is Mode.SHADOW
    plan = re.search(r"milepost golive (pln_\w+)$", out, flags=re.MULTILINE)
    assert plan is not None
    assert "Live: 4 shipments" in loaded("golive", plan[1]).good()
    assert mode_of(loaded, account_of) is Mode.LIVE
    assert "was applied before" in loaded("golive", plan[1]).sentence()


def test_a_plan_for_one_customer_or_shipment(loaded: Milepost) -> None:
    assert "2 open shipments, 1 follower." in loaded("golive", "--plan", "--customer", "acme").good()
    assert "1 open shipment, 1 follower." in loaded("golive", "--plan", "--ref", "PO 4713").good()


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("--plan", "--customer", "OAK"), "no customer with the code OAK"),
        (("--plan", "--ref", "PO 9"), "No shipment is called PO 9"),
        (("--plan", "--ref", "a", "--customer", "b"), "not both"),
        (("pln_1",), "milepost golive --plan"),
        (("pln_1", "--customer", "ACME"), "A plan knows whom it is for"),
        (("pln_1", "--plan"), "Look first"),
    ],
)
def test_plans_that_cannot_be(loaded: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in loaded("golive", *words).sentence()


def test_pause_and_resume_everything(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    file = milepost.place / "milepost.pause"
    milepost("pause", "--why", "a wrong feed").good()
    assert "a wrong feed" in file.read_text(encoding="utf-8")
    with milepost.database() as database, database.read() as conn:
        found = switches.active_switches(conn, account_of(database), NOW)
    assert [(one.scope, one.why) for one in found] == [("global", "a wrong feed")]
    assert "Paused: global: a wrong feed." in milepost("doctor").out
    assert "The pause is lifted." in milepost("resume").good()
    assert not file.exists()
    assert "Nothing was paused" in milepost("resume").good()


def test_pause_works_with_the_database_away(milepost: Milepost) -> None:
    answer = milepost("pause", DATABASE_URL="sqlite:////no/such/folder/m.db")
    assert answer.code == 0
    assert "by the file" in answer.err
    assert (milepost.place / "milepost.pause").exists()


def test_resume_with_the_database_away_says_what_still_stands(milepost: Milepost) -> None:
    milepost("pause", DATABASE_URL="sqlite:////no/such/folder/m.db")
    answer = milepost("resume", DATABASE_URL="sqlite:////no/such/folder/m.db")
    assert answer.code == 1
    assert "a pause in the database stands" in answer.err
    assert not (milepost.place / "milepost.pause").exists()


@pytest.mark.parametrize("named", [("--customer", "ACME"), ("--ref", "JOB-1001"), ("--channel", "sms")])
def test_pause_what_is_named(loaded: Milepost, named: tuple[str, str]) -> None:
    loaded("pause", *named, "--why", "asked").good()
    assert not (loaded.place / "milepost.pause").exists()
    assert f"Still paused: {named[0].removeprefix('--').replace('ref', 'shipment')} " in loaded("resume").good()
    out = loaded("resume", *named).good()
    assert "The pause is lifted." in out
    assert "Still" not in out


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("--channel", "fax"), "sms, email"),
        (("--customer", "OAK"), "`milepost customers list`"),
        (("--ref", "PO 9"), "No shipment is called"),
        (("--contact", "con_1"), "`milepost contacts list`"),
        (("--customer", "ACME", "--channel", "sms"), "at a time"),
    ],
)
def test_pauses_that_cannot_be(milepost: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in milepost("pause", *words).sentence()


def test_nobody_waits(milepost: Milepost) -> None:
    assert "Nobody waits" in milepost("threads").good()
    assert "There is no conversation thr_1" in milepost("threads", "thr_1").sentence()
    assert "There is no conversation thr_1" in milepost("reply", "thr_1", "Hello").sentence()


def test_a_conversation_is_listed_shown_and_answered(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    milepost("setup", "--yes").good()
    with milepost.database() as database:
        kit = make_kit(Settings(database_url=milepost.url), database)
        phone = kit.loopback[Channel.SMS]
        replies.take(kit, phone, Reply("loop_1", "+447700900123", phone.sender, "Where is my order?"))
    listed = milepost("threads").good()
    assert "Where is my order?" in listed
    thread = re.search(r"thr_\w+", listed)
    assert thread is not None
    assert "msg_" in milepost("reply", thread[0], "On the lorry now.").good()
    shown = milepost("threads", thread[0]).good()
    assert shown.index("Where is my order?") < shown.index("On the lorry now.")
    assert "Nobody waits" in milepost("threads").good()
    assert thread[0] in milepost("threads", "--all").good()
    assert "is empty" in milepost("reply", thread[0], " ").sentence()


def test_backup_is_a_whole_database(loaded: Milepost) -> None:
    to = loaded.place / "copy.db"
    loaded("backup", str(to)).good()
    with closing(sqlite3.connect(to)) as copy:
        assert copy.execute("select count(*) from shipment").fetchone() == (4,)
    assert "exists already" in loaded("backup", str(to)).sentence()
    assert "does not exist" in loaded("backup", str(loaded.place / "no" / "copy.db")).sentence()


def test_migrate(nowhere: Milepost) -> None:
    assert "from nothing to" in nowhere("migrate").good()
    assert "The database is at" in nowhere("migrate").good()


def test_worker_is_for_postgresql(milepost: Milepost) -> None:
    assert "Workers need PostgreSQL" in milepost("worker").sentence()
