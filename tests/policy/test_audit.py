"""A provider's list against ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from notifiers.base import ReceiptStatus, Seen
from service.policy.audit import compare, repeats, tasks

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)
HARBOUR, JO = "+447700900000", "+447700900123"


def row(provider_id: str, **more: Any) -> Seen:
    values: dict[str, Any] = {"outbound": True, "sender": HARBOUR, "to": JO, "text": "Harbour: hello", "at": AT}
    return Seen(provider_id, **values | more)


def test_what_fits_says_nothing_and_brings_its_receipts() -> None:
    listed = [row("SM1", status=ReceiptStatus.DELIVERED), row("SM2")]
    found = compare(listed, {"SM1", "SM2"}, {"SM1"}, HARBOUR)
    assert [(one.provider_id, one.status) for one in found.receipts] == [("SM1", ReceiptStatus.DELIVERED)]
    assert (found.strangers, found.missing) == ((), ())
    assert tasks(found, "twilio", AT) == []


def test_what_left_unknown_to_us_and_what_is_not_there() -> None:
    found = compare([row("SM1"), row("SM9", sender="+447700900001")], {"SM7"}, {"SM7"}, HARBOUR)
    assert found.strangers == ("SM1",), "another sender of the account is none of ours"
    assert found.missing == ("SM7",)
    assert [task.key for task in tasks(found, "twilio", AT)] == [
        "audit:strangers:twilio:2026-11-17",
        "audit:missing:twilio:2026-11-17",
    ]


def test_no_receipt_of_what_is_not_ours() -> None:
    assert compare([row("SM1", status=ReceiptStatus.DELIVERED)], set(), set(), HARBOUR).receipts == ()


def test_replies_come_in_the_order_in_which_they_were_written() -> None:
    later, first = (
        row("IN2", outbound=False, text="START"),
        row("IN1", outbound=False, text="STOP", at=AT.replace(hour=9)),
    )
    assert [one.text for one in compare([later, first], set(), set(), HARBOUR).replies] == ["STOP", "START"]


def test_many_are_counted() -> None:
    (task,) = tasks(compare([row(f"SM{n}") for n in range(8)], set(), set(), HARBOUR), "twilio", AT)
    assert "8 texts (SM0, SM1, SM2, SM3, SM4 and 3 more)" in task.text


@pytest.mark.parametrize(
    ("texts", "ours", "doubted", "strangers", "repeated"),
    [
        ([("a", "x")], {"a"}, set(), (), ()),
        ([("a", "x"), ("b", "x")], {"a", "b"}, set(), (), ()),
        ([("a", "x"), ("b", "x")], {"a"}, set(), ("b",), ("b",)),
        ([("a", "x"), ("b", "y")], {"a"}, set(), ("b",), ()),
        ([("a", "x"), ("b", "x")], set(), set(), ("a", "b"), ("b",)),
        ([("a", "x")], set(), {(JO, "x")}, (), ()),
        ([("a", "x"), ("b", "x")], set(), {(JO, "x")}, ("b",), ("b",)),
        ([("a", "x"), ("b", "x")], {"a"}, {(JO, "x")}, (), ()),
    ],
    ids=[
        "ours",
        "two answers in the same words",
        "one that we know and one that we do not",
        "a stranger says something else",
        "two strangers say the same",
        "the proof of a call in doubt",
        "a call in doubt was taken twice",
        "an answer, and the proof of another",
    ],
)
def test_what_left_twice(
    texts: list[tuple[str, str]],
    ours: set[str],
    doubted: set[tuple[str, str]],
    strangers: tuple[str, ...],
    repeated: tuple[str, ...],
) -> None:
    listed = [Seen(key, True, HARBOUR, JO, words, AT) for key, words in texts]
    found = compare(listed, ours, set(), HARBOUR, doubted)
    assert (found.strangers, found.repeated) == (strangers, repeated)
    task = repeats(found, "twilio")
    assert (task is None) is (not repeated)
