"""From an event to the words on the loopback phone: what brings D06, D10, D14, M11, M16 and M18."""

from __future__ import annotations

from typing import Any

from notifiers.base import Channel
from service.flows import ledger
from service.records.enums import Line, Mode
from service.records.tables import Fact, LedgerEntry, Promise
from tests.kits import DAY, HOUR, Works, arrives, departed

SHIP = {"transport": "ocean", "vessel": "EVER ASPIRE", "voyage": "0FTRXW1MA"}


def texts(works: Works) -> list[str]:
    """What the phone shows, without brand, way to a person and link."""
    bodies = [row.body for row in works.messages() if row.channel is Channel.SMS and row.body]
    return [body.removeprefix("Harbour: ").partition(" Reply")[0].partition(" http")[0] for body in bodies]


def landed(milestone: str, **more: Any) -> dict[str, Any]:
    """Something that happened at Felixstowe at noon."""
    return {"ref": "PO 4711", "milestone": milestone, "at": "2026-09-17T12:00+01:00", "place": "GBFXT"} | more


def test_ready_to_collect_names_the_last_free_day_and_its_end_is_critical(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta=None))
    shadow.post(**landed("available_pickup", free_until="2026-09-21T18:00", free_charge="gbp 95"))
    shadow.forward(3 * DAY)
    shadow.forward(2 * DAY)
    assert texts(shadow)[-3:] == [
        "PO 4711 can be collected at Felixstowe. Free until Mon 21 Sep 18:00.",
        "free time for PO 4711 ends Mon 21 Sep 18:00. After that the port charges GBP 95 a day.",
        "free time for PO 4711 ends Mon 21 Sep 18:00. After that the port charges GBP 95 a day.",
    ]
    assert [row.charge for row in shadow.rows(Fact, part="free")] == ["GBP 95"]
    (word,) = shadow.rows(Promise, line=Line.FREE_TIME)
    assert word.outcome == "kept"


def test_another_port_is_said_with_the_port_that_is_skipped(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta=None, **SHIP))
    shadow.post(**arrives("2026-10-09", place="GBFXT", stated_at="2026-09-17T11:00:00Z", **SHIP))
    shadow.forward(6 * HOUR)
    shadow.post(**arrives("2026-10-13", place="GBSOU", reason="port_congestion", **SHIP))
    shadow.forward(DAY)
    assert texts(shadow)[-1] == (
        "the ship with PO 4711 will skip Felixstowe. Now due Southampton Tue 13 Oct, was Fri 9 Oct: queue at port."
    )


def test_a_ship_that_nears_asks_for_the_papers(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta="2026-09-24", needs=["packing_list"], needs_by="2026-09-22T17:00+01:00", **SHIP))
    shadow.forward(5 * DAY - HOUR)
    assert texts(shadow)[-1] == "PO 4711 is on the way. We need: packing list by Tue 22 Sep 17:00."
    shadow.post(ref="PO 4711", milestone="in_transit", at="2026-09-22T10:00Z", needs=["licence"], needs_by="2026-09-23")
    shadow.forward(DAY)
    assert texts(shadow)[-1] == "PO 4711 is close to port: due at port Thu 24 Sep. We need: licence by Wed 23 Sep."


def test_a_booked_delivery_is_said_with_its_window_and_again_with_another(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta=None, due="2026-09-22"))
    shadow.settle()
    booked = {"ref": "PO 4711", "milestone": "delivered", "classifier": "planned"}
    shadow.post(**booked, id="b", at="2026-09-22T09:00+01:00", until="2026-09-22T11:00+01:00")
    shadow.settle()
    assert texts(shadow)[-1] == "delivery of PO 4711 is booked: due at your door Tue 22 Sep 09:00-11:00."
    shadow.forward(HOUR)
    moved = {"at": "2026-09-22T10:30+01:00", "until": "2026-09-22T12:30+01:00"}
    shadow.post(**booked, id="b", **moved, stated_at=shadow.clock().isoformat())
    shadow.forward(3 * DAY)
    assert texts(shadow)[-1] == (
        "delivery of PO 4711 is booked: due at your door Tue 22 Sep 10:30-12:30, was 09:00-11:00."
    )
    entries = [row.content for row in shadow.rows(LedgerEntry)]
    assert [one.get("until") for one in entries] == [None, "2026-09-22T10:00:00+00:00", "2026-09-22T11:30:00+00:00"]
    assert "until" not in entries[0], "an entry says nothing new of a word without a window"
    assert ledger.seal_due(shadow.kit)
    assert ledger.verify(shadow.kit, shadow.account_id).fault is None


