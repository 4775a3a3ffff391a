"""What the stand-ins for providers share: an HTTP server on a free port of this machine that is told how to answer."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from notifiers.stand_in_ledger import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; the names of *headers* are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object; an empty one where it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Given:
    """What is answered; *drop* closes the connection instead, *wait* holds the answer back until it is set."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    wait: threading.Event | None = None


def as_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Given:
    """*value* as the JSON body of an answer."""
    return Given(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


class StandInServer:
    """An HTTP server on a free port of this machine; a context manager. A stand-in says in `handle` what it answers.

    With *tls* it is spoken to under TLS, at the name localhost. Safe to use from several threads.
    """

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str | None, Answer] = {}
        self.changed = threading.Condition()
        self._server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"stand_in": self}))
        self._tls = tls
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and give the port back; answers that are held are let go."""
        for answer in list(self.answers.values()):
            if answer.wait is not None:
                answer.wait.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """The address of this server."""
        scheme, host = ("http", "127.0.0.1") if self._tls is None else ("https", "localhost")
        return f"{scheme}://{host}:{self._server.server_address[1]}"

    def handle(self, asked: Asked) -> Given:
        """Answer one request."""
        raise NotImplementedError

    def answer(self, to: str | None, answer: Answer | None) -> None:
        """Answer messages to *to* (None: to everybody) with *answer* from now on; None returns to normal."""
        if answer is None:
            self.answers.pop(to, None)
        else:
            self.answers[to] = answer

    def told(self, to: str) -> Answer | None:
        """How messages to *to* are to be answered, where that was said."""
        return self.answers.get(to) or self.answers.get(None)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post *body* to *url*; returns the HTTP status."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    stand_in: ClassVar[StandInServer]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: an address may hold a name."""

    def _serve(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        given = self.stand_in.handle(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
        if given.wait is not None:
            given.wait.wait()
        if given.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(given.status)
        self.send_header("Content-Length", str(len(given.body)))
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(given.body)
