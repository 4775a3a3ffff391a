"""CloudEvents are taken wherever events are, and a sender's question whether it may post is answered."""

from __future__ import annotations

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
