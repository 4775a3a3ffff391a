"""The books: the lists of providers against ours, and ours against themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.base import Channel, ReceiptStatus, Seen
from service.clock import ManualClock
from service.flows import books, recovery
from service.records.books import Books
from service.records.tables import Audit, Message, Notice, Promise
from service.store.engine import Database
from tests.flows.test_auditing import HARBOUR, Provider, alive
from tests.kits import JO, MINUTE, Works, departed, running


@pytest.fixture
def texts(clock: ManualClock) -> Provider:
    return Provider(clock)


@pytest.fixture
def works(database: Database, clock: ManualClock, texts: Provider) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: texts}) as found:
        found.go()
        recovery.beat(found.kit)
        audited(found)
        found.post(**departed())
        found.settle()
        alive(found, 1)
        yield found


def audited(works: Works) -> Books:
    return books.audit(works.kit, works.account_id, by="Ana", why="a complaint")


def test_books_that_balance(works: Works, texts: Provider) -> None:
    (sent,) = texts.listed
    texts.listed = [Seen(sent.provider_id, True, sent.sender, sent.to, sent.text, sent.at, ReceiptStatus.DELIVERED)]
    texts.add("IN1", outbound=False, sender=JO, to=HARBOUR, text="When will it come?")
    found = audited(works)
    (listed,) = found.lists
    assert (found.balanced, listed.receipts, listed.replies) == (True, 1, 1)
    assert found.balance.notices == {"said": 1}
    assert sum(found.balance.messages.values()) == found.balance.messages_total >= 1
    row = works.rows(Audit)[-1]
    assert (row.action, row.by, row.why, row.detail["balanced"]) == ("audit", "Ana", "a complaint", True)
    (again,) = audited(works).lists
    assert (again.receipts, again.replies) == (0, 0)


def test_what_does_not_fit_either_way(works: Works, texts: Provider) -> None:
    (sent,) = texts.listed
    works.forward(15 * MINUTE)
    texts.listed.clear()
    texts.add("SM_ORPHAN", text="of another system")
    (listed,) = audited(works).lists
    assert (listed.orphans, listed.missing, listed.duplicates) == (("SM_ORPHAN",), (sent.provider_id,), ())
    texts.listed = [sent, Seen("SM_TWICE", True, sent.sender, sent.to, sent.text, works.clock())]
    found = audited(works)
    assert (found.lists[0].duplicates, found.lists[0].orphans, found.balanced) == (("SM_TWICE",), (), False)


def test_a_list_that_cannot_be_read_is_no_balance(works: Works, texts: Provider) -> None:
    texts.away = True
    found = audited(works)
    assert ([one.read for one in found.lists], found.balance.balanced, found.balanced) == ([False], True, False)


@pytest.mark.parametrize(
    ("of", "values", "fault"),
    [
        (Notice, {"state": "waiting"}, "news waits and no message carries it"),
        (Message, {"state": "failed"}, "news counts as said and no message took it there"),
        (Notice, {"state": "baseline"}, "a word counts as told and its news was not said"),
        (Promise, {"state": "intended"}, "a word is intended and its news does not wait"),
        (Message, {"state": "sending"}, "a message is being sent and no call of it has begun"),
        (Message, {"state": "uncertain"}, "a message is in doubt and none of its calls is"),
    ],
)
def test_what_does_not_fit_in_our_own_books_is_named(
    works: Works, of: type[Notice | Message | Promise], values: dict[str, str], fault: str
) -> None:
    assert books.balance_of(works.kit, works.account_id).balanced
    row = works.rows(of)[0]
    works.change(of, row.id, **values)
    found = books.balance_of(works.kit, works.account_id)
    assert not found.balanced
    assert fault in [one.what for one in found.faults]
