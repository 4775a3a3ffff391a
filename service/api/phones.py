"""Phone numbers and e-mail addresses as people write them, read by the very code that reads them in events."""

from __future__ import annotations

from service.api.problems import flawed
from service.formats.base import Refused
from service.formats.people import read_email, read_phone


def phone_number(given: str, region: str, pointer: str = "/phone") -> str | None:
    """E.164; a number without + is read in *region* (ISO 3166), None for blanks. Raises `Refusal`."""
    try:
        return read_phone(given, region, pointer)
    except Refused as error:
        raise flawed(error.code, error.message, error.fix, pointer=error.pointer) from None


def email_address(given: str, pointer: str = "/email") -> str | None:
    """An address that mail can be sent to, None for blanks. Raises `Refusal`."""
    try:
        return read_email(given, pointer)
    except Refused as error:
        raise flawed(error.code, error.message, error.fix, pointer=error.pointer) from None
