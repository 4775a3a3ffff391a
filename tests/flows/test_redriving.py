"""What reached nobody is owed again after a look at it: said if it is still true, never what was said since."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.base import Channel, Receipt, ReceiptStatus
from notifiers.errors import NotifierError, PermanentFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import books, golive, ledger, receipts, recovery, redriving
from service.records.tables import Attempt, Audit, Notice, Promise
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, JO_MAIL, Works, arrives, departed, running

BOTH = [{"phone": JO, "email": JO_MAIL}]
REFUSED = PermanentFailure("the sender is not registered")


class Desk:
    """A service whose notifier fails as it is told to."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database, self.clock = database, clock
        self.sms = Recorder(Channel.SMS)
        self.email = Recorder(Channel.EMAIL, sender="desk@example.com")

    def open(self, *script: NotifierError | None) -> Iterator[Works]:
        self.sms = Recorder(Channel.SMS, script)
        with running(self.database, self.clock, {Channel.SMS: self.sms, Channel.EMAIL: self.email}) as works:
            works.go()
            yield works


@pytest.fixture
def desk(database: Database, clock: ManualClock) -> Desk:
    return Desk(database, clock)


def planned(works: Works, *, unknown: bool = False) -> redriving.RedrivePlan:
    return redriving.plan(works.kit, works.account_id, days=7, unknown=unknown)


def applied(works: Works, plan: redriving.RedrivePlan) -> dict[str, int]:
    return redriving.apply(works.kit, works.account_id, plan.id, by="Ana", why="the sender is registered now")


def balanced(works: Works) -> bool:
    return books.balance_of(works.kit, works.account_id).balanced


def test_what_failed_is_said_once_the_cause_is_mended(desk: Desk) -> None:
    for works in desk.open(REFUSED):
        works.post(**departed())
        works.settle()
        assert (works.states(), desk.sms.messages) == (["failed"], [])
        plan = planned(works)
        (one,) = plan.verdicts
        assert (one.owed, one.dead.why, plan.owed) == (True, "the sender is not registered", 1)
        assert "permanent: the sender is not registered" in one.dead.evidence[0]
        works.settle()
        assert desk.sms.messages == [], "a plan sends nothing"
        assert applied(works, plan) == {"messages": 1, "shipments": 1, "left": 0}
        assert desk.sms.messages == [], "neither does applying it"
        works.settle()
        assert len(desk.sms.messages) == 1
        assert works.words() == [("arrival", 1, "never_told", "2026-10-09"), ("arrival", 2, "told", "2026-10-09")]
        assert works.rows(Notice)[0].why[-1]["text"] == "owed again: the sender is registered now (Ana)"
        assert [(row.action, row.by, row.subject) for row in works.rows(Audit)] == [("redrive", "Ana", plan.id)]
        assert planned(works).verdicts == ()
        ledger.seal_due(works.kit)
        assert ledger.verify(works.kit, works.account_id, lambda *_: None).fault is None
        assert balanced(works)


def test_what_left_and_did_not_arrive_is_said_again_in_the_same_words(desk: Desk) -> None:
    for works in desk.open():
        works.post(**departed())
        works.settle()
        (attempt,) = works.rows(Attempt)
        receipts.keep(
            works.kit,
            works.account_id,
            attempt.id,
            Receipt(attempt.provider_id, ReceiptStatus.UNDELIVERED, "30003", "the handset cannot be reached"),
        )
        works.settle()
        assert works.states() == ["undelivered"]
        applied(works, planned(works))
        works.settle()
        first, second = (message.text.rpartition(" ")[0] for message in desk.sms.messages)
        assert first == second, "all but the link"


def test_what_is_old_news_is_not_owed(desk: Desk) -> None:
    for works in desk.open(REFUSED):
        works.post(**departed())
        works.settle()
        works.forward(3 * DAY)
        (one,) = planned(works).verdicts
        assert (one.owed, one.text) == (False, "it is too old by now, or overtaken by what was told since")
        applied(works, planned(works))
        works.settle()
        assert desk.sms.messages == []
        assert balanced(works)


def test_what_went_another_way_is_not_asked_about(desk: Desk) -> None:
    for works in desk.open(REFUSED):
        works.post(**departed(tell=BOTH))
        works.settle()
        assert sorted(works.states()) == ["accepted", "failed"]
        assert planned(works).verdicts == ()


def test_what_was_said_after_the_plan_stays_said(desk: Desk) -> None:
    for works in desk.open(REFUSED):
        works.post(**departed())
        works.settle()
        first, second = planned(works), planned(works)
        applied(works, first)
        works.settle()
        assert len(desk.sms.messages) == 1
        assert applied(works, second)["messages"] in {0, 1}
        works.settle()
        works.forward(HOUR)
        assert len(desk.sms.messages) == 1, "nobody hears it twice"


def test_what_may_have_arrived_is_left_out_unless_it_is_asked_for(desk: Desk) -> None:
    for works in desk.open(UncertainOutcome("the line broke")):
        works.post(**departed())
        works.settle()
        works.clock.set(works.clock() + 13 * HOUR)
        recovery.give_up_doubt(works.kit)
        assert works.states() == ["unknown"]
        assert (planned(works).verdicts, planned(works).unknown_left) == ((), 1)
        works.post(**arrives("2026-10-20"))
        plan = planned(works, unknown=True)
        (one,) = plan.verdicts
        assert "uncertain: the line broke" in one.dead.evidence[0]
        applied(works, plan)
        assert [row.state.value for row in works.rows(Promise)] == ["never_told"]
        works.forward(12 * HOUR)
        assert "20 Oct" in desk.sms.messages[-1].text, "said from the facts as they are now"
        assert balanced(works)


def test_a_plan_is_applied_once_and_only_here(desk: Desk) -> None:
    for works in desk.open(REFUSED):
        works.post(**departed())
        works.settle()
        plan = planned(works)
        with pytest.raises(LookupError, match="golive --plan"):
            golive.apply(works.kit, works.account_id, plan.id)
        applied(works, plan)
        with pytest.raises(ValueError, match="applied before"):
            applied(works, plan)
        live = golive.plan(works.kit, works.account_id)
        with pytest.raises(LookupError, match="redrive --plan"):
            redriving.apply(works.kit, works.account_id, live.id, by="Ana", why="x")
