"""What the Core Business Vocabulary of EPCIS 2.0 says of goods on their way: tables, and nothing else."""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary, index
from service.records.enums import Milestone, ReferenceType

AT_DESTINATION = "at the location of `destinationList`"
ELSEWHERE = "at another location than that of `destinationList`"

_SOURCE = "GS1 Core Business Vocabulary 2.0 (https://ref.gs1.org/cbv/)"
_SITE = "Work at a site: the goods do not travel."
_MAKING = "Making, marking or counting of goods."
_SHOP = "Trade in a shop."
_RECEIVED = "Received, and the event does not say that this is the destination."
_STATE = "A state of the goods, and no step of their journey."

BIZSTEP = Vocabulary(
    "epcis-bizstep",
    "EPCIS business steps",
    _SOURCE,
    (
        Code("accepting", "changes hands", Milestone.DELIVERED, AT_DESTINATION),
        Code("accepting", "changes hands", _RECEIVED),
        Code("arriving", "arrives at a location", Milestone.IN_TRANSIT, ELSEWHERE),
        Code("arriving", "arrives at a location", Milestone.ARRIVED_DESTINATION),
        Code("assembling", "parts are put together", _MAKING),
        Code("collecting", "collected for disposal or use again", "It is about waste or empty carriers."),
        Code("commissioning", "a number is given to it", _MAKING),
        Code("consigning", "staged, loaded, left and handed over", Milestone.DEPARTED),
        Code("creating_class_instance", "more of a class is made", _MAKING),
        Code("cycle_counting", "counted", _MAKING),
        Code("decommissioning", "its number is taken away", _MAKING),
        Code("departing", "leaves a location for its destination", Milestone.DEPARTED),
        Code("destroying", "destroyed", "It ends the life of an object; see `destroyed` among the dispositions."),
        Code("disassembling", "taken apart", _MAKING),
        Code("dispensing", "handed out to a consumer", _SHOP),
        Code("encoding", "a number is written to a tag", _MAKING),
        Code("entering_exiting", "customers pass a door", _SHOP),
        Code("holding", "set apart for review", Milestone.EXCEPTION),
        Code("inspecting", "checked for defects", _SITE),
        Code("installing", "put into a larger thing", _MAKING),
        Code("killing", "a tag is switched off", _MAKING),
        Code("loading", "loaded into a vehicle", Milestone.LOADED),
        Code("other", "none of these steps", "The step has no name."),
        Code("packing", "put into a larger container", _SITE),
        Code("picking", "taken from stock for an order", _SITE),
        Code("receiving", "received and added to stock", Milestone.DELIVERED, AT_DESTINATION),
        Code("receiving", "received and added to stock", _RECEIVED),
        Code("removing", "taken out of a larger thing", _MAKING),
        Code("repackaging", "packed anew", _SITE),
        Code("repairing", "repaired", _MAKING),
        Code("replacing", "exchanged for another", _MAKING),
        Code("reserving", "numbers are set aside", _MAKING),
        Code("retail_selling", "sold in a shop", _SHOP),
        Code("sampling", "a part is tested and used up", _SITE),
        Code("sensor_reporting", "a sensor reports", "Readings of a sensor."),
        Code("shipping", "staged, loaded and left", Milestone.DEPARTED),
        Code("staging_outbound", "waits for the vehicle", _SITE),
        Code("stock_taking", "counted for the books", _MAKING),
        Code("stocking", "made ready for sale or orders", _SITE),
        Code("storing", "moved into or out of storage", _SITE),
        Code("transporting", "moved by a vehicle", Milestone.IN_TRANSIT),
        Code("unloading", "unloaded from a vehicle", Milestone.IN_TRANSIT, ELSEWHERE),
        Code("unloading", "unloaded from a vehicle", Milestone.DISCHARGED),
        Code("unpacking", "taken out of a larger container", _SITE),
        Code("void_shipping", "was not shipped as said before", Milestone.EXCEPTION),
    ),
)

DISPOSITION = Vocabulary(
    "epcis-disposition",
    "EPCIS dispositions",
    _SOURCE,
    (
        Code("active", "newly in the chain", _STATE),
        Code("available", "back in service", _STATE),
        Code("completeness_inferred", "taken to be complete", _STATE),
        Code("completeness_verified", "found complete", _STATE),
        Code("conformant", "passed an inspection", _STATE),
        Code("container_closed", "closed and sealed", _STATE),
        Code("container_open", "opened, or its seal is broken", _STATE),
        Code("damaged", "damaged", Milestone.EXCEPTION),
        Code("destroyed", "no longer usable", Milestone.EXCEPTION),
        Code("dispensed", "given to a consumer", _STATE),
        Code("disposed", "returned for disposal", _STATE),
        Code("encoded", "a tag was written", _STATE),
        Code("expired", "past its date", _STATE),
        Code("in_progress", "proceeds through the chain", _STATE),
        Code("in_transit", "on the way between two partners", Milestone.IN_TRANSIT),
        Code("inactive", "its number was taken away", _STATE),
        Code("mismatch_class", "other goods than expected", _STATE),
        Code("mismatch_instance", "other pieces than expected", _STATE),
        Code("mismatch_quantity", "another quantity than expected", _STATE),
        Code("needs_replacement", "must be replaced", _STATE),
        Code("no_pedigree_match", "its history does not fit", _STATE),
        Code("non_conformant", "failed an inspection", _STATE),
        Code("non_sellable_other", "cannot be sold", _STATE),
        Code("partially_dispensed", "a part was given out", _STATE),
        Code("recalled", "called back for safety", _STATE),
        Code("reserved", "set aside for somebody", _STATE),
        Code("retail_sold", "bought by a customer", _STATE),
        Code("returned", "sent or brought back", Milestone.RETURNED_SHIPPER),
        Code("sellable_accessible", "for sale within reach", _STATE),
        Code("sellable_not_accessible", "for sale, not within reach", _STATE),
        Code("stolen", "taken without right", Milestone.EXCEPTION),
        Code("unavailable", "out of service", _STATE),
        Code("unknown", "its condition is not known", _STATE),
    ),
)
"""Damage, loss and return are told beside what the business step says; the others where the step says nothing."""

FLAGS: dict[str, tuple[str, ...]] = {"damaged": ("damaged",), "stolen": ("lost",)}
"""Dispositions after which a customer hears more than "a problem"."""

BESIDE = frozenset({Milestone.EXCEPTION, Milestone.RETURNED_SHIPPER})
"""What a disposition adds to a business step."""

TRANSACTIONS: dict[str, ReferenceType] = {
    "bol": ReferenceType.HOUSE_BILL,
    "po": ReferenceType.PO,
    "poc": ReferenceType.PO,
    "desadv": ReferenceType.PO,
}
"""Types of business transactions that name a shipment. A shipper's advices may repeat, so they only find."""

STEPS = index(BIZSTEP.rows)
DISPOSITIONS = index(DISPOSITION.rows)
