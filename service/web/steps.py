"""How a page names the steps of a journey: which by their own title, which with their ship, which may lie unreported.

Their words are the texts `page.step.…` of each language.
"""

from __future__ import annotations

from service.records.enums import Milestone

M = Milestone
OWN_TITLE = frozenset(
    {
        M.CUSTOMS_STARTED,
        M.CUSTOMS_HOLD,
        M.CUSTOMS_CLEARED,
        M.EXPORT_CUSTOMS_CLEARED,
        M.OUT_FOR_DELIVERY,
        M.ARRIVED_DELIVERY_PLACE,
        M.DELIVERY_ATTEMPT_FAILED,
        M.DELIVERED,
        M.EMPTY_RETURNED,
    }
)
"""Steps that are called by what they are, because the page names nobody's place of delivery."""

NAUTICAL = frozenset({M.LOADED, M.DEPARTED, M.TRANSSHIPMENT_DEPARTED, M.ARRIVED_DESTINATION})
"""Steps at which the ship or flight is named."""

NOT_AWAITED = frozenset(
    {
        M.INFO_RECEIVED,
        M.BOOKING_CONFIRMED,
        M.BOOKING_CHANGED_CANCELLED,
        M.EMPTY_RELEASED,
        M.IN_TRANSIT,
        M.CUSTOMS_HOLD,
        M.ARRIVED_DELIVERY_PLACE,
        M.ETA_CHANGED,
        M.DELAYED,
        M.EXCEPTION,
    }
)
"""Steps of which nothing is said when their date has passed without a report: nobody waits for one."""
