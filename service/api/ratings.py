"""`/v1/ratings`: how people found it, in scores and in their own words."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.api import examples
from service.api.access import needs
from service.api.answers import cursor, page, read_cursor
from service.api.deps import Deps
from service.api.fields import Cursor, Instant, Limit
from service.api.shown import answers
from service.api.strict import StrictRoute
from service.policy.scores import SCORES, mean
from service.store import ratings
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["threads"])


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A rating as answered."""
    return {
        "id": row["id"],
        "score": row["score"],
        "words": row["words"],
        "at": row["at"],
        "contact_id": row["contact_id"],
        "shipment_id": row["shipment_id"],
        "reply_id": row["reply_id"],
    }


@router.get(
    "/v1/ratings",
    summary="List ratings",
    responses=answers(
        200,
        "Ratings, newest first, and how many there are of each.",
        "invalid",
        "unknown_parameter",
        ratings=examples.RATINGS,
    ),
)
def list_ratings(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    shipment: Annotated[str | None, Query(max_length=40)] = None,
    score: Annotated[int | None, Query(ge=1, le=5, description="Only ratings of this score.")] = None,
    since: Annotated[Instant | None, Query(description="Only ratings from this instant on.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """What people answered when they were asked how it was; the distribution is that of every score."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    with deps.kit.database.read() as conn:
        rows = ratings.page(
            conn,
            key.account_id,
            shipment=shipment,
            score=score,
            since=since,
            after=place[0] if place else None,
            limit=limit,
        )
        counted = ratings.distribution(conn, key.account_id, shipment=shipment, since=since)
    next_cursor = cursor(rows[limit - 1]["id"]) if len(rows) > limit else None
    return page(
        request,
        [shown(row) for row in rows[:limit]],
        next_cursor,
        n=sum(counted.values()),
        distribution={**{str(one): counted.get(one, 0) for one in SCORES}, "words_alone": counted.get(None, 0)},
        mean=mean(counted),
    )
