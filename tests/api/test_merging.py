"""`POST /v1/shipments/{id}/merge` and `/split`, how either id answers afterwards, and what a shipment is called."""

from __future__ import annotations

import pytest

from service.store import audit
from tests.api.service import Service, problem

NOON = "2026-09-17T10:00:00Z"
WHY = "The carrier's bill is for this order."


@pytest.fixture
def two(service: Service) -> tuple[str, str]:
    """An order and a bill, known apart."""
    return service.shipment(), service.shipment(ref=None, refs={"house_bill": "HBL 7"}, tell=["+447700900124"])


def test_either_id_answers_with_the_one(service: Service, two: tuple[str, str]) -> None:
    older, younger = two
    service.work()
    merged = service.post(f"/v1/shipments/{younger}/merge", {"with": older, "why": WHY})
    assert merged.status_code == 200
    assert (merged.json()["id"], merged.json()["merged"], merged.json()["merged_into"]) == (older, [younger], None)
    for address, into in (
        (younger, older),
        (older, None),
        ("by-ref/house_bill/hbl%207", older),
        ("by-ref/ref/PO%204711", None),
    ):
        found = service.get(f"/v1/shipments/{address}").json()
        assert (found["id"], found["merged_into"]) == (older, into), address
    found = service.get(f"/v1/shipments/{younger}").json()
    assert found["refs"] == {"ref": ["PO 4711"], "house_bill": ["HBL 7"]}
    assert found["followers"] == len(found["followed_by"]) == 2
    assert [one["id"] for one in service.get("/v1/shipments").json()["data"]] == [older]
    for more in ("timeline", "messages", "promises"):
        its = service.get(f"/v1/shipments/{younger}/{more}").json()["data"]
        assert its == service.get(f"/v1/shipments/{older}/{more}").json()["data"] != [], more
    changed = service.send("PATCH", f"/v1/shipments/{younger}", json={"need_by": "2026-10-20"}).json()
    assert (changed["id"], changed["need_by"]) == (older, "2026-10-20")


def test_taken_apart(service: Service, two: tuple[str, str]) -> None:
    older, younger = two
    service.post(f"/v1/shipments/{older}/merge", {"with": younger, "why": WHY})
    apart = service.post(f"/v1/shipments/{younger}/split", {"why": "Another order."}).json()
    assert (apart["id"], apart["refs"], apart["merged_into"]) == (younger, {"house_bill": ["HBL 7"]}, None)
    assert service.get(f"/v1/shipments/{older}").json()["refs"] == {"ref": ["PO 4711"]}
    with service.kit.database.read() as conn:
        trail = audit.list_audit(conn, service.account_id, limit=2)
    assert [(one.action, one.why) for one in trail] == [
        ("shipment.split", "Another order."),
        ("shipment.merge", WHY),
    ]


def test_refusals(service: Service, two: tuple[str, str]) -> None:
    older, younger = two
    merge, split = f"/v1/shipments/{older}/merge", f"/v1/shipments/{younger}/split"
    problem(service.post(merge, {"with": "shp_none", "why": WHY}), 404, "not_found")
    problem(service.post(merge, {"with": older, "why": WHY}), 409, "conflict")
    problem(service.post(merge, {"with": younger, "why": ""}), 422, "invalid")
    problem(service.post("/v1/shipments/shp_none/split", {"why": WHY}), 404, "not_found")
    problem(service.post(split, {"why": WHY}), 409, "conflict")
    problem(service.post(merge, {"with": younger, "why": WHY}, headers=service.key("read")), 403, "scope_missing")
    other = service.key("people", account_id=service.other_account())
    problem(service.post(merge, {"with": younger, "why": WHY}, headers=other), 404, "not_found")


BILL = {"type": "master_bill", "value": "MAEU 1", "why": "Another bill was issued."}


def test_a_stale_name_ends_for_good(service: Service) -> None:
    order = service.shipment(refs={"ref": "PO 4711", "master_bill": "MAEU 1"}, ref=None)
    ended = service.post(f"/v1/shipments/{order}/unname", BILL)
    assert (ended.status_code, ended.json()["refs"]) == (200, {"ref": ["PO 4711"]})
    # An event that names both tells of the order, and does not give the name back.
    assert service.shipment(refs={"ref": "PO 4711", "master_bill": "MAEU 1"}, ref=None, id="both") == order
    assert service.get(f"/v1/shipments/{order}").json()["refs"] == {"ref": ["PO 4711"]}
    problem(service.get("/v1/shipments/by-ref/master_bill/MAEU%201"), 404, "not_found")
    parked = service.post("/v1/events", {"refs": {"master_bill": "MAEU 1"}, "milestone": "loaded", "at": NOON}).json()
    assert [one["outcome"] for one in parked["results"]] == ["parked"]
    again = service.post(f"/v1/shipments/{order}/name", BILL | {"why": "It was the right one."}).json()
    assert again["refs"] == {"ref": ["PO 4711"], "master_bill": ["MAEU 1"]}
    facts = service.get(f"/v1/shipments/{order}/timeline").json()["data"]
    assert "loaded" in [one.get("milestone") for one in facts]
    with service.kit.database.read() as conn:
        trail = audit.list_audit(conn, service.account_id, limit=2)
    assert [(one.action, one.why) for one in trail] == [
        ("shipment.name", "It was the right one."),
        ("shipment.unname", "Another bill was issued."),
    ]


def test_names_that_cannot_end_or_be_given(service: Service, two: tuple[str, str]) -> None:
    older, younger = two
    unname, name = f"/v1/shipments/{older}/unname", f"/v1/shipments/{older}/name"
    problem(service.post(unname, BILL), 409, "conflict")
    problem(service.post(unname, BILL | {"type": "ref", "value": "po 4711"}), 409, "conflict")
    problem(service.post(name, BILL | {"type": "ref", "value": "PO 4711"}), 409, "conflict")
    problem(service.post(name, BILL | {"type": "house_bill", "value": "HBL 7"}), 409, "conflict")
    problem(service.post(name, BILL | {"value": "   "}), 422, "invalid")
    problem(service.post(name, BILL | {"type": "nickname"}), 422, "invalid")
    problem(service.post("/v1/shipments/shp_none/name", BILL), 404, "not_found")
    service.post(name, BILL | {"type": "system_id", "value": "4711-a"})
    problem(service.post(unname, BILL | {"type": "ref", "value": "PO 4711"}), 409, "conflict")
    assert service.post(name, BILL).json()["refs"]["master_bill"] == ["MAEU 1"]
    assert service.get("/v1/shipments/by-ref/master_bill/MAEU%201").json()["id"] == older != younger


def test_an_ended_name_makes_no_one_of_two(service: Service) -> None:
    """The feed of the order goes on to give it the bill that is another order's by now."""
    bill = {"type": "house_bill", "value": "HBL 9", "why": "It is another order's."}
    mine = service.shipment(refs={"ref": "PO 1", "house_bill": "HBL 9"}, ref=None, id="one")
    service.post(f"/v1/shipments/{mine}/unname", bill)
    theirs = service.shipment(refs={"ref": "PO 2", "house_bill": "HBL 9"}, ref=None, id="two")
    event = {"id": "three", "milestone": "loaded", "at": NOON, "refs": {"ref": "PO 1", "house_bill": "HBL 9"}}
    (kept,) = service.post("/v1/events", event).json()["results"]
    assert kept["shipment_ids"] == [mine] != [theirs]
    service.work()
    assert service.get(f"/v1/shipments/{theirs}").json()["refs"] == {"ref": ["PO 2"], "house_bill": ["HBL 9"]}
