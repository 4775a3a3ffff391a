"""`milepost formats`: what sources may post, and what each code of it means."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from service.cli.speech import fail, say, table, title

app = typer.Typer(help="Formats that sources may post.")

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.callback(invoke_without_command=True)
def formats(ctx: typer.Context) -> None:
    """List the formats that are installed; `explain` says what a code means."""
    if ctx.invoked_subcommand is None:
        list_()


@app.command("list")
def list_() -> None:
    """List the formats that are installed."""
    from service.formats.registry import known

    table(
        ("name", "what", "content types", "answer", "signature", "options", "lists of codes"),
        [
            (
                name,
                one.title,
                ", ".join(one.content_types),
                one.answer_status,
                one.default_scheme,
                ", ".join(one.options) or None,
                ", ".join(f"{voc.name} ({len(voc.rows)})" for voc in one.vocabularies) or None,
            )
            for name, one in known().items()
        ],
    )


@app.command()
def explain(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="Such as x12_315: see `milepost formats`.")],  # noqa: A002
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code, alone or with its list: VD or x12-157:VD.")],
    as_json: AsJson = False,
) -> None:
    """Say everything that a code means in a format: when, what becomes of it, and what a customer reads."""
    from service.formats.explaining import explain as explained
    from service.formats.registry import get

    found = get(format)
    meanings = explained(found, code)
    if as_json:
        say(json.dumps({"format": format, "asked": code, "meanings": [one.as_json() for one in meanings]}, indent=2))
        return
    if not meanings:
        fail(_unknown(found, code))
    for named in dict.fromkeys(one.vocabulary.name for one in meanings):
        mine = [one for one in meanings if one.vocabulary.name == named]
        title(f"{mine[0].row.code} in {named}: {mine[0].vocabulary.title}")
        conditional = len(mine) > 1 or any(one.row.when for one in mine)
        table(
            ("says", *(("when",) if conditional else ()), "becomes", "a customer reads", "source"),
            [
                (
                    one.row.says,
                    *((one.row.when.replace("`", "") or "otherwise",) if conditional else ()),
                    one.becomes,
                    one.sentence or None,
                    one.source,
                )
                for one in mine
            ],
        )
        for other in dict.fromkeys(one.at_transfer for one in mine if one.at_transfer):
            say(f"At a port or airport that is neither the first nor the last of the journey it becomes {other}.")
        say(f"To give it another meaning: milepost sources map SOURCE '{named}:{mine[0].row.code}' MILESTONE")


def _unknown(found: Any, code: str) -> str:
    lists = [one.name for one in found.vocabularies]
    if not lists:
        return f"{found.name} has no lists of codes: look at docs/adding-a-format.md."
    name = code.partition(":")[0] if ":" in code else lists[0]
    bare = code.partition(":")[2] if ":" in code else code
    return (
        f"{code} stands in no list of {found.name} ({', '.join(lists)}). Where it comes it is kept as unmapped; say "
        f"what it means with: milepost sources map SOURCE '{name}:{bare}' MILESTONE, or ignore."
    )
