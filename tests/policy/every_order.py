"""Seven milestones of one shipment, with a correction and a retraction among them, and what may be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.policy.decide import decide
from service.records.decision import Summary
from service.records.enums import Level, PromiseState
from service.records.situation import FactView, Spoken
from tests.policy.ledger import DAY, HOUR, MINUTE, START, Ledger, M, due, fact, follower, retraction, said_dates

DUE = "2026-09-18"
BASE = (
    fact(M.BOOKING_CONFIRMED, "2026-09-16T09:00", START - 2 * HOUR, key="booked"),
    due(DUE, START - 2 * HOUR, key="due"),
)
"""Known and told before: the order is booked, and due at the door on DUE."""

WRONG = fact(M.DELIVERED, "2026-09-17T09:00", key="wrong")
SEVEN = (
    fact(M.DEPARTED, "2026-09-15T10:00", place="NLRTM", key="left"),
    replace(fact(M.DEPARTED, "2026-09-15T11:00", place="NLRTM", key="left"), stated_at=START + HOUR, id="left, later"),
    fact(M.ARRIVED_DESTINATION, "2026-09-16T09:00", place="GBFXT", key="there"),
    fact(M.CUSTOMS_CLEARED, "2026-09-16T15:00", place="GBFXT", key="cleared"),
    fact(M.OUT_FOR_DELIVERY, "2026-09-17T07:00", key="van"),
    WRONG,
    replace(retraction(WRONG, START + HOUR), id="not so"),
)
FIRST = START + HOUR
"""When the first of them arrives; the others follow a minute apart."""

LAST = fact(M.DELIVERED, "2026-09-18T10:00", START + DAY, key="right")
"""Arrives after all of them, on the day that was promised."""

STEPS = {"M02": "booked", "M07": "left", "M12": "there", "M15": "cleared", "M19": "van", "M20": "wrong"}
"""The fact that each text is about, in the order of the journey."""


@dataclass(frozen=True)
class Final:
    """Where a shipment stands in the end: the truth, what has happened, and how the last promise of each line ended.

    What was reported, taken back and reported again has another number than what was reported once, and so it shall
    be; how often it was counted is left out.
    """

    summary: Summary
    open: tuple[tuple[str, str, str], ...]
    promises: tuple[tuple[str, str, str], ...]


def told_before() -> Ledger:
    """Somebody who hears of every step, and was told the date."""
    ledger = Ledger(followers=[follower(level=Level.DIGEST, since=START - DAY)])
    ledger.look(START - 2 * HOUR, *BASE)
    ledger.send(START - 2 * HOUR)
    assert [(one.code.value, said_dates(one)) for _, one in ledger.said] == [("M02", [(DUE, None)])]
    return ledger


def copy_of(ledger: Ledger) -> Ledger:
    """The same state, to go on from in another way."""
    return replace(
        ledger,
        facts=list(ledger.facts),
        words=list(ledger.words),
        spoken=list(ledger.spoken),
        occurrences=list(ledger.occurrences),
        said=list(ledger.said),
        expiry=dict(ledger.expiry),
    )


def arrives(ledger: Ledger, new: FactView, now: datetime) -> list[Spoken]:
    """A fact arrives at *now*: decide, send what may leave, decide again. Returns what was sent."""
    ledger.facts.append(replace(new, received_at=now))
    ledger.write(decide(ledger.situation(), now), now)
    sent = ledger.send(now)
    if sent:
        ledger.write(decide(ledger.situation(), now), now)
    return sent


def every_order(first: Sequence[FactView]) -> Iterator[Ledger]:
    """Every order of SEVEN that begins with one of *first*, each decided and sent at every step.

    Orders that begin alike share their beginning, so that 5,040 of them take 13,699 steps.
    """

    def go_on(ledger: Ledger, rest: tuple[FactView, ...], now: datetime) -> Iterator[Ledger]:
        if not rest:
            yield ledger
        for new in rest:
            after = copy_of(ledger)
            for notice in arrives(after, new, now):
                assert_true(notice, after.facts)
            yield from go_on(after, tuple(one for one in rest if one is not new), now + MINUTE)

    for new in first:
        ledger = told_before()
        for notice in arrives(ledger, new, FIRST):
            assert_true(notice, ledger.facts)
        yield from go_on(ledger, tuple(one for one in SEVEN if one is not new), FIRST + MINUTE)


def assert_true(notice: Spoken, known: Iterable[FactView]) -> None:
    """Nothing in *notice* contradicts the newest of what is known. Worked out from the facts alone, without policy."""
    standing = stands(known)
    code = notice.code.value
    if code == "D16":
        assert notice.params["told"] == "M20"
        assert "wrong" not in standing, "only what proved false is corrected"
    else:
        about = standing.get(STEPS[code]) or (standing.get("right") if code == "M20" else None)
        assert about is not None, f"{code} is not so"
        at = notice.params["at"]
        assert isinstance(at, dict)
        assert at["at"] == about.when.at.isoformat() if about.when.at else at["on"] == about.when.on.isoformat()
        later = list(STEPS)[list(STEPS).index(code) + 1 :]
        assert not [step for step in later if STEPS[step] in standing], f"{code} was overtaken"
    if {"wrong", "right"} & set(standing):
        assert said_dates(notice) == [], "what was delivered is due no more"
    assert {day for day, _ in said_dates(notice)} <= {DUE}


def stands(known: Iterable[FactView]) -> dict[str, FactView]:
    """The newest statement of each event by its key, without those that were taken back."""
    facts = sorted(known, key=lambda one: one.stated_at)
    gone = {one.retracts for one in facts}
    return {one.event_key: one for one in facts if one.retracts is None and one.event_key not in gone}


def final(ledger: Ledger, now: datetime) -> Final:
    """Where it stands at *now*, after one more look that changes nothing when it is repeated."""
    decision = ledger.look(now)
    words = sorted(ledger.words, key=lambda one: (one.line, one.ordinal))
    last = {one.line: one for one in words if one.state is PromiseState.TOLD and one.when}
    return Final(
        summary=decision.summary,
        open=tuple(sorted((one.milestone, one.stop, one.unit_group) for one in ledger.occurrences if one.open)),
        promises=tuple((line, str(one.when and one.when.on), one.outcome or "open") for line, one in last.items()),
    )
