"""How a shipment stands on its page: against what this person was told, never against what nobody told them. Pure."""

from __future__ import annotations

from dataclasses import replace

from service.flows.tracking import FULFILS, TrackingView
from service.policy.journey import BOOKING_OPEN, DATE_OPEN, PROBLEM
from service.policy.lines import FULFILLED_BY
from service.policy.overdue import overdue_days
from service.policy.status import index
from service.records.decision import Stop
from service.records.enums import Line, Milestone
from service.records.when import When
from service.web.speech import Speech
from service.web.tracking_tables import AWAITED, CAME, HOLDS

_OF_A_STEP = ("step.", "came.", "state.customs_hold", "state.returned")
"""What the keys of words begin with that say what the goods did, or what was done to them."""


def state_of(view: TrackingView, speech: Speech) -> tuple[str, str]:
    """(tone, words)."""
    tone, key = _stands(view)
    if key:
        words = speech.say(key)
        return tone, speech.part(words, step_of(view)) if key.startswith(_OF_A_STEP) else words
    days = (view.when.on - view.first.on).days if view.when and view.first else 0
    if days:
        return (
            ("act", speech.counted("state.late", days)) if days > 0 else ("fine", speech.counted("state.early", -days))
        )
    return "fine", speech.say("state.planned")


def _stands(view: TrackingView) -> tuple[str, str]:
    """(tone, key of the words) of what outweighs the date; no key where the date decides."""
    if is_delivered(view):
        return "done", "state.delivered"
    if trouble := _trouble(view):
        return "act", trouble
    if came(view):
        return "fine", _came(view)
    if DATE_OPEN in view.flags:
        return "act", "state.open"
    if view.line is not None and unheard(view):
        return "act", f"unheard.{view.line.value}"
    if view.newer is not None:
        return "watch", "state.moved" if view.when else "state.unconfirmed"
    return ("", "") if view.when and BOOKING_OPEN not in view.flags else ("watch", "state.no_date")


def _trouble(view: TrackingView) -> str:
    """The key of the words of what is wrong beside any date; empty where nothing is."""
    step = step_of(view)
    at = step.milestone if step else None
    if view.status in {"returned", "customs_hold"}:
        return f"state.{view.status}"
    if BOOKING_OPEN in view.flags and view.status == "exception" and not came(view):
        return "news.D18"
    if view.status == "exception" and at is Milestone.BOOKING_CHANGED_CANCELLED:
        return ""
    if view.status == "exception" and at is Milestone.DELIVERY_ATTEMPT_FAILED:
        return "step.delivery_attempt_failed.past"
    return "state.exception" if view.status == "exception" or PROBLEM in view.flags else ""


def _came(view: TrackingView) -> str:
    line, step = view.line or Line.ARRIVAL, step_of(view)
    if step is None or step.milestone in {FULFILS[line], Milestone.CONSIGNEE_NOTIFIED}:
        return f"came.{line.value}"
    return f"step.{step.milestone.value}.past"


def is_delivered(view: TrackingView) -> bool:
    """Whether it came to its end at the door, also where nobody said when."""
    return view.done is not None or view.status == "delivered"


def is_part_delivered(view: TrackingView) -> bool:
    """Whether some of it is at the door and the rest is still awaited."""
    step = step_of(view)
    return step is not None and step.milestone is Milestone.DELIVERED and not is_delivered(view)


def came(view: TrackingView) -> bool:
    """Whether that of which its date is a date lies behind; without a date, whether the goods are there."""
    line = view.line or Line.ARRIVAL
    if line not in CAME or view.newer is not None or is_delivered(view) or view.status == "returned":
        return False
    if view.line is None and is_part_delivered(view):
        return False
    told = {Milestone.CONSIGNEE_NOTIFIED} if view.line is None else set()
    return not (FULFILLED_BY[line] | told).isdisjoint(_reached(view))


def dates_hold(view: TrackingView) -> bool:
    """Whether the date that was told last still stands before what it is a date of, as far as anybody knows."""
    over = is_delivered(view) or view.status == "returned" or came(view)
    return not over and view.newer is None and {DATE_OPEN, BOOKING_OPEN, PROBLEM}.isdisjoint(view.flags)


def explains(view: TrackingView) -> bool:
    """Whether the reason of a late date says why it stands as it does; that of a delay which is over does not."""
    if is_delivered(view) or came(view) or BOOKING_OPEN in view.flags:
        return False
    return view.reason in HOLDS if view.status == "customs_hold" else not _trouble(view)


def as_known(view: TrackingView) -> TrackingView:
    """*view* without the dates that say nothing any more.

    What was told first says nothing beside the date of another step, and no date ahead holds of a delay that left them
    open or of goods on their way back.
    """
    if not _heads_with_its_line(view):
        view = replace(view, first=None)
    if view.status == "returned":
        return replace(view, stops=tuple(stop for stop in view.stops if happened(stop)))
    if DATE_OPEN not in view.flags or came(view):
        return view
    begins = index(FULFILS[view.line or Line.ARRIVAL])
    stops = (
        stop if happened(stop) or index(stop.milestone) < begins else replace(stop, when=None) for stop in view.stops
    )
    return replace(view, stops=tuple(stops))


def _heads_with_its_line(view: TrackingView) -> bool:
    """Whether the date on top is one of the line of which dates were told."""
    if is_delivered(view):
        return view.line is Line.DELIVERY
    step = step_of(view)
    if came(view):
        return view.line is not None and step is not None and step.milestone is FULFILS[view.line]
    return view.status != "returned"


def unheard(view: TrackingView) -> When | None:
    """The date known last, where it has passed and nobody has reported that it was kept."""
    last = view.newer.when if view.newer else view.when
    if is_delivered(view) or view.status == "returned" or view.line not in AWAITED or last is None:
        return None
    if not {DATE_OPEN, BOOKING_OPEN}.isdisjoint(view.flags):
        return None
    return last if overdue_days(view.line, last, _reached(view), view.now) else None


def step_of(view: TrackingView) -> Stop | None:
    """The furthest that happened, as it was folded, or else as the path shows it."""
    reached = current_of(view.stops)
    return view.step or (view.stops[reached] if reached is not None else None)


def _reached(view: TrackingView) -> set[Milestone]:
    found = {stop.milestone for stop in view.stops if happened(stop)}
    found |= {view.step.milestone} if view.step else set()
    partly = view.line is Line.DELIVERY and is_part_delivered(view)
    return found - {Milestone.DELIVERED} if partly else found


def current_of(stops: tuple[Stop, ...]) -> int | None:
    """The step at which it stands: the last one that happened."""
    reached = [number for number, stop in enumerate(stops) if happened(stop)]
    return reached[-1] if reached else None


def happened(stop: Stop) -> bool:
    """Whether a step lies behind."""
    return stop.state == "done"
