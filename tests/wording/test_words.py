"""When two texts say the same."""

from __future__ import annotations

import pytest

from service.wording.words import bare, digest, same

TEXT = "Harbour: PO 4711 left Ningbo. Due 9 Oct. See t.example.com/t/abcdefghjk"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (TEXT.replace("abcdefghjk", "kjhgfedcba"), True),
        (TEXT.replace(" Due", "\nDue"), True),
        (TEXT.replace("9 Oct", "10 Oct"), False),
        (TEXT.replace("PO 4711", "PO 4712"), False),
        (TEXT.replace("/t/abcdefghjk", "/u/abcdefghjk"), False),
    ],
)
def test_a_link_is_no_word(other: str, same: bool) -> None:
    assert (digest(TEXT) == digest(other)) is same
    assert len(digest(TEXT)) == 32


def test_the_token_is_gone() -> None:
    assert bare(TEXT).endswith("t.example.com/t/")


ASKS = "PO 4711 is due 9 Oct. Reply {} OK, {} call me. https://t.example.com/t/{}"


@pytest.mark.parametrize(
    ("listed", "fits"),
    [
        (ASKS.format(1, 2, "abc"), True),
        (ASKS.format(4, 7, "xyz"), True),
        (ASKS.format(4, 7, "xyz").replace("9 Oct", "8 Oct"), False),
        (ASKS.format("a", 7, "xyz"), False),
        (ASKS.format(1, 2, "abc") + " More.", False),
    ],
)
def test_the_digits_of_a_question_may_be_others(listed: str, fits: bool) -> None:
    assert same(listed, ASKS.format(1, 2, "one"), ASKS.format(9, 8, "other")) is fits
