"""Where on the route a milestone happens, as far as its name alone says so."""

from __future__ import annotations

from service.records.enums import Milestone

ORIGIN = "origin"
DESTINATION = "destination"
TRANSSHIPMENT = "transshipment"
DELIVERY = "delivery"

ROLE: dict[Milestone, str] = {
    Milestone.EMPTY_RELEASED: ORIGIN,
    Milestone.STUFFED: ORIGIN,
    Milestone.PICKED_UP: ORIGIN,
    Milestone.RECEIVED_ORIGIN: ORIGIN,
    Milestone.GATED_IN_ORIGIN: ORIGIN,
    Milestone.EXPORT_CUSTOMS_CLEARED: ORIGIN,
    Milestone.LOADED: ORIGIN,
    Milestone.DEPARTED: ORIGIN,
    Milestone.TRANSSHIPMENT_ARRIVED: TRANSSHIPMENT,
    Milestone.TRANSSHIPMENT_UNLOADED: TRANSSHIPMENT,
    Milestone.TRANSSHIPMENT_LOADED: TRANSSHIPMENT,
    Milestone.TRANSSHIPMENT_DEPARTED: TRANSSHIPMENT,
    Milestone.ARRIVED_DESTINATION: DESTINATION,
    Milestone.DISCHARGED: DESTINATION,
    Milestone.CONSIGNEE_NOTIFIED: DESTINATION,
    Milestone.CUSTOMS_CLEARED: DESTINATION,
    Milestone.FREIGHT_RELEASED: DESTINATION,
    Milestone.AVAILABLE_PICKUP: DESTINATION,
    Milestone.GATED_OUT_DESTINATION: DESTINATION,
    Milestone.ARRIVED_DELIVERY_PLACE: DELIVERY,
    Milestone.DELIVERY_ATTEMPT_FAILED: DELIVERY,
    Milestone.DELIVERED: DELIVERY,
}
"""A milestone that is not here (on the way, by rail, held, delayed) may happen anywhere."""

UNDATED = frozenset({Milestone.DELAYED, Milestone.ETA_CHANGED})
"""Milestones that happen when they are stated: their own date may be left out."""
