"""How a shipment stands on its page: against what this person was told, never against what nobody told them. Pure."""

from __future__ import annotations

from service.flows.tracking import TrackingView
from service.policy.overdue import overdue_days
from service.records.decision import Stop
from service.records.when import When
from service.web.speech import Speech
from service.web.tracking_tables import AWAITED, CAME, DATE_OPEN, TROUBLE


def state_of(view: TrackingView, speech: Speech) -> tuple[str, str]:
    """(tone, words)."""
    tone, key = _stands(view)
    if key:
        return tone, speech.say(key)
    days = (view.when.on - view.first.on).days if view.when and view.first else 0
    if days:
        return (
            ("act", speech.counted("state.late", days)) if days > 0 else ("fine", speech.counted("state.early", -days))
        )
    if view.when is not None and view.line is not None and view.when.end < view.now and view.line in CAME:
        return "fine", speech.say(f"came.{view.line.value}")
    return "fine", speech.say("state.planned")


def _stands(view: TrackingView) -> tuple[str, str]:
    """(tone, key of the words) of what outweighs the date; no key where the date decides."""
    if view.done is not None:
        return "done", "state.delivered"
    if view.status in TROUBLE:
        return "act", f"state.{view.status}"
    if DATE_OPEN in view.flags:
        return "act", "state.open"
    if view.line is not None and unheard(view):
        return "act", f"unheard.{view.line.value}"
    if view.newer is not None:
        return "watch", "state.moved" if view.when else "state.unconfirmed"
    return ("", "") if view.when else ("watch", "state.no_date")


def unheard(view: TrackingView) -> When | None:
    """The date known last, where it has passed and nobody has reported that it was kept."""
    last = view.newer.when if view.newer else view.when
    if view.done is not None or view.line not in AWAITED or last is None or DATE_OPEN in view.flags:
        return None
    reached = [stop.milestone for stop in view.stops if happened(stop)]
    return last if overdue_days(view.line, last, reached, view.now) else None


def current_of(stops: tuple[Stop, ...]) -> int | None:
    """The step at which it stands: the last one that happened."""
    reached = [index for index, stop in enumerate(stops) if happened(stop)]
    return reached[-1] if reached else None


def happened(stop: Stop) -> bool:
    """Whether a step lies behind."""
    return stop.state == "done"
