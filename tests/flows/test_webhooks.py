"""Webhooks out: what endpoints are told, in which order, once each, and how calls end; on each store."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection

from notifiers.base import Channel, Receipt, ReceiptStatus, Reply
from notifiers.errors import PermanentFailure
from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_receiver import StandInReceiver
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import deliveries as flow
from service.flows import desk, receipts, recovery, replies, restoring
from service.flows.deliveries import PER_ENDPOINT, Courier
from service.policy.webhooks import KEPT
from service.records.decision import NewTask
from service.records.enums import AttemptOutcome
from service.records.tables import Attempt, Audit, Contact, Task, Webhook, WebhookAttempt, WebhookDelivery
from service.records.webhooks import Disabled, Payload, WebhookEvent
from service.store import customers, pulse, tasks, webhooks
from service.store.engine import Database
from service.store.errors import OutcomeUnknown
from service.store.locks import prove_life
from tests.hooks import Hooks, ids, kinds, local_caller, told
from tests.kits import DAY, HOUR, JO, MINUTE, Works, arrives, departed, running

SECOND = timedelta(seconds=1)


@pytest.fixture
def hooks(works: Works) -> Iterator[Hooks]:
    found = Hooks(works)
    yield found
    found.courier.stop()


@pytest.fixture
def patient(works: Works) -> Iterator[Hooks]:
    """Calls that wait long for an answer."""
    found = Hooks(works, timeout=20)
    yield found
    found.courier.stop()


@pytest.fixture
def receiver() -> Iterator[StandInReceiver]:
    with StandInReceiver() as found:
        yield found


@pytest.fixture
def other() -> Iterator[StandInReceiver]:
    with StandInReceiver() as found:
        yield found


# What is told


def test_a_late_shipment_is_told_with_what_the_customer_knows(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    hooks.add(receiver)
    works.post(**departed())
    works.settle()
    hooks.run()
    assert set(kinds(receiver)) == {"message.accepted", "shipment.updated"}
    works.clock.advance(HOUR)
    works.post(**arrives("2026-10-13"))
    works.forward(DAY)
    hooks.run()
    _, data = [one for one in told(receiver) if one[0] == "shipment.updated"][-1]
    assert (data["due"]["date"], data["told"]["date"], data["told"]["agrees_with_due"]) == (
        "2026-10-13",
        "2026-10-13",
        True,
    )
    assert {"due", "told", "late"} <= set(data["changed"])
    assert data["refs"] == {"ref": ["PO 4711"]}
    assert kinds(receiver).count("message.accepted") == 2


def writes(works: Works, text: str, who: str = JO) -> None:
    ready = works.kit.live[Channel.SMS][0]
    replies.take(works.kit, ready, Reply(f"in_{text}", who, ready.sender, text))


def test_a_stop_says_whose_it_is(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    """So that a customer's own list can honour it; a number of two contacts stops both."""
    hooks.add(receiver, events=[WebhookEvent.REPLY_RECEIVED])
    works.post(**departed())
    works.settle()
    (contact,) = works.rows(Contact)
    writes(works, "STOP")
    hooks.run()
    ((_, stop),) = told(receiver)
    assert (stop["meaning"], stop["channel"], stop["contact_id"]) == ("stop", "sms", contact.id)
    assert (stop["contact_ids"], stop["thread_id"]) == ([contact.id], None)
    assert stop["links"] == {"contact": f"/v1/contacts/{contact.id}"}
    assert JO not in receiver.calls[-1].body.decode()
    writes(works, "Where is it?")
    hooks.run()
    _, question = told(receiver)[-1]
    assert question["contact_id"] == contact.id
    assert set(question["links"]) == {"contact", "thread"}


def test_a_stranger_who_writes_is_named_too(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver, events=[WebhookEvent.REPLY_RECEIVED])
    writes(works, "STOP", who="+447700900199")
    hooks.run()
    ((_, stop),) = told(receiver)
    (contact,) = works.rows(Contact)
    assert (stop["contact_id"], stop["shipment_id"]) == (contact.id, None)


def test_a_look_that_changes_nothing_tells_nothing(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver, events=[WebhookEvent.SHIPMENT_UPDATED])
    works.post(**departed())
    works.settle()
    hooks.run()
    before = len(receiver.calls)
    works.post(**departed(id="again"))
    works.settle()
    assert hooks.bear() > 0, "something was looked at"
    assert hooks.send() == 0
    assert len(receiver.calls) == before


