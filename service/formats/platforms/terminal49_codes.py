"""What Terminal49's events, holds and changed fields mean: tables, and nothing else.

Source: Terminal49's documentation of webhooks (https://terminal49.com/docs: event catalog, payloads, holds and fees).
"""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary
from service.records.enums import Milestone, Reason

_TRACKING = "It speaks of the tracking, and not of the goods."
_PARTIAL_LFD = "`container.pickup_lfd.changed` says the last free day that counts."

_EVENTS: tuple[Code, ...] = (
    Code("tracking_request.succeeded", "tracking has begun", _TRACKING),
    Code("tracking_request.failed", "the carrier does not know the shipment", _TRACKING),
    Code("tracking_request.awaiting_manifest", "the carrier has not manifested it yet", _TRACKING),
    Code("tracking_request.tracking_stopped", "tracking has ended", _TRACKING),
    Code("container.transport.empty_out", "empty container collected at the port of lading", Milestone.EMPTY_RELEASED),
    Code("container.transport.full_in", "full container brought to the port of lading", Milestone.GATED_IN_ORIGIN),
    Code("container.transport.vessel_loaded", "loaded at the port of lading", Milestone.LOADED),
    Code("container.transport.vessel_departed", "ship left the port of lading", Milestone.DEPARTED),
    Code("container.transport.transshipment_arrived", "arrived at a transfer port", Milestone.TRANSSHIPMENT_ARRIVED),
    Code(
        "container.transport.transshipment_discharged",
        "discharged at a transfer port",
        Milestone.TRANSSHIPMENT_UNLOADED,
    ),
    Code(
        "container.transport.transshipment_loaded",
        "loaded on the next ship at a transfer port",
        Milestone.TRANSSHIPMENT_LOADED,
    ),
    Code("container.transport.transshipment_departed", "ship left a transfer port", Milestone.TRANSSHIPMENT_DEPARTED),
    Code("container.transport.feeder_arrived", "arrived on a feeder or barge", Milestone.ARRIVED_DESTINATION),
    Code("container.transport.feeder_discharged", "discharged from a feeder or barge", Milestone.DISCHARGED),
    Code("container.transport.feeder_loaded", "loaded on a feeder or barge", Milestone.LOADED),
    Code("container.transport.feeder_departed", "feeder or barge left", Milestone.DEPARTED),
    Code("container.transport.vessel_arrived", "ship arrived at the port of discharge", Milestone.ARRIVED_DESTINATION),
    Code("container.transport.vessel_berthed", "ship berthed at the port of discharge", Milestone.ARRIVED_DESTINATION),
    Code("container.transport.vessel_discharged", "discharged at the port of discharge", Milestone.DISCHARGED),
    Code("container.transport.available", "available for pick-up", Milestone.AVAILABLE_PICKUP),
    Code(
        "container.transport.not_available",
        "no longer available for pick-up",
        Milestone.EXCEPTION,
        when="the notice shows that the container still stands there",
    ),
    Code(
        "container.transport.not_available",
        "no longer available for pick-up",
        "It may have been collected; a hold comes as `container.updated`.",
    ),
    Code("container.transport.full_out", "full container left the terminal", Milestone.GATED_OUT_DESTINATION),
    Code("container.transport.delivered", "marked as delivered by hand", Milestone.DELIVERED),
    Code("container.transport.empty_in", "empty container returned", Milestone.EMPTY_RETURNED),
    Code("container.transport.rail_loaded", "loaded on a train", "Loading on a train: its departure says it."),
    Code("container.transport.rail_departed", "train left", Milestone.RAIL_DEPARTED),
    Code("container.transport.rail_arrived", "train arrived", Milestone.RAIL_ARRIVED),
    Code("container.transport.rail_unloaded", "unloaded from a train", "Unloading from a train: its arrival says it."),
    Code(
        "container.transport.arrived_at_inland_destination", "arrived at the inland destination", Milestone.RAIL_ARRIVED
    ),
    Code("container.transport.estimated.vessel_departed", "new estimate of the departure", Milestone.DEPARTED),
    Code("container.transport.estimated.vessel_arrived", "new estimate of the arrival", Milestone.ARRIVED_DESTINATION),
    Code(
        "container.transport.estimated.arrived_at_inland_destination",
        "new estimate of the arrival inland",
        Milestone.RAIL_ARRIVED,
    ),
    Code("shipment.estimated.arrival", "new estimate of the arrival, of all containers", Milestone.ARRIVED_DESTINATION),
    Code("container.created", "a container was added to the shipment", "A container alone is no news of the goods."),
    Code("container.pod_terminal_changed", "another terminal at the port", "The terminal is no news to the receiver."),
    Code("container.pickup_lfd_line.changed", "last free day of the line", _PARTIAL_LFD),
    Code("container.pickup_lfd_terminal.changed", "last free day of the terminal", _PARTIAL_LFD),
    Code("container.pickup_lfd_rail.changed", "last free day of the railway", _PARTIAL_LFD),
    Code(
        "container.pickup_appointment.changed",
        "appointment of the truck at the terminal",
        "The truck's appointment is no news to the receiver.",
    ),
    Code("document.extracted", "a document was read", "It speaks of a document, and not of the goods."),
    Code("document.extraction_failed", "a document was not read", "It speaks of a document, and not of the goods."),
)

