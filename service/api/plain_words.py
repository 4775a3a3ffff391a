"""What is wrong with a field, in plain words: what came, and what is expected. What was sent is never repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.formats.fields import kind as kind_of

EXPECTED: Mapping[str, str] = {
    "string_type": "text in quotes",
    "string_unicode": "text that is valid Unicode",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number that is not so large",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number that is not infinite",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "date_type": "a date such as 2026-10-09",
    "date_parsing": "a date such as 2026-10-09",
    "date_from_datetime_parsing": "a date such as 2026-10-09",
    "date_from_datetime_inexact": "a date without a time, such as 2026-10-09",
    "datetime_type": "an instant such as 2026-10-09T12:00:00Z",
    "datetime_parsing": "an instant such as 2026-10-09T12:00:00Z",
    "datetime_from_date_parsing": "an instant such as 2026-10-09T12:00:00Z",
    "datetime_object_invalid": "an instant such as 2026-10-09T12:00:00Z",
    "timezone_aware": "an instant with its zone, such as 2026-10-09T12:00:00Z",
}
"""What is expected, by the validator's type of error."""

PATTERNS: Mapping[str, str] = {
    r"^[0-6]$": 'a weekday from "0" (Monday) to "6" (Sunday)',
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day such as 08:00",
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$": "a language tag such as en or pt-BR",
    r"^([A-Z]{2}([A-Z0-9]{3})?)?$": "a country such as CN, a UN/LOCODE such as CNNGB, or nothing for any",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$": (
        "a name of 1 to 80 letters, digits, dots, dashes and underscores, which begins with a letter or digit"
    ),
}
"""What each pattern of a field asks for."""


def sentence(error: Mapping[str, Any], path: Sequence[object]) -> tuple[str, str]:
    """(what is wrong, how to mend it) of one error of validation about the field at *path*, empty for the whole."""
    wrong, fix = _sentence(error, _field(path))
    return wrong[:1].upper() + wrong[1:], fix


def _field(path: Sequence[object]) -> str:
    """The field at *path* as a sentence calls it."""
    if not path:
        return "the body"
    if path[-1] == "[key]":
        return f"a name in `{path[-3]}`" if len(path) > 2 else "a name in the body"
    inside = isinstance(path[-1], int) and len(path) > 1
    return f"`{path[-2]}[{path[-1]}]`" if inside else f"`{path[-1]}`"


def _sentence(error: Mapping[str, Any], name: str) -> tuple[str, str]:
    said, context = str(error["type"]), error.get("ctx") or {}
    if said == "missing":
        return f"{name} is missing.", f"Add {name}."
    if said == "extra_forbidden":
        return f"{name} is not a field of this request.", f"Remove {name}, or correct its spelling."
    if said in {"enum", "literal_error"}:
        known = str(context.get("expected", "")).replace("'", "")
        return f"{name} is none of the words that are known here.", f"Use one of: {known.replace(' or ', ', ')}."
    if said in EXPECTED:
        return f"{name} is {_came(error, said)}.", f"Send {EXPECTED[said]}."
    if said == "string_pattern_mismatch":
        wanted = PATTERNS.get(str(context.get("pattern")), f"text of the form {context.get('pattern')}")
        return f"{name} has not the right form.", f"Send {wanted}."
    return _measured(said, context, name) or _own(error, name)


def _came(error: Mapping[str, Any], said: str) -> str:
    """What was sent, by its kind alone."""
    came = kind_of(error.get("input"))
    if said.endswith(("parsing", "parsing_size", "inexact", "object_invalid")) and came == "text":
        return "text that cannot be read as that"
    return "without a zone" if said == "timezone_aware" else came


def _measured(said: str, context: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    """The sentences for what is too long, too short, too large or too small."""
    least, most = context.get("min_length"), context.get("max_length")
    bounds: Mapping[str, tuple[str, str]] = {
        "string_too_short": (
            "is empty" if least == 1 else "is too short",
            f"Send at least {_many(least, 'character')}.",
        ),
        "string_too_long": ("is too long", f"Send at most {_many(most, 'character')}."),
        "too_short": (
            "is empty" if least == 1 else "has too few entries",
            f"Send at least {_many(least, 'entry', 'entries')}.",
        ),
        "too_long": ("has too many entries", f"Send at most {_many(most, 'entry', 'entries')}."),
        "greater_than_equal": ("is too small", f"Send {_number(context.get('ge'))} or more."),
        "less_than_equal": ("is too large", f"Send {_number(context.get('le'))} or less."),
    }
    if said not in bounds:
        return None
    wrong, fix = bounds[said]
    return f"{name} {wrong}.", fix


def _own(error: Mapping[str, Any], name: str) -> tuple[str, str]:
    """A sentence of our own validators: `what is wrong; what to send`, the second part where there is one."""
    plain = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    wrong, mark, fix = plain.partition("; ")
    usual = f"Correct {name}; /openapi.json has an example of the whole request."
    return f"{name} {wrong}.", f"{fix[:1].upper()}{fix[1:]}." if mark else usual


def _many(number: object, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _number(value: object) -> str:
    """A bound as people write it: `1,000,000`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)
