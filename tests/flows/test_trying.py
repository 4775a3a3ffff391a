"""A changed text at work: a few read it first; then it is released by itself, or held with a task for a person."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.base import Channel, Receipt, ReceiptStatus, Reply
from notifiers.errors import TemporaryFailure
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide, receipts, replies, trying
from service.flows.dispatch import Dispatcher
from service.records.access import Audit
from service.records.enums import Mode, NoticeCode
from service.records.signs import TrialState
from service.records.tables import Attempt, Task, TextOverride, TrialText
from service.records.text import Override
from service.store import texts, trials
from service.store.engine import Database
from tests.kits import HOUR, MINUTE, Works, at_once, departed, running

OURS, OWN = "left Ningbo", "is on its way"
PLACES = 4
RULES = {"canary.texts": PLACES, "canary.bad_share": 0.25, "N15.least": 1000}


@pytest.fixture
def works(database: Database, clock: ManualClock, sms: Recorder) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: sms}) as found:
        found.go(rules=RULES)
        use(found, "{ref} is on its way.[ Due {date}.] {contact}[ {link}]")
        yield found


def use(works: Works, body: str) -> None:
    words = Override(NoticeCode.DEPARTED, "en", Channel.SMS, body)
    works.database.write(lambda conn: texts.put(conn, works.account_id, words, "test", works.clock()))


def sail(works: Works, number: int, start: int = 0) -> None:
    for one in range(start, start + number):
        works.post(**departed(f"PO {one}", at=works.clock().isoformat(), tell=[f"+4477009{one + 100:05}"]))
    works.settle()


def said(sms: Recorder, words: str) -> int:
    return sum(words in one.text for one in sms.messages)


def trial(works: Works) -> str:
    (row,) = works.rows(TextOverride, active=True)
    return str(row.trial)


def receive(works: Works, *statuses: ReceiptStatus) -> None:
    for one, status in zip(works.rows(Attempt), statuses, strict=False):
        receipts.keep(works.kit, works.account_id, one.id, Receipt(one.provider_id, status, "30003", "off"))


def test_a_few_read_it_first_and_the_rest_when_it_has_arrived(works: Works, sms: Recorder) -> None:
    sail(works, 10)
    assert (said(sms, OWN), said(sms, OURS)) == (PLACES, 0)
    waiting = works.messages(state="waiting")
    assert len(waiting) == 6
    assert waiting[0].detail == "version 1 of your own words is on trial: others read it first"
    assert trying.judge_due(works.kit) == 0
    receive(works, *[ReceiptStatus.DELIVERED] * PLACES)
    assert trying.judge_due(works.kit) == 1
    works.forward(MINUTE)
    assert (said(sms, OWN), said(sms, OURS)) == (10, 0)
    assert [(row.by, row.action) for row in works.rows(Audit)] == [("milepost", "text.release")]
    assert works.rows(Task) == []


def test_receipts_that_never_come_hold_it_for_half_an_hour(works: Works, sms: Recorder) -> None:
    sail(works, 6)
    works.forward(29 * MINUTE)
    assert trying.judge_due(works.kit) == 0
    works.forward(MINUTE)
    assert trying.judge_due(works.kit) == 1
    works.forward(MINUTE)
    assert said(sms, OWN) == 6


def test_failures_hold_it_and_ours_is_said(works: Works, sms: Recorder) -> None:
    sail(works, 10)
    receive(works, ReceiptStatus.UNDELIVERED, ReceiptStatus.UNDELIVERED, ReceiptStatus.DELIVERED)
    assert trying.judge_due(works.kit) == 1
    assert trial(works) == TrialState.HELD
    (task,) = works.rows(Task)
    assert (task.kind, task.due_at) == ("text", works.clock())
    assert "4 messages tried it; 2 failed and 0 were answered with STOP" in task.text
    assert "milepost texts release M07 --language en --channel sms" in task.text
    before = len(sms.messages)
    works.forward(MINUTE)
    assert said(sms, OWN) == PLACES
    assert (said(sms, OURS), before) == (6, PLACES)
    assert works.messages(state="expired") == []
    notes = {row.params["text_note"] for row in works.messages(text_version=None)}
    assert notes == {"version 1 of your own words is held"}


def test_nothing_is_too_late_for_a_trial_that_goes_on(works: Works, sms: Recorder) -> None:
    """The provider says nothing and nobody judges: before the readers' night all the others are told in our words."""
    sail(works, 6)
    works.forward(12 * HOUR)
    assert (said(sms, OWN), said(sms, OURS)) == (PLACES, 2)
    assert works.messages(state="expired") == []


