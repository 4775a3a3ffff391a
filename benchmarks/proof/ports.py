"""Ports that stay one harness's own while nobody listens on them, so that several can run on one machine."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

FIRST, SPAN = 20_000, 10_000
"""Below the ports that are given to outgoing connections."""

_tried = itertools.count(os.getpid() * 7)


@contextmanager
def own_port(tried: Iterator[int] = _tried) -> Iterator[int]:
    """A port on which others may listen by our leave alone, until the end. Raises `OSError` where none is free.

    A socket is bound to it all the while. It was bound without `SO_REUSEADDR`, so that no other harness has the port;
    it has the option since then, so that a server that has it, too, may come and go there (`socket(7)`).
    """
    with _bound(tried) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield holder.getsockname()[1]


def _bound(tried: Iterator[int]) -> socket.socket:
    for _ in range(SPAN):
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", FIRST + next(tried) % SPAN))
        except OSError:
            holder.close()
            continue
        return holder
    raise OSError("no port is free")


def answers(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as tried:
        tried.settimeout(0.2)
        return tried.connect_ex(("127.0.0.1", port)) == 0
