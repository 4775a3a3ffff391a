"""Shipments as people describe them, and what was promised for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from service.clock import ManualClock
from service.records.enums import Line, Mode, ReferenceType
from service.records.inbound import Person, RefValue
from service.records.tables import Promise, Reference
from service.store import follows, people, shipments
from service.store.engine import Database
from service.store.shipments import Given, ShipmentGiven
from tests.kits import DAY, JO, SAM, Works, departed, running

DUE = date(2026, 10, 9)


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    with running(database, clock) as found:
        yield found


def put(works: Works, *names: str, **given: object) -> Given:
    refs = tuple(
        RefValue(ReferenceType.REF if n == 0 else ReferenceType.CONTAINER, name) for n, name in enumerate(names)
    )
    one = ShipmentGiven(refs=refs, shipment_id=f"shp_{names[0]}_{len(works.rows(Reference))}", **given)  # type: ignore[arg-type]
    now = works.clock()
    return works.database.write(lambda conn: shipments.put_shipments(conn, works.account_id, [one], now))[0]


def test_a_shipment_is_opened_and_found(works: Works) -> None:
    first = put(works, "J1", "TCNU1234565", owner="ana", need_by=DUE, told_date=DUE, mode=Mode.SHADOW)
    assert first.opened
    again = put(works, "j 1", owner="ben")
    assert again == Given(first.shipment_id, opened=False)
    row = works.shipment(first.shipment_id)
    assert (row.owner, row.need_by, row.told_date, row.mode) == ("ben", DUE, DUE, Mode.SHADOW)
    assert row.first_load_at == works.clock()
    assert [ref.shown for ref in works.rows(Reference)] == ["J1", "TCNU1234565"]


def test_a_shipment_that_an_event_opened_has_no_first_load(works: Works) -> None:
    (shipment_id,) = works.post(**departed("J1")).shipment_ids
    assert put(works, "J1", customer="acme") == Given(shipment_id, opened=False)
    row = works.shipment(shipment_id)
    assert row.first_load_at is None
    assert row.customer_id is not None


def test_finding_by_reference(works: Works) -> None:
    one, other = put(works, "J1", "TCNU1234565"), put(works, "J2", "TCNU1234565")
    with works.database.read() as conn:
        box = shipments.by_reference(conn, works.account_id, ReferenceType.CONTAINER, "tcnu 1234565")
        mine = shipments.by_reference(conn, works.account_id, ReferenceType.REF, "J2")
        nobodys = shipments.by_reference(conn, "acc_other", ReferenceType.REF, "J2")
    assert box == sorted([one.shipment_id, other.shipment_id])
    assert (mine, nobodys) == ([other.shipment_id], [])


def test_a_declared_date_is_told_to_everybody_who_follows(works: Works) -> None:
    found = put(works, "J1", customer="acme", told_date=DUE)
    customer_id = works.shipment(found.shipment_id).customer_id
    now = works.clock()

    def unit(conn: object) -> None:
        jo, sam = people.upsert_people(conn, works.account_id, [Person(phone=JO), Person(phone=SAM)], now)  # type: ignore[arg-type]
        pairs = [(found.shipment_id, jo), (customer_id, jo), (customer_id, sam)]
        follows.follow_many(conn, works.account_id, pairs, now)  # type: ignore[arg-type]

    works.database.write(unit)

    def declare() -> int:
        return works.database.write(
            lambda conn: shipments.declare_told(
                conn, works.account_id, found.shipment_id, DUE, Line.DELIVERY, works.clock()
            )
        )

    assert declare() == 2
    works.clock.advance(DAY)
    assert declare() == 2
    assert [(row.ordinal, row.state.value, row.origin.value) for row in works.rows(Promise)] == [
        (1, "told", "declared"),
        (1, "told", "declared"),
        (2, "told", "declared"),
        (2, "told", "declared"),
    ]


def test_the_days_that_a_source_states(works: Works) -> None:
    works.post(**departed("J1", id="e1", stated_at="2026-09-17T10:00:00Z"))
    works.post(**departed("J1", id="e1", stated_at="2026-09-17T11:00:00Z", eta="2026-10-12"))
    refs = [RefValue(ReferenceType.REF, "J1")]
    with works.database.read() as conn:
        stated = shipments.stated_days(conn, works.account_id, "api", refs)
        assert shipments.stated_days(conn, works.account_id, "import", refs) == {}
        assert shipments.stated_days(conn, "acc_other", "api", refs) == {}
    assert set(stated) == {"e1"}


def test_open_ones_only(works: Works) -> None:
    one, other = put(works, "J1", customer="acme"), put(works, "J2")
    works.post(ref="J2", milestone="delivered", at="2026-09-17T11:00:00Z")
    works.settle()
    customer_id = works.shipment(one.shipment_id).customer_id
    with works.database.read() as conn:
        assert shipments.open_ids(conn, works.account_id) == [one.shipment_id]
        assert shipments.open_ids(conn, works.account_id, customer_id=customer_id) == [one.shipment_id]
        assert shipments.open_ids(conn, works.account_id, shipment_id=other.shipment_id) == []
