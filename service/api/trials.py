"""`/v1/texts/{code}/release` and `/withdraw`: how the trial of an account's own words ends by a person's word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from notifiers.base import PersonalChannel
from service.api import examples_texts as examples
from service.api.access import needs
from service.api.answers import answer
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.api.texts import Language, known, whole
from service.records.signs import TrialState
from service.store import trials
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["texts"])

WHICH = {"requestBody": {"content": {"application/json": {"examples": body(which=examples.WHICH)}}}}


class Which(Body):
    """Whose trial is ended. Both are named, so that never another language is said than was meant."""

    language: Language
    channel: PersonalChannel


@router.post(
    "/v1/texts/{code}/release",
    summary="Say a text on trial to everybody",
    responses=answers(200, "The text, released.", "not_found", "not_json", "unreadable", "invalid", text=examples.TEXT),
    openapi_extra=WHICH,
)
def release_text(request: Request, key: Annotated[KeyView, needs("admin")], code: str, which: Which) -> Response:
    """Your own words in use are said to everybody, whatever their trial has shown. Sending it twice changes nothing."""
    deps: Deps = request.app.state.deps
    one, language, channel = known(code), which.language, which.channel

    def unit(conn: Any, _now: datetime) -> tuple[None, str]:
        there = trials.current(conn, key.account_id, one, language, channel)
        moved = (
            there is not None
            and there.trial
            and trials.end(conn, key.account_id, there.id, TrialState.RELEASED, since=there.trial)
        )
        return None, there.id if there and moved else ""

    change(deps, key, "text.release", unit, detail={"code": one.value, "language": language, "channel": channel.value})
    deps.kit.database.wake("messages")
    with deps.kit.database.read() as conn:
        return answer(whole(conn, key.account_id, one, language, channel))


@router.post(
    "/v1/texts/{code}/withdraw",
    summary="Say what was said before",
    responses=answers(
        200, "The text as it is said now.", "not_found", "not_json", "unreadable", "invalid", text=examples.TEXT_OURS
    ),
    openapi_extra=WHICH,
)
def withdraw_text(request: Request, key: Annotated[KeyView, needs("admin")], code: str, which: Which) -> Response:
    """Back to the last version that was released, to ours where there is none. What has left stays as it is."""
    deps: Deps = request.app.state.deps
    one, language, channel = known(code), which.language, which.channel

    def unit(conn: Any, _now: datetime) -> tuple[None, str]:
        return None, trials.withdraw(conn, key.account_id, one, language, channel)[0]

    change(deps, key, "text.withdraw", unit, detail={"code": one.value, "language": language, "channel": channel.value})
    deps.kit.database.wake("messages")
    with deps.kit.database.read() as conn:
        return answer(whole(conn, key.account_id, one, language, channel))
