"""Everything that deciding about one shipment needs, read in one snapshot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.clock import ManualClock
from service.flows import imports
from service.records.enums import Mode
from service.records.situation import Situation
from service.store import situations
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, SAM, Works, departed, running


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    with running(database, clock) as found:
        yield found


def seen(works: Works, shipment_id: str) -> Situation:
    with works.database.read() as conn:
        found = situations.situation(conn, works.account_id, shipment_id)
    assert found is not None
    return found


def test_a_shipment_with_all_that_is_known(works: Works) -> None:
    works.go(Mode.SHADOW, zone="Europe/London")
    people = [{"phone": JO, "email": JO_MAIL, "language": "de"}, SAM]
    (shipment_id,) = works.post(**departed(tell=people, customer="acme", refs={"po": "77"})).shipment_ids
    works.settle()
    found = seen(works, shipment_id)
    assert (found.account.brand, found.account.zone, found.account.mode) == ("Harbour", "Europe/London", Mode.SHADOW)
    assert sorted(ref.shown for ref in found.shipment.refs) == ["77", "PO 4711"]
    assert [(fact.milestone.value, fact.part) for fact in sorted(found.facts, key=lambda f: f.part)] == [
        ("departed", ""),
        ("arrived_destination", "eta"),
    ]
    jo = next(one for one in found.followers if one.language == "de")
    assert [way.channel.value for way in jo.addresses] == ["sms", "email"]
    assert {one.zone for one in found.followers} == {"Europe/London"}
    assert len(found.words) == len(found.spoken) == 2
    assert {one.message.value for one in found.spoken if one.message} == {"accepted"}
    assert [one.open for one in found.occurrences] == [True]
    assert found.close_as is None


def test_who_follows_the_shipment_and_its_customer_is_one_follower(works: Works) -> None:
    imports.import_customers(works.kit, works.account_id, f"code,phone\nacme,{JO}\n", consent="contract")
    (shipment_id,) = works.post(**departed(customer="acme")).shipment_ids
    (one,) = seen(works, shipment_id).followers
    assert not one.business, "following the shipment itself is the nearer one"
    (other,) = works.post(**departed("PO 2", customer="acme", tell=[SAM])).shipment_ids
    assert sorted(one.business for one in seen(works, other).followers) == [False, True]


def test_what_is_due_comes_longest_waiting_first(works: Works) -> None:
    first = works.post(**departed("PO 1")).shipment_ids[0]
    works.clock.advance(MINUTE)
    second = works.post(**departed("PO 2")).shipment_ids[0]
    with works.database.read() as conn:
        assert situations.due(conn, works.clock(), 10) == [(works.account_id, first), (works.account_id, second)]
        assert situations.due(conn, works.clock(), 1) == [(works.account_id, first)]
        assert situations.due(conn, works.clock() - HOUR, 10) == []
        assert situations.next_look(conn) == works.clock() - MINUTE


def test_a_shipment_is_put_off_until_something_is_heard_of_it(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    until = works.clock() + DAY
    works.database.write(lambda conn: situations.put_off(conn, works.account_id, shipment_id, until))
    with works.database.read() as conn:
        assert situations.due(conn, works.clock(), 10) == []
    works.post(**departed(eta="2026-10-12"))
    with works.database.read() as conn:
        assert situations.due(conn, works.clock(), 10) == [(works.account_id, shipment_id)]


def test_another_account_sees_nothing(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    with works.database.read() as conn:
        assert situations.situations(conn, []) == []
        with pytest.raises(LookupError):
            situations.situation(conn, "acc_other", shipment_id)
