"""What the options of sources may be set to; the formats and the table of schemes say which options there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from service.formats.base import Refused
from service.formats.csv import columns as csv_columns
from service.formats.fields import kind
from service.formats.people import REGIONS

SWITCHES = frozenset(
    {
        "any_event_id",
        "direct",
        "bill_is_house",
        "draft",
        "hmac",
        "metadata_is_order",
        "own_refs",
        "secret_base64",
        "shared_orders",
        "test_events",
    }
)
"""Options of our own formats and schemes that are true or false."""

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,80}")
"""The name of a header (RFC 9110, 5.6.2)."""


def _line(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 80 and value.isprintable()


_TEXTS: dict[str, tuple[Callable[[object], bool], str]] = {
    "region": (
        lambda value: isinstance(value, str) and value.upper() in REGIONS,
        "two letters of ISO 3166, such as GB or US",
    ),
    "header": (
        lambda value: isinstance(value, str) and _HEADER.fullmatch(value) is not None,
        "the name of a header, such as X-Signature",
    ),
    "prefix": (_line, "the text before the signature, such as sha256="),
    "user": (
        lambda value: _line(value) and value != "" and ":" not in str(value),
        "a user name without a colon, such as cargowise",
    ),
    "status_list": (lambda value: value in ("9011", "4405", "157"), "9011, 4405 or 157, as text"),
    "normalise": (lambda value: value in ("", "NFKD"), "NFKD, or leave it out"),
}
"""Each other option: whether a value will do, and what it should be."""


def check_values(options: Mapping[str, object]) -> None:
    """Raise `Refused` for a value that the format or scheme could not work with.

    Options that only a stranger's format knows are taken as they are.
    """
    for name, value in options.items():
        fix = _fix(name, value)
        if fix is not None:
            raise Refused(
                "bad_option", f"The option `{name}` cannot be {_said(value)}.", f"Set it to {fix}.", f"/options/{name}"
            )


def _fix(name: str, value: object) -> str | None:
    """What the option should be, or None where it is well."""
    if name in SWITCHES:
        return None if isinstance(value, bool) else "true or false"
    if name in _TEXTS:
        fits, fix = _TEXTS[name]
        return None if fits(value) else fix
    return csv_columns.wrong_option(name, value)


def _said(value: object) -> str:
    return "this text" if isinstance(value, str) else kind(value)
