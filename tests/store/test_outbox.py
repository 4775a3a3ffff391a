"""The outbox moves a message only while it is what it was read as, and never another account's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide
from service.records.enums import MessageState, NoticeState
from service.records.outbox import Candidate, Claim, Postponed
from service.records.tables import Address, Attempt, Message, Notice, Shipment
from service.store import outbox
from service.store.candidates import candidates
from service.store.claiming import claim
from service.store.engine import Database
from tests.kits import HOUR, JO, JO_MAIL, MINUTE, Works, departed, running
from tests.store.neighbours import NEIGHBOUR, neighbour, rows_next_door

BOTH = [{"phone": JO, "email": JO_MAIL}]


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    both = {Channel.SMS: Recorder(Channel.SMS), Channel.EMAIL: Recorder(Channel.EMAIL, sender="desk@example.com")}
    with running(database, clock, both) as found:
        found.go()
        yield found


def waiting(works: Works, **event: object) -> Candidate:
    """A departure that is decided and about to leave."""
    works.post(**departed(**event))  # type: ignore[arg-type]
    decide.run_due(works.kit)
    return found(works)


def found(works: Works) -> Candidate:
    with works.database.read() as conn:
        (one,) = candidates(conn, works.clock(), 10)
    return one


def cancel(works: Works, message_id: str, account_id: str | None = None) -> str | None:
    now = works.clock()
    return works.database.write(
        lambda conn: outbox.cancel(conn, account_id or works.account_id, message_id, by="Ana", why="by hand", now=now)
    )


def intent(one: Candidate, number: int = 1) -> Claim:
    return Claim(
        candidate=one,
        attempt_id=f"att_{number}",
        worker_id="wrk_1",
        notifier="recorder",
        sender="+447700900000",
        body="PO 4711 has left.",
        segments=1,
    )


def take(works: Works, *claims: Claim) -> list[str]:
    now = works.clock()
    return works.database.write(lambda conn: claim(conn, claims, now, now))


def postpone(works: Works, *postponed: Postponed) -> None:
    now = works.clock()
    works.database.write(lambda conn: outbox.postpone(conn, postponed, now))


def test_a_waiting_message_is_cancelled_with_its_news(works: Works) -> None:
    one = waiting(works)
    assert cancel(works, one.message_id) == "cancelled"
    row = works.message()
    assert (row.state, row.detail, row.ended_at) == (MessageState.CANCELLED, "cancelled by Ana: by hand", works.clock())
    assert works.notices() == [("M07", "baseline")]
    assert works.words() == [("arrival", 1, "baseline", "2026-10-09")]
    (shipment,) = works.rows(Shipment)
    assert shipment.look_at == works.clock(), "what is still owed is decided again"


@pytest.mark.parametrize("state", [one for one in MessageState if one is not MessageState.WAITING])
def test_only_what_waits_is_cancelled(works: Works, state: MessageState) -> None:
    one = waiting(works)
    works.change(Message, one.message_id, state=state)
    assert cancel(works, one.message_id) == state.value
    assert works.notices() == [("M07", "waiting")]


def test_cancelling_knows_one_account(works: Works) -> None:
    one = waiting(works)
    assert cancel(works, one.message_id, "acc_third") is None
    assert works.states() == ["waiting"]
    before = neighbour(works)
    cancel(works, one.message_id)
    assert rows_next_door(works) == before


def test_a_message_waits_until_later(works: Works) -> None:
    one = waiting(works)
    later = works.clock() + HOUR
    works.clock.advance(MINUTE)
    postpone(works, Postponed(one, MessageState.WAITING, "quiet hours", due_at=later))
    row = works.message()
    assert (row.state, row.due_at, row.detail, row.ended_at) == (MessageState.WAITING, later, "quiet hours", None)
    with works.database.read() as conn:
        assert outbox.next_due(conn) == later
        assert candidates(conn, works.clock(), 10) == []


def test_what_has_changed_since_it_was_read_is_left_alone(works: Works) -> None:
    one = waiting(works)
    works.clock.advance(MINUTE)
    postpone(works, Postponed(one, MessageState.WAITING, "first", due_at=works.clock() + HOUR))
    before = works.message()
    postpone(works, Postponed(one, MessageState.EXPIRED, "second", notice_state=NoticeState.EXPIRED))
    assert works.message() == before
    assert works.notices() == [("M07", "waiting")]


def test_a_message_ends_with_its_news(works: Works) -> None:
    one = waiting(works)
    before = neighbour(works)
    postpone(works, Postponed(one, MessageState.EXPIRED, "too late", notice_state=NoticeState.EXPIRED))
    assert works.states(account_id=works.account_id) == ["expired"]
    assert works.notices(account_id=works.account_id) == [("M07", "expired")]
    assert works.words(account_id=works.account_id) == [("arrival", 1, "never_told", "2026-10-09")]
    assert rows_next_door(works) == before


def test_another_way_is_taken_where_there_is_one(works: Works) -> None:
    one = waiting(works, tell=BOTH)
    postpone(works, Postponed(one, MessageState.WAITING, "the cap", due_at=works.clock() + HOUR, reroute=True))
    assert [(row.channel.value, row.state.value) for row in works.messages()] == [
        ("sms", "superseded"),
        ("email", "waiting"),
    ]
    assert works.messages()[0].detail == "the cap, so it goes by e-mail instead"
    assert works.notices() == [("M07", "waiting")]


def test_without_another_way_a_message_waits(works: Works) -> None:
    one = waiting(works)
    postpone(works, Postponed(one, MessageState.WAITING, "the cap", due_at=works.clock() + HOUR, reroute=True))
    assert [(row.state.value, row.due_at) for row in works.messages()] == [("waiting", works.clock() + HOUR)]


@pytest.mark.parametrize("state", [NoticeState.SAID, NoticeState.SUPERSEDED, NoticeState.UNKNOWN])
def test_news_that_has_ended_does_not_end_again(works: Works, state: NoticeState) -> None:
    one = waiting(works)
    (carried,) = one.notices
    works.change(Notice, carried.notice_id, state=state)
    now = works.clock()
    works.database.write(
        lambda conn: outbox.end_notices(
            conn, works.account_id, [carried.notice_id], NoticeState.EXPIRED, "too late", now
        )
    )
    assert works.notices() == [("M07", state.value)]
    assert works.words() == [("arrival", 1, "intended", "2026-10-09")]


def test_the_first_reason_not_to_write_stays(works: Works) -> None:
    one = waiting(works)
    neighbour(works)

    def suppress(by: str, why: str) -> None:
        now = works.clock()
        works.database.write(
            lambda conn: outbox.suppress_address(conn, works.account_id, str(one.address_id), by, why, now)
        )

    suppress("person", "they wrote STOP")
    works.clock.advance(MINUTE)
    suppress("provider", "a landline")
    (mine,) = works.rows(Address, account_id=works.account_id)
    assert (mine.suppressed_by, mine.suppressed_why) == ("person", "they wrote STOP")
    assert mine.suppressed_at == works.clock() - MINUTE
    (other,) = works.rows(Address, account_id=NEIGHBOUR)
    assert other.suppressed_at is None


def test_an_intent_is_written_once(works: Works) -> None:
    one = waiting(works)
    assert take(works, intent(one)) == ["att_1"]
    assert take(works, intent(one, 2)) == []
    (attempt,) = works.rows(Attempt)
    assert (attempt.id, attempt.number, attempt.outcome.value) == ("att_1", 1, "started")
    row = works.message()
    assert (row.state, row.tries, row.body) == (MessageState.SENDING, 1, "PO 4711 has left.")


def test_what_the_checks_were_made_on_must_still_hold(works: Works) -> None:
    one = waiting(works)
    works.change(Address, str(one.address_id), suppressed_at=works.clock())
    assert take(works, intent(one)) == []
    works.change(Address, str(one.address_id), suppressed_at=None)
    (carried,) = one.notices
    works.change(Shipment, carried.shipment_id, seq=carried.truth_version + 1)
    assert take(works, intent(one)) == [], "a fact came since"
    works.change(Shipment, carried.shipment_id, seq=carried.truth_version)
    assert take(works, intent(replace(one, history=()), 3)) == ["att_3"]


def test_an_intent_is_the_account_s_own(works: Works) -> None:
    one = waiting(works)
    before = neighbour(works)
    assert take(works, intent(replace(one, account_id="acc_third"))) == []
    assert take(works, intent(one)) == ["att_1"]
    assert rows_next_door(works) == before
    with works.database.read() as conn:
        assert outbox.carried_by(conn, works.account_id, one.message_id) == [one.notices[0].notice_id]
        assert outbox.carried_by(conn, "acc_third", one.message_id) == []
