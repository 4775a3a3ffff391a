"""`/v1/audit` and `/v1/balance`: whether the books balance, in themselves and against what providers list."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from service.api import examples_controls as examples
from service.api.access import needs
from service.api.answers import answer, tagged
from service.api.deps import Deps
from service.api.fields import Body, Sentence
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import books
from service.records.books import Balance, ListBooks
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["books"])


class Asked(Body):
    """Why the books are looked at."""

    why: Sentence = "looked over the API"


def shown(found: Balance) -> dict[str, Any]:
    """Our own books as answered."""
    return {
        "balanced": found.balanced,
        "notices": {"total": found.notices_total, "states": found.notices},
        "messages": {"total": found.messages_total, "states": found.messages},
        "faults": [{"what": one.what, "number": one.number, "ids": list(one.ids)} for one in found.faults],
    }


def listed(one: ListBooks) -> dict[str, Any]:
    """A provider's list as answered."""
    return {
        "notifier": one.notifier,
        "channel": one.channel,
        "read": one.read,
        "receipts": one.receipts,
        "replies": one.replies,
        "orphans": list(one.orphans),
        "duplicates": list(one.duplicates),
        "missing": list(one.missing),
    }


@router.get(
    "/v1/balance",
    summary="Balance our own books",
    responses=answers(200, "Every notice and message by its state.", balance=examples.BALANCE),
)
def read_balance(request: Request, key: Annotated[KeyView, needs("read")]) -> Response:
    """What became of every notice and message, and what does not fit. Reads the whole account; changes nothing."""
    deps: Deps = request.app.state.deps
    return tagged(request, shown(books.balance_of(deps.kit, key.account_id)))


@router.post(
    "/v1/audit",
    summary="Hold the providers' lists against ours",
    responses=answers(200, "What fits and what does not.", "not_json", "invalid", books=examples.BOOKS),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(doubt=examples.ASKED)}}}},
)
def post_audit(request: Request, key: Annotated[KeyView, needs("admin")], given: Asked | None = None) -> Response:
    """Read the lists of senders that you write from, now and both ways, and believe the receipts and replies in them.

    What does not fit is a task too. With a test key no provider is asked: the books of the test account are balanced.
    """
    deps: Deps = request.app.state.deps
    found = books.own_audit(deps.kit, key.account_id, by=f"key:{key.name}", why=(given or Asked()).why)
    return answer(
        {
            "balanced": found.balanced,
            "lists": [listed(one) for one in found.lists],
            "balance": shown(found.balance),
        }
    )
