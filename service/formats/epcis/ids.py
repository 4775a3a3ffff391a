"""GS1 identifiers in their two spellings, EPC addresses (urn:epc:id:…) and Digital Links, as the numbers on labels."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

_EPC = re.compile(r"urn:epc:id:([a-z]+):(.+)", re.IGNORECASE)
_LINK = re.compile(r"https?://[^?#]*?/(00|401|402|253)/([^/?#]+)", re.IGNORECASE)
_TRANSACTION = re.compile(r"urn:epcglobal:cbv:bt:[^:]*:(.+)", re.IGNORECASE)
_LINKED = {"00": "sscc", "401": "ginc", "402": "gsin", "253": "gdti"}
_LONGEST = 300


class Number(NamedTuple):
    """A number and what it names: sscc, gsin, ginc, gdti, bic, imovn, or bt for a transaction."""

    kind: str
    value: str


def check_digit(digits: str) -> str:
    """The check digit that GS1 puts behind *digits*."""
    total = sum(int(digit) * (3 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def number(said: str) -> Number | None:
    """The number in *said*, or None for an identifier of another kind."""
    said = said[:_LONGEST]
    if epc := _EPC.fullmatch(said):
        return _of_epc(epc[1].lower(), [unquote(part) for part in epc[2].split(".")])
    if link := _LINK.match(said):
        value = unquote(link[2])
        kind = _LINKED[link[1]]
        return Number(kind, value[13:] if kind == "gdti" else value) if value[13 if kind == "gdti" else 0 :] else None
    if transaction := _TRANSACTION.fullmatch(said):
        return Number("bt", unquote(transaction[1]))
    return None


def shown(said: str) -> str:
    """What people call the thing behind *said*: its number, else the last part of its address, else itself."""
    found = number(said)
    if found is not None:
        return found.value
    if re.match(r"https?://|urn:", said, re.IGNORECASE):
        return unquote(re.split(r"[/:#]", said[:_LONGEST].rstrip("/:#"))[-1])
    return said


def location(said: str) -> str:
    """*said* as locations are compared: an SGLN without its extension, anything else as it is."""
    epc = _EPC.fullmatch(said)
    if epc is not None and epc[1].lower() == "sgln":
        return ".".join(epc[2].split(".")[:2])
    return said


def _of_epc(kind: str, parts: list[str]) -> Number | None:
    digits = "".join(parts)
    if kind == "sscc" and len(parts) == 2 and digits.isascii() and digits.isdigit() and len(digits) == 17:
        plain = parts[1][0] + parts[0] + parts[1][1:]
        return Number(kind, plain + check_digit(plain))
    if kind == "gsin" and len(parts) == 2 and digits.isascii() and digits.isdigit() and len(digits) == 16:
        return Number(kind, digits + check_digit(digits))
    if kind == "ginc" and len(parts) == 2:
        return Number(kind, digits)
    if kind == "gdti" and len(parts) > 2 and parts[-1]:
        return Number(kind, ".".join(parts[2:]))
    if kind in {"bic", "imovn"} and digits:
        return Number(kind, digits)
    return None
