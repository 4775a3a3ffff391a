"""`GET /v1/shadow`."""

from __future__ import annotations

import pytest

from service.api.shadow import SHADOW
from tests.api.service import Service, problem
from tests.api.test_shapes import members


def test_what_would_have_been_said(service: Service) -> None:
    service.shipment(tell=[{"phone": "+447700900123", "name": "Jo"}])
    service.work()
    service.post("/v1/events", {"ref": "PO 4711", "milestone": "eta_changed", "eta": "2026-10-13"})
    service.work()
    found = service.get("/v1/shadow").json()
    assert found["page"]["summary"]["total"] == {"texts": 1, "emails": 0, "segments": 1, "held": 0, "waiting": 0}
    (entry,) = found["data"]
    assert (entry["code"], entry["name"], entry["stage"]) == ("M07", "Jo", "rehearsal")
    assert entry["messages"][0]["text"].startswith("Milepost: PO 4711 left Ningbo.")
    assert entry["messages"][0]["to"] == "…0123", "an address is not repeated"
    (held,) = found["page"]["summary"]["held_now"]
    assert (held["name"], held["code"]) == ("Jo", "D01")
    assert held["why"].startswith("Held back because ")
    shown = members(SHADOW) - {one for one in members(SHADOW) if ".reasons[]" in one}
    assert members(found) >= {one for one in shown if ".rules[]" not in one}


def test_pages_follow_one_another(service: Service) -> None:
    for number in range(3):
        service.shipment(ref=f"PO {number}", tell=[f"+44770090010{number}"])
    service.work()
    first = service.get("/v1/shadow?limit=2")
    rest = service.get(f"/v1/shadow?limit=2&cursor={first.json()['page']['next_cursor']}").json()
    assert (len(first.json()["data"]), len(rest["data"]), rest["page"]["has_more"]) == (2, 1, False)
    assert 'rel="next"' in first.headers["link"]
    assert rest["page"]["summary"]["total"]["texts"] == 3


def test_another_account_sees_nothing(service: Service) -> None:
    service.shipment()
    service.work()
    other = service.key("read", account_id=service.other_account())
    assert service.get("/v1/shadow", headers=other).json()["data"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("days=0", "invalid"),
        ("days=91", "invalid"),
        ("days=x", "invalid"),
        ("limit=0", "invalid"),
        ("cursor=x", "invalid"),
        ("day=1", "unknown_parameter"),
    ],
)
def test_what_cannot_be_asked(quick: Service, query: str, code: str) -> None:
    problem(quick.get(f"/v1/shadow?{query}"), 422, code)