def test_a_thin_event_holds_nobody_s_data(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver)
    works.post(**departed())
    works.settle()
    hooks.run()
    assert receiver.calls
    for call in receiver.calls:
        assert JO.encode() not in call.body
        assert b"Harbour" not in call.body, "no text"
        assert b"/t/" not in call.body, "no link that opens a page"


def test_a_full_event_is_what_the_api_shows(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver, payload=Payload.FULL, events=[WebhookEvent.MESSAGE_ACCEPTED])
    works.post(**departed())
    works.settle()
    hooks.run()
    ((_, data),) = told(receiver)
    assert data["text"] == works.message().body
    assert data["to"] == f"…{JO[-4:]}"


def test_the_life_of_a_message_is_told_step_by_step(
    hooks: Hooks, receiver: StandInReceiver, works: Works, sms: Recorder
) -> None:
    hooks.add(receiver, events=[WebhookEvent.MESSAGE_ACCEPTED, WebhookEvent.MESSAGE_DELIVERED])
    works.post(**departed())
    works.settle()
    hooks.run()
    works.clock.advance(MINUTE)
    delivered(works)
    hooks.run()
    delivered(works)
    hooks.run()
    assert kinds(receiver) == ["message.accepted", "message.delivered"]
    stamps = [json.loads(call.body)["timestamp"] for call in receiver.calls]
    assert stamps == sorted(stamps)


