"""Which country a phone number belongs to."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=4096)
def country_of(number: str | None) -> str | None:
    """The ISO country of an E.164 number; None for anything else, or a number of no country."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number or "", None))
    except phonenumbers.NumberParseException:
        return None
