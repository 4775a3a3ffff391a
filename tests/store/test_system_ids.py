"""Events that name nothing but an id of their sender's own reach the shipment that another event ties it to."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest

from service.records.enums import Classifier, Milestone, ReferenceType
from service.records.inbound import FactDraft, Item, RefValue
from service.records.intake import CallRow, CallToKeep, JournalItem
from service.records.tables import FactShipment, ParkedFact, Reference
from service.records.when import When
from service.store import journal
from service.store.engine import Database
from service.store.homes import add_references
from service.store.tables import table
from service.store.views_shipments import references
from tests.kits import DAY

ACC = "acc_1"
T = ReferenceType
TYPES = {"r": T.REF, "c": T.CONTAINER, "m": T.MASTER_BILL, "s": T.SYSTEM_ID}
"""The first letter of a reference in these tables says its type."""


def call(names: str, number: int, now: datetime) -> CallToKeep:
    refs = tuple(RefValue(TYPES[name[0]], name) for name in names.split())
    facts = (FactDraft(Milestone.DEPARTED, Classifier.ACTUAL, When(on=now.date())),)
    item = Item(f"e{number}", f"e{number}", "d", facts, refs)
    row = CallRow(ACC, f"call_{number}", "src_1", now, "application/json", {}, b"{}")
    return CallToKeep(row, (JournalItem(0, item, f"shp_{number}", (f"fct_{number}",)),))


def keep(database: Database, now: datetime, together: bool, *names: str, first: int = 0) -> None:
    calls = [call(one, number, now) for number, one in enumerate(names, first)]
    for batch in [calls] if together else [[one] for one in calls]:
        database.write(lambda conn, batch=batch: journal.keep(conn, batch, now))  # type: ignore[misc]


def reached(database: Database, names: tuple[str, ...]) -> dict[str, int]:
    """How many shipments the fact of each event reaches."""
    with database.read() as conn:
        links = conn.execute(table(FactShipment).select()).all()
    return {one: sum(link.fact_id == f"fct_{number}" for link in links) for number, one in enumerate(names)}


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("names", list(permutations(["r1 c1", "c1 s1", "s1"])), ids=" | ".join)
def test_in_whatever_order_they_come(
    database: Database, noon: datetime, names: tuple[str, ...], together: bool
) -> None:
    keep(database, noon, together, *names)
    assert reached(database, names) == dict.fromkeys(names, 1)


def orders(*names: str) -> list[tuple[str, ...]]:
    """Every order in which the first comes before the second."""
    return [order for order in permutations(names) if order.index(names[0]) < order.index(names[1])]


@pytest.mark.parametrize("names", orders("s2", "s1 s2", "c1 s1", "r1 c1"), ids=" | ".join)
def test_one_id_leads_to_the_next(database: Database, noon: datetime, names: tuple[str, ...]) -> None:
    keep(database, noon, False, *names)
    assert reached(database, names) == dict.fromkeys(names, 1)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("names", orders("r1 c1", "r2 c1", "c1 s1", "s1"), ids=" | ".join)
def test_every_shipment_in_the_box_hears_of_it(
    database: Database, noon: datetime, names: tuple[str, ...], together: bool
) -> None:
    keep(database, noon, together, *names)
    assert reached(database, names) == {"r1 c1": 1, "r2 c1": 1, "c1 s1": 2, "s1": 2}


def test_an_event_waits_under_an_id_only_where_nothing_else_names_it(database: Database, noon: datetime) -> None:
    keep(database, noon, False, "c1 m1 s1 s2", "s3")
    with database.read() as conn:
        waiting = conn.execute(table(ParkedFact).select()).all()
    assert sorted((row.fact_id, row.value, row.named) for row in waiting) == [
        ("fct_0", "C1", {"ids": ["s1", "s2"]}),
        ("fct_0", "M1", {"ids": ["s1", "s2"]}),
        ("fct_1", "S3", {"ids": ["s3"]}),
    ]


def test_an_id_is_kept_once_and_shown_to_nobody(database: Database, noon: datetime) -> None:
    keep(database, noon, False, "r1", "c1 s1", "c1 s1")
    named = [("shp_0", RefValue(T.CONTAINER, "c1"))]
    database.write(lambda conn: add_references(conn, ACC, named, noon + DAY))
    keep(database, noon + DAY, False, "c1 s1", "c1 s1", first=3)
    with database.read() as conn:
        held = conn.execute(table(Reference).select()).all()
        shown = references(conn, ACC, ["shp_0"])
    assert sorted(row.shown for row in held) == ["c1", "r1", "s1"]
    assert sorted(row["type"] for row in shown["shp_0"]) == ["container", "ref"]
