from __future__ import annotations

import pytest

from service.wording.lint import RULES, lint


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("T1", "It was Fri 9 Oct. Now Tue 13 Oct.", "Now Tue 13 Oct, was Fri 9 Oct."),
        ("T2", "Sorry. We are sorry.", "Sorry, PO 4711 waits."),
        ("T2", "We are very sorry.", "We are sorry."),
        ("T3", "The cause is unknown.", "Cause not known yet."),
        ("T4", "It is the carrier's fault.", "The ship broke down."),
        ("T5", "PO 4711 is late.", "PO 4711 is late. Call 020 7946 0018."),
        ("T6", "Is it fine? Or not?", "Is it fine?"),
        ("T7", "Reply 1 OK, 2 options.", "Reply 1 OK, 2 options, 3 call me."),
        ("T8", "Unfortunately it waits.", "It waits."),
        ("T8", "It is here!", "It is here."),
        ("T8", "It is HERE now.", "Reply STOP to end."),
        ("T8", "It is here \U0001f600", "It is here."),
        ("T8", "It\u2019s here.", "It's here."),
        ("T9", "New ETA Tue 13 Oct.", "Now due at port Tue 13 Oct."),
        ("T9", "It was rolled.", "It was left behind."),
        ("T10", " ".join(["word"] * 21) + ".", " ".join(["word"] * 20) + "."),
        ("T11", "It costs GBP 95 a day.", "It is free until Thu 15 Oct."),
        ("T12", "It comes tomorrow.", "It comes Tue 13 Oct."),
        ("T13", "Great news: it is here.", "It is here."),
        ("T14", "It is on time.", "It is as planned."),
        ("T15", "It comes soon.", "We do not know yet."),
    ],
)
def test_rule(rule: str, bad: str, good: str) -> None:
    assert rule in lint(bad)
    assert lint(good) == []


def test_names_are_not_judged() -> None:
    assert lint("ACME! sent SOON Star.", ["ACME!", "SOON Star"]) == []


def test_every_rule_is_described() -> None:
    assert list(RULES) == [f"T{number}" for number in range(1, 16)]
