"""JSON with one meaning only.

What parsers read differently is refused with a sentence: keys that stand twice, NaN and infinity, numbers that do not
fit in 64 bits, NUL characters, halves of surrogate pairs, bytes that are not UTF-8 (RFC 8259, RFC 7493). Time and
memory grow with the body's length only.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate

from service.formats.base import unreadable
from service.formats.packing import refuse_packed

_BOM = b"\xef\xbb\xbf"
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_OTHERS = re.compile(r"[^\[\]{}]+")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}
_ESCAPED_TROUBLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DIGITS = 400

MOST_HOLDERS = 200_000
MOST_VALUES = 300_000
"""So many objects and lists, and so many values: five megabytes of real events hold fewer, and more costs memory."""


class _Twice(ValueError):
    """A key stands twice in one object."""


class _Number(ValueError):
    """A number that has no one meaning."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _Twice(counts.most_common(1)[0][0])
    return made


def _integer(digits: str) -> int:
    if len(digits) <= 20 and -(2**63) <= (number := int(digits)) < 2**63:
        return number
    raise _Number(f"{digits[:24]}{'…' if len(digits) > 24 else ''} does not fit in 64 bits")


def _float(digits: str) -> float:
    if len(digits) <= _MAX_DIGITS and math.isfinite(number := float(digits)):
        return number
    raise _Number(f"{digits[:24]}{'…' if len(digits) > 24 else ''} is too large or too long")


def _constant(name: str) -> float:
    raise _Number(f"{name} is not a JSON number")


_decode: Callable[[str], object] = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
).decode


def loads(body: bytes, *, max_depth: int = 64) -> object:
    """The value that *body* holds. Raises `Unreadable` with a code, a sentence and the fix."""
    text = _text(body)
    holders = body.count(b"[") + body.count(b"{")
    if (holders > MOST_HOLDERS and _outside(text, "{[") > MOST_HOLDERS) or (
        body.count(b",") > MOST_VALUES and _outside(text, ",") > MOST_VALUES
    ):
        raise unreadable(
            "too_many_values",
            f"The JSON holds more than {MOST_HOLDERS} objects and lists, or {MOST_VALUES} values.",
            "Send it in several calls.",
        )
    if holders > max_depth:
        _check_depth(text, max_depth)
    try:
        value = _decode(text)
    except _Twice as error:
        raise unreadable(
            "duplicate_key",
            f"The key {_short(str(error))} stands twice in one object.",
            "Send each key once: readers disagree about which of the two counts.",
            _pointer_of_twice(text),
        ) from None
    except _Number as error:
        raise unreadable(
            "bad_number", f"{error}.", "Send it as text in quotes, or leave it out.", _pointer_of_number(text)
        ) from None
    except json.JSONDecodeError as error:
        raise unreadable(
            "not_json",
            f"The body is not JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}.",
            "Send one JSON document, encoded in UTF-8.",
        ) from None
    if _ESCAPED_TROUBLE.search(text):
        _check_characters(value)
    return value


def _text(body: bytes) -> str:
    if not body or body.isspace():
        raise unreadable("empty_body", "The body is empty.", "Send a JSON document.")
    refuse_packed(body)
    try:
        return body.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise unreadable(
            "not_utf8", f"The body is not UTF-8: byte {error.start} does not fit.", "Encode the JSON in UTF-8."
        ) from None


def _outside(text: str, marks: str) -> int:
    """How often *marks* stand outside of strings."""
    inside = (text.count(mark, *found.span()) for found in _STRING.finditer(text) for mark in marks)
    return sum(map(text.count, marks)) - sum(inside)


def _check_depth(text: str, max_depth: int) -> None:
    """Count open brackets outside of strings, so that no parser has to recurse to find out."""
    brackets = _OTHERS.sub("", _STRING.sub("", text))
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > max_depth:
        raise unreadable(
            "too_deep",
            f"The JSON is nested more than {max_depth} levels deep.",
            "Send the events as objects in one list; no field needs more than a few levels.",
        )


def _check_characters(value: object) -> None:
    """Find what an escape has smuggled into a string."""
    for pointer, text in _strings(value):
        if "\0" in text:
            raise unreadable(
                "nul_character",
                "A text contains the NUL character (\\u0000).",
                "Leave it out: no database and no phone can hold it.",
                pointer,
            )
        if _SURROGATE.search(text):
            raise unreadable(
                "lone_surrogate",
                "A text contains half of a surrogate pair (\\ud800 to \\udfff), which is no character.",
                "Send the whole character, in UTF-8 or as both halves of the pair.",
                pointer,
            )


def step(pointer: str, key: object) -> str:
    """*pointer*, one step further down (RFC 6901); what cannot be written in UTF-8 becomes a question mark."""
    name = str(key).replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()
    return f"{pointer}/{name}"


def _strings(value: object) -> Iterator[tuple[str, str]]:
    """Every string of *value*, keys too, with the pointer to where it stands."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        pointer, here = waiting.pop()
        if isinstance(here, str):
            yield pointer, here
        elif isinstance(here, list):
            waiting.extend((step(pointer, i), inner) for i, inner in enumerate(here))
        elif isinstance(here, dict):
            for key, inner in here.items():
                yield pointer, key
                waiting.append((step(pointer, key), inner))


class _Mark:
    """Stands where the trouble is when the text is read a second time to find out where."""


def _pointer_of_twice(text: str) -> str:
    def mark(pairs: list[tuple[str, object]]) -> object:
        made = dict(pairs)
        return made if len(made) == len(pairs) else _Mark()

    return _pointer_of_mark(
        json.JSONDecoder(object_pairs_hook=mark, parse_int=str, parse_float=str, parse_constant=str), text
    )


def _pointer_of_number(text: str) -> str:
    def mark(read: Callable[[str], object]) -> Callable[[str], object]:
        def inner(digits: str) -> object:
            try:
                return read(digits)
            except _Number:
                return _Mark()

        return inner

    return _pointer_of_mark(
        json.JSONDecoder(parse_int=mark(_integer), parse_float=mark(_float), parse_constant=mark(_constant)), text
    )


def _pointer_of_mark(decoder: json.JSONDecoder, text: str) -> str:
    try:
        waiting: list[tuple[str, object]] = [("", decoder.decode(text))]
    except json.JSONDecodeError:
        return ""
    while waiting:
        pointer, here = waiting.pop()
        if isinstance(here, _Mark):
            return pointer
        if isinstance(here, list):
            waiting.extend((step(pointer, i), inner) for i, inner in enumerate(here))
        elif isinstance(here, dict):
            waiting.extend((step(pointer, key), inner) for key, inner in here.items())
    return ""


def _short(text: str) -> str:
    return json.dumps(text[:40])
