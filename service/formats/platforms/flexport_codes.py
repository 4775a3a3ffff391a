"""What Flexport's milestones mean: a table, and nothing else.

Source: https://apidocs.flexport.com/v2/tag/Milestones/ (names in the form `/object#event`).
"""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary, index
from service.records.enums import Milestone, Reason

M = Milestone
R = Reason

_OURS = "It is between Flexport and its client."
_BOOKED = "An appointment is made: the delivery says when it was kept."
_EXAM = "selected by customs"

_EVENTS: tuple[Code, ...] = (
    Code("/shipment#created", "shipment made", M.INFO_RECEIVED),
    Code("/shipment#booking_confirmed", "booked with the airline", M.BOOKING_CONFIRMED),
    Code("/shipment#schedule_confirmed", "dates set for each place", "The estimates say the dates."),
    Code("/shipment#updated_route", "another route", "The estimates say the dates."),
    Code("/shipment#cargo_ready_date_changed", "goods ready on another day", _OURS),
    Code("/shipment#documents_sent_to_nominated_broker", "papers sent to the broker", _OURS),
    Code("/shipments#commercial_invoices_digitized", "invoices entered", _OURS),
    Code("/shipment_leg#updated_estimated_time_of_departure", "new estimate of a departure", M.DEPARTED),
    Code("/shipment_leg#updated_estimated_time_of_arrival", "new estimate of an arrival", M.ARRIVED_DESTINATION),
    Code("/shipment_leg#updated_estimated_out_for_delivery", "new estimate: out for delivery", M.OUT_FOR_DELIVERY),
    Code(
        "/shipment_container_leg#updated_estimated_available_for_pickup",
        "new estimate: ready to be collected",
        M.AVAILABLE_PICKUP,
    ),
    Code("/shipment_leg#departed", "left a place", M.DEPARTED),
    Code("/shipment_leg#arrived", "arrived at a place", M.ARRIVED_DESTINATION),
    Code("/shipment_leg#out_for_delivery", "out for delivery", M.OUT_FOR_DELIVERY),
    Code("/shipment_leg#delivered", "a part is at the place of delivery", M.ARRIVED_DELIVERY_PLACE),
    Code("/shipment_leg#delivery_completed", "delivery is complete", M.DELIVERED),
    Code("/shipment#delivered_in_full", "all of it is delivered", M.DELIVERED),
    Code("/ocean/shipment_container_leg#loaded_on_board", "loaded on a ship or train", M.LOADED),
    Code("/ocean/shipment_container_leg#unloaded_off_board", "unloaded from a ship or train", M.DISCHARGED),
    Code("/ocean/shipment_leg#loaded_on_truck", "reloaded on a truck", "A move by truck: the delivery says it."),
    Code("/ocean/shipment_container_leg#available_for_pickup", "available for pick-up", M.AVAILABLE_PICKUP),
    Code("/ocean/shipment_container#empty_returned", "empty container returned", M.EMPTY_RETURNED),
    Code("/ocean/shipment_container#free_time_expired", "free time is over", "Its end was said before."),
    Code("/shipment_leg#delivery_appointment_requested", "appointment asked for", _BOOKED),
    Code("/shipment_leg#delivery_appointment_scheduled", "appointment made", _BOOKED),
    Code("/shipment_container_leg#delivery_appointment_scheduled", "appointment made (deprecated)", _BOOKED),
    Code("/shipment#filing_submitted_for_in_bond_transportation", "in-bond papers sent", M.CUSTOMS_STARTED),
    Code("/shipment#ftz_admission", "admitted to a free trade zone", _OURS),
    Code("/shipment#returned_to_shipper", "some of it went back to the shipper", M.RETURNED_SHIPPER),
    Code("/shipment#customs_entry_release_status_released", "cleared by customs", M.CUSTOMS_CLEARED),
    Code("/shipment#customs_agriculture_hold", "held by agriculture", M.CUSTOMS_HOLD),
    Code(
        "/shipment#customs_entry_release_status_document_required",
        "customs needs a document",
        M.CUSTOMS_HOLD,
        reason=R.DOCS_MISSING,
    ),
    Code(
        "/shipment#customs_entry_release_status_entry_docs_required",
        "customs needs documents",
        M.CUSTOMS_HOLD,
        reason=R.DOCS_MISSING,
    ),
    Code(
        "/shipment#customs_entry_release_status_pending_intensive_exam",
        _EXAM,
        M.CUSTOMS_HOLD,
        reason=R.CUSTOMS_CHECK,
    ),
    Code(
        "/shipment#customs_entry_release_status_release_suspended",
        "release suspended",
        M.CUSTOMS_HOLD,
    ),
    Code(
        "/shipment#customs_entry_release_status_under_cbp_review",
        "under review",
        M.CUSTOMS_HOLD,
    ),
    Code("/shipment#customs_undergoing_x_ray_exam", _EXAM, M.CUSTOMS_HOLD, reason=R.CUSTOMS_CHECK),
    Code("/shipment#export_country_customs_exam", _EXAM, M.CUSTOMS_HOLD, reason=R.CUSTOMS_CHECK),
    Code("/shipment#export_country_magnetism_exam", "examined before the flight", M.DELAYED, reason=R.SECURITY),
)

