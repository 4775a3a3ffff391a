"""What went wrong, in one sentence that names the fix; of settings a sentence a line for each that is wrong."""

from __future__ import annotations

import re
from traceback import extract_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ISSUE = "Set MILEPOST_LOG_LEVEL=debug to see where, and report it."


def explained(error: BaseException) -> str | None:
    """The sentence for a failure that Milepost knows; None for any other."""
    from notifiers.registry import ConfigurationError
    from service.store.errors import StoreError

    if isinstance(error, StoreError | ConfigurationError):
        return _sentence(str(error))
    return _settings(error) or _plug_in(error) or _file(error)


def unexpected(error: BaseException) -> str:
    """The sentence for a failure that nobody foresaw: what and where, never the value, which may be a secret."""
    frames = extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
    return f"Milepost failed in a way that it did not expect: {type(error).__name__}{where}. {ISSUE}"


def _settings(error: BaseException) -> str | None:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    if isinstance(error, SettingsError):
        field = re.search(r'field "(\w+)"', str(error))
        name = f"MILEPOST_{field.group(1).upper()}" if field else "A MILEPOST_ variable"
        return f"{name} cannot be read: write one variable for each value, or JSON. See docs/operations.md."
    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "\n".join(_setting(one) for one in found)


def _setting(one: ErrorDetails) -> str:
    name = "MILEPOST_" + "__".join(str(part).upper() for part in one["loc"])
    words = re.sub(r"^(Value error|Assertion failed), ", "", one["msg"]).rstrip(".")
    if one["type"] != "value_error":
        words = f"is not usable: {words[:1].lower()}{words[1:]}"
    return f"{name} {words}."


def _plug_in(error: BaseException) -> str | None:
    from service.formats.registry import BrokenFormat, UnknownFormat

    return _sentence(str(error)) if isinstance(error, BrokenFormat | UnknownFormat) else None


def _file(error: BaseException) -> str | None:
    if not isinstance(error, OSError) or not error.filename:
        return None
    return f"{error.filename} cannot be used: {(error.strerror or type(error).__name__).lower()}."


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
