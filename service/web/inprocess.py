"""Calling a route of this very service from within: the same code as over the network, without a socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What the route answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def call(
    app: ASGIApp,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    client: tuple[str, int] = ("127.0.0.1", 0),
) -> Answer:
    """Call *app* as an HTTP server would, with the whole *body* at once. Raises what *app* raised without answering."""
    parts = urlsplit(url)
    sent = {"host": parts.netloc or "localhost", "content-length": str(len(body)), **(headers or {})}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme or "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
        "client": client,
        "server": (parts.hostname or "localhost", parts.port or 80),
    }
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    got: dict[str, Any] = {"status": None, "headers": {}, "body": bytearray()}

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            got["status"] = message["status"]
            got["headers"] = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            got["body"] += message.get("body", b"")

    try:
        await app(scope, receive, send)
    except Exception:
        # A defect is answered with 500 and raised once more for the server's log; a caller within wants the answer.
        if got["status"] is None:
            raise
    return Answer(got["status"], got["headers"], bytes(got["body"]))
