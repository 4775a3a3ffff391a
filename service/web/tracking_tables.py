"""What the tracking page is decided by: flags, statuses and tones. Its words are each language's texts `page.…`."""

from __future__ import annotations

from datetime import timedelta

from service.records.enums import Line, Outcome

DATE_OPEN = "date_open"
"""The flag of a shipment that is late without a new date."""

FEED_OLD = timedelta(days=5)
"""After this long without news the page says so."""

TROUBLE = frozenset({"exception", "customs_hold", "returned"})
"""Statuses that outweigh every date."""

AWAITED = frozenset({Line.ARRIVAL, Line.READY, Line.DELIVERY, Line.DEPARTURE})
"""The lines whose date, once it has passed in silence, is said to have done so."""

CAME = frozenset({Line.ARRIVAL, Line.READY, Line.DEPARTURE})
"""The lines of which it is said that their date was kept, by a report or by what cannot happen before it."""

TONES = {
    Outcome.KEPT: "fine",
    Outcome.BROKEN: "act",
    Outcome.REPLACED_IN_TIME: "watch",
    Outcome.WITHDRAWN: "done",
}
