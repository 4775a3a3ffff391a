"""`/v1/webhooks/{webhook_id}/…`: a test, the delivery log, and sending again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.api import examples_webhooks as examples
from service.api.access import needs
from service.api.answers import answer, cursor, encoded, page, read_cursor, tagged
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body, Cursor, Instant, Limit, words_of
from service.api.problems import flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.api.webhooks import of_account
from service.records.webhooks import DeliveryState, Endpoint, WebhookEvent
from service.store import deliveries, views_deliveries, webhooks
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["webhooks"])

LOGGED = "List its deliveries with `GET /v1/webhooks/{webhook_id}/deliveries`."


class Replay(Body):
    """From when on failed deliveries are sent again."""

    since: Instant


def entry(row: dict[str, Any]) -> dict[str, Any]:
    """A delivery in the log; its id is the `webhook-id` of every call."""
    here = f"/v1/webhooks/{row['webhook_id']}/deliveries/{row['id']}"
    return {
        "id": row["id"],
        "event": row["event"],
        "subject_id": row["subject_id"],
        "shipment_id": row["shipment_id"],
        "at": row["at"],
        "state": row["state"],
        "status": row["status"],
        "detail": row["detail"],
        "calls": row["calls"],
        "next_at": row["due_at"] if row["state"] == DeliveryState.WAITING else None,
        "created_at": row["created_at"],
        "ended_at": row["ended_at"],
        "links": {"self": here},
    }


def trial(found: Endpoint, at: datetime) -> str:
    """What a test sends."""
    data = {"id": found.id, "description": found.description}
    return encoded({"type": WebhookEvent.WEBHOOK_TEST, "timestamp": at, "data": data}).decode()


def call(row: dict[str, Any]) -> dict[str, Any]:
    """One call: `status` null where no answer came, `said` the beginning of an answer that is no 2xx."""
    return {name: row[name] for name in ("number", "started_at", "completed_at", "ms", "status", "detail", "said")}


@router.post(
    "/v1/webhooks/{webhook_id}/test",
    summary="Send a test",
    status_code=202,
    responses=answers(202, "A test is on its way; its delivery says how it went.", "not_found", sent=examples.TEST),
)
def post_test(request: Request, key: Annotated[KeyView, needs("admin")], webhook_id: str) -> Response:
    """Send the event `webhook.test`, once, also to a webhook that is off. It changes nothing but its own delivery."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[dict[str, Any] | None, str]:
        found = of_account(conn, key.account_id, webhook_id)
        sent = deliveries.keep_test(conn, found, trial(found, now), now)
        return views_deliveries.one(conn, key.account_id, webhook_id, sent), webhook_id

    row = change(deps, key, "webhook.test", unit)
    deps.kit.database.wake("webhooks")
    assert row is not None
    return answer(entry(row), 202, {"Location": f"/v1/webhooks/{webhook_id}/deliveries/{row['id']}"})


@router.get(
    "/v1/webhooks/{webhook_id}/deliveries",
    summary="The delivery log",
    responses=answers(
        200, "Deliveries, newest first.", "not_found", "invalid", "unknown_parameter", deliveries=examples.DELIVERIES
    ),
)
def list_deliveries(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    webhook_id: str,
    state: Annotated[str | None, Query(max_length=80, description="One state or several with commas.")] = None,
    event: Annotated[str | None, Query(max_length=400, description="One kind of event or several.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """What it was told and how that went, for 30 days."""
    deps: Deps = request.app.state.deps
    states, events = words_of(state, DeliveryState, "state"), words_of(event, WebhookEvent, "event")
    after = place_of(read_cursor(cursor_, 1))
    with deps.kit.database.read() as conn:
        of_account(conn, key.account_id, webhook_id)
        rows = views_deliveries.page(
            conn, key.account_id, webhook_id, states=states, events=events, after=after, limit=limit
        )
    more = len(rows) > limit
    data = [entry(row) for row in rows[:limit]]
    return page(request, data, cursor(str(rows[limit - 1]["number"])) if more else None)


def place_of(parts: tuple[str, ...] | None) -> int | None:
    """Where the page before ended. Raises `Refusal` for a mark that is none."""
    if parts is None:
        return None
    if parts[0].isascii() and parts[0].isdigit() and len(parts[0]) <= 18:
        return int(parts[0])
    raise flawed("cursor", "`cursor` is not one that this list gave.", "Leave it out.", parameter="cursor")


@router.get(
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}",
    summary="Read a delivery",
    responses=answers(200, "The delivery, with each call.", "not_found", delivery=examples.DELIVERY),
)
def read_delivery(
    request: Request, key: Annotated[KeyView, needs("read")], webhook_id: str, delivery_id: str
) -> Response:
    """One event to one webhook: each call with its status, how long it took and what was answered."""
    deps: Deps = request.app.state.deps
    return tagged(request, whole(deps, key.account_id, webhook_id, delivery_id))


def whole(deps: Deps, account_id: str, webhook_id: str, delivery_id: str) -> dict[str, Any]:
    """One delivery with its calls. Raises `Refusal` where the account has none of that id."""
    with deps.kit.database.read() as conn:
        row = views_deliveries.one(conn, account_id, webhook_id, delivery_id)
        calls = views_deliveries.attempts(conn, account_id, delivery_id)
    if row is None:
        raise missing("delivery", LOGGED)
    return {**entry(row), "body": row["body"], "attempts": [call(one) for one in calls]}


@router.post(
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    summary="Send a delivery again",
    status_code=202,
    responses=answers(202, "It is due at once.", "not_found", delivery=examples.DELIVERY),
)
def replay_delivery(
    request: Request, key: Annotated[KeyView, needs("admin")], webhook_id: str, delivery_id: str
) -> Response:
    """Send it again with the same id and the same body, whatever came of it; a receiver that has it drops it."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[bool, str]:
        found = deliveries.replay(conn, key.account_id, webhook_id, delivery_id, now)
        return found, webhook_id if found else ""

    if not change(deps, key, "webhook.replay", unit, detail={"delivery": delivery_id[:40]}):
        raise missing("delivery", LOGGED)
    deps.kit.database.wake("webhooks")
    return answer(whole(deps, key.account_id, webhook_id, delivery_id), 202)


@router.post(
    "/v1/webhooks/{webhook_id}/replay",
    summary="Send what failed again",
    status_code=202,
    responses=answers(
        202, "How many deliveries are due at once.", "not_found", "not_json", "invalid", replayed={"replayed": 12}
    ),
    openapi_extra={
        "requestBody": {"content": {"application/json": {"examples": body(since={"since": "2026-10-07T00:00:00Z"})}}}
    },
)
def replay_failed(
    request: Request, key: Annotated[KeyView, needs("admin")], webhook_id: str, given: Replay
) -> Response:
    """Send every delivery that failed `since` an instant again, oldest first, each under its own id."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[int, str]:
        of_account(conn, key.account_id, webhook_id)
        return webhooks.replay_failed(conn, key.account_id, webhook_id, given.since, now), webhook_id

    number = change(deps, key, "webhook.replay", unit, detail={"since": given.since.isoformat()})
    deps.kit.database.wake("webhooks")
    return answer({"replayed": number}, 202)
