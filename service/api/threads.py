"""`/v1/threads`: what people wrote, who owns it, and our answers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, cursor, page, read_cursor, tagged
from service.api.deps import Deps
from service.api.fields import Body, Cursor, Limit
from service.api.message_shapes import message_entry
from service.api.problems import flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import conversations
from service.records.enums import ThreadState
from service.store import views_threads
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["threads"])

LISTED = "List the conversations with `GET /v1/threads`."


class NewMessage(Body):
    """What the customer should read. It is sent as it stands, behind the brand."""

    text: Annotated[str, Field(min_length=1, max_length=1200)]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A conversation as answered."""
    return {
        "id": row["id"],
        "state": row["state"],
        "owner": row["owner"],
        "channel": row["channel"],
        "from": row["address"],
        "suppressed": row["suppressed_at"] is not None,
        "contact_id": row["contact_id"],
        "contact_name": row["contact_name"] or None,
        "shipment_id": row["shipment_id"],
        "opened_at": row["opened_at"],
        "answer_by": row["answer_by"],
        "answered_at": row["answered_at"],
        "links": {"self": f"/v1/threads/{row['id']}"},
    }


@router.get(
    "/v1/threads",
    summary="List conversations",
    responses=answers(200, "Conversations, newest first.", "invalid", "unknown_parameter", threads=examples.THREADS),
)
def list_threads(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    state: Annotated[ThreadState | None, Query(description="`open`: waits for us.")] = None,
    owner: Annotated[str | None, Query(max_length=40)] = None,
    shipment: Annotated[str | None, Query(max_length=40)] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """What people answered, and by when we answer them."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    after = place[0] if place else None
    with deps.kit.database.read() as conn:
        rows = views_threads.page(
            conn, key.account_id, state=state, owner=owner, shipment=shipment, after=after, limit=limit
        )
        ids = [row["id"] for row in rows[:limit]]
        written = views_threads.replies(conn, key.account_id, ids)
    data = [{**shown(row), "last": last_words(written.get(row["id"], []))} for row in rows[:limit]]
    return page(request, data, cursor(rows[limit - 1]["id"]) if len(rows) > limit else None)


def last_words(written: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The newest thing that a person wrote."""
    return reply(written[-1]) if written else None


def reply(row: dict[str, Any]) -> dict[str, Any]:
    """A text of a person."""
    return {
        "kind": "reply",
        "id": row["id"],
        "at": row["received_at"],
        "text": row["text"],
        "meaning": row["meaning"],
        "message_id": row["message_id"],
    }


@router.get(
    "/v1/threads/{thread_id}",
    summary="Read a conversation",
    responses=answers(200, "What was said on both sides, in order.", "not_found", thread=examples.THREAD),
)
def read_thread(request: Request, key: Annotated[KeyView, needs("read")], thread_id: str) -> Response:
    """One conversation: replies and our answers in one ordered list."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = views_threads.one(conn, key.account_id, thread_id)
        if row is None:
            raise missing("conversation", LISTED)
        written = views_threads.replies(conn, key.account_id, [thread_id]).get(thread_id, [])
        answered = views_threads.answers(conn, key.account_id, [thread_id]).get(thread_id, [])
    entries = [reply(one) for one in written]
    entries += [{"kind": "message", "at": one["created_at"], **message_entry(one)} for one in answered]
    return tagged(
        request,
        {**shown(row), "entries": sorted(entries, key=lambda one: (one["at"], one["kind"] != "reply", one["id"]))},
    )


@router.post(
    "/v1/threads/{thread_id}/messages",
    summary="Answer a person",
    status_code=202,
    responses=answers(
        202, "It will leave at once.", "not_found", "not_json", "unreadable", "invalid", answered=examples.ANSWERED
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(moved=examples.ANSWER)}}}},
)
def post_message(request: Request, key: Annotated[KeyView, needs("send")], thread_id: str, new: NewMessage) -> Response:
    """Send a person's words back on a conversation, and mark it answered."""
    deps: Deps = request.app.state.deps
    try:
        message_id = conversations.answer(deps.kit, key.account_id, thread_id, new.text, f"key:{key.name}")
    except LookupError:
        raise missing("conversation", LISTED) from None
    except ValueError as error:
        said, _, fix = str(error).partition(";")
        detail = f"{said[:1].upper()}{said[1:]}."
        raise flawed(
            "cannot_send", detail, f"{fix.strip().capitalize() or 'Correct the text'}.", pointer="/text"
        ) from None
    return answer({"message_id": message_id, "links": {"message": f"/v1/messages/{message_id}"}}, 202)
