"""`POST /v1/in/{source}`: what a logistics system posts in its own format, signed in its own way."""

from __future__ import annotations

import re
import time
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from service.api.answers import answer
from service.api.deps import Deps
from service.api.events import SCOPE, taken
from service.api.examples_events import ACCEPTED
from service.api.middleware import TOKEN
from service.api.problems import Flaw, Refusal, shown_part
from service.api.results import Notes, accepted, refusal_of
from service.api.shown import BY_KEY as KEY_SCHEMES
from service.api.shown import answers
from service.api.source_secrets import post_to
from service.api.strict import StrictRoute
from service.flows.reading import view_of
from service.formats import registry, signatures
from service.formats.base import Answering, Faulting
from service.formats.signatures import BadSignature
from service.records.inbound import Problem
from service.records.results import IntakeResult, SourceView
from service.store import accounts, sources

router = APIRouter(route_class=StrictRoute, tags=["events"])

log = structlog.get_logger(__name__)

ORIGIN = re.compile(r"[A-Za-z0-9*](?:[A-Za-z0-9.*:-]{0,252})")
"""The name by which the sender of a webhook asks for leave to post."""

ASKED_RATE = re.compile(r"[1-9][0-9]{0,8}")

BODY = {
    "required": True,
    "description": "The source's own format, byte for byte as it signed it.",
    "content": {
        "application/json": {"schema": {}, "examples": {"dcsa": {"value": [{"eventType": "TRANSPORT"}]}}},
        "text/xml": {"schema": {"type": "string"}},
        "text/csv": {"schema": {"type": "string"}},
    },
}
NO_CONTENT = {204: {"description": "Kept, durably, for formats whose senders expect no body."}}


def _answers(success: str) -> dict[int | str, dict[str, Any]]:
    return (
        answers(
            202,
            success,
            "bad_signature",
            "unknown_source",
            "conflict",
            "body_too_large",
            "not_json",
            "unreadable",
            "invalid",
            accepted=ACCEPTED,
        )
        | NO_CONTENT
    )


@router.post(
    "/v1/in/{source}",
    summary="Take what a source posts",
    status_code=202,
    responses=_answers(
        "Kept, durably. Formats whose senders expect another status get that one, such as 204 for DCSA."
    ),
    openapi_extra={"security": [*KEY_SCHEMES, {}], "requestBody": BODY},
)
async def post_in(request: Request, source: str) -> Response:
    """Take one call of a source, named by its id or its name. The raw call is kept, read or not."""
    return await _taken_in(request, source, "")


@router.post(
    "/v1/in/{source}/{token}",
    summary="Take what a source posts to its secret address",
    status_code=202,
    responses=_answers("Kept, durably. Formats whose senders expect another status get that one."),
    openapi_extra={"security": [{}], "requestBody": BODY},
)
async def post_in_secretly(request: Request, source: str, token: str) -> Response:
    """The same for a source with the scheme `source_url`: the last part of the address is its secret."""
    del token  # what stands in the address by now is hidden
    return await _taken_in(request, source, request.scope.get(TOKEN, ""))


async def _taken_in(request: Request, source: str, token: str) -> Response:
    deps: Deps = request.app.state.deps
    view = await run_in_threadpool(find, deps, source)
    if token and view.scheme != signatures.SOURCE_URL:
        # Whatever the token is; and that there is such a source /v1/in/{source} says to anybody, too.
        fix = "Post to the address that `milepost sources show` prints, or make another source with `--url`."
        raise Refusal("unknown_source", f"The source {shown_part(source)!r} has no secret address.", fix=fix)
    began = time.perf_counter()
    if view.scheme == signatures.API_KEY:
        key = await deps.access.admit(request, SCOPE)
        if key.account_id != view.account_id:
            raise await run_in_threadpool(elsewhere, deps, source, key.account_id)
    elif (wait := deps.access.buckets.take(view.id)) > 0:
        raise Refusal(
            "too_many_requests", "This source has used up its calls.", headers={"Retry-After": str(int(wait) + 1)}
        )
    body = await request.body()
    if view.scheme != signatures.API_KEY:
        try:
            await run_in_threadpool(check_signature, deps, view, request, body, token)
        except Refusal as refusal:
            own = _faulted(deps, view, body, refusal)
            if own is None:
                raise
            return own
    result, notes = await taken(deps, view, body, request, request.headers.get("content-type", ""))
    deps.counts.accept_seconds.observe(time.perf_counter() - began)
    return await run_in_threadpool(_answered, deps, view, body, result, notes)


