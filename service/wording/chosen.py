"""What is said back to whoever took a choice, rated us or needs it by a day: what was noted; in every language.

No sentence claims more than that our desk has been told.
"""

from __future__ import annotations

from service.wording import names
from service.wording.languages import ENGLISH, language_of

_BEGINS = "chosen."

SENTENCES = tuple(key.removeprefix(_BEGINS) for key in ENGLISH.texts if key.startswith(_BEGINS))
"""The services that can be asked for, `undone`, and the label of `undo`."""


def chosen(service: str, language: str) -> str:
    """The sentence for a service that was asked for, for `undone`, or the label of `undo`."""
    return language_of(language).say(f"{_BEGINS}{service}")


def need_noted(ref: str, by: str, language: str, *, late: bool) -> str:
    """That an order is needed by a day, in words; *late* says that it is due after that."""
    spoken = language_of(language)
    values = {"ref": names.ref(ref, spoken.say("your_order")), "date": by}
    return spoken.say(f"{_BEGINS}{'needed_late' if late else 'needed'}", values)
