"""The time of the next word is a promise that the clock keeps, though nothing else happens to the shipment."""

from __future__ import annotations

from datetime import timedelta

from notifiers.testing import Recorder
from service.records.tables import Promise
from tests.kits import DAY, MINUTE, Works, arrives, departed


def others_report(works: Works, days: int) -> None:
    """Days on which the source is heard, but nothing of this shipment."""
    for _ in range(days):
        works.forward(DAY)
        works.post(**arrives("2026-10-30", "PO OTHER", tell=[]))
        works.settle()


def test_the_word_that_was_promised_is_said_before_its_time(works: Works, sms: Recorder) -> None:
    works.post(**departed(eta="2026-09-21"))
    works.settle()
    others_report(works, 12)
    said = [message.text for message in sms.messages if "No arrival report yet" in message.text]
    assert len(said) == 2
    assert "Next text" in said[0] or "text by" in said[0]
    (word,) = works.rows(Promise, line="next_word")
    assert word.outcome.value == "kept"
    second = works.messages(code="D03")[-1]
    assert word.at - timedelta(hours=1, minutes=1) <= second.handed_at <= word.at - 59 * MINUTE
