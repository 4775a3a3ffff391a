"""Customers, contacts and follows."""

from __future__ import annotations

import pytest

from tests.api.service import PHONE, Service, problem

DANA = {
    "phone": "07700 900123",
    "email": "Dana@Example.com",
    "name": "Dana",
    "consent": {"basis": "contract of carriage", "how": "terms of 2026"},
    "level": "action",
    "zone": "Europe/Berlin",
}


def test_a_customer_is_made_renamed_and_read(service: Service) -> None:
    made = service.post("/v1/customers", {"code": "harbour", "name": "Harbour", "codes": ["0471"]})
    assert made.status_code == 201
    again = service.post("/v1/customers", {"code": "HARBOUR", "name": "Harbour Imports"})
    assert again.json()["id"] == made.json()["id"]
    found = service.get(made.headers["location"]).json()
    assert (found["name"], found["codes"], found["mode"]) == ("Harbour Imports", ["0471", "HARBOUR"], None)
    assert [one["id"] for one in service.get("/v1/customers").json()["data"]] == [found["id"]]


def test_a_code_names_one_customer(service: Service) -> None:
    service.post("/v1/customers", {"code": "A"})
    other = service.post("/v1/customers", {"code": "B"}).json()
    problem(service.send("PATCH", f"/v1/customers/{other['id']}", json={"add_codes": ["a"]}), 409, "conflict")
    problem(service.post("/v1/customers", {"code": "C", "codes": ["A"]}), 409, "conflict")
    assert len(service.get("/v1/customers").json()["data"]) == 2


def test_a_customer_is_switched_but_not_live(service: Service) -> None:
    url = service.post("/v1/customers", {"code": "A"}).headers["location"]
    assert service.send("PATCH", url, json={"mode": "off", "name": "A Ltd"}).json()["mode"] == "off"
    assert service.send("PATCH", url, json={"name": "B Ltd"}).json()["mode"] == "off"
    assert service.send("PATCH", url, json={"mode": None}).json()["mode"] is None
    problem(service.send("PATCH", url, json={"mode": "live"}), 422, "invalid")
    problem(service.send("PATCH", "/v1/customers/cus_x", json={"name": "x"}), 404, "not_found")


def test_customers_are_paged(service: Service) -> None:
    for code in "ABCDE":
        service.post("/v1/customers", {"code": code})
    first = service.get("/v1/customers?limit=3").json()
    rest = service.get(f"/v1/customers?limit=3&cursor={first['page']['next_cursor']}").json()
    assert [one["codes"][0] for one in first["data"] + rest["data"]] == ["A", "B", "C", "D", "E"]


def test_a_contact_is_made_once(service: Service) -> None:
    made = service.post("/v1/contacts", DANA)
    assert made.status_code == 201
    found = service.get(made.headers["location"]).json()
    assert [(one["channel"], one["value"]) for one in found["addresses"]] == [
        ("sms", PHONE),
        ("email", "dana@example.com"),
    ]
    assert (found["level"], found["zone"], found["consent"]["basis"]) == (
        "action",
        "Europe/Berlin",
        "contract of carriage",
    )
    assert service.post("/v1/contacts", DANA).json()["id"] == found["id"]
    assert len(service.get("/v1/contacts").json()["data"]) == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phone": "12", "email": None}, "/phone"),
        ({"email": "nobody"}, "/email"),
        ({"phone": None, "email": None}, ""),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"zone": "../../etc/passwd"}, "/zone"),
        ({"level": "loud"}, "/level"),
        ({"quiet_from": "25:00"}, "/quiet_from"),
        ({"language": "English"}, "/language"),
        ({"consent": {}}, "/consent/basis"),
        ({"name": "x" * 200}, "/name"),
        ({"nickname": "D"}, "/nickname"),
    ],
)
def test_a_bad_contact_names_the_place_and_never_the_value(
    quick: Service, change: dict[str, object], pointer: str
) -> None:
    found = quick.post("/v1/contacts", DANA | change)
    body = problem(found, 422, "invalid")
    assert body["errors"][0]["pointer"] == pointer
    assert "07700" not in found.text
    assert "Mars" not in found.text