def _faulted(deps: Deps, view: SourceView, body: bytes, refusal: Refusal) -> Response | None:
    """The refusal of a caller in the words that the source would read, or None for our own.

    Whose password stands in the envelope is refused while the envelope is read: that has the status of a fault (SOAP
    1.1, 6.2). Who is refused for what stands in the head of the HTTP request is told so by HTTP.
    """
    found = registry.get(view.format)
    if not isinstance(found, Faulting):
        return None
    problem = Problem(index=None, code=refusal.errors[0].code, message=refusal.detail, fix=refusal.fix)
    own = found.fault(body, problem, now=deps.kit.clock())
    if own is None:
        return None
    status = own.status if view.scheme == signatures.IN_ENVELOPE else refusal.status_code
    return Response(own.body, status, media_type=own.content_type)


def _answered(deps: Deps, view: SourceView, body: bytes, result: IntakeResult, notes: Notes) -> Response:
    """The answer in the words that the sender expects. Its items may be as many as the body has lines."""
    refusal = refusal_of(result)
    found = registry.get(view.format)
    if isinstance(found, Answering):
        own = found.answer(body, None if refusal is None else result.first_problem, now=deps.kit.clock())
        if own is not None:
            return Response(own.body, own.status, media_type=own.content_type)
    if refusal is not None:
        raise refusal
    status = found.answer_status
    if status == 204 and not any(item.outcome in {"rejected", "unmapped"} for item in result.items):
        return Response(status_code=204)
    return answer(accepted(result, notes), 202 if status == 204 else status)


@router.options("/v1/in/{source}", include_in_schema=False)
@router.options("/v1/in/{source}/{token}", include_in_schema=False)
async def may_post(request: Request, source: str) -> Response:
    """Agree to what a webhook's sender asks before it posts (CloudEvents, HTTP webhook specification, section 4)."""
    deps: Deps = request.app.state.deps
    view = await run_in_threadpool(find, deps, source)
    headers = {"Allow": "OPTIONS, POST"}
    origin = request.headers.get("webhook-request-origin", "")
    if ORIGIN.fullmatch(origin):
        most = deps.access.buckets.per_minute
        asked = request.headers.get("webhook-request-rate", "")
        rate = min(int(asked), most) if ASKED_RATE.fullmatch(asked) else most
        headers |= {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": str(rate)}
        log.info("webhook sender admitted", source_id=view.id, origin=origin)
    return Response(status_code=200, headers=headers)


def find(deps: Deps, name: str) -> SourceView:
    """The source of that id or name. Raises `Refusal`."""
    with deps.kit.database.read() as conn:
        row = sources.resolve_source(conn, name)
        account = accounts.get(conn, row.account_id) if row is not None else None
    if row is None:
        raise unknown(name)
    return view_of(row, account.region if account is not None else None)


def unknown(name: str) -> Refusal:
    """The refusal of a source that is not there, or that belongs to another account than the key."""
    return Refusal("unknown_source", f"No source is called {shown_part(name)!r} here.")


def elsewhere(deps: Deps, name: str, account_id: str) -> Refusal:
    """The refusal of a source of another account than the key's, which may have a source of that name too.

    A name leads to the source of the first account that took it, such as the test account of who tries things out.
    """
    with deps.kit.database.read() as conn:
        own = sources.find_source(conn, account_id, name)
    if own is None:
        return unknown(name)
    fix = f"Post to {post_to(own)}, the address of your source of that name."
    return Refusal("unknown_source", f"The name {shown_part(name)!r} leads to a source of another account.", fix=fix)


def check_signature(deps: Deps, view: SourceView, request: Request, body: bytes, token: str) -> None:
    """Raise `Refusal` unless one of the source's secrets signed *body*.

    A call with a wrong signature is not kept: anybody can make one.
    """
    try:
        signatures.verify(view.scheme, view.secrets, view.options, body, request.headers, deps.kit.clock(), token=token)
    except BadSignature as error:
        flaw = Flaw(error.code, error.message, error.fix, parameter=signatures.SCHEMES[view.scheme].header)
        raise Refusal("bad_signature", error.message, fix=error.fix, errors=[flaw]) from None
