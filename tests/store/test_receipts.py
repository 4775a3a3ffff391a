"""A receipt is kept once, and moves a message only from the state in which it was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from notifiers.base import Channel, Receipt, ReceiptStatus
from notifiers.errors import UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.records.enums import MessageState
from service.records.signs import MishapKind
from service.records.tables import Address, Attempt, ReceiptRow
from service.store import receipts
from service.store.engine import Database
from service.store.receipts import Attempted
from tests.kits import MINUTE, Works, departed, running
from tests.store.neighbours import neighbour, rows_next_door

DELIVERED = Receipt("rec_1", ReceiptStatus.DELIVERED)
UNDELIVERED = Receipt("rec_1", ReceiptStatus.UNDELIVERED, "30006", "a landline", suppress=True)


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    """One text was taken."""
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS)}) as found:
        found.go()
        found.post(**departed())
        found.settle()
        yield found


def seen(works: Works) -> Attempted:
    (row,) = works.rows(Attempt, account_id=works.account_id)
    with works.database.read() as conn:
        found = receipts.attempted(conn, works.account_id, row.id)
    assert found is not None
    return found


def believe(works: Works, one: Attempted, receipt: Receipt, becomes: MessageState | None) -> bool:
    now = works.clock()
    return works.database.write(
        lambda conn: receipts.apply_receipt(conn, one, receipt, becomes, MishapKind.UNDELIVERED, now)
    )


def test_a_message_moves_from_the_state_in_which_it_was_seen(works: Works) -> None:
    before = seen(works)
    works.clock.advance(MINUTE)
    assert believe(works, before, DELIVERED, MessageState.DELIVERED)
    row = works.message()
    assert (row.state, row.ended_at, row.handed_at) == (
        MessageState.DELIVERED,
        works.clock(),
        works.clock() - MINUTE,
    )


def test_a_message_that_has_moved_meanwhile_is_left_alone(works: Works) -> None:
    before = seen(works)
    believe(works, before, DELIVERED, MessageState.DELIVERED)
    row = works.message()
    assert not believe(works, before, UNDELIVERED, MessageState.UNDELIVERED)
    assert works.message() == row
    (address,) = works.rows(Address)
    assert address.suppressed_at is None, "what was not believed changes nothing"
    assert works.words() == [("arrival", 1, "told", "2026-10-09")]


def test_a_status_is_kept_once(works: Works) -> None:
    for _ in range(3):
        assert believe(works, seen(works), DELIVERED, None)
    assert believe(works, seen(works), UNDELIVERED, None)
    assert sorted(row.status.value for row in works.rows(ReceiptRow)) == ["delivered", "undelivered"]
    assert works.states() == ["accepted"], "to keep a word is not to believe it"


def test_an_attempt_that_is_settled_keeps_its_outcome(works: Works) -> None:
    (before,) = works.rows(Attempt)
    works.clock.advance(MINUTE)
    believe(works, seen(works), UNDELIVERED, MessageState.UNDELIVERED)
    assert works.rows(Attempt) == [before]


def test_an_attempt_in_doubt_was_taken_after_all(database: Database, clock: ManualClock) -> None:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS, [UncertainOutcome("no answer")])}) as works:
        works.go()
        works.post(**departed())
        works.settle()
        clock.advance(MINUTE)
        assert believe(works, seen(works), DELIVERED, MessageState.DELIVERED)
        (attempt,) = works.rows(Attempt)
        assert (attempt.outcome.value, attempt.provider_id, attempt.completed_at) == ("accepted", "rec_1", clock())


def test_another_account_s_message_of_the_same_id_stays(works: Works) -> None:
    before = neighbour(works)
    assert believe(works, seen(works), UNDELIVERED, MessageState.UNDELIVERED)
    assert rows_next_door(works) == before
    assert [row.suppressed_by for row in works.rows(Address, account_id=works.account_id)] == ["provider"]
    stranger = replace(seen(works), account_id="acc_third", state=MessageState.ACCEPTED)
    assert not believe(works, stranger, DELIVERED, MessageState.DELIVERED)


def test_whose_attempt_it_is(works: Works) -> None:
    mine = seen(works)
    with works.database.read() as conn:
        assert receipts.attempted(conn, "acc_third", mine.attempt_id) is None
        assert receipts.by_provider(conn, "recorder", "rec_1") == mine
        assert receipts.by_provider(conn, "another", "rec_1") is None
        assert receipts.by_provider(conn, "recorder", "rec_2") is None
