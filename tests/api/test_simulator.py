"""Test keys over HTTP: a world of their own, whole, and nothing of anybody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifiers.base import Channel, Reply
from service.clockwork import report_simulated
from service.flows import replies
from service.records.enums import Stage
from service.records.ids import new_id
from service.records.tables import metadata
from service.store import keys
from tests.api.service import Service, problem

DOCS = Path(__file__).parent.parent.parent / "docs"

LIVE_PHONE, TEST_PHONE = "+447700900124", "+447700900001"
NAMES = {"subject_id": "customer", "source": "source", "call_id": "inbound_call"}
"""Tables whose ids a path names by another word."""

FIXED = {"type": "ref", "value": "LIVE-4711", "channel": "sms", "code": "D01"}
"""What a path names that is no id."""


def key(service: Service, *scopes: str) -> dict[str, str]:
    """The headers of a fresh test key."""
    presented, _ = service.kit.database.write(
        lambda conn: keys.create(
            conn, service.account_id, name="try", scopes=scopes or ("admin",), now=service.clock(), test=True
        )
    )
    assert presented.startswith("mp_test_")
    return {"Authorization": f"Bearer {presented}"}


def rows(service: Service, account_id: str) -> dict[str, list[Any]]:
    """Everything that stands in an account."""
    with service.kit.database.read() as conn:
        return {
            name: sorted(conn.execute(table.select().where(table.c.account_id == account_id)).all(), key=str)
            for name, table in metadata.tables.items()
            if "account_id" in table.c
        } | {"account": list(conn.execute(metadata.tables["account"].select().filter_by(id=account_id)).all())}


def peopled(service: Service, headers: dict[str, str], ref: str, phone: str) -> None:
    """Fill the account of a key with something for every route to name."""

    def post(path: str, body: dict[str, Any]) -> Any:
        found = service.post(path, body, headers=headers)
        assert found.status_code in {201, 202}, found.text
        return found.json()

    post("/v1/customers", {"name": f"Acme of {ref}", "code": ref})
    post("/v1/sources", {"name": ref.lower(), "format": "native"})
    post("/v1/events", service.event(ref=ref, tell=[{"name": f"Reader of {ref}", "phone": phone}]))
    service.work()
    (message,) = service.get("/v1/messages", headers=headers).json()["data"]
    test = headers["Authorization"].startswith("Bearer mp_test_")
    ready = service.kit.ready(Stage.REHEARSAL, Channel.SMS, test=test)
    assert ready is not None
    assert message["state"] == "accepted"
    replies.take(service.kit, ready, Reply(new_id("loop"), phone, ready.sender, "Where is my box?"))
    service.work()


def operations(service: Service) -> list[tuple[str, str, Any]]:
    """Every operation that asks for a key, with its first example of a body, as `/openapi.json` says."""
    found = []
    for path, methods in service.client.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            if operation.get("security") and path != "/v1/stream":
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                examples = [one["value"] for one in content.get("examples", {}).values()]
                found.append((method.upper(), path, examples[0] if examples else None))
    return found


def filled(path: str, world: dict[str, list[Any]]) -> str:
    """The path with ids of that world where it has any."""

    def put(match: re.Match[str]) -> str:
        name = match.group(1)
        table = NAMES.get(name, name.removesuffix("_id"))
        return FIXED.get(name) or next((str(row.id) for row in world.get(table, [])), "x")

    return re.sub(r"\{(\w+)\}", put, path)


def marks(world: dict[str, list[Any]], *words: str) -> set[str]:
    """The words that would give that world away: its ids and its people."""
    ids = {row.id for name, found in world.items() for row in found if name != "operator" and hasattr(row, "id")}
    return {one for one in ids if isinstance(one, str) and "_" in one} | set(words)


@pytest.mark.parametrize("mine", ["test", "live"])
def test_no_route_reads_or_writes_across(service: Service, mine: str) -> None:
    """Each operation is called with a key of one side and the ids of the other.

    One thing is meant to cross: an account lists and revokes its test keys.
    """
    live, test = service.key("admin"), key(service)
    peopled(service, live, "LIVE-4711", LIVE_PHONE)
    peopled(service, test, "TEST-4711", TEST_PHONE)
    twin = service.get("/v1/account", headers=test).json()["id"]
    headers, other = (test, service.account_id) if mine == "test" else (live, twin)
    ref, phone = ("LIVE-4711", LIVE_PHONE) if mine == "test" else ("TEST-4711", TEST_PHONE)
    before = rows(service, other)
    hidden = marks(before, other, ref, phone, f"Reader of {ref}")
    called = operations(service)
    assert len(called) > 50
    wrong = []
    for method, path, body in called:
        if mine == "live" and path.startswith("/v1/keys"):
            continue
        target = filled(path.replace("{value}", ref), before)
        found = service.client.request(method, target, headers=headers, **({"json": body} if body is not None else {}))
        assert found.status_code < 500, (method, path, found.text)
        # What a call names itself it may be told again.
        told = [mark for mark in hidden if mark in found.text and mark not in target and mark not in str(body)]
        if told or rows(service, other) != before:
            wrong.append((method, path, found.status_code, told))
            before = rows(service, other)
    assert wrong == []


def test_the_whole_path_with_a_test_key(live: Service) -> None:
    headers = key(live, "events", "read", "people", "send")
    (item,) = live.post("/v1/events", live.event(tell=[TEST_PHONE]), headers=headers).json()["results"]
    live.work()
    live.clock.set(live.clock() + timedelta(seconds=3))
    assert report_simulated(live.kit) == 2
    (message,) = live.get("/v1/messages", headers=headers).json()["data"]
    assert (message["state"], message["stage"]) == ("delivered", "rehearsal")
    (shipment_id,) = item["shipment_ids"]
    timeline = live.get(f"/v1/shipments/{shipment_id}/timeline", headers=headers)
    assert timeline.status_code == 200
    assert "delivered" in timeline.text
    said = live.post("/v1/simulator/replies", {"phone": TEST_PHONE, "text": "Where is it?"}, headers=headers)
    assert said.status_code == 201, said.text
    assert said.json()["meaning"] == "question"
    thread = said.json()["links"]["thread"]
    answered = live.post(f"{thread}/messages", {"text": "On the sea."}, headers=headers)
    assert answered.status_code == 202
    stopped = live.post("/v1/simulator/replies", {"phone": "07700 900001", "text": "STOP"}, headers=headers).json()
    assert (stopped["meaning"], stopped["thread_id"], stopped["links"]) == ("stop", None, {})
    assert stopped["answer"]
    (contact,) = live.get("/v1/contacts", headers=headers).json()["data"]
    assert "person" in str(live.get(f"/v1/contacts/{contact['id']}", headers=headers).json())
    preferences = live.get(f"/v1/contacts/{contact['id']}/preferences", headers=headers)
    assert preferences.status_code == 200
    live.work()
    assert all(not one.asked for one in live.notifiers.values())
    assert live.get("/v1/messages").json()["data"] == []


def test_only_a_test_key_writes_in_a_person_s_name(quick: Service) -> None:
    body = {"phone": TEST_PHONE, "text": "STOP"}
    problem(quick.post("/v1/simulator/replies", body), 409, "test_key_needed")


@pytest.mark.parametrize(
    "body",
    [
        {"text": "STOP"},
        {"phone": TEST_PHONE, "email": "ann@example.com", "text": "STOP"},
        {"phone": "seven", "text": "STOP"},
        {"phone": " ", "text": "STOP"},
        {"email": "ann", "text": "STOP"},
        {"phone": TEST_PHONE, "text": ""},
        {"phone": TEST_PHONE, "text": " \n"},
        {"phone": TEST_PHONE, "text": "\u200b"},
        {"email": "ann@example.com", "text": "\u2060 \ufeff\u3164"},
        {"phone": TEST_PHONE},
    ],
)
def test_a_reply_of_nobody_is_refused(quick: Service, body: dict[str, str]) -> None:
    problem(quick.post("/v1/simulator/replies", body, headers=key(quick)), 422, "invalid")


def test_somebody_writes_by_mail(service: Service) -> None:
    headers = key(service)
    body = {"email": "Delivered@Simulator.example", "text": "Thanks, and when?"}
    assert service.post("/v1/simulator/replies", body, headers=headers).json()["meaning"] == "question"
    (thread,) = service.get("/v1/threads", headers=headers).json()["data"]
    assert (thread["channel"], thread["from"]) == ("email", "delivered@simulator.example")


def test_a_test_key_cannot_go_live(quick: Service) -> None:
    headers = key(quick)
    found = quick.post("/v1/golive/plan", {"scope": "all"}, headers=headers)
    assert found.status_code == 422
    assert "test account" in found.json()["errors"][0]["message"]
    assert quick.send("PATCH", "/v1/account", json={"mode": "live"}, headers=headers).status_code in {409, 422}


def test_a_test_key_makes_test_keys(quick: Service) -> None:
    made = quick.post("/v1/keys", {"name": "more", "scopes": ["read"]}, headers=key(quick)).json()
    assert made["test"] is True
    assert made["key"].startswith("mp_test_")


PAGES = ("testing-your-integration.md", "integrations/webhook.md")
CALL = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/v1/[^`\s]*)`|curl -sS http://[^/]+(/v1/\S+)")


@pytest.mark.parametrize("page", PAGES)
def test_the_key_that_a_page_makes_may_do_what_the_page_tells(quick: Service, page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    commands = re.findall(r"milepost keys create .*--test.*", text)
    assert commands
    for command in commands:
        found = re.search(r"--scopes ([a-z,]+)", command)
        mine = key(quick, *(found[1] if found else "events,read").split(","))
        calls = [(method or "POST", path or curled) for method, path, curled in CALL.findall(text)]
        calls += [("POST", "/v1/webhooks"), ("POST", "/v1/contacts/x/addresses/sms/lift")]
        for method, path in calls:
            if path == "/v1/stream":
                continue  # it has no end
            answer = quick.client.request(method, re.sub(r"\{[^}]*\}", "x", path), headers=mine, json={})
            assert answer.status_code != 403, (command, method, path)
