"""`/v1/messages` and `/v1/notices`: what left, what waits, what was not said and why; cancelling until hand-over."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from notifiers.base import PersonalChannel
from service.api import examples
from service.api.access import needs
from service.api.answers import answer, cursor, page, read_cursor, tagged
from service.api.deps import Deps
from service.api.fields import Body, Cursor, Instant, Limit, Sentence, words_of
from service.api.message_shapes import message_entry, notice_entry, whole_message
from service.api.problems import Refusal, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import dispatch, mending
from service.policy.cancelling import ended
from service.records.enums import MessageKind, MessageState, Stage
from service.store import views_messages
from service.store.keys import KeyView
from service.store.views_messages import MessageQuery

router = APIRouter(route_class=StrictRoute, tags=["messages"])


@router.get(
    "/v1/messages",
    summary="List messages",
    responses=answers(200, "Messages, newest first.", "invalid", "unknown_parameter", messages=examples.MESSAGES),
)
def list_messages(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    *,
    state: Annotated[str | None, Query(max_length=200, description="One state or several with commas.")] = None,
    stage: Annotated[Stage | None, Query()] = None,
    channel: Annotated[PersonalChannel | None, Query()] = None,
    kind: Annotated[MessageKind | None, Query()] = None,
    shipment: Annotated[str | None, Query(max_length=40, description="Messages with news of this shipment.")] = None,
    contact: Annotated[str | None, Query(max_length=40)] = None,
    since: Annotated[Instant | None, Query(description="Made at or after this instant.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """What left and what waits, with each state explained in words."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    query = MessageQuery(
        state=words_of(state, MessageState, "state"),
        stage=stage,
        channel=channel,
        kind=kind,
        shipment=shipment,
        contact=contact,
        since=since,
        after=place[0] if place else None,
        limit=limit,
    )
    with deps.kit.database.read() as conn:
        rows = views_messages.page(conn, key.account_id, query)
    shown, more = rows[:limit], len(rows) > limit
    return page(request, [message_entry(row) for row in shown], cursor(shown[-1]["id"]) if more else None)


@router.get(
    "/v1/messages/{message_id}",
    summary="Read a message",
    responses=answers(
        200, "The message, with its notices, attempts and receipts.", "not_found", message=examples.MESSAGE
    ),
)
def read_message(request: Request, key: Annotated[KeyView, needs("read")], message_id: str) -> Response:
    """One message: the words as sent, why it was sent, each call of a provider, and what the provider said."""
    deps: Deps = request.app.state.deps
    return tagged(request, whole(deps, key.account_id, message_id))


def whole(deps: Deps, account_id: str, message_id: str) -> dict[str, Any]:
    """One message with everything. Raises `Refusal` where the account has none of that id."""
    with deps.kit.database.read() as conn:
        row = views_messages.one(conn, account_id, message_id)
        if row is None:
            raise missing("message", "List the messages with `GET /v1/messages`.")
        attempts = views_messages.attempts(conn, account_id, message_id)
        receipts = views_messages.receipts(conn, account_id, message_id)
        notices = views_messages.notices_of(conn, account_id, [message_id]).get(message_id, [])
    return whole_message(row, attempts, receipts, notices)


class Cancellation(Body):
    """Why a message is stopped."""

    why: Sentence = "cancelled over the API"


@router.post(
    "/v1/messages/{message_id}/cancel",
    summary="Cancel a waiting message",
    responses=answers(
        200, "It will not leave.", "not_found", "conflict", "not_json", "invalid", cancelled=examples.CANCELLED
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(moved=examples.CANCELLATION)}}}},
)
def cancel_message(
    request: Request, key: Annotated[KeyView, needs("send")], message_id: str, given: Cancellation | None = None
) -> Response:
    """Stop a message that has not been handed over. Cancelling twice is the same as once; a 409 says it is too late."""
    return cancelled(request, key, message_id, (given or Cancellation()).why)


@router.delete(
    "/v1/messages/{message_id}",
    summary="Cancel a waiting message",
    responses=answers(200, "It will not leave.", "not_found", "conflict", cancelled=examples.CANCELLED),
)
def delete_message(request: Request, key: Annotated[KeyView, needs("send")], message_id: str) -> Response:
    """The same as `POST …/cancel`; the message stays in the records as cancelled."""
    return cancelled(request, key, message_id, "cancelled over the API")


def cancelled(request: Request, key: KeyView, message_id: str, why: str) -> Response:
    """Cancel, and answer with what it came to."""
    deps: Deps = request.app.state.deps
    try:
        state = dispatch.cancel(deps.kit, key.account_id, message_id, by=f"key:{key.name}", why=why)
    except LookupError:
        raise missing("message", "List the messages with `GET /v1/messages?state=waiting`.") from None
    if state != MessageState.CANCELLED:
        raise _too_late(deps, key.account_id, message_id, state)
    return answer({"id": message_id, "state": state})


def _too_late(deps: Deps, account_id: str, message_id: str, state: str) -> Refusal:
    """The refusal of a cancel that names what mends the message: the facts that it rests on, to be taken back."""
    facts = () if ended(state) else mending.facts_said(deps.kit, account_id, message_id)
    calls = [f"POST /v1/facts/{fact}/retract" for fact in facts]
    if ended(state):
        fix = "It will not leave as it is: there is nothing to cancel."
    elif facts:
        named = " or ".join(f"`{call}`" for call in calls)
        fix = f"If what it says is false, take it back with {named}: whoever was told hears a correction."
    else:
        fix = "Write to the person instead, with `POST /v1/threads/{id}/messages` or by phone."
    return Refusal(
        "conflict",
        f"The message is {state}; only a waiting one can be cancelled.",
        fix=fix,
        extra={"state": state, "facts": list(facts), "corrections": calls},
    )


@router.get(
    "/v1/notices/{notice_id}",
    summary="Ask why",
    responses=answers(200, "The decision, its reasons and its words.", "not_found", notice=examples.NOTICE),
)
def read_notice(request: Request, key: Annotated[KeyView, needs("read")], notice_id: str) -> Response:
    """One decision to tell somebody something: why it was said, held or not said, in a sentence and rule by rule."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = views_messages.notice_by_id(conn, key.account_id, notice_id)
        if row is None:
            raise missing("notice", "The timeline of a shipment names its notices.")
        promises = views_messages.promises_of(conn, key.account_id, notice_id)
    told = [
        {"id": one["id"], "line": one["line"], "date": one["at_date"], "state": one["state"], "ordinal": one["ordinal"]}
        for one in promises
    ]
    more = {"subject": row["subject"], "created_at": row["created_at"], "ended_at": row["ended_at"]}
    return tagged(request, {**notice_entry(row), **more, "promises": told, "message_ids": row["message_ids"]})
