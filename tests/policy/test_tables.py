"""The small tables: codes and levels, stages, causes, last words, numbers of occurrences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.policy.catalogue import CODES, LEVELS, code_of, level_of, reaches
from service.policy.causes import cause_of
from service.policy.journey import fold
from service.policy.look import shown
from service.policy.occurrences import number
from service.policy.rules import DEFAULTS, about, hours, in_words, minutes
from service.policy.stage import stage_of
from service.policy.told import told
from service.records.enums import Level, Line, Milestone, Mode, NoticeCode, PromiseState, ReferenceType, Stage
from service.records.situation import AccountView, OccurrenceView, RefView, ShipmentView, Situation, Word
from tests.policy.ledger import START, M, at, fact

S = PromiseState


def test_every_code_but_answers_has_a_level() -> None:
    answers = {code for code in NoticeCode if code.value.startswith("S")}
    assert set(LEVELS) == set(NoticeCode) - answers
    assert {level_of(code) for code in answers} == {Level.SYS}


@pytest.mark.parametrize("milestone", CODES)
def test_a_milestone_that_happened_has_its_code(milestone: Milestone) -> None:
    done = fold([fact(milestone, "2026-09-17T10:00", place="SGSIN")], START).done
    expected = CODES[milestone]
    assert [code_of(one) for one in done] == [expected]


@pytest.mark.parametrize(
    ("level", "threshold", "reached"),
    [
        (Level.PAGE, Level.PAGE, False),
        (Level.DIGEST, Level.DIGEST, True),
        (Level.DIGEST, Level.INFO, False),
        (Level.INFO, Level.INFO, True),
        (Level.NOTICE, Level.ACTION, False),
        (Level.CRITICAL, Level.ACTION, True),
    ],
)
def test_who_is_reached(level: Level, threshold: Level, reached: bool) -> None:
    assert reaches(level, threshold) is reached


@pytest.mark.parametrize(
    ("account", "customer", "shipment", "stage"),
    [
        (Mode.SHADOW, None, None, Stage.REHEARSAL),
        (Mode.SHADOW, Mode.LIVE, None, Stage.LIVE),
        (Mode.LIVE, Mode.LIVE, Mode.OFF, None),
        (Mode.LIVE, Mode.SHADOW, None, Stage.REHEARSAL),
        (Mode.OFF, None, Mode.LIVE, Stage.LIVE),
    ],
)
def test_the_nearest_mode_counts(
    account: Mode, customer: Mode | None, shipment: Mode | None, stage: Stage | None
) -> None:
    view = ShipmentView(id="s", seq=0, created_at=START, mode=shipment, customer_mode=customer)
    assert stage_of(Situation(AccountView(id="a", brand="b", mode=account), view)) is stage


@pytest.mark.parametrize(
    ("vessel", "imo", "voyage", "key", "joins"),
    [
        ("Ever Aspire", "9893979", "1e", "delay:9893979:1E:GBFXT", True),
        (" ever aspire ", None, "1E", "delay:EVER ASPIRE:1E:GBFXT", True),
        ("Ever Aspire", None, None, "delay:shp_1", False),
        (None, None, "1E", "delay:shp_1", False),
    ],
)
def test_a_cause_is_shared_where_ship_and_voyage_are_named(
    vessel: str | None, imo: str | None, voyage: str | None, key: str, joins: bool
) -> None:
    for code in (NoticeCode.ETA_SLIP, NoticeCode.ETA_SLIP_AGAIN):
        cause = cause_of(code, "shp_1", vessel=vessel, imo=imo, voyage=voyage, place="GBFXT")
        assert (cause.key, cause.joins) == (key, joins)


def words(*states: PromiseState) -> list[Word]:
    return [
        Word(
            f"prm_{n}", "c", Stage.LIVE, Line.ARRIVAL, "", n, state, at(f"2026-10-{n:02}"), START, notice_id=f"ntc_{n}"
        )
        for n, state in enumerate(states, 1)
    ]


@pytest.mark.parametrize(
    ("states", "reopened", "compare", "was"),
    [
        ((), (), None, None),
        ((S.TOLD,), (), 1, 1),
        ((S.TOLD, S.NEVER_TOLD), (), 1, 1),
        ((S.TOLD, S.UNKNOWN), (), 2, 1),
        ((S.TOLD, S.BASELINE), (), 2, 1),
        ((S.BASELINE,), (), 1, None),
        ((S.TOLD, S.INTENDED), (), 2, 1),
        ((S.TOLD, S.INTENDED), (2,), 1, 1),
        ((S.TOLD, S.TOLD, S.NEVER_TOLD, S.UNKNOWN), (), 4, 2),
    ],
)
def test_the_last_word(states: tuple[S, ...], reopened: tuple[int, ...], compare: int | None, was: int | None) -> None:
    line = told(words(*states), "c", Stage.LIVE, Line.ARRIVAL, reopened=frozenset(f"ntc_{n}" for n in reopened))
    assert (line.compare and line.compare.on.day, line.was and line.was.on.day) == (compare, was)
    assert line.next_ordinal == len(states) + 1


def test_a_word_of_another_stage_line_or_person_does_not_count() -> None:
    others = [
        replace(word, **change)
        for word in words(S.TOLD)
        for change in ({"stage": Stage.REHEARSAL}, {"line": Line.DELIVERY}, {"contact_id": "d"}, {"unit_group": "box"})
    ]
    assert told(others, "c", Stage.LIVE, Line.ARRIVAL, reopened=frozenset()).last is None


def test_numbers_are_given_once() -> None:
    done = fold([fact(M.DELIVERED, "2026-09-17T10:00")], START).done
    closed = OccurrenceView("occ_1", M.DELIVERED, "", "", 1, open=False)
    kept = OccurrenceView("occ_2", M.DELIVERED, "", "", 2, open=True)
    assert [new.number for new in number(done, [], []).opened] == [1]
    assert [new.number for new in number(done, [closed], []).opened] == [2]
    assert number(done, [closed, kept], []).opened == ()
    assert number((), [closed, kept], []).closed == ("occ_2",)


def test_an_occurrence_keeps_its_number_when_its_place_becomes_known() -> None:
    kept = OccurrenceView("occ_1", M.DEPARTED, "", "", 1, open=True)
    done = fold([fact(M.DEPARTED, "2026-09-17T10:00", place="CNNGB")], START).done
    numbered = number(done, [kept], [])
    assert (numbered.opened, numbered.closed, numbered.open[0].key) == ((), (), "departed:::1")


R = ReferenceType


@pytest.mark.parametrize(
    ("refs", "name"),
    [
        ([(R.REF, "A1"), (R.PO, "4711")], "PO 4711"),
        ([(R.PO, "PO 4712"), (R.PO, "PO 4711")], "PO 4711"),
        ([(R.CONTAINER, "TCNU1"), (R.HOUSE_BILL, "HB1"), (R.BOOKING, "BK1")], "BK1"),
        ([(R.CONTAINER, "TCNU1"), (R.REF, "A1")], "A1"),
        ([(R.VOYAGE, "1E")], None),
    ],
)
def test_the_name_that_the_customer_knows(refs: list[tuple[R, str]], name: str | None) -> None:
    assert shown([RefView(kind, text) for kind, text in refs]) == name


def test_the_number_of_a_parcel_names_the_order_only_where_no_other_does() -> None:
    parcel, order = RefView(ReferenceType.REF, "0034"), RefView(ReferenceType.REF, "SO-1001")
    assert shown([parcel, order], {"0034"}) == "SO-1001"
    assert shown([parcel], {"0034"}) == "0034"


def test_rule_numbers_have_defaults_and_overrides() -> None:
    assert hours({}, "N4.early_hours") == timedelta(hours=24)
    assert minutes({"N7.join_minutes": 0}, "N7.join_minutes") == timedelta()
    assert all(number > 0 for number in DEFAULTS.values())


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(hours=-20), "20 hours"),
        (timedelta(days=4), "4 days"),
        (timedelta(hours=2, minutes=30), "2.5 hours"),
        (timedelta(hours=60), "2.5 days"),
    ],
)
def test_spans_as_people_compare_them(span: timedelta, text: str) -> None:
    assert in_words(span) == text


def test_how_far_off_something_is_needs_no_fraction() -> None:
    assert [about(timedelta(hours=span)) for span in (537, 47.6, 0.2)] == ["22 days", "2 days", "60 minutes"]
