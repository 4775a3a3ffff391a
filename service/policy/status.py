"""Where a shipment stands, in one word for machines and a few for people. It never goes backwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.policy.happenings import CUSTOMS, Happening
from service.records.enums import Milestone, Transport

_ORDER = {milestone: number for number, milestone in enumerate(Milestone)}

CYCLES: tuple[frozenset[Milestone], ...] = (
    frozenset(
        {
            Milestone.IN_TRANSIT,
            Milestone.TRANSSHIPMENT_ARRIVED,
            Milestone.TRANSSHIPMENT_UNLOADED,
            Milestone.TRANSSHIPMENT_LOADED,
            Milestone.TRANSSHIPMENT_DEPARTED,
        }
    ),
    frozenset({Milestone.RAIL_DEPARTED, Milestone.RAIL_ARRIVED}),
    frozenset({Milestone.CUSTOMS_STARTED, Milestone.CUSTOMS_HOLD, Milestone.CUSTOMS_CLEARED}),
    frozenset({Milestone.OUT_FOR_DELIVERY, Milestone.ARRIVED_DELIVERY_PLACE, Milestone.DELIVERY_ATTEMPT_FAILED}),
)
"""Steps that may come round again: among these the later in time is the further."""

PHYSICAL = (
    Milestone.PICKED_UP,
    Milestone.RECEIVED_ORIGIN,
    Milestone.GATED_IN_ORIGIN,
    Milestone.LOADED,
    Milestone.DEPARTED,
    Milestone.IN_TRANSIT,
    Milestone.ARRIVED_DESTINATION,
    Milestone.DISCHARGED,
    Milestone.GATED_OUT_DESTINATION,
    Milestone.OUT_FOR_DELIVERY,
    Milestone.DELIVERED,
)
"""Moves of the goods themselves: a later one proves the earlier, whatever times their sources give."""

NOT_A_STEP = frozenset({Milestone.ETA_CHANGED, Milestone.DELAYED, Milestone.EXCEPTION})
"""News that does not move the shipment on."""

_WORDS: Mapping[Milestone, tuple[str, str]] = {
    Milestone.INFO_RECEIVED: ("registered", "Details received"),
    Milestone.BOOKING_CONFIRMED: ("booked", "Booked"),
    Milestone.BOOKING_CHANGED_CANCELLED: ("exception", "Booking changed or cancelled"),
    Milestone.EMPTY_RELEASED: ("booked", "Empty container collected for loading"),
    Milestone.STUFFED: ("booked", "Loaded into the container"),
    Milestone.PICKED_UP: ("in_transit", "Picked up{place}"),
    Milestone.RECEIVED_ORIGIN: ("in_transit", "Received{place}"),
    Milestone.GATED_IN_ORIGIN: ("in_transit", "At the terminal{place}"),
    Milestone.EXPORT_CUSTOMS_CLEARED: ("in_transit", "Cleared export customs{place}"),
    Milestone.LOADED: ("in_transit", "Loaded{place}"),
    Milestone.DEPARTED: ("in_transit", "On the way, left{bare}"),
    Milestone.IN_TRANSIT: ("in_transit", "On the way{now}"),
    Milestone.TRANSSHIPMENT_ARRIVED: ("in_transit", "Changing {ship}{place}"),
    Milestone.TRANSSHIPMENT_UNLOADED: ("in_transit", "Changing {ship}{place}"),
    Milestone.TRANSSHIPMENT_LOADED: ("in_transit", "Loaded on the next {ship}{place}"),
    Milestone.TRANSSHIPMENT_DEPARTED: ("in_transit", "On the way, changed {ship}{place}"),
    Milestone.ARRIVED_DESTINATION: ("arrived", "Arrived{place}"),
    Milestone.DISCHARGED: ("arrived", "Unloaded{place}"),
    Milestone.RAIL_DEPARTED: ("arrived", "On the train"),
    Milestone.RAIL_ARRIVED: ("arrived", "Train arrived{place}"),
    Milestone.CONSIGNEE_NOTIFIED: ("arrived", "Arrived"),
    Milestone.CUSTOMS_STARTED: ("arrived", "With customs"),
    Milestone.CUSTOMS_HOLD: ("customs_hold", "Held by customs"),
    Milestone.CUSTOMS_CLEARED: ("arrived", "Cleared customs"),
    Milestone.FREIGHT_RELEASED: ("arrived", "Released by the carrier"),
    Milestone.AVAILABLE_PICKUP: ("available", "Ready to collect{place}"),
    Milestone.GATED_OUT_DESTINATION: ("available", "Left the terminal"),
    Milestone.OUT_FOR_DELIVERY: ("out_for_delivery", "Out for delivery"),
    Milestone.ARRIVED_DELIVERY_PLACE: ("out_for_delivery", "At the delivery address"),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("exception", "Delivery was tried and failed"),
    Milestone.DELIVERED: ("delivered", "Delivered"),
    Milestone.EMPTY_RETURNED: ("delivered", "Delivered, empty container returned"),
    Milestone.RETURNED_SHIPPER: ("returned", "Returned to the shipper"),
}

WORDS: tuple[str, ...] = tuple(dict.fromkeys(word for word, _ in _WORDS.values()))
"""Every word that a shipment's status can be, in the order of a journey."""

