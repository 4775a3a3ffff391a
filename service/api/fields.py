"""The types of parameters and fields that several families share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Strict, StringConstraints
from pydantic_core import PydanticCustomError, PydanticKnownError

from service.api.answers import MOST
from service.api.problems import flawed
from service.formats.fields import UNWANTED, invisible, shown


class Body(BaseModel):
    """A request body: unknown fields are refused by name, so that a spelling mistake never passes as done."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)


def _in_range(value: datetime) -> datetime:
    if not 1970 <= value.year <= 9000:
        raise ValueError("is in a year of which nothing is known here; send a year from 1970 to 9000")
    return value


def _written(kind: str) -> Callable[[object], object]:
    """Refuse a *kind* (`datetime` or `date`) that came as a count of seconds: no unit is guessed."""

    def check(value: object) -> object:
        if isinstance(value, bool | int | float):
            raise PydanticKnownError(f"{kind}_type")  # type: ignore[arg-type]
        if isinstance(value, str) and "-" not in value.strip()[1:]:
            raise PydanticCustomError(f"{kind}_parsing", "is no date")
        return value

    return check


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not a time zone; send an IANA name such as Europe/London") from None
    return value


def _plain_line(value: str) -> str:
    """One line that reads as it is stored. Raises ValueError."""
    if not value.isprintable() and UNWANTED.search(value):
        raise ValueError(
            "holds a control character; send it on one line, without tabs, line ends or marks of direction"
        )
    return value


def _to_be_seen(value: str) -> str:
    if invisible(value):
        raise ValueError("has nothing that can be seen; send at least one letter or digit")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written("datetime")), AfterValidator(_in_range)]
"""An instant with a zone, as RFC 3339 writes it."""

Day = Annotated[date, BeforeValidator(_written("date"))]
"""A date, `YYYY-MM-DD`."""

Whole = Annotated[int, Strict()]
"""A whole number; neither text nor true."""

Number = Annotated[float, Strict()]
"""A number; neither text nor true."""

YesNo = Annotated[bool, Strict()]
"""`true` or `false`, and no word or number for it."""

Zone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_zone)]
"""An IANA zone."""

Word = Annotated[
    str, StringConstraints(min_length=1, max_length=80), AfterValidator(_plain_line), AfterValidator(_to_be_seen)
]
"""A short text: a code, an id, a name."""

Seen = Annotated[str, AfterValidator(_to_be_seen)]
"""A text of which something can be seen."""

Line = Annotated[str, StringConstraints(max_length=120), AfterValidator(_plain_line)]
"""One line of text, perhaps empty."""

Name = Annotated[Line, AfterValidator(lambda value: "" if invisible(value) else value)]
"""A person's name; empty where nobody could see anything of it."""

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=400)]
"""A reason that a person reads later."""

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day, `HH:MM`."""


def words_of(given: str | None, known: Iterable[str], name: str) -> tuple[str, ...]:
    """The words of the comma-separated parameter *name*. Raises `Refusal`, with those that are known, for any other."""
    words = tuple(word.strip() for word in (given or "").split(",") if word.strip())
    vocabulary = tuple(str(one) for one in known)
    strange = [word for word in words if word not in vocabulary]
    if strange:
        message = f"`{name}` names {shown(strange[0])}, which is not known here."
        raise flawed("unknown_word", message, f"Use some of: {', '.join(vocabulary)}.", parameter=name)
    return words


Limit = Annotated[int, Query(ge=1, le=MOST, description="How many entries one page holds.")]
Cursor = Annotated[
    str | None, Query(alias="cursor", max_length=400, description="`page.next_cursor` of the page before.")
]
