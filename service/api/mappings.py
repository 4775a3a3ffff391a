"""`/v1/sources/{source}/mapping`: what a source's own codes mean to the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from service.api import examples_feeds as examples
from service.api.access import needs
from service.api.answers import answer
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body
from service.api.problems import flawed, missing
from service.api.shown import answers, body
from service.api.sources import LISTED, Code, Meaning
from service.api.strict import StrictRoute
from service.flows import mapping
from service.formats.base import Refused
from service.store import sources
from service.store.keys import KeyView
from service.store.unmapped import Mapped

router = APIRouter(route_class=StrictRoute, tags=["sources"])


class Meanings(Body):
    """Codes as `vocabulary:CODE` with what they mean; these take the place of all before."""

    mapping: dict[Code, Meaning]


class MappingChange(Body):
    """Codes as `vocabulary:CODE` with what they mean; null takes a meaning away, what is left out stays."""

    mapping: dict[Code, Meaning | None]


@router.put(
    "/v1/sources/{source}/mapping",
    summary="Set what codes mean",
    responses=answers(
        200, "All that is mapped now.", "not_found", "not_json", "unreadable", "invalid", mapped=examples.MAPPED
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(all=examples.MAPPING)}}}},
)
def put_mapping(request: Request, key: Annotated[KeyView, needs("admin")], source: str, new: Meanings) -> Response:
    """Give codes of this source meanings of your own, before those of the format's tables.

    The kept calls that hold a code which is now mapped are read again; ignored ones say nothing.
    """
    return _mapped(request, key, source, lambda _old: dict(new.mapping))


@router.patch(
    "/v1/sources/{source}/mapping",
    summary="Change what codes mean",
    responses=answers(
        200, "All that is mapped now.", "not_found", "not_json", "unreadable", "invalid", mapped=examples.MAPPED
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(one=examples.MAPPING_CHANGE)}}}},
)
def patch_mapping(
    request: Request, key: Annotated[KeyView, needs("admin")], source: str, new: MappingChange
) -> Response:
    """The same for some codes: null takes a meaning away, and the others stay."""

    def merged(old: Mapping[str, str]) -> dict[str, str]:
        both = {**old, **new.mapping}
        return {code: said for code, said in both.items() if said is not None}

    return _mapped(request, key, source, merged)


def _mapped(
    request: Request, key: KeyView, named: str, wanted: Callable[[Mapping[str, str]], dict[str, str]]
) -> Response:
    deps: Deps = request.app.state.deps
    detail: dict[str, Any] = {}

    def unit(conn: Any, now: datetime) -> tuple[tuple[str, Mapped] | None, str]:
        row = sources.find_source(conn, key.account_id, named)
        if row is None:
            return None, ""
        try:
            done = mapping.map_codes(conn, row, wanted(row.mapping), f"key:{key.name}", now)
        except Refused as error:
            raise flawed(error.code, error.message, error.fix, pointer=error.pointer) from None
        detail["codes"] = dict(done.changed)
        return (row.id, done), row.id if done.changed else ""

    found = change(deps, key, "source.map", unit, detail=detail)
    if found is None:
        raise missing("source", LISTED)
    source_id, done = found
    return answer(
        {
            "source_id": source_id,
            "mapping": dict(done.mapping),
            "changed": sorted(done.changed),
            "calls_to_read_again": done.waiting,
        }
    )
