"""Container platforms through the door: signed in their way, and tied together by ids of their own."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.api.service import Service
from tests.formats.bodies import BODIES

SECRET = "made up by the platform"
T49 = {"name": "t49", "format": "terminal49", "secret": SECRET}


def post(service: Service, source: str, header: str, body: bytes, prefix: str = "") -> Any:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {header: prefix + digest, "Content-Type": "application/vnd.api+json"}
    return service.client.post(f"/v1/in/{source}", content=body, headers=headers)


def put(service: Service, refs: dict[str, list[str]]) -> None:
    found = service.client.put("/v1/shipments/by-ref/ref/J1", json={"refs": refs}, headers=service.headers)
    assert found.status_code < 300, found.text


def milestones(service: Service, ref: str) -> list[str]:
    service.work()
    (shipment,) = service.get(f"/v1/shipments?ref={ref}").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    return sorted(one["milestone"] for one in facts if one["kind"] == "fact")


@pytest.mark.parametrize("order", [("available_alone", "arrived"), ("arrived", "available_alone")])
@pytest.mark.parametrize("first", [True, False])
def test_a_notice_that_names_only_an_id_comes_home(service: Service, order: tuple[str, str], first: bool) -> None:
    assert service.post("/v1/sources", T49).status_code == 201
    known = {"container": ["MSKU1234565"]}
    if first:
        put(service, known)
    for name in order:
        body = BODIES[f"terminal49/{name}.json"][1]
        assert post(service, "t49", "X-T49-Webhook-Signature", body).status_code == 200
    if not first:
        put(service, known)
    assert milestones(service, "J1") == ["arrived_destination", "available_pickup"]
    (shipment,) = service.get("/v1/shipments?ref=J1").json()["data"]
    assert "system_id" not in shipment["refs"], "what systems call it among themselves is shown to nobody"


def test_a_number_of_the_platforms_own_may_be_given_with_the_order(service: Service) -> None:
    made = service.post("/v1/sources", T49 | {"name": "flexport", "format": "flexport"})
    assert made.status_code == 201
    put(service, {"system_id": ["flexport:2983"]})
    body = BODIES["flexport/eta.json"][1]
    assert post(service, "flexport", "X-Hub-Signature-256", body, "sha256=").status_code == 200
    assert milestones(service, "J1") == ["arrived_destination"]


@pytest.mark.parametrize("late", [False, True])
def test_a_retraction_that_names_nothing_but_its_event_takes_it_back(service: Service, late: bool) -> None:
    source = {"name": "beta", "format": "dcsa_tnt_v3beta", "scheme": "hmac_sha256_hex", "secret": SECRET}
    made = service.post("/v1/sources", source | {"options": {"draft": True}})
    assert made.status_code == 201, made.text
    loaded, confirmed, retraction = json.loads(BODIES["dcsa_tnt_v3beta/journey.json"][1])
    if late:
        assert post(service, "beta", "X-Signature", json.dumps([retraction]).encode()).status_code == 204
        (parked,) = service.get("/v1/parked").json()["data"]
        said = (parked["milestone"], parked["classifier"], parked["retracts"])
        assert said == (None, None, loaded["metadata"]["eventID"])
    for events in [[confirmed], [loaded]] if late else [[confirmed, loaded], [retraction]]:
        found = post(service, "beta", "X-Signature", json.dumps(events).encode())
        assert found.status_code == 204, found.text
    service.work()
    (shipment,) = service.get("/v1/shipments?ref=BKG7700900").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    taken_back = [one for one in facts if one["kind"] == "fact" and one["retracts"]]
    assert [one["retracts"] for one in taken_back] == [loaded["metadata"]["eventID"]]
    assert "loaded" not in json.dumps(shipment["status"])


def test_dcsa_3_is_answered_by_feedback(service: Service) -> None:
    source = {"name": "three", "format": "dcsa_tnt_v3", "scheme": "hmac_sha256_hex", "secret": SECRET}
    assert service.post("/v1/sources", source | {"options": {"draft": True}}).status_code == 201
    events = json.loads(BODIES["dcsa_tnt_v3/journey.json"][1])["events"]
    good = post(service, "three", "X-Signature", json.dumps({"events": events[:1]}).encode())
    assert (good.status_code, good.json()) == (200, {"feedbackElements": []})
    mixed = post(service, "three", "X-Signature", json.dumps({"events": [*events, {"eventID": "x"}]}).encode())
    assert [one["propertyPath"] for one in mixed.json()["feedbackElements"]] == [
        "$.events[4].eventClassification.eventTypeCode"
    ]
    for body in (b"{", json.dumps({"events": [{"eventID": "x"}]}).encode()):
        bad = post(service, "three", "X-Signature", body)
        assert (bad.status_code, [one["severity"] for one in bad.json()["feedbackElements"]]) == (422, ["ERROR"])
