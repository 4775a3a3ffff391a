"""Which shipment an item belongs to, from its references alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.records.enums import IDENTITY, Classifier, Milestone, ReferenceType
from service.records.inbound import FactDraft, Item, RefValue
from service.records.intake import JournalItem
from service.records.tables import ParkedFact, Reference, Shipment
from service.records.when import on_day
from service.store.engine import Database
from service.store.placing import Placement, place
from service.store.renaming import give_name
from service.store.shipments import by_reference
from service.store.tables import table

ACC = "acc_1"
T = ReferenceType
TYPES = {
    "r": T.REF,
    "h": T.HOUSE_BILL,
    "b": T.BOOKING,
    "p": T.PO,
    "c": T.CONTAINER,
    "m": T.MASTER_BILL,
}
"""The first letter of a reference in these tables says its type."""


def entry(number: int, names: str) -> JournalItem:
    refs = tuple(RefValue(TYPES[name[0]], name) for name in names.split())
    item = Item(event_key=f"e{number}", key=f"e{number}", digest="", facts=(), refs=refs)
    return JournalItem(number, item, f"shp_{number}", (f"fct_{number}",))


def placed(database: Database, now: datetime, *calls: str, together: bool = False) -> list[Placement]:
    """Place items one after another, or in one batch; the first opens `shp_0`, and so on."""
    entries = [entry(number, names) for number, names in enumerate(calls)]
    batches: Sequence[list[JournalItem]] = [entries] if together else [[one] for one in entries]
    found: list[Placement] = []
    for batch in batches:
        found += database.write(lambda conn, batch=batch: place(conn, ACC, batch, now))  # type: ignore[misc]
    return found


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    ("calls", "where"),
    [
        (["r1"], ["0"]),
        (["r1", "r1"], ["0", "0"]),
        (["r1", "r2"], ["0", "1"]),
        (["r1", "h1"], ["0", "1"]),
        (["r1 h1", "h1"], ["0", "0"]),
        (["r1 c1", "r2 c1", "c1"], ["0", "1", "01"]),
        (["r1 c1", "r2 c1", "r1 c1"], ["0", "1", "0"]),
        (["b1 c1", "b2 c1", "b2", "c1"], ["0", "1", "1", "01"]),
        (["r1 b1 c1", "b2 c1", "b2"], ["0", "1", "1"]),
        (["r1 c1", "b1 c1", "b1"], ["0", "0", "0"]),
        (["r1 b1", "r1 b2 c1", "b2 c1"], ["0", "0", "0"]),
        (["b1 c1", "r2 b2 c1", "b1 c1"], ["0", "1", "0"]),
        (["c1"], [""]),
        (["p1"], [""]),
        (["b1"], ["0"]),
        (["b1", "r1 b1", "r2 b1", "b1"], ["0", "0", "2", "0"]),
        (["r1 m1", "m1 c9", "c9"], ["0", "0", "0"]),
        (["r1 m1", "r2 m1", "m1 c9", "c9"], ["0", "1", "01", ""]),
        (["r1", "r1 c1", "c1"], ["0", "0", "0"]),
    ],
)
def test_where_an_item_belongs(
    database: Database, noon: datetime, calls: list[str], where: list[str], together: bool
) -> None:
    found = placed(database, noon, *calls, together=together)
    assert [[one.removeprefix("shp_") for one in item.shipment_ids] for item in found] == [list(w) for w in where]


def test_an_identity_reference_stays_with_its_holder(database: Database, noon: datetime) -> None:
    placed(database, noon, "r1 h1", "r2 h1")
    with database.read() as conn:
        held = conn.execute(select(table(Reference)).where(table(Reference).c.shown == "h1")).all()
    assert [row.shipment_id for row in held] == ["shp_0"]


def test_accounts_do_not_meet(database: Database, noon: datetime) -> None:
    placed(database, noon, "r1 c1")
    mine = [entry(7, "r1"), entry(8, "c1")]
    found = database.write(lambda conn: place(conn, "acc_2", mine, noon))
    assert [item.shipment_ids for item in found] == [["shp_7"], []]


def test_what_a_merged_shipment_held_leads_nowhere(database: Database, noon: datetime) -> None:
    placed(database, noon, "r1 c1")
    merged = update(table(Shipment)).values(merged_into="shp_x")
    database.write(lambda conn: conn.execute(merged))
    (item,) = database.write(lambda conn: place(conn, ACC, [entry(5, "c1")], noon))
    assert item.shipment_ids == []


@pytest.mark.parametrize(("days", "reached"), [(29, True), (31, False)])
def test_a_box_of_a_shipment_that_is_over(database: Database, noon: datetime, days: int, reached: bool) -> None:
    placed(database, noon, "r1 c1")
    over = update(table(Shipment)).values(closed_at=noon)
    database.write(lambda conn: conn.execute(over))
    later = noon + timedelta(days=days)
    shared, own = database.write(lambda conn: place(conn, ACC, [entry(5, "c1"), entry(6, "r1")], later))
    assert (shared.shipment_ids == ["shp_0"]) is reached
    assert own.shipment_ids == ["shp_0"], "its own name reaches it for ever"


@pytest.mark.parametrize(
    ("names", "happened", "days", "reached"),
    [
        ("c1", 0, 1, True),
        ("c1", -119, 1, True),
        ("c1", -121, 1, False),
        ("c1", 179, 179, True),
        ("c1", 181, 181, False),
        ("c1 m1", 181, 181, True),
        ("c1 b1", 181, 181, True),
        ("c1 r1", 181, 181, True),
        ("m1", 181, 181, True),
    ],
)
def test_a_box_is_of_its_shipment_for_so_long_unless_a_bill_says_so(
    database: Database, noon: datetime, names: str, happened: int, days: int, reached: bool
) -> None:
    placed(database, noon, "r1 b1 m1 c1")
    one = entry(5, names)
    fact = FactDraft(Milestone.DISCHARGED, Classifier.ACTUAL, on_day((noon + timedelta(days=happened)).date()))
    again = replace(one, item=replace(one.item, facts=(fact,)))
    (found,) = database.write(lambda conn: place(conn, ACC, [again], noon + timedelta(days=days)))
    assert (found.shipment_ids == ["shp_0"]) is reached
    assert bool(found.parked) is ("r1" not in names), "and waits for the shipment that uses it now"


def test_a_bill_that_got_another_number_answers_to_both(database: Database, noon: datetime) -> None:
    found = placed(database, noon, "r1 h1 m1", "r1 h2 m2", "h1", "h2", "m1", "m2", "h2 c1")
    assert [item.shipment_ids for item in found] == [["shp_0"]] * 7


def test_only_shared_references_wait(database: Database, noon: datetime) -> None:
    alone, booked, own = placed(database, noon, "c1 m1", "b1 c2", "r1 c3")
    assert alone.parked == [(T.CONTAINER, "C1"), (T.MASTER_BILL, "M1")]
    assert booked.parked == [(T.CONTAINER, "C2")], "orders that join the booking later know of it"
    assert own.parked == []
    with database.read() as conn:
        assert conn.execute(select(table(ParkedFact))).all() == [], "placing says where; the journal keeps"


@pytest.mark.parametrize("together", [False, True])
def test_what_waits_is_adopted_whichever_came_first(database: Database, noon: datetime, together: bool) -> None:
    alone, opened = placed(database, noon, "c1", "r1 c1", together=together)
    assert opened.shipment_ids == ["shp_1"]
    assert alone.shipment_ids == (["shp_1"] if together else []), "in one batch the shipment is known already"


@pytest.mark.parametrize("held", ReferenceType)
@pytest.mark.parametrize("given", ReferenceType)
def test_a_person_may_give_a_name_where_a_feed_does(
    database: Database, noon: datetime, held: ReferenceType, given: ReferenceType
) -> None:
    """What one type names is nothing under another; of one type, what nobody shares stays with its holder."""

    def post(number: int, *refs: RefValue) -> None:
        item = Item(event_key=f"e{number}", key=f"e{number}", digest="", facts=(), refs=refs)
        named = JournalItem(number, item, f"shp_{number}", (f"fct_{number}",))
        database.write(lambda conn: place(conn, ACC, [named], noon))

    def give(shown: str) -> None:
        name = RefValue(given, shown)
        database.write(lambda conn: give_name(conn, ACC, "shp_1", name, by="test", why="it is theirs", now=noon))

    post(0, RefValue(T.REF, "r0"), RefValue(held, "x 1"), RefValue(held, "x 2"))
    post(1, RefValue(T.REF, "r1"))
    post(2, RefValue(T.REF, "r1"), RefValue(given, "X1"))
    if taken := held is given and given in IDENTITY:
        with pytest.raises(ValueError, match="shp_0 has that name"):
            give("X2")
    else:
        give("X2")
    with database.read() as conn:
        has = ["shp_1" in by_reference(conn, ACC, given, shown) for shown in ("X1", "X2")]
    assert has == [not taken] * 2
