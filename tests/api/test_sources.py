"""Sources, and what they post: signed over the raw bytes, answered as their senders expect."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.service import Service, problem

EVENT: dict[str, Any] = {
    "eventID": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "eventType": "TRANSPORT",
    "eventCreatedDateTime": "2026-09-17T11:00:00Z",
    "eventClassifierCode": "ACT",
    "eventDateTime": "2026-09-17T10:30:00Z",
    "transportEventTypeCode": "DEPA",
    "documentReferences": [{"documentReferenceType": "BKG", "documentReferenceValue": "ABC123123123"}],
    "transportCall": {
        "transportCallID": "1",
        "modeOfTransport": "VESSEL",
        "UNLocationCode": "CNNGB",
        "vessel": {"vesselIMONumber": "9321483", "vesselName": "King of the Seas"},
    },
}


def carrier(service: Service) -> dict[str, Any]:
    made = service.post("/v1/sources", {"name": "carrier", "format": "dcsa_tnt_v2"})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def signed(secret: str, body: bytes) -> dict[str, str]:
    digest = hmac.new(base64.b64decode(secret), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "Notification-Signature": f"sha256={digest}"}


def test_a_signed_call_is_kept_and_answered_as_its_senders_expect(service: Service) -> None:
    source = carrier(service)
    body = json.dumps([EVENT]).encode()
    for _ in range(3):
        found = service.client.post(f"/v1/in/{source['id']}", content=body, headers=signed(source["secret"], body))
        assert (found.status_code, found.content) == (204, b"")
    service.work()
    (shipment,) = service.get("/v1/shipments?ref=ABC123123123").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    assert [(one["milestone"], one["source"]) for one in facts if one["kind"] == "fact"] == [("departed", "carrier")]
    assert len(service.get(f"/v1/calls?source={source['id']}").json()["data"]) == 3
    assert service.get("/v1/sources/carrier").json()["last_call_at"] is not None


def test_a_name_that_leads_to_another_account_is_told_with_the_address_of_ones_own(service: Service) -> None:
    other = service.key("admin", account_id=service.other_account())
    made = [service.post("/v1/sources", {"name": "tms", "format": "native"}, headers=who) for who in ({}, other)]
    event = {"ref": "PO 4711", "milestone": "departed", "at": "2026-09-17"}
    said = problem(service.post("/v1/in/tms", event, headers=other), 404, "unknown_source")
    address = made[1].json()["links"]["post_to"]
    assert address in said["fix"]
    assert service.post(address, event, headers=other).status_code == 202


def test_a_source_is_called_by_its_name_too(service: Service) -> None:
    source = carrier(service)
    body = json.dumps([EVENT]).encode()
    assert (
        service.client.post("/v1/in/carrier", content=body, headers=signed(source["secret"], body)).status_code == 204
    )


def test_whatever_is_not_signed_is_refused_and_not_kept(service: Service) -> None:
    source = carrier(service)
    body = json.dumps([EVENT]).encode()
    good = signed(source["secret"], body)
    for headers in (
        {"Content-Type": "application/json"},
        good | {"Notification-Signature": "sha256=" + "0" * 64},
        good | {"Notification-Signature": "md5=0"},
        good | {"Notification-Signature": "x" * 5_000},
        signed(source["secret"], body + b" "),
        service.headers,
    ):
        found = service.client.post("/v1/in/carrier", content=body, headers=headers)
        problem(found, 401, "bad_signature")
    assert service.get("/v1/calls").json()["data"] == []


def test_what_is_signed_and_cannot_be_read_is_kept(service: Service) -> None:
    source = carrier(service)
    for body in (b"{", b"[]", b"\xff", b'{"events":[]}', b"[" * 10_000, json.dumps([{"eventType": "X"}]).encode()):
        found = service.client.post("/v1/in/carrier", content=body, headers=signed(source["secret"], body))
        assert found.status_code in {204, 422}, found.text
    assert len(service.get("/v1/calls").json()["data"]) == 6


def test_a_mix_says_what_was_refused(service: Service) -> None:
    source = carrier(service)
    body = json.dumps([EVENT, EVENT | {"eventID": "2", "eventDateTime": "yesterday"}]).encode()
    found = service.client.post("/v1/in/carrier", content=body, headers=signed(source["secret"], body))
    assert found.status_code == 202
    assert [one["outcome"] for one in found.json()["results"]] == ["accepted", "rejected"]


def test_two_secrets_are_good_while_both_ends_change_over(service: Service) -> None:
    first = carrier(service)
    second = service.post(f"/v1/sources/{first['id']}/secret").json()
    third = service.post(f"/v1/sources/{first['id']}/secret", {"secret": base64.b64encode(b"x" * 32).decode()}).json()
    body = json.dumps([EVENT]).encode()
    statuses = [
        service.client.post("/v1/in/carrier", content=body, headers=signed(one["secret"], body)).status_code
        for one in (first, second, third)
    ]
    assert statuses == [401, 204, 204]
    assert service.get("/v1/sources/carrier").json()["secrets"] == 2


def test_a_source_may_send_a_key_instead(service: Service) -> None:
    service.post("/v1/sources", {"name": "tms", "format": "native"})
    body = service.event()
    assert service.client.post("/v1/in/tms", json=body, headers=service.key("events")).status_code == 202
    problem(service.client.post("/v1/in/tms", json=body), 401, "no_key")
    problem(service.client.post("/v1/in/tms", json=body, headers=service.key("read")), 403, "scope_missing")


def test_a_slash_behind_the_name_leads_nowhere_else(service: Service) -> None:
    """A sender of webhooks follows no redirection: it would try again until it gives up."""
    service.post("/v1/sources", {"name": "tms", "format": "native"})
    found = service.client.post(
        "/v1/in/tms/", json=service.event(), headers=service.key("events"), follow_redirects=False
    )
    assert found.status_code == 202


def test_an_unknown_source_is_not_found(quick: Service) -> None:
    for name in ("x", "%F0%9F%98%80", "a" * 3_000, "src_01k5c3v7dge9f0g1h2j3k4m5n6"):
        problem(quick.post(f"/v1/in/{name}", {}), 404, "unknown_source")


def test_a_source_is_changed_and_never_shows_its_secret(service: Service) -> None:
    source = carrier(service)
    url = f"/v1/sources/{source['id']}"
    changed = service.send("PATCH", url, json={"usual_lag_minutes": 360, "options": {"hmac": False}}).json()
    assert (changed["usual_lag_minutes"], changed["options"]) == (360, {"hmac": False})
    assert service.send("PATCH", url, json={"usual_lag_minutes": None}).json()["usual_lag_minutes"] is None
    for shown in (service.get(url), service.get("/v1/sources"), service.send("PATCH", url, json={})):
        assert source["secret"] not in shown.text
    problem(service.post("/v1/sources", {"name": "carrier", "format": "native"}), 409, "conflict")
    problem(service.send("PATCH", "/v1/sources/x", json={}), 404, "not_found")
    problem(service.post("/v1/sources/x/secret"), 404, "not_found")


def test_a_source_has_the_options_of_its_scheme_and_of_its_format(service: Service) -> None:
    options = {"header": "X-Hub-Signature-256", "prefix": "sha256=", "secret_base64": False, "region": "DE"}
    new = {"name": "erp", "format": "native", "scheme": "hmac_sha256_hex", "options": options, "secret": "s" * 20}
    made = service.post("/v1/sources", new)
    assert made.status_code == 201, made.text
    assert made.json()["options"] == options
    body = json.dumps(service.event()).encode()
    digest = hmac.new(b"s" * 20, body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
    assert service.client.post("/v1/in/erp", content=body, headers=headers).status_code == 202


def test_a_source_is_removed_and_what_it_said_stays(service: Service) -> None:
    source = carrier(service)
    body = json.dumps([EVENT]).encode()
    headers = signed(source["secret"], body)
    assert service.client.post("/v1/in/carrier", content=body, headers=headers).status_code == 204
    assert service.send("DELETE", "/v1/sources/carrier").status_code == 204
    for name in ("carrier", source["id"]):
        problem(service.client.post(f"/v1/in/{name}", content=body, headers=headers), 404, "unknown_source")
        problem(service.get(f"/v1/sources/{name}"), 404, "not_found")
        problem(service.send("DELETE", f"/v1/sources/{name}"), 404, "not_found")
    assert service.get("/v1/sources").json()["data"] == []
    (shipment,) = service.get("/v1/shipments?ref=ABC123123123").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    assert [one["source"] for one in facts if one["kind"] == "fact"] == [source["id"]]
    again = carrier(service)
    assert again["id"] != source["id"]
    anew = signed(again["secret"], body)
    assert service.client.post("/v1/in/carrier", content=body, headers=anew).status_code == 204


def test_another_account_s_source_is_not_removed(service: Service) -> None:
    source = carrier(service)
    other = service.key("admin", account_id=service.other_account())
    problem(service.client.delete(f"/v1/sources/{source['id']}", headers=other), 404, "not_found")
    assert service.get("/v1/sources/carrier").status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "a/b", "format": "native"}, "/name"),
        ({"name": "a", "format": "pigeon"}, "/format"),
        ({"name": "a", "format": "native", "scheme": "trust"}, "/scheme"),
        ({"name": "a", "format": "native", "options": {"colour": "red"}}, "/options"),
        ({"name": "a", "format": "native", "secret": "short"}, "/secret"),
        ({"name": "a", "format": "native", "options": {"header": "X-Sig"}}, "/options"),
        ({"name": "a", "format": "native", "options": {"region": "ZZ"}}, "/options/region"),
        ({"name": "a", "format": "dcsa_tnt_v2", "options": {"hmac": "no"}}, "/options/hmac"),
        ({"name": "a", "format": "dcsa_tnt_v2", "options": {"any_event_id": 1}}, "/options/any_event_id"),
        (
            {"name": "a", "format": "native", "scheme": "hmac_sha256_hex", "options": {"header": "X Y"}},
            "/options/header",
        ),
        (
            {"name": "a", "format": "native", "scheme": "hmac_sha256_hex", "options": {"normalise": "NFC"}},
            "/options/normalise",
        ),
        ({"name": "a"}, "/format"),
    ],
)
def test_a_bad_source_names_the_place(quick: Service, body: dict[str, object], pointer: str) -> None:
    assert problem(quick.post("/v1/sources", body), 422, "invalid")["errors"][0]["pointer"] == pointer


STREAM = (Path(__file__).parent.parent / "formats" / "fixtures" / "cargowise" / "stream.xml").read_bytes()


def test_a_format_answers_in_the_words_of_its_senders(service: Service) -> None:
    new = {"name": "cw", "format": "cargowise", "secret": "made-up-secret-0001", "options": {"user": "milepost"}}
    assert service.post("/v1/sources", new).status_code == 201
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": "SendStream"}
    for _ in range(2):
        found = service.client.post("/v1/in/cw", content=STREAM, headers=headers)
        assert (found.status_code, found.headers["content-type"]) == (200, "text/xml; charset=utf-8")
        assert b"<s:Body></s:Body>" in found.content
    broken = STREAM.replace(b"H4sI", b"H4sJ")
    fault = service.client.post("/v1/in/cw", content=broken, headers=headers)
    assert fault.status_code == 500
    assert b"<faultstring>The content of Message is no gzip stream." in fault.content
    wrong = STREAM.replace(b"made-up-secret-0001", b"guessed")
    refused = service.client.post("/v1/in/cw", content=wrong, headers=headers)
    assert (refused.status_code, refused.headers["content-type"]) == (500, "text/xml; charset=utf-8")
    assert b"<faultstring>What the caller sent is not the secret of this source. Compare it" in refused.content
    assert b"guessed" not in refused.content
    plain = service.client.post("/v1/in/cw", content=b"<UniversalEvent/>", headers=headers)
    problem(plain, 401, "bad_signature")
    service.work()
    (shipment,) = service.get("/v1/shipments?ref=S00001234").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    assert sorted(one["milestone"] for one in facts if one["kind"] == "fact") == ["arrived_destination", "departed"]


def test_a_soap_call_refused_by_http_is_a_401_with_a_fault(service: Service) -> None:
    assert service.post("/v1/sources", {"name": "cw", "format": "cargowise", "scheme": "basic"}).status_code == 201
    headers = {"Content-Type": "text/xml", "Authorization": "Basic " + base64.b64encode(b"ann:guessed").decode()}
    refused = service.client.post("/v1/in/cw", content=STREAM, headers=headers)
    assert (refused.status_code, refused.headers["content-type"]) == (401, "text/xml; charset=utf-8")
    assert b"The user name is milepost" in refused.content
    assert b"guessed" not in refused.content


@pytest.mark.parametrize("key", ["", "Bearer mp_live_wrong"])
def test_a_soap_call_without_a_key_is_refused_before_it_is_read(service: Service, key: str) -> None:
    assert service.post("/v1/sources", {"name": "cw", "format": "cargowise", "scheme": "api_key"}).status_code == 201
    headers = {"Content-Type": "text/xml"} | ({"Authorization": key} if key else {})
    refused = service.client.post("/v1/in/cw", content=STREAM, headers=headers)
    problem(refused, 401, "unknown_key" if key else "no_key")


def test_a_source_that_is_called_with_a_key_has_no_secret(service: Service) -> None:
    made = service.post("/v1/sources", {"name": "tms", "format": "native", "scheme": "api_key"})
    assert made.status_code == 201
    assert (made.json()["secret"], made.json()["secrets"]) == (None, 0)
    given = {"name": "erp", "format": "native", "scheme": "api_key", "secret": "made-up-secret-0001"}
    assert problem(service.post("/v1/sources", given), 422, "invalid")["errors"][0]["code"] == "secret_unused"
    rotated = service.post("/v1/sources/tms/secret", {})
    assert problem(rotated, 422, "invalid")["errors"][0]["code"] == "secret_unused"
    changed = service.client.patch("/v1/sources/tms", json={"scheme": "bearer"}, headers=service.headers).json()
    assert (changed["scheme"], changed["secrets"]) == ("bearer", 0)
    assert service.post("/v1/sources/tms/secret", {}).json()["secret"]


def test_a_secret_of_a_scheme_that_was_left_stays_ended(service: Service) -> None:
    made = service.post("/v1/sources", {"name": "tms", "format": "native", "scheme": "basic"}).json()

    def change(scheme: str) -> int:
        return int(service.send("PATCH", "/v1/sources/tms", json={"scheme": scheme}).json()["secrets"])

    def call(secret: str) -> int:
        basic = base64.b64encode(f"milepost:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        return service.client.post("/v1/in/tms", json=service.event(), headers=headers).status_code

    assert call(made["secret"]) == 202
    assert [change(scheme) for scheme in ("bearer", "basic", "api_key", "basic")] == [1, 1, 0, 0]
    assert call(made["secret"]) == 401
    fresh = service.post("/v1/sources/tms/secret", {}).json()
    assert (fresh["secrets"], call(fresh["secret"]), call(made["secret"])) == (1, 202, 401)


def test_an_export_is_posted_as_it_is(service: Service) -> None:
    options = {"columns": "Zeichen=ref", "date_format": "DD.MM.YYYY", "zone": "Europe/Berlin"}
    assert service.post("/v1/sources", {"name": "tms", "format": "csv", "options": options}).status_code == 201
    body = "Zeichen;Status;Datum\r\nA1;Zugestellt;16.09.2026\r\nA2;Übergeben;16.09.2026\r\nA3;abgeholt;\r\n".encode(
        "cp1252"
    )
    headers = {**service.headers, "Content-Type": "text/csv"}
    found = service.client.post("/v1/in/tms", content=body, headers=headers)
    assert found.status_code == 202, found.text
    answered = found.json()
    assert (answered["accepted"], answered["rejected"]) == (1, 1)
    (shipment,) = service.get("/v1/shipments?ref=A1").json()["data"]
    facts = service.get(f"/v1/shipments/{shipment['id']}/timeline").json()["data"]
    assert [one["milestone"] for one in facts if one["kind"] == "fact"] == ["delivered"]
    strange = {"name": "other", "format": "csv", "options": {"columns": "Zeichen=reference"}}
    problem(service.post("/v1/sources", strange), 422, "invalid")
