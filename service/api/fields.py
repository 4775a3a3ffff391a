"""The types of parameters and fields that several families share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from service.api.answers import MOST


class Body(BaseModel):
    """A request body: unknown fields are refused by name, so that a spelling mistake never passes as done."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)


def _in_range(value: datetime) -> datetime:
    if not 1970 <= value.year <= 9000:
        raise ValueError("the year must lie between 1970 and 9000")
    return value


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not an IANA zone such as Europe/London") from None
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_in_range)]
"""An instant with a zone."""

Zone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_zone)]
"""An IANA zone."""

Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""A short text: a code, an id, a name."""

Line = Annotated[str, StringConstraints(max_length=120)]
"""One line of text, perhaps empty."""

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=400)]
"""A reason that a person reads later."""

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day, `HH:MM`."""

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many entries one page holds.")]
Cursor = Annotated[
    str | None, Query(alias="cursor", max_length=400, description="`page.next_cursor` of the page before.")
]
