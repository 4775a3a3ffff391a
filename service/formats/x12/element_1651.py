"""X12 element 1651, why a status or an appointment is as it is (214, AT702 and AT704), in our own words."""

from __future__ import annotations

from service.formats.edi import rows_of
from service.formats.vocabulary import Vocabulary
from service.records.enums import Reason

_NO_DELAY = "It names no delay."
_BOOKS = "It says how the carrier works, not why the goods wait."

LIST = Vocabulary(
    "x12-1651",
    "X12 element 1651, shipment status or appointment reason code",
    "X12 element 1651 in 5010 (https://www.stedi.com/edi/x12-005010/element/1651)",
    (
        *rows_of("AO weather or a natural disaster", Reason.WEATHER),
        *rows_of("AI mechanical breakdown", Reason.TRUCK_BREAKDOWN),
        *rows_of("BO the railway missed its schedule; BR derailment", Reason.RAIL_LATE),
        *rows_of("D2 driver not available", Reason.NO_DRIVER),
        *rows_of("AW past the cut-off", Reason.MISSED_CONNECTION),
        *rows_of(
            "AR wrong papers for a border; AS customs papers; BC missing papers; BN billing not released",
            Reason.DOCS_MISSING,
        ),
        *rows_of(
            "BD border clearance; CA customs; P2 waiting for inspection; F1 clearance that is not express",
            Reason.CUSTOMS_CHECK,
        ),
        *rows_of(
            "B4 held for payment; C2 credit hold; C8 cash on delivery required; C9 consignee had no cash",
            Reason.PAYMENT,
        ),
        *rows_of("C5 strike at the customer's", Reason.STRIKE),
        *rows_of("AN holiday; C4 holidays of the customer", Reason.HOLIDAY),
        *rows_of("B1 consignee closed", Reason.SITE_CLOSED),
        *rows_of("A2 wrong address; A5 not to be found; A6 address corrected, tried again", Reason.ADDRESS),
        *rows_of("S1 delivered short", Reason.RECOUNT),
        *rows_of(
            "A1 delivery missed; AA sorted wrongly; AE article not accepted; AF accident; AG the consignee; AH "
            "the driver; AJ another carrier; AK damaged and wrapped again; AL the stop before; AM the shipper; AQ "
            "nobody there to receive; AT broker's details not to be had; AU civil event; AV above the limits of "
            "the service; AX too little time at pick-up; AY pick-up missed; B8 unsuitable place or equipment for "
            "unloading; B9 hours of receiving; BB held by the shipper; BE road conditions; BF keying error; BG "
            "other; BH too little time to deliver; BI cartage agent; BM not enough flatcars; BP load shifted; BQ "
            "overweight; C6 waiting for shipping instructions; CB no arrival date from the shipper; CC no arrival "
            "time from the shipper; D1 dispatch error; F2 delay abroad, not of the carrier; P1 processing; T7 too "
            "little time to deliver",
            Reason.OTHER,
        ),
        *rows_of(
            "NS normal status; NA normal appointment; AD the customer asked for later; B5 held for the consignee; "
            "BJ the customer wanted it earlier; BK appointment made before; C1 waits for the customer to collect; "
            "C3 held on the customer's request; C7 waits for the customer's carrier; HB held for an appointment; "
            "BS refused by the customer; BT returned to the shipper",
            _NO_DELAY,
        ),
        *rows_of(
            "A3 delivered indirectly; AP waiting for export; AZ delivered by another carrier; B2 kept for the "
            "customer; BL held for protective service",
            _BOOKS,
        ),
    ),
)

CLEARANCES = frozenset({"BD", "CA", "F1"})
"""Reasons that name customs and no inspection. Beside a hold of customs they say nothing that the hold does not."""
