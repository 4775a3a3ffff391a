"""Caps, switches and lateness at the last moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from service.policy.claims import Answer, Claim, caps, claim_checks, said_again
from service.policy.timing import Reader
from service.records.enums import Level
from service.records.outbox import Heard
from tests.policy.candidates import AT, candidate
from tests.policy.ledger import DAY, HOUR, LONDON, MINUTE, START

READER = Reader(LONDON)
CLAIM = Claim(now=START, level=Level.INFO, send_before=START + 12 * HOUR, reader=READER)


def sent(level: Level, *ago: timedelta) -> list[tuple[datetime, Level]]:
    return [(START - one, level) for one in ago]


@pytest.mark.parametrize(
    ("level", "history", "until"),
    [
        (Level.INFO, [], None),
        (Level.INFO, sent(Level.INFO, 3 * HOUR), None),
        (Level.INFO, sent(Level.INFO, 3 * HOUR, 5 * HOUR), START + 19 * HOUR),
        (Level.INFO, sent(Level.ACTION, 3 * HOUR, 5 * HOUR), None),
        (Level.NOTICE, sent(Level.INFO, 3 * HOUR, 5 * HOUR), None),
        (Level.INFO, sent(Level.INFO, *(n * 25 * HOUR for n in range(1, 7))), START + 7 * DAY - 150 * HOUR),
        (Level.NOTICE, sent(Level.NOTICE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE), START + 30 * MINUTE),
        (Level.NOTICE, sent(Level.NOTICE, *(n * 2 * HOUR for n in range(1, 9))), START + 8 * HOUR),
        (Level.NOTICE, sent(Level.NOTICE, 61 * MINUTE, 62 * MINUTE, 63 * MINUTE), None),
    ],
)
def test_both_caps(level: Level, history: list[tuple[datetime, Level]], until: datetime | None) -> None:
    cap = caps(level, history, START)
    assert (cap.passed, cap.until) == (until is None, until)


@pytest.mark.parametrize(("level", "reroute"), [(Level.NOTICE, False), (Level.ACTION, True), (Level.CRITICAL, True)])
def test_what_needs_action_goes_another_way(level: Level, reroute: bool) -> None:
    cap = caps(level, sent(Level.INFO, *3 * [MINUTE]), START)
    assert (cap.passed, cap.reroute) == (False, reroute)
    assert cap.verdict.text == "this address has had 3 texts within 60 minutes, which is the most"


NIGHT = START + 10 * HOUR


@pytest.mark.parametrize(
    ("claim", "answer", "until"),
    [
        (CLAIM, Answer.GO, None),
        (replace(CLAIM, suppressed=True), Answer.DROP, None),
        (replace(CLAIM, now=START + 12 * HOUR), Answer.EXPIRE, None),
        (replace(CLAIM, paused="texts are paused"), Answer.HOLD, None),
        (replace(CLAIM, paused="twilio rests", paused_until=START + HOUR), Answer.HOLD, START + HOUR),
        (replace(CLAIM, now=NIGHT, send_before=START + 24 * HOUR), Answer.HOLD, START + 19 * HOUR),
        (replace(CLAIM, now=NIGHT, send_before=START + 11 * HOUR), Answer.EXPIRE, None),
        (replace(CLAIM, now=NIGHT, exempt=True), Answer.GO, None),
        (replace(CLAIM, history=sent(Level.INFO, HOUR, 13 * HOUR)), Answer.HOLD, START + 11 * HOUR),
        (replace(CLAIM, history=sent(Level.INFO, HOUR, 2 * HOUR)), Answer.EXPIRE, None),
        (replace(CLAIM, level=Level.ACTION, history=sent(Level.ACTION, *3 * [HOUR / 2])), Answer.REROUTE, None),
    ],
)
def test_what_may_be_done_with_a_message(claim: Claim, answer: Answer, until: datetime | None) -> None:
    verdict = claim_checks(claim)
    assert (verdict.answer, verdict.until) == (answer, until)
    assert verdict.why.passed is (answer is Answer.GO)


def heard(
    hours_ago: float, words: str, message: str = "msg_0", shipment: str = "shp_1", person: str = "con_1"
) -> Heard:
    return Heard(AT - hours_ago * HOUR, words, message, shipment, person)


@pytest.mark.parametrize(
    ("before", "until", "told"),
    [
        ([], None, False),
        ([heard(1, "b")], None, False),
        ([heard(1, "a")], 23, False),
        ([heard(23, "a")], 1, False),
        ([heard(24, "a")], None, False),
        ([heard(1, "a", message="msg_1")], None, False),
        ([heard(1, "a", person="con_2")], 23, True),
        ([heard(1, "a", shipment="shp_2", person="con_2")], 23, False),
        ([heard(1, "b"), heard(2, "a")], None, False),
        ([heard(1, "b", shipment="shp_2"), heard(2, "a")], 22, False),
    ],
    ids=[
        "N17 the first words",
        "N17 other words",
        "N17 the same words",
        "N17 the same words, almost a day ago",
        "N17 a day later",
        "N17 another call of the same message",
        "N17 somebody else at this phone was told so",
        "N17 the same words about another order of the same name",
        "N17 there and back again",
        "N17 something about another order in between",
    ],
)
def test_the_same_words_once_a_day(before: list[Heard], until: float | None, told: bool) -> None:
    found = said_again(candidate(heard=tuple(before)), "a", 24 * HOUR, AT)
    assert (found.until if found else None) == (AT + until * HOUR if until is not None else None)
    if found:
        assert (found.why.rule, found.why.passed, found.told) == ("N17", False, told)
        assert found.why.text.endswith("and once in 24 hours is the most")
