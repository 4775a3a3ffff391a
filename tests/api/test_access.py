"""Who may call: keys, scopes, accounts and rates."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from service.api.access import CACHE_SECONDS, Access
from service.api.limits import Buckets
from service.api.routes import ROUTERS
from service.store import keys
from service.store.keys import SCOPES
from tests.api.service import Service, problem

UNKNOWN = "mp_live_" + "0" * 27
UNKNOWN += keys.check_of(UNKNOWN)
"""A key in the right form that nobody was given."""

OPEN = {"/v1/in/{source}", "/v1/in/{source}/{token}", "/u/{token}", "/healthz", "/readyz", "/metrics", "/docs/problems"}

ROUTES = [
    (method, route.path)  # type: ignore[attr-defined]
    for router in ROUTERS
    for route in router.routes
    for method in route.methods  # type: ignore[attr-defined]
]
KEYED = [(m, p) for m, p in ROUTES if p not in OPEN and not p.startswith("/v1/callbacks")]

NEEDED = {
    ("POST", "/v1/events"): "events",
    ("POST", "/v1/simulator/replies"): "events",
    ("POST", "/v1/calls/{call_id}/replay"): "admin",
    ("POST", "/v1/messages/{message_id}/cancel"): "send",
    ("DELETE", "/v1/messages/{message_id}"): "send",
    ("POST", "/v1/threads/{thread_id}/messages"): "send",
    ("POST", "/v1/facts/{fact_id}/retract"): "send",
    ("POST", "/v1/golive/plan"): "send",
    ("POST", "/v1/golive/{plan_id}"): "send",
    ("PATCH", "/v1/account"): "admin",
    ("GET", "/v1/keys"): "admin",
    ("POST", "/v1/texts/{code}/preview"): "read",
    ("PUT", "/v1/texts/{code}"): "admin",
    ("DELETE", "/v1/texts/{code}"): "admin",
    ("POST", "/v1/texts/{code}/release"): "admin",
    ("POST", "/v1/texts/{code}/withdraw"): "admin",
    ("POST", "/v1/pauses"): "send",
    ("POST", "/v1/pauses/{pause_id}/resume"): "send",
    ("POST", "/v1/redrive/plan"): "send",
    ("POST", "/v1/redrive/{plan_id}"): "send",
    ("POST", "/v1/audit"): "admin",
}


def needed(method: str, path: str) -> str:
    if (method, path) in NEEDED:
        return NEEDED[(method, path)]
    if method == "GET":
        return "read"
    return "admin" if path.startswith(("/v1/sources", "/v1/keys", "/v1/webhooks")) else "people"


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "x", path.replace("{type}", "ref").replace("{channel}", "sms"))


def call(service: Service, method: str, path: str, headers: dict[str, str]) -> Any:
    body: dict[str, Any] = {} if method in {"GET", "DELETE"} else {"json": {}}
    return service.client.request(method, filled(path), headers=headers, **body)


@pytest.mark.parametrize(("method", "path"), KEYED)
def test_nothing_is_answered_without_a_key(quick: Service, method: str, path: str) -> None:
    found = call(quick, method, path, {})
    problem(found, 401, "no_key")
    assert found.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), KEYED)
def test_a_key_without_the_scope_is_told_which(quick: Service, method: str, path: str) -> None:
    scope = needed(method, path)
    others = [one for one in SCOPES if one not in {scope, "admin"}]
    body = problem(call(quick, method, path, quick.key(*others)), 403, "scope_missing")
    assert f"`{scope}`" in body["detail"]


@pytest.mark.parametrize(("method", "path"), [pair for pair in KEYED if pair[1] != "/v1/stream"])
def test_a_key_with_the_scope_gets_in(quick: Service, method: str, path: str) -> None:
    found = call(quick, method, path, quick.key(needed(method, path)))
    assert found.status_code not in {401, 403}
    assert found.status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": "Basic eDp5"},
        {"X-API-Key": ""},
    ],
)
def test_an_empty_key_is_no_key(quick: Service, headers: dict[str, str]) -> None:
    problem(quick.client.get("/v1/shipments", headers=headers), 401, "no_key")


@pytest.mark.parametrize(
    "key",
    ["mp_live_x", "x" * 5_000, UNKNOWN, "mp_live_" + "0" * 33, "a b", "é", "\x7f"],
    ids=["short", "long", "well formed", "mistyped", "blank", "letter", "control"],
)
def test_a_key_that_is_none_is_refused(quick: Service, key: str) -> None:
    sent = [(b"authorization", b"Bearer " + key.encode("latin-1"))]
    problem(quick.client.get("/v1/shipments", headers=sent), 401, "unknown_key")


def test_the_key_may_stand_in_its_own_header(quick: Service) -> None:
    key = quick.headers["Authorization"].removeprefix("Bearer ")
    assert quick.client.get("/v1/shipments", headers={"X-API-Key": key}).status_code == 200


def test_a_revoked_key_is_refused_at_once_where_it_was_revoked(service: Service) -> None:
    made = service.post("/v1/keys", {"name": "tms", "scopes": ["read"]}).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert service.client.get("/v1/shipments", headers=headers).status_code == 200
    assert service.send("DELETE", f"/v1/keys/{made['id']}").status_code == 204
    problem(service.client.get("/v1/shipments", headers=headers), 401, "unknown_key")
    problem(service.send("DELETE", f"/v1/keys/{made['id']}"), 404, "not_found")
    assert all("key" not in one for one in service.get("/v1/keys").json()["data"])


def test_a_key_revoked_elsewhere_is_refused_soon(service: Service) -> None:
    seconds = [0.0]
    deps = service.app.state.deps
    access = Access(service.kit.database, service.clock, 1_000, ticks=lambda: seconds[0])
    object.__setattr__(deps, "access", access)
    assert service.get("/v1/shipments").status_code == 200
    (key,) = service.get("/v1/keys").json()["data"]
    service.kit.database.write(lambda conn: keys.revoke(conn, service.account_id, key["id"], service.clock()))
    assert service.get("/v1/shipments").status_code == 200
    seconds[0] += CACHE_SECONDS
    problem(service.get("/v1/shipments"), 401, "unknown_key")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "x", "scopes": []}, "/scopes"),
        ({"name": "x", "scopes": ["root"]}, "/scopes"),
        ({"name": "", "scopes": ["read"]}, "/name"),
        ({"scopes": ["read"]}, "/name"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2026-09-17"}, "/expires_at"),
    ],
)
def test_a_bad_key_names_the_place(quick: Service, body: dict[str, object], pointer: str) -> None:
    assert problem(quick.post("/v1/keys", body), 422, "invalid")["errors"][0]["pointer"] == pointer


def test_a_key_expires(service: Service) -> None:
    made = service.post("/v1/keys", {"name": "x", "scopes": ["read"], "expires_at": "2026-09-17T13:00Z"}).json()
    service.clock.advance(timedelta(hours=2))
    problem(service.client.get("/v1/shipments", headers={"X-API-Key": made["key"]}), 401, "unknown_key")


def test_nothing_of_another_account_is_seen(service: Service) -> None:
    """Every route that takes an id is asked for the ids of another account, and finds nothing."""
    shipment = service.shipment(customer="HARBOUR")
    service.work()
    source = service.post("/v1/sources", {"name": "carrier", "format": "native"}).json()
    ids = {
        "shipment_id": shipment,
        "value": "PO 4711",
        "type": "ref",
        "message_id": service.get("/v1/messages").json()["data"][0]["id"],
        "notice_id": next(
            one["id"]
            for one in service.get(f"/v1/shipments/{shipment}/timeline").json()["data"]
            if one["kind"] == "notice"
        ),
        "contact_id": service.get("/v1/contacts").json()["data"][0]["id"],
        "customer_id": service.get("/v1/customers").json()["data"][0]["id"],
        "subject_id": shipment,
        "source": source["id"],
        "call_id": service.get("/v1/calls").json()["data"][0]["id"],
        "key_id": service.get("/v1/keys").json()["data"][0]["id"],
        "plan_id": service.post("/v1/golive/plan", {}).json()["id"],
        "channel": "sms",
        "thread_id": "thr_x",
        "task_id": "tsk_x",
        "code": "X01",
        "webhook_id": service.post("/v1/webhooks", {"url": "https://erp.example.com/milepost"}).json()["id"],
        "delivery_id": "whd_x",
        "pause_id": service.post("/v1/pauses", {"scope": "account", "why": "x"}).json()["data"][0]["id"],
        "fact_id": next(
            one["id"]
            for one in service.get(f"/v1/shipments/{shipment}/timeline").json()["data"]
            if one["kind"] == "fact"
        ),
    }
    bodies: dict[str, Any] = {
        "addresses": {"why": "x"},
        "threads": {"text": "x"},
        "facts": {"why": "x"},
        "release": {"language": "en", "channel": "sms"},
        "withdraw": {"language": "en", "channel": "sms"},
        "texts": {"body": "x"},
        "mapping": {"mapping": {}},
        "merge": {"with": "shp_x", "why": "x"},
        "split": {"why": "x"},
        "name": {"type": "ref", "value": "PO 1", "why": "x"},
        "redrive": {"why": "x"},
        "{webhook_id}/replay": {"since": "2026-09-17T12:00:00Z"},
    }
    stranger = service.key("admin", account_id=service.other_account())
    asked = 0
    for method, path in KEYED:
        if "{" not in path or (method, path) == ("PUT", "/v1/shipments/by-ref/{type}/{value:path}"):
            continue
        url = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: ids[found[1]], path)
        body: dict[str, Any] = next((value for word, value in bodies.items() if word in path), {})
        more: dict[str, Any] = {} if method in {"GET", "DELETE"} else {"json": body}
        if (method, path) == ("DELETE", "/v1/texts/{code}"):
            more = {"params": {"language": "en", "channel": "sms"}}
        found = service.client.request(method, url, headers=stranger, **more)
        assert found.status_code == 404, (method, path, found.text)
        asked += 1
    assert asked > 15
    for path in ("shipments", "messages", "contacts", "customers", "sources", "calls", "threads"):
        assert service.client.get(f"/v1/{path}", headers=stranger).json()["data"] == []
    assert service.client.get(f"/v1/follows?subject={shipment}", headers=stranger).json()["data"] == []
    found = service.client.post(f"/v1/in/{source['id']}", headers=stranger, json={})
    problem(found, 404, "unknown_source")


def test_a_key_that_calls_too_often_waits(small: Service) -> None:
    statuses = [small.get("/v1/shipments").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    refused = small.get("/v1/shipments")
    problem(refused, 429, "too_many_requests")
    assert 1 <= int(refused.headers["retry-after"]) <= 13
    assert small.client.get("/v1/shipments", headers=small.key("read")).status_code == 200


def test_a_bucket_refills_steadily() -> None:
    seconds = [0.0]
    buckets = Buckets(60, ticks=lambda: seconds[0])
    assert [buckets.take("a") for _ in range(60)] == [0.0] * 60
    assert buckets.take("a") == pytest.approx(1.0)
    assert buckets.take("b") == 0.0
    seconds[0] = 2.0
    assert [buckets.take("a") > 0 for _ in range(3)] == [False, False, True]
    seconds[0] = 10_000.0
    assert [buckets.take("a") > 0 for _ in range(61)] == [False] * 60 + [True]


def test_every_answer_carries_an_id(quick: Service) -> None:
    own = quick.get("/v1/shipments", headers={"X-Request-ID": "my-call.0001"})
    assert own.headers["x-request-id"] == "my-call.0001"
    odd = quick.get("/nowhere", headers={"X-Request-ID": "x" * 500})
    assert odd.headers["x-request-id"].startswith("req_")
    problem(odd, 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_wrong_method_names_the_right_ones(quick: Service, method: str) -> None:
    found = quick.send(method, "/v1/events")
    problem(found, 405, "method_not_allowed")
    assert found.headers["allow"] == "POST"


@pytest.mark.parametrize(("method", "path"), [pair for pair in KEYED if pair[0] in {"POST", "PUT", "PATCH"}])
def test_no_body_breaks_any_route(quick: Service, method: str, path: str) -> None:
    for body in (
        b"",
        b"[",
        b"null",
        b"[]",
        b'{"a":1,"a":2}',
        b'{"why":"\\ud800"}',
        b'{"name":"\\u0000"}',
        b"NaN",
        b"\xff",
    ):
        found = quick.send(method, filled(path), content=body, headers={"Content-Type": "application/json"})
        assert found.status_code < 500
        assert found.status_code < 300 or found.json()["fix"]
