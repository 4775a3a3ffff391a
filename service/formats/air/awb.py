"""Air waybill numbers: three digits of the airline, seven of the waybill, and a check digit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.formats.base import Refused
from service.formats.fields import shown
from service.records.enums import ReferenceType
from service.records.inbound import RefValue

DIRECT = "direct"
"""The option of sources whose air waybills are one customer's shipment each."""

DIRECT_SAYS = (
    "true: each air waybill is one customer's shipment, and opens it; "
    "false unless set: it may be the master of several, and finds those that name it."
)

_NUMBER = re.compile(r"(\d{3})[- ]?(\d{4})[ ]?(\d{4})", re.ASCII)


def normal(said: str) -> str | None:
    """*said* as waybills are written, 020-12345675, or None where it is no waybill number."""
    parts = _NUMBER.fullmatch(said.strip())
    return f"{parts[1]}-{parts[2]}{parts[3]}" if parts else None


def note(number: str) -> str | None:
    """A warning about a waybill number (in its normal form) that was probably mistyped, or None.

    The last digit is the rest of the seven before it, divided by seven (IATA resolution 600a).
    """
    serial = number[4:]
    if int(serial[:7]) % 7 == int(serial[7]):
        return None
    return f"The check digit of air waybill {number} does not fit: one of its digits may be wrong."


def reference(said: str, options: Mapping[str, object], pointer: str) -> tuple[RefValue, str | None]:
    """The reference to a shipment that a waybill number is, and a warning. Raises `Refused` for no such number."""
    number = normal(said)
    if number is None:
        raise Refused(
            "bad_waybill",
            f"{shown(said)} is not an air waybill number.",
            "Send three digits of the airline and eight of the waybill, such as 020-12345675.",
            pointer,
        )
    kind = ReferenceType.HOUSE_BILL if options.get(DIRECT) is True else ReferenceType.MASTER_BILL
    return RefValue(kind, number), note(number)
