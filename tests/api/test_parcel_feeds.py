"""Parcel platforms from the webhook to the shipment: a history that grows, repeats, forks and takes back."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Any

import pytest

from tests.api.service import Service, problem
from tests.formats.parcels import aftership, checkpoint, detail, easypost

STATED = 1789644000
"""Twenty past eleven of 17 September 2026, in UTC."""

SECRET = "sixteen letters or more"


@pytest.fixture
def feed(service: Service) -> Service:
    made = service.post("/v1/sources", {"name": "parcels", "format": "aftership", "secret": SECRET})
    assert made.status_code == 201, made.text
    return service


def post(service: Service, payload: dict[str, Any], status: int = 200) -> dict[str, Any]:
    body = json.dumps(payload).encode()
    digest = b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"Content-Type": "application/json", "aftership-hmac-sha256": digest}
    found = service.client.post("/v1/in/parcels", content=body, headers=headers)
    assert found.status_code == status, found.text
    service.work()
    said: dict[str, Any] = found.json()
    return said


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in answer["results"]]


def shipment(service: Service, ref: str) -> dict[str, Any]:
    (found,) = service.get(f"/v1/shipments?ref={ref}").json()["data"]
    read: dict[str, Any] = service.get(f"/v1/shipments/{found['id']}").json()
    return read


def facts(service: Service, ref: str) -> list[str]:
    timeline = service.get(f"/v1/shipments/{shipment(service, ref)['id']}/timeline").json()["data"]
    return [one["milestone"] for one in timeline if one["kind"] == "fact"]


GOT = checkpoint("InTransit_002", "2026-09-15T08:00:00Z", city="Köln")
OUT = checkpoint("OutForDelivery_001", "2026-09-17T07:00:00Z")
POD = checkpoint("Delivered_001", "2026-09-17T09:00:00Z")


def test_a_history_that_is_sent_again_adds_only_what_is_new(feed: Service) -> None:
    assert outcomes(post(feed, aftership(GOT))) == ["accepted"]
    assert outcomes(post(feed, aftership(GOT, OUT, tag="OutForDelivery"))) == ["duplicate", "accepted"]
    whole = aftership(GOT, OUT, POD, tag="Delivered")
    assert outcomes(post(feed, whole)) == ["duplicate", "duplicate", "accepted"]
    for _ in range(3):
        assert outcomes(post(feed, whole)) == ["duplicate"] * 3
    assert sorted(facts(feed, "AS1")) == ["delivered", "out_for_delivery", "received_origin"]
    assert shipment(feed, "AS1")["status"] == "delivered"


def test_a_recorded_call_that_is_played_again_changes_nothing(feed: Service) -> None:
    early = aftership(GOT, expected_delivery="2026-09-19")
    post(feed, early)
    post(feed, aftership(GOT, OUT, POD, tag="Delivered"))
    before = shipment(feed, "AS1")
    assert set(outcomes(post(feed, early))) == {"duplicate"}
    after = shipment(feed, "AS1")
    assert after == before


def test_two_parcels_of_one_order_stand_side_by_side(feed: Service) -> None:
    first = {"tracking_number": "AS1", "order_number": "SO-1"}
    second = {"tracking_number": "AS2", "order_number": "SO-1"}
    post(feed, aftership(GOT, **first))
    post(feed, aftership(GOT, **second))
    post(feed, aftership(GOT, OUT, POD, tag="Delivered", **first))
    one = shipment(feed, "SO-1")
    assert one["id"] == shipment(feed, "AS1")["id"] == shipment(feed, "AS2")["id"]
    assert one["status"] == "in_transit"
    post(feed, aftership(GOT, OUT, POD, tag="Delivered", **second))
    assert shipment(feed, "SO-1")["status"] == "delivered"


def test_a_delivery_that_was_none_is_taken_back(feed: Service) -> None:
    post(feed, aftership(GOT, POD, tag="Delivered", ts=STATED))
    assert shipment(feed, "AS1")["status"] == "delivered"
    later = checkpoint("OutForDelivery_001", "2026-09-17T11:00:00Z")
    answer = post(feed, aftership(GOT, POD, later, tag="OutForDelivery", ts=STATED + 60))
    assert outcomes(answer) == ["duplicate", "accepted", "accepted"]
    assert shipment(feed, "AS1")["status"] == "out_for_delivery"
    post(feed, aftership(GOT, POD, later, tag="Delivered", ts=STATED + 120))
    assert shipment(feed, "AS1")["status"] == "delivered"


def test_a_step_that_the_platform_reads_otherwise_by_now_is_corrected(feed: Service) -> None:
    post(feed, aftership(GOT, POD, tag="Delivered", ts=STATED))
    waits = POD | {"tag": "AvailableForPickup", "subtag": "AvailableForPickup_001"}
    post(feed, aftership(GOT, waits, tag="AvailableForPickup", ts=STATED + 60))
    assert shipment(feed, "AS1")["status"] == "available"


def test_a_date_that_moves_is_news_once(feed: Service) -> None:
    assert outcomes(post(feed, aftership(GOT, expected_delivery="2026-09-19"))) == ["accepted", "accepted"]
    assert outcomes(post(feed, aftership(GOT, expected_delivery="2026-09-19"))) == ["duplicate", "duplicate"]
    assert outcomes(post(feed, aftership(GOT, expected_delivery="2026-09-21"))) == ["duplicate", "accepted"]
    assert "2026-09-21" in json.dumps(shipment(feed, "AS1"))


def test_what_says_nothing_is_answered_politely(feed: Service) -> None:
    answer = post(feed, {"event": "tracking_pending_time", "msg": {"tracking_number": "AS1"}})
    assert outcomes(answer) == ["ignored"]
    assert feed.get("/v1/shipments?ref=AS1").json()["data"] == []


def test_the_whole_way_of_easypost(service: Service) -> None:
    made = service.post("/v1/sources", {"name": "ep", "format": "easypost"}).json()
    body = json.dumps(easypost(detail("out_for_delivery", "out_for_delivery", "2026-09-17T10:00:00Z"))).encode()
    digest = hmac.new(made["secret"].encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hmac-Signature": f"hmac-sha256-hex={digest}"}
    assert service.client.post("/v1/in/ep", content=body, headers=headers).status_code == 200
    problem(service.client.post("/v1/in/ep", content=body + b" ", headers=headers), 401, "bad_signature")
    service.work()
    assert shipment(service, "EP1")["status"] == "out_for_delivery"
