"""The country of a number, for caps by country and the month's segments."""

from __future__ import annotations

import pytest

from service.records.countries import country_of


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+447700900123", "GB"),
        ("+442079460018", "GB"),
        ("+14155552671", "US"),
        ("+31612345678", "NL"),
        ("+999123456", None),
        ("ana@example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_the_country_of_a_number(number: str | None, country: str | None) -> None:
    assert country_of(number) == country
