"""`milepost demo`: a month of shipments in a minute, with no account anywhere."""

from __future__ import annotations

from typing import Annotated

import typer


def demo(
    run_once: Annotated[bool, typer.Option("--run-once", help="Play it without a browser and print the scorecard.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port of the page.")] = 8000,
) -> None:
    """Play shipments that slip, wait and arrive, on a phone and an inbox in the browser."""
    from service import demo as theatre

    raise typer.Exit(theatre.run_once() if run_once else theatre.run_demo(port=port))
