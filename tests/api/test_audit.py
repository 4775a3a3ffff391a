"""Whose audit it is: a key asks for its own account, on a service that several accounts share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from notifiers.base import Channel, ReceiptStatus, Seen
from service.clock import ManualClock
from service.clockwork import audit
from service.flows import recovery
from service.records.tables import Reply, Task
from service.settings import Settings
from service.store import accounts, keys, senders
from service.store.tables import table
from tests.api.conftest import started
from tests.api.service import PHONE, Service
from tests.flows.test_auditing import HARBOUR, Provider
from tests.kits import MINUTE


class Counted(Provider):
    """A provider that knows how often its list was read."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.reads = 0

    def since(self, instant: Any, to: str | None = None) -> Sequence[Seen]:
        self.reads += 1
        return super().since(instant, to)


@pytest.fixture
def texts(clock: ManualClock) -> Counted:
    return Counted(clock)


def go_live(service: Service) -> None:
    now, account_id = service.clock(), service.account_id
    values = {"mode": "live", "brand": "Harbour", "care_phone": "+441632960000"}
    service.kit.database.write(lambda conn: accounts.update_account(conn, account_id, now, **values))


@pytest.fixture
def shared(migrated_url: str, clock: ManualClock, noon: object, texts: Counted) -> Iterator[Service]:
    """A live account whose text the provider has lost, and a stranger's text and a person's answer in the list."""
    settings = Settings(database_url=migrated_url, public_url="https://t.example.com")
    for service in started(settings, clock, {Channel.SMS: texts}):
        go_live(service)
        recovery.beat(service.kit)
        audit(service.kit)
        texts.reads = 0
        service.shipment()
        service.work()
        assert len(texts.listed) == 1
        for _ in range(4):
            clock.advance(5 * MINUTE)
            recovery.beat(service.kit)
        yield service


def rows(service: Service, of: type[Any]) -> list[Any]:
    with service.kit.database.read() as conn:
        return list(conn.execute(table(of).select()).all())


def test_a_test_key_asks_no_provider_and_touches_nothing_live(shared: Service, texts: Counted) -> None:
    texts.add("SM_ORPHAN", text="of another system")
    texts.add("IN1", outbound=False, sender=PHONE, to=HARBOUR, text="Where is it?")
    now = shared.clock()
    presented, _ = shared.kit.database.write(
        lambda conn: keys.create(conn, shared.account_id, name="try", scopes=["admin"], now=now, test=True)
    )
    found = shared.post("/v1/audit", {}, headers={"Authorization": f"Bearer {presented}"}).json()
    assert (found["balanced"], found["lists"], texts.reads) == (True, [], 0)
    assert (rows(shared, Task), rows(shared, Reply)) == ([], [])


def test_an_account_that_does_not_write_from_a_sender_does_not_read_its_list(shared: Service, texts: Counted) -> None:
    texts.add("SM_ORPHAN", text="of another system")
    other = shared.key("admin", account_id=shared.other_account())
    found = shared.post("/v1/audit", {}, headers=other).json()
    assert (found["lists"], texts.reads, rows(shared, Task)) == ([], 0, [])


def test_who_shares_a_sender_is_answered_what_is_its_own(shared: Service, texts: Counted) -> None:
    """What the list says is believed for all of them: a receipt, an answer, and a task for each."""
    other, now = shared.other_account(), shared.clock()
    shared.kit.database.write(lambda conn: senders.ensure(conn, other, Channel.SMS, HARBOUR, "recorder", True, now))
    (sent,) = texts.listed
    texts.listed = [Seen(sent.provider_id, True, sent.sender, sent.to, sent.text, sent.at, ReceiptStatus.DELIVERED)]
    texts.add("IN1", outbound=False, sender=PHONE, to=HARBOUR, text="Where is it?")
    (listed,) = shared.post("/v1/audit", {}, headers=shared.key("admin", account_id=other)).json()["lists"]
    assert (listed["read"], listed["receipts"], listed["replies"]) == (True, 0, 0)
    assert [row.account_id for row in rows(shared, Reply)] == [shared.account_id]
    assert "delivered" in [one["state"] for one in shared.get("/v1/messages").json()["data"]]


def test_what_is_missing_is_named_to_who_sent_it(shared: Service, texts: Counted) -> None:
    other, now = shared.other_account(), shared.clock()
    shared.kit.database.write(lambda conn: senders.ensure(conn, other, Channel.SMS, HARBOUR, "recorder", True, now))
    texts.listed.clear()
    headers = shared.key("admin", account_id=other)
    (listed,) = shared.post("/v1/audit", {}, headers=headers).json()["lists"]
    assert listed["missing"] == []
    assert [row.account_id for row in rows(shared, Task)] == [shared.account_id]
    (listed,) = shared.post("/v1/audit", {}).json()["lists"]
    assert len(listed["missing"]) == 1
