"""Facts are kept once, by source and key; every account has its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from service.records.enums import Classifier, Milestone, Precision, ReferenceType
from service.records.inbound import FactDraft, Item, Person, RefValue
from service.records.intake import CallRow, CallToKeep, JournalItem, Kept
from service.records.tables import (
    Contact,
    Customer,
    CustomerCode,
    Fact,
    FactKey,
    FactShipment,
    Follow,
    InboundCall,
    ParkedFact,
    Shipment,
)
from service.records.when import When
from service.store import calls, journal
from service.store.engine import Connection, Database
from service.store.follows import unfollow
from service.store.homes import add_references
from service.store.tables import table
from tests.kits import DAY, JO, MINUTE, SAM

ACC, OTHER = "acc_1", "acc_2"
DEPARTED = FactDraft(Milestone.DEPARTED, Classifier.ACTUAL, When(on=date(2026, 9, 17)))
ARRIVES = FactDraft(Milestone.ARRIVED_DESTINATION, Classifier.ESTIMATED, When(on=date(2026, 10, 9)), part="eta")


def item(
    name: str,
    key: str = "e1",
    digest: str = "d",
    *,
    facts: tuple[FactDraft, ...] = (DEPARTED,),
    kind: ReferenceType = ReferenceType.REF,
    tell: tuple[str, ...] = (JO,),
    retracts: str | None = None,
) -> Item:
    people = tuple(Person(phone=phone) for phone in tell)
    return Item(key, key, digest, facts, (RefValue(kind, name),), retracts=retracts, tell=people)


def call(number: int, now: datetime, *items: Item, account: str = ACC, source: str = "src_1") -> CallToKeep:
    """A call whose ids all carry its *number*."""
    entries = tuple(
        JournalItem(
            index,
            one,
            f"shp_{number}_{index}",
            tuple(f"fct_{number}_{index}_{n}" for n in range(max(1, len(one.facts)))),
        )
        for index, one in enumerate(items)
    )
    row = CallRow(account, f"call_{number}", source, now, "application/json", {}, b"{}")
    return CallToKeep(row, entries)


def keep(database: Database, now: datetime, *calls: CallToKeep) -> list[list[Kept]]:
    return database.write(lambda conn: journal.keep(conn, calls, now))


def count(database: Database, of: type, account: str = ACC) -> int:
    found = table(of)
    with database.read() as conn:
        return len(conn.execute(found.select().where(found.c.account_id == account)).all())


def test_an_event_is_kept_with_its_facts(database: Database, noon: datetime) -> None:
    ((answer,),) = keep(database, noon, call(1, noon, item("J1", facts=(DEPARTED, ARRIVES))))
    assert (answer.outcome, answer.shipment_ids, answer.followers) == ("accepted", ["shp_1_0"], 1)
    with database.read() as conn:
        rows = conn.execute(table(Fact).select().order_by(table(Fact).c.id)).all()
        (shipment,) = conn.execute(table(Shipment).select()).all()
    assert [(row.part, row.milestone.value, row.at_date.isoformat(), row.stated_at) for row in rows] == [
        ("", "departed", "2026-09-17", noon),
        ("eta", "arrived_destination", "2026-10-09", noon),
    ]
    assert (shipment.look_at, shipment.seq > shipment.seen_seq) == (noon, True)


@pytest.mark.parametrize("together", [True, False])
def test_a_key_is_kept_once(database: Database, noon: datetime, together: bool) -> None:
    calls = [call(1, noon, item("J1")), call(2, noon, item("J1")), call(3, noon, item("J1", digest="another"))]
    answers = keep(database, noon, *calls) if together else [keep(database, noon, one)[0] for one in calls]
    assert [answer.outcome for (answer,) in answers] == ["accepted", "duplicate", "conflict"]
    assert [answer.shipment_ids for (answer,) in answers] == [["shp_1_0"]] * 3
    assert (count(database, Fact), count(database, FactKey), count(database, Shipment)) == (1, 1, 1)
    with database.read() as conn:
        kept = conn.execute(table(InboundCall).select().order_by(table(InboundCall).c.id)).all()
    assert [(row.accepted, row.duplicate, row.rejected) for row in kept] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_a_repeat_leaves_nothing_to_look_at(database: Database, noon: datetime) -> None:
    keep(database, noon, call(1, noon, item("J1")))
    with database.read() as conn:
        before = conn.execute(table(Shipment).select()).all()
    keep(database, noon + DAY, call(2, noon + DAY, item("J1")))
    with database.read() as conn:
        assert conn.execute(table(Shipment).select()).all() == before


def test_a_repeat_may_name_one_more_person(database: Database, noon: datetime) -> None:
    keep(database, noon, call(1, noon, item("J1")))
    ((answer,),) = keep(database, noon + MINUTE, call(2, noon, item("J1", tell=(JO, SAM))))
    assert (answer.outcome, answer.followers) == ("duplicate", 2)
    ((answer,),) = keep(database, noon + MINUTE, call(3, noon, item("J1", digest="another", tell=("+447700900125",))))
    assert (answer.outcome, answer.followers) == ("conflict", 2), "what contradicts itself names nobody"


def test_two_sources_have_keys_of_their_own(database: Database, noon: datetime) -> None:
    answers = keep(
        database, noon, call(1, noon, item("J1")), call(2, noon, item("J1", digest="another"), source="src_2")
    )
    assert [answer.outcome for (answer,) in answers] == ["accepted", "accepted"]
    assert (count(database, Fact), count(database, Shipment)) == (2, 1)


def test_two_accounts_share_nothing_not_even_ids(database: Database, noon: datetime) -> None:
    mine, theirs = call(1, noon, item("J1")), call(1, noon, item("J1", digest="another"), account=OTHER)
    answers = keep(database, noon, theirs, mine)
    assert [answer.outcome for (answer,) in answers] == ["accepted", "accepted"]
    keep(database, noon + DAY, call(2, noon, item("J1", key="e2")))
    assert [count(database, Fact, account) for account in (ACC, OTHER)] == [2, 1]
    with database.read() as conn:
        rows = conn.execute(table(Shipment).select().order_by(table(Shipment).c.account_id)).all()
    assert [(row.id, row.seq) for row in rows] == [("shp_1_0", rows[1].seq + 1), ("shp_1_0", rows[1].seq)]
    assert [count(database, Follow, account) for account in (ACC, OTHER)] == [1, 1]


def test_what_belongs_to_no_shipment_is_parked_once(database: Database, noon: datetime) -> None:
    lost = item("TCNU1234565", kind=ReferenceType.CONTAINER)
    ((first,),) = keep(database, noon, call(1, noon, lost))
    ((again,),) = keep(database, noon, call(2, noon, lost))
    assert (first.outcome, first.shipment_ids, first.followers) == ("parked", [], None)
    assert (again.outcome, again.shipment_ids) == ("duplicate", [])
    assert (count(database, ParkedFact), count(database, Fact), count(database, FactShipment)) == (1, 1, 0)


def test_a_retraction_is_a_fact_that_states_nothing(database: Database, noon: datetime) -> None:
    keep(database, noon, call(1, noon, item("J1")))
    keep(database, noon + DAY, call(2, noon + MINUTE, item("J1", key="e2", facts=(), retracts="e1")))
    with database.read() as conn:
        (row,) = conn.execute(table(Fact).select().where(table(Fact).c.retracts == "e1")).all()
    assert (row.part, row.precision, row.at_date) == ("retraction", Precision.MINUTE, noon.date())
    assert (row.at, row.stated_at, row.received_at) == (noon + MINUTE, noon + MINUTE, noon + DAY)


def test_a_batch_is_kept_whole_or_not_at_all(database: Database, noon: datetime) -> None:
    def unit(conn: Connection) -> None:
        journal.keep(conn, [call(1, noon, item("J1"))], noon)
        raise OSError("the power is gone")

    with pytest.raises(OSError, match="power"):
        database.write(unit)
    assert [count(database, one) for one in (InboundCall, FactKey, Fact, Shipment)] == [0, 0, 0, 0]
    ((answer,),) = keep(database, noon, call(1, noon, item("J1")))
    assert answer.outcome == "accepted"


def test_a_call_is_read_again_by_its_account_only(database: Database, noon: datetime) -> None:
    keep(database, noon, call(1, noon, item("J1")))
    with database.read() as conn:
        assert calls.call_body(conn, ACC, "call_1") == calls.KeptCall(
            "call_1", "src_1", noon, "application/json", {}, b"{}"
        )
        assert calls.call_body(conn, OTHER, "call_1") is None


def boxed(name: str, **more: object) -> Item:
    """An event of a container, with the people, the customer and the owner that it names."""
    people = (Person(phone=JO, name="Jo"), Person(phone=SAM))
    return replace(item(name, f"e-{name}", kind=ReferenceType.CONTAINER), tell=people, **more)  # type: ignore[arg-type]


def opened_with(name: str, box: str, **more: object) -> Item:
    refs = (RefValue(ReferenceType.REF, name), RefValue(ReferenceType.CONTAINER, box))
    return replace(item(name, f"e-{name}", tell=()), refs=refs, **more)  # type: ignore[arg-type]


def follows(database: Database) -> list[tuple[str, datetime]]:
    with database.read() as conn:
        rows = conn.execute(table(Follow).select().order_by(table(Follow).c.subject_id)).all()
    return [(row.subject_id, row.since) for row in rows]


def test_whom_a_parked_event_names_follows_the_shipment_that_adopts_it(database: Database, noon: datetime) -> None:
    named = boxed("C1", customer="ACME", owner="ana")
    ((answer,),) = keep(database, noon, call(1, noon, named))
    assert (answer.outcome, follows(database), count(database, Contact)) == ("parked", [], 2)
    later = noon + DAY
    keep(database, later, call(2, later, opened_with("J1", "C1")))
    assert follows(database) == [("shp_2_0", noon), ("shp_2_0", noon)], "from when they were named"
    with database.read() as conn:
        (shipment,) = conn.execute(table(Shipment).select()).all()
        (customer,) = conn.execute(table(Customer).select()).all()
    assert (shipment.customer_id, shipment.owner) == (customer.id, "ana")
    assert (shipment.seq > 0, shipment.look_at is not None) == (True, True)


def test_a_shipment_keeps_the_customer_and_owner_that_it_has(database: Database, noon: datetime) -> None:
    keep(database, noon, call(1, noon, opened_with("J1", "X9", customer="OWN", owner="lea")))
    keep(database, noon, call(2, noon, boxed("C1", customer="ACME", owner="ana")))
    more = RefValue(ReferenceType.CONTAINER, "C1")
    database.write(lambda conn: add_references(conn, ACC, [("shp_1_0", more)], noon + DAY))
    with database.read() as conn:
        (shipment,) = conn.execute(table(Shipment).select()).all()
        codes = {row.code: row.customer_id for row in conn.execute(table(CustomerCode).select())}
    assert (shipment.customer_id, shipment.owner) == (codes["OWN"], "lea")
    assert len(follows(database)) == 2


def test_an_event_that_reached_a_shipment_names_nobody_for_the_next_one(database: Database, noon: datetime) -> None:
    keep(database, noon, call(1, noon, opened_with("J1", "C1")))
    keep(database, noon, call(2, noon, boxed("C1")))
    assert [subject for subject, _ in follows(database)] == ["shp_1_0", "shp_1_0"]
    keep(database, noon + DAY, call(3, noon + DAY, opened_with("J2", "C1")))
    assert {subject for subject, _ in follows(database)} == {"shp_1_0"}


def test_who_left_is_not_brought_back_by_a_fact_that_was_parked(database: Database, noon: datetime) -> None:
    keep(database, noon, call(1, noon, boxed("C1")))
    keep(database, noon, call(2, noon, opened_with("J1", "C2"), replace(boxed("C2"), key="e-more")))
    with database.read() as conn:
        people = [row.id for row in conn.execute(table(Contact).select().order_by(table(Contact).c.id))]
    database.write(lambda conn: unfollow(conn, ACC, "shp_2_0", people[0], noon))
    more = RefValue(ReferenceType.CONTAINER, "C1")
    database.write(lambda conn: add_references(conn, ACC, [("shp_2_0", more)], noon + DAY))
    with database.read() as conn:
        left = [row.contact_id for row in conn.execute(table(Follow).select()) if row.ended_at is not None]
    assert left == people[:1]
