"""One-line sentences for the API, the console and the tracking page."""

from __future__ import annotations

from datetime import datetime

from notifiers.base import Channel
from service.records.enums import Line, Milestone, Transport
from service.records.said import Said
from service.records.text import TextRequest
from service.wording import names
from service.wording.catalogue import CATALOGUE, effective, headline
from service.wording.dates import zone_of
from service.wording.languages import language_of
from service.wording.lines import arrives_at
from service.wording.texts import DELAYS
from service.wording.values import values_of, written

_ALIASES = {
    "picked_up": "collected",
    "gated_in_origin": "at_origin",
    "transshipment_arrived": "transshipment",
    "transshipment_departed": "departed",
    "arrived_destination": "arrived",
    "customs_started": "customs",
    "available": "ready",
    "available_pickup": "ready",
}
"""Statuses that read like another one; a milestone's own word is a status too."""


def milestone_sentence(milestone: Milestone, language: str = "en") -> str:
    """The customer's sentence for a milestone, without a full stop."""
    return language_of(language).say(f"happened.{milestone.value}")


def status_sentence(status: str, place_name: str | None = None, vessel: str | None = None, language: str = "en") -> str:
    """Where a shipment stands, in a few words; an unknown status is read as its own words."""
    spoken = language_of(language)
    values = {"place": names.place_in(spoken, None, place_name), "vessel": names.vessel(vessel)}
    key = f"status.{_ALIASES.get(status, status)}"
    if key in spoken.texts:
        return spoken.say(key, values)
    if status in set(Milestone):
        return milestone_sentence(Milestone(status), language)
    return names.clean(status.replace("_", " ")).capitalize() or spoken.say("status.none")


def told_sentence(said: Said, now: datetime | None = None, *, zone: str = "UTC", language: str = "en") -> str:
    """What a notice told, in one line: `Told: late, due Felixstowe Tue 13 Oct (was Fri 9 Oct)`, `Told: left Ningbo`.

    A milestone with a date is told by its date. With *now*, dates far from it carry their year.
    """
    spoken = language_of(language)
    request = TextRequest(
        brand="", channel=Channel.SMS, said=(said,), now=now or _around(said), zone=zone, language=spoken.tag
    )
    code = effective(said)
    date = headline(said) or next(iter(said.dates), None)
    ref = names.ref(said.ref, spoken.say("your_order"))
    entry = CATALOGUE[code]
    key = entry.state if entry.state in spoken.texts else f"{code.value}.title"
    state = spoken.say(key, values_of(request, said, (ref,)))
    if date is None:
        return spoken.say("told", {"what": state})
    words = written(request, date, said.transport)
    told = spoken.say("told.was", {"said": words.said, "was": words.was}) if words.was else words.said
    if code in DELAYS and state:
        told = spoken.say("state.dated", {"state": state, "date": told})
    return spoken.say("told", {"what": told})


def due_sentence(
    kind: str, place_name: str | None = None, transport: Transport = Transport.UNKNOWN, language: str = "en"
) -> str:
    """What a due date is the date of, as a label: `Due at Felixstowe`, `Ready to collect`, `At your door`."""
    spoken = language_of(language)
    values = {"place": names.place_in(spoken, None, place_name), "arrival": arrives_at(spoken, transport)}
    return spoken.say(f"line.{Line(kind).value}.label", values)


def _around(said: Said) -> datetime:
    """An instant beside the notice's own dates, so that they read without a year."""
    when = said.dates[0].when if said.dates else said.at
    return when.start if when else datetime(2000, 1, 1, tzinfo=zone_of("UTC"))
