"""What the API says of itself: every route documented, every problem explained, every operation with examples."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from service.api import routes
from service.api.problems import CATALOGUE
from service.api.strict import StrictRoute
from tests.api.service import Service

DOCS = (Path(__file__).parent.parent.parent / "docs" / "api.md").read_text(encoding="utf-8")

ROUTES = [route for router in routes.ROUTERS for route in router.routes]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{sorted(route.methods)} {route.path}")
def test_every_route_is_documented(route: Any) -> None:
    (method,) = route.methods
    assert f"### `{method} {route.path}`" in DOCS


def test_nothing_is_documented_that_is_not_there() -> None:
    known = {f"{method} {route.path}" for route in ROUTES for method in route.methods}  # type: ignore[attr-defined]
    assert set(re.findall(r"^### `([A-Z]+ /[^`]*)`$", DOCS, flags=re.MULTILINE)) == known


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_problem_is_documented_with_its_status(code: str) -> None:
    assert re.search(rf"^\| `{code}` \| {CATALOGUE[code].status} \|", DOCS, flags=re.MULTILINE)


def test_the_type_of_a_problem_leads_somewhere(quick: Service) -> None:
    page = quick.get("/docs/problems").text
    assert [code for code in CATALOGUE if f'id="{code}"' not in page] == []


def operations(service: Service) -> list[tuple[str, dict[str, Any]]]:
    paths = service.app.openapi()["paths"]
    return [(f"{m.upper()} {path}", one) for path, ops in paths.items() for m, one in ops.items()]


def test_every_operation_has_words_a_family_and_problems(quick: Service) -> None:
    lacking = [
        name
        for name, one in operations(quick)
        if not one.get("summary") or not one.get("description") or not one.get("tags")
    ]
    assert lacking == []


def test_whatever_names_something_may_not_find_it(quick: Service) -> None:
    unguarded = [name for name, one in operations(quick) if "{" in name and "404" not in one["responses"]]
    assert unguarded == ["PUT /v1/shipments/by-ref/{type}/{value}"]


def test_every_json_has_an_example(quick: Service) -> None:
    bare = []
    for name, one in operations(quick):
        shown = [one.get("requestBody", {})] + [a for status, a in one["responses"].items() if status[0] == "2"]
        media = [part["content"]["application/json"] for part in shown if "application/json" in part.get("content", {})]
        bare += [name for part in media if "example" not in part and not part.get("examples")]
    assert bare == []


def test_what_webhooks_are_told_is_described(quick: Service) -> None:
    """So that a receiver can be generated from the schema."""
    document = quick.app.openapi()
    told = document["webhooks"]["event"]["post"]
    schema = told["requestBody"]["content"]["application/json"]
    known = document["components"]["schemas"]["WebhookEvent"]["enum"]
    assert {one["value"]["type"] for one in schema["examples"].values()} <= set(known)
    assert {one["name"] for one in told["parameters"]} == {"webhook-id", "webhook-timestamp", "webhook-signature"}


def test_keys_are_asked_for(quick: Service) -> None:
    open_to_all = {name for name, one in operations(quick) if not one.get("security") or {} in one["security"]}
    assert open_to_all == {
        "POST /v1/in/{source}",
        "POST /v1/in/{source}/{token}",
        "POST /v1/callbacks/{notifier}/inbound",
        "POST /v1/callbacks/{notifier}/mail",
        "POST /v1/callbacks/{notifier}/{account_id}/{attempt_id}",
        "POST /u/{token}",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /docs/problems",
    }


def test_every_route_is_strict_but_those_of_providers() -> None:
    loose = {route.path for route in ROUTES if not isinstance(route, StrictRoute)}  # type: ignore[attr-defined]
    assert all(path.startswith("/v1/callbacks/") for path in loose)
