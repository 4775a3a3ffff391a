"""Ports that stay one process's own while nobody listens on them."""

from __future__ import annotations

import itertools
import os
import socket

FIRST, SPAN = 20_000, 10_000
"""Below the ports that are given to outgoing connections."""

_tried = itertools.count(os.getpid() * 7)


def free_port() -> int:
    """A port that is free, and that this process has not given out before. Raises `OSError` where there is none."""
    for _ in range(SPAN):
        port = FIRST + next(_tried) % SPAN
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")


def answers(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as tried:
        tried.settimeout(0.2)
        return tried.connect_ex(("127.0.0.1", port)) == 0
