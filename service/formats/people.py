"""Who an event asks us to tell: phone numbers, e-mail addresses, or objects with both."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from service.formats.base import Refused
from service.formats.fields import kind, text
from service.formats.times import is_zone
from service.records.inbound import Person

MAX_PEOPLE = 50
"""People that one event may name."""

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@(?:[^\s@<>,;:\"()\[\]\\.]+\.)+[^\s@<>,;:\"()\[\]\\.]{2,}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_EXAMPLE = "Send it with its country, such as +447700900123"

LANDLINE = (
    "The number is a landline's, and most landlines take no texts: send a mobile number, or an e-mail address too."
)
"""What is said of a phone that is taken although it is probably not reached."""

REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""The ISO 3166 codes of the countries whose national numbers can be read."""


@lru_cache(maxsize=8192)
def e164(said: str, region: str | None) -> str | None:
    """*said* in E.164, or None where it is no phone number.

    *region* is the ISO country in which a number without + is read. Of a number with a country only the length is
    judged: numbering plans grow faster than tables of them.
    """
    try:
        number = phonenumbers.parse(said, region)
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(maxsize=8192)
def landline(phone: str) -> bool:
    """Whether the numbering plan gives *phone* (E.164) to landlines only.

    False where a plan does not tell them from mobiles (North America), and for numbers that are given to nobody.
    """
    try:
        return phonenumbers.number_type(phonenumbers.parse(phone)) == PhoneNumberType.FIXED_LINE
    except NumberParseException:
        return False


def read_phone(value: object, region: str | None, pointer: str) -> str | None:
    """A phone number in E.164, or None for null or blanks. Raises `Refused`; the number itself is never in the message.

    *region* is the ISO country in which a number without + is read; the fix names it.
    """
    said = text(value, "phone", 40, pointer)
    if said is None and _blank(value):
        return None
    phone = e164(said or "", region)
    if phone is None:
        default = (
            f"; without + it is read as a number of {region}" if region else ", or set the source's option `region`"
        )
        raise Refused("bad_phone", "This is not a phone number.", f"{_EXAMPLE}{default}.", pointer)
    return phone


def read_email(value: object, pointer: str) -> str | None:
    """An e-mail address, or None for null or blanks. Raises `Refused`; the address itself is never in the message."""
    said = text(value, "email", 254, pointer)
    if said is None and _blank(value):
        return None
    if said is None or not _EMAIL.fullmatch(said):
        raise Refused("bad_email", "This is not an e-mail address.", "Send one such as ann@example.com.", pointer)
    return said


def read_name(value: object, pointer: str) -> str:
    """A person's name, empty for null, blanks, or what nobody can see. Raises `Refused`."""
    return text(value, "name", 120, pointer) or ""


def _blank(value: object) -> bool:
    """Whether nothing was given; a value of characters that nobody sees is a mistake of whoever gave it."""
    return not isinstance(value, str) or not value.strip()


def read_tell(value: object, region: str | None) -> tuple[Person, ...]:
    """`tell` of an event: one entry or a list of them. Raises `Refused`."""
    if value is None:
        return ()
    entries = value if isinstance(value, list) else [value]
    if len(entries) > MAX_PEOPLE:
        raise Refused("too_many", f"`tell` names {len(entries)} people.", f"Send at most {MAX_PEOPLE}.", "/tell")
    base = "/tell/{}" if isinstance(value, list) else "/tell"
    people = (_person(entry, region, base.format(i)) for i, entry in enumerate(entries))
    return tuple(dict.fromkeys(person for person in people if person is not None))


def _person(entry: object, region: str | None, pointer: str) -> Person | None:
    if isinstance(entry, str):
        if not entry.strip():
            return None
        if "@" in entry:
            return Person(email=read_email(entry, pointer))
        return Person(phone=read_phone(entry, region, pointer))
    if not isinstance(entry, dict):
        raise Refused(
            "bad_tell",
            f"`tell` holds {kind(entry)}.",
            'Send a phone, an e-mail address, or {"phone": "+447700900123", "name": "Ann"}.',
            pointer,
        )
    phone = read_phone(entry.get("phone"), region, f"{pointer}/phone")
    email = read_email(entry.get("email"), f"{pointer}/email")
    if phone is None and email is None:
        raise Refused("nobody", "This person has neither `phone` nor `email`.", "Send at least one of them.", pointer)
    return Person(
        phone=phone,
        email=email,
        name=read_name(entry.get("name"), f"{pointer}/name"),
        language=_language(entry.get("language"), f"{pointer}/language"),
        zone=_zone(entry.get("zone"), f"{pointer}/zone"),
        role=text(entry.get("role"), "role", 40, f"{pointer}/role") or "",
    )


def _language(value: object, pointer: str) -> str | None:
    said = text(value, "language", 12, pointer)
    if said is not None and not _LANGUAGE.fullmatch(said):
        raise Refused("bad_language", "`language` is not a language tag.", "Send one such as en or pt-BR.", pointer)
    return said.replace("_", "-") if said else None


def _zone(value: object, pointer: str) -> str | None:
    said = text(value, "zone", 64, pointer)
    if said is not None and not is_zone(said):
        raise Refused("bad_zone", "`zone` is not a time zone.", "Send an IANA name such as Europe/London.", pointer)
    return said
