"""`/v1/customers`: who the forwarder's system means by a customer code."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, cursor, page, read_cursor, tagged
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body, Cursor, Limit, Line, Word
from service.api.numbers import Rules
from service.api.problems import Refusal, flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.records.enums import Mode
from service.store import customers, follows
from service.store.customers import CustomerRow
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["customers"])

LISTED = "List the customers with `GET /v1/customers`."


class NewCustomer(Body):
    """A customer: the code by which the forwarder's system names it, and a name for people."""

    code: Word
    name: Line = ""
    codes: list[Word] = Field(default_factory=list, max_length=50)


class CustomerChange(Body):
    """What may be changed; what is left out stays. `rules` are the customer's own numbers; `null` takes them away."""

    name: Line | None = None
    add_codes: list[Word] = Field(default_factory=list, max_length=50)
    mode: Mode | None = None
    rules: Rules | None = None


def shown(row: CustomerRow) -> dict[str, Any]:
    """A customer as answered. `mode` null follows the account."""
    return {
        "id": row.id,
        "name": row.name,
        "rules": row.rules,
        "codes": list(row.codes),
        "mode": row.mode,
        "created_at": row.created_at,
        "links": {"self": f"/v1/customers/{row.id}", "shipments": f"/v1/shipments?customer={row.id}"},
    }


@router.get(
    "/v1/customers",
    summary="List customers",
    responses=answers(200, "Customers, oldest first.", "invalid", "unknown_parameter", customers=examples.CUSTOMERS),
)
def list_customers(
    request: Request, key: Annotated[KeyView, needs("read")], limit: Limit = 50, cursor_: Cursor = None
) -> Response:
    """The customers with their codes."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    with deps.kit.database.read() as conn:
        rows = customers.list_customers(conn, key.account_id, after=place[0] if place else "", limit=limit + 1)
    return page(
        request, [shown(row) for row in rows[:limit]], cursor(rows[limit - 1].id) if len(rows) > limit else None
    )


@router.get(
    "/v1/customers/{customer_id}",
    summary="Read a customer",
    responses=answers(200, "The customer and who follows it.", "not_found", customer=examples.CUSTOMER),
)
def read_customer(request: Request, key: Annotated[KeyView, needs("read")], customer_id: str) -> Response:
    """One customer, with the contacts that hear of all its shipments."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = customers.get_customer(conn, key.account_id, customer_id)
        if row is None:
            raise missing("customer", LISTED)
        people = follows.followers_of(conn, key.account_id, customer_id)
    followed = [{"contact_id": one.contact_id, "role": one.role, "since": one.since} for one in people]
    return tagged(request, {**shown(row), "followed_by": followed})


@router.post(
    "/v1/customers",
    summary="Make or rename a customer",
    status_code=201,
    responses=answers(
        201, "The customer.", "conflict", "not_json", "unreadable", "invalid", customer=examples.CUSTOMER
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(harbour=examples.NEW_CUSTOMER)}}}},
)
def post_customer(request: Request, key: Annotated[KeyView, needs("people")], new: NewCustomer) -> Response:
    """Make the customer that `code` names. Where it exists already it is renamed, so sending it twice is safe."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[CustomerRow | None, str]:
        customer_id = customers.upsert_customer(conn, key.account_id, new.code, new.name, now)
        add_codes(conn, key.account_id, customer_id, new.codes)
        return customers.get_customer(conn, key.account_id, customer_id), customer_id

    row = change(deps, key, "customer.put", unit)
    assert row is not None, "it was just made"
    return answer(shown(row), 201, {"Location": f"/v1/customers/{row.id}"})


@router.patch(
    "/v1/customers/{customer_id}",
    summary="Change a customer",
    responses=answers(
        200, "The customer.", "not_found", "conflict", "not_json", "unreadable", "invalid", customer=examples.CUSTOMER
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(live={"mode": "shadow"})}}}},
)
def patch_customer(
    request: Request, key: Annotated[KeyView, needs("people")], customer_id: str, new: CustomerChange
) -> Response:
    """Rename it, give it further codes, or switch it off or to shadow. Going live is a plan: `POST /v1/golive/plan`."""
    deps: Deps = request.app.state.deps
    if new.mode is Mode.LIVE:
        raise golive_needed()

    def unit(conn: Any, now: datetime) -> tuple[CustomerRow | None, str]:
        if customers.get_customer(conn, key.account_id, customer_id) is None:
            return None, ""
        if new.name is not None:
            customers.rename_customer(conn, key.account_id, customer_id, new.name)
        add_codes(conn, key.account_id, customer_id, new.add_codes)
        if "rules" in new.model_fields_set:
            customers.set_rules(conn, key.account_id, customer_id, new.rules, now)
        if "mode" in new.model_fields_set:
            customers.set_mode(conn, key.account_id, customer_id, new.mode, now)
        return customers.get_customer(conn, key.account_id, customer_id), customer_id

    row = change(deps, key, "customer.change", unit, detail={"fields": sorted(new.model_fields_set)})
    if row is None:
        raise missing("customer", LISTED)
    return answer(shown(row))


def golive_needed() -> Refusal:
    """Nothing goes live by a change of a field."""
    return flawed(
        "golive_needed",
        "Going live is a plan that is looked at first, not a field.",
        "Make a plan with `POST /v1/golive/plan`, then apply it.",
        pointer="/mode",
    )


def add_codes(conn: Any, account_id: str, customer_id: str, codes: list[str]) -> None:
    """Let further codes name the customer. Raises `Refusal` where one names another."""
    wanted = {customers.clean_code(code) for code in codes}
    known = customers.by_codes(conn, account_id, wanted)
    taken = sorted(code for code, owner in known.items() if owner != customer_id)
    if taken:
        fix = "Choose another code, or use that customer."
        raise Refusal("conflict", f"The code {taken[0]} names another customer already.", fix=fix)
    for code in sorted(wanted - known.keys()):
        customers.add_code(conn, account_id, customer_id, code)
