"""`milepost threads` and `milepost reply`: what people wrote, and our answer."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.opened import Desk, desk, kitted, operator
from service.cli.speech import fail, local, say, table

MOST = 100
"""Conversations that are listed."""


def threads(
    thread: Annotated[str, typer.Argument(metavar="THREAD_ID", help="Show this conversation.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also those that were answered.")] = False,
) -> None:
    """List the conversations that wait for an answer, or show one."""
    with desk() as one:
        if thread:
            _show(one, thread)
        else:
            _list(one, every)


def reply(
    thread: Annotated[str, typer.Argument(metavar="THREAD_ID", help="The id, as `milepost threads` shows it.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the customer reads.")],
) -> None:
    """Answer a person on a conversation."""
    from service.flows import conversations

    with kitted() as (kit, account_id):
        try:
            message_id = conversations.answer(kit, account_id, thread, text, operator())
        except LookupError:
            fail(f"There is no conversation {thread}: look at `milepost threads`.")
        except ValueError as error:
            fail(f"{str(error)[:1].upper()}{str(error)[1:]}.")
    say(f"{message_id} leaves with the next look of the running service.")


def _list(one: Desk, every: bool) -> None:
    from service.store import views_threads

    zone = one.account().zone
    with one.database.read() as conn:
        rows = views_threads.page(conn, one.account_id, state=None if every else "open", limit=MOST)[:MOST]
        replies = views_threads.replies(conn, one.account_id, [row["id"] for row in rows])
    if not rows:
        say("Nobody waits for an answer.")
        return
    table(
        ("thread", "from", "answer by", "owner", "last words"),
        [
            (
                row["id"],
                row["contact_name"] or row["address"],
                local(row["answer_by"], zone),
                row["owner"],
                _last(replies.get(row["id"], [])),
            )
            for row in rows
        ],
    )
    say('`milepost threads THREAD_ID` shows one, `milepost reply THREAD_ID "…"` answers it.')


def _last(replies: list[dict[str, Any]]) -> str | None:
    return str(replies[-1]["text"]).replace("\n", " ")[:60] if replies else None


def _show(one: Desk, thread_id: str) -> None:
    from service.store import views_threads

    zone = one.account().zone
    with one.database.read() as conn:
        thread = views_threads.one(conn, one.account_id, thread_id)
        replies = views_threads.replies(conn, one.account_id, [thread_id]).get(thread_id, [])
        answers = views_threads.answers(conn, one.account_id, [thread_id]).get(thread_id, [])
    if thread is None:
        fail(f"There is no conversation {thread_id}: look at `milepost threads`.")
    name = thread["contact_name"] or "They"
    say(f"{thread_id}: {name} ({thread['address']}), {thread['state']}")
    lines = [(reply["received_at"], name, reply["text"]) for reply in replies]
    lines += [(answer["created_at"], f"We ({answer['state']})", answer["body"] or "") for answer in answers]
    for at, who, text in sorted(lines, key=lambda line: line[0]):
        say(f"{local(at, zone)}  {who}: {text}")
