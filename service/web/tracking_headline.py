"""What the tracking page heads with: a date and what it is a date of, or where the goods are. Pure."""

from __future__ import annotations

from service.flows.tracking import TrackingView
from service.policy.journey import BOOKING_OPEN, DATE_OPEN
from service.records.enums import Milestone
from service.records.when import When
from service.web.speech import Speech
from service.web.steps import OWN_TITLE
from service.web.tracking_states import came, is_delivered, is_part_delivered, step_of, unheard
from service.wording import lines
from service.wording.sentences import status_sentence


def headline(view: TrackingView, speech: Speech) -> tuple[str, When | None, str]:
    """(words, their date, what is said where there is none)."""
    if is_delivered(view):
        words = speech.say("line.delivery") if view.done else speech.language.say("status.delivered")
        return words, view.done, ""
    step = step_of(view)
    is_change = step is not None and step.milestone is Milestone.BOOKING_CHANGED_CANCELLED and view.when is None
    if view.status == "returned" or came(view) or (is_change and BOOKING_OPEN in view.flags):
        return _stands(view, speech), step.when if step else None, ""
    if view.line is None:
        return _stands(view, speech), None, speech.say("no_date")
    return _dated(view, speech), view.when, speech.say("no_date")


def _stands(view: TrackingView, speech: Speech) -> str:
    """Where it stands by its furthest step, in the words of an e-mail."""
    step = step_of(view)
    if step is None:
        return speech.say("line") if view.status == "in_transit" else ""
    word = "part_delivered" if is_part_delivered(view) else step.milestone.value
    place = None if step.milestone in OWN_TITLE else step.place_name
    return status_sentence(word, place, step.vessel, speech.language.tag)


def _dated(view: TrackingView, speech: Speech) -> str:
    """What the date is a date of: at your door, at port, at the airport."""
    assert view.line is not None, "only a line has a date"
    if view.when is not None and not {DATE_OPEN, BOOKING_OPEN}.isdisjoint(view.flags):
        return speech.say("line.open")
    passed = view.when is not None and unheard(view)
    place = speech.place(None, view.place_name)
    where = lines.arrives_at(speech.language, view.transport)
    return lines.capital(speech.say(f"{'was' if passed else 'line'}.{view.line.value}", place=place, arrival=where))
