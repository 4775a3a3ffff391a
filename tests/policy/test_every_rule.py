"""Every rule of the decision list passes in one story and holds in another."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.policy.claims import LIMITS, caps
from service.records.decision import NewNotice
from service.records.enums import Level, Mode, Stage
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, eta, fact, follower
from tests.policy.rule_cases import CASES, LEFT, A, B, Case, only, play

ELSEWHERE = {"N7", "N8"}
"""Rules about several shipments or a whole day of one address: their own tests stand below."""

OWN_ROOMS = {"N15": "test_budget.py", "N16": "test_digest.py", "N17": "test_claims.py"}
"""Rules whose tables stand in a file of their own."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.name}")
def test_the_story_is_told_so(case: Case) -> None:
    ledger = play(case)
    assert ledger.codes == list(case.says)
    if case.traced:
        assert (case.rule, case.passes) in ledger.verdicts
    if case.at:
        assert [moment for moment, _ in ledger.said] == list(case.at)


def test_every_rule_has_both() -> None:
    wanted = {f"N{number}" for number in range(1, 18)} - ELSEWHERE - set(OWN_ROOMS)
    assert {case.rule for case in CASES if case.passes} == wanted
    assert {case.rule for case in CASES if not case.passes} == wanted
    assert len({(case.rule, case.name) for case in CASES}) == len(CASES)


SHIP = {"vessel": "Ever Aspire", "voyage": "012W"}


@pytest.mark.parametrize(
    ("other", "shared"),
    [(SHIP, True), (SHIP | {"voyage": "013W"}, False), (SHIP | {"vessel": "Ever Glad"}, False), ({}, False)],
    ids=["N7 one ship, one text", "N7 another voyage", "N7 another ship", "N7 no ship named"],
)
def test_one_cause_is_one_message(other: dict[str, str], shared: bool) -> None:
    mine, theirs = (_departure(Ledger(), more) for more in (SHIP, other))
    assert ((mine.cause, mine.joins) == (theirs.cause, theirs.joins)) is shared
    assert theirs.joins is bool(other)


def _departure(ledger: Ledger, ship: dict[str, Any]) -> NewNotice:
    decision = ledger.look(START, fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", **ship))
    return decision.notices[0]


@pytest.mark.parametrize(
    ("level", "earlier", "passes"),
    [
        (Level.INFO, 1, True),
        (Level.INFO, 2, False),
        (Level.NOTICE, 2, True),
        (Level.ACTION, 2, True),
        (Level.CRITICAL, 2, True),
    ],
    ids=["N8 second", "N8 third", "N8 notice", "N8 action", "N8 critical"],
)
def test_the_daily_cap_holds_what_can_wait(level: Level, earlier: int, passes: bool) -> None:
    history = [(START - (n + 2) * HOUR, Level.INFO) for n in range(earlier)]
    cap = caps(level, history, START)
    assert cap.passed is passes
    assert cap.verdict.rule == "N8"
    assert passes or cap.until == START - (earlier + 1) * HOUR + LIMITS[0].span


@pytest.mark.parametrize(("days", "passes"), [(6, False), (8, True)], ids=["N8 sixth in a week", "N8 a week later"])
def test_the_weekly_cap(days: int, passes: bool) -> None:
    history = [(START - timedelta(days=days) + n * DAY / 8, Level.INFO) for n in range(6)]
    assert caps(Level.INFO, history, START).passed is passes


@pytest.mark.parametrize(
    ("dead", "level", "ways", "also"),
    [
        (False, Level.INFO, ["sms", "email"], []),
        (True, Level.INFO, ["email"], []),
        (False, Level.ACTION, ["sms", "email"], ["email"]),
    ],
    ids=["N14 the phone first", "N14 a dead number", "N14 action goes both ways"],
)
def test_the_ways_that_a_notice_goes(dead: bool, level: Level, ways: list[str], also: list[str]) -> None:
    what = fact(M.CUSTOMS_HOLD, "2026-09-17T11:00", place="GBFXT") if level is Level.ACTION else LEFT
    (notice,) = Ledger(**only(suppressed=dead)).look(START, what).notices
    assert notice.level is level
    assert [channel.value for channel, _ in notice.channels] == ways
    assert [channel.value for channel, _ in notice.also] == also


def test_from_shadow_to_live() -> None:
    """What was rehearsed is not said again; the first change after going live is compared with the truth."""
    ledger = Ledger()
    ledger.account = replace(ledger.account, mode=Mode.SHADOW)
    ledger.play(START, START + DAY, LEFT, eta(A))
    ledger.account, ledger.close_as = replace(ledger.account, mode=Mode.LIVE), "went live"
    ledger.play(START + DAY, START + 4 * DAY, eta(B, START + 2 * DAY))
    assert [(one.code.value, one.stage) for _, one in ledger.said] == [("M07", Stage.REHEARSAL), ("D01", Stage.LIVE)]


@pytest.mark.parametrize(
    ("joined", "later", "codes"),
    [
        (DAY, [], ["M01"]),
        (DAY, [eta(B, START + 2 * DAY)], ["M01", "D01"]),
        (-DAY, [], ["M07"]),
    ],
    ids=["late: the present, once", "late: and then as everybody", "in time: the event itself"],
)
def test_a_follower_who_joins(joined: timedelta, later: list[FactView], codes: list[str]) -> None:
    since: datetime = START + joined
    ledger = Ledger(followers=[])
    facts = [LEFT, eta(A)]
    if since > START:
        ledger.play(START, since, *facts)
        facts = []
    ledger.followers.append(follower(since=since))
    ledger.play(max(START, since), START + 4 * DAY, *facts, *later)
    assert ledger.codes == codes
