"""How whatever is raised while a request is served becomes a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.api.plain_words import sentence
from service.api.problems import BY_STATUS, Flaw, Refusal, response_of, shown_path, unknown_path
from service.store.errors import StoreUnavailable

log = structlog.get_logger(__name__)


def add_handlers(app: FastAPI) -> None:
    """Give *app* the handlers of this module; they serve every route of it."""
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(StoreUnavailable, on_store)
    app.add_exception_handler(Exception, on_defect)


def problem(request: Request, refusal: Refusal, path: str | None = None) -> Response:
    """The response to *request* that says *refusal*, with its own address or with *path*."""
    instance = shown_path(request.scope.get("path", "")) if path is None else path
    return response_of(refusal, instance=instance, request_id=request.scope.get("request_id", ""))


async def on_http(request: Request, error: Exception) -> Response:
    """A refusal of ours, or an exception of the framework told in our words."""
    assert isinstance(error, HTTPException)
    if isinstance(error, Refusal):
        return problem(request, error)
    code = BY_STATUS.get(error.status_code, "invalid" if error.status_code < 500 else "internal")
    path = unknown_path(request.scope.get("path", "")) if error.status_code == 404 else None
    details = {
        404: f"Nothing answers at this address, {path}. The addresses are listed at /openapi.json.",
        405: f"{request.method} is not known at this address.",
    }
    refusal = Refusal(code, details.get(error.status_code, str(error.detail)), headers=error.headers)
    return problem(request, refusal, path)


async def on_invalid(request: Request, error: Exception) -> Response:
    """A body or parameter that does not have the documented shape."""
    assert isinstance(error, RequestValidationError)
    flaws = [flaw_of(one) for one in error.errors()[:50]]
    return problem(request, Refusal("invalid", flaws[0].message, fix=flaws[0].fix, errors=flaws))


async def on_store(request: Request, error: Exception) -> Response:
    """The database cannot be reached: nothing was kept, and the caller may send again."""
    assert isinstance(error, StoreUnavailable)
    log.warning("store unavailable", path=shown_path(request.url.path))
    detail = "The database does not answer; nothing of this call was kept."
    return problem(request, Refusal("unavailable", detail, headers={"Retry-After": str(error.retry_after)}))


async def on_defect(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the middleware has logged it
    """A defect of ours: the log has the trace, the caller the id to find it by."""
    return problem(request, Refusal("internal", "The call failed for a reason that is ours; it was logged."))


def flaw_of(error: Mapping[str, Any]) -> Flaw:
    """One error of pydantic as a flaw. What was sent is never repeated: it may be personal."""
    where, *path = error["loc"] or ("body",)
    message, fix = sentence(error, path)
    if where == "body":
        return Flaw(str(error["type"]), message, fix, pointer=pointer(path))
    return Flaw(str(error["type"]), message, fix, parameter=str(path[-1]) if path else where)


def pointer(path: Sequence[object]) -> str:
    """A JSON pointer (RFC 6901) from the steps of *path*."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
