"""`milepost demo`: the demo page on this machine, played once, then yours to reply in."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from service.demo.player import DAY, Player, poster
from service.demo.tape import PEOPLE
from service.demo.theatre import Theatre, build
from service.web.demo_pages import demo_routes
from service.web.loopback_pages import LoopbackPages

TRIES = 20
"""How many ports are tried, from the one asked for."""


def run_demo(host: str = "127.0.0.1", port: int = 8000, open_browser: bool = True) -> int:
    """Serve the demo until it is interrupted. Takes the next free port where *port* is in use; 1 where none is free."""
    found = free_port(host, port)
    if found is None:
        sys.stderr.write(
            f"Ports {port} to {port + TRIES - 1} are all in use. Choose another: milepost demo --port 9000\n"
        )
        return 1
    taken, sock = found
    with tempfile.TemporaryDirectory(prefix="milepost-demo-") as place:
        theatre = build(Path(place), host, taken)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(theatre, sock, DAY, lambda: _announce(f"http://{host}:{taken}/demo", open_browser)))
    return 0


def free_port(host: str, port: int) -> tuple[int, socket.socket] | None:
    """The first free port from *port* on, with the socket that holds it; None where none of the next few is free."""
    for candidate in range(port, port + TRIES):
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, candidate))
        except OSError:
            sock.close()
        else:
            return sock.getsockname()[1], sock
    return None


async def serve(theatre: Theatre, sock: socket.socket, pace: float, ready: Callable[[], None]) -> None:
    """Serve the demo page on *sock* and play the tape once, a day in *pace* seconds. *ready* is called as it begins.

    Ends when the server is told to stop by a signal, or this task is cancelled.
    """
    player = Player(theatre, poster(theatre.app, asyncio.get_running_loop()), pace)
    theatre.app.include_router(demo_routes(theatre.kit, LoopbackPages(theatre.kit, theatre.sign, PEOPLE), player))
    config = uvicorn.Config(theatre.app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    playing = threading.Thread(target=player.play, name="milepost-demo", daemon=True)
    try:
        while not server.started and not serving.done():
            await asyncio.wait([serving], timeout=0.02)
        if not serving.done():
            await asyncio.to_thread(ready)
            playing.start()
        await asyncio.shield(serving)
    finally:
        player.stop()
        server.should_exit = True
        await serving


def _announce(url: str, open_browser: bool) -> None:
    """Say where the demo is, and open the browser if there is one."""
    sys.stdout.write(f"The demo runs at {url} (one day takes two seconds). Ctrl-C ends it.\n")
    sys.stdout.flush()
    if open_browser:
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(url)
