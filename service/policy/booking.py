"""M18: a delivery is booked for a time or a window. Said once; when the time moves after that, it is a moved date."""

from __future__ import annotations

from dataclasses import replace

from service.policy.catalogue import level_of, reaches
from service.policy.drafts import nobody, said_date, too_quiet
from service.policy.look import Closing, Draft, Listener, Look, Wanted
from service.policy.moves import given_up, in_flight, judged
from service.records.decision import Held, Verdict
from service.records.enums import Line, Milestone, NoticeCode
from service.records.inbound import BOOKED
from service.records.said import Said
from service.wording.dates import moment

CODE = NoticeCode.DELIVERY_BOOKED
UNDER_WAY = frozenset({Milestone.OUT_FOR_DELIVERY, Milestone.ARRIVED_DELIVERY_PLACE})
"""The truck is on its way: that text says the time itself."""


def booking(look: Look, listener: Listener) -> Wanted:
    """The booked delivery that this person was not told of, unless it is a delay: then the delay says the new time."""
    draft = _draft(look, listener)
    if draft is None:
        return Wanted()
    if Line.DELIVERY in listener.blocked:
        return Wanted(held=(in_flight(look, listener, CODE, Line.DELIVERY, draft.why),))
    if not reaches(draft.level, listener.follower.level):
        quiet = too_quiet(draft.level, listener.follower.level)
        why = (*draft.why, quiet)
        return Wanted(held=(Held(listener.follower.contact_id, look.stage, CODE, Line.DELIVERY, why),))
    if not listener.reachable or given_up(listener, draft):
        return Wanted(closings=(Closing(draft, nobody(listener), dates=True),))
    return Wanted(drafts=(draft,))


def _draft(look: Look, listener: Listener) -> Draft | None:
    truth = look.journey.lines.get(Line.DELIVERY)
    if truth is None or truth.when is None or truth.current is None or BOOKED not in truth.current.flags:
        return None
    furthest = look.journey.status.furthest
    if truth.when.at is None:
        return None  # a day alone is no booked time: it is told as any date
    if truth.when.end <= look.now or (furthest is not None and furthest.milestone in UNDER_WAY):
        return None
    told = listener.lines[Line.DELIVERY].compare
    if told is not None and (told.at is not None or _is_delay(look, listener)):
        return None
    date = said_date(look, listener, Line.DELIVERY)
    if date is None:
        return None
    level = level_of(CODE)
    said = Said(
        code=CODE,
        ref=look.ref,
        dates=(replace(date, unchanged=False),),
        place=date.place,
        place_name=date.place_name,
        transport=truth.current.transport,
    )
    zone = listener.reader(look.situation).zone
    why = Verdict("M18", True, f"a time is booked: {moment(date.when, look.now, zone=zone)}; none was told before")
    cause = f"{CODE.value}:{look.shipment.id}"
    return Draft(CODE, Line.DELIVERY.value, level, said, (why,), look.now, cause, line=Line.DELIVERY)


def _is_delay(look: Look, listener: Listener) -> bool:
    moved = judged(look, listener, Line.DELIVERY)
    return moved.news and moved.late
