"""Who a person is, whom they follow, and what a change leaves due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select

from notifiers.base import Channel
from service.records.enums import Mode
from service.records.inbound import Person
from service.records.tables import Shipment
from service.store import accounts, addresses, contacts, customers, follows
from service.store.engine import Database
from service.store.people import zone_of_phone
from service.store.tables import table

ACC = "acc_1"
PHONE, OTHER_PHONE = "+447700900001", "+447700900002"
EMAIL, OTHER_EMAIL = "jo@example.com", "sam@example.com"

shipment = table(Shipment)


def add_shipments(database: Database, noon: datetime, *ids: str, customer_id: str | None = None) -> None:
    rows = [
        {
            "account_id": ACC,
            "id": one,
            "seq": 1,
            "seen_seq": 1,
            "customer_id": customer_id,
            "owner": "desk",
            "created_at": noon,
            "updated_at": noon,
            "status": "registered",
            "late_days": 0,
            "followers": 0,
        }
        for one in ids
    ]
    database.write(lambda conn: conn.execute(insert(shipment), rows))


def due(database: Database) -> dict[str, int]:
    """How often each shipment was touched; those never touched are left out."""
    with database.read() as conn:
        rows = conn.execute(select(shipment.c.id, shipment.c.seq, shipment.c.look_at))
        return {row.id: row.seq - 1 for row in rows if row.look_at is not None}


def known(database: Database, *people: Person, now: datetime, how: str = "") -> list[str]:
    return database.write(lambda conn: contacts.upsert_people(conn, ACC, people, now, consent_how=how))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (Person(phone=PHONE), Person(phone=PHONE), True),
        (Person(phone=PHONE, name="Jo"), Person(phone=PHONE), True),
        (Person(phone=PHONE), Person(phone=PHONE, name="Jo"), True),
        (Person(phone=PHONE, name="Jo  Ray"), Person(phone=PHONE, name="jo ray"), True),
        (Person(phone=PHONE, name="Jo"), Person(phone=PHONE, name="Sam"), False),
        (Person(phone=PHONE), Person(phone=OTHER_PHONE), False),
        (Person(email=EMAIL), Person(email="Jo@Example.com"), True),
        (Person(email=EMAIL), Person(phone=PHONE, email=EMAIL), True),
        (Person(phone=PHONE, email=EMAIL), Person(email=EMAIL), True),
        (Person(phone=PHONE, name="Jo"), Person(phone=OTHER_PHONE, name="Jo"), False),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_who_is_who(
    database: Database, noon: datetime, first: Person, second: Person, same: bool, at_once: bool
) -> None:
    if at_once:
        one, other = known(database, first, second, now=noon)
    else:
        (one,), (other,) = known(database, first, now=noon), known(database, second, now=noon)
    assert (one == other) is same


def test_a_shared_phone_is_one_address(database: Database, noon: datetime) -> None:
    known(database, Person(phone=PHONE, name="Jo"), Person(phone=PHONE, name="Sam"), now=noon)
    with database.read() as conn:
        listed = contacts.list_contacts(conn, ACC)
    assert [one.name for one in listed] == ["Jo", "Sam"]
    assert len({place.id for one in listed for place in one.addresses}) == 1


def test_the_phone_is_tried_first(database: Database, noon: datetime) -> None:
    known(database, Person(email=EMAIL, phone=PHONE), now=noon)
    with database.read() as conn:
        (one,) = contacts.list_contacts(conn, ACC)
    assert [(place.channel, place.value) for place in one.addresses] == [(Channel.SMS, PHONE), (Channel.EMAIL, EMAIL)]


def test_a_mailbox_that_is_somebodys_is_not_given_twice(database: Database, noon: datetime) -> None:
    one, other = known(database, Person(phone=PHONE), Person(email=EMAIL), now=noon)
    assert known(database, Person(phone=PHONE, email=EMAIL), now=noon) == [one]
    with database.read() as conn:
        found = contacts.get_contact(conn, ACC, one)
    assert found is not None
    assert [place.value for place in found.addresses] == [PHONE]
    assert other != one


def test_naming_somebody_twice_changes_nothing(database: Database, noon: datetime) -> None:
    add_shipments(database, noon, "shp_1")
    person = Person(phone=PHONE, email=EMAIL, name="Jo", language="de", zone="Europe/Berlin", role="buyer")

    def name_them(conn: Connection) -> str:
        return contacts.follow_by_person(conn, ACC, "shp_1", person, since=noon, consent_how="named in an event")

    first = database.write(name_them)
    assert due(database) == {"shp_1": 1}
    assert database.write(name_them) == first
    assert due(database) == {"shp_1": 1}
    with database.read() as conn:
        (one,) = contacts.list_contacts(conn, ACC)
        (row,) = follows.followers_of(conn, ACC, "shp_1")
    assert (one.name, one.language, one.zone, one.consent_how, one.consent_at) == (
        "Jo",
        "de",
        "Europe/Berlin",
        "named in an event",
        noon,
    )
    assert (row.contact_id, row.role, row.since) == (first, "buyer", noon)


def test_a_new_language_leaves_what_they_follow_due(database: Database, noon: datetime) -> None:
    add_shipments(database, noon, "shp_1", "shp_2")
    database.write(lambda conn: contacts.follow_by_person(conn, ACC, "shp_1", Person(phone=PHONE), since=noon))
    known(database, Person(phone=PHONE, language="fr"), now=noon)
    assert due(database) == {"shp_1": 2}


def test_consent_that_is_known_stays(database: Database, noon: datetime) -> None:
    later = noon + timedelta(days=1)
    known(database, Person(phone=PHONE), Person(phone=OTHER_PHONE), now=noon)
    known(database, Person(phone=PHONE), now=noon, how="terms 2026")
    known(database, Person(phone=PHONE), Person(phone=OTHER_PHONE), now=later, how="import")
    with database.read() as conn:
        listed = contacts.list_contacts(conn, ACC)
    assert [(one.consent_how, one.consent_at) for one in listed] == [("terms 2026", noon), ("import", later)]


def test_somebody_needs_an_address(database: Database, noon: datetime) -> None:
    with pytest.raises(ValueError, match="needs a phone or an e-mail"):
        known(database, Person(name="Jo"), now=noon)


def test_accounts_do_not_share_people(database: Database, noon: datetime) -> None:
    (mine,) = known(database, Person(phone=PHONE), now=noon)
    theirs = database.write(lambda conn: contacts.upsert_person(conn, "acc_2", Person(phone=PHONE), noon))
    assert mine != theirs
    with database.read() as conn:
        assert contacts.get_contact(conn, "acc_2", mine) is None
        assert [one.id for one in contacts.list_contacts(conn, "acc_2")] == [theirs]
    assert not database.write(lambda conn: contacts.update_contact(conn, "acc_2", mine, noon, name="X"))


def test_the_same_person_from_many_sides_at_once(database: Database, noon: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: known(database, Person(phone=PHONE, email=EMAIL), now=noon)[0], range(8)))
    assert len(ids) == 1


def test_many_at_once(database: Database, noon: datetime) -> None:
    people = [Person(phone=f"+4477009{n:05}", email=f"p{n}@example.com", name=f"P {n}") for n in range(1200)]
    first = known(database, *people, now=noon)
    assert len(set(first)) == 1200
    assert known(database, *people, now=noon) == first
    pages = []
    after = ""
    while True:
        with database.read() as conn:
            page = contacts.list_contacts(conn, ACC, after=after, limit=500)
        if not page:
            break
        pages.append(len(page))
        after = page[-1].id
    assert pages == [500, 500, 200]


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+442079460000", "Europe/London"),
        ("+447911123456", "Europe/London"),
        ("+447700900001", "Europe/London"),
        ("+4915123456789", "Europe/Berlin"),
        ("+12125550123", "America/New_York"),
        ("+971501234567", "Asia/Dubai"),
        ("+34600123456", None),
        ("+18005550123", None),
        ("no phone", None),
    ],
)
def test_the_zone_of_a_phone(phone: str, zone: str | None) -> None:
    assert zone_of_phone(phone) == zone


def test_a_zone_that_was_given_wins(database: Database, noon: datetime) -> None:
    known(database, Person(phone=PHONE, zone="Asia/Dubai"), now=noon)
    known(database, Person(phone=PHONE), now=noon)
    with database.read() as conn:
        assert [one.zone for one in contacts.list_contacts(conn, ACC)] == ["Asia/Dubai"]


def test_following_a_customer_means_its_shipments(database: Database, noon: datetime) -> None:
    (jo,) = known(database, Person(phone=PHONE), now=noon)
    customer_id = database.write(lambda conn: customers.customer_for_code(conn, ACC, "acme", noon))
    add_shipments(database, noon, "shp_1", "shp_2", customer_id=customer_id)
    add_shipments(database, noon, "shp_3")
    assert database.write(lambda conn: contacts.follow(conn, ACC, customer_id, jo, noon))
    assert not database.write(lambda conn: contacts.follow(conn, ACC, customer_id, jo, noon))
    assert due(database) == {"shp_1": 1, "shp_2": 1}
    assert database.write(lambda conn: contacts.update_contact(conn, ACC, jo, noon, level="action"))
    assert not database.write(lambda conn: contacts.update_contact(conn, ACC, jo, noon, level="action"))
    assert database.write(lambda conn: contacts.update_contact(conn, ACC, jo, noon, name="Jo"))
    assert due(database) == {"shp_1": 2, "shp_2": 2}
    with pytest.raises(ValueError, match="no id that can be changed"):
        database.write(lambda conn: contacts.update_contact(conn, ACC, jo, noon, id="con_x"))


def test_leaving_and_coming_back(database: Database, noon: datetime) -> None:
    later = noon + timedelta(days=3)
    add_shipments(database, noon, "shp_1")
    (jo,) = known(database, Person(phone=PHONE), now=noon)
    assert database.write(lambda conn: contacts.follow(conn, ACC, "shp_1", jo, noon))
    assert database.write(lambda conn: contacts.unfollow(conn, ACC, "shp_1", jo, noon))
    assert not database.write(lambda conn: contacts.unfollow(conn, ACC, "shp_1", jo, noon))
    with database.read() as conn:
        assert contacts.followers_of(conn, ACC, "shp_1") == []
    assert database.write(lambda conn: contacts.follow(conn, ACC, "shp_1", jo, later))
    with database.read() as conn:
        assert [(row.subject_id, row.since) for row in contacts.followed_subjects(conn, ACC, jo)] == [("shp_1", later)]
    assert due(database) == {"shp_1": 3}


def test_a_suppression_stands_until_it_is_lifted(database: Database, noon: datetime) -> None:
    add_shipments(database, noon, "shp_1")
    (jo,) = known(database, Person(phone=PHONE), now=noon)
    database.write(lambda conn: contacts.follow(conn, ACC, "shp_1", jo, noon))
    with database.read() as conn:
        place = contacts.find_address(conn, ACC, Channel.SMS, PHONE)
    assert place is not None
    assert database.write(lambda conn: contacts.suppress(conn, ACC, place.id, "person", "STOP", noon))
    assert not database.write(lambda conn: contacts.suppress(conn, ACC, place.id, "provider", "again", noon))
    with database.read() as conn:
        (stopped,) = addresses.list_suppressed(conn, ACC)
    assert (stopped.suppressed_by, stopped.suppressed_why, stopped.suppressed_at) == ("person", "STOP", noon)
    assert not database.write(lambda conn: contacts.lift(conn, "acc_2", place.id, noon))
    assert database.write(lambda conn: contacts.lift(conn, ACC, place.id, noon))
    with database.read() as conn:
        assert addresses.list_suppressed(conn, ACC) == []
    assert due(database) == {"shp_1": 3}


def test_customers_have_several_codes(database: Database, noon: datetime) -> None:
    first = database.write(lambda conn: customers.upsert_customers(conn, ACC, {"acme": "", " B-2 ": "Bee"}, noon))
    again = database.write(lambda conn: customers.upsert_customers(conn, ACC, {"ACME": "Acme Ltd", "b-2": ""}, noon))
    assert (first["acme"], first[" B-2 "]) == (again["ACME"], again["b-2"])
    assert database.write(lambda conn: customers.add_code(conn, ACC, first["acme"], "AC-9"))
    assert not database.write(lambda conn: customers.add_code(conn, ACC, first["acme"], "b-2"))
    with database.read() as conn:
        acme, bee = customers.list_customers(conn, ACC)
        assert customers.list_customers(conn, ACC, after=bee.id) == []
        assert customers.get_customer(conn, "acc_2", acme.id) is None
    assert (acme.name, acme.codes, bee.name, bee.codes) == ("Acme Ltd", ("AC-9", "ACME"), "Bee", ("B-2",))
    assert database.write(lambda conn: customers.rename_customer(conn, ACC, acme.id, "Acme"))
    assert not database.write(lambda conn: customers.rename_customer(conn, "acc_2", acme.id, "Other"))


def test_one_customer_from_many_sides_at_once(database: Database, noon: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(
            pool.map(
                lambda _: database.write(lambda conn: customers.customer_for_code(conn, ACC, "acme", noon)), range(8)
            )
        )
    assert len(ids) == 1
    with database.read() as conn:
        assert len(customers.list_customers(conn, ACC)) == 1


def test_a_mode_leaves_shipments_due(database: Database, noon: datetime) -> None:
    customer_id = database.write(lambda conn: customers.customer_for_code(conn, ACC, "acme", noon))
    add_shipments(database, noon, "shp_1", customer_id=customer_id)
    assert database.write(lambda conn: customers.set_mode(conn, ACC, customer_id, Mode.LIVE, noon))
    assert not database.write(lambda conn: customers.set_mode(conn, ACC, customer_id, Mode.LIVE, noon))
    assert database.write(lambda conn: customers.set_mode(conn, ACC, customer_id, None, noon))
    assert due(database) == {"shp_1": 2}


def test_the_accounts_mode_leaves_open_shipments_due(database: Database, noon: datetime) -> None:
    account_id = accounts.ensure_default(database, noon)
    add_shipments(database, noon, "shp_1", "shp_2", "shp_3")
    mine = shipment.update().where(shipment.c.id != "shp_3").values(account_id=account_id)
    database.write(lambda conn: conn.execute(mine))
    database.write(lambda conn: conn.execute(shipment.update().where(shipment.c.id == "shp_2").values(closed_at=noon)))
    database.write(lambda conn: accounts.update_account(conn, account_id, noon, mode=Mode.LIVE))
    assert due(database) == {"shp_1": 1}


def test_a_look_that_is_already_due_stays_as_old_as_it_is(database: Database, noon: datetime) -> None:
    add_shipments(database, noon, "shp_1", "shp_2")
    early, late = noon - timedelta(hours=1), noon + timedelta(hours=1)
    for one, at in (("shp_1", early), ("shp_2", late)):
        changed = shipment.update().where(shipment.c.id == one).values(look_at=at)
        database.write(lambda conn, changed=changed: conn.execute(changed))  # type: ignore[misc]
    (jo,) = known(database, Person(email=EMAIL), now=noon)
    pairs = [("shp_1", jo), ("shp_2", jo)]
    assert database.write(lambda conn: contacts.follow_many(conn, ACC, pairs, noon)) == 2
    with database.read() as conn:
        looks = conn.execute(select(shipment.c.look_at).order_by(shipment.c.id)).scalars().all()
    assert looks == [early, noon]
