"""Broken and absent servers, and one that hears what it is told, for tests of what leaves this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from notifiers import Callback
from notifiers.stand_in_server import Asked, Given, StandInServer


class Hearer(StandInServer):
    """Our own service, as far as a provider sees it: takes every call, and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Callback] = []

    def handle(self, asked: Asked) -> Given:
        self.heard.append(Callback(self.base_url + asked.path, asked.headers, asked.body))
        return Given(204)


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def raw_server(reply: bytes, *, hold: bool = False) -> Iterator[str]:
    """A server that reads one request and answers with *reply*, whatever it is.

    With *hold* it then keeps the connection until the other side closes it.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while b"\r\n\r\n" not in connection.recv(65536):
                pass
            connection.sendall(reply)
            if hold:
                connection.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join(5)
        listener.close()
