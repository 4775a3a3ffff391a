"""The section `webhooks` of `/openapi.json`: what is posted to a receiver, so that its side can be generated."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Header
from pydantic import BaseModel, Field

from service.api import examples_webhooks as examples
from service.api.shown import body
from service.records.webhooks import WebhookEvent


class Event(BaseModel):
    """One event: what happened, when, and the thing as it stands, in the shape in which the API shows it."""

    type: WebhookEvent = Field(description="There will be more: ignore a type that you do not know.")
    timestamp: datetime
    data: dict[str, Any]


def describe(app: FastAPI) -> None:
    """Let the schema of *app* say what webhooks are told."""

    @app.webhooks.post(
        "event",
        summary="An event",
        tags=["webhooks"],
        status_code=204,
        responses={204: {"description": "You have it. Any other answer: it comes again, with the same id."}},
        openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(**examples.EVENTS)}}}},
    )
    def event(
        event: Event,
        webhook_id: Annotated[str, Header(description="The same for each repeat: drop what you have seen.")],
        webhook_timestamp: Annotated[int, Header(description="Seconds since 1970; refuse what is over 5 minutes off.")],
        webhook_signature: Annotated[str, Header(description="`v1,…`, several with blanks: one good one is enough.")],
    ) -> None:
        """Check the signature over `{webhook-id}.{webhook-timestamp}.{body}` (Standard Webhooks 1.0) before all."""
