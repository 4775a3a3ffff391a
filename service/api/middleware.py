"""What every call passes first: an id to find it by, and a limit on what is read. Plain ASGI: it is on every path."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger
from structlog.contextvars import bound_contextvars

from service.api.problems import HIDDEN, Refusal, flawed, response_of, shown_path
from service.records.ids import new_id

log = get_logger(__name__)

SECRET_PART = re.compile(r"(/v1/in/[^/]+/)(.*[^/])/*", re.DOTALL)
"""The address of a source that proves itself by its address alone, and the part of it that is secret."""

NAME_PART = re.compile(r"(/v1/in/[^/]+)/+", re.DOTALL)
"""The address of a source by its name, with slashes behind it."""

TOKEN = "source_token"  # noqa: S105 - a name
"""Where in the scope of a call its secret part is kept."""

SENT_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
"""What a caller may give as `X-Request-ID`; anything else is replaced."""


class Traced:
    """Gives each call a `request_id`: the caller's own `X-Request-ID` if it is plain, else a new one.

    It is answered in `X-Request-ID`, kept in the scope, and bound to every log line of the call. A defect that
    nobody handled is logged with its trace, and answered without; who hangs up is not answered. What is secret in an
    address is hidden first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        drop_slashes(scope)
        hide_token(scope)
        sent = header(scope, b"x-request-id")
        request_id = sent.decode() if sent and SENT_ID.fullmatch(sent) else new_id("req")
        scope["request_id"] = request_id
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        with bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            except ClientDisconnect:
                log.info("caller hung up", path=shown_path(scope["path"]), method=scope["method"])
            except Exception as error:
                path = shown_path(scope["path"])
                log.exception("request failed", path=path, method=scope["method"], kind=type(error).__name__)
                if started:
                    raise
                response = await on_defect(Request(scope, receive), error)
                await response(scope, receive, send_with_id)


async def on_defect(request: Request, error: Exception) -> Response:
    """What the app's own handler of defects answers. Asked here, within the id that the answer and the log carry."""
    handler = request.app.exception_handlers[Exception]
    response: Response = await handler(request, error)
    return response


def drop_slashes(scope: MutableMapping[str, Any]) -> None:
    """Drop slashes behind a source's name: the framework would redirect, and senders of webhooks do not follow."""
    named = NAME_PART.fullmatch(scope["path"])
    if named is not None:
        scope["path"] = named[1]
        scope["raw_path"] = quote(named[1]).encode()


def hide_token(scope: MutableMapping[str, Any]) -> None:
    """Take the secret part out of the address, before anything can write the address down.

    The server's own scope is changed and no copy, so that its access log shows no more either.
    """
    found = SECRET_PART.fullmatch(scope["path"])
    if found is None:
        return
    scope[TOKEN] = found[2]
    scope["path"] = found[1] + HIDDEN
    scope["raw_path"] = quote(scope["path"]).encode()


class Gate:
    """Refuses what no route would read: large or compressed bodies, and addresses with a NUL.

    A body above `limit` bytes is refused by its declared length, or as it arrives.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refuses(scope)
        if refusal is not None:
            path = shown_path(scope["path"].replace("\0", ""))
            await response_of(refusal, instance=path, request_id=scope.get("request_id", ""))(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.limit:
                raise self.too_large()
            return message

        await self.app(scope, counted, send)

    def too_large(self) -> Refusal:
        """The refusal that names the limit. The connection ends with it: the rest of the body is not read."""
        return Refusal(
            "body_too_large", f"At most {self.limit} bytes are read in one call.", headers={"Connection": "close"}
        )

    def _refuses(self, scope: MutableMapping[str, Any]) -> Refusal | None:
        if "\0" in scope["path"]:
            return Refusal("not_found", "The address holds a NUL character.", fix="Remove `%00` from the address.")
        if b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
            return flawed("nul", "The query holds a NUL character.", "Remove `%00` from it.", parameter="")
        encoding = header(scope, b"content-encoding")
        if encoding and encoding.lower() != b"identity":
            return Refusal("encoded_body", "The body came with a `Content-Encoding`.")
        length = header(scope, b"content-length")
        if length and length.isdigit() and (len(length) > 12 or int(length) > self.limit):
            return self.too_large()
        return None


def header(scope: MutableMapping[str, Any], name: bytes) -> bytes | None:
    """The first header called *name* (lower case), or None."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None
