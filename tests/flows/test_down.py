"""N14: nobody takes texts. Urgent news goes by e-mail within its wait, is said once, and is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from notifiers.base import Channel, Receipt, ReceiptStatus
from notifiers.errors import ChannelUnavailable, NotifierError, TemporaryFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import receipts
from service.records.tables import Attempt, Notice
from service.store.engine import Database
from tests.flows.two import BOTH, READY, Two, two
from tests.kits import DAY, HOUR, MINUTE, SAM, departed, running

DOWN = ChannelUnavailable("the account is closed")
BUSY = TemporaryFailure("busy")


@pytest.fixture(params=[DOWN, BUSY], ids=["down", "refusing"])
def dark(request: pytest.FixtureRequest, database: Database, clock: ManualClock) -> Iterator[Two]:
    """Both providers of texts take nothing."""
    with two(database, clock, north=[request.param] * 500, south=[request.param] * 500) as found:
        yield found


def said(works: Two) -> dict[str, str]:
    return {row.channel.value: row.state.value for row in works.messages()}


def test_urgent_news_goes_by_email_within_its_wait(dark: Two) -> None:
    dark.post(**READY, tell=BOTH)
    dark.forward(9 * MINUTE)
    assert dark.email.messages == []
    assert said(dark) == {"sms": "waiting"}
    dark.forward(MINUTE)
    assert len(dark.email.messages) == 1
    assert said(dark) == {"sms": "superseded", "email": "accepted"}
    assert "so it goes by e-mail instead" in dark.message(channel="sms").detail
    (notice,) = dark.rows(Notice)
    assert (notice.state.value, notice.why[-1]["rule"]) == ("said", "N14")
    dark.forward(DAY)
    assert len(dark.email.messages) == 1


def test_news_that_comes_later_does_not_wait_again(dark: Two) -> None:
    """Where the channel is known to be down it goes by e-mail at once; where it refuses, after its own wait at most."""
    dark.post(**READY, tell=BOTH)
    dark.forward(30 * MINUTE)
    dark.post(**(READY | {"ref": "PO 2"}), tell=BOTH)
    dark.forward(10 * MINUTE)
    assert len(dark.email.messages) == 2


def test_what_can_wait_waits_for_the_text(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN] * 2, south=[DOWN] * 2) as works:
        works.post(**departed(tell=BOTH))
        works.forward(HOUR)
        assert works.email.messages == []
        assert said(works) == {"sms": "accepted"}


def test_a_short_darkness_costs_nothing(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN], south=[DOWN]) as works:
        works.post(**READY, tell=BOTH)
        works.forward(HOUR)
        assert works.email.messages == []
        assert len(works.north.messages) + len(works.south.messages) == 1


def test_light_again_after_the_email_says_nothing_twice(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN] * 3, south=[DOWN] * 3) as works:
        works.post(**READY, tell=BOTH)
        works.forward(DAY)
        assert len(works.email.messages) == 1
        assert works.north.messages + works.south.messages == []


def test_nobody_is_lost_who_has_a_phone_only(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN] * 4, south=[DOWN] * 4) as works:
        works.post(**READY, tell=[SAM])
        works.forward(HOUR)
        assert works.states() == ["accepted"]
        assert works.notices() == [("M16", "said")]


def test_refused_by_all_and_no_other_address_it_is_tried_on(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[BUSY] * 4, south=[BUSY] * 4) as works:
        works.post(**READY, tell=[SAM])
        works.forward(5 * HOUR)
        assert works.states() == ["accepted"]


def test_a_provider_that_asks_for_a_day_of_rest(database: Database, clock: ManualClock) -> None:
    """Urgent news goes by e-mail in time; who has no e-mail address waits as long as the provider asks."""
    rest = TemporaryFailure("too many", retry_after=3 * 3600)
    with two(database, clock, north=[rest] * 9, south=[rest] * 9) as works:
        works.post(**READY, tell=BOTH)
        works.post(**(READY | {"ref": "PO 2"}), tell=[SAM])
        works.forward(10 * MINUTE)
        assert len(works.email.messages) == 1
        works.forward(2 * HOUR)
        assert len(works.north.asked) + len(works.south.asked) == 4, "each was asked once for each of the two"


def test_too_late_for_a_text_is_not_too_late_for_an_email(database: Database, clock: ManualClock) -> None:
    rest = TemporaryFailure("too many", retry_after=24 * 3600)
    with two(database, clock, north=[rest], south=[rest]) as works:
        works.post(**READY, tell=BOTH)
        works.forward(DAY)
        assert said(works) == {"sms": "expired", "email": "accepted"}
        assert len(works.email.messages) == 1
        assert works.notices() == [("M16", "said")]


def test_with_emails_down_too_nothing_is_lost(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN] * 4, south=[DOWN] * 4, email=[DOWN] * 99) as works:
        works.post(**departed("PO 9", tell=["sam@example.com"]))
        works.post(**READY, tell=BOTH)
        works.forward(2 * HOUR)
        assert said(works)["sms"] == "accepted"
        assert len(works.north.messages) + len(works.south.messages) == 1


@pytest.mark.parametrize(("minutes", "mails"), [(0, 0), (3, 1)])
def test_the_wait_is_a_rule(database: Database, clock: ManualClock, minutes: int, mails: int) -> None:
    with two(database, clock, north=[DOWN] * 99, south=[DOWN] * 99) as works:
        works.go(rules={"N14.down_minutes": minutes})
        works.post(**READY, tell=BOTH)
        works.forward(4 * MINUTE)
        assert len(works.email.messages) == mails


def test_one_of_two_in_the_dark_changes_nothing(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN] * 99) as works:
        works.post(**READY, tell=BOTH)
        works.forward(HOUR)
        assert works.email.messages == []
        assert len(works.south.messages) == 1


def test_what_may_have_been_taken_is_not_said_elsewhere(database: Database, clock: ManualClock) -> None:
    lost: list[NotifierError] = [UncertainOutcome("no answer")] * 9
    with two(database, clock, north=lost, south=lost) as works:
        works.post(**READY, tell=BOTH)
        works.forward(HOUR)
        assert said(works) == {"sms": "uncertain"}
        assert works.email.messages == []


def test_undelivered_by_one_provider_hands_on(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[BUSY]) as works:
        works.post(**READY, tell=BOTH)
        works.settle()
        (attempt,) = works.rows(Attempt, notifier="south")
        undelivered = Receipt(attempt.provider_id, ReceiptStatus.UNDELIVERED, "30003", "the phone is off")
        assert receipts.keep(works.kit, works.account_id, attempt.id, undelivered)
        works.settle()
        assert said(works) == {"sms": "undelivered", "email": "accepted"}
        works.forward(DAY)
        assert len(works.email.messages) == 1


def test_an_only_provider_in_the_dark_is_the_same(database: Database, clock: ManualClock) -> None:
    only, mail = Recorder(Channel.SMS, [DOWN] * 99), Recorder(Channel.EMAIL, sender="desk@example.com", name="mail")
    with running(database, clock, {Channel.SMS: only, Channel.EMAIL: mail}) as works:
        works.go()
        works.post(**READY, tell=BOTH)
        works.forward(10 * MINUTE)
        assert len(mail.messages) == 1


def held(**more: Any) -> dict[str, Any]:
    """News that goes out by both channels from the start."""
    return {"ref": "PO 3", "milestone": "customs_hold", "at": "2026-09-17T11:00:00Z", "tell": BOTH} | more


def test_news_that_goes_both_ways_keeps_its_text(database: Database, clock: ManualClock) -> None:
    with two(database, clock, north=[DOWN] * 4, south=[DOWN] * 4) as works:
        works.post(**held())
        works.forward(HOUR)
        assert said(works) == {"sms": "accepted", "email": "accepted"}
        assert len(works.email.messages) == 1
