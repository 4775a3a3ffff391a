"""How commands speak: plain lines, one sentence on stderr where something fails, colours on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

import typer

WIDE = 220
"""Characters of a line that nobody looks at on a terminal, so that nothing is cut."""

MARKS = {"good": ("✓", "green"), "warn": ("!", "yellow"), "bad": ("✗", "red")}

Tell = Callable[[int, int], None]
"""Is told how much of how much is done."""


def say(text: str = "") -> None:
    """One line on stdout."""
    typer.echo(text)


def safe(name: str) -> str:
    """A name of somebody else's, on one line, without what a terminal would obey."""
    from service.formats.fields import UNWANTED

    return UNWANTED.sub("?", name).encode("utf-8", "replace").decode()


def title(text: str) -> None:
    """A heading, with an empty line before it."""
    typer.echo()
    typer.secho(text, bold=True)


def warn(text: str) -> None:
    """One line on stderr; the command goes on."""
    typer.echo(text, err=True)


def fail(sentence: str, code: int = 1) -> NoReturn:
    """End the command: one sentence on stderr that names the fix, and a non-zero exit."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def named(word: str | None, option: str) -> str:
    """What an option names, "" where it was left out. Ends the command where it is there and empty.

    A shell makes that of a variable which is not set, and "nothing named" may mean everything.
    """
    if word is not None and not word.strip():
        fail(f"{option} is empty: name what you mean, or leave it out.")
    return (word or "").strip()


def mark(kind: str, text: str) -> None:
    """A line that begins with the mark of *kind*: good, warn or bad."""
    sign, colour = MARKS[kind]
    typer.echo(f"{typer.style(sign, fg=colour, bold=True)} {text}")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under their headings; None is shown as a dash."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    on_terminal = sys.stdout.isatty()
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text("–" if value is None else str(value)) for value in row))
    console = Console(file=sys.stdout, width=None if on_terminal else WIDE, highlight=False, legacy_windows=False)
    if on_terminal:
        console.print(shown)
    else:
        with console.capture() as captured:
            console.print(shown)
        for line in captured.get().splitlines():
            typer.echo(line.rstrip())


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """A bar on stderr that is told (done, of how many); nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def local(moment: datetime | None, zone: str = "UTC") -> str | None:
    """An instant as read on a clock in *zone*: `2026-09-17 13:00 BST`."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z") if moment else None


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: `3 h`."""
    seconds = max(0, int((now - moment.astimezone(UTC)).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 shipment`, `2 shipments`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
