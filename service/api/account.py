"""`/v1/account`: the forwarder's brand, care desk, hours and rules; `/v1/golive`: from shadow to live."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, Field, field_validator

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, tagged
from service.api.changing import change
from service.api.customers import golive_needed
from service.api.deps import Deps
from service.api.fields import Body, Clock, Day, Number, Whole, YesNo, Zone
from service.api.numbers import Lane, Rules
from service.api.phones import email_address, phone_number
from service.api.problems import Refusal, flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.flows import golive
from service.formats.people import REGIONS
from service.policy.choices import SERVICES
from service.policy.scores import RATING
from service.records.enums import Mode
from service.store import accounts
from service.store.accounts import AccountRow
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["account"])

Weekday = Annotated[str, Field(pattern=r"^[0-6]$")]


def _known_region(value: str) -> str:
    if value.upper() not in REGIONS:
        raise ValueError(
            "is not the code of a country; send two letters of ISO 3166 such as GB (United Kingdom), US, DE, NL or CN"
        )
    return value.upper()


Region = Annotated[str, Field(max_length=40), AfterValidator(_known_region)]


class Budget(Body):
    """What may be spent: the most SMS segments in a month, and what a segment costs by country (ISO 3166)."""

    segments: Annotated[Whole, Field(ge=1, le=100_000_000)] | None = None
    prices: dict[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], Annotated[Number, Field(ge=0, le=1000)]] | None = None


class AccountChange(Body):
    """What may be changed; what is left out stays, and `null` takes a care phone or e-mail away.

    `hours` maps weekdays ("0" is Monday) to spans such as ["08:00", "18:00"]; `rules` overrides rule numbers by name,
    and `lanes` does so for goods that go from one place or country to another.
    """

    brand: Annotated[str, Field(min_length=1, max_length=11)] | None = None
    care_phone: Annotated[str, Field(max_length=40)] | None = None
    care_email: Annotated[str, Field(max_length=254)] | None = None
    zone: Zone | None = None
    region: Region | None = None
    hours: dict[Weekday, Annotated[list[tuple[Clock, Clock]], Field(max_length=4)]] | None = None
    holidays: Annotated[list[Day], Field(max_length=400)] | None = None
    rules: Rules | None = None
    lanes: Annotated[list[Lane], Field(max_length=200)] | None = None
    services: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] | None = None
    budget: Budget | None = None
    mode: Mode | None = None

    @field_validator("services")
    @classmethod
    def _known_services(cls, value: list[str] | None) -> list[str] | None:
        known = (*SERVICES, RATING)
        if value and set(value) - set(known):
            raise ValueError(f"names a choice that is not known here; use some of: {', '.join(known)}")
        return None if value is None else [one for one in known if one in value]

    @field_validator("brand")
    @classmethod
    def _printable(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isprintable()):
            raise ValueError("begins every text; send letters, digits and plain punctuation only")
        return value

    @field_validator("hours")
    @classmethod
    def _in_order(cls, value: dict[str, list[tuple[str, str]]] | None) -> dict[str, list[tuple[str, str]]] | None:
        if value and any(start >= end for spans in value.values() for start, end in spans):
            raise ValueError('has a span that ends before it begins; send spans such as ["08:00", "18:00"]')
        return value


def shown(row: AccountRow) -> dict[str, Any]:
    """The account as answered."""
    return {
        "id": row.id,
        "brand": row.brand,
        "care_phone": row.care_phone,
        "care_email": row.care_email,
        "zone": row.zone,
        "region": row.region,
        "hours": row.hours,
        "holidays": list(row.holidays),
        "rules": row.rules,
        "lanes": list(row.lanes),
        "services": list(row.services),
        "budget": row.budget,
        "mode": row.mode,
        "test": row.test,
        "live_since": row.live_since,
        "created_at": row.created_at,
    }


def read(deps: Deps, account_id: str) -> dict[str, Any]:
    """The account of a key."""
    with deps.kit.database.read() as conn:
        row = accounts.get(conn, account_id)
    if row is None:
        raise missing("account")
    return shown(row)


@router.get("/v1/account", summary="Read the account", responses=answers(200, "The account.", account=examples.ACCOUNT))
def read_account(request: Request, key: Annotated[KeyView, needs("read")]) -> Response:
    """The forwarder that this key belongs to."""
    return tagged(request, read(request.app.state.deps, key.account_id))


@router.patch(
    "/v1/account",
    summary="Change the account",
    responses=answers(200, "The account.", "not_json", "unreadable", "invalid", account=examples.ACCOUNT),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(desk=examples.ACCOUNT_CHANGE)}}}},
)
def patch_account(request: Request, key: Annotated[KeyView, needs("admin")], new: AccountChange) -> Response:
    """Change brand, care desk, hours, zone or rules, or switch everything off or to shadow."""
    deps: Deps = request.app.state.deps
    if new.mode is Mode.LIVE:
        raise golive_needed()
    changes = columns(new, read(deps, key.account_id)["region"])

    def unit(conn: Any, now: datetime) -> tuple[bool, str]:
        changed = accounts.update_account(conn, key.account_id, now, **changes)
        return changed, key.account_id if changed else ""

    change(deps, key, "account.change", unit, detail={"fields": sorted(changes)})
    deps.access.forget()
    return answer(read(deps, key.account_id))


def columns(new: AccountChange, region: str) -> dict[str, Any]:
    """The columns that a request changes. Raises `Refusal` for a phone or e-mail that is none."""
    nullable = {"care_phone", "care_email"}
    found = {
        name: value for name in new.model_fields_set if (value := getattr(new, name)) is not None or name in nullable
    }
    region = found.get("region", region)
    if (phone := found.get("care_phone")) is not None:
        found["care_phone"] = care(phone_number(phone, region, "/care_phone"), "care_phone")
    if (email := found.get("care_email")) is not None:
        found["care_email"] = care(email_address(email, "/care_email"), "care_email")
    if "holidays" in found:
        found["holidays"] = [day.isoformat() for day in found["holidays"]]
    if "lanes" in found:
        found["lanes"] = [lane.model_dump(by_alias=True) for lane in found["lanes"]]
    if "budget" in found:
        found["budget"] = found["budget"].model_dump(exclude_none=True)
    if "hours" in found:
        found["hours"] = {day: [list(span) for span in spans] for day, spans in found["hours"].items()}
    return found


def care(value: str | None, name: str) -> str:
    """A phone or e-mail that is not blank. Raises `Refusal`."""
    if value is None:
        raise flawed("blank", f"`{name}` is blank.", "Send `null` to take it away.", pointer=f"/{name}")
    return value


class NewPlan(Body):
    """What should go live: `all`, `customer:CODE` or `shipment:ID`; with `tell_late`, late dates are told as news."""

    scope: Annotated[str, Field(min_length=1, max_length=100)] = "all"
    tell_late: YesNo = False


class Apply(Body):
    """How to apply a plan; without `tell_late` as it was planned."""

    tell_late: YesNo | None = None


@router.post(
    "/v1/golive/plan",
    summary="Plan going live",
    status_code=201,
    responses=answers(201, "What it would mean.", "not_json", "unreadable", "invalid", plan=examples.PLAN),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(all={"scope": "all"})}}}},
)
def post_plan(request: Request, key: Annotated[KeyView, needs("send")], new: NewPlan | None = None) -> Response:
    """Show shipments, people, who cannot be reached, texts due now and samples. Nothing is sent or changed."""
    deps: Deps = request.app.state.deps
    given = new or NewPlan()
    try:
        view = golive.plan(deps.kit, key.account_id, given.scope, given.tell_late)
    except LookupError as error:
        fix = "Send `all`, `customer:CODE` or `shipment:ID`."
        raise flawed("unknown_scope", f"{str(error).capitalize()}.", fix, pointer="/scope") from None
    return answer({**asdict(view), "links": {"apply": f"/v1/golive/{view.id}"}}, 201)


@router.post(
    "/v1/golive/{plan_id}",
    summary="Go live",
    responses=answers(
        200,
        "What was done, and what changed since the plan.",
        "not_found",
        "conflict",
        "not_json",
        "invalid",
        done=examples.APPLIED,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(as_planned={})}}}},
)
def post_golive(
    request: Request, key: Annotated[KeyView, needs("send")], plan_id: str, new: Apply | None = None
) -> Response:
    """Apply a plan to the facts as they are now. The first text is the first change afterwards, none the past."""
    deps: Deps = request.app.state.deps
    try:
        late = new.tell_late if new else None
        result = golive.apply(deps.kit, key.account_id, plan_id, tell_late=late, by=f"key:{key.name}")
    except LookupError:
        raise missing("plan", "Make one with `POST /v1/golive/plan`.") from None
    except ValueError:
        fix = "Make a new one with `POST /v1/golive/plan`."
        raise Refusal("conflict", "This plan was applied before.", fix=fix) from None
    return answer({"plan_id": plan_id, **result})
