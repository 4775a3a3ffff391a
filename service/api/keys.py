"""`/v1/keys`: API keys, shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from service.api import examples
from service.api.access import needs
from service.api.answers import answer, page
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body, Instant, Word, YesNo
from service.api.problems import flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.store import keys
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["keys"])


class NewKey(Body):
    """A key: what it is for, what it may do, and until when."""

    name: Word
    scopes: Annotated[list[str], Field(min_length=1, max_length=10)]
    test: YesNo = False
    expires_at: Instant | None = None


def shown(row: KeyView) -> dict[str, Any]:
    """A key as answered: its last four characters, never the key."""
    return {
        "id": row.id,
        "name": row.name,
        "tail": row.tail,
        "test": row.test,
        "scopes": sorted(row.scopes),
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
    }


@router.get("/v1/keys", summary="List keys", responses=answers(200, "Keys, oldest first.", keys=examples.KEYS))
def list_keys(request: Request, key: Annotated[KeyView, needs("admin")]) -> Response:
    """Every key of the account, revoked ones too."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        rows = keys.list_keys(conn, key.account_id)
    return page(request, [shown(row) for row in rows], None)


@router.post(
    "/v1/keys",
    summary="Make a key",
    status_code=201,
    responses=answers(201, "The key, shown once.", "not_json", "unreadable", "invalid", made=examples.NEW_KEY_MADE),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(tms=examples.NEW_KEY)}}}},
)
def post_key(request: Request, key: Annotated[KeyView, needs("admin")], new: NewKey) -> Response:
    """Make a key. Keep it now: only a digest stays here."""
    deps: Deps = request.app.state.deps
    strange = sorted(set(new.scopes) - keys.SCOPES.keys())
    if strange:
        fix = f"Use some of: {', '.join(keys.SCOPES)}."
        raise flawed("unknown_scope", f"`{strange[0][:40]}` is no scope.", fix, pointer="/scopes")
    if new.expires_at is not None and new.expires_at <= deps.kit.clock():
        fix = "Send an instant that is still to come, or leave it out: then the key is good until it is revoked."
        raise flawed("expired", "`expires_at` has passed already.", fix, pointer="/expires_at")

    def unit(conn: Any, now: datetime) -> tuple[tuple[str, KeyView], str]:
        made = keys.create(
            conn,
            key.account_id,
            name=new.name,
            scopes=new.scopes,
            test=new.test,
            expires_at=new.expires_at,
            now=now,
        )
        return made, made[1].id

    presented, row = change(deps, key, "key.add", unit, detail={"scopes": sorted(new.scopes)})
    return answer({**shown(row), "key": presented}, 201, {"Cache-Control": "no-store"})


@router.delete(
    "/v1/keys/{key_id}", summary="Revoke a key", status_code=204, responses=answers(204, "It is revoked.", "not_found")
)
def delete_key(request: Request, key: Annotated[KeyView, needs("admin")], key_id: str) -> Response:
    """Refuse this key from now on; other processes follow within 15 seconds."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[bool, str]:
        revoked = keys.revoke(conn, key.account_id, key_id, now)
        return revoked, key_id if revoked else ""

    if not change(deps, key, "key.revoke", unit):
        raise missing("key in force", "List the keys with `GET /v1/keys`.")
    deps.access.forget()
    return Response(status_code=204)