THERE = frozenset(
    {
        Milestone.ARRIVED_DESTINATION,
        Milestone.DISCHARGED,
        Milestone.AVAILABLE_PICKUP,
        Milestone.GATED_OUT_DESTINATION,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.ARRIVED_DELIVERY_PLACE,
        Milestone.DELIVERED,
    }
)
"""Steps with which a delay on the way is over."""

_AFLOAT = frozenset({Milestone.CUSTOMS_STARTED, Milestone.CUSTOMS_CLEARED, Milestone.FREIGHT_RELEASED})
"""May be done before the goods arrive, and then do not make them arrived."""


@dataclass(frozen=True, slots=True)
class Status:
    """`word` for machines, `text` for people, the furthest step, and whether nothing more is to come."""

    word: str = "registered"
    text: str = "Registered"
    furthest: Happening | None = None
    closed: bool = False


def index(milestone: Milestone) -> int:
    """The place of *milestone* in the order of a journey."""
    return _ORDER[milestone]


def overtakes(later: Happening, earlier: Happening) -> bool:
    """Whether *later* makes *earlier* history.

    Between moves of all the goods the order of a journey decides; elsewhere it must also be later in time, because
    customs may clear goods that are still at sea, and one parcel may be delivered while the next is on the truck.
    What a part did is over only once that part went on; what customs hold, only once they hold none of it.
    """
    one, other = later.milestone, earlier.milestone
    if NOT_A_STEP & {one, other} or _outlasts(earlier, later) or not _has_gone_on(later, earlier):
        return False
    if one is other:
        return later.when.start > earlier.when.start
    if any({one, other} <= cycle for cycle in CYCLES):
        return (later.when.start, index(one)) > (earlier.when.start, index(other))
    if one in PHYSICAL and other in PHYSICAL and later.complete:
        return index(one) > index(other)
    return index(one) > index(other) and later.when.end >= earlier.when.start


def _outlasts(earlier: Happening, later: Happening) -> bool:
    """Whether customs still hold what they held, or have not held again what they cleared, whatever came *later*."""
    one, other = later.milestone, earlier.milestone
    over = one is other or (other is Milestone.CUSTOMS_CLEARED and one not in CUSTOMS)
    return other in CUSTOMS and earlier.stands and not over


def _has_gone_on(later: Happening, earlier: Happening) -> bool:
    """Whether all that did the *earlier* are among those that did the *later*."""
    if later.complete or earlier.milestone in CUSTOMS or index(earlier.milestone) < index(Milestone.PICKED_UP):
        return True
    if earlier.who:
        return earlier.who <= later.who
    return 0 < earlier.units_done <= later.units_done


def ends_hold(later: Happening, hold: Happening) -> bool:
    """Whether customs hold none of it any more since *later*."""
    return hold.milestone is Milestone.CUSTOMS_HOLD and later.milestone is not hold.milestone and overtakes(later, hold)


def ends_delay(later: Happening, delay: Happening) -> bool:
    """Whether all the goods came after a *delay*: what was late is there. Of one moment the order of news decides."""
    return (
        delay.milestone is Milestone.DELAYED
        and later.milestone in THERE
        and later.complete
        and (later.when.start, later.known_at) >= (delay.when.start, delay.known_at)
    )


