"""Messages leave once, only while they are true and allowed, and every outcome is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from notifiers.base import Channel
from notifiers.errors import (
    ChannelUnavailable,
    NotifierError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide
from service.flows.dispatch import Dispatcher, cancel
from service.records.enums import Mode
from service.records.tables import Address, Attempt, ChannelState, Message
from service.store import addresses, switches
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, SAM, Broken, Doorman, Works, arrives, at_once, departed, running

BOTH = [{"phone": JO, "email": JO_MAIL}]
SHIP = {"vessel": "EVER ACE", "imo": "9893890", "voyage": "1204E"}


def scripted(*script: NotifierError | None) -> Recorder:
    return Recorder(Channel.SMS, script)


def texts(recorder: Recorder) -> list[str]:
    return [message.text for message in recorder.messages]


def at_door(works: Works, *, eta: str = "2026-10-09") -> None:
    """A text that is due now and not yet claimed."""
    works.post(**departed(eta=eta))
    decide.run_due(works.kit)


def test_a_departure_is_told(works: Works, sms: Recorder) -> None:
    works.post(**departed(tell=BOTH))
    works.settle()
    (message,) = sms.messages
    assert "PO 4711" in message.text
    assert "9 Oct" in message.text
    assert (message.to, message.sender) == (JO, "+447700900000")
    row = works.message()
    assert (row.state.value, row.provider_id, row.body) == ("accepted", "rec_1", message.text)
    assert (row.handed_at, row.tries) == (works.clock(), 1)
    (attempt,) = works.rows(Attempt)
    assert (attempt.outcome.value, attempt.body, attempt.number) == ("accepted", message.text, 1)
    assert message.callback_url == f"https://t.example.com/v1/callbacks/recorder/{works.account_id}/{attempt.id}"
    assert works.words() == [("arrival", 1, "told", "2026-10-09")]


def test_an_email_names_who_writes_and_who_reads_answers(works: Works, email: Recorder) -> None:
    works.go(care_email="care@example.com")
    works.post(**departed(tell=[JO_MAIL]))
    works.settle()
    (message,) = email.messages
    assert (message.sender_name, message.reply_to) == ("Harbour", "care@example.com")
    assert message.unsubscribe_url
    assert message.unsubscribe_url.startswith("https://t.example.com/u/")
    assert message.thread


def test_nothing_is_claimed_twice(works: Works, sms: Recorder) -> None:
    at_door(works)
    claimed = [works.dispatcher.run_due() for _ in range(3)]
    assert works.dispatcher.wait_idle(30)
    works.settle()
    assert sum(claimed) == 1
    assert len(sms.asked) == 1


class Meddler(Works):
    """Lets something happen between the reading of what is due and the claim."""

    def meddle(self, act: object) -> None:
        kit = self.kit
        clock, calls = self.clock, iter([None])

        def now() -> object:
            # The first look at the clock begins the reading, the second one comes before the claim.
            if next(calls, "claim") == "claim" and callable(act):
                self.with_clock(clock)
                act()
            return clock()

        del kit
        self.with_clock(now)

    def with_clock(self, clock: object) -> None:
        from dataclasses import replace

        self.dispatcher._kit = replace(self.dispatcher._kit, clock=clock)  # type: ignore[arg-type]


@pytest.fixture
def meddler(database: Database, clock: ManualClock, sms: Recorder, email: Recorder, tmp_path: Path):  # type: ignore[no-untyped-def]
    found = Meddler(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}, tmp_path)
    found.go()
    yield found
    found.close()


def jo_of(works: Works) -> str:
    return str(works.rows(Address, value=JO)[0].id)


def test_news_between_reading_and_claim_stops_the_text(meddler: Meddler, sms: Recorder) -> None:
    at_door(meddler)

    def news() -> None:
        meddler.clock.advance(timedelta(seconds=1))
        meddler.post(**arrives("2026-10-12"))

    meddler.meddle(news)
    assert meddler.dispatcher.run_due() == 0
    assert sms.asked == []
    meddler.settle()
    (text,) = texts(sms)
    assert "12 Oct" in text


def test_a_stop_between_reading_and_claim_stops_the_text(meddler: Meddler, sms: Recorder) -> None:
    at_door(meddler)
    now, who = meddler.clock(), jo_of(meddler)
    meddler.meddle(
        lambda: meddler.database.write(
            lambda conn: addresses.suppress(conn, meddler.account_id, who, "person", "STOP", now)
        )
    )
    meddler.dispatcher.run_due()
    meddler.settle()
    assert sms.asked == []
    assert "accepted" not in meddler.states()


def test_a_pause_between_reading_and_claim_stops_the_text(meddler: Meddler, sms: Recorder) -> None:
    at_door(meddler)
    now = meddler.clock()
    meddler.meddle(
        lambda: meddler.database.write(
            lambda conn: switches.set_switch(conn, meddler.account_id, "account", "", by="Ana", why="test", now=now)
        )
    )
    meddler.dispatcher.run_due()
    meddler.settle()
    assert sms.asked == []
    assert meddler.states() == ["waiting"]


def test_a_cancel_between_reading_and_claim_stops_the_text(meddler: Meddler, sms: Recorder) -> None:
    at_door(meddler)
    row = meddler.message()
    meddler.meddle(lambda: cancel(meddler.kit, meddler.account_id, row.id, by="Ana", why="wrong"))
    meddler.dispatcher.run_due()
    meddler.settle()
    assert sms.asked == []
    assert meddler.states() == ["cancelled"]


def test_what_joins_between_reading_and_claim_is_in_the_text(meddler: Meddler, sms: Recorder) -> None:
    """A notice is told only by a text that was rendered with it."""
    meddler.post(**departed("PO 1", **SHIP))
    decide.run_due(meddler.kit)
    meddler.clock.advance(5 * MINUTE)

    def join() -> None:
        meddler.post(**departed("PO 2", **SHIP))
        decide.run_due(meddler.kit)

    meddler.meddle(join)
    meddler.dispatcher.run_due()
    meddler.settle()
    meddler.forward(10 * MINUTE)
    said = " ".join(texts(sms))
    assert "PO 1" in said
    assert "PO 2" in said
    assert len(meddler.notices()) == 2
    assert {state for _, state in meddler.notices()} == {"said"}


def test_the_look_of_another_moment_does_not_end_what_is_being_sent(works: Works, database: Database) -> None:
    """Decide read before the claim and writes after it: what may have been taken is left as it is."""
    from service.flows.looking import decide_and_write
    from service.store import situations

    at_door(works)
    (shipment_id,) = {row.shipment_id for row in works.messages()}
    with works.database.read() as conn:
        before = situations.situation(conn, works.account_id, shipment_id)
    assert before is not None
    off = before.__class__(
        account=before.account.__class__(id=before.account.id, brand="Harbour", mode=Mode.OFF),
        shipment=before.shipment,
        facts=before.facts,
        followers=before.followers,
        words=before.words,
        spoken=before.spoken,
        occurrences=before.occurrences,
    )
    works.dispatcher.run_due()
    works.dispatcher.wait_idle(30)
    assert works.states() == ["accepted"]
    works.change(Message, works.message().id, state="sending")
    from service.records.tables import Notice

    works.change(Notice, works.rows(Notice)[0].id, state="waiting")
    assert decide_and_write(works.kit, [off], works.clock()) == [False]
    assert [state for _, state in works.notices()] == ["waiting"]


def test_twelve_orders_on_one_ship_are_one_text(works: Works, sms: Recorder) -> None:
    for number in range(12):
        works.post(**departed(f"PO {number}", **SHIP))
    works.settle()
    assert sms.asked == []
    works.forward(6 * MINUTE)
    assert len(sms.messages) == 1
    assert len(works.messages()) == 1
    assert works.notices() == [("M07", "said")] * 12
    assert {state for _, _, state, _ in works.words()} == {"told"}


def test_another_ship_another_text(works: Works, sms: Recorder) -> None:
    works.post(**departed("PO 1", **SHIP))
    works.post(**departed("PO 2", **SHIP | {"voyage": "1205W"}))
    works.forward(6 * MINUTE)
    assert len(sms.messages) == 2


def test_two_people_have_a_text_each(works: Works, sms: Recorder) -> None:
    works.post(**departed("PO 1", tell=[JO, SAM], **SHIP))
    works.post(**departed("PO 2", tell=[JO, SAM], **SHIP))
    works.forward(6 * MINUTE)
    assert sorted(message.to for message in sms.messages) == [JO, SAM]


def test_a_text_waits_for_the_morning(works: Works, sms: Recorder, clock: ManualClock) -> None:
    clock.advance(10 * HOUR)
    works.post(**departed(at="2026-09-17T21:00:00Z"))
    works.settle()
    assert sms.asked == []
    works.until(works.clock() + 9 * HOUR + MINUTE)
    assert len(sms.messages) == 1
    assert works.message().handed_at.hour == 7, "eight in London"


def test_what_the_cap_holds_is_neither_lost_nor_said_again_and_again(works: Works, sms: Recorder) -> None:
    for number in range(5):
        works.post(**departed(f"PO {number}"))
    works.settle()
    assert len(sms.messages) == 2, "two texts of info level a day"
    assert sorted(works.states()) == ["accepted"] * 2 + ["waiting"] * 3
    works.forward(DAY + HOUR)
    assert len(sms.messages) == 4
    assert len(works.messages()) < 12


def test_caps_are_exact_with_two_processes(database: Database, clock: ManualClock, sms: Recorder) -> None:
    with running(database, clock, {Channel.SMS: sms}) as one, running(database, clock, {Channel.SMS: sms}) as other:
        one.go()
        for number in range(24):
            one.post(ref=f"PO {number}", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=[JO])
        barrier = threading.Barrier(4)

        def work(works: Works) -> None:
            barrier.wait(20)
            for _ in range(12):
                decide.run_due(works.kit, 5)
                works.dispatcher.run_due()

        threads = [threading.Thread(target=work, args=(works,)) for works in (one, other, one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert one.dispatcher.wait_idle(20)
        assert other.dispatcher.wait_idle(20)
        one.settle()
        other.settle()
        assert len(sms.asked) == 3, "three texts an hour to one address, whatever the level"
        assert len({message.id for message in sms.asked}) == 3
        assert len(one.rows(Attempt)) == 3


def test_two_processes_say_nothing_twice(database: Database, clock: ManualClock, sms: Recorder) -> None:
    with running(database, clock, {Channel.SMS: sms}) as one, running(database, clock, {Channel.SMS: sms}) as other:
        one.go()
        people = [f"+4477009{number:05}" for number in range(100, 130)]
        for number, phone in enumerate(people):
            one.post(**departed(f"PO {number}", tell=[phone]))
        barrier = threading.Barrier(2)

        def work(works: Works) -> None:
            barrier.wait(20)
            for _ in range(15):
                decide.run_due(works.kit)
                works.dispatcher.run_due()
                works.dispatcher.wait_idle(20)

        threads = [threading.Thread(target=work, args=(works,)) for works in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(message.to for message in sms.asked) == people
        assert len(one.messages()) == len(people)
        assert {state for _, _, state, _ in one.words()} == {"told"}


def test_a_claim_never_takes_more_than_the_free_seats(database: Database, clock: ManualClock) -> None:
    door = Doorman(Channel.SMS)
    with running(database, clock, {Channel.SMS: door}, senders=3) as works:
        works.go()
        for number in range(10):
            works.post(**departed(f"PO {number}", tell=[f"+4477009{number:05}"]))
        decide.run_due(works.kit)
        assert works.dispatcher.run_due() == 3
        assert works.dispatcher.run_due() == 0
        assert sorted(works.states()) == ["sending"] * 3 + ["waiting"] * 7
        door.open.set()
        assert works.dispatcher.wait_idle(20)
        works.settle()
        assert works.states() == ["accepted"] * 10


@contextmanager
def one_at_the_door(database: Database, clock: ManualClock) -> Iterator[tuple[Works, Doorman]]:
    """One seat that has just made a call: of four people one was told, one is being told, one is next."""
    door = Doorman(Channel.SMS)
    with running(database, clock, {Channel.SMS: door}, senders=1) as works:
        works.dispatcher.stop()
        works.dispatcher = Dispatcher(works.kit, ahead=3600, elapsed=at_once)
        works.go()
        for number in range(4):
            works.post(**departed(f"PO {number}", tell=[f"+4477009{number:05}"]))
        decide.run_due(works.kit)
        door.open.set()
        assert works.dispatcher.run_due() == 1
        assert works.dispatcher.wait_idle(20)
        door.open.clear()
        door.arrived.clear()
        assert works.dispatcher.run_due() == 2, "one for the seat, and one for when it is free again"
        assert door.arrived.wait(20)
        assert works.dispatcher.run_due() == 0
        assert works.states() == ["accepted", "sending", "sending", "waiting"]
        yield works, door


def test_a_seat_finds_its_next_message_claimed(database: Database, clock: ManualClock) -> None:
    with one_at_the_door(database, clock) as (works, door):
        door.open.set()
        assert works.dispatcher.wait_idle(20)
        assert works.states() == ["accepted"] * 3 + ["waiting"]
        works.settle()
        assert sorted(message.to for message in door.messages) == [f"+4477009{number:05}" for number in range(4)]


def test_nothing_is_claimed_ahead_of_a_provider_that_refuses(database: Database, clock: ManualClock) -> None:
    sms = scripted(TemporaryFailure("busy"))
    with running(database, clock, {Channel.SMS: sms}, senders=1) as works:
        works.dispatcher.stop()
        works.dispatcher = Dispatcher(works.kit, ahead=3600, elapsed=at_once)
        works.go()
        for number in range(3):
            works.post(**departed(f"PO {number}", tell=[f"+4477009{number:05}"]))
        decide.run_due(works.kit)
        assert works.dispatcher.run_due() == 1
        assert works.dispatcher.wait_idle(20)
        assert works.dispatcher.run_due() == 1
        assert works.dispatcher.wait_idle(20)


def test_what_waited_too_long_for_a_seat_is_looked_at_again(database: Database, clock: ManualClock) -> None:
    with one_at_the_door(database, clock) as (works, door):
        clock.advance(timedelta(seconds=3))
        door.open.set()
        assert works.dispatcher.wait_idle(20)
        assert works.states() == ["accepted"] * 2 + ["waiting"] * 2
        assert len(door.messages) == 2
        assert [one.outcome.value for one in works.rows(Attempt)] == ["accepted"] * 2 + ["temporary"]
        works.settle()
        assert works.states() == ["accepted"] * 4
        assert len({message.to for message in door.messages}) == len(door.messages) == 4


def test_what_waits_for_a_seat_when_the_process_ends_is_not_in_doubt(database: Database, clock: ManualClock) -> None:
    with one_at_the_door(database, clock) as (works, door):
        works.dispatcher.stop(0.05)
        assert works.states() == ["accepted", "sending", "waiting", "waiting"]
        assert len(door.messages) == 1


def test_stop_finishes_what_is_in_flight(database: Database, clock: ManualClock) -> None:
    door = Doorman(Channel.SMS)
    with running(database, clock, {Channel.SMS: door}) as works:
        works.go()
        at_door(works)
        works.dispatcher.run_due()
        assert door.arrived.wait(30)
        stopping = threading.Thread(target=works.dispatcher.stop)
        stopping.start()
        door.open.set()
        stopping.join(20)
        assert works.states() == ["accepted"]
        works.post(**departed("PO 2"))
        decide.run_due(works.kit)
        assert works.dispatcher.run_due() == 0


def test_temporary_and_again(database: Database, clock: ManualClock) -> None:
    sms = scripted(TemporaryFailure("busy", code="20429", retry_after=600), TemporaryFailure("busy"), None)
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed())
        works.settle()
        row = works.message()
        assert (row.state.value, row.due_at - clock(), row.tries, row.refusals) == ("waiting", 10 * MINUTE, 0, 1)
        works.forward(HOUR)
        row = works.message()
        assert (row.state.value, row.tries, row.refusals) == ("accepted", 1, 2)
        assert [one.outcome.value for one in works.rows(Attempt)] == ["temporary", "temporary", "accepted"]
        assert len(sms.messages) == 1


def test_a_refusal_is_no_text_and_does_not_count_for_the_cap(database: Database, clock: ManualClock) -> None:
    sms = scripted(*[TemporaryFailure("busy")] * 4)
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed("PO 1"))
        works.post(**departed("PO 2"))
        works.forward(2 * HOUR)
        assert len(sms.messages) == 2


def test_permanent_goes_to_the_next_channel(database: Database, clock: ManualClock, email: Recorder) -> None:
    sms = scripted(PermanentFailure("no such number", code="21211", suppress=True))
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}) as works:
        works.go()
        works.post(**departed(tell=BOTH))
        works.settle()
        assert [(row.channel.value, row.state.value) for row in works.messages()] == [
            ("sms", "failed"),
            ("email", "accepted"),
        ]
        assert works.notices() == [("M07", "said")]
        assert works.words() == [("arrival", 1, "told", "2026-10-09")]
        (address,) = works.rows(Address, value=JO)
        assert (address.suppressed_by, address.suppressed_why) == ("provider", "no such number")
        works.post(**departed("PO 2", tell=BOTH))
        works.settle()
        assert len(sms.asked) == 1
        assert len(email.messages) == 2


def test_permanent_without_another_way_is_never_shown_as_told(database: Database, clock: ManualClock) -> None:
    sms = scripted(PermanentFailure("no such number"))
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed())
        works.settle()
        assert works.states() == ["failed"]
        assert works.notices() == [("M07", "baseline")]
        assert works.words() == [("arrival", 1, "baseline", "2026-10-09")]
        works.forward(3 * DAY)
        assert len(sms.asked) == 1


def test_uncertain_stays_and_is_never_sent_again(database: Database, clock: ManualClock) -> None:
    sms = scripted(UncertainOutcome("no answer"))
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed())
        works.forward(3 * DAY)
        row = works.message()
        assert (row.state.value, row.detail) == ("uncertain", "no answer")
        assert len(sms.asked) == 1
        assert works.words() == [("arrival", 1, "intended", "2026-10-09")]


def test_an_error_of_another_kind_is_uncertain_and_shows_no_secret(database: Database, clock: ManualClock) -> None:
    broken = Broken(Channel.SMS)
    with running(database, clock, {Channel.SMS: broken}) as works:
        works.go()
        works.post(**departed())
        works.forward(DAY)
        assert works.states() == ["uncertain"]
        assert len(broken.asked) == 1
        assert "secret" not in works.message().detail


def test_an_unavailable_channel_rests(database: Database, clock: ManualClock) -> None:
    sms = scripted(ChannelUnavailable("the credentials are wrong", code="20003"))
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed("PO 1"))
        works.settle()
        (channel,) = works.rows(ChannelState)
        assert (channel.notifier, channel.paused_until - clock(), channel.failures) == ("recorder", MINUTE, 1)
        works.post(**departed("PO 2", tell=[SAM]))
        works.settle()
        assert len(sms.asked) == 1
        assert "credentials" in works.messages()[1].detail
        works.forward(2 * MINUTE)
        assert works.states() == ["accepted", "accepted"]
        (channel,) = works.rows(ChannelState)
        assert (channel.paused_until, channel.failures) == (None, 0)


def test_a_channel_that_stays_unavailable_rests_longer(database: Database, clock: ManualClock) -> None:
    sms = scripted(*[ChannelUnavailable("closed")] * 30)
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed("PO 1"))
        works.post(**departed("PO 2", tell=[SAM]))
        works.forward(2 * HOUR)
        assert 4 <= len(sms.asked) <= 14


def test_the_pause_file_stops_everything(works: Works, sms: Recorder) -> None:
    at_door(works)
    works.kit.pause_file.touch()
    assert works.dispatcher.run_due() == 0
    assert works.states() == ["waiting"]
    works.kit.pause_file.unlink()
    works.settle()
    assert len(sms.messages) == 1


@pytest.mark.parametrize("scope", switches.SCOPES)
def test_switches(works: Works, sms: Recorder, scope: str) -> None:
    works.post(**departed(customer="acme"))
    decide.run_due(works.kit)
    row = works.message()
    value = {
        "global": "",
        "account": "",
        "source": "api",
        "customer": works.shipment(row.shipment_id).customer_id,
        "shipment": row.shipment_id,
        "contact": row.contact_id,
        "channel": "sms",
        "code": "M07",
        "country": "GB",
    }[scope]
    now = works.clock()
    works.database.write(
        lambda conn: switches.set_switch(conn, works.account_id, scope, value, by="Ana", why="a recall", now=now)
    )
    works.settle()
    assert sms.asked == []
    assert works.message().detail == "paused: a recall"
    works.database.write(lambda conn: switches.lift_switches(conn, works.account_id, scope, value, now))
    works.forward(2 * MINUTE)
    assert len(sms.messages) == 1


def test_a_switch_for_something_else_holds_nothing(works: Works, sms: Recorder) -> None:
    now = works.clock()
    works.database.write(
        lambda conn: switches.set_switch(conn, works.account_id, "channel", "email", by="Ana", why="x", now=now)
    )
    works.post(**departed())
    works.settle()
    assert len(sms.messages) == 1


def test_live_without_a_notifier_holds_and_never_falls_back(database: Database, clock: ManualClock) -> None:
    with running(database, clock, {}) as works:
        works.go()
        works.post(**departed())
        works.forward(HOUR)
        row = works.message()
        assert (row.state.value, row.stage.value) == ("waiting", "live")
        assert "no notifier for sms" in row.detail
        assert works.rows(Attempt) == []


def test_whoever_has_only_email_set_up_writes_emails(database: Database, clock: ManualClock, email: Recorder) -> None:
    """Either notifier alone is enough for people who have both addresses."""
    with running(database, clock, {Channel.EMAIL: email}) as works:
        works.go()
        works.post(**departed(tell=BOTH))
        works.settle()
        assert len(email.messages) == 1
        assert works.words() == [("arrival", 1, "told", "2026-10-09")]


def test_a_rehearsal_never_leaves_loopback(shadow: Works, sms: Recorder, email: Recorder) -> None:
    shadow.post(**departed(tell=BOTH))
    shadow.settle()
    row = shadow.message()
    assert (row.state.value, row.stage.value, row.notifier) == ("accepted", "rehearsal", "loopback")
    assert sms.asked == email.asked == []


def test_an_expired_text_is_owed_still_and_intended_anew(works: Works, sms: Recorder) -> None:
    works.kit.pause_file.touch()
    works.post(**departed(at="2026-09-17T10:00:00Z"))
    works.forward(13 * HOUR)
    works.kit.pause_file.unlink()
    works.forward(12 * HOUR)
    assert works.notices() == [("M07", "expired"), ("M07", "said")]
    assert works.states() == ["expired", "accepted"]
    assert works.words() == [("arrival", 1, "never_told", "2026-10-09"), ("arrival", 2, "told", "2026-10-09")]
    assert len(sms.messages) == 1


def test_cancel_before_hand_over(works: Works, sms: Recorder) -> None:
    at_door(works)
    row = works.message()
    assert cancel(works.kit, works.account_id, row.id, by="Ana", why="wrong number") == "cancelled"
    works.forward(3 * DAY)
    assert sms.asked == []
    assert works.message().detail == "cancelled by Ana: wrong number"
    assert works.notices() == [("M07", "baseline")]
    assert cancel(works.kit, works.account_id, row.id, by="Ana", why="") == "cancelled"
    with pytest.raises(LookupError):
        cancel(works.kit, works.account_id, "msg_none", by="Ana", why="")


def test_cancel_after_hand_over_changes_nothing(works: Works) -> None:
    works.post(**departed())
    works.settle()
    assert cancel(works.kit, works.account_id, works.message().id, by="Ana", why="") == "accepted"
    assert works.words() == [("arrival", 1, "told", "2026-10-09")]


def test_a_queue_that_is_held_does_not_hold_the_others(works: Works, sms: Recorder) -> None:
    """What is postponed makes room at once, also where it is much more than there are seats."""
    for number in range(30):
        works.post(**departed(f"PO {number}", tell=[f"+4477009{number:05}"], customer="acme"))
    decide.run_due(works.kit)
    now = works.clock()
    customer = works.shipment(works.messages()[0].shipment_id).customer_id
    works.database.write(
        lambda conn: switches.set_switch(conn, works.account_id, "customer", customer, by="Ana", why="x", now=now)
    )
    works.post(**departed("PO last", tell=[SAM]))
    decide.run_due(works.kit)
    while works.dispatcher.run_due():
        pass
    works.dispatcher.wait_idle(30)
    assert [message.to for message in sms.messages] == [SAM]


def test_stale_texts_do_not_take_the_seats_of_others(works: Works, sms: Recorder) -> None:
    for number in range(10):
        works.post(**departed(f"PO {number}", tell=[f"+4477009{number:05}"]))
    decide.run_due(works.kit)
    for number in range(10):
        works.post(**arrives("2026-10-20", f"PO {number}"))
    works.clock.advance(timedelta(seconds=1))
    (shipment_id,) = works.post(**departed("PO last", tell=[SAM])).shipment_ids
    assert decide.look(works.kit, works.account_id, shipment_id)
    works.dispatcher.run_due()
    works.dispatcher.wait_idle(30)
    assert [message.to for message in sms.messages] == [SAM]


def test_a_text_that_cannot_be_worded_holds_only_itself(works: Works, sms: Recorder) -> None:
    at_door(works)
    works.post(**departed("PO 2", tell=[SAM]))
    decide.run_due(works.kit)
    from service.records.tables import Notice

    first = works.rows(Notice)[0]
    works.change(Notice, first.id, params=dict(first.params) | {"vessel": 7})
    works.settle()
    assert [message.to for message in sms.messages] == [SAM]
    assert "could not" in works.messages()[0].detail


def held_up(database: Database, clock: ManualClock, sms: Recorder) -> tuple[Works, Recorder]:
    """Urgent news goes by text, while its e-mail has to be tried again."""
    email = Recorder(Channel.EMAIL, [TemporaryFailure("try later")], sender="desk@example.com")
    works = Works(database, clock, {Channel.SMS: sms, Channel.EMAIL: email})
    works.go()
    works.post(ref="PO 1", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=BOTH)
    works.settle()
    assert works.notices() == [("D06", "said")]
    assert len(sms.messages) == 1
    assert email.messages == []
    return works, email


def test_the_second_channel_of_urgent_news_is_tried_again(
    database: Database, clock: ManualClock, sms: Recorder
) -> None:
    works, email = held_up(database, clock, sms)
    with closing(works):
        works.post(ref="PO 1", milestone="discharged", at="2026-09-17T10:30:00Z")
        works.forward(HOUR)
        assert len(email.messages) == 1, "other news does not make it untrue"
        assert sorted(works.states()) == ["accepted", "accepted"]
        assert len(sms.messages) == 1


def test_the_second_channel_does_not_say_what_is_over(database: Database, clock: ManualClock, sms: Recorder) -> None:
    works, email = held_up(database, clock, sms)
    with closing(works):
        works.post(ref="PO 1", milestone="customs_cleared", at="2026-09-17T11:30:00Z")
        works.forward(HOUR)
        assert not any("holding" in mail.text for mail in email.messages)
        assert "superseded" in works.states(channel="email")
