"""Digits that people answer with: what stands open, and what taking one causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from notifiers.base import Channel
from service.flows.kit import Kit, Ready
from service.policy.choices import TASKS, UNDO, UNDO_WITHIN, draw
from service.records.decision import NewTask
from service.store import choices, talks
from service.store.choices import OpenChoice
from service.store.engine import Connection
from service.store.talks import Talk
from service.store.threads import Taken
from service.wording.chosen import chosen


@dataclass(frozen=True, slots=True)
class Open:
    """What stands open for whoever wrote: each digit with whose it is."""

    by_digit: dict[str, tuple[Talk, OpenChoice]]

    @property
    def single(self) -> str | None:
        """The digit that "yes" means: the OK, or the only choice, of the one question that is open."""
        asked = {digit: one for digit, (_, one) in self.by_digit.items() if not one.does.startswith(UNDO)}
        if len({one.message_id for one in asked.values()}) != 1:
            return None
        fine = [digit for digit, one in asked.items() if one.does == "ok"]
        return fine[0] if fine else next(iter(asked)) if len(asked) == 1 else None

    @property
    def questions(self) -> bool:
        """Whether any question is open, other than taking something back."""
        return any(not one.does.startswith(UNDO) for _, one in self.by_digit.values())


def standing(conn: Connection, found: Sequence[Talk], sender: str, now: datetime) -> Open:
    """What stands open for these conversations; a sender that accounts share offers nothing."""
    return Open(
        {
            one.digit: (talk, one)
            for talk in found
            for one in choices.standing(conn, talk.account_id, talk.address_id, sender, now)
        }
    )


def about(conn: Connection, talk: Talk, one: OpenChoice) -> Talk:
    """The conversation as the digit names it: its own message and shipment, however old."""
    ref = talks.shipment_name(conn, talk.account_id, one.shipment_id, one.contact_id) or talk.ref
    return replace(
        talk, message_id=one.message_id, shipment_id=one.shipment_id or talk.shipment_id, ref=ref, thread_id=None
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of a taken choice, what a person must do, and what is said back."""

    taken: Taken
    tasks: tuple[NewTask, ...]
    text: str
    offers: tuple[tuple[str, str], ...] = ()


def answer(
    kit: Kit, ready: Ready, talk: Talk, one: OpenChoice, sender: str, by: datetime | None, now: datetime
) -> Answer:
    """Take a choice: one that a person of ours must act on opens a task, and each can be taken back for a while."""
    if one.does.startswith(UNDO):
        back = one.does.removeprefix(UNDO)
        return Answer(Taken(one.id, sender, undoes=back, task=_key(back)), (), chosen("undone", talk.language))
    text = chosen(one.does, talk.language)
    tasks: tuple[NewTask, ...] = ()
    if one.does in TASKS:
        said = TASKS[one.does].format(ref=talk.ref or "their shipment")
        tasks = (NewTask(_key(one.id), one.does, said, talk.owner, one.shipment_id, talk.contact_id, by),)
    digit = _undo_digit(kit, talk, sender, now) if ready.two_way and ready.notifier.channel is Channel.SMS else None
    if digit is None:
        return Answer(Taken(one.id, sender), tasks, text)
    taken = Taken(one.id, sender, undo=digit, undo_does=f"{UNDO}{one.id}", undo_until=now + UNDO_WITHIN)
    return Answer(taken, tasks, text, ((digit, chosen("undo", talk.language)),))


def _key(choice_id: str) -> str:
    return f"choice:{choice_id}"


def _undo_digit(kit: Kit, talk: Talk, sender: str, now: datetime) -> str | None:
    with kit.database.read() as conn:
        used = choices.used(conn, talk.account_id, [talk.address_id], sender, now).get(talk.address_id, [])
    drawn = draw([UNDO], used)
    return drawn[0][0] if drawn else None
