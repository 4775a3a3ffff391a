"""A text that is one too many: what it says goes by e-mail, and the records say so and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.base import Channel
from notifiers.errors import PermanentFailure
from notifiers.testing import Recorder
from service.api.message_shapes import message_entry, notice_entry
from service.clock import ManualClock
from service.records.tables import MessageNotice, Notice
from service.store.engine import Database
from tests.kits import HOUR, JO, JO_MAIL, MINUTE, Works, departed, running

BOTH = [{"phone": JO, "email": JO_MAIL}]
MOST = 3
CAP = "this address has had 3 texts within 60 minutes, which is the most, so it goes by e-mail instead"


@pytest.fixture
def email() -> Recorder:
    return Recorder(Channel.EMAIL, sender="desk@example.com")


@pytest.fixture
def works(database: Database, clock: ManualClock, email: Recorder) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS), Channel.EMAIL: email}) as found:
        found.go()
        yield found


def hold(works: Works, number: int) -> None:
    works.post(ref=f"PO {number}", milestone="customs_hold", at="2026-09-17T11:00:00Z", place="GBFXT", tell=BOTH)
    works.settle()
    works.clock.advance(5 * MINUTE)


def capped(works: Works) -> str:
    """The id of the text that was one too many, after as many as are allowed."""
    for number in range(MOST + 1):
        hold(works, number)
    (found,) = works.messages(channel="sms", state="superseded")
    assert len(works.messages(channel="sms", state="accepted")) == MOST
    return str(found.id)


def test_what_a_cap_keeps_from_leaving_was_refused_by_nobody(works: Works) -> None:
    (row,) = [one._asdict() for one in works.messages(id=capped(works))]
    shown = message_entry(row)
    assert (shown["state"], row["tries"]) == ("superseded", 0)
    assert shown["detail"] == CAP
    assert "refused" not in shown["state_text"]
    assert "another way" in shown["state_text"]


def test_its_notice_names_the_cap_and_where_it_went(works: Works, email: Recorder) -> None:
    (link,) = works.rows(MessageNotice, message_id=capped(works))
    works.forward(HOUR)
    (row,) = works.rows(Notice, id=link.notice_id)
    shown = notice_entry(row._asdict())
    assert shown["state"] == "said"
    assert {"rule": "cap", "passed": False, "text": CAP} in shown["rules"]
    assert shown["why"].startswith("Said because ")
    assert shown["why"].endswith(f"But: {CAP} (cap).")
    assert len(email.messages) == MOST + 1, "what went by e-mail at once is not mailed again"


def test_what_no_other_way_takes_either_is_never_shown_as_said(database: Database, clock: ManualClock) -> None:
    email = Recorder(Channel.EMAIL, [None] * MOST + [PermanentFailure("no such box")], sender="desk@example.com")
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS), Channel.EMAIL: email}) as works:
        works.go()
        message_id = capped(works)
        works.forward(HOUR)
        (link,) = works.rows(MessageNotice, message_id=message_id)
        (row,) = works.rows(Notice, id=link.notice_id)
        assert row.state.value == "baseline"
        assert [one["rule"] for one in row.why if not one["passed"]] == ["cap", "N14"]


def test_a_text_without_a_notifier_goes_another_way_too(
    database: Database, clock: ManualClock, email: Recorder
) -> None:
    with running(database, clock, {Channel.EMAIL: email}) as works:
        works.go()
        works.post(**departed(tell=BOTH))
        works.settle()
        (text,) = works.messages(channel="sms")
        assert (text.state.value, len(email.messages)) == ("superseded", 1)
        assert text.detail == "no notifier for sms is configured, so it goes by e-mail instead"
        assert works.notices() == [("M07", "said")]
