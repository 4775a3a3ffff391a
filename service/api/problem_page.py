"""`GET /docs/problems`: where the `type` of every problem leads."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Response

from service.api.problems import CATALOGUE
from service.api.shown import success
from service.api.strict import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["docs"])

HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems</title>'
    '<meta name="viewport" content="width=device-width"></head><body><h1>Problems that this service answers with</h1>'
)


@router.get(
    "/docs/problems",
    summary="Every kind of problem",
    response_class=Response,
    responses=success(200, "A page with one section per problem code.", "text/html"),
)
async def problems() -> Response:
    """What each problem means and what to do about it."""
    return Response(PAGE, media_type="text/html", headers={"Cache-Control": "public, max-age=3600"})


PAGE = (
    HEAD
    + "".join(
        f'<section id="{code}"><h2>{code}: {escape(kind.title)}</h2>'
        f"<p>HTTP {kind.status}. {escape(kind.fix)}</p></section>"
        for code, kind in CATALOGUE.items()
    )
    + "</body></html>"
)
