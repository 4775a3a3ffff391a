"""What providers and mail programs call: delivery receipts, inbound texts, and the stop link of e-mails.

The address that a provider signed is our public one, so it is rebuilt from configuration and the raw query; `Host` and
`X-Forwarded-*` are anybody's words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from notifiers.base import Callback, Proven, variable
from service.api.deps import Deps
from service.api.problems import Refusal
from service.api.shown import refusals, success
from service.api.strict import StrictRoute
from service.flows import mailing, receipts, replies

router = APIRouter(tags=["callbacks"])
strict = APIRouter(route_class=StrictRoute, tags=["callbacks"])

T = TypeVar("T")

TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""Nothing to say back: answers leave as messages of their own, so that they are recorded."""

PUBLIC_URL = "MILEPOST_PUBLIC_URL"

FORM = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}, "required": True}

MAIL = {"content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}}, "required": True}


@router.post(
    "/v1/callbacks/{notifier}/inbound",
    summary="A provider hands over texts of people",
    response_class=Response,
    responses=success(200, "Taken; an empty TwiML document.", "text/xml", TWIML.decode())
    | refusals("callback_refused", "not_found", "body_too_large", "unreadable", "unavailable"),
    openapi_extra={"requestBody": FORM},
)
async def post_inbound(request: Request, notifier: str) -> Response:
    """Believe what people wrote, once: the provider's signature is checked against our public address."""
    deps: Deps = request.app.state.deps
    callback = Callback(our_url(deps, request), dict(request.headers), await request.body())
    await believed(deps, notifier, lambda: replies.receive(deps.kit, notifier, callback))
    return Response(TWIML, media_type="text/xml")


@router.post(
    "/v1/callbacks/{notifier}/mail",
    summary="Somebody hands over an e-mail that came in",
    response_class=Response,
    status_code=204,
    responses=success(204, "Read; saying it again changes nothing.")
    | refusals("callback_refused", "not_found", "body_too_large", "unavailable"),
    openapi_extra={"requestBody": MAIL},
)
async def post_mail(request: Request, notifier: str) -> Response:
    """Believe a bounce or a complaint about an e-mail of ours, or what a person answers to one; ignore all others."""
    deps: Deps = request.app.state.deps
    callback = Callback(our_url(deps, request), dict(request.headers), await request.body())
    await believed(deps, notifier, lambda: mailed(deps, notifier, callback))
    return Response(status_code=204)


def mailed(deps: Deps, notifier: str, callback: Callback) -> None:
    """Act on one e-mail. Raises as `mailing.take` does."""
    ready, post = mailing.take(deps.kit, notifier, callback)
    for receipt in post.receipts:
        receipts.keep_mailed(deps.kit, ready.name, receipt)
    for reply in post.replies:
        replies.take(deps.kit, ready, reply)


@router.post(
    "/v1/callbacks/{notifier}/{account_id}/{attempt_id}",
    summary="A provider reports on a message",
    response_class=Response,
    status_code=204,
    responses=success(204, "Believed; saying it again changes nothing.")
    | refusals("callback_refused", "not_found", "body_too_large", "unreadable", "unavailable"),
    openapi_extra={"requestBody": FORM},
)
async def post_receipt(request: Request, notifier: str, account_id: str, attempt_id: str) -> Response:
    """Move a message forward, never back, by what the provider says of one attempt."""
    deps: Deps = request.app.state.deps
    callback = Callback(our_url(deps, request), dict(request.headers), await request.body())
    await believed(deps, notifier, lambda: receipts.apply(deps.kit, notifier, account_id, attempt_id, callback))
    return Response(status_code=204)


@strict.post(
    "/u/{token}",
    summary="Stop e-mails",
    response_class=Response,
    status_code=200,
    responses=success(200, "Nothing is written to this address any more.", "text/plain")
    | refusals("not_found", "unavailable"),
)
async def post_unsubscribe(request: Request, token: str) -> Response:
    """One click on the stop link of an e-mail (RFC 8058). The link is the proof; no key is needed."""
    deps: Deps = request.app.state.deps
    if not await run_in_threadpool(replies.unsubscribe, deps.kit, token):
        raise Refusal(
            "not_found", "This stop link is not known.", fix="Use the link of the newest e-mail, or reply to it."
        )
    return Response("You will not get any more e-mails from us about your shipments.\n", media_type="text/plain")


def our_url(deps: Deps, request: Request) -> str:
    """The address that the provider called, as it was given to it: our public URL, the raw path and the raw query."""
    base = deps.kit.public_url or deps.kit.local_url
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return base + raw.partition(b"?")[0].decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")


async def believed(deps: Deps, notifier: str, act: Callable[[], T]) -> T:
    """Run *act* in a thread, and turn what it raises into problems."""
    try:
        result = await run_in_threadpool(act)
    except PermissionError:
        deps.counts.callbacks.labels(outcome="refused").inc()
        fix = what_to_check(deps, notifier)
        raise Refusal("callback_refused", "The signature of this call is missing or wrong.", fix=fix) from None
    except LookupError:
        deps.counts.callbacks.labels(outcome="unknown").inc()
        raise Refusal("not_found", "No such notifier or message is known here.") from None
    except ValueError:
        deps.counts.callbacks.labels(outcome="unreadable").inc()
        raise Refusal("unreadable", "The call cannot be read.") from None
    deps.counts.callbacks.labels(outcome="believed").inc()
    return result


def what_to_check(deps: Deps, name: str) -> str | None:
    """By which settings a call of this notifier is known as its provider's; None where it does not say."""
    for ready in deps.kit.named(name):
        if isinstance(ready.notifier, Proven):
            proof = ready.notifier.proven_by
            named = [variable(name, one) for one in proof.settings]
            return f"Check {' and '.join([*named, PUBLIC_URL] if proof.address else named)}, to the letter."
    return None
