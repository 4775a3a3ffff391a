"""Simulation over the store: the days as they were, the days under other numbers, and nothing written."""

from __future__ import annotations

import pytest

from service.flows.simulate import Simulation, simulate
from service.records.tables import metadata
from service.store import accounts
from tests.kits import DAY, HOUR, JO, JO_MAIL, SAM, Works, arrives, departed


def simulated(works: Works, days: int = 30, **numbers: float) -> Simulation:
    return simulate(works.kit, works.account_id, days, {f"N2.{name}": value for name, value in numbers.items()})


def counts(works: Works) -> dict[str, int]:
    with works.database.read() as conn:
        return {one.name: len(conn.execute(one.select()).all()) for one in metadata.sorted_tables}


def test_the_present_numbers_say_what_was_said(works: Works) -> None:
    works.post(**departed(tell=[{"phone": JO, "name": "Jo"}]))
    works.post(**departed(ref="PO 2", tell=[{"phone": JO, "email": JO_MAIL, "name": "Jo"}]))
    works.post(**departed(ref="PO 3", tell=[]))
    works.settle()
    works.forward(DAY)
    works.post(**arrives("2026-10-13"))
    works.forward(DAY)
    before = counts(works)
    found = simulated(works)
    assert counts(works) == before
    said = works.messages()
    assert found.present.total.texts == len([one for one in said if one.channel == "sms"]) == 3
    assert found.present.total.emails == len([one for one in said if one.channel == "email"]) == 1
    assert found.present.total.segments == sum(one.segments or 0 for one in said if one.channel == "sms")
    assert found.present.codes == {"M07": 2, "D01": 1}
    assert set(found.names.values()) == {"Jo"}
    assert found.changed is None
    assert found.shipments == 3


def test_other_numbers_stand_beside_the_present_ones(works: Works) -> None:
    works.post(**departed())
    works.forward(DAY)
    works.post(**arrives("2026-10-13"))
    works.forward(DAY)
    found = simulated(works, over_14d_hours=120)
    assert found.changed is not None
    assert (found.changed.total.texts, found.present.total.texts) == (1, 2)
    assert (found.changed.codes, found.present.codes) == ({"M07": 1}, {"M07": 1, "D01": 1})


def test_only_the_days_asked_for_are_counted(works: Works) -> None:
    works.post(**departed())
    works.forward(5 * DAY)
    works.post(**arrives("2026-10-13"))
    works.forward(DAY)
    assert simulated(works, days=3).present.codes == {"D01": 1}
    works.forward(5 * DAY)
    assert simulated(works, days=3).present.codes == {}


def test_orders_on_one_ship_share_a_text(works: Works) -> None:
    ship = {"vessel": "Ever Aspire", "voyage": "012W"}
    for number in range(4):
        works.post(**departed(ref=f"PO {number}", **ship))
    works.forward(HOUR)
    assert len(works.messages()) == 1
    found = simulated(works).present
    assert (found.total.texts, found.total.segments) == (1, 1)


@pytest.mark.parametrize("orders", [1, 3, 5])
def test_what_waits_for_the_morning_is_counted_as_it_leaves(works: Works, orders: int) -> None:
    works.until(works.clock().replace(hour=22))
    for number in range(orders):
        works.post(**departed(ref=f"PO {number}", at="2026-09-17T21:00:00Z"))
        works.post(ref=f"PO {number}", milestone="customs_hold", at="2026-09-17T21:30:00Z")
    works.forward(DAY)
    sent = [one for one in works.messages(channel="sms") if one.handed_at is not None]
    found = simulated(works).present.total
    assert (found.texts, found.segments) == (len(sent), sum(one.segments or 0 for one in sent))


def test_money_is_shown_where_there_are_prices(works: Works) -> None:
    works.post(**departed(tell=[JO, "+33600000000"]))
    works.settle()
    found = simulated(works)
    assert found.cost(found.present) is None
    now = works.clock()
    budget = {"prices": {"GB": 0.25}}
    works.database.write(lambda conn: accounts.update_account(conn, works.account_id, now, budget=budget))
    found = simulated(works)
    assert found.cost(found.present) == 0.25
    assert found.unpriced == ("FR",)


def test_it_tells_how_far_it_is(works: Works) -> None:
    for number in range(60):
        works.post(**departed(ref=f"PO {number}", tell=[SAM]))
    told: list[tuple[int, int]] = []
    simulate(works.kit, works.account_id, 30, {}, lambda done, total: told.append((done, total)))
    assert told[-1] == (60, 60)
    assert [done for done, _ in told] == list(range(1, 61))


def test_an_account_that_is_not_there_is_refused(works: Works) -> None:
    with pytest.raises(LookupError):
        simulate(works.kit, "acc_x", 30, {})


def test_a_shadow_account_is_simulated_too(shadow: Works) -> None:
    shadow.post(**departed())
    shadow.settle()
    assert simulated(shadow).present.codes == {"M07": 1}