_DELAYS: tuple[tuple[str, str, Milestone, Reason], ...] = (
    ("cargo_breakdown_delay", "goods are being sorted", M.DELAYED, R.OTHER),
    ("cargo_bumped_from_booked_flight", "left behind by the flight", M.DELAYED, R.OVERBOOKED),
    ("cargo_contamination_delay", "contamination", M.DELAYED, R.OTHER),
    ("cargo_not_available", "goods not available", M.DELAYED, R.ORIGIN_NOT_READY),
    ("cargo_ready_date_changed_exception", "goods ready later", M.DELAYED, R.ORIGIN_NOT_READY),
    ("cargo_rolled_from_booked_vessel", "left behind by the ship", M.DELAYED, R.OVERBOOKED),
    ("dry_run_pickup", "collection failed", M.DELAYED, R.OTHER),
    ("dry_run_delivery_attempt_not_completed", "delivery failed", M.DELIVERY_ATTEMPT_FAILED, R.OTHER),
    ("equipment_unavailable", "no equipment", M.DELAYED, R.EQUIPMENT),
    ("flight_delay_mechanical", "aircraft fault", M.DELAYED, R.EQUIPMENT),
    ("flight_delay_schedule_updated_by_carrier", "flight rescheduled", M.DELAYED, R.OTHER),
    ("late_bill_of_lading_release", "bill of lading is late", M.DELAYED, R.DOCS_MISSING),
    ("missed_appointment", "appointment missed", M.DELIVERY_ATTEMPT_FAILED, R.OTHER),
    ("missing_cargo", "goods are missing", M.EXCEPTION, R.OTHER),
    ("no_appointments_available", "no appointment to be had", M.DELAYED, R.SITE_CLOSED),
    ("no_attempt_made", "no delivery was tried", M.DELAYED, R.OTHER),
    ("ocean_port_dwell_delay", "standing at the port", M.DELAYED, R.PORT_CONGESTION),
    ("pending_customs_clearance_from_nominated_broker", "the broker has not cleared it", M.DELAYED, R.OTHER),
    ("pending_delivery_appointment_confirmation", "appointment not confirmed", M.DELAYED, R.OTHER),
    ("port_strike_delay", "strike at the port", M.DELAYED, R.STRIKE),
    ("rail_car_equipment_breakdown", "rail car broke down", M.DELAYED, R.RAIL_LATE),
    ("rail_interchange_delay", "late between railways", M.DELAYED, R.RAIL_LATE),
    ("rail_transfer_delay", "late on the way to the train", M.DELAYED, R.RAIL_LATE),
    ("shipment_rerouted_by_carrier", "carrier took another route", M.DELAYED, R.OTHER),
    ("shipment_rerouted_per_client_request", "another route was asked for", M.DELAYED, R.OTHER),
    ("supplier_late_gate_in", "shipper came late to the port", M.DELAYED, R.ORIGIN_NOT_READY),
    ("supplier_late_documents", "shipper's papers are late", M.DELAYED, R.DOCS_MISSING),
    ("transload_delay", "late in reloading", M.DELAYED, R.OTHER),
    ("transshipment_delay", "late at the transfer port", M.DELAYED, R.MISSED_CONNECTION),
    ("trucker_rejected", "turned away at the site", M.DELIVERY_ATTEMPT_FAILED, R.OTHER),
    ("truckers_hours_expired", "driver's hours are used up", M.DELAYED, R.NO_DRIVER),
    ("trucking_delay_chassis_problem", "chassis fault", M.DELAYED, R.TRUCK_BREAKDOWN),
    ("trucking_delay_mechanical_problem", "truck broke down", M.DELAYED, R.TRUCK_BREAKDOWN),
    ("trucking_delay_port_congestion", "port is congested", M.DELAYED, R.PORT_CONGESTION),
    ("trucking_delay_other", "truck is late", M.DELAYED, R.OTHER),
    ("trucking_delay_strike", "strike of truckers", M.DELAYED, R.STRIKE),
    ("trucking_delay_traffic", "traffic", M.DELAYED, R.OTHER),
    ("vessel_delay_mechanical", "ship's engine", M.DELAYED, R.ENGINE),
    ("vessel_delay_port_congestion", "port is congested", M.DELAYED, R.PORT_CONGESTION),
    ("vessel_delay_schedule_updated_by_carrier", "ship rescheduled", M.DELAYED, R.VESSEL_LATE),
    ("warehouse_devan_delay", "late in unpacking", M.DELAYED, R.OTHER),
    ("weather_delay", "weather", M.DELAYED, R.WEATHER),
)

MILESTONES = Vocabulary(
    "flexport",
    "Flexport milestones",
    "https://apidocs.flexport.com/v2/tag/Milestones/",
    (*_EVENTS, *(Code(f"/shipment#{name}", says, of, reason=why) for name, says, of, why in _DELAYS)),
)

BY_TYPE = index(MILESTONES.rows)

FREE_TIME_ENDS = "/ocean/shipment_container#free_time_to_expire"
"""Read by its time: the end of free time."""

OTHER_BOOKS = ("/invoice#", "/document#", "/purchase_order#", "/booking#")
"""Milestones about Flexport's papers and bills, not about goods on the way."""
