"""`/v1/sources`: the logistics systems that post, their formats, how they sign, and their secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field, JsonValue

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, page, tagged
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body, Whole
from service.api.problems import Refusal, flawed, missing
from service.api.shown import answers, body
from service.api.source_secrets import check_change, check_rotation, check_secret, fresh_secret, kept, post_to
from service.api.strict import StrictRoute
from service.formats import registry, signatures
from service.formats.base import Refused
from service.formats.mapping import check_mapping
from service.formats.options import check_values
from service.store import sources
from service.store.keys import KeyView
from service.store.sources import OWN, SourceRow

router = APIRouter(route_class=StrictRoute, tags=["sources"])

LISTED = "List the sources with `GET /v1/sources`."

Name = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$", description="Part of the address to post to.")
]
Secret = Annotated[str, Field(min_length=16, max_length=8000)]
Options = Annotated[dict[str, JsonValue], Field(max_length=50)]
Code = Annotated[str, Field(min_length=1, max_length=200)]
Meaning = Annotated[str, Field(max_length=40, description="A milestone, a reason, or `ignore`.")]
Lag = Annotated[Whole, Field(ge=0, le=100_000, description="How long the source usually takes, in minutes.")]


class NewSource(Body):
    """A source. Without a `secret` one is drawn and shown once; without a `scheme` the format's usual one is taken.

    The scheme `api_key` has no secret: `secret` is null in the answer.
    """

    name: Name
    format: Annotated[str, Field(max_length=40)]
    scheme: Annotated[str, Field(max_length=40)] | None = None
    secret: Secret | None = None
    options: Options = Field(default_factory=dict)
    mapping: dict[Code, Meaning] = Field(default_factory=dict)
    usual_lag_minutes: Lag | None = None


class SourceChange(Body):
    """What may be changed; what is left out stays."""

    format: Annotated[str, Field(max_length=40)] | None = None
    scheme: Annotated[str, Field(max_length=40)] | None = None
    options: Options | None = None
    usual_lag_minutes: Lag | None = None


class NewSecret(Body):
    """A secret that the other side has drawn; without it one is drawn here."""

    secret: Secret | None = None


def secrets_of(row: SourceRow) -> int:
    """How many secrets are in force: none where a key is sent."""
    return 0 if row.scheme == signatures.API_KEY else len(row.secrets)


def shown(row: SourceRow) -> dict[str, Any]:
    """A source as answered: how many secrets are in force, never which."""
    return {
        "id": row.id,
        "name": row.name,
        "format": row.format,
        "scheme": row.scheme,
        "options": row.options,
        "mapping": row.mapping,
        "usual_lag_minutes": row.usual_lag_minutes,
        "secrets": secrets_of(row),
        "last_call_at": row.last_call_at,
        "created_at": row.created_at,
        "links": {"self": f"/v1/sources/{row.id}", "post_to": "/v1/events" if row.id == OWN else post_to(row)},
    }


def shown_once(row: SourceRow, secret: str | None) -> dict[str, Any]:
    """A source with the *secret* that was just drawn or given, or with the address that holds it; None has it none."""
    found = shown(row)
    if secret is not None and row.scheme == signatures.SOURCE_URL:
        found["links"]["post_to"] = post_to(row, secret)
        return found
    return {**found, "secret": secret}


def check_format(name: str) -> Any:
    """The format of that name. Raises `Refusal` where none is installed."""
    try:
        return registry.get(name)
    except LookupError:
        fix = f"Use one of: {', '.join(registry.known())}."
        raise flawed("unknown_format", f"There is no format `{name[:40]}`.", fix, pointer="/format") from None


def check_scheme(name: str) -> str:
    """The scheme of that name. Raises `Refusal` where there is none."""
    if name not in signatures.SCHEMES:
        fix = f"Use one of: {', '.join(sorted(signatures.SCHEMES))}."
        raise flawed("unknown_scheme", f"There is no signature scheme `{name[:40]}`.", fix, pointer="/scheme")
    return name


def check_options(format_name: str, scheme: str, options: dict[str, Any]) -> None:
    """Raise `Refusal` for an option that neither the format nor the signature scheme knows, or for a wrong value."""
    known = {*check_format(format_name).options, *signatures.SCHEMES[check_scheme(scheme)].options}
    strange = sorted(set(options) - known)
    if strange:
        fix = f"The options here: {', '.join(sorted(known)) or 'none'}."
        raise flawed("unknown_option", f"`{strange[0][:40]}` is no option of this source.", fix, pointer="/options")
    try:
        check_values(options)
    except Refused as error:
        raise flawed(error.code, error.message, error.fix, pointer=error.pointer) from None


@router.get(
    "/v1/sources", summary="List sources", responses=answers(200, "Sources, oldest first.", sources=examples.SOURCES)
)
def list_sources(request: Request, key: Annotated[KeyView, needs("read")]) -> Response:
    """The systems that post. Secrets are never shown again."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        rows = sources.list_sources(conn, key.account_id)
    return page(request, [shown(row) for row in rows], None)


