"""Two shipments that are one: asked for by an event or a person, told once, and taken apart again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from notifiers.base import Channel
from notifiers.stand_in_receiver import StandInReceiver
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide, ledger, merging, renaming
from service.flows.merging import Flying
from service.records.enums import ReferenceType
from service.records.inbound import RefValue
from service.records.tables import (
    Audit,
    FactShipment,
    Follow,
    Notice,
    Occurrence,
    Promise,
    Reference,
    ShipmentMerge,
    Task,
)
from service.records.webhooks import WebhookEvent
from service.store import merges, switches
from service.store.engine import Database
from tests.hooks import Hooks, told
from tests.kits import DAY, HOUR, JO, SAM, Doorman, Works, running
from tests.store.neighbours import neighbour, rows_next_door

BILL = {"house_bill": "HBL 7"}
BOTH = {"ref": "PO 4711", **BILL}


def event(name: str, **more: Any) -> dict[str, Any]:
    """A step that leaves at once, of the order (`o`), of its bill (`b`) or of both."""
    refs = {"o": {"ref": "PO 4711"}, "b": BILL, "ob": BOTH}[name]
    return {"refs": refs, "milestone": "departed", "at": "2026-09-17T10:00:00Z", "place": "CNNGB"} | more


def two(works: Works, first: Any = (JO,), second: Any = (SAM,), **more: Any) -> tuple[str, str]:
    """An order and a bill, known apart, each with its people, who are told that it left."""
    (older,) = works.post(**event("o", tell=list(first), eta="2026-10-09", id="o1", **more)).shipment_ids
    works.forward(HOUR)
    (younger,) = works.post(**event("b", tell=list(second), eta="2026-10-09", id="b1", **more)).shipment_ids
    works.forward(HOUR)
    return older, younger


def one(works: Works, older: str, younger: str) -> str:
    return merging.merge(works.kit, works.account_id, older, younger, why="the same goods", by="test")


def texts(sms: Recorder) -> list[tuple[str, str]]:
    return [(one.to, one.text) for one in sms.asked]


def intact(works: Works) -> None:
    """The ledger fits every promise, and every row names a shipment that stands."""
    ledger.seal_due(works.kit)
    assert ledger.verify(works.kit, works.account_id).fault is None


def test_an_event_with_the_names_of_two_makes_them_one(works: Works, sms: Recorder) -> None:
    older, younger = two(works)
    assert len(texts(sms)) == 2
    hold = event("ob", milestone="customs_hold", at="2026-09-17T14:00:00Z")
    kept = works.post(**hold | {"refs": BOTH | {"container": "MSCU6639870"}})
    assert sorted(kept.shipment_ids) == [older, younger]
    works.settle()
    assert works.shipment(younger).merged_into == older
    assert {row.shipment_id for row in works.rows(Reference)} == {older}
    assert {row.shown for row in works.rows(Reference)} == {"PO 4711", "HBL 7", "MSCU6639870"}
    assert {row.shipment_id for row in works.rows(FactShipment)} == {older}
    assert sorted(to for to, _ in texts(sms)[2:]) == [JO, SAM], "each hears of the hold once"
    assert works.post(**event("b", milestone="customs_cleared", at="2026-09-17T14:00:00Z")).shipment_ids == (older,)
    intact(works)


def test_who_follows_both_hears_once(works: Works, sms: Recorder) -> None:
    older, younger = two(works, (JO,), (JO, SAM))
    assert sorted(to for to, _ in texts(sms)) == [JO, JO, SAM]
    one(works, older, younger)
    works.forward(HOUR)
    assert len(texts(sms)) == 3, "what was told of either is told"
    works.post(**event("o", milestone="arrived_destination", place="GBFXT", at="2026-09-17T14:30:00Z"))
    works.forward(DAY)
    assert sorted(to for to, _ in texts(sms)[3:]) == [JO, SAM]
    intact(works)


@pytest.mark.parametrize("place", ["CNNGB", None])
def test_a_step_told_under_another_name_is_told(works: Works, sms: Recorder, place: str | None) -> None:
    (older,) = works.post(**event("o", tell=[JO])).shipment_ids
    works.forward(HOUR)
    (younger,) = works.post(**event("b", tell=[SAM], place=place)).shipment_ids
    works.forward(HOUR)
    one(works, older, younger)
    works.forward(HOUR)
    assert len(texts(sms)) == 2
    assert len(works.rows(Occurrence, shipment_id=older, closed_at=None)) == 1


def test_words_of_both_count_and_the_last_one_is_compared_with(works: Works, sms: Recorder) -> None:
    older, younger = two(works, (JO,), (JO,))
    works.post(refs=BILL, milestone="eta_changed", eta="2026-10-14", id="b2")
    works.forward(DAY)
    assert "14 Oct" in texts(sms)[-1][1]
    told = len(texts(sms))
    one(works, older, younger)
    works.forward(3 * DAY)
    assert len(texts(sms)) == told, "the order's own feed says the 9th, but the last word told and stated is the 14th"
    words = works.rows(Promise, shipment_id=older, line="arrival", state="told")
    assert [str(row.at_date) for row in sorted(words, key=lambda row: row.ordinal)] == [
        "2026-10-09",
        "2026-10-09",
        "2026-10-14",
    ]
    works.post(refs=BOTH, milestone="eta_changed", eta="2026-10-19", id="b3")
    works.forward(DAY)
    assert "14 Oct" in texts(sms)[-1][1]
    assert "19 Oct" in texts(sms)[-1][1]
    assert len(texts(sms)) == told + 1
    intact(works)


def test_what_waits_of_both_is_said_once(works: Works, sms: Recorder) -> None:
    works.until(works.clock().replace(hour=22))  # Jo and Sam sleep
    at = "2026-09-17T21:30:00Z"
    (older,) = works.post(**event("o", tell=[JO], milestone="customs_hold", at=at)).shipment_ids
    (younger,) = works.post(**event("b", tell=[JO, SAM], milestone="customs_hold", at=at)).shipment_ids
    works.settle()
    assert works.states() == ["waiting"] * 3
    one(works, older, younger)
    works.forward(DAY)
    assert sorted(to for to, _ in texts(sms)) == [JO, SAM]
    intact(works)


def test_while_a_text_is_on_its_way(database: Database, clock: ManualClock) -> None:
    """The younger's text stands at the door while the two become one; the older's people hear it once as well."""
    door = Doorman(Channel.SMS)
    with running(database, clock, {Channel.SMS: door}) as works:
        works.go()
        (older,) = works.post(ref="PO 4711", milestone="booking_confirmed", at="2026-09-16T10:00:00Z").shipment_ids
        works.settle()
        (younger,) = works.post(**event("b", tell=[JO])).shipment_ids
        merging.run_asked(works.kit)
        works.clock.advance(HOUR)
        look(works)
        works.dispatcher.run_due()
        assert door.arrived.wait(30)
        works.post(**event("ob", id="again", tell=[JO, SAM]))
        merging.run_asked(works.kit)
        assert works.shipment(younger).merged_into == older
        with pytest.raises(Flying):
            merging.split(works.kit, works.account_id, younger, why="no", by="test")
        look(works)
        door.open.set()
        assert works.dispatcher.wait_idle(20)
        works.forward(HOUR)
        assert sorted(one.to for one in door.asked) == [JO, SAM]
        assert {row.shipment_id for row in works.messages()} == {older}
        intact(works)


def look(works: Works) -> None:
    while decide.run_due(works.kit):
        pass


def test_nothing_is_said_of_either_before_they_are_one(works: Works) -> None:
    two(works)
    works.post(**event("ob", milestone="customs_hold", at="2026-09-17T14:00:00Z"))
    before = len(works.rows(Notice))
    look(works)
    assert len(works.rows(Notice)) == before
    works.settle()
    assert len(works.rows(Notice)) > before


@pytest.mark.parametrize(
    ("first", "then", "asked"),
    [
        ([{"ref": "A"}, {"ref": "B"}], {"ref": ["A", "B"]}, False),
        ([{"ref": "A", "booking": "K"}, {"ref": "B", "booking": "K"}], {"ref": "A", "booking": "K"}, False),
        ([{"booking": "K"}, {"ref": "A"}], {"ref": "A", "booking": "K"}, True),
        ([{"ref": "A", "container": "C"}, {"ref": "B", "container": "C"}], {"container": "C"}, False),
        ([{"ref": "A"}, {"house_bill": "H"}], {"ref": "A", "house_bill": "H"}, True),
        ([{"ref": "A"}, {"house_bill": "H"}], {"ref": "A", "house_bill": ["H", "H 2"]}, False),
    ],
    ids=["a list of orders", "a shared booking", "a booking alone", "a shared box", "order and bill", "several bills"],
)
def test_what_takes_two_for_one(works: Works, first: Any, then: Any, asked: bool) -> None:
    for refs in first:
        works.post(refs=refs, milestone="booking_confirmed", at="2026-09-16T10:00:00Z")
    works.post(refs=then, milestone="departed", at="2026-09-17T10:00:00Z")
    assert bool(works.rows(ShipmentMerge)) is asked


def test_two_customers_are_a_question_for_a_person(works: Works) -> None:
    (older,) = works.post(**event("o", customer="acme")).shipment_ids
    (younger,) = works.post(**event("b", customer="other")).shipment_ids
    works.settle()
    for n in range(2):
        works.post(**event("ob", milestone="customs_hold", at="2026-09-17T14:00:00Z", id=f"h{n}"))
        works.settle()
    assert works.shipment(younger).merged_into is None
    (task,) = works.rows(Task, kind="merge")
    assert f"milepost shipments merge {older} {younger}" in task.text
    assert one(works, older, younger) == older, "a person may say so"


def test_taken_apart_again_each_has_its_own(works: Works, sms: Recorder) -> None:
    older, younger = two(works)
    before = {of: rows_of(works, of) for of in (FactShipment, Reference, Promise, Notice, Occurrence)}
    one(works, older, younger)
    works.forward(HOUR)
    assert merging.split(works.kit, works.account_id, younger, why="not the same", by="test") == older
    works.forward(HOUR)
    assert {of: rows_of(works, of) for of in before} == before
    assert works.shipment(younger).merged_into is None
    assert {(row.subject_id, row.ended_at is None) for row in works.rows(Follow)} >= {(older, True), (younger, True)}
    assert len(texts(sms)) == 2
    works.post(**event("b", milestone="customs_hold", at="2026-09-17T15:00:00Z"))
    works.settle()
    assert [to for to, _ in texts(sms)[2:]] == [SAM]
    works.post(**event("ob", milestone="customs_cleared", at="2026-09-17T15:30:00Z"))
    works.settle()
    assert works.shipment(younger).merged_into is None, "what a person took apart stays apart"
    assert [row.action for row in works.rows(Audit)][-2:] == ["shipment.merge", "shipment.split"]
    intact(works)


def rows_of(works: Works, of: Any) -> list[tuple[Any, ...]]:
    """(shipment, what is about it), without the numbers that were given anew."""
    rows = works.rows(of)
    return sorted((row.shipment_id, str(getattr(row, "id", None) or row.fact_id)) for row in rows)


def test_what_was_said_while_they_were_one_is_not_said_again(works: Works, sms: Recorder) -> None:
    older, younger = two(works, (JO,), (JO,))
    one(works, older, younger)
    works.settle()
    assert works.post(refs=BILL, milestone="eta_changed", eta="2026-10-14", id="b2").outcome == "accepted"
    works.post(**event("b", milestone="customs_hold", at="2026-09-17T14:30:00Z", id="h"))
    works.forward(DAY)
    told = len(texts(sms))
    assert told > 2
    merging.split(works.kit, works.account_id, younger, why="not the same", by="test")
    works.forward(DAY)
    (back,) = [body for _, body in texts(sms)[told:]]
    assert "PO 4711: back on plan" in back or "PO 4711 is back on plan" in back, (
        "what was the bill's delay is not its own"
    )
    intact(works)


@pytest.mark.parametrize("told_before", [True, False], ids=["told while apart", "told while one"])
def test_what_the_other_did_is_corrected_when_taken_apart(works: Works, sms: Recorder, told_before: bool) -> None:
    """Whoever was told of the older what only the younger did hears that it is not so; nobody else does."""
    older, younger = two(works)
    delivered = event("b", milestone="delivered", at="2026-09-17T11:30:00Z", place=None)
    if told_before:
        works.post(**delivered)
        works.forward(HOUR)
    one(works, older, younger)
    if not told_before:
        works.post(**delivered)
    works.forward(HOUR)
    assert sorted(to for to, text in texts(sms) if "delivered" in text) == [JO, SAM]
    before = len(texts(sms))
    merging.split(works.kit, works.account_id, younger, why="they are two", by="test")
    works.forward(HOUR)
    (after,) = texts(sms)[before:]
    assert after[0] == JO
    assert "correction on PO 4711. We told you: delivered" in after[1]
    intact(works)


def test_three_become_one_and_the_middle_leaves_with_its_own(works: Works) -> None:
    older, younger = two(works)
    (third,) = works.post(ref="J 3", milestone="booking_confirmed", at="2026-09-16T10:00:00Z").shipment_ids
    one(works, younger, third)
    one(works, older, third)
    assert [works.shipment(each).merged_into for each in (younger, third)] == [older, older]
    with works.database.read() as conn:
        assert merges.survivor(conn, works.account_id, third) == older
    merging.split(works.kit, works.account_id, younger, why="no", by="test")
    assert [works.shipment(each).merged_into for each in (younger, third)] == [None, younger]
    merging.split(works.kit, works.account_id, third, why="no", by="test")
    owners = {row.shown: row.shipment_id for row in works.rows(Reference)}
    assert owners == {"PO 4711": older, "HBL 7": younger, "J 3": third}


def test_a_pause_of_either_holds_both(works: Works, sms: Recorder) -> None:
    older, younger = two(works)
    now = works.clock()

    def hold(conn: Connection) -> str:
        return switches.set_switch(conn, works.account_id, "shipment", younger, by="test", why="claim", now=now)

    works.database.write(hold)
    one(works, older, younger)
    works.post(**event("o", milestone="customs_hold", at="2026-09-17T14:30:00Z"))
    works.settle()
    assert len(texts(sms)) == 2


def test_whoever_keeps_the_younger_is_told_where_it_went(works: Works) -> None:
    with StandInReceiver() as receiver:
        hooks = Hooks(works)
        hooks.add(receiver, events=[WebhookEvent.SHIPMENT_UPDATED])
        older, younger = two(works)
        hooks.run()
        receiver.calls.clear()
        one(works, older, younger)
        works.settle()
        hooks.run()
        heard = {data["id"]: data for _, data in told(receiver)}
        assert heard[younger]["merged_into"] == older
        assert "merged_into" in heard[younger]["changed"]
        assert heard[older]["refs"] == {"ref": ["PO 4711"], "house_bill": ["HBL 7"]}
        receiver.calls.clear()
        merging.split(works.kit, works.account_id, younger, why="no", by="test")
        works.settle()
        hooks.run()
        assert {data["id"]: data["merged_into"] for _, data in told(receiver)} == {older: None, younger: None}


def test_the_account_next_door_is_left_alone(works: Works) -> None:
    older, younger = two(works, (JO,), (JO,))
    before = neighbour(works)
    one(works, older, younger)
    merging.split(works.kit, works.account_id, younger, why="no", by="test")
    assert rows_next_door(works) == before


def test_refused(works: Works) -> None:
    older, younger = two(works)
    with pytest.raises(LookupError):
        one(works, older, "shp_none")
    with pytest.raises(LookupError):
        merging.split(works.kit, works.account_id, younger, why="no", by="test")
    one(works, younger, older)
    with pytest.raises(ValueError, match="already"):
        one(works, older, younger)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("first", [{"ref": "PO 4711"}, {"ref": "PO 4711", "container": "MSCU6639870"}])
def test_a_name_that_a_person_ended_stays_ended_when_taken_apart(
    works: Works, first: dict[str, str], again: bool
) -> None:
    """Whether both had it before or the younger alone; where a person has given it again it comes back."""
    box = RefValue(ReferenceType.CONTAINER, "MSCU6639870")
    (older,) = works.post(**event("o") | {"refs": first}).shipment_ids
    (younger,) = works.post(**event("b") | {"refs": BILL}).shipment_ids
    works.post(**event("b", id="b2") | {"refs": BILL | {"container": box.shown}})
    one(works, older, younger)
    renaming.unname(works.kit, works.account_id, older, box, why="another's box", by="test")
    if again:
        renaming.name(works.kit, works.account_id, older, box, why="it was theirs", by="test")
    merging.split(works.kit, works.account_id, younger, why="two orders", by="test")
    held = {row.shown for row in works.rows(Reference, shipment_id=younger, valid_to=None)}
    assert held == ({"HBL 7", box.shown} if again else {"HBL 7"})
    works.post(**event("b", id="b3") | {"refs": BILL | {"container": box.shown}})
    assert {row.shown for row in works.rows(Reference, shipment_id=younger, valid_to=None)} == held
