"""The account, and going live."""

from __future__ import annotations

import pytest

from tests.api.service import Service, problem


def test_the_account_changes_and_keeps_what_is_left_out(service: Service) -> None:
    change = {
        "brand": "Harbour",
        "care_phone": "020 7946 0018",
        "care_email": "care@example.com",
        "zone": "Europe/London",
        "hours": {"0": [["08:00", "18:00"]]},
        "holidays": ["2026-12-25"],
    }
    service.send("PATCH", "/v1/account", json=change)
    found = service.send("PATCH", "/v1/account", json={"care_email": None}).json()
    assert found == service.get("/v1/account").json()
    assert (found["brand"], found["care_phone"], found["care_email"]) == ("Harbour", "+442079460018", None)
    assert (found["hours"], found["holidays"]) == (change["hours"], change["holidays"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"brand": "A brand too long"}, "/brand"),
        ({"brand": "Häfen"}, "/brand"),
        ({"brand": "a\nb"}, "/brand"),
        ({"care_phone": "12"}, "/care_phone"),
        ({"care_phone": " "}, "/care_phone"),
        ({"care_email": "x"}, "/care_email"),
        ({"zone": "Mars"}, "/zone"),
        ({"hours": {"7": []}}, "/hours/7/[key]"),
        ({"hours": {"0": [["18:00", "08:00"]]}}, "/hours"),
        ({"rules": {"n1": 1e400}}, None),
        ({"mode": "live"}, "/mode"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_bad_change_names_the_place(quick: Service, change: dict[str, object], pointer: str | None) -> None:
    if pointer is None:
        content = b'{"rules":{"n1":1e400}}'
        found = quick.send("PATCH", "/v1/account", content=content, headers={"Content-Type": "application/json"})
        problem(found, 422, "unreadable")
        return
    found = quick.send("PATCH", "/v1/account", json=change)
    assert problem(found, 422, "invalid")["errors"][0]["pointer"] == pointer


def test_going_live_is_planned_then_applied_once(live: Service) -> None:
    live.shipment()
    live.work()
    plan = live.post("/v1/golive/plan", {"scope": "all"}).json()
    assert (plan["shipments"], plan["people"], plan["texts_now"]) == (1, 1, 0)
    done = live.post(plan["links"]["apply"])
    assert done.status_code == 200
    assert done.json()["changed_since_plan"] == {}
    assert live.get("/v1/account").json()["mode"] == "live"
    live.work()
    assert [one["stage"] for one in live.get("/v1/messages").json()["data"]] == ["rehearsal"]
    problem(live.post(plan["links"]["apply"], {}), 409, "conflict")


def test_a_plan_needs_something_to_plan(service: Service) -> None:
    for scope in ("customer:NOBODY", "shipment:shp_x", "everything", ":"):
        body = problem(service.post("/v1/golive/plan", {"scope": scope}), 422, "invalid")
        assert body["errors"][0]["pointer"] == "/scope"
    problem(service.post("/v1/golive/pln_x"), 404, "not_found")


def test_numbers_for_a_lane_a_customer_and_a_shipment(service: Service) -> None:
    shipment_id = service.shipment(customer="ACME")
    customer_id = service.get("/v1/customers").json()["data"][0]["id"]
    lanes = [{"from": "CN", "to": "GBFXT", "rules": {"N4.early_hours": 12}}]
    numbers = {"N2.over_2d_hours.air": 3}
    assert service.send("PATCH", "/v1/account", json={"lanes": lanes}).json()["lanes"] == lanes
    assert service.send("PATCH", f"/v1/customers/{customer_id}", json={"rules": numbers}).json()["rules"] == numbers
    assert service.send("PATCH", f"/v1/shipments/{shipment_id}", json={"rules": numbers}).json()["rules"] == numbers
    assert service.send("PATCH", f"/v1/shipments/{shipment_id}", json={"rules": None}).json()["rules"] == {}
    for address, pointer in (("account", "/rules"), (f"customers/{customer_id}", "/rules")):
        body = problem(service.send("PATCH", f"/v1/{address}", json={"rules": {"N99": 1}}), 422, "invalid")
        assert (body["errors"][0]["pointer"], "N4.early_hours" in str(body)) == (pointer, True)
    wrong = [{"from": "china", "rules": {}}]
    problem(service.send("PATCH", "/v1/account", json={"lanes": wrong}), 422, "invalid")
