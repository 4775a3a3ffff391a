"""A call whose end is not known is proven: adopted, handed over again, or left as an honest unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from notifiers.base import Accepted, Channel, Message, Receipt, ReceiptStatus, Seen
from notifiers.errors import NotifierError, TemporaryFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.clockwork import settle_doubt
from service.flows import receipts
from service.flows.proving import PER_LOOK, prove
from service.records.tables import Attempt
from service.records.tables import Message as MessageRow
from service.store.engine import Database
from tests.kits import JO, JO_MAIL, MINUTE, Works, arrives, departed, running

LOST = UncertainOutcome("no answer")


class Provider(Recorder):
    """A provider that lists what it took; *taken* says which of the lost calls it took all the same."""

    def __init__(self, clock: ManualClock, script: Sequence[NotifierError | None], taken: Sequence[int] = ()) -> None:
        super().__init__(Channel.SMS, script)
        self.clock = clock
        self.taken = set(taken)
        self.listed: list[Seen] = []
        self.away = False

    def send(self, message: Message) -> Accepted:
        number = len(self.asked)
        try:
            accepted = super().send(message)
        except UncertainOutcome:
            if number in self.taken:
                self._list(message, f"lost_{number}")
            raise
        self._list(message, accepted.provider_id)
        return accepted

    def since(self, instant: datetime, to: str | None = None) -> Sequence[Seen]:
        if self.away:
            raise TemporaryFailure("the list is away")
        return [row for row in self.listed if row.at >= instant and to in (None, row.to)]

    def _list(self, message: Message, provider_id: str) -> None:
        self.listed.append(Seen(provider_id, True, message.sender or "", message.to, message.text, self.clock()))


@pytest.fixture
def texts(clock: ManualClock) -> Provider:
    return Provider(clock, [LOST])


@pytest.fixture
def works(database: Database, clock: ManualClock, texts: Provider) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: texts}) as found:
        found.go()
        yield found


def passes(works: Works, minutes: float) -> None:
    """Time passes, with a look every half minute."""
    for _ in range(int(minutes * 2)):
        works.forward(timedelta(seconds=30))
        settle_doubt(works.kit)
        works.settle()


def test_what_was_taken_is_adopted(works: Works, texts: Provider) -> None:
    texts.taken = {0}
    works.post(**departed())
    works.settle()
    assert works.states() == ["uncertain"]
    passes(works, 1.5)
    assert works.states() == ["uncertain"], "the quarantine lasts two minutes"
    passes(works, 1)
    assert works.states() == ["accepted"]
    assert works.words() == [("arrival", 1, "told", "2026-10-09")]
    assert works.message().provider_id == "lost_0"
    passes(works, 30)
    assert len(texts.asked) == 1


def test_what_was_not_taken_is_handed_over_again(works: Works, texts: Provider) -> None:
    works.post(**departed())
    works.settle()
    passes(works, 2.5)
    assert len(texts.asked) == 1, "absent once proves nothing"
    passes(works, 1.5)
    assert len(texts.messages) == 1
    assert works.states() == ["accepted"]
    assert [row.outcome.value for row in works.rows(Attempt)] == ["absent", "accepted"]
    assert works.notices() == [("M07", "said")]


def test_what_is_then_true_is_said(works: Works, texts: Provider) -> None:
    works.post(**departed())
    works.settle()
    works.clock.advance(MINUTE)
    works.post(**arrives("2026-10-30"))
    passes(works, 10)
    (text,) = texts.messages
    assert "30 Oct" in text.text
    assert "9 Oct" not in text.text, "nobody was told of it"


def test_three_calls_are_the_most(database: Database, clock: ManualClock) -> None:
    texts = Provider(clock, [LOST] * 9)
    with running(database, clock, {Channel.SMS: texts}) as works:
        works.go()
        works.post(**departed())
        works.settle()
        passes(works, 30)
        assert len(texts.asked) == 3
        assert works.states() == ["failed"]
        assert [row.outcome.value for row in works.rows(Attempt)] == ["absent"] * 3
        assert "not in the list" in works.message().detail


def test_what_the_provider_proves_never_to_have_had_goes_the_other_way(database: Database, clock: ManualClock) -> None:
    texts, mails = Provider(clock, [LOST] * 9), Recorder(Channel.EMAIL)
    with running(database, clock, {Channel.SMS: texts, Channel.EMAIL: mails}) as works:
        works.go()
        works.post(**departed(tell=[{"phone": JO, "email": JO_MAIL}]))
        works.settle()
        passes(works, 30)
        assert [row.state.value for row in works.rows(MessageRow) if row.channel == Channel.SMS] == ["failed"]
        assert len(mails.messages) == 1
        assert works.notices() == [("M07", "said")]


def test_a_list_that_is_away_proves_nothing(works: Works, texts: Provider) -> None:
    texts.away = True
    works.post(**departed())
    works.settle()
    passes(works, 30)
    assert works.states() == ["uncertain"]
    assert "could not be read" in works.message().detail
    texts.away = False
    passes(works, 2)
    assert works.states() == ["accepted"]
    assert len(texts.messages) == 1


def test_a_receipt_comes_before_the_proof(works: Works, texts: Provider) -> None:
    works.post(**departed())
    works.settle()
    (attempt,) = works.rows(Attempt)
    receipts.keep(works.kit, works.account_id, attempt.id, Receipt("SM9", ReceiptStatus.DELIVERED))
    passes(works, 10)
    assert works.states() == ["delivered"]
    assert len(texts.asked) == 1


def test_the_same_words_wait_for_the_proof_of_the_first(works: Works, texts: Provider) -> None:
    """Two texts to one person with the very same words: nobody could tell which of them the list shows."""
    works.with_kit(public_url=None)
    works.post(ref="PO 1", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=[JO])
    works.settle()
    assert works.states() == ["uncertain"]
    works.post(ref="PO 1", id="a", milestone="customs_hold", at="2026-09-17T11:45:00Z", tell=[JO])
    works.settle()
    assert len(texts.asked) == 1
    passes(works, 6)
    assert len({text.text for text in texts.messages}) == len(texts.messages)


def test_an_e_mail_without_a_list_goes_once_more(database: Database, clock: ManualClock) -> None:
    mails = Recorder(Channel.EMAIL, [LOST] * 5, sender="desk@example.com")
    with running(database, clock, {Channel.EMAIL: mails}) as works:
        works.go()
        works.post(**departed(tell=[JO_MAIL]))
        works.settle()
        passes(works, 30)
        assert len(mails.asked) == 2
        assert len({mail.id for mail in mails.asked}) == 1, "one Message-ID"
        assert works.states() == ["uncertain"]


def test_a_receiver_that_takes_a_key_is_asked_again_under_it(database: Database, clock: ManualClock) -> None:
    class Keyed(Recorder):
        key_good_for = timedelta(hours=24)

    texts = Keyed(Channel.SMS, [LOST, LOST])
    with running(database, clock, {Channel.SMS: texts}) as works:
        works.go()
        works.post(**departed())
        works.settle()
        passes(works, 10)
        assert works.states() == ["accepted"]
        assert len({(one.id, one.text, one.callback_url) for one in texts.asked}) == 1, "the very same call"
        assert len(works.rows(Attempt)) == 1


def test_those_that_were_just_looked_for_do_not_keep_the_others_waiting(database: Database, clock: ManualClock) -> None:
    """A provider that was away for a while leaves many doubts at once, more than are looked for at one time."""
    many = PER_LOOK + 5
    texts = Provider(clock, [LOST] * many)
    with running(database, clock, {Channel.SMS: texts}, senders=50) as works:
        works.go(rules={"N15.least": 1_000})
        works.call([departed(f"PO {n}", tell=[f"+1{201 + n // 100}55501{n % 100:02d}"], eta=None) for n in range(many)])
        works.settle()
        assert works.states() == ["uncertain"] * many
        clock.advance(timedelta(minutes=2))
        prove(works.kit)
        clock.advance(timedelta(seconds=10))
        prove(works.kit)
        assert [row.absent for row in works.rows(Attempt)] == [1] * many
