"""Which country a phone number belongs to."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

COUNTRIES: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""ISO codes of the countries and territories that have telephone numbers."""


@lru_cache(maxsize=4096)
def country_of(number: str | None) -> str | None:
    """The ISO country of an E.164 number; None for anything else, or a number of no country."""
    try:
        parsed = phonenumbers.parse(number or "", None)
    except phonenumbers.NumberParseException:
        return None
    # A number that no plan knows (kept free for drama, or newer than the tables) still has its country's code.
    found = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(
        parsed.country_code or 0
    )
    return None if found == phonenumbers.UNKNOWN_REGION else found
