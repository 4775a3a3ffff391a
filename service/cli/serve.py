"""`milepost serve` and `milepost worker`: the processes that run until they are told to stop."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.opened import settings
from service.cli.speech import fail, say

if TYPE_CHECKING:
    from service.settings import Settings

GRACE_SECONDS = 5
"""How long requests in flight may take once the process is told to stop; the engine's calls have ten after that."""


def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="The address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="The port; 0 takes any.", show_default="8000")
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to wait for a Milepost that is just stopping.")
    ] = 15.0,
) -> None:
    """Run the service: take in events, decide, send, and show."""
    from service.cli.doctor_machine import warn_of_strangers

    chosen = settings(host=host, port=port)
    warn_of_strangers()
    _alone(chosen.database_url, wait)
    listener = _bound(chosen.host, chosen.port)
    _run(settings(host=host, port=listener.getsockname()[1]), listener)


def worker() -> None:
    """Decide and send without HTTP, beside `milepost serve` on PostgreSQL."""
    from service.app import Engine, open_kit
    from service.cli.doctor_machine import warn_of_strangers
    from service.logs import set_up_logs

    chosen = settings()
    warn_of_strangers()
    if chosen.database_url.startswith("sqlite"):
        fail(
            "On SQLite `milepost serve` decides and sends by itself. "
            "Workers need PostgreSQL: set MILEPOST_DATABASE_URL."
        )
    set_up_logs(chosen.log_level, as_json=chosen.log_json)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    with open_kit(chosen) as kit:
        engine = Engine(kit)
        engine.start()
        say("Milepost decides and sends. Ctrl+C stops it.")
        try:
            told.wait()
        finally:
            engine.close()


def _run(chosen: Settings, listener: socket.socket) -> None:
    import uvicorn

    from service.app import create_app
    from service.cli.first_start import greeting

    app = create_app(chosen)

    class Server(uvicorn.Server):
        """Says where it is once it answers, and closes streams before it waits for requests to end."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            for line in greeting(app.state.kit):
                say(line)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.deps.stop()
            await super().shutdown(sockets=sockets)

    config = uvicorn.Config(
        app,
        lifespan="off",  # it is entered below, where its failures can be told in a sentence
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    _stop_quietly(server)

    async def run() -> None:
        async with app.router.lifespan_context(app):
            await server.serve(sockets=[listener])

    try:
        _in_loop(config, run)
    finally:
        app.state.close()
        listener.close()


def _in_loop(config: Any, run: Any) -> None:
    import asyncio

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(run())


def _stop_quietly(server: Any) -> None:
    """SIGTERM and Ctrl+C end the process with 0: before it serves at once, afterwards in the server's own way.

    The server puts its own handlers in place of these, and raises what it caught once more when it has ended.
    """

    def told(*_: object) -> None:
        if not server.started:
            raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


def _alone(url: str, wait: float) -> None:
    """Raise StoreError where another Milepost works on the same SQLite file and does not stop within *wait* seconds.

    Looked at before the tables are changed and before the port is taken, which a stopping process may still hold.
    """
    from service.store.engine import open_database
    from service.store.locks import engine_lock

    with closing(open_database(url)) as database, engine_lock(database, wait=wait):
        pass


def _bound(host: str, port: int) -> socket.socket:
    """A socket that is bound; ends the command in one sentence where it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except PermissionError:
        fail(f"Port {port} needs a privilege that this user does not have: choose one above 1023 with --port.")
    except OSError as error:
        listener.close()
        if isinstance(error, socket.gaierror):
            fail(f"{host} is not an address of this machine: choose one with --host, such as 127.0.0.1.")
        words = (error.strerror or "cannot be used").lower()
        fail(f"Port {port} on {host} cannot be used ({words}): choose another with --port or MILEPOST_PORT.")
    return listener
