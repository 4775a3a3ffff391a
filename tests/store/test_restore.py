"""Putting a backup back: what is refused, what is kept, and what the restored file says of itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from service.clock import ManualClock
from service.records.tables import Task
from service.store import accounts, pulse
from service.store.backup import backup
from service.store.engine import Database, open_database
from service.store.errors import StoreError
from service.store.locks import engine_lock
from service.store.migrations import current, downgrade, head
from service.store.restore import mark_beside, restore
from service.store.tables import table
from tests.kits import DAY, HOUR, MINUTE


@pytest.fixture
def place(migrated_sqlite_url: str, clock: ManualClock) -> Path:
    """A database in use, with an account and a pulse."""
    with closing(open_database(migrated_sqlite_url)) as database:
        accounts.ensure_default(database, clock())
        database.write(lambda conn: pulse.beat(conn, pulse.ENGINE, clock()))
    return Path(migrated_sqlite_url.removeprefix("sqlite:///"))


def copy_of(place: Path) -> Path:
    to = place.with_name("copy.db")
    with closing(open_database(f"sqlite:///{place}")) as database:
        backup(database, to)
    return to


def beats(path: Path, name: str) -> pulse.PulseRow | None:
    with closing(open_database(f"sqlite:///{path}")) as database, database.read() as conn:
        return pulse.last_beat(conn, name)


def test_it_is_put_in_place_and_says_what_it_is(place: Path, clock: ManualClock) -> None:
    copy, made = copy_of(place), clock()
    with closing(open_database(f"sqlite:///{place}")) as database:
        later = clock() + HOUR
        database.write(lambda conn: pulse.beat(conn, "source:api", later))
        clock.advance(DAY)
    found, before = restore(copy, place, clock())
    assert (found.gap_from, found.gap_to) == (made, clock())
    assert beats(place, "source:api") is None, "it is the backup"
    assert before is not None
    assert beats(before, "source:api") is not None, "what was there is kept whole"
    with closing(open_database(f"sqlite:///{place}")) as database, database.read() as conn:
        assert [row.kind for row in conn.execute(table(Task).select())] == ["restored"]
        assert pulse.restored(conn) == found
    assert sorted(path.name for path in place.parent.glob("*restoring*")) == []


@pytest.mark.parametrize("minutes", [0, 3, 60])
def test_a_backup_of_any_age_is_a_gap(place: Path, clock: ManualClock, minutes: int) -> None:
    copy = copy_of(place)
    clock.advance(minutes * MINUTE)
    restore(copy, place, clock())
    with closing(open_database(f"sqlite:///{place}")) as database:
        row = database.write(lambda conn: pulse.beat(conn, pulse.ENGINE, clock()))
        assert row.gap_to == clock()
        with database.read() as conn:
            assert pulse.away_since_audit(conn, ["twilio"]) == {"twilio"}
            assert pulse.restored(conn) is not None
        database.write(lambda conn: pulse.looked_at(conn, clock()))
        with database.read() as conn:
            assert pulse.restored(conn) is None


def test_not_while_an_engine_has_it(place: Path, clock: ManualClock) -> None:
    copy = copy_of(place)
    with closing(open_database(f"sqlite:///{place}")) as database, engine_lock(database, wait=0):
        with pytest.raises(StoreError, match="Another Milepost already decides"):
            restore(copy, place, clock())
        with pytest.raises(StoreError, match="Another Milepost already decides"):
            mark_beside(database, clock())


def _cut(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[8192:16384] = b"\xff" * 8192
    path.write_bytes(raw)


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()


def _other(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE t (a)")
        conn.commit()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_cut, "damaged|no SQLite database"),
        (_newer, "does not know"),
        (_other, "no database of Milepost's"),
        (lambda path: path.write_text("not a database at all, and long enough to be read as one" * 99), "no SQLite"),
        (Path.unlink, "There is no file"),
    ],
    ids=["damaged", "newer", "another program's", "text", "missing"],
)
def test_what_is_no_good_backup_changes_nothing(
    place: Path, clock: ManualClock, spoil: Callable[[Path], object], sentence: str
) -> None:
    copy = copy_of(place)
    spoil(copy)
    before = place.read_bytes()
    with pytest.raises(StoreError, match=sentence):
        restore(copy, place, clock())
    assert place.read_bytes() == before


def test_an_older_backup_is_brought_to_this_version(place: Path, clock: ManualClock) -> None:
    copy = copy_of(place)
    downgrade(f"sqlite:///{copy}", "0003")
    restore(copy, place, clock())
    assert current(f"sqlite:///{place}") == head()


def test_where_nothing_was_it_is_put_too(place: Path, clock: ManualClock, tmp_path: Path) -> None:
    copy = copy_of(place)
    fresh = tmp_path / "elsewhere.db"
    _, before = restore(copy, fresh, clock())
    assert before is None
    assert beats(fresh, pulse.ENGINE) is not None


def test_a_file_that_cannot_be_read_is_kept_beside(place: Path, clock: ManualClock) -> None:
    copy = copy_of(place)
    place.write_bytes(b"broken")
    _, before = restore(copy, place, clock())
    assert before is not None
    assert before.read_bytes() == b"broken"
    assert beats(place, pulse.ENGINE) is not None


def test_a_database_that_other_tools_put_back_is_marked(database: Database, clock: ManualClock) -> None:
    accounts.ensure_default(database, clock())
    found = mark_beside(database, clock())
    with database.read() as conn:
        assert pulse.restored(conn) == found
