"""Which part of the journey a port call belongs to, where a message names the ports of loading and discharge itself."""

from __future__ import annotations

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


def placed(
    milestone: Milestone, place: str | None, origin: str | None, destination: str | None
) -> tuple[Milestone, str | None]:
    """*milestone* as it is at *place*, and the place's role; codes of one list (UN/LOCODE or IATA), or None.

    "The ship left" at another port than that of loading is no departure of the goods from their origin: it becomes
    the departure from a transfer port. Where the message does not say which port is which, the role stays open (None)
    and the shipment's other facts decide.
    """
    home = origin if milestone in _AT_ORIGIN else destination
    if milestone not in _AT_ORIGIN and milestone not in _AT_DESTINATION:
        return milestone, None
    if place is None or home is None:
        return milestone, None
    if place == home:
        return milestone, ORIGIN if milestone in _AT_ORIGIN else DESTINATION
    return (_AT_ORIGIN | _AT_DESTINATION)[milestone], TRANSSHIPMENT


def without_goods(milestone: Milestone, place: str | None, origin: str | None, destination: str | None) -> str | None:
    """Why a ship's call at *place* says nothing of the goods (it comes for them, or leaves them), else None."""
    if place is None or origin == destination:
        return None
    if milestone is Milestone.ARRIVED_DESTINATION and place == origin:
        return "The ship came to fetch the goods: they are not on it yet."
    if milestone is Milestone.DEPARTED and place == destination:
        return "The ship left the port of discharge: the goods are no longer on it."
    return None
