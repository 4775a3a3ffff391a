"""Endpoints under test: receivers on this machine, what makes their calls, and a hand that does it step by step."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Row

from notifiers.stand_in_receiver import StandInReceiver
from notifiers.webhook import WebhookConfig
from notifiers.webhook_caller import WebhookCaller, derived
from service.api.webhook_shapes import Shown
from service.flows import births
from service.flows.deliveries import Courier
from service.flows.kit import Kit
from service.records.tables import Change, Webhook, WebhookAttempt, WebhookDelivery
from service.records.webhooks import Endpoint, secret_name
from service.store import webhooks
from tests.kits import Works


def local_caller(secret: bytes, *, timeout: float = 1.0, loopback: bool = True) -> WebhookCaller:
    """A caller that may call this machine."""
    config = WebhookConfig(secret=SecretStr(derived(secret)), allow_loopback=loopback, timeout=timeout)
    return WebhookCaller(config)


class Hooks:
    """The webhooks of a service without loops of its own."""

    def __init__(self, works: Works, *, timeout: float = 1.0) -> None:
        works.with_kit(caller=local_caller(works.kit.secret, timeout=timeout))
        self.works = works
        self.courier = Courier(works.kit)

    @property
    def kit(self) -> Kit:
        return self.works.kit

    def add(self, receiver: StandInReceiver, **more: Any) -> Endpoint:
        """An endpoint at *receiver*, which then takes what is signed for it."""
        now, account = self.works.clock(), self.works.account_id
        found = self.works.database.write(
            lambda conn: webhooks.create(conn, account, url=receiver.url, now=now, **more)
        )
        receiver.secret = self.secrets(found)[0]
        return found

    def get(self, found: Endpoint) -> Endpoint:
        with self.works.database.read() as conn:
            row = webhooks.get(conn, found.account_id, found.id)
        assert row is not None
        return row

    def secrets(self, found: Endpoint) -> tuple[str, ...]:
        return self.kit.caller.secrets_for(secret_name(found.account_id, found.id), self.get(found).generation)

    def bear(self) -> int:
        """Write every event that was not written yet; returns how many changes were read.

        On PostgreSQL a change is seen once no older transaction of the server runs, whosever it is: other tests' too.
        """
        read = 0
        for _ in range(1500):
            read += births.bear(self.kit, Shown(self.kit))
            if not self._behind():
                return read
            threading.Event().wait(0.02)
        raise AssertionError("some transaction on this server does not end")

    def _behind(self) -> bool:
        """Whether an endpoint that is on has not seen the last change."""
        changes = [(row.txid, row.n) for row in self.works.rows(Change, account_id=self.works.account_id)]
        on = [row for row in self.works.rows(Webhook) if row.disabled_at is None]
        return any((row.seen_txid, row.seen_n) < max(changes, default=(-1, 0)) for row in on)

    def send(self) -> int:
        """Make every call that is due now; returns how many."""
        sent = 0
        for _ in range(500):
            more = self.courier.run_due()
            assert self.courier.wait_idle(20)
            if not more:
                return sent
            sent += more
        raise AssertionError("there is no end to it")

    def run(self) -> int:
        """Write and send; returns how many calls were made."""
        self.bear()
        return self.send()

    def forward(self, step: timedelta) -> int:
        """Let *step* pass, making each call when it is due."""
        end, sent = self.works.clock() + step, self.run()
        while (due := self.next_due()) is not None and due <= end:
            self.works.clock.set(max(due, self.works.clock()))
            sent += self.run()
        self.works.clock.set(end)
        return sent + self.run()

    def arrived(self, receiver: StandInReceiver, calls: int) -> bool:
        """Claim and wait until *receiver* has got so many calls, those that it holds too; False if they never come."""
        for _ in range(400):
            if len(receiver.calls) >= calls:
                return True
            self.courier.run_due()
            self.courier.wait_idle(0.05)
        return False

    def next_due(self) -> Any:
        on = {row.id: row.held_until for row in self.works.rows(Webhook) if row.disabled_at is None}
        waiting = [row for row in self.log(state="waiting") if row.webhook_id in on]
        return min((max(row.due_at, on[row.webhook_id] or row.due_at) for row in waiting), default=None)

    def log(self, **which: Any) -> list[Row[Any]]:
        """Deliveries in the order in which they were born."""
        return sorted(self.works.rows(WebhookDelivery, **which), key=lambda row: row.number)

    def attempts(self, delivery_id: str) -> list[Row[Any]]:
        return sorted(self.works.rows(WebhookAttempt, delivery_id=delivery_id), key=lambda row: row.number)


def told(receiver: StandInReceiver) -> list[tuple[str, dict[str, Any]]]:
    """(type, data) of every event that a receiver took, each call counted."""
    bodies = [json.loads(call.body) for call in receiver.calls]
    return [(body["type"], body["data"]) for body in bodies]


def kinds(receiver: StandInReceiver) -> list[str]:
    return [kind for kind, _ in told(receiver)]


def ids(receiver: StandInReceiver) -> list[str]:
    """The `webhook-id` of every call."""
    return [call.headers["webhook-id"] for call in receiver.calls]
