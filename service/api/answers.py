"""How the API answers: JSON, entity tags, pages and cursors."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from service.api.problems import flawed

MOST = 200
"""The most entries of one page."""


def plain(value: object) -> object:
    """What JSON has no word for: instants as RFC 3339 in UTC, dates as they are."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def instant(value: datetime) -> str:
    """An instant as the API writes it: UTC, to the millisecond."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encoded(value: object) -> bytes:
    """*value* as JSON bytes."""
    return _encode(value).encode()


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=plain).encode


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """*value* as a JSON response."""
    return Response(encoded(value), status, dict(headers or {}), "application/json")


def tagged(request: Request, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """*value* with a strong ETag of its content; 304 without a body where the caller has it already."""
    body = encoded(value)
    tag = etag(body)
    sent = {**(headers or {}), "ETag": tag, "Cache-Control": "private, no-cache"}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=sent)
    return Response(body, 200, sent, "application/json")


def etag(body: bytes) -> str:
    """The entity tag of *body* (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def matches(header: str | None, tag: str) -> bool:
    """Whether a list of entity tags names *tag*; weak ones compare by their text."""
    if header is None:
        return False
    return header.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in header.split(",")}


def cursor(*parts: str) -> str:
    """An opaque mark of a place in a list."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(given: str | None, size: int) -> tuple[str, ...] | None:
    """The parts of a cursor. Raises `Refusal` for anything that is none of ours."""
    if given is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
        if (
            isinstance(parts, list)
            and len(parts) == size
            and all(isinstance(p, str) and p.isprintable() for p in parts)
        ):
            return tuple(parts)
    except (binascii.Error, ValueError, RecursionError):
        pass
    raise flawed(
        "cursor", "`cursor` is not one that this list gave.", "Leave it out to start again.", parameter="cursor"
    )


def page(request: Request, data: Sequence[object], next_cursor: str | None, **more: object) -> Response:
    """A page of a list, with the next cursor in the body and in `Link`."""
    body: dict[str, Any] = {
        "data": data,
        "page": {"next_cursor": next_cursor, "has_more": next_cursor is not None, **more},
    }
    headers = {}
    if next_cursor is not None:
        query = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
        headers["Link"] = f'<{request.scope["path"]}?{urlencode([*query, ("cursor", next_cursor)])}>; rel="next"'
    return tagged(request, body, headers)
