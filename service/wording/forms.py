"""The little language in which texts are written as data.

`{name}` is a value; `[ … ]` is left out when a value inside it is missing or empty; a form whose other values are not
all there cannot be used, and the next one is tried. So `("{ref} left {place}[ {on}].", "{ref} is on the way.")`
says what is known and never more. `<is|are>` chooses by the plural category in the value `#`: of two the first is for
`one`; six are those of CLDR in its order (zero, one, two, few, many, other).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

Values = Mapping[str, str]
Forms = tuple[str, ...]

NUMBER = "#"
"""The name of the value that holds the plural category."""

_GROUP = re.compile(r"\[([^\]]*)\]")
_NAME = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"<([^<>]*)>")
_ORDER = ("zero", "one", "two", "few", "many", "other")


def choose(forms: Sequence[str], values: Values) -> str:
    """The first of *forms* that *values* can fill; empty where none can be."""
    for form in forms:
        text = fill(form, values)
        if text is not None:
            return text
    return ""


def fill(form: str, values: Values) -> str | None:
    """*form* with its values, or None where one that it cannot do without is missing."""
    said = []
    for part, optional in _parse(form, values.get(NUMBER, "one")):
        names, pieces = part
        if any(not values.get(name) for name in names):
            if optional:
                continue
            return None
        said.append("".join(values[piece] if index % 2 else piece for index, piece in enumerate(pieces)))
    return "".join(said)


def names(form: str) -> frozenset[str]:
    """The names of all values that *form* may use."""
    return frozenset(_NAME.findall(form))


@lru_cache(maxsize=8192)
def _parse(form: str, number: str) -> tuple[tuple[tuple[tuple[str, ...], tuple[str, ...]], bool], ...]:
    """The parts of a form: (names, pieces in which every second one is a name), and whether the part is optional."""
    parts = []
    for index, text in enumerate(_GROUP.split(_CHOICE.sub(lambda found: _by_number(found.group(1), number), form))):
        if text:
            parts.append(((tuple(_NAME.findall(text)), tuple(_NAME.split(text))), index % 2 == 1))
    return tuple(parts)


def _by_number(words: str, number: str) -> str:
    choices = words.split("|")
    if len(choices) == len(_ORDER):
        return choices[_ORDER.index(number)]
    return choices[0] if number == "one" else choices[-1]
