"""`milepost texts`: what we say, and your own words in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.opened import Desk, desk, operator
from service.cli.speech import fail, local, mark, say, table, title

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from notifiers.base import Channel
    from service.records.enums import NoticeCode
    from service.records.text import Override
    from service.store.texts import OwnText
    from service.wording.overrides import Problem

app = typer.Typer(help="Texts: look at them, and say them in your own words.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(metavar="CODE", help="Such as D01; `milepost texts list` shows them all.")]
Language = Annotated[str, typer.Option("--language", help="A language of the catalogue, such as de or zh-Hans.")]
ChannelName = Annotated[str, typer.Option("--channel", help="sms or email.")]
Body = Annotated[str, typer.Option("--body", help="The words, with {variables}; [parts] go where a value is missing.")]
Subject = Annotated[str, typer.Option("--subject", help="The subject of the e-mail.")]


@app.command("list")
def list_() -> None:
    """List every text, and where you say it in your own words."""
    from service.store import texts
    from service.wording.shown import catalogue

    with desk() as one, one.database.read() as conn:
        own = texts.versions(conn, one.account_id, in_use=True)
    table(
        ("code", "what", "level", "your own words"),
        [
            (
                text.code.value,
                text.title + ("" if text.said else " (nothing says it yet)"),
                text.level.value,
                ", ".join(f"{row.language} {row.channel} v{row.version}" for row in own if row.code is text.code),
            )
            for text in catalogue()
        ],
    )


@app.command()
def show(code: Code, language: Language = "en", channel: ChannelName = "sms") -> None:
    """Show a text as it is said now, every version of your own words, and what they may be made of."""
    from service.store import texts
    from service.wording.own import VARIABLES

    which, tag, way = _named(code, language, channel)
    with desk() as one:
        zone = one.account().zone
        with one.database.read() as conn:
            rows = texts.versions(conn, one.account_id, code=which, language=tag, channel=way)
        _told(one, which, way, [tag], None, usual_only=True)
    if rows:
        title("Your own words")
        table(
            ("version", "in use", "trial", "by", "when", "words"),
            [
                (
                    row.version,
                    "yes" if row.active else "no",
                    f"{row.trial}, {row.tried} so far" if row.trial else "released",
                    row.by,
                    local(row.created_at, zone),
                    row.body,
                )
                for row in rows
            ],
        )
    title("Variables")
    table(("variable", "is"), [(f"{{{name}}}", meaning) for name, meaning in VARIABLES.items()])


@app.command()
def preview(
    code: Code, language: Language = "", channel: ChannelName = "sms", body: Body = "", subject: Subject = ""
) -> None:
    """Show how a text comes out, or how your words would: usual and longest values, answerable and not."""
    from service.records.text import Override
    from service.wording.languages import SPOKEN

    which, tag, way = _named(code, language or "en", channel)
    words = Override(which, tag, way, body.strip(), subject.strip() or None) if body.strip() else None
    with desk() as one:
        found = _told(one, which, way, [tag] if language or words else list(SPOKEN), words)
    if words and found:
        fail("These words would not be kept: mend what is marked.")


@app.command("set")
def set_(
    code: Code,
    body: Annotated[str, typer.Option("--body", help="The words, with {variables} and [optional parts].")],
    language: Language = "en",
    channel: ChannelName = "sms",
    subject: Subject = "",
    why: Annotated[str, typer.Option("--why", help="The reason; the audit trail keeps it.")] = "",
) -> None:
    """Say a text in your own words: a few people read them first, then everybody."""
    from service.records.text import Override
    from service.store import texts
    from service.wording.overrides import check_override

    which, tag, way = _named(code, language, channel)
    words = Override(which, tag, way, body.strip(), subject.strip() or None)
    if problems := check_override(words):
        _marked(problems)
        fail("These words were not kept: mend what is marked.")
    with desk() as one:

        def unit(conn: Connection, now: datetime) -> tuple[tuple[OwnText, bool], str]:
            row, fresh = texts.put(conn, one.account_id, words, operator(), now)
            return (row, fresh), row.id if fresh else ""

        row, fresh = one.change("text.set", unit, why=why, detail=_where(which, tag, way))
        _told(one, which, way, [tag], None, usual_only=True)
    if fresh:
        say(f"Version {row.version} is tried from the next message on, and then said to everybody.")
    else:
        say("These words are in use already.")


@app.command()
def reset(
    code: Code,
    language: Language = "en",
    channel: ChannelName = "sms",
    why: Annotated[str, typer.Option("--why", help="The reason; the audit trail keeps it.")] = "",
) -> None:
    """Say ours again; your versions stay."""
    from service.store import texts

    which, tag, way = _named(code, language, channel)
    with desk() as one:

        def unit(conn: Connection, _now: datetime) -> tuple[bool, str]:
            row = texts.reset(conn, one.account_id, which, tag, way)
            return row is not None, row.id if row else ""

        done = one.change("text.reset", unit, why=why, detail=_where(which, tag, way))
    say("Ours is said from the next message on." if done else "Ours was said already.")


@app.command()
def release(
    code: Code,
    language: Language = "en",
    channel: ChannelName = "sms",
    why: Annotated[str, typer.Option("--why", help="The reason; the audit trail keeps it.")] = "",
) -> None:
    """Say your words to everybody, whatever their trial has shown."""
    from service.records.signs import TrialState
    from service.store import trials

    which, tag, way = _named(code, language, channel)
    with desk() as one:

        def unit(conn: Connection, _now: datetime) -> tuple[bool, str]:
            there = trials.current(conn, one.account_id, which, tag, way)
            if there is None or there.trial is TrialState.RELEASED:
                return False, ""
            moved = trials.end(conn, one.account_id, there.id, TrialState.RELEASED, since=there.trial)
            return moved, there.id if moved else ""

        done = one.change("text.release", unit, why=why, detail=_where(which, tag, way))
        one.database.wake("messages")
    say("Your words are said to everybody from now on." if done else "No words of yours are on trial here.")


@app.command()
def withdraw(
    code: Code,
    language: Language = "en",
    channel: ChannelName = "sms",
    why: Annotated[str, typer.Option("--why", help="The reason; the audit trail keeps it.")] = "",
) -> None:
    """Say the last version that was released again, ours where there is none."""
    from service.store import trials

    which, tag, way = _named(code, language, channel)
    with desk() as one:

        def unit(conn: Connection, _now: datetime) -> tuple[tuple[str, int], str]:
            found = trials.withdraw(conn, one.account_id, which, tag, way)
            return found, found[0]

        gone, version = one.change("text.withdraw", unit, why=why, detail=_where(which, tag, way))
        one.database.wake("messages")
    if not gone:
        say("Ours was said already.")
    else:
        say(
            f"Version {version} is said from the next message on."
            if version
            else "Ours is said from the next message on."
        )


def _named(code: str, language: str, channel: str) -> tuple[NoticeCode, str, Channel]:
    """The text that is meant."""
    from notifiers.base import PERSONAL, Channel
    from service.records.enums import NoticeCode
    from service.wording.languages import LANGUAGES, SPOKEN

    if code.upper() not in set(NoticeCode):
        fail(f"There is no text {code}: look at `milepost texts list`.")
    if language not in LANGUAGES:
        fail(f"There is no language {language}: use one of {', '.join(SPOKEN)}.")
    if channel not in PERSONAL:
        fail(f"--channel is one of {', '.join(PERSONAL)}.")
    return NoticeCode(code.upper()), language, Channel(channel)


def _where(code: NoticeCode, language: str, channel: Channel) -> dict[str, str]:
    return {"code": code.value, "language": language, "channel": channel.value}


def _told(
    one: Desk,
    code: NoticeCode,
    channel: Channel,
    languages: list[str],
    words: Override | None,
    *,
    usual_only: bool = False,
) -> bool:
    """Print how it comes out in each language, with what is wrong with own words; whether anything is."""
    from service.store import texts
    from service.wording.languages import LANGUAGES
    from service.wording.overrides import check_override
    from service.wording.shown import House, samples, status_of

    account = one.account()
    house = House(account.brand, account.care_phone, account.care_email)
    with one.database.read() as conn:
        kept = {
            row.language: row.as_override()
            for row in texts.versions(conn, one.account_id, code=code, channel=channel, in_use=True)
        }
    wrong = False
    for tag in languages:
        own = words or kept.get(tag)
        title(f"{code.value} in {LANGUAGES[tag].name} ({tag}), {status_of(LANGUAGES[tag], code).value}")
        problems = check_override(own) if own else []
        wrong = wrong or bool(problems)
        _marked(problems)
        for sample in samples(code, channel, tag, house, own)[: 1 if usual_only else 4]:
            who = "can be answered" if sample.two_way else "cannot be answered"
            say(f"{sample.values} values, {who}, {sample.done.segments} segments:")
            if sample.done.subject:
                say(f"  {sample.done.subject}")
            for line in sample.done.text.strip().splitlines():
                say(f"  {line}")
            if sample.done.ours_because:
                say(f"  ({sample.done.ours_because})")
    return wrong


def _marked(problems: list[Problem]) -> None:
    for problem in problems:
        mark("bad", f"{problem.rule}: {problem.text} {problem.fix}")
