"""What waits for the morning: one text for each order with the newest state, and one list above three orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifiers.testing import Recorder
from service.clock import ManualClock
from tests.kits import HOUR, JO, JO_MAIL, MINUTE, Works, arrives, departed

NIGHT = datetime(2026, 9, 17, 21, 0, tzinfo=UTC)
"""Ten in the evening in London."""

MORNING = datetime(2026, 9, 18, 7, 0, tzinfo=UTC)


@pytest.fixture
def night(works: Works, clock: ManualClock) -> Works:
    clock.set(NIGHT)
    return works


def hold(ref: str, at: datetime = NIGHT, **more: object) -> dict[str, object]:
    return {"ref": ref, "milestone": "customs_hold", "at": at.isoformat(), "tell": [JO]} | more


def test_what_was_overtaken_overnight_is_not_said(night: Works, sms: Recorder) -> None:
    night.post(**departed(at=NIGHT.isoformat()))
    night.settle()
    night.forward(HOUR)
    night.post(**hold("PO 4711", NIGHT + HOUR))
    night.until(MORNING + MINUTE)
    (text,) = sms.messages
    assert "customs" in text.text
    assert "left" not in text.text
    assert sorted(night.notices()) == [("D06", "said"), ("M07", "superseded")]


def test_what_is_withdrawn_overnight_is_not_said(night: Works, sms: Recorder) -> None:
    night.post(**departed(at=(NIGHT - timedelta(days=1)).isoformat(), eta="2026-10-09"))
    night.until(MORNING + HOUR)
    assert len(sms.messages) == 1
    night.until(NIGHT + timedelta(days=1))
    night.post(**arrives("2026-10-14"))
    night.forward(3 * HOUR)
    night.post(**arrives("2026-10-09"))
    night.until(MORNING + timedelta(days=1, hours=3))
    assert len(sms.messages) == 1, "it was late at midnight only"


def test_three_orders_are_three_texts(night: Works, sms: Recorder) -> None:
    for number in range(3):
        night.post(**hold(f"PO {number}"))
    night.until(MORNING + MINUTE)
    assert len(sms.messages) == 3


def test_four_orders_are_one_list(night: Works, sms: Recorder) -> None:
    for number in range(4):
        night.post(**hold(f"PO {number}", NIGHT + number * MINUTE))
        night.settle()
        night.forward(MINUTE)
    night.until(MORNING + MINUTE)
    (text,) = sms.messages
    assert all(f"PO {number}" in text.text for number in range(4)) or "more" in text.text
    assert night.notices() == [("D06", "said")] * 4
    assert sorted(night.states()) == ["accepted", *["superseded"] * 3]


def test_both_channels_of_urgent_news_are_gathered(night: Works, sms: Recorder, email: Recorder) -> None:
    for number in range(5):
        night.post(**hold(f"PO {number}", tell=[{"phone": JO, "email": JO_MAIL}]))
    night.until(MORNING + MINUTE)
    assert (len(sms.messages), len(email.messages)) == (1, 1)
    assert all(f"PO {number}" in email.messages[0].text for number in range(5))


def test_all_news_of_one_order_is_one_text_with_the_newest_date(night: Works, sms: Recorder) -> None:
    night.post(**departed(at=(NIGHT - timedelta(days=1)).isoformat(), eta="2026-10-09"))
    night.until(MORNING + HOUR)
    night.until(NIGHT + timedelta(days=1))
    night.post(**arrives("2026-10-14"))
    night.forward(3 * HOUR)
    night.post(**arrives("2026-10-16"))
    night.forward(2 * HOUR)
    night.post(**hold("PO 4711", NIGHT + timedelta(days=1, hours=4)))
    night.until(MORNING + timedelta(days=1, hours=3))
    assert len(sms.messages) == 2
    assert "16 Oct" in sms.messages[-1].text
    assert "14 Oct" not in sms.messages[-1].text
    assert "customs" in sms.messages[-1].text


def test_the_day_is_not_gathered(works: Works, sms: Recorder) -> None:
    for number in range(3):
        works.post(**hold(f"PO {number}", datetime(2026, 9, 17, 11, tzinfo=UTC)))
    works.settle()
    assert len(sms.messages) == 3
