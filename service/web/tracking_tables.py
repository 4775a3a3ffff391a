"""What the tracking page is decided by: statuses, lines and tones. Its words are each language's texts `page.…`."""

from __future__ import annotations

from datetime import timedelta

from service.records.enums import Line, Outcome, Reason

FEED_OLD = timedelta(days=5)
"""After this long without news the page says so."""

HOLDS = frozenset({Reason.CUSTOMS_CHECK, Reason.DUTY_UNPAID, Reason.DOCS_MISSING})
"""What customs holds goods for: no other reason of a late date is the reason of a hold."""

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
