"""CloudEvents are taken wherever events are, and a sender's question whether it may post is answered."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest

from tests.api.service import Service, problem

DATA = {"ref": "PO 4711", "milestone": "departed", "at": "2026-09-16T18:00+08:00"}
EVENT: dict[str, Any] = {"specversion": "1.0", "type": "x", "source": "/tms", "id": "A1", "data": DATA}
STRUCTURED = "application/cloudevents+json"


@pytest.fixture
def tms(service: Service) -> Service:
    made = service.post("/v1/sources", {"name": "tms", "format": "native", "scheme": "api_key"})
    assert made.status_code == 201, made.text
    return service


def sent(service: Service, path: str, body: object, content_type: str, **headers: str) -> dict[str, Any]:
    known = (
        service.key("events") | {"Content-Type": content_type} | {k.replace("_", "-"): v for k, v in headers.items()}
    )
    found = service.client.post(path, content=json.dumps(body).encode(), headers=known)
    assert found.status_code == 202, found.text
    answered: dict[str, Any] = found.json()
    return answered


@pytest.mark.parametrize("path", ["/v1/events", "/v1/in/tms"])
def test_the_same_event_in_every_mode_is_one(tms: Service, path: str) -> None:
    first = sent(tms, path, EVENT, STRUCTURED)
    assert (first["accepted"], first["results"][0]["event_id"]) == (1, "ce:/tms#A1")
    assert sent(tms, path, [EVENT], "application/cloudevents-batch+json")["duplicate"] == 1
    attributes = {"ce_specversion": "1.0", "ce_type": "x", "ce_source": "/tms", "ce_id": "A1"}
    assert sent(tms, path, DATA, "application/json", **attributes)["duplicate"] == 1
    assert sent(tms, path, DATA, "application/json", **attributes | {"ce_id": "A2"})["accepted"] == 1


def test_an_id_with_another_content_is_a_conflict(tms: Service) -> None:
    sent(tms, "/v1/in/tms", EVENT, STRUCTURED)
    headers = tms.key("events") | {"Content-Type": STRUCTURED}
    other = json.dumps(EVENT | {"data": DATA | {"milestone": "loaded"}}).encode()
    problem(tms.client.post("/v1/in/tms", content=other, headers=headers), 409, "conflict")


def test_a_binary_event_is_replayed_under_its_name(tms: Service) -> None:
    attributes = {"ce_specversion": "1.0", "ce_type": "x", "ce_source": "/tms", "ce_id": "A1"}
    call = sent(tms, "/v1/in/tms", DATA, "application/json", **attributes)["call_id"]
    again = tms.post(f"/v1/calls/{call}/replay")
    assert again.status_code == 200, again.text
    assert [one["outcome"] for one in again.json()["results"]] == ["duplicate"]


@pytest.mark.parametrize("name", ["A" * 500, "%C3%A9" * 100 + "1"])
def test_a_long_name_is_replayed_as_it_came(tms: Service, name: str) -> None:
    attributes = {"ce_specversion": "1.0", "ce_type": "x", "ce_source": "/tms", "ce_id": name}
    first = sent(tms, "/v1/in/tms", DATA, "application/json", **attributes)
    other = sent(tms, "/v1/in/tms", DATA, "application/json", **attributes | {"ce_id": name + "2"})
    assert (first["accepted"], other["accepted"]) == (1, 1)
    again = tms.post(f"/v1/calls/{first['call_id']}/replay").json()
    assert [one["outcome"] for one in again["results"]] == ["duplicate"]
    assert again["results"][0]["event_id"] == first["results"][0]["event_id"]


def test_a_batch_with_two_contents_under_one_name_is_half_refused(tms: Service) -> None:
    other = EVENT | {"data": DATA | {"milestone": "loaded"}}
    found = sent(tms, "/v1/in/tms", [EVENT, other, EVENT], "application/cloudevents-batch+json")
    assert [one["outcome"] for one in found["results"]] == ["accepted", "rejected", "ignored"]
    assert found["results"][1]["problem"]["code"] == "conflict"


SECRET = "a secret of a source, 32 letters"
INVENTED = {"ce-specversion": "1.0", "ce-type": "x", "ce-source": "/else", "ce-id": "invented"}


def signatures_of(scheme: str, body: bytes) -> dict[str, str]:
    if scheme == "bearer":
        return {"Authorization": f"Bearer {SECRET}"}
    return {"X-Signature": hmac.new(SECRET.encode(), body, "sha256").hexdigest()}


@pytest.mark.parametrize(("scheme", "outcomes"), [("hmac_sha256_hex", "duplicate"), ("bearer", "accepted")])
def test_headers_around_a_signed_body_make_it_no_new_event(service: Service, scheme: str, outcomes: str) -> None:
    new = {"name": "signed", "format": "native", "scheme": scheme, "secret": SECRET}
    assert service.post("/v1/sources", new).status_code == 201
    body = json.dumps(DATA).encode()
    headers = signatures_of(scheme, body) | {"Content-Type": "application/json"}
    first = service.client.post("/v1/in/signed", content=body, headers=headers).json()
    assert first["accepted"] == 1
    found = service.client.post("/v1/in/signed", content=body, headers=headers | INVENTED).json()
    assert [one["outcome"] for one in found["results"]] == [outcomes]
    replayed = service.post(f"/v1/calls/{found['call_id']}/replay").json()
    assert [one["outcome"] for one in replayed["results"]] == ["duplicate"]
    assert replayed["results"][0]["event_id"] == found["results"][0]["event_id"]


def test_a_sender_asks_before_it_posts(tms: Service) -> None:
    asked = {"WebHook-Request-Origin": "eventemitter.example.com"}
    found = tms.client.options("/v1/in/tms", headers=asked)
    assert found.status_code == 200
    assert found.headers["WebHook-Allowed-Origin"] == "eventemitter.example.com"
    most = int(found.headers["WebHook-Allowed-Rate"])
    assert most > 1
    assert "POST" in found.headers["Allow"]
    assert tms.client.options("/v1/in/tms/secret", headers=asked).headers["WebHook-Allowed-Rate"] == str(most)
    for rate, allowed in (("1", "1"), ("999999999", str(most)), ("0", str(most)), ("soon", str(most))):
        found = tms.client.options("/v1/in/tms", headers=asked | {"WebHook-Request-Rate": rate})
        assert found.headers["WebHook-Allowed-Rate"] == allowed


@pytest.mark.parametrize("origin", [None, "", "two words", "a\tb", "x" * 300, "a<b"])
def test_no_leave_without_a_name(tms: Service, origin: str | None) -> None:
    headers = {} if origin is None else {"WebHook-Request-Origin": origin}
    found = tms.client.options("/v1/in/tms", headers=headers)
    assert found.status_code == 200
    assert "WebHook-Allowed-Origin" not in found.headers


def test_no_leave_for_a_source_that_is_not_there(tms: Service) -> None:
    found = tms.client.options("/v1/in/nobody", headers={"WebHook-Request-Origin": "a.example"})
    problem(found, 404, "unknown_source")
