"""Files that are dropped into a folder: each is taken once it is complete, and neither lost nor taken twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.clock import ManualClock
from service.flows import files
from service.flows.dropping import DONE, REFUSED, UNFINISHED, Dropped, Folder
from service.records.results import SourceView
from service.records.tables import Fact
from service.store.engine import Database
from service.store.tables import table
from tests.formats.bodies import BODIES
from tests.kits import Works, running

MOVES = BODIES["csv/moves.csv"][1]
GOOD = b"Reference;Status;Date\nA1;departed;2026-09-10\nA2;delivered;2026-09-11\n"
LIMIT = 5_000_000


@pytest.fixture
def works(database: Database, clock: ManualClock, tmp_path: Path) -> Iterator[Works]:
    with running(database, clock, place=tmp_path) as found:
        yield found


@pytest.fixture
def place(tmp_path: Path) -> Path:
    found = tmp_path / "out"
    found.mkdir()
    return found


def source(works: Works, kind: str = "csv") -> SourceView:
    return SourceView(works.account_id, "src_tms", "tms", kind)


def facts(works: Works) -> int:
    with works.database.read() as conn:
        return conn.execute(select(func.count()).select_from(table(Fact))).scalar_one()


def taken(works: Works, folder: Folder, kind: str = "csv") -> list[Dropped]:
    """Two looks: in the second what did not change is taken."""
    folder.complete()
    return [folder.take(works.kit, source(works, kind), path) for path in folder.complete()]


def listing(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}


def test_a_file_is_taken_once_it_is_complete(works: Works, place: Path) -> None:
    folder = Folder(place, LIMIT)
    path = place / "moves.csv"
    path.write_bytes(GOOD[:30])
    assert folder.complete() == []
    path.write_bytes(GOOD)
    assert folder.complete() == []
    assert folder.complete() == [path]
    (one,) = taken(works, folder)
    assert one.moved == place / DONE / "moves.csv"
    assert one.taken.counts == {"accepted": 2}
    assert listing(place) == {"done/moves.csv"}
    assert facts(works) == 2


def test_what_is_being_written_is_left_alone(works: Works, place: Path) -> None:
    for name in (".moves.csv", *(f"moves.csv{end}" for end in UNFINISHED)):
        (place / name).write_bytes(GOOD)
    (place / "empty.csv").write_bytes(b"")
    (place / "folder.csv").mkdir()
    (place / "link.csv").symlink_to(place / "elsewhere.csv")
    assert taken(works, Folder(place, LIMIT)) == []


def test_a_file_that_grows_while_it_is_read_stays(works: Works, place: Path) -> None:
    folder = Folder(place, LIMIT)
    path = place / "moves.csv"
    path.write_bytes(GOOD)

    def grown() -> datetime:
        with path.open("ab") as file:
            file.write(b"A3;departed;2026-09-10\n")
        return works.clock()

    folder.complete()
    (found,) = folder.complete()
    assert folder.take(replace(works.kit, clock=grown), source(works), found).moved is None
    assert listing(place) == {"moves.csv"}
    folder.complete()
    (found,) = folder.complete()
    assert folder.take(works.kit, source(works), found).moved == place / DONE / "moves.csv"
    assert facts(works) == 3


def test_why_something_was_not_taken_lies_beside_it(works: Works, place: Path) -> None:
    (place / "moves.csv").write_bytes(MOVES)
    (one,) = taken(works, Folder(place, LIMIT))
    assert one.moved == place / DONE / "moves.csv"
    words = (place / DONE / "moves.csv.txt").read_text(encoding="utf-8").splitlines()
    assert words == [
        "5: The row has a status and no date. Fill in its `at`.",
        "6: The row does not say which shipment it is about. Fill in its `ref`.",
        (
            "csv-status:warte auf papiere stands in no table (once). It is kept: say what it means with "
            "`milepost sources map tms 'csv-status:warte auf papiere' MILESTONE`, or ignore in place of MILESTONE."
        ),
    ]
    (place / "more.csv").write_bytes(GOOD + b"B1;zz;2026-09-10\nB2;zz;2026-09-10\n")
    taken(works, Folder(place, LIMIT))
    assert "(2 times)" in (place / DONE / "more.csv.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("csv", b"hello\n", "No line at the beginning names columns"),
        ("csv", b"Reference;Status;Date\n;departed;2026-09-10\n", "2: The row does not say which shipment"),
        ("cargowise", b"<Order/>", "The XML holds neither UniversalEvent nor UniversalShipment."),
        ("native", b"{", "The body is not JSON"),
        ("native", b"x" * (LIMIT + 1), "1: The file is larger than 5 MB. Drop it in several files."),
    ],
)
def test_what_cannot_be_taken_is_put_aside(works: Works, place: Path, kind: str, body: bytes, words: str) -> None:
    (place / "a.dat").write_bytes(body)
    (one,) = taken(works, Folder(place, LIMIT), kind)
    assert one.moved == place / REFUSED / "a.dat"
    assert (place / REFUSED / "a.dat.txt").read_text(encoding="utf-8").startswith(words)
    assert facts(works) == 0


def test_other_formats_come_as_files_too(works: Works, place: Path) -> None:
    (place / "cw.xml").write_bytes(BODIES["cargowise/events.xml"][1])
    (one,) = taken(works, Folder(place, LIMIT), "cargowise")
    assert one.taken.counts == {"accepted": 2, "unmapped": 1}
    event = {"ref": "A1", "milestone": "departed", "at": "2026-09-10"}
    (place / "n.json").write_text(json.dumps(event), encoding="utf-8")
    (two,) = taken(works, Folder(place, LIMIT), "native")
    assert two.taken.counts == {"accepted": 1}


def test_whoever_was_stopped_before_the_move_takes_it_again_and_nothing_is_there_twice(
    works: Works, place: Path
) -> None:
    rows = b"".join(b"B%04d;departed;2026-09-10\n" % i for i in range(450))
    body = b"Reference;Status;Date\n" + rows
    (place / "moves.csv").write_bytes(body)

    class Killed(Exception):
        """The process is gone."""

    def die(done: int, _total: int) -> None:
        if done == 400:
            raise Killed

    with pytest.raises(Killed):
        files.take(works.kit, source(works), body, "text/csv", tell=die)
    assert facts(works) == 400
    (one,) = taken(works, Folder(place, LIMIT))
    assert one.taken.counts == {"duplicate": 400, "accepted": 50}
    assert facts(works) == 450
    assert listing(place) == {"done/moves.csv"}


def test_a_name_that_is_there_already_gets_a_number(works: Works, place: Path) -> None:
    for number, name in enumerate(("moves.csv", "moves-2.csv", "moves-3.csv")):
        (place / "moves.csv").write_bytes(GOOD + b"C%d;departed;2026-09-10\n" % number)
        (one,) = taken(works, Folder(place, LIMIT))
        assert one.moved == place / DONE / name
    assert facts(works) == 5


def test_what_was_archived_is_never_replaced_by_a_note(works: Works, place: Path) -> None:
    first = GOOD + b"D1;departed;2026-09-10\n"
    (place / "mail.csv.txt").write_bytes(first)
    taken(works, Folder(place, LIMIT))
    (place / "mail.csv").write_bytes(MOVES)
    (one,) = taken(works, Folder(place, LIMIT))
    assert one.moved == place / DONE / "mail-2.csv"
    assert (place / DONE / "mail.csv.txt").read_bytes() == first
    assert listing(place) == {"done/mail.csv.txt", "done/mail-2.csv", "done/mail-2.csv.txt"}
    (place / "mail-2.csv.txt").write_bytes(GOOD)
    taken(works, Folder(place, LIMIT))
    assert (place / DONE / "mail-2.csv").read_bytes() == MOVES
    assert (place / DONE / "mail-2.csv-2.txt").read_bytes() == GOOD


@pytest.mark.parametrize("name", ["x" * 251 + ".csv", "ü" * 125 + "y.csv", "z" + "." + "w" * 253])
def test_a_name_as_long_as_names_may_be_is_shortened(works: Works, place: Path, name: str) -> None:
    for number in range(2):
        (place / name).write_bytes(MOVES + b"E%d;departed;2026-09-10\n" % number)
        (one,) = taken(works, Folder(place, LIMIT))
        assert one.moved is not None
        assert one.moved.exists()
        assert one.moved.with_name(f"{one.moved.name}.txt").exists()
    assert len(listing(place)) == 4
    assert all(path.startswith(f"done/{name[:100]}") for path in listing(place))


def test_what_is_kept_and_cannot_be_moved_is_not_taken_again(works: Works, place: Path) -> None:
    folder = Folder(place, LIMIT)
    (place / "moves.csv").write_bytes(GOOD)
    (place / DONE).write_bytes(b"")
    for _ in range(2):
        with pytest.raises(FileExistsError):
            taken(works, folder)
    (place / DONE).unlink()
    (one,) = [folder.take(works.kit, source(works), path) for path in folder.complete()]
    assert one.taken.counts == {"accepted": 2}
    assert listing(place) == {"done/moves.csv"}


def test_links_and_pipes_are_named_once(place: Path) -> None:
    folder = Folder(place, LIMIT)
    (place / "link.csv").symlink_to(place / "elsewhere.csv")
    os.mkfifo(place / "pipe.csv")
    (place / "folder.csv").mkdir()
    assert folder.complete() == []
    assert folder.never_taken() == ["link.csv", "pipe.csv"]
    (place / "pipe.csv").unlink()
    assert folder.complete() == []
    assert folder.never_taken() == []


def test_the_oldest_comes_first(place: Path) -> None:
    folder = Folder(place, LIMIT)
    for age, name in enumerate(("c", "a", "b")):
        (place / name).write_bytes(GOOD)
        os.utime(place / name, (1_000_000 + age, 1_000_000 + age))
    folder.complete()
    assert [path.name for path in folder.complete()] == ["c", "a", "b"]


def test_a_broken_quote_ends_the_file_and_what_stood_before_is_kept(works: Works, place: Path) -> None:
    (place / "moves.csv").write_bytes(GOOD + b'A3;"departed;2026-09-10\n')
    (one,) = taken(works, Folder(place, LIMIT))
    assert one.taken.counts == {"accepted": 2, "rejected": 1}
    assert (place / DONE / "moves.csv.txt").read_text(encoding="utf-8").startswith("4: The rows from about line 4 on")


def test_a_dry_run_keeps_nothing(works: Works) -> None:
    found = files.take(works.kit, source(works), MOVES, "text/csv", dry_run=True)
    assert found.counts == {"accepted": 2, "rejected": 2, "unmapped": 1}
    assert facts(works) == 0
