"""Facts in any order of arrival come to the same end."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.policy.journey import fold
from service.policy.summary import summarise
from service.records.enums import Level
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, MINUTE, START, Ledger, M, due, eta, fact, follower, retraction, said_dates

WRONG = fact(M.DELIVERED, "2026-09-16T08:00", key="wrong")
FACTS = (
    fact(M.DEPARTED, "2026-09-15T10:00", place="NLRTM", key="dep"),
    replace(fact(M.DEPARTED, "2026-09-15T11:00", place="NLRTM", key="dep"), stated_at=START + HOUR, id="dep2"),
    eta("2026-09-16", key="eta"),
    replace(eta("2026-09-17", key="eta"), stated_at=START + HOUR, id="eta2"),
    fact(M.ARRIVED_DESTINATION, "2026-09-17T09:00", place="GBFXT", key="arr"),
    WRONG,
    replace(retraction(WRONG, START + HOUR), id="back"),
)
END = START + 2 * HOUR


def test_all_5040_orders_of_seven_facts_fold_to_one_truth() -> None:
    summaries = {summarise(fold(order, END)) for order in itertools.permutations(FACTS)}
    assert len(summaries) == 1
    assert summaries.pop().status == "arrived"


def test_all_orders_decide_the_same() -> None:
    ends = set()
    for order in itertools.islice(itertools.permutations(FACTS), 0, None, 37):
        ledger = Ledger(followers=[follower(level=Level.DIGEST)])
        decision = ledger.look(END, *order)
        ends.add((decision.summary, tuple(sorted((one.code, one.subject, one.state) for one in decision.notices))))
    assert len(ends) == 1


def arriving(order: tuple[FactView, ...], gap: timedelta) -> list[FactView]:
    return [replace(one, received_at=END + n * gap) for n, one in enumerate(order)]


@settings(max_examples=60)
@given(st.permutations(FACTS), st.integers(0, 9))
def test_no_order_of_arrival_says_a_thing_twice_or_a_date_that_is_not_so(order: list[FactView], minutes: int) -> None:
    ledger = Ledger()
    ledger.play(END, END + DAY, *arriving(tuple(order), minutes * MINUTE))
    subjects = [(notice.code, notice.subject) for _, notice in ledger.said]
    assert len(subjects) == len(set(subjects))
    assert ledger.last is not None
    assert ledger.last.summary == summarise(fold(ledger.facts, END + DAY))
    assert "M12" in ledger.codes or "M20" in ledger.codes


MOVES = ("2026-10-09", "2026-10-10", "2026-10-13", "2026-10-17", "2026-10-06")


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, 400)), max_size=12))
def test_what_was_told_last_is_never_far_from_the_truth(moves: list[tuple[str, int]]) -> None:
    """Whatever the flapping: at the end the last told date differs from the truth only by less than is news."""
    now, facts = START, [eta("2026-10-09")]
    for day, minutes in moves:
        now += minutes * MINUTE
        facts.append(eta(day, now, key=f"{now}"))
    ledger = Ledger()
    ledger.play(START, now + 2 * DAY, fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB"), *facts)
    told = said_dates(ledger.said[-1][1])[0][0]
    by = (datetime.fromisoformat(facts[-1].when.on.isoformat()) - datetime.fromisoformat(told)).days
    assert by in {0, 1}
    chain = [date for _, notice in ledger.said for date in said_dates(notice)]
    assert [was for _, was in chain[1:]] == [day for day, _ in chain[:-1]]


@settings(max_examples=60)
@given(st.permutations([eta("2026-10-09"), eta("2026-10-13", START + HOUR), due("2026-10-20"), FACTS[4]]))
def test_the_same_news_is_said_once_everything_has_settled(order: list[FactView]) -> None:
    ledger = Ledger()
    ledger.play(END, END + DAY, *arriving(tuple(order), timedelta()))
    assert [(n.code.value, said_dates(n)) for _, n in ledger.said] == [("M12", [("2026-10-20", None)])]
