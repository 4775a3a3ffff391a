"""N16: when a list leaves, and what goes into it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.policy.digest import next_digest
from service.policy.timing import Reader

TUESDAY = datetime(2026, 11, 17, 12, tzinfo=UTC)
LONDON, TOKYO = "Europe/London", "Asia/Tokyo"


@pytest.mark.parametrize(
    ("now", "zone", "weekends", "how", "at"),
    [
        (TUESDAY, LONDON, True, "daily", datetime(2026, 11, 18, 7, 30, tzinfo=UTC)),
        (TUESDAY, TOKYO, True, "daily", datetime(2026, 11, 17, 22, 30, tzinfo=UTC)),
        (datetime(2026, 11, 18, 7, 29, tzinfo=UTC), LONDON, True, "daily", datetime(2026, 11, 18, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 18, 7, 30, tzinfo=UTC), LONDON, True, "daily", datetime(2026, 11, 19, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), LONDON, True, "daily", datetime(2026, 11, 21, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), LONDON, False, "daily", datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        (TUESDAY, LONDON, True, "weekly", datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 8, tzinfo=UTC), LONDON, True, "weekly", datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),
        (datetime(2027, 3, 27, 12, tzinfo=UTC), LONDON, True, "daily", datetime(2027, 3, 28, 6, 30, tzinfo=UTC)),
        (TUESDAY, "Mars/Base", True, "daily", datetime(2026, 11, 18, 7, 30, tzinfo=UTC)),
    ],
)
def test_when_a_list_leaves(now: datetime, zone: str, weekends: bool, how: str, at: datetime) -> None:
    assert next_digest(now, Reader(zone, weekends=weekends), how) == at
