"""N17 at work: one address is not sent the very same words twice within a day, and hears by another way."""

from __future__ import annotations

from notifiers.testing import Recorder
from service.records.tables import Attempt, Notice
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, Works, arrives, departed

BOTH = [{"phone": JO, "email": JO_MAIL}]


def missed(works: Works, key: str, **more: object) -> None:
    """A delivery that was attempted in vain: the text names no time."""
    at = works.clock().isoformat()
    works.post(ref="PO 4711", milestone="delivery_attempt_failed", at=at, place="GBFXT", id=key, **more)
    works.settle()


def test_the_same_words_go_the_next_way_and_the_notice_says_why(works: Works, sms: Recorder, email: Recorder) -> None:
    missed(works, "a", tell=BOTH)
    first = [one.text for one in sms.messages]
    works.forward(21 * HOUR)
    mails = len(email.messages)
    missed(works, "b")
    assert [one.text for one in sms.messages] == first, "the phone does not ring twice for the same words"
    assert len(email.messages) == mails, "nor does the mailbox, which gets it in the digest of the next morning"
    (held,) = works.messages(channel="sms", state="superseded")
    assert held.detail.startswith("the very same words left for this address 21 hours ago")
    assert held.detail.endswith("so it goes by e-mail instead")
    assert any(one["rule"] == "N17" for row in works.rows(Notice) for one in row.why)
    works.forward(DAY)
    assert len(email.messages) == mails + 1


def test_without_another_way_they_wait_and_leave_a_day_later(works: Works, sms: Recorder) -> None:
    missed(works, "a", tell=[JO])
    works.forward(21 * HOUR)
    missed(works, "b")
    assert len(sms.messages) == 1
    (held,) = works.messages(state="waiting")
    assert held.detail.startswith("the very same words")
    works.forward(3 * HOUR)
    assert len(sms.messages) == 2
    assert {row.words for row in works.rows(Attempt)} == {works.rows(Attempt)[0].words}


def test_a_date_that_moves_away_and_back_is_said_each_time(works: Works, sms: Recorder) -> None:
    works.post(**departed())
    works.settle()
    for number, day in enumerate(("2026-10-19", "2026-10-09", "2026-10-19")):
        works.post(**arrives(day, id=f"eta {number}"))
        works.forward(130 * MINUTE)
    assert len(sms.messages) == 4
    assert "19 Oct" in sms.messages[-1].text


def test_two_orders_of_one_name_ring_once(works: Works, sms: Recorder, email: Recorder) -> None:
    """Two forwarders' systems, or one that repeats itself under another reference: the reader sees the same text."""
    works.post(ref="PO 1", milestone="customs_hold", at=works.clock().isoformat(), tell=BOTH)
    works.settle()
    works.forward(MINUTE)
    works.post(ref="PO 2", milestone="customs_hold", at=works.clock().isoformat(), tell=BOTH)
    works.settle()
    assert len(sms.messages) == 2, "other words"


def test_answers_repeat_themselves(works: Works, sms: Recorder) -> None:
    from notifiers.base import Channel, Reply
    from service.flows import replies

    works.post(**departed())
    works.settle()
    for number in range(2):
        reply = Reply(f"IN{number}", JO, sms.sender, "HELP")
        replies.take(works.kit, works.kit.live[Channel.SMS][0], reply)
        works.settle()
    texts = [one.text for one in sms.messages[1:]]
    assert len(texts) == 2
    assert texts[0] == texts[1]
