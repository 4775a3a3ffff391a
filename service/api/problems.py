"""Every problem that the API answers with, as RFC 9457 `application/problem+json`.

The catalogue is the one list of codes: a refusal names a code, and its status, title and usual fix come from here.
`docs/api.md` explains each; `GET /docs/problems` shows the same list on a running service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its HTTP status, its title, and the fix where a refusal names no better one."""

    status: int
    title: str
    fix: str


CATALOGUE: Mapping[str, Kind] = {
    "no_key": Kind(401, "No API key", "Send `Authorization: Bearer mp_live_…`. `milepost keys create` makes a key."),
    "unknown_key": Kind(
        401,
        "This API key is not in force",
        "Check that the whole key was copied; `milepost keys create` makes a new one.",
    ),
    "bad_signature": Kind(
        401, "The signature is missing or wrong", "Sign the raw body with the secret shown when the source was made."
    ),
    "scope_missing": Kind(
        403,
        "This API key may not do that",
        "Use a key that holds the scope; `milepost keys create --scopes …` makes one.",
    ),
    "test_key_needed": Kind(
        409, "Only a test key may do that", "Make one with `milepost keys create --name try --test`."
    ),
    "callback_refused": Kind(
        403, "This call is not the provider's", "Check the provider's token and MILEPOST_PUBLIC_URL, to the letter."
    ),
    "not_found": Kind(404, "There is no such thing here", "Check the id and the account of your key."),
    "unknown_source": Kind(
        404,
        "There is no such source",
        "List the sources with `GET /v1/sources`, or add one with `milepost sources add`.",
    ),
    "method_not_allowed": Kind(
        405, "The address does not know this method", "Use a method named in the `Allow` header."
    ),
    "conflict": Kind(409, "It clashes with what is already here", "Read what is here, and send what differs."),
    "changed_meanwhile": Kind(
        412, "Somebody changed it meanwhile", "Read it again, and send the change with the new ETag in `If-Match`."
    ),
    "body_too_large": Kind(413, "The body is too large", "Send it in several calls."),
    "not_json": Kind(415, "The body must be JSON", "Send `Content-Type: application/json`."),
    "encoded_body": Kind(415, "Compressed bodies are not read", "Send the body as it is, without `Content-Encoding`."),
    "unreadable": Kind(422, "The body cannot be read", "See `errors`; after a correction send it again."),
    "invalid": Kind(422, "Something in the request is not right", "See `errors`: each names its fix."),
    "unknown_parameter": Kind(422, "Unknown query parameter", "Remove it or correct its spelling."),
    "too_many_requests": Kind(429, "Too many calls", "Wait as many seconds as `Retry-After` says."),
    "internal": Kind(500, "Something broke on our side", "Send it again; if it stays, report the `request_id`."),
    "unavailable": Kind(
        503, "Not available at the moment", "Send it again after as many seconds as `Retry-After` says."
    ),
}
"""Problem codes in the order of their status."""

BY_STATUS = {
    401: "no_key",
    403: "scope_missing",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "changed_meanwhile",
    413: "body_too_large",
    415: "not_json",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}
"""Which kind an exception of the framework is told as."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong. `pointer` is a JSON pointer into the body; `parameter` a query, path or header name."""

    code: str
    message: str
    fix: str
    pointer: str | None = None
    parameter: str | None = None

    def as_json(self) -> dict[str, str]:
        """The form in which a problem lists it."""
        place = {"parameter": self.parameter} if self.parameter is not None else {"pointer": self.pointer or ""}
        return {**place, "code": self.code, "message": self.message, "fix": self.fix}


class Refusal(HTTPException):
    """Answers the request with a problem of the catalogue. `extra` adds members of its own to the answer."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        fix: str | None = None,
        errors: Sequence[Flaw] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(CATALOGUE[code].status, detail, dict(headers or {}))
        self.code = code
        self.fix = fix or CATALOGUE[code].fix
        self.errors = tuple(errors)
        self.extra = dict(extra or {})


def flawed(code: str, message: str, fix: str, *, pointer: str | None = None, parameter: str | None = None) -> Refusal:
    """A 422 about one field or parameter."""
    flaw = Flaw(code, message, fix, pointer=pointer, parameter=parameter)
    return Refusal("invalid", message, fix=fix, errors=[flaw])


def missing(what: str, fix: str | None = None) -> Refusal:
    """A 404; the same for what does not exist and for what belongs to another account."""
    return Refusal("not_found", f"There is no {what} with that id in this account.", fix=fix)


HIDDEN = "…"
"""What stands in an address in place of what may be secret."""

SECRET_FROM = 32
"""So long a part of an address may be the secret of a source, set down in the wrong place; every id is shorter."""


def shown_part(part: str) -> str:
    """A part of an address as it may be written down."""
    return part if len(part) < SECRET_FROM else HIDDEN


def shown_path(path: str) -> str:
    """An address as it may be written down."""
    return "/".join(map(shown_part, path.split("/")))


def unknown_path(path: str) -> str:
    """The same where nothing answers: any part of it may be what its caller keeps secret."""
    return ("/v1/" if path.startswith("/v1/") else "/") + HIDDEN


def body_of(refusal: Refusal, *, instance: str, request_id: str) -> dict[str, Any]:
    """The problem as JSON values."""
    return {
        "type": f"/docs/problems#{refusal.code}",
        "title": CATALOGUE[refusal.code].title,
        "status": refusal.status_code,
        "detail": refusal.detail,
        "instance": instance,
        "fix": refusal.fix,
        "errors": [flaw.as_json() for flaw in refusal.errors],
        **refusal.extra,
        "request_id": request_id,
    }


def response_of(refusal: Refusal, *, instance: str, request_id: str) -> Response:
    """The problem as a response."""
    body = body_of(refusal, instance=instance, request_id=request_id)
    return Response(
        json.dumps(body, separators=(",", ":")).encode(),
        status_code=refusal.status_code,
        headers=refusal.headers,
        media_type="application/problem+json",
    )
