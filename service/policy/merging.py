"""Two shipments that are one: whether that may be believed unasked, and how what was told of both is told once.

The facts of both are folded together, so that each thing that happened has one name; what was said of it under either
name counts as said. Words of one line are put in the order in which they were made, and the last word that a person
really heard is the one to compare with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from service.policy.journey import fold
from service.policy.look import IN_FLIGHT, shown
from service.policy.news import MOVES
from service.policy.occurrences import key_of, number
from service.records.decision import NewOccurrence, NewTask
from service.records.enums import NoticeCode, NoticeState, PromiseState
from service.records.merging import MergePlan, MovedNotice, MovedOccurrence, MovedWord
from service.records.situation import OccurrenceView, Situation, Spoken, Word

HEARD = frozenset({NoticeState.SAID, NoticeState.UNKNOWN})
"""States of a notice that its reader has, or may have."""

COUNTED = frozenset({PromiseState.TOLD, PromiseState.UNKNOWN})
"""States of a word that its reader has, or may have."""

CORRECTED = {code.value: code for code in NoticeCode}

Line = tuple[str, str, str, str]
"""(contact, stage, line, unit group)."""

About = tuple[str, str, NoticeCode, str]
"""(contact, stage, code, subject)."""


def doubt(older: Situation, younger: Situation) -> str | None:
    """Why an event alone does not make one shipment of two, in words; None where it does."""
    one, other = older.shipment.customer_id, younger.shipment.customer_id
    if one is not None and other is not None and one != other:
        return "they have different customers"
    return None


def doubt_task(older: Situation, younger: Situation, why: str) -> NewTask:
    """What a person has to say of two shipments that an event takes for one."""
    mine, its = older.shipment, younger.shipment
    names = [shown(one.refs) or one.id for one in (mine, its)]
    text = (
        f"An event takes {names[0]} and {names[1]} for one shipment, but {why}. If they are one: "
        f"milepost shipments merge {mine.id} {its.id}"
    )
    return NewTask(f"merge:{mine.id}:{its.id}", "merge", text, shipment_id=mine.id, owner=mine.owner)


def merged(older: Situation, younger: Situation, now: datetime) -> MergePlan:
    """How what was told of *younger* takes its place in *older*."""
    names, moved = _occurrences(older, younger, now)
    words = _words(older.words, younger.words)
    mine = {one.id: one for one in older.words if one.id in words}
    its = {one.id: one for one in younger.words}
    renamed = [
        MovedNotice(one.id, subject, one.ordinal)
        for one in older.spoken
        if (subject := _renumbered(one, older.words, words)) != one.subject
    ]
    notices, ended, stay = _notices(older, younger, names, words, {one.id: one.subject for one in renamed})
    moving = (one for one in its.values() if one.notice_id not in stay)
    return MergePlan(
        occurrences=moved,
        notices=notices,
        words=tuple(MovedWord(one.id, words.get(one.id, one.ordinal)) for one in moving),
        renamed=tuple(renamed),
        renumbered=tuple(MovedWord(one, words[one]) for one in mine),
        ended=ended,
    )


def _occurrences(
    older: Situation, younger: Situation, now: datetime
) -> tuple[dict[str, str], tuple[MovedOccurrence, ...]]:
    """What each occurrence of the younger is called in the older, and those that the older does not have."""
    facts = {fact.id: fact for fact in (*older.facts, *younger.facts)}
    done = fold(facts.values(), now, (*older.shipment.refs, *younger.shipment.refs)).done
    mine = number(done, older.occurrences, older.spoken)
    its = number(done, younger.occurrences, younger.spoken)
    kept = {key_of(view): view for view in younger.occurrences}
    names = {ours.key: mine.open[n].key for n, ours in enumerate(its.open) if ours.key in kept}
    used = {key_of(view) for view in older.occurrences} | {new.key for new in mine.opened}
    for key, view in kept.items():
        if key not in names:
            names[key] = _free(view, used) if key in used else key
            used.add(names[key])
    there = {key_of(view) for view in older.occurrences}
    moved = [_moved(view, names[key]) for key, view in kept.items() if names[key] not in there]
    return names, tuple(moved)


def _free(view: OccurrenceView, used: Iterable[str]) -> str:
    taken, count = set(used), view.number
    while (key := NewOccurrence(view.milestone, view.stop, view.unit_group, count).key) in taken:
        count += 1
    return key


def _moved(view: OccurrenceView, key: str) -> MovedOccurrence:
    _, stop, _, count = key.split(":")
    return MovedOccurrence(view.id, stop, int(count))


def _words(older: Sequence[Word], younger: Sequence[Word]) -> dict[str, int]:
    """New numbers for the words of each line on which a person has words of both; the others keep theirs."""
    mine, its = _by_line(older), _by_line(younger)
    found: dict[str, int] = {}
    for line in sorted(mine.keys() & its.keys()):
        base = max(one.ordinal for one in (*mine[line], *its[line]))
        for place, one in enumerate(_in_order(mine[line], its[line]), 1):
            found[one.id] = base + place
    return found


def _by_line(words: Iterable[Word]) -> dict[Line, list[Word]]:
    found: dict[Line, list[Word]] = defaultdict(list)
    for one in sorted(words, key=lambda one: one.ordinal):
        found[(one.contact_id, one.stage.value, one.line.value, one.unit_group)].append(one)
    return found


def _in_order(mine: list[Word], its: list[Word]) -> Iterable[Word]:
    """Both in the order in which they were made; a word that was heard comes after a line that was only drawn."""
    heard, other = _ends_heard(mine), _ends_heard(its)
    if heard != other:
        return (*its, *mine) if heard else (*mine, *its)
    return merge(mine, its, key=lambda one: one.made_at)


def _ends_heard(words: Sequence[Word]) -> bool:
    """Whether the last word that counts was told, and not baselined."""
    counted = [one for one in words if one.state in COUNTED or one.state is PromiseState.BASELINE]
    return bool(counted) and counted[-1].state in COUNTED


def _renumbered(notice: Spoken, own: Sequence[Word], words: Mapping[str, int]) -> str:
    """The subject of a notice whose number of a word has changed: `line:2`, `line:2:moved` or `date:line:2`."""
    parts = notice.subject.split(":")
    at = 1 if parts[0] == "date" else 0
    if len(parts) <= at + 1 or not parts[at + 1].isdecimal():
        return notice.subject
    if at == 0 and notice.code not in MOVES and parts[2:] != ["moved"]:
        return notice.subject
    for one in own:
        same = (one.contact_id, one.stage, one.line.value) == (notice.contact_id, notice.stage, parts[at])
        if same and one.ordinal == int(parts[at + 1]) and one.id in words:
            parts[at + 1] = str(words[one.id])
            return ":".join(parts)
    return notice.subject


@dataclass(slots=True)
class _Board:
    """The notices that the one shipment has of each subject, and what those of the younger became."""

    held: dict[About, list[Spoken]]
    last: dict[About, int]
    moved: dict[tuple[str, str, str], str]

    def take(self, about: About, one: Spoken) -> int:
        """Its number behind those of the older; its own where the older has none."""
        return self.last.get(about, 0) + one.ordinal


def _notices(
    older: Situation,
    younger: Situation,
    names: Mapping[str, str],
    words: Mapping[str, int],
    renamed: Mapping[str, str],
) -> tuple[tuple[MovedNotice, ...], tuple[str, ...], frozenset[str]]:
    """The notices of the younger that move, those that end, and the ids of all that stay with it."""
    board = _Board(defaultdict(list), {}, {})
    for one in older.spoken:
        about = _about(one, renamed.get(one.id, one.subject))
        board.held[about].append(one)
        board.last[about] = max(board.last.get(about, 0), one.ordinal)
    moved: list[MovedNotice] = []
    ended: list[str] = []
    stay: set[str] = set()
    # Corrections name the notice that they correct, so they come when that one has its number.
    for one in sorted(younger.spoken, key=lambda one: (one.code is NoticeCode.CORRECTION, one.ordinal, one.id)):
        subject = _subject(one, younger.words, names, words, board)
        about = _about(one, subject)
        if _stays(one, board.held.get(about, ())):
            stay.add(one.id)
            if one.state is NoticeState.WAITING and one.message not in IN_FLIGHT:
                ended.append(one.id)
            continue
        ordinal = board.take(about, one)
        moved.append(MovedNotice(one.id, subject, ordinal))
        named = f"{one.code.value}:{one.subject}:{one.ordinal}"
        board.moved[(one.contact_id, one.stage.value, named)] = f"{one.code.value}:{subject}:{ordinal}"
    return tuple(moved), tuple(ended), frozenset(stay)


def _about(one: Spoken, subject: str) -> About:
    return one.contact_id, one.stage.value, one.code, subject


def _stays(one: Spoken, rivals: Sequence[Spoken]) -> bool:
    """Whether the older's own notice of the same thing counts, and that of the younger is left behind."""
    if not rivals or one.state in HEARD:
        return False
    heard = any(rival.state in HEARD for rival in rivals)
    if one.state is not NoticeState.WAITING:
        return True
    if one.message in IN_FLIGHT:
        return heard
    return heard or any(rival.state is NoticeState.WAITING for rival in rivals)


def _subject(
    one: Spoken, own: Sequence[Word], names: Mapping[str, str], words: Mapping[str, int], board: _Board
) -> str:
    """What a notice of the younger is about, in the names that the one shipment has for it."""
    if one.code is NoticeCode.CORRECTION:
        code, _, rest = one.subject.partition(":")
        if code in CORRECTED:
            return board.moved.get((one.contact_id, one.stage.value, one.subject), one.subject)[:120]
        if code == "day":
            key, ordinal, count = rest.rsplit(":", 2)
            told = board.moved.get((one.contact_id, one.stage.value, f"{NoticeCode.DELIVERED.value}:{key}:{ordinal}"))
            return f"day:{told.partition(':')[2]}:{count}"[:120] if told else one.subject
    parts = one.subject.split(":")
    key = ":".join(parts[:4])
    if key in names:
        return ":".join((names[key], *parts[4:]))[:120]
    return _renumbered(one, own, words)
