"""Which events a change is, what a thin one holds, when a call is repeated, and when an endpoint is switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.policy import webhooks
from service.policy.webhooks import changed, ended, message_events, next_try, thin, wanted
from service.records.webhooks import Called, WebhookEvent

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

SHIPMENT: dict[str, Any] = {
    "id": "shp_1",
    "refs": {"po": ["4711"]},
    "status": "in_transit",
    "due": {"date": "2026-10-09"},
    "told": None,
    "customer": {"id": "cus_1", "name": "Jo Beatty"},
    "owner": {"id": "usr_1", "name": "Priya", "phone": "+447700900123"},
    "told_to": [{"contact_id": "con_1"}],
    "updated_at": "2026-09-17T12:00:00Z",
    "links": {"self": "/v1/shipments/shp_1", "track": "https://t.example.com/t/secret"},
}


def message(state: str, handed: datetime | None = None, end: datetime | None = None, kind: str = "notice") -> Any:
    return {"state": state, "handed_at": handed, "ended_at": end, "message_kind": kind}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (message("waiting"), []),
        (message("sending"), []),
        (message("uncertain"), []),
        (message("accepted", NOW), ["message.accepted"]),
        (message("delivered", NOW, LATER), ["message.accepted", "message.delivered"]),
        (message("undelivered", NOW, LATER), ["message.accepted", "message.undelivered"]),
        (message("failed", None, LATER), ["message.failed"]),
        (message("expired", None, LATER), ["message.expired"]),
        (message("cancelled", None, LATER), ["message.cancelled"]),
        (message("unknown", None, LATER), ["message.unknown"]),
        (message("superseded", None, LATER), []),
        (message("delivered", NOW, LATER, "desk"), []),
    ],
)
def test_what_has_happened_to_a_message(shown: Any, expected: list[str]) -> None:
    assert [event for event, _ in message_events(shown)] == expected


def test_a_thin_shipment_holds_no_name_no_phone_and_no_page() -> None:
    found = thin("shipment", SHIPMENT)
    assert found["customer"] == {"id": "cus_1"}
    assert found["owner"] == {"id": "usr_1"}
    assert found["links"] == {"self": "/v1/shipments/shp_1"}
    assert "told_to" not in found


def test_what_differs_is_named() -> None:
    assert changed(SHIPMENT, SHIPMENT) == []
    assert changed(SHIPMENT, SHIPMENT | {"updated_at": "2026-09-18T12:00:00Z"}) == []
    assert changed(thin("shipment", SHIPMENT), SHIPMENT) == [], "a thin event and a full one compare"
    assert changed(SHIPMENT, SHIPMENT | {"due": {"date": "2026-10-13"}, "status": "at_port"}) == ["status", "due"]
    assert "refs" in changed(None, SHIPMENT)


@pytest.mark.parametrize(
    ("events", "customer", "customers", "expected"),
    [
        ((), None, set(), True),
        ((WebhookEvent.REPLY_RECEIVED,), None, set(), True),
        ((WebhookEvent.TASK_OPENED,), None, set(), False),
        ((), "cus_1", {"cus_1"}, True),
        ((), "cus_1", {"cus_1", "cus_2"}, False),
        ((), "cus_1", {"cus_1", ""}, False),
        ((), "cus_1", set(), False),
    ],
)
def test_whom_an_event_is_for(
    events: tuple[WebhookEvent, ...], customer: str | None, customers: set[str], expected: bool
) -> None:
    assert wanted(WebhookEvent.REPLY_RECEIVED, events, customer, customers) is expected


@pytest.mark.parametrize(
    ("tries", "retry_after", "expected"),
    [
        (1, None, timedelta(seconds=5)),
        (2, None, timedelta(minutes=5)),
        (9, None, timedelta(hours=24)),
        (10, None, None),
        (10, 5.0, None),
        (1, 3.0, timedelta(seconds=5)),
        (1, 600.0, timedelta(minutes=10)),
        (1, 1e300, timedelta(hours=24)),
        (1, float("inf"), timedelta(hours=24)),
    ],
)
def test_when_to_call_again(tries: int, retry_after: float | None, expected: timedelta | None) -> None:
    again = next_try(tries, retry_after, NOW)
    assert again == (NOW + expected if expected is not None else None)


def outcome(status: int | None, event: WebhookEvent = WebhookEvent.TASK_OPENED, hours: float = 0) -> Any:
    began = NOW - timedelta(hours=hours)
    return ended(event, status, detail="", said="", ms=1, retry_after=None, tries=1, began_at=began, now=NOW)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_2xx_is_taken(status: int) -> None:
    assert outcome(status).taken


@pytest.mark.parametrize("status", [None, 300, 302, 400, 401, 404, 408, 429, 500, 503])
def test_anything_else_is_tried_again(status: int | None) -> None:
    found = outcome(status)
    assert not found.taken
    assert not found.gone
    assert found.due_at == NOW + timedelta(seconds=5)


def test_410_is_the_end() -> None:
    found = outcome(410)
    assert (found.taken, found.gone, found.due_at) == (False, True, None)


def test_only_an_event_that_was_tried_for_long_can_switch_off() -> None:
    assert outcome(500, hours=11).off_before is None
    assert outcome(500, hours=12).off_before == NOW - timedelta(days=5)


@pytest.mark.parametrize("status", [None, 410, 500])
def test_a_test_is_sent_once_and_counts_for_nothing(status: int | None) -> None:
    found = outcome(status, WebhookEvent.WEBHOOK_TEST)
    assert (found.due_at, found.gone, found.counts) == (None, False, False)


def test_the_word_to_a_person_names_the_command_and_not_the_address() -> None:
    one = Called(
        account_id="acc_1",
        webhook_id="whk_1",
        delivery_id="whd_1",
        attempt_id="wha_1",
        event=WebhookEvent.TASK_OPENED,
        url="https://hooks.example.com/in?token=secret",
        generation=1,
        body="{}",
        number=1,
        tries=1,
        began_at=NOW,
    )
    for found in (outcome(410), outcome(500)):
        task = webhooks.switched_off(one, found, NOW)
        assert "milepost webhooks enable whk_1" in task.text
        assert "hooks.example.com" in task.text
        assert "secret" not in task.text
        assert len(task.text) <= 400
    assert "secret" not in repr(one)
