"""Every fact is kept exactly once, whoever posts it, however often, and in whatever company."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.flows.intake import Journal, prepare, replay
from service.records.tables import Fact, FactKey, FactShipment, Follow, InboundCall, ParkedFact, Reference, Shipment
from service.store.errors import StoreUnavailable
from tests.kits import JO, JO_MAIL, SAM, Works, arrives, departed

BOX = "TCNU1234565"


def on_box(milestone: str = "discharged", at: str = "2026-09-17T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {"refs": {"container": BOX}, "milestone": milestone, "at": at, "place": "GBFXT"} | more


def names(works: Works) -> list[tuple[str, str]]:
    return sorted((row.type.value, row.shown) for row in works.rows(Reference))


def facts_of(works: Works, shipment_id: str) -> int:
    return len(works.rows(FactShipment, shipment_id=shipment_id))


def test_ten_repeats_have_one_effect(works: Works, sms: Recorder) -> None:
    answers = [works.post(**departed()) for _ in range(10)]
    works.settle()
    again = works.post(**departed())
    works.settle()
    assert [answer.outcome for answer in answers] == ["accepted"] + ["duplicate"] * 9
    assert again.outcome == "duplicate"
    assert len({answer.shipment_ids for answer in [*answers, again]}) == 1
    assert {answer.followers for answer in answers} == {1}
    assert len(works.rows(Shipment)) == len(works.rows(FactKey)) == len(works.rows(Follow)) == 1
    assert len(works.rows(Fact)) == 2, "the departure and its eta"
    assert len(works.rows(InboundCall)) == 11
    assert len(sms.messages) == 1


def test_a_repeat_leaves_nothing_due(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    works.settle()
    before = works.shipment(shipment_id)
    works.post(**departed())
    assert works.shipment(shipment_id) == before


def test_the_same_id_with_another_body_is_a_conflict(works: Works) -> None:
    works.post(id="e1", **departed())
    item = works.post(id="e1", **departed(eta="2026-10-12"))
    assert item.outcome == "rejected"
    assert item.problem is not None
    assert item.problem.code == "conflict"
    assert "stated_at" in item.problem.fix
    assert len(works.rows(Fact)) == 2


def test_the_same_id_stated_later_is_a_correction(works: Works) -> None:
    first = works.post(id="e1", stated_at="2026-09-17T10:30:00Z", **departed())
    second = works.post(id="e1", stated_at="2026-09-17T11:30:00Z", **departed(eta="2026-10-12"))
    works.settle()
    assert (first.outcome, second.outcome) == ("accepted", "accepted")
    (shipment_id,) = second.shipment_ids
    assert str(works.shipment(shipment_id).due_date) == "2026-10-12"
    late = works.post(id="e1", stated_at="2026-09-17T10:45:00Z", **departed(eta="2026-10-15"))
    works.settle()
    assert late.outcome == "accepted"
    assert str(works.shipment(shipment_id).due_date) == "2026-10-12", "an older statement changes nothing"


def test_a_batch_with_duplicates_inside(works: Works) -> None:
    other = departed("PO 4712")
    result = works.call([departed(), departed(), other, departed(id="x"), departed(id="x", eta="2026-10-10")])
    assert [item.outcome for item in result.items] == ["accepted", "duplicate", "accepted", "accepted", "rejected"]
    assert [item.index for item in result.items] == [0, 1, 2, 3, 4]
    assert len(works.rows(Shipment)) == 2


def test_a_bad_item_fails_alone(works: Works) -> None:
    result = works.call(
        [departed(), {"ref": "PO 9", "milestone": "lost in space", "at": "2026-09-17"}, departed("PO 7")]
    )
    assert [item.outcome for item in result.items] == ["accepted", "rejected", "accepted"]
    assert result.items[1].problem is not None
    assert len(works.rows(Shipment)) == 2
    (call,) = works.rows(InboundCall)
    assert (call.accepted, call.duplicate, call.rejected) == (2, 0, 1)


def test_many_threads_at_once(works: Works) -> None:
    """The same events from everywhere, in one batch or alone: one shipment per reference, one fact per key."""
    events = [
        departed(f"PO {number}", eta=f"2026-10-{day:02}", stated_at=f"2026-09-17T{day:02}:00:00Z")
        for number in range(12)
        for day in (9, 10)
    ]
    calls: list[object] = [event for event in events for _ in range(4)]
    calls += [events, events[::-1], events[:7], events[5:]]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(works.call, calls))
    outcomes = [item.outcome for result in results for item in result.items]
    assert outcomes.count("accepted") == len(events)
    assert set(outcomes) == {"accepted", "duplicate"}
    assert len(works.rows(Shipment)) == 12
    assert len(works.rows(FactKey)) == len(events)
    assert len(works.rows(Fact)) == 2 * len(events)
    assert len(works.rows(FactShipment)) == 2 * len(events)
    assert len(works.rows(Follow)) == 12
    works.settle()
    assert {str(row.due_date) for row in works.rows(Shipment)} == {"2026-10-10"}


def test_many_threads_and_two_processes(works: Works, sms: Recorder) -> None:
    other = Works(works.database, works.clock, {Channel.SMS: sms})
    try:
        events = [departed(f"PO {number}", refs={"container": BOX}) for number in range(8)] * 4
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda pair: pair[0].call(pair[1]), zip([works, other] * 16, events, strict=True)))
        outcomes = [item.outcome for result in results for item in result.items]
        assert outcomes.count("accepted") == 8
        assert len(works.rows(Shipment)) == 8
        assert len(works.rows(Fact)) == 16
    finally:
        other.close()


def test_a_parked_fact_comes_home_with_a_later_event(works: Works) -> None:
    item = works.post(**on_box())
    assert (item.outcome, item.shipment_ids) == ("parked", ())
    assert works.post(**on_box()).outcome == "duplicate"
    (shipment_id,) = works.post(**departed(refs={"container": BOX})).shipment_ids
    assert facts_of(works, shipment_id) == 3
    works.settle()
    assert works.post(**on_box()).shipment_ids == (shipment_id,)


def test_a_parked_fact_comes_home_to_each_shipment_with_the_box(works: Works) -> None:
    works.post(**on_box())
    (one,) = works.post(**departed("PO 1", refs={"container": BOX})).shipment_ids
    (other,) = works.post(**departed("PO 2", refs={"container": BOX})).shipment_ids
    assert one != other
    assert facts_of(works, one) == facts_of(works, other) == 3


def test_what_a_box_did_before_an_order_joined_it_is_known_to_that_order(works: Works) -> None:
    (one,) = works.post(**departed("PO 1", refs={"container": BOX})).shipment_ids
    assert works.post(**on_box()).shipment_ids == (one,)
    (other,) = works.post(**departed("PO 2", refs={"container": BOX})).shipment_ids
    assert facts_of(works, other) == 3
    assert facts_of(works, one) == 3, "what is said of one order is not said of the other"


def test_one_container_with_two_orders_never_merges_them(works: Works) -> None:
    (one,) = works.post(**departed("PO 1", refs={"container": BOX})).shipment_ids
    (other,) = works.post(**departed("PO 2", refs={"container": BOX})).shipment_ids
    both = works.post(**on_box())
    assert sorted(both.shipment_ids) == sorted((one, other))
    assert both.followers == 2, "one person who follows both is counted for each"
    mine = works.post(ref="PO 1", refs={"container": BOX}, milestone="delivered", at="2026-09-17T11:00:00Z")
    assert mine.shipment_ids == (one,)
    works.settle()
    assert works.shipment(one).closed_at is not None
    assert works.shipment(other).closed_at is None
    assert {row.merged_into for row in works.rows(Shipment)} == {None}


def test_a_booking_is_taken_over_by_the_order_that_names_it(works: Works) -> None:
    (first,) = works.post(refs={"booking": "BK1"}, milestone="booking_confirmed", at="2026-09-10").shipment_ids
    (again,) = works.post(**departed("PO 1", refs={"booking": "BK1"})).shipment_ids
    assert first == again
    (second,) = works.post(**departed("PO 2", refs={"booking": "BK1"})).shipment_ids
    assert second != first
    assert names(works) == [("booking", "BK1"), ("ref", "PO 1"), ("ref", "PO 2")]


@pytest.mark.parametrize("over", [True, False])
def test_a_box_that_a_booking_uses_again_is_no_more_that_of_an_order_that_is_over(works: Works, over: bool) -> None:
    (old,) = works.post(**departed("PO 1", refs={"container": BOX})).shipment_ids
    if over:
        works.post(ref="PO 1", milestone="delivered", at="2026-09-17T09:00:00Z")
    works.settle()
    (new,) = works.post(
        ref="PO 2", refs={"booking": "BK2"}, milestone="booking_confirmed", at="2026-09-17"
    ).shipment_ids
    both = {"container": BOX, "booking": "BK2"}
    loaded = works.post(**on_box("loaded", "2026-09-17T11:00:00Z", refs=both))
    assert loaded.shipment_ids == ((new,) if over else (old, new)), "of two that are under way both may be in the box"
    assert (new in works.post(**on_box("departed", "2026-09-17T12:00:00Z")).shipment_ids) is over


def test_references_are_compared_without_blanks_and_case(works: Works) -> None:
    first = works.post(**departed("PO 4711"))
    second = works.post(**departed("po4711", eta="2026-10-11"))
    assert first.shipment_ids == second.shipment_ids
    assert names(works) == [("ref", "PO 4711")]


@pytest.mark.parametrize("written", ["MSKU 123456-5", "msku 1234565", "MSKU-123456-5", "MSKU/123456/5"])
def test_a_container_number_is_one_however_it_is_written(works: Works, written: str) -> None:
    first = works.post(**departed("PO 1", refs={"container": written}))
    alone = works.post(**on_box(refs={"container": "MSKU1234565"}, unit=written))
    last = works.post(**on_box("delivered", "2026-09-17T11:00:00Z", refs={"container": written}, unit="MSKU1234565"))
    works.settle()
    assert first.shipment_ids == alone.shipment_ids == last.shipment_ids
    assert [row.value for row in works.rows(Reference, type="container")] == ["MSKU1234565"]
    assert works.shipment(first.shipment_ids[0]).status == "delivered", "both name the only container"


def test_a_customer_code_in_an_event(works: Works) -> None:
    one = works.post(**departed("PO 1", customer="acme"))
    other = works.post(**departed("PO 2", customer=" ACME "))
    customers = {works.shipment(item.shipment_ids[0]).customer_id for item in (one, other)}
    assert len(customers) == 1
    assert None not in customers


def test_people_named_again_are_the_same_people(works: Works) -> None:
    works.post(**departed(tell=[JO, {"phone": SAM, "name": "Sam"}]))
    item = works.post(**departed(eta="2026-10-10", tell=[{"phone": JO}, SAM, JO_MAIL]))
    assert item.followers == 3
    assert len(works.rows(Follow)) == 3


def test_a_repeat_that_names_somebody_new_adds_them(works: Works) -> None:
    """Who is told is no part of what happened: the answer "nobody is told" can be mended by posting again."""
    event = departed()
    del event["tell"]
    first = works.post(**event)
    again = works.post(**event, tell=[JO])
    assert (first.outcome, first.followers) == ("accepted", 0)
    assert (again.outcome, again.followers) == ("duplicate", 1)
    assert works.post(**event, tell=[JO]).followers == 1


def test_a_repeat_does_not_bring_back_who_has_left(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    (follow,) = works.rows(Follow)
    from service.flows.people import unfollow

    assert unfollow(works.kit, works.account_id, shipment_id, follow.contact_id)
    assert works.post(**departed()).followers == 0


def test_the_raw_call_is_kept_without_secrets(works: Works) -> None:
    body = json.dumps(departed()).encode()
    headers = {"authorization": "Bearer mp_live_x", "User-Agent": "tms/1", "x-secret": "y"}
    works.journal.submit(prepare(works.kit, works.source, body, headers, "application/json")).result(30)
    (call,) = works.rows(InboundCall)
    assert call.body == body
    assert dict(call.headers) == {"User-Agent": "tms/1"}
    assert call.outcome.value == "accepted"


def test_an_unreadable_call_is_kept_and_read_again_after_a_fix(works: Works) -> None:
    result = works.call(b"not json")
    assert result.unreadable is not None
    (call,) = works.rows(InboundCall)
    assert (call.outcome.value, call.body) == ("refused", b"not json")
    works.change(InboundCall, call.id, body=json.dumps(departed()).encode())
    again = replay(works.kit, works.account_id, call.id, works.source)
    assert [item.outcome for item in again.items] == ["accepted"]
    assert [item.outcome for item in replay(works.kit, works.account_id, call.id, works.source).items] == ["duplicate"]
    assert [row.outcome.value for row in works.rows(InboundCall)] == ["refused", "replayed", "replayed"]
    with pytest.raises(LookupError):
        replay(works.kit, works.account_id, "cal_none", works.source)


def test_a_caller_who_gives_up_does_not_stop_the_journal(works: Works) -> None:
    """A request may be cancelled while it waits for its commit."""
    started = [
        works.journal.submit(prepare(works.kit, works.source, json.dumps(departed(f"PO {n}")).encode(), {}, ""))
        for n in range(60)
    ]
    for future in started:
        future.cancel()
    assert works.post(**departed("PO last")).outcome == "accepted"


def test_a_closed_journal_says_so(works: Works) -> None:
    journal = Journal(works.kit)
    journal.close()
    with pytest.raises(StoreUnavailable, match="stopping"):
        journal.submit(prepare(works.kit, works.source, b"{}", {}, ""))


def test_what_was_handed_in_is_kept_before_the_journal_closes(works: Works) -> None:
    journal = Journal(works.kit)
    futures = [
        journal.submit(prepare(works.kit, works.source, json.dumps(departed(f"PO {n}")).encode(), {}, ""))
        for n in range(20)
    ]
    journal.close()
    assert [future.result(0).items[0].outcome for future in futures] == ["accepted"] * 20
    assert len(works.rows(Shipment)) == 20


def test_a_retraction_is_a_fact_of_its_own(works: Works) -> None:
    (shipment_id,) = works.post(id="e1", stated_at="2026-09-17T10:30:00Z", **departed()).shipment_ids
    works.settle()
    item = works.post(ref="PO 4711", retracts="e1", stated_at="2026-09-17T11:00:00Z")
    works.settle()
    assert item.outcome == "accepted"
    assert facts_of(works, shipment_id) == 3
    assert works.shipment(shipment_id).due_date is None
    assert works.post(ref="PO 4711", retracts="e1", stated_at="2026-09-17T11:00:00Z").outcome == "duplicate"


def test_nothing_is_parked_twice(works: Works) -> None:
    works.post(refs={"container": BOX, "master_bill": "MB1"}, milestone="discharged", at="2026-09-17T09:00:00Z")
    assert len(works.rows(ParkedFact)) == 2
    (shipment_id,) = works.post(**departed(refs={"container": BOX, "master_bill": "MB1"})).shipment_ids
    assert facts_of(works, shipment_id) == 3


def test_a_new_date_leaves_the_shipment_due(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    works.settle()
    before = works.shipment(shipment_id)
    assert before.seq == before.seen_seq
    works.post(**arrives("2026-10-20"))
    after = works.shipment(shipment_id)
    assert (after.seq, after.look_at) == (before.seq + 1, works.clock())


def delivered(ref: str) -> dict[str, Any]:
    return {"ref": ref, "milestone": "delivered", "at": "2026-09-17T11:00:00Z"}


def test_the_next_voyage_of_a_box_is_not_told_to_the_last_one(works: Works) -> None:
    (first,) = works.post(**departed("PO 1", refs={"container": BOX})).shipment_ids
    works.post(**on_box())
    works.post(**delivered("PO 1"))
    works.settle()
    assert works.post(**on_box("empty_returned", "2026-09-17T11:30:00Z")).shipment_ids == (first,)
    works.settle()
    works.clock.advance(timedelta(days=31))
    (second,) = works.post(**departed("PO 2", "2026-10-18T10:00:00Z", None, refs={"container": BOX})).shipment_ids
    assert facts_of(works, second) == 1, "what the box did on its last voyage is not this order's"
    assert works.post(**on_box("discharged", "2026-10-18T11:00:00Z")).shipment_ids == (second,)


def test_what_was_parked_long_ago_stays_away(works: Works) -> None:
    works.post(**on_box())
    works.clock.advance(timedelta(days=121))
    (shipment_id,) = works.post(**departed(at="2027-01-16T10:00:00Z", eta=None, refs={"container": BOX})).shipment_ids
    assert facts_of(works, shipment_id) == 1


def test_a_shipment_is_over_when_it_first_was(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    works.post(**delivered("PO 4711"))
    works.settle()
    over = works.shipment(shipment_id).closed_at
    works.clock.advance(timedelta(hours=3))
    works.post(ref="PO 4711", milestone="pod_available", at="2026-09-17T12:30:00Z")
    works.settle()
    assert works.shipment(shipment_id).closed_at == over
