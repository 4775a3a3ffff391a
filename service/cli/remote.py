"""A running service as a command reaches it: by HTTP, with a key, over nothing but the standard library."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

SILENCE = 45.0
"""Seconds without a byte after which a stream is lost: a living one says something every 15."""


class Refused(Exception):
    """The service answered with a problem; the message says what is wrong and the fix. `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Told(NamedTuple):
    """One event of a stream."""

    id: str
    topic: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remote:
    """A service at *url*, called with *key*."""

    url: str
    key: str

    def get(self, path: str) -> dict[str, Any]:
        """The JSON that a path answers. Raises `Refused`, or OSError where nobody answers."""
        with closing(self._connection()) as connection:
            answer = self._asked(connection, path, {})
            found: dict[str, Any] = json.loads(answer.read())
            return found

    def call(self, call_id: str) -> dict[str, Any]:
        """One kept call with what became of its items."""
        return self.get(f"/v1/calls/{quote(call_id)}")

    def follow(self, topic: str, after: str | None) -> Iterator[Told]:
        """Events as they come, until the stream ends. *after* is the id of the last one that was read.

        Raises `Refused`, or OSError where the connection breaks.
        """
        with closing(self._connection()) as connection:
            headers = {"Last-Event-ID": after} if after else {}
            yield from events(self._asked(connection, f"/v1/stream?topics={topic}", headers))

    def _connection(self) -> http.client.HTTPConnection:
        where = urlsplit(self.url)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        return kind(where.hostname or "", where.port, timeout=SILENCE)

    def _asked(
        self, connection: http.client.HTTPConnection, path: str, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        base = urlsplit(self.url).path.rstrip("/")
        connection.request("GET", base + path, headers={"Authorization": f"Bearer {self.key}", **headers})
        answer = connection.getresponse()
        if answer.status != 200:
            raise Refused(answer.status, _problem(answer))
        return answer


def events(lines: Iterable[bytes]) -> Iterator[Told]:
    """Server-sent events out of their lines; one without data only says where the stream stands.

    https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    """
    fields: dict[str, str] = {}
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        else:
            if "id" in fields:
                yield Told(fields["id"], fields.get("event", ""), json.loads(fields.get("data") or "{}"))
            fields = {}


def _problem(answer: http.client.HTTPResponse) -> str:
    """What a problem says, in one line."""
    try:
        told = json.loads(answer.read())
        return f"{told['detail']} {told['fix']}"
    except (ValueError, LookupError, TypeError):
        return f"The service answered {answer.status}."
