"""D14: the ship goes to another port than the one that was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.policy.lines import LineTruth, line_of
from service.policy.look import Listener, Look
from service.records.decision import Verdict
from service.records.enums import Line, Transport


@dataclass(frozen=True, slots=True)
class Skipped:
    """The port that was told and is not called at any more, and since when another one holds."""

    place: str
    place_name: str | None
    since: datetime
    why: Verdict


def skipped(look: Look, listener: Listener) -> Skipped | None:
    """The port that this person was told and that its own source has replaced by another; None where there is none.

    A port that is still on the way was a hub and is not skipped; two sources that call one port by two codes have not
    changed it.
    """
    last, truth = listener.lines[Line.ARRIVAL].last, look.journey.lines.get(Line.ARRIVAL)
    if last is None or truth is None or truth.when is None or truth.current is None:
        return None
    old, now = last.place, truth.current
    if not old or not now.place or old == now.place or len(old) != len(now.place):
        return None
    if now.transport is Transport.AIR or any(stop.place == old for stop in look.journey.stops):
        return None
    same = [one for one in look.situation.facts if one.place == old and line_of(one) is Line.ARRIVAL]
    if not any(one.source_id == now.source_id for one in same):
        return None
    name = next((one.place_name for one in same if one.place_name), None)
    why = f"{name or old} was told, and the same source now says {now.place_name or now.place}"
    return Skipped(old, name, _since(truth, look.now), Verdict("D14", True, why))


def _since(truth: LineTruth, now: datetime) -> datetime:
    """When the estimates began to name the port that holds."""
    place = truth.current.place if truth.current else None
    began = now
    for since, fact in reversed(truth.history):
        if fact is None or fact.place != place:
            break
        began = since
    return began
