"""What a body's members must be: nothing is guessed from text, from a number, or from nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import Strict

from service.api import routes
from service.api.fields import Body
from tests.api.service import Service, problem

PAUSE = {"scope": "account", "why": "x"}
HOOK = "/v1/webhooks/whk_none"


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("POST", "/v1/redrive/plan", {"days": True}, "/days"),
        ("POST", "/v1/redrive/plan", {"days": "7"}, "/days"),
        ("POST", "/v1/redrive/plan", {"unknown": "yes"}, "/unknown"),
        ("POST", "/v1/pauses", {**PAUSE, "minutes": "5"}, "/minutes"),
        ("POST", "/v1/pauses", {**PAUSE, "until": 1796100000}, "/until"),
        ("POST", "/v1/pauses", {**PAUSE, "until": "1796100000"}, "/until"),
        ("POST", "/v1/pauses", {**PAUSE, "until": "2026-12-01T12:00:00"}, "/until"),
        ("POST", "/v1/pauses/swi_none/resume", {"rate": "5"}, "/rate"),
        ("POST", "/v1/golive/plan", {"tell_late": 1}, "/tell_late"),
        ("POST", "/v1/keys", {"name": "x", "scopes": ["read"], "test": "no"}, "/test"),
        ("PATCH", "/v1/account", {"budget": {"segments": "7"}}, "/budget/segments"),
        ("PATCH", "/v1/account", {"holidays": [1796083200]}, "/holidays/0"),
        ("PATCH", "/v1/account", {"rules": {"N14.down_minutes": "5"}}, "/rules/N14.down_minutes"),
        ("PATCH", HOOK, {"enabled": "yes"}, "/enabled"),
        ("PATCH", HOOK, {"enabled": None}, "/enabled"),
        ("PATCH", HOOK, {"url": None}, "/url"),
        ("PATCH", HOOK, {"events": None}, "/events"),
        ("PATCH", HOOK, {"payload": None}, "/payload"),
        ("PATCH", HOOK, {"description": None}, "/description"),
        ("POST", f"{HOOK}/replay", {"since": 1}, "/since"),
        ("POST", f"{HOOK}/replay", {"since": True}, "/since"),
        ("POST", f"{HOOK}/replay", {"since": "1"}, "/since"),
    ],
)
def test_nothing_is_guessed(quick: Service, method: str, path: str, body: dict[str, Any], pointer: str) -> None:
    (flaw,) = problem(quick.send(method, path, json=body), 422, "invalid")["errors"]
    assert flaw["pointer"] == pointer
    assert flaw["fix"]


def test_an_instant_in_a_query_is_no_count_of_seconds(quick: Service) -> None:
    (flaw,) = problem(quick.get("/v1/messages?since=1796100000"), 422, "invalid")["errors"]
    assert "2026-10-09T12:00:00Z" in flaw["fix"]


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for one in of.__subclasses__():
        yield one
        yield from bodies(one)


def lax(found: Any, strict: bool = False) -> bool:
    """Whether a type takes a number or a truth from what is none."""
    if found in {int, float, bool}:
        return not strict
    inner = get_args(found)
    strict = any(isinstance(one, Strict) for one in inner)
    return any(lax(one, strict) for one in inner)


@pytest.mark.parametrize("body", sorted(bodies(), key=str), ids=lambda one: one.__name__)
def test_no_body_has_a_lax_member(body: type[Body]) -> None:
    assert routes.ROUTERS
    members = body.model_fields.items()
    strict = {name: any(isinstance(one, Strict) for one in field.metadata) for name, field in members}
    assert [name for name, field in members if lax(field.annotation, strict[name])] == []
