"""The forwarder's phone as a page shows it: to read, and to dial."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True)
class Phone:
    """`shown` is grouped, with its country code, because a reader may be anywhere; `dial` what a `tel:` link holds."""

    shown: str
    dial: str


def phone_of(number: str | None, region: str) -> Phone | None:
    """*number* as it is shown and dialled; one without a country code is of *region*. None where there is none."""
    if not number:
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return Phone(number, re.sub(r"[^0-9+]", "", number))
    shown = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return Phone(shown, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
