"""Names that come from outside, made safe to print: places, ships, references, phones.

A carrier's field is not ours to trust: no link, no address, no phone number and no invisible character may reach a
customer through it. A place or a ship that looks like one of those is not named at all; a reference is always kept,
with its dots opened so that no phone makes a link of it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

from service.wording.gsm7 import fold, septets
from service.wording.languages.base import Language
from service.wording.languages.places import BY_NAME, ENGLISH_NAMES

MAX_BRAND, MAX_REF, MAX_NAME, MAX_PHONE, MAX_EMAIL = 20, 40, 40, 20, 60
"""What is ever printed of each, in characters."""

USUAL_VESSEL, USUAL_PLACE = 16, 14
"""Up to these lengths every text of the catalogue fits into one SMS; a longer name is the first thing given up."""

_MAX_DIGITS = 6
_LINK = re.compile(r"://|\bwww\b|\.(?=[^\W\d_][\w-])|\d+\.\d+\.\d+\.\d+", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\b(St|Ste|Sta|Sto|Ft|Mt|Pt|Pto)\.(?=\w)", re.IGNORECASE)
_DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61\u2024\u00b7", "."))
_OUTSIDE_NAME = re.compile(r"[^\w .,'&()/+-]|_")
_OUTSIDE_REF = re.compile(r"[@<>]")
_OUTSIDE_PHONE = re.compile(r"[^0-9+() -]")
_GROUPING = re.compile(r"[ ()-]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_INITIALS = frozenset(
    ["MSC", "CMA", "CGM", "ONE", "HMM", "YM", "OOCL", "APL", "NYK", "MOL", "ZIM", "MV", "SM", "PIL", "KMTC", "SITC"]
)
"""Carriers' initials in ships' names, which are read letter by letter."""


def clean(text: str | None) -> str:
    """*text* on one line, in NFC, without control, bidirectional, zero-width or unassigned characters."""
    return " ".join(fold((text or "").translate(_DOTS)).split())


@lru_cache(maxsize=4096)
def place(name: str | None) -> str:
    """A place as a text may print it: empty where the name is missing or looks like anything else."""
    return _calm(plain_letters(_name(name)), keep=frozenset())


@lru_cache(maxsize=4096)
def vessel(name: str | None) -> str:
    """A ship, flight or voyage as a text may print it: empty where the name is missing or looks like anything else."""
    return _calm(plain_letters(_name(name)), keep=_INITIALS)


@lru_cache(maxsize=4096)
def place_in(language: Language, code: str | None, name: str | None) -> str:
    """The place as *language* calls it, by its UN/LOCODE or its English name; else as `place` prints it."""
    safe = place(name)
    known = code if code in ENGLISH_NAMES else BY_NAME.get(safe.casefold())
    if known is None:
        return safe
    exonym = language.places.get(known)
    if exonym:
        return exonym
    readable = safe and (language.segments > 1 or septets(safe) is not None)
    return safe if readable else ENGLISH_NAMES[known]


@lru_cache(maxsize=4096)
def ref(name: str | None, otherwise: str = "your order") -> str:
    """A reference as the customer wrote it, without what a phone would make a link of; *otherwise* where empty."""
    text = _OUTSIDE_REF.sub(" ", clean(name))
    while _LINK.search(text):
        text = _LINK.sub(" ", text)
    return " ".join(text.split())[:MAX_REF].strip() or otherwise


def elided(name: str, limit: int = 20) -> str:
    """A long reference by its beginning and its end."""
    half = (limit - 2) // 2
    return name if len(name) <= limit else f"{name[:half].strip()}..{name[-half:].strip()}"


def plain(name: str) -> str:
    """*name* in the SMS alphabet: accents go, and so does whatever has no plain form."""
    kept = (char if septets(char) else _base(char) for char in name)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=256)
def brand(name: str) -> str:
    """The forwarder's short name."""
    return clean(name)[:MAX_BRAND].strip()


@lru_cache(maxsize=256)
def phone(number: str | None) -> str:
    """A phone number in groups, with its country code, for a reader who may be anywhere; empty where there is none.

    One that was written without a country code stays as it was written.
    """
    text = " ".join(_OUTSIDE_PHONE.sub("", fold(number or "")).split())
    try:
        grouped = phonenumbers.format_number(phonenumbers.parse(text), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        grouped = text
    return (grouped if len(grouped) <= MAX_PHONE else compact(grouped))[:MAX_PHONE]


def compact(phone: str) -> str:
    """A phone number without what only groups its digits: the form that is dialled."""
    return _GROUPING.sub("", phone)


def email(address: str | None) -> str:
    """The care mailbox as an SMS may print it; empty where there is none or it is too long to type."""
    text = clean(address)
    return text if _EMAIL.fullmatch(text) and len(text) <= MAX_EMAIL else ""


def is_long(name: str, usual: int) -> bool:
    """Whether *name* would cost a text more than the catalogue reckons with."""
    return len(name) > usual or septets(name) is None


def _name(name: str | None) -> str:
    text = _ABBREVIATION.sub(r"\1. ", clean(name))
    if "@" in text or _LINK.search(text) or sum(char.isdigit() for char in text) > _MAX_DIGITS:
        return ""
    text = " ".join(_OUTSIDE_NAME.sub(" ", text).split())[:MAX_NAME].strip(" .,-/'&+(")
    return text if any(char.isalnum() for char in text) else ""


@lru_cache(maxsize=4096)
def plain_letters(text: str) -> str:
    """Without accents where that alone brings the name into the SMS alphabet, as UN/LOCODE also lists its places."""
    if septets(text) is not None:
        return text
    bare = "".join(char if septets(char) else _base(char) or char for char in text)
    return bare if septets(bare) is not None else text


def _base(char: str) -> str:
    """The letter below the accents, where it is in the SMS alphabet."""
    special = {"ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "œ": "oe", "Œ": "OE", "ø": "o", "þ": "th"}.get(char)
    if special:
        return special
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return bare if septets(bare) is not None else ""


def _calm(text: str, keep: frozenset[str]) -> str:
    """A name in capitals without the shouting; initials read letter by letter stay, and so do flight numbers.

    So do the two letters of a state or country behind a comma.
    """
    if not text.isupper() or len(text) <= 3 or any(char.isdigit() for char in text):
        return text
    town, *more = text.split(", ")
    behind = [word if len(word) == 2 else _soft(word, keep) for word in more]
    return ", ".join([_soft(town, keep), *behind])


def _soft(text: str, keep: frozenset[str]) -> str:
    return " ".join(word if word in keep else word.title().replace("'S", "'s") for word in text.split(" "))
