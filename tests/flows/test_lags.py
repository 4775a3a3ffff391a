"""Sources are learned from, and one that stopped sending is no silence of its shipments."""

from __future__ import annotations

from datetime import timedelta

from notifiers.testing import Recorder
from service.flows import lags
from service.records.tables import Source, Task
from service.store import sources
from tests.kits import DAY, HOUR, MINUTE, Works, arrives, departed


def reported(works: Works, number: int, lag: timedelta) -> None:
    for one in range(number):
        works.post(ref=f"LAG {one}", milestone="departed", at=(works.clock() - lag).isoformat(), place="CNNGB")


def test_the_lag_of_what_is_posted_with_a_key_is_learned(works: Works) -> None:
    reported(works, 29, 3 * HOUR)
    assert lags.learn_due(works.kit) == 0
    reported(works, 31, 3 * HOUR)
    works.post(ref="LAG 99", milestone="departed", at=(works.clock() - 3 * HOUR).isoformat(), place="CNNGB")
    assert lags.learn_due(works.kit) == 1
    (own,) = works.rows(Source)
    assert (own.id, own.usual_lag_minutes, own.last_call_at) == ("api", 180, works.clock())
    assert own.lag_samples >= 30


def test_what_a_person_set_is_not_learned_over(works: Works) -> None:
    reported(works, 31, 3 * HOUR)
    works.database.write(lambda conn: sources.update_source(conn, works.account_id, "api", usual_lag_minutes=30))
    assert lags.learn_due(works.kit) == 0
    works.database.write(lambda conn: sources.update_source(conn, works.account_id, "api", usual_lag_minutes=None))
    assert lags.learn_due(works.kit) == 1


def test_a_system_that_stopped_posting_alarms_no_customer(works: Works, sms: Recorder) -> None:
    works.post(**departed(eta="2026-09-21"))
    works.settle()
    sent = len(sms.messages)
    works.forward(9 * DAY)
    assert len(sms.messages) == sent
    (task,) = works.rows(Task)
    assert "source has stopped sending" in task.text


def test_a_system_that_still_posts_does_not_hide_a_silence(works: Works, sms: Recorder) -> None:
    works.post(**departed(eta="2026-09-21"))
    works.settle()
    for _ in range(6):
        works.forward(DAY)
        works.post(**arrives("2026-10-30", "PO OTHER", tell=[]))
        works.settle()
        works.forward(MINUTE)
    assert "No arrival report yet" in sms.messages[-1].text