@router.get(
    "/v1/sources/{source}",
    summary="Read a source",
    responses=answers(200, "The source.", "not_found", source=examples.SOURCE),
)
def read_source(request: Request, key: Annotated[KeyView, needs("read")], source: str) -> Response:
    """One source, by its id or its name."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = sources.find_source(conn, key.account_id, source)
    if row is None:
        raise missing("source", LISTED)
    return tagged(request, shown(row))


@router.post(
    "/v1/sources",
    summary="Add a source",
    status_code=201,
    responses=answers(
        201,
        "The source, with its secret, shown once.",
        "conflict",
        "not_json",
        "unreadable",
        "invalid",
        made=examples.NEW_SOURCE_MADE,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(dcsa=examples.NEW_SOURCE)}}}},
)
def post_source(request: Request, key: Annotated[KeyView, needs("admin")], new: NewSource) -> Response:
    """Make a source; it posts to `/v1/in/{id}` from then on."""
    deps: Deps = request.app.state.deps
    found = check_format(new.format)
    scheme = check_scheme(new.scheme or found.default_scheme)
    check_options(new.format, scheme, new.options)
    check_secret(scheme, new.secret)
    try:
        check_mapping(found, new.mapping)
    except Refused as error:
        raise flawed(error.code, error.message, error.fix, pointer=error.pointer) from None
    secret = new.secret or fresh_secret(scheme)

    def unit(conn: Any, now: datetime) -> tuple[SourceRow, str]:
        if sources.find_source(conn, key.account_id, new.name) is not None:
            fix = "Choose another name, or rotate its secret with `POST /v1/sources/{source}/secret`."
            raise Refusal("conflict", f"A source named {new.name} exists already.", fix=fix)
        row = sources.create_source(
            conn,
            key.account_id,
            name=new.name,
            format=new.format,
            scheme=scheme,
            secrets=kept(scheme, secret),
            options=new.options,
            mapping=new.mapping,
            usual_lag_minutes=new.usual_lag_minutes,
            now=now,
        )
        return row, row.id

    row = change(deps, key, "source.add", unit, detail={"format": new.format, "scheme": scheme})
    return answer(shown_once(row, secret), 201, {"Location": f"/v1/sources/{row.id}"})


@router.patch(
    "/v1/sources/{source}",
    summary="Change a source",
    responses=answers(200, "The source.", "not_found", "not_json", "unreadable", "invalid", source=examples.SOURCE),
    openapi_extra={
        "requestBody": {"content": {"application/json": {"examples": body(lag={"usual_lag_minutes": 360})}}}
    },
)
def patch_source(request: Request, key: Annotated[KeyView, needs("admin")], source: str, new: SourceChange) -> Response:
    """Change format, scheme, options or the usual lag. What was received stays as it was read."""
    deps: Deps = request.app.state.deps
    fields = sorted(new.model_fields_set)
    changes = {
        name: getattr(new, name) for name in fields if name == "usual_lag_minutes" or getattr(new, name) is not None
    }

    def unit(conn: Any, _now: datetime) -> tuple[SourceRow | None, str]:
        row = sources.find_source(conn, key.account_id, source)
        if row is None:
            return None, ""
        check_change(row.scheme, new.scheme)
        options = row.options if new.options is None else new.options
        check_options(new.format or row.format, new.scheme or row.scheme, options)
        return sources.update_source(conn, key.account_id, row.id, **changes), row.id

    row = change(deps, key, "source.change", unit, detail={"fields": fields})
    if row is None:
        raise missing("source", LISTED)
    return answer(shown(row))


@router.delete(
    "/v1/sources/{source}",
    summary="Remove a source",
    status_code=204,
    responses=answers(204, "It is removed.", "not_found"),
)
def delete_source(request: Request, key: Annotated[KeyView, needs("admin")], source: str) -> Response:
    """Refuse its calls from now on, and forget its secrets. What it has said stays, under its id."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, _now: datetime) -> tuple[bool, str]:
        row = sources.find_source(conn, key.account_id, source)
        gone = sources.delete_source(conn, key.account_id, row.id) if row is not None else None
        return gone is not None, gone.id if gone is not None else ""

    if not change(deps, key, "source.remove", unit):
        raise missing("source", LISTED)
    return Response(status_code=204)


@router.post(
    "/v1/sources/{source}/secret",
    summary="Rotate the secret",
    status_code=201,
    responses=answers(201, "The new secret, shown once.", "not_found", "not_json", "invalid", rotated=examples.ROTATED),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(drawn_here={})}}}},
)
def rotate_secret(
    request: Request, key: Annotated[KeyView, needs("admin")], source: str, new: NewSecret | None = None
) -> Response:
    """Put a new secret in force. The one before stays good until the next rotation, so nothing is refused meanwhile."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        known = sources.find_source(conn, key.account_id, source)
    if known is None:
        raise missing("source", LISTED)
    check_rotation(known.scheme, new.secret if new else None)
    given = new.secret if new and new.secret else fresh_secret(known.scheme)

    def unit(conn: Any, _now: datetime) -> tuple[SourceRow | None, str]:
        row = sources.find_source(conn, key.account_id, source)
        if row is None:
            return None, ""
        for stored in kept(row.scheme, given):
            sources.rotate_secret(conn, key.account_id, row.id, stored)
        return sources.get_source(conn, key.account_id, row.id), row.id

    row = change(deps, key, "source.rotate", unit)
    if row is None:
        raise missing("source", LISTED)
    return answer(shown_once(row, given), 201)
