"""`milepost demo`: a month of shipments in a minute, with no account anywhere."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def demo(
    run_once: Annotated[
        bool, typer.Option("--run-once", help="Play it without a browser and print the scorecard.")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port of the page.")] = 8000,
) -> None:
    """Play shipments that slip, wait and arrive, on a phone and an inbox in the browser."""
    if run_once:
        from service.demo.player import run_once as played

        raise typer.Exit(played(sys.stdout))
    from service.demo.server import run_demo

    raise typer.Exit(run_demo(port=port))
