"""`POST /v1/simulator/replies`: with a test key, what a person would have written back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from notifiers.base import Channel
from service.api import examples_simulator as examples
from service.api.access import needs
from service.api.account import care
from service.api.answers import answer
from service.api.deps import Deps
from service.api.fields import Body, Seen
from service.api.phones import email_address, phone_number
from service.api.problems import Refusal, flawed
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import replies
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["simulator"])


class NewReply(Body):
    """Who writes, by `phone` or by `email`, and what. It is read as if a provider had handed it over."""

    phone: Annotated[str, Field(max_length=40)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    text: Annotated[Seen, Field(min_length=1, max_length=1600)]


@router.post(
    "/v1/simulator/replies",
    summary="Write back as a person",
    status_code=201,
    responses=answers(
        201,
        "What it was read as, and what goes back at once.",
        "test_key_needed",
        "not_json",
        "unreadable",
        "invalid",
        stop=examples.READ,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(stop=examples.STOP)}}}},
)
def post_reply(request: Request, key: Annotated[KeyView, needs("events")], new: NewReply) -> Response:
    """Let somebody whom the test account writes to answer: STOP, a digit, a question. Test keys only."""
    deps: Deps = request.app.state.deps
    if not key.test:
        raise Refusal("test_key_needed", "Only a test key can write back in a person's name.")
    channel, value = _who(deps, key, new)
    result = replies.simulate(deps.kit, key.account_id, channel, value, new.text)
    return answer(
        {
            "reply_id": result.reply_id,
            "meaning": result.meaning,
            "thread_id": result.thread_id,
            "answer": result.answer,
            "links": {"thread": f"/v1/threads/{result.thread_id}"} if result.thread_id else {},
        },
        201,
    )


def _who(deps: Deps, key: KeyView, new: NewReply) -> tuple[Channel, str]:
    """How the person writes. Raises `Refusal` unless just one address is given that can be read."""
    if (new.phone is None) == (new.email is None):
        raise flawed("one_address", "One of `phone` and `email` is needed.", "Send either of them.", pointer="/phone")
    if new.phone is not None:
        region = deps.access.region(key.account_id) or "GB"
        return Channel.SMS, care(phone_number(new.phone, region), "phone")
    return Channel.EMAIL, care(email_address(new.email or ""), "email")
