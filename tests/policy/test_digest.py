"""N16: when a list leaves, and what goes into it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from notifiers.base import Channel
from service.policy.digest import next_digest
from service.policy.timing import Reader
from service.records.enums import Level
from service.records.keys import DIGEST
from service.records.situation import AddressView, FactView
from tests.policy.ledger import START, Ledger, M, eta, fact, follower

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


ARRIVED = fact(M.ARRIVED_DESTINATION, "2026-09-17T11:00", place="GBFXT")
CLEARED = fact(M.CUSTOMS_CLEARED, "2026-09-17T11:00", place="GBFXT")
HELD = fact(M.CUSTOMS_HOLD, "2026-09-17T11:00", place="GBFXT")
ONLY_A_PHONE = (AddressView("ctc_1_sms", Channel.SMS),)
MORNING = datetime(2026, 9, 18, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("what", "chosen", "state", "ways"),
    [
        (ARRIVED, {"level": Level.ACTION, "digest": "daily"}, "waiting", ["email"]),
        (ARRIVED, {"level": Level.ACTION, "digest": ""}, "baseline", []),
        (ARRIVED, {"level": Level.ACTION, "digest": "daily", "addresses": ONLY_A_PHONE}, "baseline", []),
        (ARRIVED, {"level": Level.INFO, "digest": "daily"}, "waiting", ["sms", "email"]),
        (HELD, {"level": Level.ACTION, "digest": "daily"}, "waiting", ["sms", "email"]),
    ],
    ids=[
        "N16 too quiet for a text",
        "N16 holds where no digest was chosen",
        "N16 holds without a mailbox",
        "loud enough for a text",
        "what must be acted on does not wait",
    ],
)
def test_what_goes_into_a_digest(what: FactView, chosen: dict[str, Any], state: str, ways: list[str]) -> None:
    (notice,) = Ledger(followers=[follower(**chosen)]).look(START, what).notices
    assert (notice.state.value, [channel.value for channel, _ in notice.channels]) == (state, ways)
    listed = any((one.rule, one.passed) == ("N16", True) for one in notice.why)
    assert listed is (ways == ["email"])
    if listed:
        assert (notice.cause, notice.not_before, notice.joins, notice.also) == (DIGEST, MORNING, True, ())


def test_a_digest_names_a_milestone_without_its_dates() -> None:
    ledger = Ledger(followers=[follower(level=Level.ACTION, digest="daily")])
    left = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB")
    (notice,) = ledger.look(START, left, eta("2026-10-09")).notices
    assert notice.params["dates"] == []
    assert notice.promises == ()


def test_what_is_for_the_page_only_is_listed_too() -> None:
    loaded = fact(M.LOADED, "2026-09-17T11:00", place="CNNGB")
    assert Ledger().look(START, loaded).notices == ()
    (notice,) = Ledger(followers=[follower(digest="weekly")]).look(START, loaded).notices
    assert notice.cause == DIGEST
    assert notice.not_before == datetime(2026, 9, 21, 6, 30, tzinfo=UTC), "Monday"