def ends_problem(later: Happening, problem: Happening) -> bool:
    """Whether all the goods came to their end after a *problem*: who hears of it only then is told that of the end."""
    return (
        problem.milestone is Milestone.EXCEPTION
        and later.milestone in {Milestone.DELIVERED, Milestone.RETURNED_SHIPPER}
        and later.complete
        and later.when.start >= problem.when.end
    )


def status_of(done: Sequence[Happening], *, booking_open: bool = False) -> Status:
    """Where it stands. A change of its booking outweighs whatever was stated before, until something is stated since.

    *booking_open*: the booking was changed, and no date was stated since.
    """
    changes = [one for one in done if one.milestone is Milestone.BOOKING_CHANGED_CANCELLED]
    if not changes:
        return _reached(done)
    others = [one for one in done if one.milestone is not Milestone.BOOKING_CHANGED_CANCELLED]
    status, last = _reached(others), changes[-1]
    furthest = status.furthest
    if not booking_open or _stated_since(max(one.stated_at for one in changes), others):
        return status if furthest else Status(*_WORDS[Milestone.BOOKING_CONFIRMED], last)
    if furthest is not None and (status.closed or furthest.milestone is Milestone.CUSTOMS_HOLD):
        return status
    return Status(*_WORDS[last.milestone], furthest if furthest and _further(furthest, last) else last)


def _stated_since(change: datetime, others: Iterable[Happening]) -> bool:
    """Whether a step was stated after the *change* that says how the shipment stands now."""
    return any(
        one.stated_at > change and one.milestone not in NOT_A_STEP and one.milestone is not Milestone.INFO_RECEIVED
        for one in others
    )


def _reached(done: Sequence[Happening]) -> Status:
    """The furthest actual step; an earlier one that arrives late never takes it back. What customs hold goes first."""
    steps = [one for one in done if one.milestone not in NOT_A_STEP]
    if not steps:
        return Status()
    held = [one for one in steps if one.milestone is Milestone.CUSTOMS_HOLD and one.stands]
    if held:
        return Status(Milestone.CUSTOMS_HOLD.value, _part("held by customs", held[-1]) or "Held by customs", held[-1])
    arrived = any(
        one.milestone in {Milestone.ARRIVED_DESTINATION, Milestone.DISCHARGED, Milestone.AVAILABLE_PICKUP}
        or index(one.milestone) >= index(Milestone.OUT_FOR_DELIVERY)
        for one in steps
    )
    moving = [
        one
        for one in steps
        if one.milestone is not Milestone.CUSTOMS_HOLD and (arrived or one.milestone not in _AFLOAT)
    ] or steps
    furthest = moving[0]
    for one in moving[1:]:
        if _further(one, furthest):
            furthest = one
    word, text = _WORDS[furthest.milestone]
    closed = word in {"delivered", "returned"}
    if furthest.milestone is Milestone.DELIVERED and not furthest.complete:
        return Status("in_transit", _part("delivered", furthest), furthest)
    if furthest.milestone in _AFLOAT and not arrived:
        word = "in_transit"
    if furthest.milestone is Milestone.CUSTOMS_CLEARED:
        text = _part("cleared customs", furthest) or text
    return Status(word, _say(text, furthest), furthest, closed)


def _part(what: str, one: Happening) -> str:
    """To how many of several *what* happened; "" where it happened to all."""
    return "" if one.complete else f"{one.units_done} of {one.units} {what}"


def _further(one: Happening, than: Happening) -> bool:
    mine, yours = one.milestone, than.milestone
    if any({mine, yours} <= cycle for cycle in CYCLES):
        return (one.when.start, index(mine)) > (than.when.start, index(yours))
    return index(mine) > index(yours)


_CRAFT = {
    Transport.OCEAN: "ship",
    Transport.AIR: "flight",
    Transport.ROAD: "truck",
    Transport.RAIL: "train",
}


def _say(text: str, one: Happening) -> str:
    name = one.place_name or one.place
    ship, now = _CRAFT.get(one.transport, "transport"), f", at {name}" if name else ""
    place, bare = f" at {name}" if name else "", f" {name}" if name else " its origin"
    return text.format(now=now, place=place, bare=bare, ship=ship)
