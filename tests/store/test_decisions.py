"""A decision is written whole, and only for a shipment that still is as it was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.policy.decide import decide
from service.records.decision import Ended
from service.records.enums import MessageState, NoticeState
from service.records.tables import Message, MessageNotice, Notice, Occurrence, Promise, Shipment
from service.store import situations
from service.store.decisions import Decided, write_decisions
from service.store.engine import Database
from tests.kits import MINUTE, Works, arrives, departed, running
from tests.store.neighbours import neighbour, rows_next_door

WRITTEN = (Shipment, Occurrence, Notice, Promise, Message, MessageNotice)


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS)}) as found:
        found.go()
        yield found


def seen(works: Works, shipment_id: str) -> Decided:
    with works.database.read() as conn:
        found = situations.situation(conn, works.account_id, shipment_id)
    assert found is not None
    return Decided(found, decide(found, works.clock()))


def write(works: Works, *decided: Decided) -> list[bool]:
    now = works.clock()
    return works.database.write(lambda conn: write_decisions(conn, decided, now))


def everything(works: Works) -> list[object]:
    return [works.rows(of) for of in WRITTEN]


def opened(works: Works, ref: str = "PO 4711") -> str:
    (shipment_id,) = works.post(**departed(ref)).shipment_ids
    return shipment_id


def told(works: Works) -> str:
    """A shipment of which a departure is decided and waits to be said."""
    shipment_id = opened(works)
    assert write(works, seen(works, shipment_id)) == [True]
    return shipment_id


def test_a_decision_is_written_whole(works: Works) -> None:
    shipment_id = told(works)
    row = works.shipment(shipment_id)
    assert (row.seen_seq, row.looks, row.followers) == (row.seq, 1, 1)
    assert row.look_at is None or row.look_at > works.clock()
    assert works.notices() == [("M07", "waiting")]
    assert works.words() == [("arrival", 1, "intended", "2026-10-09")]
    assert works.states() == ["waiting"]
    assert len(works.rows(Occurrence)) == 1


def test_the_same_decision_is_written_once(works: Works) -> None:
    decided = seen(works, opened(works))
    assert write(works, decided) == [True]
    before = everything(works)
    assert write(works, decided) == [False]
    assert everything(works) == before


def test_a_fact_that_came_meanwhile_wants_another_look(works: Works) -> None:
    shipment_id = opened(works)
    decided = seen(works, shipment_id)
    works.post(**arrives("2026-10-20"))
    before = everything(works)
    assert write(works, decided) == [False]
    assert everything(works) == before
    assert write(works, seen(works, shipment_id)) == [True]


def test_of_a_batch_each_shipment_stands_for_itself(works: Works) -> None:
    stale, fresh = seen(works, opened(works, "PO 1")), seen(works, opened(works, "PO 2"))
    works.post(**arrives("2026-10-20", "PO 1"))
    assert write(works, stale, fresh) == [False, True]
    assert [row.shipment_id for row in works.rows(Notice)] == [fresh.situation.shipment.id]


def test_another_account_s_shipment_of_the_same_id_stays(works: Works) -> None:
    shipment_id = told(works)
    before = neighbour(works)
    works.clock.advance(MINUTE)
    works.post(**arrives("2026-10-20"))
    assert write(works, seen(works, shipment_id)) == [True]
    assert rows_next_door(works) == before


def test_news_that_is_no_longer_true_is_ended_with_its_text(works: Works) -> None:
    shipment_id = told(works)
    (notice,) = works.rows(Notice)
    assert write(works, ending(works, shipment_id, notice.id)) == [True]
    assert works.notices() == [("M07", "superseded")]
    assert works.states() == ["superseded"]
    assert works.words() == [("arrival", 1, "never_told", "2026-10-09")]
    (notice,) = works.rows(Notice)
    assert notice.why[-1] == {"rule": "N10", "passed": False, "text": "the date moved"}


def test_news_that_is_being_sent_is_not_ended(works: Works) -> None:
    shipment_id = told(works)
    (notice,) = works.rows(Notice)
    decided = ending(works, shipment_id, notice.id)
    works.change(Message, works.message().id, state=MessageState.SENDING)
    before = everything(works)
    assert write(works, decided) == [False]
    assert everything(works) == before


@pytest.mark.parametrize("state", [NoticeState.SAID, NoticeState.UNKNOWN, NoticeState.EXPIRED])
def test_news_that_has_ended_does_not_end_again(works: Works, state: NoticeState) -> None:
    shipment_id = told(works)
    (notice,) = works.rows(Notice)
    decided = ending(works, shipment_id, notice.id)
    works.change(Notice, notice.id, state=state)
    assert write(works, decided) == [True]
    assert works.notices() == [("M07", state.value)]
    assert works.words() == [("arrival", 1, "intended", "2026-10-09")]


def ending(works: Works, shipment_id: str, notice_id: str) -> Decided:
    """The present situation, with the decision that this notice is no longer true."""
    decided = seen(works, shipment_id)
    ended = Ended(notice_id, NoticeState.SUPERSEDED, "the date moved")
    return replace(decided, decision=replace(decided.decision, ended=(ended,), still=()))


def test_what_still_waits_is_true_at_the_version_that_was_seen(works: Works) -> None:
    shipment_id = told(works)
    (before,) = works.rows(Notice)
    works.post(ref="PO 4711", milestone="departed", at="2026-09-17T10:00:00Z", place="CNNGB", id="again")
    decided = seen(works, shipment_id)
    assert decided.decision.still == (before.id,)
    assert write(works, decided) == [True]
    (after,) = works.rows(Notice)
    assert (after.truth_version, after.state) == (works.shipment(shipment_id).seq, NoticeState.WAITING)
    assert after.truth_version > before.truth_version
