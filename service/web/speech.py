"""How a page speaks to one reader: the texts of their language, dates on their clock, names that stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.records.decision import Stop
from service.records.when import When
from service.wording import dates, names
from service.wording.isolation import isolated
from service.wording.languages import Language
from service.wording.values import counted


@dataclass(frozen=True, slots=True)
class Speech:
    """A language, and the reader's zone and present."""

    language: Language
    now: datetime
    zone: str

    def say(self, key: str, **values: str) -> str:
        """The text `page.…` of *key* with its values."""
        return self.language.say(f"page.{key}", values)

    def counted(self, key: str, number: int) -> str:
        """The text `page.…` of *key* about *number* things."""
        return counted(self.language, f"page.{key}", number)

    def part(self, words: str, stop: Stop | None) -> str:
        """*words* about a step, with how many of how many did it where not all did."""
        if stop is None or not stop.units:
            return words
        some = self.language.say("part.some", {"done": str(stop.units_done), "all": str(stop.units)})
        return f"{words} ({some})"

    def day(self, when: When) -> str:
        """A date."""
        return dates.day(dates.on(when, self.zone), self.now, language=self.language.tag, zone=self.zone)

    def instant(self, at: datetime) -> str:
        """An instant on the reader's clock."""
        return dates.instant(at, self.now, language=self.language.tag, zone=self.zone)

    def place(self, code: str | None, name: str | None) -> str:
        """A place as the reader calls it."""
        return self.name(names.place_in(self.language, code, name))

    def name(self, text: str) -> str:
        """A name in Latin letters, or a number, so that it keeps its order in a text from right to left."""
        return isolated(text, self.language.direction) if text else ""

    def clock(self) -> str:
        """The reader's clock, as a page names it beside a time."""
        city = dates.city(self.zone, self.language.tag)
        return self.say("zone", city=self.name(city)) if city else "UTC"
