"""Which part of the journey a port call belongs to, where a message names the ports of loading and discharge itself."""

from __future__ import annotations

from collections.abc import Collection

from service.formats.roles import DESTINATION, ORIGIN, TRANSSHIPMENT
from service.records.enums import Milestone

_AT_ORIGIN = {
    Milestone.LOADED: Milestone.TRANSSHIPMENT_LOADED,
    Milestone.DEPARTED: Milestone.TRANSSHIPMENT_DEPARTED,
}
_AT_DESTINATION = {
    Milestone.ARRIVED_DESTINATION: Milestone.TRANSSHIPMENT_ARRIVED,
    Milestone.DISCHARGED: Milestone.TRANSSHIPMENT_UNLOADED,
}

TRANSFER = _AT_ORIGIN | _AT_DESTINATION
"""What happens at the ends of a journey, and what the same is called where it happens on the way."""


def placed(
    milestone: Milestone,
    place: str | None,
    origin: str | None,
    destination: str | None,
    ends: Collection[str | None] = (),
) -> tuple[Milestone, str | None]:
    """*milestone* as it is at *place*, and the place's role; codes of one list (UN/LOCODE or IATA), or None.

    "The ship left" at another port than that of loading is no departure of the goods from their origin: it becomes
    the departure from a transfer port. Where the message does not say which port is which, the role stays open (None)
    and the shipment's other facts decide. So it does at one of *ends*, where the message says that the goods were
    received before they came to the port of loading, or are delivered behind that of discharge.
    """
    home = origin if milestone in _AT_ORIGIN else destination
    if milestone not in TRANSFER:
        return milestone, None
    if place is None or home is None:
        return milestone, None
    if place in ends and place not in {origin, destination}:
        return milestone, None
    if place == home:
        return milestone, ORIGIN if milestone in _AT_ORIGIN else DESTINATION
    return TRANSFER[milestone], TRANSSHIPMENT


def without_goods(milestone: Milestone, place: str | None, origin: str | None, destination: str | None) -> str | None:
    """Why a ship's call at *place* says nothing of the goods (it comes for them, or leaves them), else None."""
    if place is None or origin == destination:
        return None
    if milestone is Milestone.ARRIVED_DESTINATION and place == origin:
        return "The ship came to fetch the goods: they are not on it yet."
    if milestone is Milestone.DEPARTED and place == destination:
        return "The ship left the port of discharge: the goods are no longer on it."
    return None


def at_wrong_end(
    milestone: Milestone, place: str | None, origins: Collection[str | None], destinations: Collection[str | None]
) -> str | None:
    """Why a port call says nothing of the goods: the ship came to fetch them, or left without them. None if it does.

    *origins* and *destinations* are the ports at which the message says that the goods begin and end their way.
    """
    if place is None or (place in origins) is (place in destinations):
        return None
    if milestone in _AT_DESTINATION and place in origins:
        return "The ship came to the port where the goods begin their way."
    if milestone in _AT_ORIGIN and place in destinations:
        return "The ship left the port where the goods end their way."
    return None
