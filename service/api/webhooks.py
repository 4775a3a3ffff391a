"""`/v1/webhooks`: where an account's own systems are told of events, how that went, and sending again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field, field_validator

from notifiers.callers import Refused
from service.api import examples_webhooks as examples
from service.api.access import needs
from service.api.answers import answer, page, tagged
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body, Line, YesNo
from service.api.problems import Refusal, flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.records.webhooks import CHOOSABLE, Disabled, Endpoint, Payload, WebhookEvent, secret_name
from service.store import customers, views_deliveries, webhooks
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["webhooks"])

LISTED = "List the webhooks with `GET /v1/webhooks`."

Url = Annotated[str, Field(max_length=2000, description="An https address on the public internet.")]
Events = Annotated[
    list[str], Field(max_length=len(CHOOSABLE), description="Kinds of events; [] for all, also those to come.")
]
Customer = Annotated[
    str, Field(min_length=1, max_length=80, description="Only of this customer's shipments: its id or a code.")
]


class NewWebhook(Body):
    """An endpoint. Without `events` it is told of everything."""

    url: Url
    events: Events = Field(default_factory=list)
    customer: Customer | None = None
    payload: Payload = Payload.THIN
    description: Line = ""


class WebhookChange(Body):
    """What may be changed; what is left out stays. `missed` says what becomes of events while it was off."""

    url: Url | None = None
    events: Events | None = None
    customer: Customer | None = None
    payload: Payload | None = None
    description: Line | None = None
    enabled: YesNo | None = None
    missed: Literal["send", "skip"] = "send"

    @field_validator("url", "events", "payload", "description", "enabled", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        if value is None:
            raise ValueError("is null, which says nothing; leave it out, then it stays as it is")
        return value


def shown(row: Endpoint) -> dict[str, Any]:
    """An endpoint as answered; never its secrets."""
    here = f"/v1/webhooks/{row.id}"
    return {
        "id": row.id,
        "url": row.url,
        "description": row.description,
        "events": list(row.events),
        "customer_id": row.customer_id,
        "payload": row.payload,
        "enabled": row.disabled_at is None,
        "disabled_at": row.disabled_at,
        "disabled_why": row.disabled_why,
        "failing_since": row.failing_since,
        "held_until": row.held_until,
        "last_taken_at": row.taken_at,
        "secrets": min(row.generation, 2),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "links": {"self": here, "deliveries": f"{here}/deliveries"},
    }


def checked_url(deps: Deps, url: str) -> str:
    """*url* as given. Raises `Refusal` where it leads nowhere that we may call."""
    try:
        deps.kit.caller.check(url)
    except Refused as refusal:
        fix = "Send an address such as https://hooks.example.com/milepost, of a machine on the public internet."
        raise flawed("bad_url", str(refusal), fix, pointer="/url") from None
    return url


def checked_events(given: list[str]) -> tuple[WebhookEvent, ...]:
    """The kinds of events named, each once. Raises `Refusal` for one that is none."""
    strange = [one for one in given if one not in CHOOSABLE]
    if strange:
        fix = f"Use some of: {', '.join(CHOOSABLE)}; or [] for all."
        raise flawed("unknown_word", f"`{strange[0][:40]}` is no kind of event.", fix, pointer="/events")
    return tuple(dict.fromkeys(WebhookEvent(one) for one in given))


def customer_id(conn: Any, account_id: str, given: str) -> str:
    """The customer of that id or code. Raises `Refusal` where the account has none."""
    found = customers.find_customer(conn, account_id, given)
    if found is None:
        fix = "List the customers with `GET /v1/customers`."
        raise flawed("unknown_customer", "There is no customer of that id or code.", fix, pointer="/customer")
    return found


def of_account(conn: Any, account_id: str, webhook_id: str) -> Endpoint:
    """The endpoint of that id. Raises `Refusal` where the account has none."""
    row = webhooks.get(conn, account_id, webhook_id)
    if row is None:
        raise missing("webhook", LISTED)
    return row


def newest_secret(deps: Deps, row: Endpoint) -> str:
    """The secret that is shown once; the same is derived again at each call."""
    return deps.kit.caller.secrets_for(secret_name(row.account_id, row.id), row.generation)[0]


def wake(deps: Deps) -> None:
    """There may be something to tell."""
    for topic in ("changes", "webhooks"):
        deps.kit.database.wake(topic)


@router.get(
    "/v1/webhooks", summary="List webhooks", responses=answers(200, "Oldest first.", webhooks=examples.WEBHOOKS)
)
def list_webhooks(request: Request, key: Annotated[KeyView, needs("read")]) -> Response:
    """Where this account's systems are told of events, and whether that works. Secrets are never shown again."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        rows = webhooks.listed(conn, key.account_id)
    return page(request, [shown(row) for row in rows], None)