def test_what_happened_while_nobody_looked_is_told_in_order(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    hooks.add(receiver, events=[WebhookEvent.MESSAGE_ACCEPTED, WebhookEvent.MESSAGE_DELIVERED])
    works.post(**departed())
    works.settle()
    delivered(works)
    hooks.run()
    assert kinds(receiver) == ["message.accepted", "message.delivered"]


def test_a_refused_message_is_told_as_failed(receiver: StandInReceiver, database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [PermanentFailure("the number does not exist")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        hooks = Hooks(works)
        hooks.add(receiver)
        works.post(**departed())
        works.settle()
        hooks.run()
        hooks.courier.stop()
    assert "message.failed" in kinds(receiver)
    assert "message.accepted" not in kinds(receiver)


def test_mail_to_our_own_desk_is_no_event(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    works.go(care_email="desk@example.com")
    hooks.add(receiver)
    open_task(works, "k:1")
    assert desk.send_tasks(works.kit) == 1
    works.settle()
    hooks.run()
    assert kinds(receiver) == ["task.opened"]


def test_a_task_is_told_when_it_is_opened_and_when_it_is_done(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    hooks.run()
    now = works.clock()
    works.database.write(lambda conn: tasks.finish_by_key(conn, works.account_id, "k:1", "somebody", now))
    hooks.run()
    assert kinds(receiver) == ["task.opened", "task.done"]
    assert told(receiver)[1][1]["done_at"] is not None


def test_an_endpoint_is_told_only_of_what_it_asked_for_and_of_its_customer(
    hooks: Hooks, receiver: StandInReceiver, other: StandInReceiver, works: Works
) -> None:
    now = works.clock()
    mine = works.database.write(lambda conn: customers.upsert_customer(conn, works.account_id, "BEATTY", "Beatty", now))
    hooks.add(receiver, customer_id=mine)
    hooks.add(other, events=[WebhookEvent.REPLY_RECEIVED])
    works.post(**departed(customer="BEATTY"))
    works.post(**departed("PO 9", customer="OTHERS", tell=["+447700900124"]))
    open_task(works, "k:1")
    works.settle()
    hooks.run()
    refs = [data["refs"] for kind, data in told(receiver) if kind == "shipment.updated"]
    assert refs
    assert all(one == {"ref": ["PO 4711"]} for one in refs)
    assert "task.opened" not in kinds(receiver), "a task of nobody's shipment"
    assert kinds(other) == []


def test_what_changed_before_an_endpoint_was_made_is_not_told(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    works.post(**departed())
    works.settle()
    works.clock.advance(SECOND)
    hooks.add(receiver)
    assert hooks.run() == 0


def test_events_reach_an_endpoint_in_the_order_in_which_they_were_born(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    hooks.add(receiver, events=[WebhookEvent.TASK_OPENED])
    for number in range(30):
        open_task(works, f"k:{number}")
    hooks.bear()
    born = [row.id for row in hooks.log()]
    assert hooks.send() == 30
    assert len(set(ids(receiver))) == 30
    places = [born.index(one) for one in ids(receiver)]
    assert all(abs(place - number) < PER_ENDPOINT for number, place in enumerate(places))


def test_two_processes_write_and_call_once_each(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver, events=[WebhookEvent.TASK_OPENED])
    with running(works.database, works.clock) as second:
        twin = Hooks(second)
        for number in range(12):
            open_task(works, f"k:{number}")
            (hooks if number % 2 else twin).bear()
        twin.bear()
        assert len(hooks.log()) == 12
        while hooks.courier.run_due() + twin.courier.run_due():
            assert hooks.courier.wait_idle(20)
            assert twin.courier.wait_idle(20)
        twin.courier.stop()
    assert len(ids(receiver)) == len(set(ids(receiver))) == 12
    assert [row.state.value for row in hooks.log()] == ["delivered"] * 12


def test_the_pause_file_holds_webhooks_too(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    works.kit.pause_file.touch()
    assert hooks.run() == 0
    works.kit.pause_file.unlink()
    assert hooks.run() == 1


def test_after_a_backup_was_put_back_nothing_is_called_until_a_person_has_looked(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    works.kit.database.write(lambda conn: pulse.put_back(conn, works.clock()))
    assert hooks.run() == 0
    found = restoring.plan(works.kit, works.account_id)
    assert found is not None
    works.forward(MINUTE)
    restoring.apply(works.kit, works.account_id, found.id, said=True, by="jo", why="all of it was said")
    assert hooks.run() == 1


# How calls end


def test_a_lost_answer_is_sent_again_under_the_same_id(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    receiver.answer("", Answer(204, drop=True, taken=True))
    assert hooks.run() == 1
    receiver.answer("", None)
    assert hooks.forward(5 * SECOND) == 1
    first, second = receiver.calls
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    (row,) = hooks.log()
    assert (row.state.value, row.id, row.status) == ("delivered", ids(receiver)[0], 204)
    assert [(one.number, one.status) for one in hooks.attempts(row.id)] == [(1, None), (2, 204)]
    assert len(receiver.messages) == 1


def test_the_schedule_is_kept_to_the_end(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    receiver.answer("", Answer(301, headers={"Location": "https://example.com/"}))
    began = works.clock()
    hooks.run()
    hooks.forward(4 * DAY)
    (row,) = hooks.log()
    calls = hooks.attempts(row.id)
    gaps = [b.started_at - a.started_at for a, b in pairwise(calls)]
    hours = [2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]
    assert gaps == [5 * SECOND, 5 * MINUTE, 30 * MINUTE, *hours]
    assert calls[0].started_at == began
    assert row.state.value == "failed"
    assert "Redirects are not followed" in row.detail


def test_retry_after_is_honoured(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    receiver.answer("", Answer(429, headers={"Retry-After": "3600"}))
    hooks.run()
    (row,) = hooks.log()
    assert row.due_at == works.clock() + HOUR
    open_task(works, "k:2")
    assert hooks.run() == 0, "it wants to be left in peace, so nothing else goes there either"
    receiver.answer("", None)
    assert hooks.forward(HOUR) == 2
    assert [one.state.value for one in hooks.log()] == ["delivered"] * 2


def test_what_was_answered_is_kept_as_its_first_bytes(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    receiver.answer("", Answer(500, body=b"no such tenant\r\n\x00" + b"x" * 5000))
    hooks.run()
    (row,) = hooks.log()
    (call,) = hooks.attempts(row.id)
    assert call.said.startswith("no such tenant .xxx")
    assert len(call.said) <= 200


def test_410_switches_off_at_once_with_a_word_to_a_person_and_to_the_others(
    hooks: Hooks, receiver: StandInReceiver, other: StandInReceiver, works: Works, email: Recorder
) -> None:
    works.go(care_email="desk@example.com")
    gone = hooks.add(receiver)
    hooks.add(other, events=[WebhookEvent.WEBHOOK_DISABLED])
    receiver.answer("", Answer(410))
    open_task(works, "k:1")
    hooks.run()
    hooks.run()
    row = hooks.get(gone)
    assert (row.disabled_why, row.disabled_at) == ("gone", works.clock())
    ((kind, data),) = told(other)
    assert (kind, data["id"], data["disabled_why"]) == ("webhook.disabled", gone.id, "gone")
    assert "url" not in data
    open_task(works, "k:2")
    assert hooks.forward(DAY) == 0 or kinds(receiver) == ["task.opened"]
    (task,) = works.rows(Task, kind="webhook")
    assert f"milepost webhooks enable {gone.id}" in task.text
    assert receiver.url not in task.text
    assert desk.send_tasks(works.kit) == 1
    works.settle()
    assert any("webhook" in message.text for message in email.messages)
    assert [row.action for row in works.rows(Audit)] == ["webhook.disable"]


def test_five_days_of_nothing_but_failures_switch_off(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = hooks.add(receiver)
    receiver.answer("", Answer(500))
    for day in range(5):
        open_task(works, f"k:{day}")
        hooks.forward(DAY)
        assert hooks.get(found).disabled_at is None
    hooks.forward(DAY)
    row = hooks.get(found)
    assert row.disabled_why == "failing"
    assert row.disabled_at is not None
    assert row.failing_since is not None
    assert row.disabled_at - row.failing_since >= 5 * DAY


def test_one_success_in_between_keeps_it_on(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = hooks.add(receiver)
    for day in range(8):
        receiver.answer("", None if day == 4 else Answer(500))
        open_task(works, f"k:{day}")
        hooks.forward(DAY)
    assert hooks.get(found).disabled_at is None


def test_two_bad_moments_far_apart_are_no_five_bad_days(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = hooks.add(receiver)
    receiver.answer("", Answer(500))
    open_task(works, "k:1")
    hooks.forward(4 * DAY)
    works.clock.advance(10 * DAY)
    open_task(works, "k:2")
    hooks.run()
    assert hooks.get(found).disabled_at is None


def switched_off(hooks: Hooks, receiver: StandInReceiver, works: Works) -> Any:
    """An endpoint that answered 410 to one event and then missed another one."""
    found = hooks.add(receiver)
    receiver.answer("", Answer(410))
    open_task(works, "k:1")
    hooks.run()
    receiver.answer("", None)
    works.clock.advance(DAY)
    open_task(works, "k:2")
    assert hooks.run() == 0
    return found


def test_on_again_it_is_told_of_what_it_missed(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = switched_off(hooks, receiver, works)
    now = works.clock()
    works.database.write(lambda conn: webhooks.enable(conn, works.account_id, found.id, now, skip=False))
    hooks.run()
    texts = [(data["kind"], data["id"]) for kind, data in told(receiver) if kind == "task.opened"]
    assert [kind for kind, _ in texts].count("call_me") == 3, "the first one was sent twice, under one id"
    assert len(set(ids(receiver))) == len(ids(receiver)) - 1
    assert [row.state.value for row in hooks.log(event="task.opened")] == ["delivered"] * 3
    assert all(row.done_at for row in works.rows(Task, kind="webhook"))


def test_on_again_it_may_skip_what_it_missed(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = switched_off(hooks, receiver, works)
    works.clock.advance(SECOND)
    now = works.clock()
    works.database.write(lambda conn: webhooks.enable(conn, works.account_id, found.id, now, skip=True))
    hooks.run()
    ((kind, data),) = told(receiver)[1:]
    assert (kind, data["kind"]) == ("task.done", "webhook"), "of what came after, and of nothing before"
    open_task(works, "k:3")
    hooks.run()
    assert kinds(receiver)[-1] == "task.opened"


def test_what_was_on_its_way_before_a_skip_is_not_tried_again(
    patient: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    """Nor what a call in flight left waiting while the endpoint was off."""
    found = patient.add(receiver)
    held = threading.Event()
    receiver.answer("", Answer(500, wait=held))
    open_task(works, "k:1")
    patient.bear()
    assert patient.arrived(receiver, 1)
    works.clock.advance(SECOND)
    now = works.clock()
    works.database.write(lambda conn: webhooks.disable(conn, patient.get(found), Disabled.PERSON, now))
    works.clock.advance(SECOND)
    later = works.clock()
    works.database.write(lambda conn: webhooks.enable(conn, works.account_id, found.id, later, skip=True))
    held.set()
    assert patient.courier.wait_idle(30)
    receiver.answer("", None)
    patient.forward(DAY)
    (row,) = patient.log()
    assert (row.state.value, row.detail, len(receiver.calls)) == ("failed", webhooks.SKIPPED, 1)


def test_what_waits_is_skipped_too(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    """A worker that died while the endpoint was off leaves its call waiting."""
    found = hooks.add(receiver)
    open_task(works, "k:1")
    hooks.bear()
    now = works.clock()
    works.database.write(lambda conn: webhooks.disable(conn, hooks.get(found), Disabled.PERSON, now))
    (row,) = hooks.log()
    works.change(WebhookDelivery, row.id, state="waiting", ended_at=None)
    works.clock.advance(SECOND)
    later = works.clock()
    works.database.write(lambda conn: webhooks.enable(conn, works.account_id, found.id, later, skip=True))
    hooks.run()
    (row,) = hooks.log()
    assert (row.state.value, row.detail, receiver.calls) == ("failed", webhooks.SKIPPED, [])


def test_replay_sends_what_failed_under_the_same_ids(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = hooks.add(receiver)
    receiver.answer("", Answer(500))
    open_task(works, "k:1")
    began = works.clock()
    hooks.forward(4 * DAY)
    assert [row.state.value for row in hooks.log()] == ["failed"]
    receiver.answer("", None)
    now = works.clock()

    def again(since: Any) -> int:
        return works.database.write(lambda conn: webhooks.replay_failed(conn, works.account_id, found.id, since, now))

    assert again(now + MINUTE) == 0
    assert again(began) == 1
    assert hooks.run() == 1
    assert [row.state.value for row in hooks.log()] == ["delivered"]
    assert len(set(ids(receiver))) == 1
    assert len(hooks.attempts(ids(receiver)[0])) == 11


def test_rotation_refuses_nothing(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = hooks.add(receiver)
    before = hooks.secrets(found)
    for number in range(6):
        open_task(works, f"k:{number}")
        if number == 2:
            works.database.write(lambda conn: webhooks.rotate(conn, works.account_id, found.id, works.clock()))
        if number == 4:
            receiver.secret = hooks.secrets(found)[0]
        hooks.run()
    assert [row.status for row in hooks.log()] == [204] * 6
    assert len(receiver.messages) == 6
    assert hooks.secrets(found)[1] == before[0]
    assert len({*hooks.secrets(found), *before}) == 2


# Processes that die, endpoints that hang, addresses that must not be called


def test_what_a_dead_process_was_sending_is_sent_again_under_the_same_id(
    patient: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    patient.add(receiver)
    open_task(works, "k:1")
    patient.bear()
    hold = prove_life(works.database, works.kit.worker_id)
    recovery.start(works.kit)
    held = hang(receiver)
    assert patient.arrived(receiver, 1)
    with running(works.database, works.clock) as survivor:
        second = Hooks(survivor)
        assert recovery.recover(survivor.kit) == 0, "it lives"
        assert second.send() == 0
        hold.close()
        assert recovery.recover(survivor.kit) == 1
        receiver.answer("", None)
        assert second.send() == 1
        second.courier.stop()
    (row,) = patient.log()
    assert row.state.value == "delivered"
    held.set()
    assert patient.courier.wait_idle(30)
    assert patient.log() == [row], "the late end of the first call changes nothing"
    assert len(set(ids(receiver))) == 1
    assert len(ids(receiver)) == 2


def test_a_hanging_endpoint_holds_up_nobody_else(
    patient: Hooks, receiver: StandInReceiver, other: StandInReceiver, works: Works
) -> None:
    slow = patient.add(receiver)
    patient.add(other)
    held = hang(receiver)
    for number in range(20):
        open_task(works, f"k:{number}")
    patient.bear()
    assert patient.arrived(other, 20)
    sending = [row for row in patient.log(webhook_id=slow.id) if row.state.value == "sending"]
    assert len(sending) == PER_ENDPOINT
    works.post(**departed())
    works.settle()
    assert works.states() == ["accepted"], "texts have their own way"
    receiver.answer("", None)
    held.set()
    assert patient.courier.wait_idle(20)


def test_an_endpoint_in_trouble_is_called_one_at_a_time(
    patient: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    patient.add(receiver)
    receiver.answer("", Answer(500))
    open_task(works, "k:0")
    patient.run()
    for number in range(1, 6):
        open_task(works, f"k:{number}")
    patient.bear()
    held = hang(receiver)
    assert patient.arrived(receiver, 2)
    assert patient.courier.run_due() == 0
    assert len([row for row in patient.log() if row.state.value == "sending"]) == 1
    receiver.answer("", None)
    held.set()
    assert patient.courier.wait_idle(20)
    assert patient.send() == 4


class Lossy:
    """A database that commits, and whose answer is lost when it is told so."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.lose = False

    def write(self, unit: Callable[[Connection], Any]) -> Any:
        value = self._database.write(unit)
        if self.lose:
            self.lose = False
            raise OutcomeUnknown("The connection broke during a commit. Ask again.")
        return value

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


def test_a_claim_whose_answer_was_lost_leaves_nothing_stuck(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    lossy = Lossy(works.database)
    works.with_kit(database=lossy)
    courier = Courier(works.kit)
    hooks.add(receiver)
    open_task(works, "k:1")
    hooks.bear()
    lossy.lose = True
    with pytest.raises(OutcomeUnknown):
        courier.run_due()
    assert [row.state.value for row in hooks.log()] == ["sending"], "claimed, and nobody calls"
    assert courier.run_due() == 1
    assert courier.wait_idle(20)
    courier.stop()
    assert [row.state.value for row in hooks.log()] == ["delivered"]


def test_an_outcome_whose_answer_was_lost_is_written_once(
    hooks: Hooks, receiver: StandInReceiver, works: Works
) -> None:
    lossy = Lossy(works.database)
    works.with_kit(database=lossy)
    courier = Courier(works.kit)
    hooks.add(receiver)
    open_task(works, "k:1")
    hooks.bear()
    held = hang(receiver)
    assert courier.run_due() == 1
    lossy.lose = True
    held.set()
    assert courier.wait_idle(20)
    courier.stop()
    (row,) = hooks.log()
    assert (row.state.value, row.calls) == ("delivered", 1)
    assert len(receiver.calls) == 1


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "http://localhost/x", "https://[::1]/"])
def test_what_became_private_is_never_called(hooks: Hooks, works: Works, url: str) -> None:
    works.with_kit(caller=local_caller(works.kit.secret, loopback=False))
    courier = Courier(works.kit)
    now = works.clock()
    works.database.write(lambda conn: webhooks.create(conn, works.account_id, url=url, now=now))
    open_task(works, "k:1")
    hooks.bear()
    assert courier.run_due() == 1
    assert courier.wait_idle(30)
    courier.stop()
    (row,) = hooks.log()
    assert (row.state.value, row.status) == ("waiting", None)
    assert "private network" in row.detail or "https://" in row.detail
    assert "127" not in row.detail


# What is kept


def test_the_log_is_forgotten_after_thirty_days(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    hooks.add(receiver)
    open_task(works, "k:1")
    hooks.run()
    works.clock.advance(KEPT - HOUR)
    assert flow.prune(works.kit) == 0
    works.clock.advance(2 * HOUR)
    assert flow.prune(works.kit) == 1
    assert hooks.log() == []
    assert works.rows(WebhookAttempt) == []


def test_the_database_holds_no_secret(hooks: Hooks, receiver: StandInReceiver, works: Works) -> None:
    found = hooks.add(receiver)
    (row,) = works.rows(Webhook)
    secret = hooks.secrets(found)[0]
    assert all(secret not in str(value) for value in row)


def hang(receiver: StandInReceiver) -> threading.Event:
    """Let calls of *receiver* wait for their answer until the event is set."""
    held = threading.Event()
    receiver.answer("", Answer(204, taken=True, wait=held))
    return held


def delivered(works: Works) -> None:
    """The provider says that the one message arrived."""
    (attempt,) = works.rows(Attempt, outcome=AttemptOutcome.ACCEPTED)
    receipts.keep(works.kit, works.account_id, attempt.id, Receipt("rec_1", ReceiptStatus.DELIVERED))


def open_task(works: Works, key: str) -> None:
    now = works.clock()
    new = NewTask(key, "call_me", f"Call about {key}.")
    works.database.write(lambda conn: tasks.open_tasks(conn, works.account_id, [new], now))
