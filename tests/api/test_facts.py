"""A fact taken back by hand."""

from __future__ import annotations

from tests.api.service import Service, problem

WHY = {"why": "The wrong order was signed for."}


def told(service: Service) -> tuple[str, str]:
    """The shipment and the fact of a departure that somebody was told of."""
    shipment_id = service.shipment()
    service.work()
    (fact,) = [
        one
        for one in service.get(f"/v1/shipments/{shipment_id}/timeline").json()["data"]
        if one["kind"] == "fact" and one["milestone"] == "departed"
    ]
    return shipment_id, fact["id"]


def texts(service: Service) -> list[str]:
    """The codes of the texts that were handed over."""
    return sorted(one["code"] for one in service.get("/v1/messages?channel=sms").json()["data"])


def test_who_was_told_is_corrected_once(service: Service) -> None:
    shipment_id, fact_id = told(service)
    address = f"/v1/facts/{fact_id}/retract"
    would, *more = service.post(f"{address}?preview=true", WHY).json()["messages"]
    assert {one["code"] for one in (would, *more)} == {"D16"}
    assert texts(service) == ["M07"]
    first = service.post(address, WHY)
    assert (first.status_code, first.json()["shipment_ids"], first.json()["repeated"]) == (200, [shipment_id], False)
    again = service.post(address, WHY).json()
    assert (again["retraction_id"], again["repeated"]) == (first.json()["retraction_id"], True)
    service.work()
    service.work()
    assert texts(service) == ["D16", "M07"]
    assert would["text"] in [one["text"] for one in service.get("/v1/messages?channel=sms").json()["data"]]


def test_what_cannot_be_taken_back(service: Service) -> None:
    _, fact_id = told(service)
    problem(service.post("/v1/facts/fct_none/retract", WHY), 404, "not_found")
    problem(service.post("/v1/facts/fct_none/retract?preview=true", WHY), 404, "not_found")
    problem(service.post(f"/v1/facts/{fact_id}/retract", {"why": ""}), 422, "invalid")
    back = service.post(f"/v1/facts/{fact_id}/retract", WHY).json()["retraction_id"]
    problem(service.post(f"/v1/facts/{back}/retract", WHY), 409, "conflict")


def test_the_timeline_says_what_was_taken_back_and_by_what(service: Service) -> None:
    left = {"id": "e1", "ref": "PO 1", "milestone": "departed", "at": "2026-09-17T11:00Z", "place": "CNNGB"}
    service.post("/v1/events", [left, left | {"id": "e2", "milestone": "loaded"}])
    service.post("/v1/events", {"id": "e3", "ref": "PO 1", "retracts": "e1"})
    service.work()
    (shipment,) = service.get("/v1/shipments?ref=PO 1").json()["data"]
    entries = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    facts = {one["event_id"]: one for one in entries if one["kind"] == "fact"}
    names = ("milestone", "classifier", "part", "retracts", "retracted")
    assert {key: tuple(one[name] for name in names) for key, one in facts.items()} == {
        "e1": ("departed", "actual", None, None, True),
        "e2": ("loaded", "actual", None, None, False),
        "e3": (None, None, "retraction", "e1", False),
    }
    assert facts["e3"]["occurred"] is None
    assert facts["e1"]["occurred"]["instant"] == "2026-09-17T11:00:00.000Z"
