"""Segments of UN/EDIFACT: delimiters from UNA or usual, released characters, and bounds that no honest body meets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.formats.base import Unreadable, unreadable
from service.formats.edi import (
    LONGEST_SEGMENT,
    MOST_ELEMENTS,
    MOST_EVENTS,
    MOST_INTERCHANGES,
    MOST_SEGMENTS,
    Note,
    check_counts,
    too_long,
    too_many,
)
from service.formats.fields import shown

Element = list[str]
"""The components of an element."""

Segment = list[Element]
"""The elements of a segment; the first holds the tag."""

_BLANKS = " \t\r\n"
_INK = re.compile(r"[^ \t\r\n]")


class Signs(NamedTuple):
    """The characters between components, elements and segments, and the one that releases them."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    terminator: str = "'"


def get(segment: Segment, number: int, component: int = 0) -> str:
    """A component without outer blanks; nothing where it is missing."""
    if number < len(segment) and component < len(segment[number]):
        return segment[number][component].strip()
    return ""


def segments(text: str, note: Note) -> Iterator[Segment]:
    """Every segment, by the delimiters of the interchange that it stands in."""
    at, size, seen = len(text) - len(text.lstrip(_BLANKS)), len(text), 0
    if text[at : at + 3] not in {"UNA", "UNB"}:
        raise _no_edifact(text[at : at + 20])
    signs = _signs(text[at + 3 : at + 9]) if text.startswith("UNA", at) else Signs()
    check_counts(
        text,
        {
            "segments": (signs.terminator, MOST_SEGMENTS),
            "interchanges": ("UNB" + signs.element, MOST_INTERCHANGES),
            "events": ("STS" + signs.element, MOST_EVENTS),
            "messages": ("UNH" + signs.element, MOST_EVENTS),
            "heads": ("UNA", MOST_INTERCHANGES),
        },
    )
    while at < size:
        if text.startswith("UNA", at):
            signs = _signs(text[at + 3 : at + 9])
            at = _after_blanks(text, at + 9)
            continue
        end = _end(text, at, signs)
        if (size if end < 0 else end) - at > LONGEST_SEGMENT:
            raise too_long()
        raw = text[at : size if end < 0 else end].strip(_BLANKS)
        if end < 0 and raw and raw[:3] not in {"UNZ", "UNT", "UNE"}:
            note("UNZ", f"The body ends within the segment {shown(raw[:20])}: it was left out.")
            return
        at = size if end < 0 else _after_blanks(text, end + 1)
        seen += 1
        if seen > MOST_SEGMENTS:
            raise too_many("segments", MOST_SEGMENTS)
        if raw:
            yield _split(raw, signs)


def _after_blanks(text: str, at: int) -> int:
    found = _INK.search(text, at)
    return found.start() if found else len(text)


def _end(text: str, at: int, signs: Signs) -> int:
    """Where the segment at *at* ends: the next terminator that is not released, or -1."""
    end = text.find(signs.terminator, at)
    while at < end <= at + LONGEST_SEGMENT and text[end - 1] == signs.release and _released(text, at, end):
        end = text.find(signs.terminator, end + 1)
    return end


def _released(text: str, first: int, at: int) -> bool:
    """Whether an odd number of the characters that stand before *at* release it."""
    release, begin = text[at - 1], at
    while begin > first and text[begin - 1] == release:
        begin -= 1
    return (at - begin) % 2 == 1


def _split(raw: str, signs: Signs) -> Segment:
    if signs.release and signs.release in raw:
        return _split_released(raw, signs)
    component = signs.component
    return [element.split(component, MOST_ELEMENTS) for element in raw.split(signs.element, MOST_ELEMENTS)]


def _split_released(raw: str, signs: Signs) -> Segment:
    """The same where characters are released: they are read one by one."""
    segment: Segment = [[]]
    kept: list[str] = []
    letters = iter(raw)
    for letter in letters:
        if letter == signs.release:
            kept.append(next(letters, ""))
        elif letter == signs.element and len(segment) <= MOST_ELEMENTS:
            segment[-1].append("".join(kept))
            segment.append([])
            kept = []
        elif letter == signs.component and len(segment[-1]) < MOST_ELEMENTS:
            segment[-1].append("".join(kept))
            kept = []
        else:
            kept.append(letter)
    segment[-1].append("".join(kept))
    return segment


def _signs(said: str) -> Signs:
    """UNA: component, element, decimal mark, release (a blank for none), reserved, terminator."""
    signs = Signs(said[0:1], said[1:2], said[3:4].strip(), said[5:6])
    used = [sign for sign in signs if sign]
    if len(said) < 6 or len(set(used)) < len(used) or any(sign.isalnum() or sign == " " for sign in used):
        raise unreadable("bad_una", f"UNA holds {shown(said)}.", "Send UNA:+.? ' or leave it out.")
    return signs


def _no_edifact(begin: str) -> Unreadable:
    if begin.startswith("ISA"):
        return unreadable("not_edifact", "This is X12, not EDIFACT.", "Use a source with an x12 format.")
    return unreadable("not_edifact", f"The body begins with {shown(begin)}.", "Send an interchange, from UNB to UNZ.")
