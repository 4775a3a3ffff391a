"""N15: how much is far more than usual, when a month is spent, and what that holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from notifiers.base import Channel
from service.policy.budget import can_wait, month_of, stop, warning
from service.records.enums import Level, MessageKind, Stage
from service.records.traffic import Flow
from tests.policy.candidates import candidate

NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
HALF = datetime(2026, 11, 17, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flow", "now", "rules", "holds"),
    [
        (Flow(), NOON, {}, False),
        (Flow(this_hour=99, busiest=10), NOON, {}, False),
        (Flow(this_hour=100, busiest=10), NOON, {}, True),
        (Flow(this_hour=100, busiest=40), NOON, {}, False),
        (Flow(this_hour=200, busiest=40), NOON, {}, True),
        (Flow(this_hour=60, last_hour=80, busiest=20), HALF, {}, True),
        (Flow(this_hour=60, last_hour=78, busiest=20), HALF, {}, False),
        (Flow(this_hour=30, busiest=10), NOON, {"N15.least": 20, "N15.times": 3}, True),
        (Flow(this_hour=29, busiest=10), NOON, {"N15.least": 20, "N15.times": 3}, False),
    ],
)
def test_a_surge(flow: Flow, now: datetime, rules: dict[str, float], holds: bool) -> None:
    found = stop(candidate(level=Level.INFO), flow, rules, {}, "UTC", now)
    assert (found is not None) is holds
    if found is not None:
        assert found.until == datetime(2026, 11, 17, 13, 0, tzinfo=UTC)
        assert not found.why.passed


@pytest.mark.parametrize(
    ("used", "channel", "holds"),
    [(4999, Channel.SMS, False), (5000, Channel.SMS, True), (9000, Channel.EMAIL, False)],
)
def test_a_month_that_is_spent(used: int, channel: Channel, holds: bool) -> None:
    flow = Flow(segments=used)
    found = stop(candidate(level=Level.INFO, channel=channel), flow, {}, {"segments": 5000}, "Europe/London", NOON)
    assert (found is not None) is holds
    if found is not None:
        assert found.until == datetime(2026, 12, 1, tzinfo=UTC)
        assert found.task.key == "budget:100:2026-11"


@pytest.mark.parametrize(("used", "told"), [(3999, False), (4000, True), (6000, True)])
def test_somebody_hears_at_four_fifths(used: int, told: bool) -> None:
    found = warning(Flow(segments=used), {"segments": 5000}, "UTC", NOON)
    assert (found is not None) is told
    assert warning(Flow(segments=used), {}, "UTC", NOON) is None


@pytest.mark.parametrize(
    ("level", "kind", "stage", "waits"),
    [
        (Level.INFO, MessageKind.NOTICE, Stage.LIVE, True),
        (Level.DIGEST, MessageKind.NOTICE, Stage.LIVE, True),
        (Level.NOTICE, MessageKind.NOTICE, Stage.LIVE, False),
        (Level.ACTION, MessageKind.NOTICE, Stage.LIVE, False),
        (Level.SYS, MessageKind.ANSWER, Stage.LIVE, False),
        (Level.INFO, MessageKind.NOTICE, Stage.REHEARSAL, False),
    ],
)
def test_what_can_wait(level: Level, kind: MessageKind, stage: Stage, waits: bool) -> None:
    assert can_wait(candidate(level=level, kind=kind, stage=stage)) is waits


@pytest.mark.parametrize(
    ("now", "zone", "begun"),
    [
        (datetime(2026, 11, 30, 18, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        (datetime(2026, 11, 30, 18, tzinfo=UTC), "Europe/London", datetime(2026, 11, 1, tzinfo=UTC)),
        (datetime(2026, 4, 1, tzinfo=UTC), "Europe/London", datetime(2026, 3, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_month_begins_where_the_account_is(now: datetime, zone: str, begun: datetime) -> None:
    assert month_of(now, zone) == begun
