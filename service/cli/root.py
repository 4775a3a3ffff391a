"""The command itself: its families, what `--help` shows, and how a failure is told."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from service.cli import (
    books,
    cancelling,
    columns,
    contacts,
    customers,
    database,
    demo,
    doctor,
    formats,
    golive,
    importing,
    keys,
    ledger,
    listen,
    merging,
    parked,
    plug_ins,
    redriving,
    restore,
    rules,
    send_test,
    serve,
    setup,
    shadow,
    sources,
    status,
    switches,
    tasks,
    texts,
    threads,
    watching,
    webhooks,
)
from service.cli.failures import explained, unexpected

HELP = """Shipment milestones in; the right person hears of it: once, truthfully, at the right moment.

Begin with `milepost serve`. More commands: `milepost --help-all`."""


class Milepost(TyperGroup):
    """The group of all commands: ends in one sentence, never in a stack trace."""

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except BrokenPipeError:
            _forget_stdout()
            raise typer.Exit(1) from None
        except Exception as error:
            if os.environ.get("MILEPOST_LOG_LEVEL", "").lower() == "debug":
                raise
            typer.echo(explained(error) or unexpected(error), err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="milepost",
    cls=Milepost,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if sys.stdout.isatty() else None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _help_all(ctx: typer.Context, wanted: bool) -> None:
    if not wanted:
        return
    for command in getattr(ctx.command, "commands", {}).values():
        command.hidden = False
    typer.echo(ctx.get_help())
    raise typer.Exit


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"milepost {_installed()}")
        raise typer.Exit


def _installed() -> str:
    from importlib.metadata import version

    return version("milepost")


@app.callback()
def milepost(
    _all: Annotated[
        bool, typer.Option("--help-all", help="Show every command.", callback=_help_all, is_eager=True)
    ] = False,
    _show: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Shipment milestones in; the right person hears of it."""


# The eight that `--help` shows, in the order in which they are needed.
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("setup")(setup.setup)
app.command("doctor")(doctor.doctor)
app.command("import")(importing.import_)
app.command("status")(status.status)
app.command("golive")(golive.golive)
app.command("send-test")(send_test.send_test)

app.command("worker", hidden=True)(serve.worker)
app.command("migrate", hidden=True)(database.migrate)
app.command("backup", hidden=True)(database.backup)
app.command("restore", hidden=True)(restore.restore)
app.add_typer(keys.app, name="keys", hidden=True)
app.add_typer(customers.app, name="customers", hidden=True)
app.add_typer(contacts.app, name="contacts", hidden=True)
sources.app.command("columns")(columns.columns)
app.add_typer(sources.app, name="sources", hidden=True)
app.command("watch", hidden=True)(watching.watch)
app.add_typer(webhooks.app, name="webhooks", hidden=True)
app.command("threads", hidden=True)(threads.threads)
app.command("reply", hidden=True)(threads.reply)
app.command("tasks", hidden=True)(tasks.tasks)
app.command("listen", hidden=True)(listen.listen)
app.command("parked", hidden=True)(parked.parked)
app.add_typer(texts.app, name="texts", hidden=True)
app.command("pause", hidden=True)(switches.pause)
app.command("resume", hidden=True)(switches.resume)
app.command("audit", hidden=True)(books.audit)
app.command("redrive", hidden=True)(redriving.redrive)
app.command("cancel", hidden=True)(cancelling.cancel)
app.command("retract", hidden=True)(cancelling.retract)
app.add_typer(ledger.app, name="ledger", hidden=True)
app.add_typer(merging.app, name="shipments", hidden=True)
app.add_typer(rules.app, name="rules", hidden=True)
app.command("shadow", hidden=True)(shadow.shadow)
app.add_typer(formats.app, name="formats", hidden=True)
app.command("notifier-check", hidden=True)(plug_ins.notifier_check)


@app.command(hidden=True)
def version() -> None:
    """Show the version."""
    typer.echo(f"milepost {_installed()}")


def main() -> None:
    """The entry point of the command `milepost`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="milepost")


def _forget_stdout() -> None:
    """Whoever read our output has gone: nothing more is written, also not at exit."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives until the process ends
