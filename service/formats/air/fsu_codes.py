"""Status codes of air cargo, and the codes of discrepancies: tables, and nothing else.

The same codes stand in Cargo-IMP FSU messages, in Cargo-XML XFSU and in ONE Record events. One row fits: that whose
`when` names the end of the waybill at which it happened, else the row without.
"""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary, index
from service.records.enums import Milestone, Reason

AT_ORIGIN = "at the origin of the waybill"
AT_DESTINATION = "at the destination of the waybill"
BETWEEN = "at neither end of the waybill"

_SOURCE = (
    "IATA status codes as published for ONE Record (code list StatusCode and its mapping of XFSU, "
    "https://github.com/IATA-Cargo/ONE-Record)"
)
_CIMP = "IATA Cargo-IMP, FSU: lines beside the status"

_PAPERS = "Papers between carrier and agent: the goods have not moved."
_MAIL = "It is about mail, not cargo."

FSU = Vocabulary(
    "fsu",
    "Air cargo status codes",
    _SOURCE,
    (
        Code("BKD", "booked on a flight", Milestone.BOOKING_CONFIRMED),
        Code("DPU", "collected at the shipper's door", Milestone.PICKED_UP),
        Code("FOH", "on hand, not yet accepted", "Not yet accepted for carriage: RCS says so."),
        Code("RCS", "received from the shipper and accepted", Milestone.RECEIVED_ORIGIN),
        Code("PRE", "prepared for loading on a flight", "Preparations: MAN and DEP say when it goes."),
        Code("MAN", "on the list of a flight", Milestone.LOADED),
        Code("DEP", "left on a flight", Milestone.DEPARTED),
        Code("ARR", "arrived on a flight", Milestone.ARRIVED_DESTINATION),
        Code("RCF", "received from a flight", Milestone.DISCHARGED),
        Code("RCT", "received from another carrier", Milestone.TRANSSHIPMENT_UNLOADED, BETWEEN),
        Code("RCT", "received from another carrier", Milestone.DISCHARGED, AT_DESTINATION),
        Code("RCT", "received from another carrier", "Taken over, and not at an airport of transfer."),
        Code("TFD", "handed over to another carrier", Milestone.TRANSSHIPMENT_UNLOADED, BETWEEN),
        Code("TFD", "handed over to another carrier", "Handed over, and not at an airport of transfer."),
        Code("TRM", "will be handed over to another carrier", "An announcement: TFD says that it was done."),
        Code("AWR", "papers received from a flight", _PAPERS),
        Code("NFD", "consignee or agent told of the arrival", Milestone.CONSIGNEE_NOTIFIED),
        Code("AWD", "papers handed to consignee or agent", _PAPERS),
        Code("CRC", "reported to customs", Milestone.CUSTOMS_STARTED, AT_DESTINATION),
        Code("CRC", "reported to customs", "Customs before the destination: clearing for export is said by CCD."),
        Code("TGC", "handed into the control of customs", Milestone.CUSTOMS_STARTED, AT_DESTINATION),
        Code("TGC", "handed into the control of customs", "Customs before the destination: CCD says the end of it."),
        Code("CCD", "cleared by customs", Milestone.EXPORT_CUSTOMS_CLEARED, AT_ORIGIN),
        Code("CCD", "cleared by customs", Milestone.CUSTOMS_CLEARED, AT_DESTINATION),
        Code("CCD", "cleared by customs", "Neither for export nor at the destination, as far as the message says."),
        Code("DLV", "delivered to consignee or agent", Milestone.DELIVERED),
        Code("DDL", "delivered to the consignee's door", Milestone.DELIVERED),
        Code("DIS", "a discrepancy", "A discrepancy without a code of its own: see `fsu-dis`."),
        Code("FIW", "into a warehouse", "Work in a warehouse on the way."),
        Code("FOW", "out of a warehouse", "Work in a warehouse on the way."),
        Code("DOC", "papers received by the handling agent", _PAPERS),
        Code("OCI", "information for customs and security", "Information for authorities."),
        Code("OSI", "other information on service", "Free text between carrier and agent."),
        Code("ULD", "the load units used", "It names load units of the airline.", source=_CIMP),
    ),
)
"""`DEPARTED`, `LOADED`, `ARRIVED_DESTINATION` and `DISCHARGED` become their transfer forms between the ends."""

FSU_DIS = Vocabulary(
    "fsu-dis",
    "Air cargo discrepancy codes",
    _SOURCE,
    (
        Code("OFLD", "taken off the flight", Milestone.DELAYED, BETWEEN, reason=Reason.MISSED_CONNECTION),
        Code("OFLD", "taken off the flight", Milestone.DELAYED),
        Code("SSPD", "left behind by the flight", Milestone.DELAYED, BETWEEN, reason=Reason.MISSED_CONNECTION),
        Code("SSPD", "left behind by the flight", Milestone.DELAYED),
        Code("OVCD", "carried past its airport", Milestone.DELAYED),
        Code("MSCA", "cargo missing", Milestone.EXCEPTION),
        Code("FDCA", "cargo found", "Found again: the next status says where it goes."),
        Code("MSAW", "air waybill missing", Milestone.EXCEPTION, reason=Reason.DOCS_MISSING),
        Code("FDAW", "air waybill found", "The paper was found: the goods have not moved."),
        Code("DFLD", "loaded for certain", "It confirms that the goods were loaded."),
        Code("MSMB", "mailbag missing", _MAIL),
        Code("FDMB", "mailbag found", _MAIL),
        Code("MSAV", "mail document missing", _MAIL),
        Code("FDAV", "mail document found", _MAIL),
    ),
)

LOST = frozenset({"MSCA"})
"""Discrepancies after which nobody knows where the goods are."""

CODES = index(FSU.rows)
DISCREPANCIES = index(FSU_DIS.rows)