@router.post(
    "/v1/webhooks",
    summary="Add a webhook",
    status_code=201,
    responses=answers(
        201,
        "The webhook, with its secret, shown once.",
        "conflict",
        "not_json",
        "unreadable",
        "invalid",
        made=examples.MADE,
    ),
    openapi_extra={
        "requestBody": {
            "content": {"application/json": {"examples": body(everything=examples.NEW, one_customer=examples.NEW_FOR)}}
        }
    },
)
def post_webhook(request: Request, key: Annotated[KeyView, needs("admin")], new: NewWebhook) -> Response:
    """Be told of what changes from now on. With a test key: of what happens in the test account."""
    deps: Deps = request.app.state.deps
    url, events = checked_url(deps, new.url), checked_events(new.events)

    def unit(conn: Any, now: datetime) -> tuple[Endpoint, str]:
        customer = customer_id(conn, key.account_id, new.customer) if new.customer else None
        try:
            row = webhooks.create(
                conn,
                key.account_id,
                url=url,
                now=now,
                description=new.description,
                events=events,
                customer_id=customer,
                payload=new.payload,
            )
        except webhooks.TooMany:
            fix = "Remove one that is not needed any more."
            raise Refusal("conflict", f"This account has {webhooks.MOST} webhooks.", fix=fix) from None
        return row, row.id

    row = change(deps, key, "webhook.add", unit, detail={"events": list(events), "payload": new.payload})
    made = {**shown(row), "secret": newest_secret(deps, row)}
    return answer(made, 201, {"Location": f"/v1/webhooks/{row.id}"})


@router.get(
    "/v1/webhooks/{webhook_id}",
    summary="Read a webhook",
    responses=answers(200, "The webhook, and how many deliveries wait or failed.", "not_found", webhook=examples.ONE),
)
def read_webhook(request: Request, key: Annotated[KeyView, needs("read")], webhook_id: str) -> Response:
    """One webhook. `counts` are those of its log, which reaches back 30 days."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = of_account(conn, key.account_id, webhook_id)
        counts = views_deliveries.open_ones(conn, key.account_id, webhook_id)
    return tagged(request, {**shown(row), "counts": {state.value: number for state, number in counts.items()}})


@router.patch(
    "/v1/webhooks/{webhook_id}",
    summary="Change a webhook",
    responses=answers(200, "The webhook.", "not_found", "not_json", "unreadable", "invalid", webhook=examples.WEBHOOK),
    openapi_extra={
        "requestBody": {
            "content": {"application/json": {"examples": body(on_again={"enabled": True, "missed": "send"})}}
        }
    },
)
def patch_webhook(
    request: Request, key: Annotated[KeyView, needs("admin")], webhook_id: str, new: WebhookChange
) -> Response:
    """Change it, or switch it off and on. On again, it is first told of what it missed, unless `missed` is `skip`."""
    deps: Deps = request.app.state.deps
    fields = sorted(new.model_fields_set)
    changes: dict[str, Any] = {
        name: getattr(new, name)
        for name in ("description", "payload")
        if name in fields and getattr(new, name) is not None
    }
    if new.url is not None:
        changes["url"] = checked_url(deps, new.url)
    if new.events is not None:
        changes["events"] = [event.value for event in checked_events(new.events)]

    def unit(conn: Any, now: datetime) -> tuple[Endpoint | None, str]:
        of_account(conn, key.account_id, webhook_id)
        if "customer" in fields:
            changes["customer_id"] = customer_id(conn, key.account_id, new.customer) if new.customer else None
        row = webhooks.change(conn, key.account_id, webhook_id, now, **changes)
        if new.enabled is True:
            row = webhooks.enable(conn, key.account_id, webhook_id, now, skip=new.missed == "skip")
        elif new.enabled is False and row is not None and row.disabled_at is None:
            webhooks.disable(conn, row, Disabled.PERSON, now)
            row = webhooks.get(conn, key.account_id, webhook_id)
        return row, webhook_id

    words = {True: "webhook.enable", False: "webhook.disable", None: "webhook.change"}
    row = change(deps, key, words[new.enabled], unit, detail={"fields": fields})
    if row is None:
        raise missing("webhook", LISTED)
    wake(deps)
    return answer(shown(row))


@router.delete(
    "/v1/webhooks/{webhook_id}",
    summary="Remove a webhook",
    status_code=204,
    responses=answers(204, "It is removed.", "not_found"),
)
def delete_webhook(request: Request, key: Annotated[KeyView, needs("admin")], webhook_id: str) -> Response:
    """Tell it nothing more, and forget its log."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[bool, str]:
        gone = webhooks.remove(conn, key.account_id, webhook_id, now)
        return gone, webhook_id if gone else ""

    if not change(deps, key, "webhook.remove", unit):
        raise missing("webhook", LISTED)
    return Response(status_code=204)


@router.post(
    "/v1/webhooks/{webhook_id}/secret",
    summary="Rotate the secret",
    status_code=201,
    responses=answers(201, "The new secret, shown once.", "not_found", rotated=examples.MADE),
)
def rotate_secret(request: Request, key: Annotated[KeyView, needs("admin")], webhook_id: str) -> Response:
    """Put a new secret in force. Calls are signed with the one before too, until the next rotation."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[Endpoint | None, str]:
        row = webhooks.rotate(conn, key.account_id, webhook_id, now)
        return row, webhook_id if row else ""

    row = change(deps, key, "webhook.rotate", unit)
    if row is None:
        raise missing("webhook", LISTED)
    return answer({**shown(row), "secret": newest_secret(deps, row)}, 201)
