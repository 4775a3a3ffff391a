"""The route that every family uses: strict about JSON, content types and query parameters."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from service.api.problems import Flaw, Refusal
from service.formats import strict_json
from service.formats.base import Unreadable
from service.records.inbound import Problem

DEPTH = 64
"""How deeply a body may be nested."""


class StrictRequest(Request):
    """A request whose JSON has one meaning only."""

    async def json(self) -> Any:
        """The body as JSON values. Raises `Refusal`."""
        return read_json(await self.body())


class StrictRoute(APIRoute):
    """Refuses unknown query parameters and bodies that are not JSON before the endpoint is called."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with the checks in front of it."""
        handle = super().get_route_handler()
        known = {param.alias for param in get_flat_params(self.dependant) if isinstance(param.field_info, Query)}
        known |= {one["name"] for one in (self.openapi_extra or {}).get("parameters", ()) if one["in"] == "query"}
        wants_json = self.body_field is not None
        needs_body = self.body_field is not None and self.body_field.field_info.is_required()

        async def strict(request: Request) -> Response:
            if request.scope["query_string"]:
                refuse_unknown(request, known)
            if wants_json and (needs_body or "content-type" in request.headers):
                refuse_other_types(request.headers.get("content-type", ""))
            return await handle(StrictRequest(request.scope, request.receive) if wants_json else request)

        return strict


def refuse_unknown(request: Request, known: set[str]) -> None:
    """Raise `Refusal` if the query names a parameter that is not in *known*."""
    strange = [name for name in request.query_params if name not in known]
    if strange:
        listed = ", ".join(f"`{name}`" for name in sorted(known))
        fix = f"The parameters here are {listed}." if known else "This address takes no query parameters."
        name = strange[0][:40]
        message = f"`{name}` is not a parameter of this address."
        flaw = Flaw("unknown_parameter", message, fix, parameter=name)
        raise Refusal("unknown_parameter", message, fix=fix, errors=[flaw])


def refuse_other_types(content_type: str) -> None:
    """Raise `Refusal` unless *content_type* is JSON (RFC 8259, or a `+json` type)."""
    plain = content_type.partition(";")[0].strip().lower()
    if plain != "application/json" and not (plain.startswith("application/") and plain.endswith("+json")):
        raise Refusal(
            "not_json", f"The body came as {plain[:80] or 'nothing named'}.".encode("ascii", "replace").decode()
        )


def refuse_body(request: Request, fix: str) -> None:
    """Raise `Refusal` with *fix* where a call brings a body to an address that reads none."""
    headers = request.headers
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        flaw = Flaw("unwanted_body", "This call takes no body.", fix, pointer="")
        raise Refusal("invalid", flaw.message, fix=fix, errors=[flaw])


def read_json(body: bytes) -> Any:
    """*body* as JSON values. Raises `Refusal` with the place and the fix."""
    try:
        return strict_json.loads(body, max_depth=DEPTH)
    except Unreadable as error:
        flaw = flaw_of(error.problem)
        raise Refusal("unreadable", flaw.message, fix=flaw.fix, errors=[flaw]) from None


def flaw_of(problem: Problem) -> Flaw:
    """A problem of a payload as a flaw of the request."""
    return Flaw(problem.code, problem.message, problem.fix, pointer=problem.pointer)
