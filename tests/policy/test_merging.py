"""What was told of two shipments becomes what was told of one: notices, words and occurrences, and their numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from service.policy.merging import doubt, doubt_task, merged
from service.policy.told import told
from service.records.enums import Level, Line, MessageState, NoticeCode, NoticeState, PromiseState, Stage
from service.records.situation import FactView, OccurrenceView, Situation, Spoken, Word
from service.records.when import when_to_json
from tests.policy.ledger import HOUR, START, Ledger, M, at, fact

S, N, P = NoticeState, NoticeCode, PromiseState
LEFT = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", key="left")
KEY = "departed:CNNGB::1"


def situation(
    name: str,
    spoken: tuple[Spoken, ...] = (),
    words: tuple[Word, ...] = (),
    facts: tuple[FactView, ...] = (LEFT,),
    occurrences: tuple[str, ...] = (KEY,),
) -> Situation:
    ledger = Ledger()
    views = []
    for n, key in enumerate(occurrences):
        milestone, stop, _, number = key.split(":")
        views.append(OccurrenceView(f"{name} occ {n}", M(milestone), stop, "", int(number), True))
    found = ledger.situation()
    own = tuple(replace(one, id=f"{name} {one.id}") for one in facts)
    return replace(
        found,
        shipment=replace(found.shipment, id=name),
        facts=own,
        spoken=spoken,
        words=words,
        occurrences=tuple(views),
    )


def notice(
    name: str,
    state: NoticeState = S.SAID,
    message: MessageState | None = None,
    *,
    code: NoticeCode = N.DEPARTED,
    subject: str = KEY,
    ordinal: int = 1,
) -> Spoken:
    params = {"at": when_to_json(LEFT.when)}
    return Spoken(
        name,
        "ctc_1",
        Stage.LIVE,
        code,
        subject,
        ordinal,
        state,
        Level.INFO,
        1,
        START,
        START,
        message=message,
        params=params,
    )


def word(name: str, ordinal: int, state: PromiseState, made: datetime, day: str = "2026-10-09") -> Word:
    return Word(name, "ctc_1", Stage.LIVE, Line.ARRIVAL, "", ordinal, state, at(day), made)


FLYING = (S.WAITING, MessageState.UNCERTAIN)
QUEUED = (S.WAITING, MessageState.WAITING)
MOVES, STAYS, ENDS = "moves", "stays", "ends"


@pytest.mark.parametrize(
    ("mine", "its", "what"),
    [
        ((S.SAID, None), (S.SAID, None), MOVES),
        ((S.SAID, None), QUEUED, ENDS),
        ((S.SAID, None), FLYING, STAYS),
        ((S.SAID, None), (S.BASELINE, None), STAYS),
        ((S.SAID, None), (S.EXPIRED, None), STAYS),
        ((S.UNKNOWN, None), QUEUED, ENDS),
        (QUEUED, (S.SAID, None), MOVES),
        (QUEUED, QUEUED, ENDS),
        (QUEUED, FLYING, MOVES),
        (QUEUED, (S.BASELINE, None), STAYS),
        (FLYING, QUEUED, ENDS),
        (FLYING, FLYING, MOVES),
        ((S.BASELINE, None), QUEUED, MOVES),
        ((S.BASELINE, None), (S.SAID, None), MOVES),
        ((S.SUPERSEDED, None), QUEUED, MOVES),
        (None, QUEUED, MOVES),
        (None, (S.BASELINE, None), MOVES),
    ],
)
def test_of_two_notices_of_one_thing(
    mine: tuple[NoticeState, MessageState | None] | None, its: tuple[NoticeState, MessageState | None], what: str
) -> None:
    older = situation("older", (notice("mine", *mine),) if mine else ())
    plan = merged(older, situation("younger", (notice("its", *its),)), START + HOUR)
    moved = {one.id: (one.subject, one.ordinal) for one in plan.notices}
    assert moved == ({"its": (KEY, 2 if mine else 1)} if what is MOVES else {})
    assert plan.ended == (("its",) if what is ENDS else ())
    assert plan.occurrences == (), "the older has it"


@pytest.mark.parametrize(
    ("mine", "its", "renamed", "moved"),
    [
        ("departed:CNNGB::1", "departed:::1", "departed:CNNGB::1", None),
        ("departed:::1", "departed:CNNGB::1", "departed:::1", None),
        ("customs_hold:::1", "departed:CNNGB::1", "departed:CNNGB::1", ("CNNGB", 1)),
        ("customs_hold:::1", "departed:::1", "departed:CNNGB::1", ("CNNGB", 1)),
        ("departed:CNNGB::1", "departed:CNSHA::1", "departed:CNSHA::1", ("CNSHA", 1)),
    ],
    ids=["place unknown to it", "unknown to the older", "the older has none", "nor a place", "another place"],
)
def test_one_thing_has_one_name(mine: str, its: str, renamed: str, moved: tuple[str, int] | None) -> None:
    nowhere = replace(LEFT, place=None, id="loose", event_key="loose", source_id="src_b")
    older = situation("older", occurrences=(mine,))
    younger = situation("younger", (notice("its", subject=its),), facts=(nowhere,), occurrences=(its,))
    plan = merged(older, younger, START + HOUR)
    assert [one.subject for one in plan.notices] == [renamed]
    assert [(one.stop, one.number) for one in plan.occurrences] == ([moved] if moved else [])


def test_corrections_follow_what_they_correct() -> None:
    about = (
        notice("its"),
        notice("no", code=N.CORRECTION, subject=f"M07:{KEY}:1"),
        notice("day", code=N.CORRECTION, subject=f"day:{KEY}:1:0"),
        notice("pod", code=N.DELIVERED),
    )
    plan = merged(situation("older", (notice("mine"),)), situation("younger", about), START + HOUR)
    moved = {one.id: one.subject for one in plan.notices}
    assert moved == {"its": KEY, "pod": KEY, "no": f"M07:{KEY}:2", "day": f"day:{KEY}:1:0"}


A, B = START, START + HOUR


@pytest.mark.parametrize(
    ("mine", "its", "last"),
    [
        ([(P.TOLD, A)], [(P.TOLD, B)], "its 1"),
        ([(P.TOLD, B)], [(P.TOLD, A)], "mine 1"),
        ([(P.TOLD, A)], [(P.BASELINE, B)], "mine 1"),
        ([(P.BASELINE, B)], [(P.TOLD, A)], "its 1"),
        ([(P.BASELINE, A)], [(P.BASELINE, B)], "its 1"),
        ([(P.TOLD, A), (P.BASELINE, B)], [(P.TOLD, A)], "its 1"),
        ([(P.TOLD, A), (P.NEVER_TOLD, B)], [(P.BASELINE, B)], "mine 1"),
    ],
)
def test_the_last_word_heard_is_compared_with(
    mine: list[tuple[PromiseState, datetime]], its: list[tuple[PromiseState, datetime]], last: str
) -> None:
    def words(name: str, given: list[tuple[PromiseState, datetime]]) -> tuple[Word, ...]:
        return tuple(word(f"{name} {n}", n, state, made) for n, (state, made) in enumerate(given, 1))

    older, younger = words("mine", mine), words("its", its)
    plan = merged(situation("older", words=older), situation("younger", words=younger), B)
    numbers = {one.id: one.ordinal for one in (*plan.words, *plan.renumbered)}
    assert len(set(numbers.values())) == len(older) + len(younger), "each has a number of its own"
    every = [replace(one, ordinal=numbers[one.id]) for one in (*older, *younger)]
    found = told(every, "ctc_1", Stage.LIVE, Line.ARRIVAL, reopened=frozenset()).last
    assert found is not None
    assert found.id == last


def test_notices_name_their_words_by_the_new_numbers() -> None:
    late = notice("late", code=N.ETA_SLIP, subject="arrival:1")
    wrong = notice("wrong", code=N.CORRECTION, subject="date:arrival:1")
    other = notice("other", code=N.ETA_SLIP, subject="delivery:1")
    older = situation("older", (late, wrong, other), (word("mine", 1, P.TOLD, A),))
    younger = situation("younger", (replace(late, id="its late"),), (word("its", 1, P.TOLD, B),))
    plan = merged(older, younger, B)
    assert {one.id: one.subject for one in plan.renamed} == {"late": "arrival:2", "wrong": "date:arrival:2"}
    assert {one.id: one.subject for one in plan.notices} == {"its late": "arrival:3"}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (None, None, None),
        ("cus_1", None, None),
        ("cus_1", "cus_1", None),
        ("cus_1", "cus_2", "they have different customers"),
    ],
)
def test_when_a_person_is_asked(one: str | None, other: str | None, why: str | None) -> None:
    older, younger = situation("older"), situation("younger")
    older = replace(older, shipment=replace(older.shipment, customer_id=one))
    younger = replace(younger, shipment=replace(younger.shipment, customer_id=other))
    assert doubt(older, younger) == why
    if why is not None:
        task = doubt_task(older, younger, why)
        assert "milepost shipments merge older younger" in task.text
