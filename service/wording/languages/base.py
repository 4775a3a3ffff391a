"""What a language is: its texts, its tone lists, its names of places, its way to write dates, and who has read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from service.wording.forms import Forms, Values, choose
from service.wording.languages.cldr import locale

Texts = Mapping[str, str | Forms]
"""Every text of a language by its key: one form, or several of which the first that can be filled is said."""

Steps = Mapping[str, tuple[str, str, str]]
"""The steps of a journey by milestone, as the tracking page shows them: (title, what happened, what is expected)."""

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""The plural categories of CLDR, in its order."""


def steps(words: Steps) -> dict[str, str]:
    """The texts `page.step.….title`, `….past` and `….ahead` of *words*."""
    parts = ("title", "past", "ahead")
    return {
        f"page.step.{milestone}.{part}": text
        for milestone, texts in words.items()
        for part, text in zip(parts, texts, strict=True)
    }


class Status(StrEnum):
    """How far a text has been reviewed: written by us, made by machine, or read and approved by a native reader."""

    DRAFT = "draft"
    MACHINE = "machine"
    NATIVE_REVIEWED = "native_reviewed"


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language. `segments` is how many SMS segments a text may take before it gives anything up.

    `days` are the patterns of a date without and with its year; `reviewed` holds the keys whose status is not `status`.
    `places` gives exonyms by UN/LOCODE, where they are not the English name;
    `space` stands between two sentences.
    """

    tag: str
    name: str
    locale: str
    texts: Texts
    tone: Mapping[str, str]
    days: tuple[str, str]
    places: Mapping[str, str] = field(default_factory=dict)
    segments: int = 1
    space: str = " "
    status: Status = Status.DRAFT
    reviewed: Mapping[str, Status] = field(default_factory=dict)

    @property
    def rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.direction == "rtl"

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML's `dir` wants it."""
        return _direction(self.locale)

    def forms(self, *keys: str) -> Forms:
        """All forms of *keys*, in order. Raises KeyError for a key that no language has."""
        found: list[str] = []
        for key in keys:
            text = self.texts[key]
            found += (text,) if isinstance(text, str) else text
        return tuple(found)

    def say(self, key: str, values: Values | None = None) -> str:
        """The text of *key* with its values; empty where they do not suffice."""
        return choose(self.forms(key), values or {})

    def plural(self, number: int) -> str:
        """The plural category of *number*, such as `one` or `other`."""
        return str(locale(self.locale).plural_form(number))

    def status_of(self, key: str) -> Status:
        """The review status of the text of *key*."""
        return self.reviewed.get(key, self.status)


@lru_cache(maxsize=32)
def _direction(name: str) -> str:
    return str(locale(name).text_direction)
