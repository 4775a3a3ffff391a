"""Just enough HTTP/1.1 over asyncio streams for a client and a stand-in that share a machine with what they try."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

SECONDS = 10.0
"""How long one exchange may take."""


async def read_request(reader: asyncio.StreamReader) -> tuple[str, str, bytes]:
    """Method, target and body of a request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, target, _ = head.split(" ", 2)
    return method, target, await reader.readexactly(_length(head))


def answer(writer: asyncio.StreamWriter, status: int, body: bytes) -> None:
    """Answer, and say that the connection ends."""
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)


class Line:
    """A connection that is kept open to one address and opened anew after a failure."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, body: bytes, headers: Mapping[str, str], method: str = "POST") -> tuple[int, bytes]:
        """Status and body of one exchange. Raises `OSError` where there was no whole answer."""
        try:
            return await asyncio.wait_for(self._exchange(method, path, body, headers), SECONDS)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.close()
            raise OSError("no whole answer came") from error

    def close(self) -> None:
        """Let go."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
            self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        found = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(found[9:12])
        length = 0 if status == 204 else _length(found)
        return status, await self._reader.readexactly(length)


async def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of one POST over a connection of its own; 599 where nobody answered."""
    parts = urlsplit(url)
    line = Line(url)
    try:
        status, _ = await line.ask(parts.path, body, headers)
    except OSError:
        return 599
    finally:
        line.close()
    return status


def _length(head: str) -> int:
    for row in head.split("\r\n"):
        name, _, value = row.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0
