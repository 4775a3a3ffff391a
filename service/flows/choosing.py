"""Digits that people answer with: what stands open, and what taking one causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.flows.effects import Effect, Share, undo_of
from service.flows.kit import Kit
from service.policy.choices import TASKS, UNDO
from service.records.decision import NewTask
from service.store import choices, talks
from service.store.choices import OpenChoice
from service.store.engine import Connection
from service.store.incoming import Taken
from service.store.talks import Talk
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


def taken(kit: Kit, one: Share) -> Effect:
    """Take a choice: one that a person of ours must act on opens a task, and each can be taken back for a while."""
    choice, language = one.choice, one.talk.language
    assert choice is not None, "it was read as a choice"
    detail = {"choice": choice.does, "choice_id": choice.id}
    if choice.does.startswith(UNDO):
        back = choice.does.removeprefix(UNDO)
        taken = Taken(choice.id, undoes=back, tasks=(_key(back), f"need_by:{back}"))
        return Effect(text=chosen("undone", language), taken=taken, detail=detail)
    tasks: tuple[NewTask, ...] = ()
    if choice.does in TASKS:
        text = TASKS[choice.does].format(ref=one.talk.ref or "their shipment")
        tasks = (_task(one, choice, text),)
    undo, offers = undo_of(kit, one, choice.id)
    text = chosen(choice.does, language)
    return Effect(text=text, taken=Taken(choice.id), tasks=tasks, undo=undo, offers=offers, detail=detail)


def _task(one: Share, choice: OpenChoice, text: str) -> NewTask:
    return NewTask(_key(choice.id), choice.does, text, one.talk.owner, choice.shipment_id, one.talk.contact_id, one.by)


def _key(choice_id: str) -> str:
    return f"choice:{choice_id}"
