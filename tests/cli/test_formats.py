"""Formats, what a code means, a sample read without a server, and codes mapped beside a running service."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.app import make_kit
from service.flows.intake import Journal, prepare
from service.flows.reading import view_of
from service.settings import Settings
from service.store import audit, sources
from service.store.engine import Database
from tests import acme
from tests.cli.conftest import Milepost
from tests.formats.bodies import BODIES

NOW = datetime(2026, 9, 17, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _acme(tmp_path: Path) -> Iterator[None]:
    with acme.installed(tmp_path / "site"):
        yield


def event(code: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"e{number}", "code": code, "when": "2026-09-17T11:00:00Z", "order": "PO 4711"} | more


def sample(milepost: Milepost, *events: dict[str, Any]) -> str:
    return milepost.file("sample.json", json.dumps(list(events)))


def test_formats_are_a_table(nowhere: Milepost) -> None:
    for words in (("formats",), ("formats", "list")):
        shown = nowhere(*words).good()
        assert "Acme TMS" in shown
        assert "acme-status (6), acme-cause (1)" in shown
        assert "dcsa_tnt_v2" in shown


def test_a_code_is_explained_with_its_conditions(nowhere: Milepost) -> None:
    shown = nowhere("formats", "explain", "acme", "HLD").good()
    assert "HLD in acme-status: Acme status codes" in shown
    assert "the place is a border" in shown
    assert "customs_hold" in shown
    assert "Held or chosen for inspection by customs." in shown
    assert "otherwise" in shown
    assert "Acme TMS, letter of 2026" in shown
    assert "Acme TMS, events" in shown
    assert "ignored: It says nothing about goods." in nowhere("formats", "explain", "acme", "nop").good()
    assert "Bad weather slowed the journey." in nowhere("formats", "explain", "acme", "acme-cause:W").good()


def test_a_code_is_explained_to_programs(nowhere: Milepost) -> None:
    found = json.loads(nowhere("formats", "explain", "acme", "HLD", "--json").good())
    assert [one["milestone"] for one in found["meanings"]] == ["customs_hold", "exception"]
    assert found["meanings"][0] == {
        "list": "acme-status",
        "title": "Acme status codes",
        "code": "acme-status:HLD",
        "at_transfer": None,
        "says": "held by customs",
        "when": "the place is a border",
        "milestone": "customs_hold",
        "reason": None,
        "ignored": None,
        "sentence": "Held or chosen for inspection by customs.",
        "source": "Acme TMS, events",
    }
    assert json.loads(nowhere("formats", "explain", "acme", "ZZ", "--json").good())["meanings"] == []


def test_an_unknown_code_says_how_to_map_it(nowhere: Milepost) -> None:
    said = nowhere("formats", "explain", "acme", "ZZ").sentence()
    assert "milepost sources map SOURCE 'acme-status:ZZ' MILESTONE" in said
    assert "'acme-cause:Q'" in nowhere("formats", "explain", "acme", "acme-cause:Q").sentence()
    assert "has no lists of codes" in nowhere("formats", "explain", "native", "departed").sentence()
    assert "There is no format" in nowhere("formats", "explain", "none", "ZZ").sentence()


def test_a_sample_is_read_without_server_or_database(nowhere: Milepost) -> None:
    file = sample(
        nowhere,
        event("DEP", when="2026-09-16T08:00:00Z"),
        event("NOP", 2),
        event("ZZ", 3, says="gate"),
        event("OUT", 4, when="2026-09-17T09:00:00Z"),
    )
    shown = nowhere("sources", "test", file, "--format", "acme", "--at", "2026-09-17T12:00Z").good()
    assert "Read as acme: 2 facts, 1 ignored, 1 unmapped, 0 problems." in shown
    assert "out_for_delivery" in shown
    assert "It says nothing about goods." in shown
    assert "acme-status:ZZ" in shown
    assert "2026-09-17 09:00 UTC  M19  Milepost: PO 4711 is on the truck to you." in shown
    assert not (nowhere.place / "new.db").exists()


def test_a_sample_that_names_only_ids_of_its_sender_is_told_to_nobody(nowhere: Milepost) -> None:
    file = nowhere.file("t49.json", BODIES["terminal49/available_alone.json"][1].decode())
    shown = nowhere("sources", "test", file, "--format", "terminal49").good()
    assert "Nothing: no news in it that a text is sent for." in shown
    assert "Item 0 names only ids of the sender's own, which are shown to nobody" in shown
    assert "t49:" not in shown.partition("would be told")[2]


def test_a_sample_of_a_parcel_is_told_by_its_order_number(nowhere: Milepost) -> None:
    file = nowhere.file("aftership.json", BODIES["aftership/tracking_update.json"][1].decode())
    shown = nowhere("sources", "test", file, "--format", "aftership", "--at", "2026-09-17T12:00Z").good()
    told = shown.partition("would be told")[2]
    assert "SO-1001" in told
    assert not re.search("9001|AS0000000001", told)


@pytest.mark.parametrize("at", ["2026-09-17T21:00Z", "2026-09-18T00:00Z", "2026-09-18T06:59Z", "2026-09-18T12:00Z"])
def test_a_sample_of_the_night_shows_what_the_morning_says_whenever_it_is_run(nowhere: Milepost, at: str) -> None:
    held = [{"ref": "A1", "milestone": "customs_hold", "at": "2026-09-17T21:00Z", "place": "GBFXT"}]
    file = nowhere.file("night.json", json.dumps(held))
    shown = nowhere("sources", "test", file, "--format", "native", "--at", at).good()
    told = shown.partition("had each event come when it happened\n")[2]
    assert told.startswith("2026-09-18 07:00 UTC  D06  Milepost: customs is holding A1 at Felixstowe.")
    assert ("it is told if nothing newer comes" in told) == (at < "2026-09-18T07:00Z")


def test_a_sample_with_problems_fails_with_each_of_them(nowhere: Milepost) -> None:
    said = nowhere("sources", "test", sample(nowhere, event("POD", when="never"), event("POD", 2)), "--format", "acme")
    assert said.code == 1
    assert "1 problem." in said.out
    assert "/0/when" in said.out
    unreadable = nowhere("sources", "test", nowhere.file("x.txt", "<xml/>"), "--format", "acme")
    assert "Nothing can be read" in unreadable.sentence()


def test_what_only_names_a_box_is_told_as_if_a_shipment_held_it(nowhere: Milepost) -> None:
    file = sample(nowhere, {"id": "e1", "code": "POD", "when": "2026-09-17T11:00:00Z", "box": "MSCU1234566"})
    shown = nowhere("sources", "test", file, "--format", "acme", "--at", "2026-09-17T12:00Z").good()
    assert "M20  Milepost: MSCU1234566" in shown


def test_a_sample_is_read_with_meanings_of_its_own(nowhere: Milepost) -> None:
    file = sample(nowhere, event("ZZ"))
    meanings = nowhere.file("meanings.json", '{"acme-status:ZZ": "delivered"}')
    words = ("sources", "test", file, "--format", "acme", "--at", "2026-09-17T12:00Z", "--mapping")
    found = json.loads(nowhere(*words, meanings, "--option", "depot=LDS", "--json").good())
    assert [fact["milestone"] for item in found["items"] for fact in item["facts"]] == ["delivered"]
    assert [one["code"] for one in found["told"]] == ["M20"]
    assert "is no milestone" in nowhere(*words, nowhere.file("m.json", '{"acme-status:ZZ": "gone"}')).sentence()
    assert "must be a JSON object" in nowhere(*words, nowhere.file("m.json", "[]")).sentence()
    assert "--option is name=value" in nowhere(*words, meanings, "--option", "hub=LDS").sentence()
    assert "--at is an instant" in nowhere(*words[:5], "--at", "noon").sentence()


def test_a_code_is_mapped_and_what_waits_is_read_again(
    milepost: Milepost, account_of: Callable[[Database], str]
) -> None:
    meanings = milepost.file("meanings.json", '{"acme-status:DEP": "picked_up"}')
    milepost("sources", "add", "tms", "--format", "acme", "--mapping", meanings).good()
    assert "Every code that came stands in a table" in milepost("sources", "unmapped").good()
    come(
        milepost,
        account_of,
        [
            event("ZZ", says="gate"),
            event("DEP", 2),
            {"id": "b", "code": "POD", "when": "2026-09-17T11:00:00Z", "box": "BOX 1"},
        ],
    )
    listed = milepost("sources", "unmapped").good()
    assert "acme-status:ZZ" in listed
    assert "milepost sources map tms acme-status:ZZ MILESTONE" in listed
    status = milepost("status").good()
    assert "1 code that no table has: milepost sources unmapped" in status
    assert "1 fact without a shipment, the oldest since" in status
    parked = milepost("parked", "--source", "tms", "--days", "1").good()
    assert "container BOX1" in parked
    assert 'PUT /v1/shipments/by-ref/ref/YOUR-ORDER {"refs": {"container": ["BOX1"]}}' in parked
    assert "milepost sources map tms acme-status:ZZ" in milepost("tasks").good()
    assert "is no milestone" in milepost("sources", "map", "tms", "acme-status:ZZ", "gone").sentence()
    done = milepost("sources", "map", "tms", "acme-status:ZZ", "departed").good()
    assert done == "acme-status:ZZ means departed now.\n1 call read again.\n"
    assert "acme-status:ZZ" not in milepost("sources", "unmapped", "tms").good()
    assert "departed" in milepost("sources", "unmapped", "--all").good()
    assert "2 codes of its own" in milepost("sources", "show", "tms").good()
    assert "acme-status:DEP" in milepost("sources", "map", "tms").good()
    assert milepost("sources", "map", "tms", "acme-status:ZZ", "departed").good() == "Nothing changed.\n"
    assert "no meaning of its own" in milepost("sources", "map", "tms", "acme-status:ZZ", "-").good()
    assert "Give a code and its meaning" in milepost("sources", "map", "tms", "acme-status:ZZ").sentence()
    milepost("sources", "map", "tms", "--file", milepost.file("none.json", "{}")).good()
    assert "no meanings of its own" in milepost("sources", "map", "tms").good()
    with milepost.database() as database, database.read() as conn:
        actions = [one.action for one in audit.list_audit(conn, account_of(database))]
    assert actions == ["source.map"] * 3 + ["source.add"]


def test_what_waits_to_take_an_event_back_is_listed_as_such(
    milepost: Milepost, account_of: Callable[[Database], str]
) -> None:
    milepost("sources", "add", "tms", "--format", "dcsa_tnt_v3beta", "--option", "draft=true").good()
    retraction = json.loads(BODIES["dcsa_tnt_v3beta/journey.json"][1])[2]
    come(milepost, account_of, [retraction])
    parked = milepost("parked").good()
    assert f"takes back {retraction['metadata']['retractedEventID']}" in parked
    assert "info_received" not in parked


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "2 facts without a shipment, the oldest for "),
        (("--ref", "box 1"), "1 fact without a shipment, the oldest for "),
        (("--source", "other"), "No fact that waits for a shipment matches: leave out --source, --ref or --days.\n"),
        (("--ref", "PO 1"), "No fact that waits for a shipment matches: leave out --source, --ref or --days.\n"),
        (("--days", "5000"), "No fact that waits for a shipment matches: leave out --source, --ref or --days.\n"),
    ],
)
def test_what_is_parked_is_counted_as_it_is_filtered(
    milepost: Milepost, account_of: Callable[[Database], str], words: tuple[str, ...], says: str
) -> None:
    milepost("sources", "add", "tms", "--format", "acme").good()
    milepost("sources", "add", "other", "--format", "acme").good()
    assert milepost("parked", *words).good() == "No fact waits for a shipment.\n"
    come(
        milepost,
        account_of,
        [{"id": box, "code": "POD", "when": "2026-09-17T11:00:00Z", "box": box} for box in ("BOX 1", "BOX 2")],
    )
    assert milepost("parked", *words).good().startswith(says)


def come(milepost: Milepost, account_of: Callable[[Database], str], events: list[dict[str, Any]]) -> None:
    """One call of the source, as a running service takes it."""
    with milepost.database() as database:
        kit = make_kit(Settings(database_url=milepost.url), database, notifiers={}, clock=lambda: NOW)
        with database.read() as conn:
            row = sources.find_source(conn, account_of(database), "tms")
        assert row is not None
        journal = Journal(kit)
        prepared = prepare(kit, view_of(row, "GB"), json.dumps(events).encode(), {}, "application/json")
        assert journal.submit(prepared).result(30).call_id
        journal.close()
