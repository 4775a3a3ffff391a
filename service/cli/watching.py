"""`milepost watch`: takes the files that another program drops into a folder."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.columns import options_of
from service.cli.opened import kitted, settings
from service.cli.speech import counted, fail, safe, say, warn

if TYPE_CHECKING:
    from service.flows.dropping import Dropped, Folder
    from service.flows.kit import Kit


def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder into which files are dropped.")],
    source: Annotated[str, typer.Option("--source", help="The source whose format and options they have.")],
    columns: Annotated[
        Path | None, typer.Option("--columns", help="A small TOML file: what the columns of CSV files mean.")
    ] = None,
    every: Annotated[float, typer.Option("--every", min=0.05, help="Seconds between two looks.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Take what is complete now, and end.")] = False,
) -> None:
    """Take each file that does not change between two looks, and move it to DIR/done or DIR/refused.

    Beside a file of which something was not taken lies a .txt that says why.
    """
    from service.flows.dropping import Folder

    if not folder.is_dir():
        fail(f"There is no folder {folder}.")
    more = options_of(columns)
    limit = settings().max_body_bytes
    with kitted(make=True) as (kit, account_id):
        looked = Folder(folder, limit)
        pause = threading.Event()
        if not once:
            say(f"Watching {folder} for files of {source}. End with Ctrl-C.")
        told: set[str] = set()
        refused = _round(kit, account_id, looked, source, more, told)
        while not pause.wait(every):
            refused += _round(kit, account_id, looked, source, more, told)
            if once:
                break
    if once and refused:
        raise typer.Exit(1)


def _round(kit: Kit, account_id: str, folder: Folder, name: str, more: dict[str, object], told: set[str]) -> int:
    """One look; returns how many files were refused. What goes wrong outside of a file waits for the next look.

    *told* holds what was said of files that stay, so that it is said once.
    """
    from service.flows import files
    from service.flows.dropping import REFUSED
    from service.store.errors import StoreUnavailable

    refused = 0
    try:
        source = files.source_of(kit, account_id, name, more)
    except LookupError:
        fail(f"There is no source {name}: look at `milepost sources list`, or add it with `milepost sources add`.")
    except StoreUnavailable as error:
        warn(f"{error} The files stay where they are.")
        return 0
    paths = folder.complete()
    for odd in folder.never_taken():
        warn(f"{safe(odd)} is a link, a pipe or the like: only plain files are taken. It stays where it is.")
    for path in paths:
        try:
            dropped = folder.take(kit, source, path)
        except StoreUnavailable as error:
            warn(f"{safe(path.name)}: {error} It stays where it is.")
            return refused
        except OSError as error:
            reason = safe(error.strerror or str(error))
            why = f"{safe(path.name)} cannot be read or moved: {reason}. It stays where it is."
            if why not in told:
                warn(why)
            told.add(why)
            continue
        say(_told(dropped))
        refused += dropped.moved is not None and dropped.moved.parent.name == REFUSED
    return refused


def _told(dropped: Dropped) -> str:
    if dropped.moved is None:
        return f"{safe(dropped.name)} is being written to: it is taken at a later look."
    counts, taken = dropped.taken.counts, dropped.taken
    parts = [f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES if counts[outcome]]
    if taken.unread:
        parts.append(f"{counted(taken.unread, 'line')} not read")
    if taken.unreadable is not None:
        parts.append(taken.unreadable.message)
    elif not parts and taken.refused:
        parts.append(taken.refused[0][1])
    where = f"{dropped.moved.parent.name}/{safe(dropped.moved.name)}"
    return f"{safe(dropped.name)}: {', '.join(parts) or counted(0, 'item')} → {where}"


_OUTCOMES = ("accepted", "parked", "duplicate", "ignored", "unmapped", "rejected")
