"""UN/EDIFACT element 9013, why a status is as it is, in our own words."""

from __future__ import annotations

from service.formats.edi import rows_of
from service.formats.vocabulary import Vocabulary
from service.records.enums import Reason

_NO_DELAY = "It names no delay."
_DATA = "It is about data or lists."
_STOCK = "It is about stock and ordering."

LIST = Vocabulary(
    "iftsta-9013",
    "UN/EDIFACT element 9013, status reason",
    "UNTDID D.96A, D.00B and D.24A element 9013 (https://github.com/php-edifact/edifact-mapping)",
    (
        *rows_of("63 weather", Reason.WEATHER),
        *rows_of("20 strike at the dock; 31 industrial dispute", Reason.STRIKE),
        *rows_of("23 equipment failed", Reason.EQUIPMENT),
        *rows_of("2 came after the departure; 50 past the cut-off", Reason.MISSED_CONNECTION),
        *rows_of("18 derailment", Reason.RAIL_LATE),
        *rows_of("37 papers missing or wrong; 105 delivery order not received", Reason.DOCS_MISSING),
        *rows_of(
            "13 refused by customs; 24 an authority must examine; 25 export restrictions; 28 import "
            "restrictions; 93 incident of customs",
            Reason.CUSTOMS_CHECK,
        ),
        *rows_of("46 payment not received; 47 payment refused; 11 credit approval asked for", Reason.PAYMENT),
        *rows_of(
            "7 closed; 130 closed within its hours; 132 closed for stock taking; 133 closed on Saturday",
            Reason.SITE_CLOSED,
        ),
        *rows_of("134 closed for a holiday", Reason.HOLIDAY),
        *rows_of(
            "9 more of the address needed; 16 wrong destination; 30 wrong address; 39 no contact; 59 not to be found",
            Reason.ADDRESS,
        ),
        *rows_of(
            "19 discrepancy; 27 units missing; 45 partly missing; 56 all missing; 92 wrong goods; 95 too "
            "many; 96 delivered in part",
            Reason.RECOUNT,
        ),
        *rows_of("43 package not ready", Reason.ORIGIN_NOT_READY),
        *rows_of("62 unknown", Reason.UNKNOWN),
        *rows_of(
            "1 address out of the area; 3 refused by an agent; 4 seals altered; 6 attempt without success; 8 "
            "schedule changed; 10 computers down; 14 damaged; 17 late to depart; 21 the customer; 26 export "
            "frustrated; 29 wrong pick-up details; 32 waiting for instructions; 33 lost; 34 vehicle damaged; "
            "35 mechanical breakdown; 36 mechanical inspection; 40 not identified; 41 not loaded; 48 "
            "plundered; 49 refused without a reason; 53 sorted to a wrong route; 54 special service needed; "
            "58 late on the way; 60 bad condition; 66 stolen; 67 error in the office; 69 incident of the "
            "carrier; 70 incident of the logistics provider; 74 damaged in the warehouse; 75 spoiled; 76 "
            "destroyed; 88 accident; 90 not accepted; 91 another place asked for; 94 faulty; 100 no date for "
            "unloading; 109 later than scheduled; 111 various reasons; 113 error in loading; 114 too late; "
            "115 part not accepted; 116 unloading late; 121 other; 124 product not accepted; 131 too little "
            "time there; 135 postponed",
            Reason.OTHER,
        ),
        *rows_of(
            "5 appointment made; 12 arrangements of the customer; 15 delivery at times asked for; 22 empty; "
            "38 new arrangements; 42 on deck; 51 on a siding; 52 no signature needed; 55 split; 61 under "
            "deck; 64 free time expired; 65 claims settled; 68 incident of the buyer; 110 another date; 112 "
            "delivered before; 136 after action of the provider; 137 as the owner instructed; 138 arrived; "
            "140 waiting for release; 141 held by quality control; 142 incident of the despatcher",
            _NO_DELAY,
        ),
        *rows_of(
            "44 tracking number unknown; 57 tracking not available; 78 log number; 79 first comment; 80 "
            "latest comment; 82 assessment group; 84 review begins; 85 tag assigned; 87 error; 89 order "
            "status changed; 97 federal court; 98 change of venue; 122 wrong amount; 107 article not in the "
            "computer; 108 no barcode",
            _DATA,
        ),
        *rows_of(
            "71 product reference changed; 72 difference in replenishment; 73 lost quantity; 77 best before "
            "passed; 99 stock filled up; 101 stacked pallets not accepted; 102 mixed pallets not accepted; "
            "103 expiry date not accepted; 104 pallet too high; 106 back orders not accepted; 117 out of "
            "stock; 118 incident of the seller; 119 incident of nobody; 120 faults of making; 123 not "
            "ordered; 125 error in preparing; 126 differences of stock; 127 between warehouses; 128 handling; "
            "129 importation; 139 sales period over",
            _STOCK,
        ),
    ),
)

CLEARANCES = frozenset({"13", "25", "28", "93"})
"""Reasons that name customs and no inspection. Beside a hold of customs they say nothing that the hold does not."""
