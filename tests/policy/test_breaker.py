"""The breaker's signs: the numbers compared, and the floors below which nothing is held."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from service.policy.breaker import hurried, judge, mishap_of, widest
from service.records.signs import MishapKind, Signs

UNKNOWN, FILTERED = MishapKind.UNKNOWN, MishapKind.FILTERED
UNDELIVERED, REPEATED = MishapKind.UNDELIVERED, MishapKind.REPEATED


@pytest.mark.parametrize(
    ("signs", "sign"),
    [
        (Signs(), None),
        (Signs(pace=300), None),
        (Signs(pace=301), "pace"),
        (Signs(pace=301, usual=(80, 75, 90)), None),
        (Signs(pace=321, usual=(80, 75, 90)), "pace"),
        (Signs(pace=1200, usual=(300, 310, 2)), None),
        (Signs(mishaps={REPEATED: 1}), "repeated"),
        (Signs(day=100, mishaps={UNKNOWN: 4}), None),
        (Signs(day=100, mishaps={UNKNOWN: 5}), "unknown"),
        (Signs(day=500, mishaps={UNKNOWN: 5}), None),
        (Signs(hour=100, fresh={FILTERED: 9}), None),
        (Signs(hour=100, fresh={FILTERED: 10}), "filtered"),
        (Signs(hour=200, fresh={FILTERED: 10}), None),
        (Signs(hour=50, fresh={UNDELIVERED: 19}), None),
        (Signs(hour=50, fresh={UNDELIVERED: 20}), "undelivered"),
        (Signs(hour=100, fresh={UNDELIVERED: 20}), None),
        (Signs(day=5, mishaps={FILTERED: 100, UNDELIVERED: 100}), None),
    ],
    ids=[
        "quiet",
        "at the floor",
        "above the floor, nothing to compare with",
        "four times the usual",
        "more than four times the usual",
        "a large house is used to it",
        "one repeat is one too many",
        "below the floor of the unknown",
        "more than one in a hundred unknown",
        "one in a hundred unknown",
        "below the floor of the filtered",
        "a spike of the filtered",
        "as many filtered as ever",
        "below the floor of the undelivered",
        "a spike of the undelivered",
        "one in five undelivered",
        "yesterday's receipts",
    ],
)
def test_signs(signs: Signs, sign: str | None) -> None:
    found = judge(signs, {})
    assert (found.sign if found else None) == sign


def test_it_says_the_numbers_that_it_compared() -> None:
    found = judge(Signs(pace=900, usual=(10, 12, 20)), {})
    assert found is not None
    assert found.text == (
        "900 messages left within a minute; usual at this hour are 12, and the most is 4 times that, but at least 300"
    )
    found = judge(Signs(day=100, mishaps={UNKNOWN: 7}), {})
    assert found is not None
    assert found.text.startswith("7 of 100 texts of the last 24 hours")
    assert found.text.endswith("; 1% is the most")


@pytest.mark.parametrize(
    ("rules", "trips"), [({"breaker.least": 1000}, False), ({"breaker.least": 10, "breaker.times": 2}, True)]
)
def test_an_account_may_set_its_own_numbers(rules: Mapping[str, float], trips: bool) -> None:
    assert (judge(Signs(pace=200, usual=(90,)), rules) is not None) is trips
    assert hurried(200, rules) is trips


def test_for_all_together_the_widest_numbers_hold() -> None:
    rules = widest([{"breaker.least": 50}, {"breaker.times": 9}])
    assert (rules["breaker.least"], rules["breaker.times"]) == (300, 9)
    assert widest([]) == {}


@pytest.mark.parametrize(("code", "kind"), [("30007", FILTERED), ("30003", UNDELIVERED), (None, UNDELIVERED)])
def test_what_was_taken_for_spam_counts_apart(code: str | None, kind: MishapKind) -> None:
    assert mishap_of(code) is kind