def test_a_landline_is_taken_and_said(service: Service) -> None:
    found = service.post("/v1/contacts", {"phone": "020 7946 0018"})
    assert found.status_code == 201
    (warning,) = found.json()["warnings"]
    assert warning["pointer"] == "/phone"
    assert "landline" in warning["message"]
    assert "warnings" not in service.post("/v1/contacts", DANA).json()


def test_a_contact_changes(service: Service) -> None:
    url = service.post("/v1/contacts", DANA).headers["location"]
    change = {"level": "info", "quiet_from": "20:00", "language": "de", "consent": {"basis": "asked"}, "why": "phoned"}
    found = service.send("PATCH", url, json=change).json()
    assert (found["level"], found["quiet_from"], found["language"]) == ("info", "20:00", "de")
    assert found["consent"]["basis"] == "asked"
    assert found["name"] == "Dana"
    problem(service.send("PATCH", "/v1/contacts/con_x", json={"level": "info"}), 404, "not_found")


def test_an_address_is_suppressed_and_lifted_with_a_reason(service: Service) -> None:
    contact = service.post("/v1/contacts", DANA).json()
    url = f"/v1/contacts/{contact['id']}/addresses"
    stopped = service.post(f"{url}/email/suppress", {"why": "asked on the phone"}).json()["addresses"]
    assert [(one["channel"], one["suppressed"]) for one in stopped] == [("sms", False), ("email", True)]
    assert stopped[1]["suppressed_why"] == "asked on the phone"
    lifted = service.post(f"{url}/email/lift", {"why": "asked again"}).json()["addresses"]
    assert not any(one["suppressed"] for one in lifted)
    problem(service.post(f"{url}/fax/suppress", {"why": "x"}), 422, "invalid")
    problem(service.post("/v1/contacts/con_x/addresses/sms/suppress", {"why": "x"}), 404, "not_found")


def test_following_a_customer_brings_its_shipments(service: Service) -> None:
    customer = service.post("/v1/customers", {"code": "HARBOUR"}).json()["id"]
    contact = service.post("/v1/contacts", DANA | {"level": "info"}).json()["id"]
    follow = {"contact_id": contact, "subject_id": customer, "role": "buyer"}
    first = service.send("PUT", "/v1/follows", json=follow)
    assert first.status_code == 200
    assert service.send("PUT", "/v1/follows", json=follow).json() == first.json()
    shipment = service.shipment(tell=None, customer="HARBOUR")
    service.work()
    found = service.get(f"/v1/shipments/{shipment}").json()
    assert found["followed_by"] == [{"contact_id": contact, "role": "buyer", "through": customer}]
    assert len(service.get(f"/v1/messages?contact={contact}").json()["data"]) >= 1
    assert service.get(f"/v1/follows?subject={customer}").json()["data"] == [first.json()]
    assert service.get(f"/v1/follows?contact={contact}").json()["data"] == [first.json()]
    assert service.send("DELETE", f"/v1/follows/{customer}/{contact}").status_code == 204
    problem(service.send("DELETE", f"/v1/follows/{customer}/{contact}"), 404, "not_found")
    assert service.get(f"/v1/shipments/{shipment}").json()["followed_by"] == []


def test_a_follow_needs_both_ends(service: Service) -> None:
    contact = service.post("/v1/contacts", DANA).json()["id"]
    for follow in (
        {"contact_id": contact, "subject_id": "cus_x"},
        {"contact_id": contact, "subject_id": "shp_x"},
        {"contact_id": "con_x", "subject_id": "cus_x"},
    ):
        problem(service.send("PUT", "/v1/follows", json=follow), 404, "not_found")
    problem(service.get("/v1/follows"), 422, "invalid")
    problem(service.get("/v1/follows?subject=a&contact=b"), 422, "invalid")
    problem(service.post("/v1/contacts", DANA | {"phone": "+447700900125", "follow": ["shp_x"]}), 404, "not_found")
