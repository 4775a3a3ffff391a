"""Reading one field of a parsed JSON payload: text of bounded length, words of a closed list, digests."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from service.formats.base import Refused

Word = TypeVar("Word", bound=StrEnum)

UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, line ends, and the marks that make text read in another order than it is stored."""

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Unicode's categories of what leaves no ink by itself: controls, joiners, blanks, and marks upon other letters."""

_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters by category, blanks to the eye."""

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode

_KINDS = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}


def kind(value: object) -> str:
    """What *value* is, in the words of a problem."""
    return "null" if value is None else _KINDS.get(type(value), "something else")


def shown(value: object) -> str:
    """*value* as a problem may print it: on one line, at most 40 characters."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    text = UNWANTED.sub("?", text).encode("utf-8", "replace").decode()
    return text if len(text) <= 40 else text[:39] + "…"


def invisible(value: str) -> bool:
    """Whether nobody could see anything of *value*: it is empty, or holds only blanks, joiners and the like."""
    return all(letter in _FILLERS or unicodedata.category(letter) in _UNSEEN for letter in value)


def says_something(value: str) -> bool:
    """Whether *value* has a letter or digit of any script, so that people can say it and tell it from another."""
    return any(letter.isalnum() and letter not in _FILLERS for letter in value)


def text(value: object, field: str, limit: int, pointer: str | None = None) -> str | None:
    """*value* without outer blanks, or None where it is null, blank, or of characters that nobody sees.

    Raises `Refused` for what is no text, longer than *limit* characters, or holds control characters.
    """
    if value is None:
        return None
    pointer = f"/{field}" if pointer is None else pointer
    if not isinstance(value, str):
        raise Refused("not_text", f"`{field}` must be text, not {kind(value)}.", "Put it in quotes.", pointer)
    value = value.strip()
    if len(value) > limit:
        raise Refused(
            "too_long", f"`{field}` has {len(value)} characters.", f"At most {limit} are kept: shorten it.", pointer
        )
    if not value.isprintable() and UNWANTED.search(value):
        raise Refused(
            "control_character",
            f"`{field}` contains a control character.",
            "Send it on one line, without tabs, line ends or marks of direction.",
            pointer,
        )
    return None if not value or (not value.isascii() and invisible(value)) else value


def true_or_false(value: object, field: str, pointer: str | None = None) -> bool:
    """*value*, if it is a boolean. Raises `Refused` for all else: what is told to people is not guessed."""
    if isinstance(value, bool):
        return value
    raise Refused(
        "not_true_or_false",
        f"`{field}` must be true or false, not {kind(value)}.",
        f"Send `{field}` as true or false, without quotes.",
        f"/{field}" if pointer is None else pointer,
    )


def clip(value: object, limit: int) -> str | None:
    """Text of a source that is shown but never compared: one line, cut at *limit* characters; None for no text."""
    if not isinstance(value, str):
        return None
    return " ".join(UNWANTED.sub(" ", value[: 4 * limit]).split())[:limit].strip() or None


def word(value: object, field: str, words: type[Word], aliases: Mapping[str, Word], docs: str) -> Word | None:
    """The member of *words* that *value* names, in any case, with blanks or hyphens for underscores.

    Raises `Refused` with the nearest names for a word that the list does not have; *docs* is where the list stands.
    """
    said = text(value, field, 80)
    if said is None:
        return None
    for name in (said, plain := said.lower().replace("-", "_").replace(" ", "_")):
        try:
            return words(name)
        except ValueError:
            continue
    if plain in aliases:
        return aliases[plain]
    raise Refused(
        f"unknown_{field}",
        f"`{field}` {shown(said)} is not known.",
        f"{suggest(plain, words)} The list is in {docs}.",
        f"/{field}",
    )


def suggest(said: str, known: Iterable[str]) -> str:
    """A sentence with the nearest of *known*, or with all of a short list."""
    names = [str(name) for name in known]
    near = get_close_matches(said[:80], names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Use one of {', '.join(names)}." if len(names) <= 20 else f"Use a name such as {', '.join(names[:3])}."


def digest_of(value: object) -> str:
    """SHA-256 in hexadecimal over the canonical JSON of *value*: sorted keys, no blanks, UTF-8."""
    return sha256(_encode(value).encode()).hexdigest()
