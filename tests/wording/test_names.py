from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.wording import names
from service.wording.gsm7 import septets

URL = re.compile(r"://|\bwww\.|[\w-]\.[^\W\d_][\w-]|\d+\.\d+\.\d+\.\d+", re.IGNORECASE)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("FELIXSTOWE", "Felixstowe"),
        ("Ho Chi Minh City", "Ho Chi Minh City"),
        ("GDAŃSK", "Gdansk"),
        ("São Paulo", "Sao Paulo"),
        ("Łódź", "Lodz"),
        ("Malmö", "Malmö"),
        ("St.Petersburg", "St. Petersburg"),
        ("King's Lynn", "King's Lynn"),
        ("上海", "上海"),
        ("  Ning\u200bbo \n", "Ningbo"),
        ("evil.com/x", ""),
        ("http://evil.example", ""),
        ("www evil", ""),
        ("evil\u3002com", ""),
        ("ev\u200bil\u200b.\u200bcom", ""),
        ("\uff45vil\uff0ecom", ""),
        ("xn.xn--p1ai", ""),
        ("10.0.0.1", ""),
        ("call 0800123456", ""),
        ("pay@evil", ""),
        ("...", ""),
        (None, ""),
        ("x" * 90, "x" * 40),
        ("DALLAS, TX", "Dallas, TX"),
        ("ST. LOUIS, MO", "St. Louis, MO"),
        ("WASHINGTON, DC, US", "Washington, DC, US"),
    ],
)
def test_place(given_name: str | None, shown: str) -> None:
    assert names.place(given_name) == shown


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("EVER ASPIRE", "Ever Aspire"),
        ("MSC OSCAR", "MSC Oscar"),
        ("CMA CGM MARCO POLO", "CMA CGM Marco Polo"),
        ("Ever Given", "Ever Given"),
        ("LH8401", "LH8401"),
        ("evil.com", ""),
    ],
)
def test_vessel(given_name: str, shown: str) -> None:
    assert names.vessel(given_name) == shown


@pytest.mark.parametrize(
    ("given_ref", "shown"),
    [
        ("PO 4711", "PO 4711"),
        ("HBRU-2026/00417.3", "HBRU-2026/00417.3"),
        ("447700900123", "447700900123"),
        ("PO[12]", "PO[12]"),
        ("evil.com/x", "evil com/x"),
        ("http://evil.com", "http evil com"),
        ("www.evil.com", "evil com"),
        ("a@b.com", "a b com"),
        ("10.0.0.1", "your order"),
        ("<b>4711</b>", "b 4711 /b"),
        ("PO\r\nBcc: x", "PO Bcc: x"),
        ("", "your order"),
        (None, "your order"),
        ("订单4711", "订单4711"),
    ],
)
def test_ref(given_ref: str | None, shown: str) -> None:
    assert names.ref(given_ref) == shown


def test_a_long_reference_is_known_by_both_ends() -> None:
    assert names.elided("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "ABCDEFGHI..RSTUVWXYZ"
    assert names.elided("PO 4711") == "PO 4711"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("020 7946 0018", "020 7946 0018"),
        ("+44 7700 900123", "+44 7700 900123"),
        ("+447700900123", "+44 7700 900123"),
        ("+441632960000", "+44 1632 960000"),
        ("+12025550142", "+1 202-555-0142"),
        ("(020) 7946\u00a00018", "(020) 7946 0018"),
        ("020 7946 0018 0018 0018 0018", "02079460018001800180"),
        ("call me", ""),
        (None, ""),
    ],
)
def test_phone(number: str | None, shown: str) -> None:
    assert names.phone(number) == shown


def test_a_compact_phone_is_as_it_is_dialled() -> None:
    assert names.compact(names.phone("+1 (202) 555-0142")) == "+12025550142"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("care@example.com", "care@example.com"),
        ("care@example.com\r\nBcc: x@example.com", ""),
        ("x" * 70 + "@example.com", ""),
        ("nobody", ""),
        (None, ""),
    ],
)
def test_email(address: str | None, shown: str) -> None:
    assert names.email(address) == shown


HOSTILE = st.one_of(
    st.text(max_size=120),
    st.from_regex(r"[\w. ]{0,9}(https?://|www\.)?[a-z]{1,9}\.[a-z]{2,5}/\w{0,9}", fullmatch=True),
    st.text(alphabet="\u202e\u200b\u2066\ufeff.com/@evilwww:0123456789 ", max_size=60),
)


@given(HOSTILE)
def test_no_name_carries_a_link_an_address_or_an_invisible_character(text: str) -> None:
    for shown in (names.place(text), names.vessel(text), names.ref(text)):
        assert not URL.search(shown)
        assert "@" not in shown
        assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in shown)
        assert len(shown) <= 40
    for shown in (names.place(text), names.vessel(text)):
        assert sum(char.isdigit() for char in shown) <= 6


@given(st.text(max_size=60))
def test_plain_is_always_in_the_sms_alphabet(text: str) -> None:
    assert septets(names.plain(text)) is not None
