"""`POST /v1/events`: milestones in the native format. The one path that must be fast stands on plain functions."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from service.api.answers import answer
from service.api.deps import Deps
from service.api.examples_events import (
    ACCEPTED,
    BATCH,
    BOOKED,
    DELAYED,
    EVENT,
    FREE_TIME,
    NOBODY_TOLD,
    PAPERS,
    PREVIEW,
)
from service.api.problems import flawed
from service.api.results import Notes, accepted, notes_by_item, refusal_of, would_send
from service.api.shown import BY_KEY, answers
from service.api.strict import StrictRoute, refuse_other_types
from service.flows import intake
from service.flows import preview as previewing
from service.records.results import IntakeResult, SourceView

log = structlog.get_logger(__name__)

router = APIRouter(route_class=StrictRoute, tags=["events"])

SCOPE = "events"

PREVIEW_PARAMETER = {
    "name": "preview",
    "in": "query",
    "description": "Keep nothing, and answer 200 with the messages that would go out.",
    "schema": {"type": "boolean", "default": False},
}
"""Read by hand, because solving the parameters of a function costs a tenth of the whole call."""

LARGE = 50_000
"""An event of our own format above so many bytes is read in a thread, so that others need not wait for it."""

NATIVE = "native"


@router.post(
    "/v1/events",
    summary="Post milestones",
    status_code=202,
    responses=answers(
        202,
        "Kept, durably. What follows from it is on the timeline.",
        "conflict",
        "body_too_large",
        "not_json",
        "unreadable",
        "invalid",
        accepted=ACCEPTED,
        nobody_told=NOBODY_TOLD,
        preview=PREVIEW,
    ),
    openapi_extra={
        "security": BY_KEY,
        "parameters": [PREVIEW_PARAMETER],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]},
                    "examples": {
                        "departed": {"value": EVENT},
                        "delayed": {"value": DELAYED},
                        "delivery_booked": {"value": BOOKED},
                        "free_time": {"value": FREE_TIME},
                        "papers": {"value": PAPERS},
                        "batch": {"value": BATCH},
                    },
                }
            },
        },
    },
)
async def post_events(request: Request) -> Response:
    """Take one event or a batch of at most 500, each with at least `ref`, `milestone` and `at`.

    A 202 is given once everything is durable. A bad item fails alone; where nothing at all can be taken the
    answer is a problem. Sending the same event again changes nothing.
    """
    deps: Deps = request.app.state.deps
    key = await deps.access.admit(request, SCOPE)
    began = time.perf_counter()
    content_type = request.headers.get("content-type", "")
    refuse_other_types(content_type)
    body = await request.body()
    source = native(key.account_id, deps.access.region(key.account_id), key.id)
    if request.scope["query_string"] and wants_preview(request.query_params.get("preview", "false")):
        return await previewed(deps, source, body, request)
    result, notes = await taken(deps, source, body, request, content_type)
    deps.counts.accept_seconds.observe(time.perf_counter() - began)
    refusal = refusal_of(result)
    if refusal is not None:
        raise refusal
    return answer(accepted(result, notes), 202)


def native(account_id: str, region: str | None, key_id: str) -> SourceView:
    """The source of events that are posted with a key; their phones are read as the account reads phones."""
    options: dict[str, object] = {"key": key_id, **({"region": region} if region else {})}
    return SourceView(account_id=account_id, id="api", name="api", format=NATIVE, options=options)


def wants_preview(word: str) -> bool:
    """Read `preview`. Raises `Refusal` for anything but yes and no."""
    if word.lower() in {"true", "1", "yes"}:
        return True
    if word.lower() in {"false", "0", "no"}:
        return False
    raise flawed("not_yes_or_no", "`preview` is neither true nor false.", "Send `preview=true`.", parameter="preview")


def takes_long(source: SourceView, body: bytes) -> bool:
    """Whether reading may take long: what others send may be packed, so its size says nothing."""
    return source.format != NATIVE or len(body) > LARGE


async def taken(
    deps: Deps, source: SourceView, body: bytes, request: Request, content_type: str
) -> tuple[IntakeResult, Notes]:
    """Read *body*, keep it, and return once the commit has happened: what became of it, and what looks wrong in it."""
    if takes_long(source, body):
        prepared = await run_in_threadpool(intake.prepare, deps.kit, source, body, request.headers, content_type)
    else:
        prepared = intake.prepare(deps.kit, source, body, request.headers, content_type)
    result = await landed(deps.journal.submit(prepared))
    deps.counts.count(result)
    log.info(
        "call kept",
        trace_id=result.call_id,
        accepted=result.count("accepted"),
        duplicate=result.count("duplicate"),
        parked=result.count("parked"),
        rejected=result.count("rejected"),
    )
    return result, notes_by_item(prepared.reading)


async def previewed(deps: Deps, source: SourceView, body: bytes, request: Request) -> Response:
    """Answer with what would be said."""
    messages, result = await run_in_threadpool(previewing.preview, deps.kit, source, body, request.headers)
    refusal = refusal_of(result)
    if refusal is not None:
        raise refusal
    found = accepted(result)
    found.pop("call_id")
    return answer({"preview": True, "messages": [would_send(one) for one in messages], **found})


async def landed(future: Future[IntakeResult]) -> IntakeResult:
    """Wait for the journal. A caller who goes away does not take back what is being kept for others."""
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[None] = loop.create_future()

    def wake(_done: Any) -> None:
        loop.call_soon_threadsafe(_settle, waiter)

    future.add_done_callback(wake)
    await waiter
    return future.result()


def _settle(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
