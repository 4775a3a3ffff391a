"""Promises and the ledger over the API."""

from __future__ import annotations

import pytest

from service.api import promises
from service.flows import ledger
from tests.api.service import Service, problem


def arrived(service: Service) -> str:
    """A shipment whose date was told and kept."""
    shipment_id = service.shipment()
    service.work()
    service.post(
        "/v1/events",
        {"ref": "PO 4711", "milestone": "arrived_destination", "at": "2026-09-17T11:00Z", "place": "GBFXT"},
    )
    service.work()
    return shipment_id


def test_a_promise_says_what_was_told_and_how_it_ended(service: Service) -> None:
    shipment_id = arrived(service)
    (found,) = service.get("/v1/promises").json()["data"]
    assert found.keys() == promises.PROMISE.keys()
    assert (found["line"], found["date"], found["instant"]) == ("arrival", "2026-10-09", None)
    assert (found["precision"], found["state"], found["origin"]) == ("day", "told", "message")
    assert (found["outcome"], found["shipment_id"]) == ("kept", shipment_id)
    assert found["told_at"] == found["settled_at"] == "2026-09-17T12:00:00.000Z"
    for link in found["links"].values():
        assert service.get(link).status_code == 200


def test_promises_of_a_shipment(service: Service) -> None:
    shipment_id = arrived(service)
    assert service.get(f"/v1/shipments/{shipment_id}/promises").json() == service.get("/v1/promises").json()
    assert service.get(f"/v1/shipments/{shipment_id}/promises?stage=live").json()["data"] == []
    problem(service.get("/v1/shipments/shp_nowhere/promises"), 404, "not_found")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("outcome=kept", 1),
        ("outcome=kept,broken", 1),
        ("outcome=open", 0),
        ("outcome=open,kept", 1),
        ("outcome=broken", 0),
        ("state=told", 1),
        ("state=baseline,never_told", 0),
        ("line=arrival,delivery", 1),
        ("line=delivery", 0),
        ("stage=rehearsal", 1),
        ("told_after=2026-09-17T12:00:00Z", 1),
        ("told_after=2026-09-17T12:00:01Z", 0),
        ("told_before=2026-09-17T12:00:00Z", 0),
        ("told_before=2026-09-17T12:00:01Z", 1),
        ("contact=con_nobody", 0),
        ("shipment=shp_nowhere", 0),
    ],
)
def test_promises_are_filtered(service: Service, query: str, number: int) -> None:
    arrived(service)
    assert len(service.get(f"/v1/promises?{query}").json()["data"]) == number


def test_promises_are_paged_and_tagged(service: Service) -> None:
    events = [service.event(ref=f"PO {i}", tell=[f"+4477009001{i:02}"]) for i in range(5)]
    service.post("/v1/events", events)
    service.work()
    first = service.get("/v1/promises?limit=3&outcome=open")
    assert 'rel="next"' in first.headers["link"]
    rest = service.get(f"/v1/promises?limit=3&outcome=open&cursor={first.json()['page']['next_cursor']}").json()
    ids = [one["id"] for one in first.json()["data"] + rest["data"]]
    assert len(set(ids)) == 5
    assert ids == sorted(ids, reverse=True)
    assert rest["page"] == {"next_cursor": None, "has_more": False}
    tag = first.headers["etag"]
    assert service.get("/v1/promises?limit=3&outcome=open", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "query", ["outcome=lost", "state=x", "line=port", "stage=x", "told_after=now", "limit=0", "cursor=W10"]
)
def test_odd_filters_name_the_fix(quick: Service, query: str) -> None:
    problem(quick.get(f"/v1/promises?{query}"), 422, "invalid")


def test_another_account_sees_nothing(service: Service) -> None:
    shipment_id = arrived(service)
    theirs = service.key("admin", account_id=service.other_account())
    assert service.get("/v1/promises", headers=theirs).json()["data"] == []
    assert service.get("/v1/ledger", headers=theirs).json()["entries"] == 0
    problem(service.get(f"/v1/shipments/{shipment_id}/promises", headers=theirs), 404, "not_found")


def test_reading_needs_the_scope(quick: Service) -> None:
    poster = quick.key("events")
    for path in ("/v1/promises", "/v1/shipments/shp_x/promises", "/v1/ledger"):
        problem(quick.get(path, headers=poster), 403, "scope_missing")


def test_the_ledger_shows_its_latest_seal(service: Service) -> None:
    arrived(service)
    before = service.get("/v1/ledger").json()
    assert (before["entries"], before["unsealed"], before["promises"], before["latest"]) == (2, 2, 1, None)
    ledger.seal_due(service.kit)
    found = service.get("/v1/ledger").json()
    assert found.keys() == promises.LEDGER.keys()
    assert found["latest"].keys() == promises.LEDGER["latest"].keys()
    assert (found["unsealed"], found["latest"]["number"], found["latest"]["entries"]) == (0, 1, 2)
    assert found["latest"]["digest"] == ledger.verify(service.kit, service.account_id).digest