def test_people_who_say_stop_hold_it(works: Works, sms: Recorder) -> None:
    sail(works, 6)
    readers = [one.to for one in sms.messages if OWN in one.text]
    for number, reader in enumerate(readers[:2]):
        stop = Reply(f"IN{number}", reader, sms.sender, "STOP")
        replies.take(works.kit, works.kit.live[Channel.SMS][0], stop)
    assert trying.judge_due(works.kit) == 1
    assert trial(works) == TrialState.HELD
    assert "0 failed and 2 were answered with STOP" in works.rows(Task)[0].text


def test_a_person_releases_or_withdraws_it(works: Works, sms: Recorder) -> None:
    sail(works, 6)
    code, way = NoticeCode.DEPARTED, Channel.SMS
    works.database.write(lambda conn: trials.withdraw(conn, works.account_id, code, "en", way))
    works.forward(MINUTE)
    assert (said(sms, OWN), said(sms, OURS)) == (PLACES, 2), "there was no version before it, so ours is said"
    assert works.database.write(lambda conn: trials.withdraw(conn, works.account_id, code, "en", way)) == ("", 0)
    use(works, "{ref} has sailed.[ Due {date}.] {contact}[ {link}]")
    (row,) = works.rows(TextOverride, active=True)
    now = TrialState.TRYING
    assert works.database.write(lambda conn: trials.end(conn, works.account_id, row.id, TrialState.RELEASED, since=now))
    use(works, "{ref} is away.[ Due {date}.] {contact}[ {link}]")
    assert works.database.write(lambda conn: trials.withdraw(conn, works.account_id, code, "en", way))[1] == row.version
    sail(works, 6, start=20)
    assert said(sms, "has sailed") == 6


def test_a_rehearsal_tries_nothing(database: Database, clock: ManualClock) -> None:
    with running(database, clock) as works:
        works.go(mode=Mode.SHADOW, rules=RULES)
        use(works, "{ref} is on its way.[ Due {date}.] {contact}[ {link}]")
        sail(works, 6)
        assert works.states().count("waiting") == 0
        assert works.rows(TrialText) == []


def test_many_workers_take_no_more_places_than_there_are(works: Works, sms: Recorder) -> None:
    """Each has a look of its own, as several processes have, and they claim at the same moment."""
    for one in range(12):
        works.post(**departed(f"PO {one}", at=works.clock().isoformat(), tell=[f"+4477009{one + 100:05}"]))
    while decide.run_due(works.kit):
        pass
    works.clock.advance(MINUTE)
    workers = [Dispatcher(works.kit, elapsed=at_once) for _ in range(4)]
    threads = [threading.Thread(target=worker.run_due) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        assert worker.wait_idle(20)
        worker.stop()
    works.settle()
    assert said(sms, OWN) == PLACES
    assert len(works.rows(TrialText)) == PLACES


def test_what_was_put_back_has_tried_nothing(
    database: Database, clock: ManualClock, sms: Recorder, tmp_path: Path
) -> None:
    """The pause file falls between the claim and the call, twice: the places are still there for whoever reads it."""
    with running(database, clock, {Channel.SMS: sms}, place=tmp_path) as works:
        works.go(rules=RULES)
        use(works, "{ref} is on its way.[ Due {date}.] {contact}[ {link}]")
        works.with_kit(reach=lambda point: works.kit.pause_file.touch() if point == "s1" else None)
        sail(works, 6)
        works.kit.pause_file.unlink()
        works.forward(MINUTE)
        assert sms.asked == []
        assert (works.rows(TrialText), works.rows(TextOverride)[0].tried) == ([], 0)
        works.kit.pause_file.unlink()
        works.with_kit(reach=lambda _: None)
        works.forward(MINUTE)
        assert (said(sms, OWN), said(sms, OURS)) == (PLACES, 0)
        assert works.rows(TextOverride)[0].tried == PLACES


def test_a_text_that_was_refused_takes_one_place(database: Database, clock: ManualClock) -> None:
    """However often a provider is busy, the trial ends: as many have read it as there are places."""
    sms = Recorder(Channel.SMS, [TemporaryFailure("busy")] * 3)
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go(rules=RULES)
        use(works, "{ref} is on its way.[ Due {date}.] {contact}[ {link}]")
        sail(works, 6)
        works.forward(HOUR)
        read = [one for one in sms.messages if OWN in one.text]
        assert (len(read), works.rows(TextOverride)[0].tried, len(works.rows(TrialText))) == (PLACES, PLACES, PLACES)
        assert trying.judge_due(works.kit) == 1
        assert trial(works) == TrialState.RELEASED
