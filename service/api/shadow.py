"""`/v1/shadow`: what would have been said, before anything is said for real."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.api.access import needs
from service.api.answers import cursor, page, read_cursor
from service.api.deps import Deps
from service.api.examples import CONTACT_ID, LISTED_MESSAGE, NOTICE, SHIPMENT_ID, Shown, listed
from service.api.fields import Cursor, Limit
from service.api.message_shapes import message_entry, notice_entry, why_sentence
from service.api.shown import answers
from service.api.strict import StrictRoute
from service.flows.shadow import Counts, Rehearsal, rehearsal
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["account"])

MOST_DAYS = 90

COUNTS = {"texts": 41, "emails": 6, "segments": 44, "held": 12, "waiting": 1}
ENTRY: Shown = {
    **{name: value for name, value in NOTICE.items() if name not in {"promises", "message_ids"}},
    "stage": "rehearsal",
    "name": "Jo",
    "created_at": "2026-10-07T15:00:00.000Z",
    "messages": [LISTED_MESSAGE | {"stage": "rehearsal", "state": "accepted"}],
}
HELD: Shown = {
    "shipment_id": SHIPMENT_ID,
    "contact_id": CONTACT_ID,
    "name": "Jo",
    "code": "D01",
    "line": "arrival",
    "until": "2026-10-07T17:00:00.000Z",
    "why": "Held back because the new date has stood for 20 minutes, and is said once it has stood for 2 hours (N3).",
}
SHADOW: Shown = listed(ENTRY)
SHADOW["page"]["summary"] = {
    "mode": "shadow",
    "since": "2026-09-30T15:00:00.000Z",
    "until": "2026-10-07T15:00:00.000Z",
    "total": COUNTS,
    "days": [{"date": "2026-10-07", **COUNTS}],
    "people": [{"contact_id": CONTACT_ID, "name": "Jo", **COUNTS}],
    "reasons": [{"rule": "N12", "count": 9, "latest": 'it was overtaken by "Arrived."'}],
    "held_now": [HELD],
}


@router.get(
    "/v1/shadow",
    summary="What would have been said",
    responses=answers(
        200, "What was rehearsed, newest first, and its counts.", "invalid", "unknown_parameter", shadow=SHADOW
    ),
)
def read_shadow(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    *,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="How many of the last days.")] = 7,
    contact: Annotated[str | None, Query(max_length=40, description="In full for this person only.")] = None,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """Texts and e-mails that went to the phone and the inbox on this machine, by day and person; what was held and why.

    With a test key it is about the test account, which is always in shadow.
    """
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    found = rehearsal(deps.kit, key.account_id, days, contact=contact, after=place[0] if place else None, limit=limit)
    next_cursor = cursor(found.entries[-1]["id"]) if found.more else None
    return page(request, [entry(found, one) for one in found.entries], next_cursor, summary=summary(found))


def entry(found: Rehearsal, row: dict[str, Any]) -> dict[str, Any]:
    """One decision with the messages that carried it."""
    return {
        **notice_entry(row),
        "name": found.names.get(row["contact_id"], ""),
        "created_at": row["created_at"],
        "messages": [message_entry(one) for one in row["messages"]],
    }


def summary(found: Rehearsal) -> dict[str, Any]:
    """The counts of the whole time, and what is held back now."""
    return {
        "mode": found.mode,
        "since": found.since,
        "until": found.until,
        "total": counts(found.total),
        "days": [{"date": day, **counts(one)} for day, one in sorted(found.days.items())],
        "people": [
            {"contact_id": who, "name": found.names.get(who, ""), **counts(one)}
            for who, one in sorted(found.people.items(), key=lambda item: (-item[1].texts, item[0]))
        ],
        "reasons": [
            {"rule": rule, "count": one.count, "latest": one.latest}
            for rule, one in sorted(found.reasons.items(), key=lambda item: (-item[1].count, item[0]))
        ],
        "held_now": [held(found, one) for one in found.held_now],
    }


def held(found: Rehearsal, one: dict[str, Any]) -> dict[str, Any]:
    """News that a rule holds back at present, with the reason in words."""
    names = ("shipment_id", "contact_id", "code", "line", "until")
    return {
        **{name: one[name] for name in names},
        "name": found.names.get(one["contact_id"], ""),
        "why": why_sentence(one["why"], held=True),
    }


def counts(one: Counts) -> dict[str, int]:
    """The five numbers."""
    return {
        "texts": one.texts,
        "emails": one.emails,
        "segments": one.segments,
        "held": one.held,
        "waiting": one.waiting,
    }
