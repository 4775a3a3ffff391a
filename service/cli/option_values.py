"""Options of a source as they are typed: name=value."""

from __future__ import annotations

from typing import Any

from service.cli.speech import fail


def options_of(given: list[str], known: set[str]) -> dict[str, Any]:
    """The options by name. Ends the command for one that is not known, or for a wrong value."""
    from service.formats.base import Refused
    from service.formats.options import check_values

    options: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or name not in known:
            fail(f"--option is name=value, with a name out of: {', '.join(sorted(known)) or 'none here'}.")
        options[name] = {"true": True, "false": False}.get(value.lower(), value)
    try:
        check_values(options)
    except Refused as error:
        fail(f"{error.message} {error.fix}")
    return options
