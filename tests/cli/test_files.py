"""Exports on the command line: a report on a sample, an import with its refused rows, a watched folder."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.cli.importing_rows import is_rows
from service.records.tables import CustomerCode, Fact, Reference
from service.store.tables import table
from tests.cli.conftest import Milepost

MOVES = "Zeichen;Status;Datum\nA1;abgefahren;10.09.2026\nA2;Zugestellt;03/04/2026\nA3;Warte auf Papiere;11.09.2026\n"
TOML = '[columns]\n"Zeichen" = "ref"\n[statuses]\n"Warte auf Papiere" = "delayed"\n'


EMPTY = "Reference;Status;Date\nA1;;\nA2;departed;2026-09-10\n"
DATES = "Reference;Status;ETD;ATD\nA1;sailed;2026-09-01;2026-09-02\n"


def facts(milepost: Milepost) -> int:
    with milepost.database() as database, database.read() as conn:
        return conn.execute(select(func.count()).select_from(table(Fact))).scalar_one()


def test_a_sample_is_reported_on(milepost: Milepost) -> None:
    path = milepost.file("moves.csv", MOVES.replace("Zeichen", "Auftragsnr."))
    out = milepost("sources", "columns", path).good()
    assert "3 rows, utf-8, separated by semicolon; the headings stand in line 1." in out
    assert "Warte auf Papiere" in out
    assert "not known: map it" in out
    strange = milepost("sources", "columns", milepost.file("other.csv", MOVES.replace("Zeichen", "PO")))
    assert strange.code == 1
    assert "No column is the reference" in strange.out
    assert "not known: map it" not in milepost("sources", "columns", milepost.file("e.csv", EMPTY)).good()
    dates = milepost("sources", "columns", milepost.file("d.csv", DATES)).good()
    assert "Mind" in dates
    assert '"Status" = "ignore"' in dates
    assert "No line at the beginning" in milepost("sources", "columns", milepost.file("x.csv", "a\n")).sentence()
    known = milepost("sources", "columns", milepost.file("m.csv", MOVES), "--columns", milepost.file("t.toml", TOML))
    assert "delayed" in known.good()


@pytest.mark.parametrize("content", ["date_format = ", "x = 1"])
def test_a_small_file_that_cannot_be_read_is_told(milepost: Milepost, content: str) -> None:
    path = milepost.file("moves.csv", MOVES)
    wrong = milepost.file("t.toml", content)
    assert "t.toml" in milepost("import", path, "--columns", wrong).sentence()


def test_an_export_is_imported_and_its_refused_rows_lie_beside_it(milepost: Milepost) -> None:
    path, own = milepost.file("moves.csv", MOVES), milepost.file("tms.toml", TOML)
    dry = milepost("import", path, "--columns", own, "--dry-run")
    assert dry.code == 1
    assert "2 rows would be taken as milestones; nothing was kept." in dry.out
    found = milepost("import", path, "--columns", own)
    assert found.code == 1
    assert "2 rows taken, 0 known before, 0 waiting for a shipment, 0 without news, 0 with a status" in found.out
    assert "1 refused" in found.out
    beside = Path(path).with_name("moves.refused.csv")
    with beside.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file, delimiter=";")
    assert header == ["Zeichen", "Status", "Datum", "problem", "fix"]
    assert row[:3] == ["A2", "Zugestellt", "03/04/2026"]
    assert "3 April or 4 March" in row[3]
    beside.write_text(beside.read_text(encoding="utf-8-sig").replace("03/04/2026", "03.04.2026"), encoding="utf-8")
    assert "1 row taken" in milepost("import", str(beside), "--columns", own).good()
    assert facts(milepost) == 3
    again = milepost("import", path, "--columns", own)
    assert "0 rows taken, 2 known before" in again.out


def test_an_export_of_known_headings_needs_no_more(milepost: Milepost) -> None:
    path = milepost.file("moves.csv", "Reference,Status,Date\nA1,departed,2026-09-10\nA2,zzz,2026-09-10\n")
    out = milepost("import", path).good()
    assert "1 row taken" in out
    assert "csv-status:zzz" in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: export it again, with a line of headings."),
        (b" \r\n\n", "is empty: export it again, with a line of headings."),
        (b"\xef\xbb\xbf", "is empty: export it again, with a line of headings."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", 'is no CSV: export the table, or save the sheet, as "CSV UTF-8".'),
        (b"PK\x03\x04workbook", 'is no CSV: export the table, or save the sheet, as "CSV UTF-8".'),
        ("ref,due\nÄ1,2026-10-01\n".encode("latin-1"), 'is not UTF-8: save it as "CSV UTF-8".'),
    ],
)
def test_what_is_no_csv_is_called_so(milepost: Milepost, content: bytes, words: str) -> None:
    path = milepost.place / "given.csv"
    path.write_bytes(content)
    assert milepost("import", str(path)).sentence() == f"{path} {words}"


def test_a_row_with_the_id_of_another_names_its_line(milepost: Milepost) -> None:
    rows = [f"e{n},A{n},departed,2026-09-17" for n in range(250)]
    text = "\n".join(["id,ref,milestone,at", *rows, "", "e249,A249,loaded,2026-09-17"])
    out = milepost("import", milepost.file("moves.csv", text)).out
    assert "253   Line 251 of the same file has this id and another content." in out


def test_a_column_that_may_mean_two_things_is_named_at_import(milepost: Milepost) -> None:
    path = milepost.file("moves.csv", "ref,ETD,Delivery date,Note\nPO 1,2026-09-17,2026-09-20,x\n")
    out = milepost("import", path).good()
    words = "A plan or what has happened? Map it to estimated:delivered or actual:delivered."
    assert f"The column Delivery date was not read. {words}" in out
    assert "Note" not in out
    mapped = milepost.file("t.toml", '[columns]\n"Delivery date" = "ignore"\n')
    assert "was not read" not in milepost("import", path, "--columns", mapped).good()


def test_a_wrong_meaning_of_a_column_names_both(milepost: Milepost) -> None:
    wrong = milepost.file("t.toml", '[columns]\n"Zeichen" = "reff"\n')
    words = "The option columns maps Zeichen to reff, which is no field. Did you mean ref?\n"
    said = milepost("import", milepost.file("moves.csv", MOVES), "--columns", wrong)
    typed = milepost("sources", "add", "tms", "--format", "csv", "--option", "columns=Zeichen=reff")
    assert (said.code, said.err) == (1, f"{wrong}: {words}")
    assert (typed.code, typed.err) == (1, words)


def test_refused_rows_of_our_own_files_lie_beside_them_too(milepost: Milepost) -> None:
    path = milepost.file("shipments.csv", "ref,due\nJOB-1,2026-12-01\nJOB-2,soon\n")
    assert "The refused rows are in" in milepost("import", path).out
    words = Path(path).with_name("shipments.refused.csv").read_text(encoding="utf-8-sig").splitlines()
    assert words[0] == "ref,due,problem,fix"
    assert words[1].startswith("JOB-2,soon,due is not a date")


def test_no_cell_of_refused_rows_is_a_formula_and_all_are_read_back(milepost: Milepost) -> None:
    cells = ['=HYPERLINK("http://x")', "=cmd|'/c calc'!A1", "+1+A1", "-text", "@SUM(1)", "'=x", "-a", "+44 7700 900123"]
    path = milepost.place / "moves.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["=Note", "Reference", "Status", "Date"])
        out.writerows(["\x1b[31mred\r\n=x", cell, "departed", "soon"] for cell in cells)
    assert milepost("import", str(path)).code == 1
    beside = path.with_name("moves.refused.csv")
    with beside.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "'=Note"
    assert [row[1] for row in rows] == [*(f"'{cell}" for cell in cells[:-1]), cells[-1]]
    assert {row[0] for row in rows} == {"[31mred =x"}
    assert not any(cell[0] in "=+-@" for row in rows for cell in row if cell != cells[-1])
    beside.write_text(beside.read_text(encoding="utf-8-sig").replace(",soon,", ",2026-09-10,"), encoding="utf-8")
    assert f"{len(cells)} rows taken" in milepost("import", str(beside)).good()
    with milepost.database() as database, database.read() as conn:
        kept = set(conn.execute(select(table(Reference).c.shown)).scalars())
    assert kept == set(cells)


def test_a_code_of_a_customer_with_an_apostrophe_is_read_back(milepost: Milepost) -> None:
    path = milepost.file("customers.csv", "code,name,phone\n=C1,Bob,12\n")
    assert milepost("import", path, "--consent", "contract").code == 1
    beside = Path(path).with_name("customers.refused.csv")
    words = beside.read_text(encoding="utf-8-sig")
    assert "\n'=C1,Bob,12," in words
    beside.write_text(words.replace(",12,", ",+447700900123,"), encoding="utf-8")
    milepost("import", str(beside), "--consent", "contract").good()
    with milepost.database() as database, database.read() as conn:
        assert list(conn.execute(select(table(CustomerCode).c.code)).scalars()) == ["=C1"]


def test_lines_behind_a_broken_quote_are_counted_and_lie_beside_it(milepost: Milepost) -> None:
    rows = "".join(f"A{i};departed;2026-09-10\n" for i in range(1000))
    path = milepost.file(
        "moves.csv", 'Reference;Status;Date\nOK;departed;2026-09-10\n"open;departed;2026-09-10\n' + rows
    )
    found = milepost("import", path)
    assert "1 row taken" in found.out
    assert "1001 lines were not read, from line 3 on" in found.out
    beside = Path(path).with_name("moves.refused.csv")
    with beside.open(encoding="utf-8-sig", newline="") as file:
        _, first, *rest = csv.reader(file, delimiter=";")
    assert first[0] == '"open'
    assert "(1,001 lines)" in first[3]
    assert [row[0] for row in rest] == [f"A{i}" for i in range(1000)]
    assert rest[0][3] == "Line 4 was not read: one before it cannot be read."
    beside.write_text(beside.read_text(encoding="utf-8-sig").replace('""open', "open"), encoding="utf-8")
    assert "1001 rows taken" in milepost("import", str(beside)).out.replace(",", "")


def test_a_source_says_how_its_exports_are_read(milepost: Milepost) -> None:
    options = ("--option", "columns=Zeichen=ref", "--option", "date_format=DD/MM/YYYY | DD.MM.YYYY")
    milepost("sources", "add", "tms", "--format", "csv", *options).good()
    path = milepost.file("moves.csv", MOVES)
    assert "2 rows taken" in milepost("import", path, "--source", "tms").good()
    assert "There is no source nobody" in milepost("import", path, "--source", "nobody").sentence()
    milepost("sources", "add", "cw", "--format", "cargowise").good()
    assert "posts cargowise, not csv" in milepost("import", path, "--source", "cw").sentence()


def test_a_folder_is_watched_once(milepost: Milepost) -> None:
    milepost("sources", "add", "tms", "--format", "csv").good()
    out = milepost.place / "out"
    out.mkdir()
    (out / "a.csv").write_text(MOVES.replace("Zeichen", "Referenz"), encoding="utf-8")
    look = ("watch", str(out), "--source", "tms", "--once", "--every", "0.05")
    found = milepost(*look).good()
    assert "a.csv: 1 accepted, 1 unmapped, 1 rejected → done/a.csv" in found
    assert (out / "done" / "a.csv.txt").exists()
    (out / "b.csv").write_text("hello", encoding="utf-8")
    refused = milepost(*look)
    assert refused.code == 1
    assert "b.csv: No line at the beginning" in refused.out
    assert "→ refused/b.csv" in refused.out
    assert "There is no source" in milepost("watch", str(out), "--source", "x", "--once").sentence()
    assert "There is no folder" in milepost("watch", str(out / "no"), "--source", "tms").sentence()


def test_names_are_printed_safely_and_links_are_told_once(milepost: Milepost) -> None:
    milepost("sources", "add", "tms", "--format", "csv").good()
    out = milepost.place / "out"
    out.mkdir()
    body = b"Reference;Status;Date\nA1;departed;2026-09-10\n"
    for name in (b"new\nline\x1b[31m.csv", b"bad\xff.csv"):
        (out / os.fsdecode(name)).write_bytes(body)
    (out / "link\x1b.csv").symlink_to("/etc/hostname")
    found = milepost("watch", str(out), "--source", "tms", "--once", "--every", "0.05")
    assert "new?line?[31m.csv: 1 " in found.out
    assert "bad?.csv: 1 " in found.out
    assert "\x1b" not in found.out + found.err
    assert found.err.count("link?.csv is a link, a pipe or the like") == 1
    assert len(list((out / "done").iterdir())) == 2


def test_killed_while_it_takes_files_it_loses_none_and_doubles_none(milepost: Milepost) -> None:
    milepost("sources", "add", "tms", "--format", "csv").good()
    out = milepost.place / "out"
    out.mkdir()
    rows = "".join(f"B{i:05d};departed;2026-09-10\n" for i in range(6_000))
    (out / "a.csv").write_text("Reference;Status;Date\n" + rows, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
    env |= {"MILEPOST_DATABASE_URL": milepost.url, "MILEPOST_PAUSE_FILE": str(milepost.place / "milepost.pause")}
    command = [sys.executable, "-m", "service", "watch", str(out), "--source", "tms", "--every", "0.05"]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while facts(milepost) == 0:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    some = facts(milepost)
    assert 0 < some <= 6_000
    milepost("watch", str(out), "--source", "tms", "--once", "--every", "0.05").good()
    assert facts(milepost) == 6_000
    assert [path.name for path in out.iterdir()] == ["done"]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("ref,due", False),
        ("ref,customer,po,due,etd,status", False),
        ("ref,told_date,eta", False),
        ("ref,need_by", False),
        ("code,name,phone", False),
        ("ref,etd,eta", True),
        ("ref,status,date,due", True),
        ("Auftrag;Status;Datum", True),
        ("ref", False),
    ],
)
def test_an_export_is_told_from_our_own_files(header: str, rows: bool) -> None:
    assert is_rows(f"{header}\n".encode()) is rows