EVENTS = Vocabulary("t49", "Terminal49 events", "https://terminal49.com/docs/api-docs/webhooks/event-catalog", _EVENTS)
"""`data.attributes.event`. Two more are read by what they hold: `container.updated`, `container.pickup_lfd.changed`."""

UPDATED = "container.updated"
LAST_FREE_DAY = "container.pickup_lfd.changed"

_CHANGES: tuple[Code, ...] = (
    Code("available_for_pickup", "it may be collected", Milestone.AVAILABLE_PICKUP, when="true, and no hold stands"),
    Code("available_for_pickup", "it may be collected", "False, or a hold stands: the hold says why."),
    Code(
        "pickup_lfd",
        "last free day",
        Milestone.GATED_OUT_DESTINATION,
        when="it names a day, kept as the end of free time",
    ),
    Code("pickup_lfd", "last free day", "It names no day."),
    Code("pickup_lfd_line", "last free day of the line", "`pickup_lfd` says the one that counts."),
    Code("pickup_lfd_terminal", "last free day of the terminal", "`pickup_lfd` says the one that counts."),
    Code("pickup_lfd_rail", "last free day of the railway", "`pickup_lfd` says the one that counts."),
    Code("pickup_appointment_at", "the truck's appointment", "The truck's appointment is no news to the receiver."),
    Code("fees_at_pod_terminal", "fees", "Fees are for the forwarder to settle; a hold says what they stop."),
    Code("pod_terminal", "terminal of discharge", "The terminal is no news to the receiver."),
    Code("location_at_pod_terminal", "where it stands", "A place in the yard is no news to the receiver."),
)

CHANGES = Vocabulary(
    "t49-changes",
    "Terminal49 changed fields",
    "https://terminal49.com/docs/api-docs/webhooks/payloads",
    _CHANGES,
)
"""The keys of a `changeset`; `holds_at_pod_terminal` is read hold by hold."""

HOLDS_FIELD = "holds_at_pod_terminal"

_HOLDS: tuple[Code, ...] = (
    Code("customs", "held by customs", Milestone.CUSTOMS_HOLD, "a hold"),
    Code("customs", "held by customs", Milestone.CUSTOMS_CLEARED, "gone, and no other of customs, USDA or VACIS"),
    Code("USDA", "held for an inspection of plants", Milestone.CUSTOMS_HOLD, "a hold", Reason.CUSTOMS_CHECK),
    Code("USDA", "held for an inspection of plants", Milestone.CUSTOMS_CLEARED, "gone, and no other of customs"),
    Code("VACIS", "held for a scan", Milestone.CUSTOMS_HOLD, "a hold", Reason.CUSTOMS_CHECK),
    Code("VACIS", "held for a scan", Milestone.CUSTOMS_CLEARED, "gone, and no other of customs"),
    Code("freight", "freight is not paid", Milestone.EXCEPTION, "a hold", Reason.PAYMENT),
    Code("freight", "freight is not paid", Milestone.FREIGHT_RELEASED, "gone"),
    Code("TMF", "terminal fee is not paid", Milestone.EXCEPTION, "a hold", Reason.PAYMENT),
    Code("TMF", "terminal fee is not paid", "The fee is paid: nothing that a customer waits for.", "gone"),
    Code("other", "held for another reason", Milestone.EXCEPTION, "a hold"),
    Code("other", "held for another reason", "Nobody was told what it was: nothing to take back.", "gone"),
)

HOLDS = Vocabulary(
    "t49-holds",
    "Terminal49 holds",
    "https://terminal49.com/docs/api-docs/in-depth-guides/holds-and-fees",
    _HOLDS,
)
"""`name` of a hold; the first row of a name says what it means when it comes, the second when it is gone."""

OF_CUSTOMS = frozenset({"customs", "USDA", "VACIS"})
"""Holds that keep the goods from being cleared."""
