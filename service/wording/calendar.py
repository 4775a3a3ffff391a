"""A calendar entry that moves instead of doubling: a stable UID and a growing SEQUENCE (RFC 5545, RFC 5546)."""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar, Event

from service.records.enums import Precision
from service.records.said import SaidDate
from service.records.text import TextRequest
from service.wording.lines import Spoken, capital
from service.wording.names import brand

_AN_HOUR = timedelta(hours=1)


def entry(request: TextRequest, ref: str, date: SaidDate, words: Spoken) -> str | None:
    """The `.ics` of *date*: a whole day where only the day is known. None without a UID to move it by."""
    if not request.uid:
        return None
    event = Event()
    event.add("uid", request.uid)
    event.add("dtstamp", request.now)
    event.add("sequence", request.sequence)
    event.add("summary", f"{ref}: {words.what}")
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    if date.when.precision is Precision.MINUTE and date.when.at is not None:
        event.add("dtstart", date.when.at)
        event.add("dtend", date.when.until or date.when.at + _AN_HOUR)
    else:
        event.add("dtstart", date.when.on)
        event.add("dtend", date.when.on + timedelta(days=1))
    event.add("description", f"{capital(words.clause)}. {brand(request.brand)}".strip())
    if request.link:
        event.add("url", request.link)
    calendar = Calendar()
    calendar.add("prodid", "-//Milepost//Milepost//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content.decode("utf-8")
