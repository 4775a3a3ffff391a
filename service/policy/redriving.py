"""What is still owed of news that reached nobody: decided afresh, on the facts as they are now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from service.records.decision import Decision, NewNotice
from service.records.enums import Line, NoticeState, PromiseState
from service.records.redriving import REOPENED, TAKEN_BACK
from service.records.situation import Situation, Spoken


def reopened(situation: Situation, notice_ids: Collection[str]) -> Situation:
    """The situation as it would be if these notices had ended unsaid, with their words never told."""
    return replace(
        situation,
        spoken=tuple(
            replace(one, state=NoticeState.EXPIRED) if one.id in notice_ids and one.state in REOPENED else one
            for one in situation.spoken
        ),
        words=tuple(
            replace(word, state=PromiseState.NEVER_TOLD)
            if word.notice_id in notice_ids and word.state in TAKEN_BACK
            else word
            for word in situation.words
        ),
    )


def still_owed(decision: Decision, one: Spoken) -> tuple[bool, str]:
    """Whether *decision* says the news of a reopened notice to its person, and why or why not."""
    same = [new for new in decision.notices if new.contact_id == one.contact_id and _about(new, one)]
    for new in same:
        if new.state is NoticeState.WAITING:
            return True, "it is still owed, and would be said from the facts as they are now"
    if same:
        return False, same[-1].why[-1].text
    for held in decision.held:
        if held.contact_id == one.contact_id and held.line.value == _line(one.subject):
            return True, f"it is owed, and waits: {held.verdicts[-1].text}"
    return False, "it is too old by now, or overtaken by what was told since"


def _about(new: NewNotice, one: Spoken) -> bool:
    """The same occurrence, or a date of the same line."""
    line = _line(one.subject)
    if line is not None:
        return _line(new.subject) == line or any(word.line.value == line for word in new.promises)
    return (new.code, new.subject) == (one.code, one.subject)


def _line(subject: str) -> str | None:
    name = subject.partition(":")[0]
    return name if name in set(Line) else None
