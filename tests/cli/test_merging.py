"""`milepost shipments merge` and `split`, `unname` and `name`."""

from __future__ import annotations

from pathlib import Path

from service.clock import ManualClock
from tests.cli.conftest import Milepost
from tests.kits import running


def two(milepost: Milepost, clock: ManualClock, place: Path) -> tuple[str, str]:
    """An order and a bill that share a box."""
    with milepost.database() as database, running(database, clock, place=place) as works:
        found = [
            works.post(refs=refs, milestone="departed", at="2026-09-17T10:00:00Z").shipment_ids[0]
            for refs in ({"ref": "PO 4711", "container": "C1"}, {"house_bill": "HBL 7", "container": "C1"})
        ]
    return found[0], found[1]


def test_merged_and_taken_apart(milepost: Milepost, clock: ManualClock, tmp_path: Path) -> None:
    older, younger = two(milepost, clock, tmp_path)
    said = milepost("shipments", "merge", "HBL 7", "PO 4711", "--why", "the same goods").good()
    assert f"{younger} is part of {older} now." in said
    again = milepost("shipments", "merge", younger, older, "--why", "the same goods").sentence()
    assert "They cannot be merged: they are one shipment already." in again
    said = milepost("shipments", "split", younger, "--why", "another order").good()
    assert f"{younger} is a shipment of its own again, apart from {older}." in said


def test_refused(milepost: Milepost, clock: ManualClock, tmp_path: Path) -> None:
    older, younger = two(milepost, clock, tmp_path)
    assert "Say why with --why" in milepost("shipments", "merge", older, younger).sentence()
    assert "C1 names 2 shipments" in milepost("shipments", "merge", "C1", older, "--why", "x").sentence()
    assert "is part of no other" in milepost("shipments", "split", younger, "--why", "x").sentence()
    assert "No shipment is called" in milepost("shipments", "merge", "nobody", older, "--why", "x").sentence()


def test_an_import_tells_of_a_name_that_a_person_ended(milepost: Milepost, clock: ManualClock, tmp_path: Path) -> None:
    two(milepost, clock, tmp_path)
    path = milepost.file("shipments.csv", "ref,container,due\nPO 1,C1,2026-10-01\nPO 4711,C1,2026-10-01\n")
    assert "ended" not in milepost("import", path).good()
    milepost("shipments", "unname", "PO 4711", "container", "C1", "--why", "another's box").good()
    told = milepost("import", path).good()
    assert "ended by a person" in told
    assert ["3", "C1"] in [line.split() for line in told.splitlines()]
    assert ["2", "C1"] not in [line.split() for line in told.splitlines()]


def test_named_and_unnamed(milepost: Milepost, clock: ManualClock, tmp_path: Path) -> None:
    older, _ = two(milepost, clock, tmp_path)
    said = milepost("shipments", "unname", "PO 4711", "container", "c1", "--why", "another's box").good()
    assert f"{older} is not called c1 any more" in said
    assert "is not called C1" in milepost("shipments", "unname", older, "container", "C1", "--why", "x").sentence()
    assert "no other name" in milepost("shipments", "unname", older, "ref", "PO 4711", "--why", "x").sentence()
    assert "has that name" in milepost("shipments", "name", older, "house_bill", "HBL 7", "--why", "x").sentence()
    assert "no type of reference" in milepost("shipments", "name", older, "nick", "C1", "--why", "x").sentence()
    assert "with a letter or digit" in milepost("shipments", "name", older, "po", " ", "--why", "x").sentence()
    assert "Say why with --why" in milepost("shipments", "name", older, "po", "C1").sentence()
    assert f"{older} is called C1, too." in milepost("shipments", "name", older, "container", "C1", "--why", "x").good()


def test_a_name_of_two_kinds_is_asked_about(milepost: Milepost, clock: ManualClock, tmp_path: Path) -> None:
    older, younger = two(milepost, clock, tmp_path)
    with milepost.database() as database, running(database, clock, place=tmp_path) as works:
        (other,) = works.post(refs={"ref": "HBL 7"}, milestone="departed", at="2026-09-17T10:00:00Z").shipment_ids
    said = milepost("shipments", "merge", "HBL 7", older, "--why", "the same goods").sentence()
    assert f"HBL 7 is the ref of {other} and the house_bill of {younger}" in said
    assert "say which by its id" in said
    milepost("shipments", "merge", younger, older, "--why", "the same goods").good()
