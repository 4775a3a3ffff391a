"""Finds source formats by entry point: those of this package and a stranger's through the same door."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import cast

from service.formats.base import Format

GROUP = "milepost.formats"
"""The entry point group in which a package offers its formats."""


class UnknownFormat(LookupError):
    """No installed format has this name; the message lists those that there are."""


class BrokenFormat(RuntimeError):
    """An installed package offers a format that cannot be loaded; the message names it."""


@cache
def known() -> dict[str, type[Format]]:
    """Every installed format by name, in alphabetical order. Raises `BrokenFormat`."""
    found: dict[str, type[Format]] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            loaded = point.load()
        except (ImportError, AttributeError) as error:
            raise BrokenFormat(
                f"The format {point.name} ({point.value}) cannot be loaded: {error}. "
                "Install its package again or remove it."
            ) from error
        found[point.name] = cast("type[Format]", loaded)
    return found


@cache
def get(name: str) -> Format:
    """The format called *name*, made and ready to read. Raises `UnknownFormat` with the names that there are."""
    formats = known()
    if name not in formats:
        raise UnknownFormat(f"There is no format {name!r}. Known formats: {', '.join(formats)}.")
    return formats[name]()
