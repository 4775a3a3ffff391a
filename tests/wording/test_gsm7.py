from __future__ import annotations

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from service.wording.gsm7 import BASIC, EXTENDED, fold, segments, septets


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 152 + "€" * 5, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ё" * 70, 1),
        ("ё" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_segments(text: str, count: int) -> None:
    assert segments(text) == count


def test_a_pair_is_not_cut_in_half() -> None:
    """An escape and its character stay in one part, as do the halves of a surrogate pair."""
    assert segments("a" * 152 + "€" + "a" * 152) == 3
    assert segments("ё" * 66 + "😀" + "ё" * 66) == 3


@pytest.mark.parametrize(("text", "cost"), [("abc", 3), ("a€", 3), ("ñ", 1), ("ç", None), ("Ç", 1), ("\u2019", None)])
def test_septets(text: str, cost: int | None) -> None:
    assert septets(text) == cost


@given(st.text(alphabet=BASIC + EXTENDED, min_size=1, max_size=700))
def test_agrees_with_another_counter_in_the_sms_alphabet(text: str) -> None:
    assert segments(text) == len(smsutil.split(text).parts)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_agrees_with_another_counter_in_any_alphabet(text: str) -> None:
    assert segments(text) == len(smsutil.split(text).parts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u2018a\u2019 \u201cb\u201d", "'a' \"b\""),
        ("9\u201311 \u2014 x", "9-11 - x"),
        ("a\u00a0b\u202fc\td", "a b c d"),
        ("wait\u2026", "wait..."),
        ("a\u202eb\u200bc\ufeffd\u2066e", "abcde"),
        ("a\x00b\x07c\x7f", "abc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\uff21\uff11", "A1"),
        ("cafe\u0301", "café"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\ud800x", "x"),
        ("plain", "plain"),
    ],
)
def test_fold(text: str, plain: str) -> None:
    assert fold(text) == plain


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
