"""Sources that can only post to an address: its last part is the secret, and stands nowhere but at the sender."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI

from service.api.middleware import TOKEN, Traced, hide_token
from service.api.problems import HIDDEN
from service.formats import registry
from service.formats.signatures import hashed
from service.logs import set_up_logs
from service.store import sources
from tests.api.service import Service, problem
from tests.formats.bodies import BODIES, OPTIONS

URL = "source_url"


def made(service: Service, format_name: str = "native", options: Mapping[str, object] | None = None) -> dict[str, Any]:
    new = {"name": "tms", "format": format_name, "scheme": URL, "options": dict(options or {})}
    answer = service.post("/v1/sources", new)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def address(source: dict[str, Any]) -> str:
    return str(source["links"]["post_to"])


def test_the_address_is_shown_once_and_kept_as_a_hash(service: Service) -> None:
    source = made(service)
    assert "secret" not in source
    prefix, _, token = address(source).rpartition("/")
    assert prefix == f"/v1/in/{source['id']}"
    assert len(token) >= 43
    for found in (
        service.get("/v1/sources/tms"),
        service.get("/v1/sources"),
        service.send("PATCH", "/v1/sources/tms", json={}),
    ):
        assert token not in found.text
        assert f"{prefix}/{HIDDEN}" in json.dumps(found.json(), ensure_ascii=False)
    with service.kit.database.read() as conn:
        row = sources.find_source(conn, service.account_id, "tms")
    assert row is not None
    assert row.secrets == (hashed(token),)


def test_whoever_has_the_address_may_post(service: Service) -> None:
    source = made(service)
    body = service.event()
    assert service.client.post(address(source), json=body).status_code == 202
    assert service.client.post(address(source) + "/", json=body).status_code == 202
    assert service.client.post(address(source).replace(source["id"], "tms"), json=body).status_code == 202


def test_nobody_else_may(service: Service) -> None:
    source = made(service)
    body, token = service.event(), address(source).rpartition("/")[2]
    for path in (f"/v1/in/{source['id']}", "/v1/in/tms"):
        problem(service.client.post(path, json=body), 401, "bad_signature")
        problem(service.client.post(path, json=body, headers=service.headers), 401, "bad_signature")
        for wrong in ("x", HIDDEN, token[:-1], token + "x", token + "/x", "%00", hashed(token), token.swapcase()):
            found = service.client.post(f"{path}/{wrong}", json=body)
            assert found.status_code in {401, 404}, wrong
            assert token not in found.text
            assert wrong in {HIDDEN, "x"} or wrong not in found.text
    assert service.get("/v1/calls").json()["data"] == []


WITHOUT = {"nobody": "No source is called 'nobody' here."}


def test_a_source_with_another_scheme_has_no_such_address(service: Service) -> None:
    service.post("/v1/sources", {"name": "erp", "format": "native"})
    service.post("/v1/sources", {"name": "carrier", "format": "dcsa_tnt_v2"})
    for name in ("erp", "carrier", "nobody"):
        found = service.client.post(f"/v1/in/{name}/s3cr3t", json=service.event(), headers=service.headers)
        said = problem(found, 404, "unknown_source")["detail"]
        assert "s3cr3t" not in found.text
        other = service.client.post(f"/v1/in/{name}/{'y' * 43}", json={}).json()["detail"]
        assert said == other == WITHOUT.get(name, f"The source {name!r} has no secret address.")


def test_two_addresses_are_good_while_the_sender_changes_over(service: Service) -> None:
    first = made(service)
    second = service.post("/v1/sources/tms/secret").json()
    third = service.post("/v1/sources/tms/secret").json()
    body = service.event()
    statuses = [service.client.post(address(one), json=body).status_code for one in (first, second, third)]
    assert statuses == [401, 202, 202]
    assert service.get("/v1/sources/tms").json()["secrets"] == 2


def test_an_address_cannot_be_chosen_nor_a_secret_become_one(service: Service) -> None:
    chosen = {"name": "tms", "format": "native", "scheme": URL, "secret": "known to everybody"}
    problem(service.post("/v1/sources", chosen), 422, "invalid")
    made(service)
    problem(service.post("/v1/sources/tms/secret", {"secret": "known to everybody"}), 422, "invalid")
    found = problem(service.send("PATCH", "/v1/sources/tms", json={"scheme": "bearer"}), 422, "invalid")
    assert found["errors"][0]["pointer"] == "/scheme"
    service.post("/v1/sources", {"name": "erp", "format": "native", "scheme": "bearer"})
    problem(service.send("PATCH", "/v1/sources/erp", json={"scheme": URL}), 422, "invalid")
    assert service.send("PATCH", "/v1/sources/tms", json={"scheme": URL}).status_code == 200


@pytest.mark.parametrize("name", sorted(registry.known()))
def test_every_format_may_come_that_way(service: Service, name: str) -> None:
    source = made(service, name, OPTIONS.get(name))
    bodies = [body for fmt, body in BODIES.values() if fmt == name]
    body = bodies[0] if bodies else json.dumps(service.event()).encode()
    media = registry.get(name).content_types[0]
    found = service.client.post(address(source), content=body, headers={"Content-Type": media})
    assert found.status_code in {registry.get(name).answer_status, 202, 422}, found.text
    assert service.client.post(address(source)[:-1], content=body).status_code == 401
    assert len(service.get("/v1/calls").json()["data"]) == 1


@pytest.mark.parametrize(
    ("path", "left", "token"),
    [
        ("/v1/in/src_1/t0k3n", f"/v1/in/src_1/{HIDDEN}", "t0k3n"),
        ("/v1/in/src_1/t0k3n/", f"/v1/in/src_1/{HIDDEN}", "t0k3n"),
        ("/v1/in/src_1/t0k3n/more", f"/v1/in/src_1/{HIDDEN}", "t0k3n/more"),
        ("/v1/in/src_1/t0\nk3n", f"/v1/in/src_1/{HIDDEN}", "t0\nk3n"),
        ("/v1/in/src_1", "/v1/in/src_1", None),
        ("/v1/in/src_1/", "/v1/in/src_1/", None),
        ("/v1/sources/src_1/secret", "/v1/sources/src_1/secret", None),
    ],
)
def test_the_secret_part_leaves_the_server_s_own_scope(path: str, left: str, token: str | None) -> None:
    scope: dict[str, Any] = {"type": "http", "path": path, "raw_path": path.encode()}
    hide_token(scope)
    assert (scope["path"], scope["raw_path"], scope.get(TOKEN)) == (left, quote(left).encode(), token)


WRONG = [
    "/api/v1/in/{source}/{token}",
    "/in/{source}/{token}",
    "/V1/IN/{source}/{token}",
    "//v1/in/{source}/{token}",
    "/v1//in/{source}/{token}",
    "/v1/in//{source}/{token}",
    "/v1/inn/{source}/{token}",
    "/v1/in%20/{source}/{token}",
    "/v1/in/{source}%20{token}",
    "/v1/in/{token}",
    "/v1/in/{token}/x",
    "/v1/in/{token}/{source}",
    "/v1/sources/{token}",
    "/{token}",
    "/{token}%00",
    "/v1/{token}",
]


@pytest.mark.parametrize("wrong", WRONG)
def test_an_address_that_is_a_little_wrong_does_not_come_back(
    quick: Service, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    new = {"name": f"wrong-{WRONG.index(wrong)}", "format": "native", "scheme": URL}
    source = quick.post("/v1/sources", new).json()
    token = address(source).rpartition("/")[2]
    path = wrong.format(source=source["id"], token=token)
    for method in ("POST", "GET", "PUT", "OPTIONS"):
        for headers in ({}, {"Content-Encoding": "gzip"}, {"Content-Length": "9" * 12}):
            # The client takes a path that begins with two slashes for a host.
            url = f"http://testserver{path}"
            found = quick.client.request(method, url, headers=headers, json=quick.event())
            assert 400 <= found.status_code < 500, (method, found.text)
            assert token not in found.text + str(found.headers), method
    assert token not in caplog.text


def test_an_address_that_nothing_answers_at_is_told_in_part(quick: Service) -> None:
    found = problem(quick.client.post("/v1/inn/tms/s3cr3t"), 404, "not_found")
    assert found["instance"] == "/v1/…"
    assert "/v1/…" in found["detail"]
    assert problem(quick.client.post("/inn/s3cr3t"), 404, "not_found")["instance"] == "/…"
    known = "/v1/shipments/shp_01k4x7z1t6m4k2p8q5s0v9x7yb"
    assert problem(quick.get(known), 404, "not_found")["instance"] == known
    found = problem(quick.client.post("/v1/in/" + "n" * 31), 404, "unknown_source")
    assert "n" * 31 in found["detail"]
    assert found["instance"] == "/v1/in/" + "n" * 31


def test_no_line_of_the_log_holds_it(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError(scope["path"])

    app = FastAPI()

    async def answered(request: Any, error: Exception) -> Any:
        raise error

    app.add_exception_handler(Exception, answered)
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/v1/in/src_1/t0k3n",
        "raw_path": b"/v1/in/src_1/t0k3n",
        "headers": [],
        "query_string": b"",
        "app": app,
    }

    async def nothing(*_: Any) -> Any:
        return {"type": "http.request", "body": b""}

    set_up_logs("debug", as_json=True)
    with caplog.at_level(logging.DEBUG), pytest.raises(RuntimeError, match=HIDDEN):
        asyncio.run(Traced(broken)(scope, nothing, nothing))
    assert "t0k3n" not in caplog.text
    assert HIDDEN in caplog.text


def test_a_scheme_whose_secret_only_the_sender_has_asks_for_it(service: Service) -> None:
    new = {"name": "ss", "format": "native", "scheme": "shipstation"}
    found = problem(service.post("/v1/sources", new), 422, "invalid")
    assert "https://api.shipengine.com/jwks" in found["errors"][0]["fix"]
    key = "-----BEGIN PUBLIC KEY-----\n" + "A" * 2_000 + "\n-----END PUBLIC KEY-----\n"
    assert service.post("/v1/sources", new | {"secret": key}).status_code == 201
    problem(service.post("/v1/sources/ss/secret"), 422, "invalid")
