"""What the examples show is what the service answers: the same members, in every shape."""

from __future__ import annotations

from typing import Any

from service.api import examples, examples_texts
from service.api.examples_events import ACCEPTED, WOULD
from tests.api.service import Service


def members(value: Any, path: str = "") -> set[str]:
    """The members of a JSON value, as dotted paths; of a list those of its first entry."""
    if isinstance(value, dict):
        return {f"{path}.{key}" for key in value} | {
            m for key, one in value.items() for m in members(one, f"{path}.{key}")
        }
    if isinstance(value, list) and value:
        return members(value[0], f"{path}[]")
    return set()


def top(value: dict[str, Any]) -> set[str]:
    return set(value)


def test_the_examples_are_true(service: Service) -> None:
    posted = service.post("/v1/events", service.event(customer="HARBOUR")).json()
    assert members(posted) == members(ACCEPTED)
    (would,) = service.post("/v1/events?preview=true", service.event(ref="PO 2")).json()["messages"]
    assert members(would) == members(WOULD)
    service.work()
    shipment_id = posted["results"][0]["shipment_ids"][0]
    shipment = service.get(f"/v1/shipments/{shipment_id}").json()
    assert top(shipment) == top(examples.SHIPMENT)
    assert top(shipment["due"]) == top(examples.SHIPMENT["due"])
    assert top(shipment["told_to"][0]) == top(examples.SHIPMENT["told_to"][0])
    assert top(shipment["path"][0]) == top(examples.SHIPMENT["path"][0])
    assert top(shipment["links"]) == top(examples.SHIPMENT["links"])
    assert top(service.get("/v1/shipments").json()["data"][0]) == top(examples.LISTED_SHIPMENT)
    (message,) = service.get("/v1/messages").json()["data"]
    assert top(message) == top(examples.LISTED_MESSAGE)
    whole = service.get(message["links"]["self"]).json()
    assert top(whole) >= top(examples.MESSAGE)
    assert top(whole["attempts"][0]) == top(examples.MESSAGE["attempts"][0])
    notice = service.get(whole["notices"][0]["links"]["self"]).json()
    assert top(notice) >= top(examples.NOTICE)
    assert members(service.get("/v1/contacts").json()["data"][0]) == members(examples.CONTACT)
    assert members(service.get("/v1/customers").json()["data"][0]) == members(examples.CUSTOMER)
    assert top(service.get("/v1/calls").json()["data"][0]) == top(examples.CALLS["data"][0])
    assert members(service.get("/v1/keys").json()["data"][0]) == members(examples.KEY)
    assert top(service.get("/v1/account").json()) == top(examples.ACCOUNT)
    assert top(service.post("/v1/golive/plan", {}).json()) == top(examples.PLAN)
    assert top(service.post("/v1/sources", examples.NEW_SOURCE).json()) == top(examples.NEW_SOURCE_MADE)
    assert top(service.post("/v1/keys", examples.NEW_KEY).json()) == top(examples.NEW_KEY_MADE)
    for body, path in (
        (examples.NEW_CUSTOMER, "/v1/customers"),
        (examples.NEW_CONTACT | {"follow": [shipment_id]}, "/v1/contacts"),
    ):
        assert service.post(path, body).status_code == 201
    assert service.send("PATCH", "/v1/account", json=examples.ACCOUNT_CHANGE).status_code == 200
    assert service.send("PUT", "/v1/texts/D01", json=examples_texts.NEW_TEXT).status_code == 200
    assert members(service.get("/v1/texts/D01").json()) == members(examples_texts.TEXT)
    listed = service.get("/v1/texts").json()
    assert {top(one) == top(examples_texts.TEXTS["data"][0]) for one in listed["data"]} == {True}
    assert top(listed["languages"][0]) == top(examples_texts.TEXTS["languages"][0])
    shown = service.post("/v1/texts/D01/preview", examples_texts.TRIAL).json()
    assert members(shown) == members(examples_texts.PREVIEW)
    put = service.send("PUT", "/v1/shipments/by-ref/ref/PO%209", json=examples.PUT_SHIPMENT)
    assert put.status_code == 201
    assert top(put.json()) >= top(examples.NEW_SHIPMENT)
