"""Looking at shipments: what is owed is intended once, whoever looks and however often."""

from __future__ import annotations

import threading

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide, golive, people
from service.flows.looking import decide_and_write
from service.flows.people import set_mode
from service.records.enums import Mode
from service.records.tables import Contact, Fact, Follow, Message, Notice, Occurrence, Promise
from service.store import situations
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, SAM, Works, arrives, departed, running


def test_looking_twice_says_nothing_twice(works: Works, sms: Recorder) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    for _ in range(5):
        assert decide.look(works.kit, works.account_id, shipment_id)
    assert len(works.rows(Notice)) == len(works.rows(Promise)) == len(works.rows(Message)) == 1
    assert len(works.rows(Occurrence)) == 1
    works.settle()
    for _ in range(5):
        decide.look(works.kit, works.account_id, shipment_id)
    works.settle()
    assert len(sms.asked) == 1


def test_a_fact_between_reading_and_writing_is_looked_at_again(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    with works.database.read() as conn:
        before = situations.situations(conn, [(works.account_id, shipment_id)])
    works.clock.advance(MINUTE)
    works.post(**arrives("2026-10-20"))
    assert decide_and_write(works.kit, before, works.clock()) == [False]
    assert works.rows(Notice) == []
    row = works.shipment(shipment_id)
    assert row.look_at <= works.clock()
    works.settle()
    assert str(works.shipment(shipment_id).due_date) == "2026-10-20"
    assert works.words() == [("arrival", 1, "told", "2026-10-20")]


def test_a_follower_between_reading_and_writing_is_looked_at_again(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    with works.database.read() as conn:
        before = situations.situations(conn, [(works.account_id, shipment_id)])
    works.post(**departed(tell=[SAM]))
    assert decide_and_write(works.kit, before, works.clock()) == [False]


def test_one_of_two_lookers_misses(works: Works) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    with works.database.read() as conn:
        before = situations.situations(conn, [(works.account_id, shipment_id)])
    assert decide_and_write(works.kit, before, works.clock()) == [True]
    assert decide_and_write(works.kit, before, works.clock()) == [False], "somebody else has looked meanwhile"
    assert len(works.messages()) == 1


def test_a_miss_does_not_hold_up_the_others(works: Works) -> None:
    ids = [works.post(**departed(f"PO {n}", tell=[f"+4477009{n:05}"])).shipment_ids[0] for n in range(3)]
    with works.database.read() as conn:
        before = situations.situations(conn, [(works.account_id, one) for one in ids])
    works.post(**departed("PO 1", eta="2026-10-10"))
    written = dict(
        zip([one.shipment.id for one in before], decide_and_write(works.kit, before, works.clock()), strict=True)
    )
    assert [written[one] for one in ids] == [True, False, True]


def test_two_processes_decide_once(database: Database, clock: ManualClock, sms: Recorder) -> None:
    with running(database, clock, {Channel.SMS: sms}) as one, running(database, clock, {Channel.SMS: sms}) as other:
        one.go()
        for number in range(40):
            one.post(**departed(f"PO {number}", tell=[f"+4477009{number:05}"]))
        barrier = threading.Barrier(4)

        def look(works: Works) -> None:
            barrier.wait(20)
            while decide.run_due(works.kit, 7):
                pass

        threads = [threading.Thread(target=look, args=(works,)) for works in (one, other, one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(one.rows(Notice)) == len(one.messages()) == len(one.rows(Promise)) == 40
        assert {row.ordinal for row in one.rows(Notice)} == {1}


def test_a_shipment_that_cannot_be_decided_stops_nobody_else(works: Works, sms: Recorder) -> None:
    (bad,) = works.post(**departed("PO bad")).shipment_ids
    works.post(**departed("PO good", tell=[SAM]))
    fact = works.rows(Fact)[0]
    works.change(Fact, fact.id, zone="Nowhere/At all", at_date=None, at=None)
    works.settle()
    assert [message.to for message in sms.messages] == [SAM]
    assert works.shipment(bad).look_at > works.clock()


def test_the_slip_is_told_against_what_was_told(works: Works, sms: Recorder) -> None:
    works.post(**departed())
    works.settle()
    works.clock.advance(DAY)
    works.post(**arrives("2026-10-13"))
    works.forward(5 * HOUR)
    assert "13 Oct" in sms.messages[-1].text
    assert "9 Oct" in sms.messages[-1].text
    assert works.words() == [("arrival", 1, "told", "2026-10-09"), ("arrival", 2, "told", "2026-10-13")]


def test_a_slip_that_is_taken_back_in_time_is_not_told(works: Works, sms: Recorder) -> None:
    works.post(**departed())
    works.settle()
    works.clock.advance(DAY)
    works.post(**arrives("2026-10-13"))
    works.forward(30 * MINUTE)
    works.post(**arrives("2026-10-09"))
    works.forward(2 * DAY)
    assert len(sms.messages) == 1


def test_there_and_back_again(works: Works, sms: Recorder) -> None:
    works.post(**departed())
    works.settle()
    for day in ("2026-10-13", "2026-10-09", "2026-10-13"):
        works.clock.advance(DAY)
        works.post(**arrives(day, stated_at=works.clock().isoformat()))
        works.forward(DAY)
    said = [row[3] for row in works.words()]
    assert said == ["2026-10-09", "2026-10-13", "2026-10-09", "2026-10-13"]
    assert len(sms.messages) == 4


def test_a_later_follower_hears_the_present_state_once(works: Works, sms: Recorder) -> None:
    works.post(**departed())
    works.settle()
    works.clock.advance(DAY)
    works.post(**departed(tell=[SAM]))
    works.forward(HOUR)
    mine = [message.text for message in sms.messages if message.to == SAM]
    assert len(mine) == 1
    assert "9 Oct" in mine[0]
    assert "left" not in mine[0], "the history is not told"
    works.forward(DAY)
    works.post(**arrives("2026-10-13"))
    works.forward(5 * HOUR)
    assert sum(message.to == SAM for message in sms.messages) == 2


def test_who_leaves_hears_no_more(works: Works, sms: Recorder) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    decide.run_due(works.kit)
    (follow,) = works.rows(Follow)
    assert people.unfollow(works.kit, works.account_id, shipment_id, follow.contact_id)
    works.settle()
    assert sms.asked == []
    assert works.notices() == [("M07", "superseded")]


def test_off_is_silent_and_shadow_is_shown_only(works: Works, sms: Recorder) -> None:
    (shipment_id,) = works.post(**departed()).shipment_ids
    set_mode(works.kit, works.account_id, shipment_id, Mode.OFF, by="Ana")
    works.settle()
    assert works.messages() == []
    set_mode(works.kit, works.account_id, shipment_id, Mode.SHADOW, by="Ana")
    works.settle()
    assert [row.stage.value for row in works.messages()] == ["rehearsal"]
    with pytest.raises(ValueError, match="make a plan"):
        set_mode(works.kit, works.account_id, shipment_id, None, by="Ana")
    plan = golive.plan(works.kit, works.account_id, f"shipment:{shipment_id}")
    golive.apply(works.kit, works.account_id, plan.id)
    works.settle()
    assert [row.stage.value for row in works.messages()] == ["rehearsal"]
    assert sms.messages == []


def test_what_may_have_been_taken_is_not_ended_when_its_reader_leaves(database: Database, clock: ManualClock) -> None:
    from notifiers.errors import UncertainOutcome

    sms = Recorder(Channel.SMS, [UncertainOutcome("no answer")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        (shipment_id,) = works.post(**departed()).shipment_ids
        works.settle()
        (follow,) = works.rows(Follow)
        people.unfollow(works.kit, works.account_id, shipment_id, follow.contact_id)
        works.settle()
        assert works.notices() == [("M07", "waiting")]
        assert works.states() == ["uncertain"]


def test_an_urgent_text_goes_both_ways_at_once(works: Works, sms: Recorder, email: Recorder) -> None:
    works.post(ref="PO 1", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=[{"phone": JO, "email": JO_MAIL}])
    works.settle()
    assert (len(sms.messages), len(email.messages)) == (1, 1)
    assert works.notices() == [("D06", "said")]


def test_nobody_to_tell(works: Works, sms: Recorder) -> None:
    event = departed()
    del event["tell"]
    item = works.post(**event)
    works.settle()
    assert item.followers == 0
    assert sms.asked == []
    assert works.messages() == []


def test_two_people_on_one_phone_have_one_address(works: Works, sms: Recorder) -> None:
    works.post(**departed(tell=[{"phone": JO, "name": "Jo"}, {"phone": JO, "name": "Sam"}]))
    works.settle()
    assert len(works.rows(Contact)) == 2
    assert len(sms.messages) == 1, "one phone rings once for the same words"
    assert sorted(works.notices()) == [("M07", "baseline"), ("M07", "said")]
