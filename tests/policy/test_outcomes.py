"""How told words end, from the words and the facts alone."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.policy.journey import fold
from service.policy.outcomes import REOPENED, in_time, outcomes
from service.policy.rules import DEFAULTS
from service.records.enums import Level, Line, NoticeCode, NoticeState, Origin, Outcome, PromiseState, Stage
from service.records.said import Said, SaidDate, Untrue
from service.records.situation import FactView, Situation, Spoken, Word
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, due, eta, fact, retraction

LATER = START + 60 * DAY


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def word(when: str, told: str, ordinal: int = 1, **more: Any) -> Word:
    """A delivery told to one person, live."""
    values: dict[str, Any] = {
        "id": f"prm_{ordinal}",
        "contact_id": "ctc_1",
        "stage": Stage.LIVE,
        "line": Line.DELIVERY,
        "unit_group": "",
        "ordinal": ordinal,
        "state": PromiseState.TOLD,
        "when": at(when),
        "made_at": moment(told),
        "told_at": moment(told),
        "notice_id": f"ntc_{ordinal}",
    }
    return Word(**(values | more))


def notice(code: NoticeCode, said: str, params: Said | None = None, **more: Any) -> Spoken:
    """A notice that was said."""
    values: dict[str, Any] = {
        "id": f"ntc_{code.value}",
        "contact_id": "ctc_1",
        "stage": Stage.LIVE,
        "code": code,
        "subject": "",
        "ordinal": 1,
        "state": NoticeState.SAID,
        "level": Level.ACTION,
        "truth_version": 1,
        "not_before": moment(said),
        "created_at": moment(said),
        "params": params.to_json() if params else {},
    }
    return Spoken(**(values | more))


def correction(of: str, said: str, line: Line = Line.DELIVERY, **more: Any) -> Spoken:
    wrong = Said(NoticeCode.CORRECTION, "PO 4711", untrue=Untrue.NOT_KNOWN, told_date=SaidDate(line, at(of)))
    return notice(NoticeCode.CORRECTION, said, wrong, **more)


def ended(
    words: list[Word], facts: tuple[FactView, ...] = (), spoken: tuple[Spoken, ...] = (), now: datetime = LATER
) -> dict[str, str]:
    """What differs from what is written, by promise."""
    base = Ledger()
    situation = Situation(base.account, base.shipment, facts=facts, words=tuple(words), spoken=spoken)
    return dict(outcomes(situation, fold(facts, now), DEFAULTS, now))


NINTH = word("2026-10-09", "2026-10-01T12:00")
DELIVERED = {day: fact(M.DELIVERED, f"2026-10-{day:02}T10:00", key=f"del{day}") for day in (7, 9, 10)}


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((), None),
        ((DELIVERED[9],), Outcome.KEPT),
        ((DELIVERED[7],), Outcome.KEPT),
        ((DELIVERED[10],), Outcome.BROKEN),
        ((fact(M.DELIVERED, "2026-10-09"),), Outcome.KEPT),
        ((fact(M.DELIVERED, "2026-10-10"),), Outcome.BROKEN),
        ((fact(M.EMPTY_RETURNED, "2026-10-09"),), Outcome.KEPT),
        ((fact(M.EMPTY_RETURNED, "2026-10-14"),), None),
        ((fact(M.RETURNED_SHIPPER, "2026-10-08"),), Outcome.WITHDRAWN),
        ((fact(M.RETURNED_SHIPPER, "2026-10-14"),), Outcome.BROKEN),
        ((fact(M.OUT_FOR_DELIVERY, "2026-10-09T06:00"),), None),
        ((fact(M.ARRIVED_DESTINATION, "2026-10-05T06:00", place="GBFXT"),), None),
        ((DELIVERED[9], retraction(DELIVERED[9], START + DAY)), None),
    ],
)
def test_a_date_is_kept_by_what_happens_on_or_before_it(facts: tuple[FactView, ...], outcome: Outcome | None) -> None:
    assert ended([NINTH], facts).get("prm_1") == outcome


@pytest.mark.parametrize(
    ("part", "outcome"),
    [
        (("2026-10-09T10:00", "2026-10-09T15:00"), Outcome.KEPT),
        (("2026-10-08T10:00", "2026-10-10T15:00"), Outcome.BROKEN),
        (("2026-10-08T10:00",), None),
    ],
)
def test_several_units_are_there_with_the_last(part: tuple[str, ...], outcome: Outcome | None) -> None:
    units = ("TCNU1", "TCNU2")
    facts = tuple(fact(M.DEPARTED, "2026-09-16", unit=unit) for unit in units)
    facts += tuple(fact(M.DELIVERED, when, unit=unit) for when, unit in zip(part, units, strict=False))
    assert ended([NINTH], facts).get("prm_1") == outcome


@pytest.mark.parametrize(
    ("told", "facts", "outcome"),
    [
        ("2026-10-07T09:00", (), Outcome.REPLACED_IN_TIME),
        ("2026-10-08T22:59", (), Outcome.REPLACED_IN_TIME),
        ("2026-10-08T23:01", (), Outcome.BROKEN),
        ("2026-10-11T09:00", (), Outcome.BROKEN),
        ("2026-10-08T23:01", (DELIVERED[9],), Outcome.KEPT),
        ("2026-10-07T09:00", (DELIVERED[9],), Outcome.REPLACED_IN_TIME),
        ("2026-10-07T09:00", (DELIVERED[10],), Outcome.REPLACED_IN_TIME),
    ],
)
def test_a_newer_word_counts_if_it_came_a_day_before(told: str, facts: tuple[FactView, ...], outcome: Outcome) -> None:
    """A date ends at midnight in London, which is 23:00 in UTC; a day before that is 23:00 of the 8th."""
    found = ended([NINTH, word("2026-10-13", told, 2)], facts)
    assert found["prm_1"] == outcome
    assert found.get("prm_2") == (Outcome.KEPT if facts else None)


@pytest.mark.parametrize("state", [PromiseState.UNKNOWN, PromiseState.NEVER_TOLD, PromiseState.BASELINE])
def test_what_was_not_told_replaces_nothing_and_has_no_end(state: PromiseState) -> None:
    other = word("2026-10-13", "2026-10-02T12:00", 2, state=state, told_at=None)
    assert ended([NINTH, other], (DELIVERED[9],)) == {"prm_1": Outcome.KEPT}


def test_a_word_that_confirms_replaces_nothing() -> None:
    words = [NINTH, word("2026-10-09", "2026-10-02T12:00", 2)]
    assert ended(words) == {}
    assert ended(words, (DELIVERED[9],)) == {"prm_1": Outcome.KEPT, "prm_2": Outcome.KEPT}
    words.append(word("2026-10-13", "2026-10-03T12:00", 3))
    assert ended(words) == {"prm_1": Outcome.REPLACED_IN_TIME, "prm_2": Outcome.REPLACED_IN_TIME}


def test_a_date_that_the_account_declared_is_told() -> None:
    declared = replace(NINTH, state=PromiseState.BASELINE, origin=Origin.DECLARED, told_at=None)
    assert ended([declared], (DELIVERED[10],)) == {"prm_1": Outcome.BROKEN}


def test_a_time_may_move_until_two_hours_before() -> None:
    window = word("2026-10-09T09:00", "2026-10-01T12:00")
    assert in_time(window, moment("2026-10-09T07:00"), DEFAULTS)
    assert not in_time(window, moment("2026-10-09T07:01"), DEFAULTS)
    assert ended([window, word("2026-10-09T13:00", "2026-10-09T06:00", 2)]) == {"prm_1": Outcome.REPLACED_IN_TIME}
    assert ended([window, word("2026-10-09", "2026-10-09T06:00", 2)]) == {}


@pytest.mark.parametrize(
    ("spoken", "outcome"),
    [
        (correction("2026-10-09", "2026-10-02T12:00"), Outcome.WITHDRAWN),
        (correction("2026-10-08", "2026-10-02T12:00"), None),
        (correction("2026-10-09", "2026-09-30T12:00"), None),
        (correction("2026-10-09", "2026-10-02T12:00", Line.ARRIVAL), None),
        (correction("2026-10-09", "2026-10-02T12:00", contact_id="ctc_2"), None),
        (correction("2026-10-09", "2026-10-02T12:00", stage=Stage.REHEARSAL), None),
        (correction("2026-10-09", "2026-10-02T12:00", state=NoticeState.WAITING), None),
        (notice(NoticeCode.BOOKING_CANCELLED, "2026-10-02T12:00"), Outcome.WITHDRAWN),
        (notice(NoticeCode.BOOKING_CANCELLED, "2026-10-11T12:00"), Outcome.BROKEN),
        (notice(NoticeCode.RETURNED, "2026-10-02T12:00"), Outcome.WITHDRAWN),
        (notice(NoticeCode.ETA_SLIP, "2026-10-02T12:00"), None),
    ],
)
def test_what_takes_a_word_back(spoken: Spoken, outcome: Outcome | None) -> None:
    assert ended([NINTH], (), (spoken,)).get("prm_1") == outcome


def test_a_correction_withdraws_the_word_that_stood_then() -> None:
    words = [
        NINTH,
        word("2026-10-13", "2026-10-02T12:00", 2),
        word("2026-10-09", "2026-10-03T12:00", 3),
        word("2026-10-20", "2026-10-04T12:00", 4, notice_id="ntc_D16"),
    ]
    assert ended(words, (), (correction("2026-10-09", "2026-10-04T12:00"),)) == {
        "prm_1": Outcome.REPLACED_IN_TIME,
        "prm_2": Outcome.REPLACED_IN_TIME,
        "prm_3": Outcome.WITHDRAWN,
    }


NEXT = word("2026-10-02T17:00", "2026-10-01T12:00", line=Line.NEXT_WORD)


@pytest.mark.parametrize(
    ("more", "spoken", "now", "outcome"),
    [
        ([], (), "2026-10-02T16:00", None),
        ([], (), "2026-10-02T17:01", Outcome.BROKEN),
        ([word("2026-10-09", "2026-10-02T16:59", 7)], (), "2026-10-02T17:01", Outcome.KEPT),
        ([word("2026-10-09", "2026-10-02T17:01", 7)], (), "2026-10-02T18:00", Outcome.BROKEN),
        ([word("2026-10-09", "2026-10-01T11:00", 7)], (), "2026-10-02T18:00", Outcome.BROKEN),
        ([], (notice(NoticeCode.ARRIVED_PORT, "2026-10-02T10:00"),), "2026-10-02T10:01", Outcome.KEPT),
        ([], (notice(NoticeCode.ARRIVED_PORT, "2026-10-02T10:00", id="ntc_1"),), "2026-10-02T18:00", Outcome.BROKEN),
        ([], (notice(NoticeCode.ARRIVED_PORT, "2026-10-02T18:00"),), "2026-10-02T18:01", Outcome.BROKEN),
    ],
)
def test_a_next_word_is_kept_by_any_word_in_time(
    more: list[Word], spoken: tuple[Spoken, ...], now: str, outcome: Outcome | None
) -> None:
    assert ended([NEXT, *more], (), spoken, moment(now)).get("prm_1") == outcome


@pytest.mark.parametrize(
    ("line", "now", "outcome"),
    [
        (Line.FREE_TIME, "2026-10-09T12:00", None),
        (Line.FREE_TIME, "2026-10-10T12:00", Outcome.KEPT),
        (Line.CALL, "2026-10-10T12:00", None),
        (Line.ANSWER, "2026-10-10T12:00", None),
        (Line.DECISION, "2026-10-10T12:00", None),
    ],
)
def test_what_only_time_or_a_person_settles(line: Line, now: str, outcome: Outcome | None) -> None:
    assert ended([replace(NINTH, line=line)], now=moment(now)).get("prm_1") == outcome


def test_lines_people_and_stages_stand_for_themselves() -> None:
    others = [
        word("2026-10-13", "2026-10-02T12:00", 2, contact_id="ctc_2"),
        word("2026-10-13", "2026-10-02T12:00", 3, stage=Stage.REHEARSAL),
        word("2026-10-13", "2026-10-02T12:00", 4, line=Line.ARRIVAL),
        word("2026-10-13", "2026-10-02T12:00", 5, unit_group="TCNU1"),
    ]
    assert ended([NINTH, *others]) == {}


def test_what_is_written_is_said_once_and_changed_where_the_truth_changed() -> None:
    kept = replace(NINTH, outcome=Outcome.KEPT)
    assert ended([kept], (DELIVERED[9],)) == {}
    assert ended([kept], (DELIVERED[9], retraction(DELIVERED[9], START + DAY))) == {"prm_1": REOPENED}
    again = (DELIVERED[9], retraction(DELIVERED[9], START + DAY), DELIVERED[10])
    assert ended([kept], again) == {"prm_1": Outcome.BROKEN}
    assert ended([replace(NINTH, line=Line.CALL, outcome=Outcome.KEPT)]) == {}


def test_every_order_of_words_and_facts_ends_alike() -> None:
    words = [NINTH, word("2026-10-13", "2026-10-07T09:00", 2), word("2026-10-14", "2026-10-13T09:00", 3)]
    facts = (
        fact(M.DEPARTED, "2026-09-15T10:00", place="NLRTM"),
        DELIVERED[9],
        retraction(DELIVERED[9], START + HOUR),
        fact(M.DELIVERED, "2026-10-14T08:00", key="true"),
    )
    found = {
        tuple(sorted(ended(list(one), other).items()))
        for one in itertools.permutations(words)
        for other in itertools.permutations(facts)
    }
    assert found == {(("prm_1", "replaced_in_time"), ("prm_2", "broken"), ("prm_3", "kept"))}


FACTS = (
    fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", key="dep"),
    due("2026-09-25", key="due"),
    due("2026-09-29", START + 2 * DAY, key="due2"),
    fact(M.DELIVERED, "2026-09-24T10:00", START + 7 * DAY, key="wrong"),
    retraction(fact(M.DELIVERED, "2026-09-24T10:00", key="wrong"), START + 8 * DAY),
    fact(M.DELIVERED, "2026-09-29T10:00", START + 12 * DAY, key="true"),
)


def test_deciding_writes_each_end_once_and_takes_a_false_one_back() -> None:
    """The test's ledger asserts that a second look settles nothing; the last words are those of the truth."""
    ledger = Ledger()
    ledger.play(START, START + 14 * DAY, *FACTS)
    told = [one for one in ledger.words if one.state is PromiseState.TOLD and one.line is Line.DELIVERY]
    assert [(str(one.when.on), one.outcome) for one in told if one.when][:2] == [
        ("2026-09-25", Outcome.REPLACED_IN_TIME),
        ("2026-09-29", Outcome.KEPT),
    ]
    now = START + 14 * DAY
    fresh = replace(ledger.situation(), words=tuple(replace(one, outcome=None) for one in ledger.words))
    once = dict(outcomes(fresh, fold(ledger.facts, now), DEFAULTS, now))
    assert once == {one.id: one.outcome for one in ledger.words if one.outcome}


def test_the_hours_can_be_overridden() -> None:
    tight = {"ledger.date_hours": 72.0}
    assert not in_time(NINTH, NINTH.when.end - timedelta(hours=71) if NINTH.when else LATER, tight)
    assert eta("2026-10-09").when.end - timedelta(hours=72) == moment("2026-10-06T23:00")
