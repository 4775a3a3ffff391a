"""What a source usually takes to report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.policy.lag import usual_lag

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("reports", "lag"),
    [
        ([], None),
        ([HOUR] * 29, None),
        ([HOUR] * 30, HOUR),
        ([HOUR] * 29 + [-HOUR], None),
        ([HOUR] * 29 + [timedelta(days=700)], None),
        ([HOUR] * 27 + [9 * HOUR] * 3, HOUR),
        ([HOUR] * 26 + [9 * HOUR] * 4, 9 * HOUR),
        ([n * MINUTE for n in range(1, 101)], 90 * MINUTE),
        ([timedelta(seconds=61)] * 30, 2 * MINUTE),
    ],
)
def test_nine_of_ten_reports(reports: list[timedelta], lag: timedelta | None) -> None:
    assert usual_lag(reports) == lag