def test_customs_that_holds_says_what_it_needs(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta=None))
    shadow.post(**landed("customs_hold", needs=["packing_list", "invoice"], needs_by="2026-09-18T17:00"))
    shadow.settle()
    assert texts(shadow)[-1].startswith(
        "customs is holding PO 4711 at Felixstowe. They need: packing list, invoice by Fri 18 Sep 17:00."
    )
    assert [row.needs for row in shadow.rows(Fact, part="needs")] == [["packing_list", "invoice"]]


def test_one_container_of_three_delivered_is_a_part(shadow: Works) -> None:
    boxes = ["MSKU1234565", "TCNU1234561", "CSQU3054383"]
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta=None, refs={"container": boxes}))
    shadow.settle()
    delivered = {"ref": "PO 4711", "milestone": "delivered", "at": "2026-09-17T12:30+01:00"}
    shadow.post(**delivered, unit=boxes[0], due="2026-09-19")
    shadow.forward(HOUR)
    assert texts(shadow)[-1].startswith("1 of 3 of PO 4711 delivered Thu 17 Sep. Rest due at your door Sat 19 Sep.")


def test_after_no_date_the_next_one_is_said(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta="2026-10-09"))
    shadow.forward(HOUR)
    shadow.post(ref="PO 4711", milestone="delayed", at="2026-09-17T12:30+01:00", reason="strike")
    shadow.forward(HOUR)
    shadow.post(ref="PO 4711", milestone="eta_changed", eta="2026-10-10", id="e1")
    shadow.forward(DAY)
    assert texts(shadow)[-1].endswith("Now due at destination Sat 10 Oct, was Fri 9 Oct: strike.")


def test_a_failed_attempt_after_a_delivery_names_the_new_date(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta=None, due="2026-09-18"))
    shadow.settle()
    shadow.post(ref="PO 4711", milestone="delivered", at="2026-09-17T12:30+01:00")
    shadow.forward(HOUR)
    tried = {"milestone": "delivery_attempt_failed", "at": "2026-09-17T13:30+01:00", "due": "2026-09-19"}
    shadow.post(ref="PO 4711", **tried, reason="site_closed")
    shadow.settle()
    assert texts(shadow)[-1].startswith(
        "we could not deliver PO 4711. Now due at your door Sat 19 Sep, was Fri 18 Sep: site was closed."
    )
    shadow.post(ref="PO 4711", milestone="in_transit", at="2026-09-17T10:00+01:00")
    shadow.settle()
    assert [row.outcome for row in shadow.rows(Promise, line=Line.DELIVERY)] == ["replaced_in_time", None]


def test_a_delivery_stated_otherwise_is_corrected(shadow: Works) -> None:
    shadow.go(Mode.SHADOW)
    shadow.post(**departed(eta=None))
    event = {"ref": "PO 4711", "id": "x", "milestone": "delivered"}
    shadow.post(**event, at="2026-09-17T09:30+01:00", stated_at="2026-09-17T11:00Z")
    shadow.settle()
    shadow.post(**event, at="2026-09-16T09:30+01:00", stated_at="2026-09-17T11:20Z")
    shadow.settle()
    assert texts(shadow)[-1].startswith(
        "sorry, a correction on PO 4711. We told you: delivered Thu 17 Sep. In fact: delivered Wed 16 Sep."
    )
    shadow.post(**event, classifier="planned", at="2026-09-19", stated_at="2026-09-17T11:40Z")
    shadow.settle()
    assert "That did not happen." in texts(shadow)[-1]
