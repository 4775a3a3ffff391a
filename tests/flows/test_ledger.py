"""The ledger of promises: what is entered, how it is sealed, and that whatever is changed afterwards is found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, update
from sqlmodel import SQLModel

from notifiers.base import Channel, Receipt, ReceiptStatus
from notifiers.errors import PermanentFailure, UncertainOutcome
from notifiers.testing import Recorder
from service.api.webhook_shapes import Shown
from service.clock import ManualClock
from service.clockwork import Clockwork
from service.flows import decide, ledger, receipts, recovery
from service.policy import chain
from service.records.enums import Line, Mode, NoticeState, Outcome, PromiseState
from service.records.tables import (
    Address,
    Attempt,
    Contact,
    LedgerEntry,
    LedgerSeal,
    Message,
    Notice,
    Promise,
)
from service.store import ledger as store
from service.store import shipments
from service.store.engine import Database
from service.store.outbox import end_notices
from service.store.tables import table
from tests.conftest import NOON
from tests.kits import DAY, HOUR, JO, JO_MAIL, MINUTE, SAM, Works, arrives, departed, running

PERSONAL = (JO, JO_MAIL, "Jo", "Harbour", "PO 4711")


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS), Channel.EMAIL: Recorder(Channel.EMAIL)}) as one:
        one.go()
        yield one


def entries(works: Works) -> list[tuple[str, str | None]]:
    """(event, state) of every entry, in order."""
    return [(row.event, row.content["state"]) for row in works.rows(LedgerEntry)]


def fault(works: Works) -> str | None:
    return ledger.verify(works.kit, works.account_id).fault


def told(works: Works, ref: str = "PO 4711", phone: str = JO) -> str:
    (shipment_id,) = works.post(**departed(ref, tell=[phone])).shipment_ids
    works.settle()
    return shipment_id


def journey(works: Works) -> None:
    """Two words told and settled, sealed in two links, with one entry still to seal."""
    told(works)
    assert ledger.seal_due(works.kit) == 1
    works.clock.advance(DAY)
    works.post(**arrives("2026-10-20"))
    works.forward(4 * HOUR)
    assert ledger.seal_due(works.kit) >= 1
    works.clock.set(works.clock().replace(month=10, day=20))
    works.post(ref="PO 4711", milestone="arrived_destination", at="2026-10-20T08:00:00Z", place="GBFXT")
    works.settle()


def run(works: Works, unit: Callable[[Connection], Any]) -> None:
    works.database.write(unit)


# What is entered


def test_a_word_is_entered_as_it_is_told(works: Works) -> None:
    told(works)
    (row,) = works.rows(LedgerEntry)
    (promise,) = works.rows(Promise)
    assert (row.event, row.promise_id, row.seal) == ("told", promise.id, None)
    assert row.content["at_date"] == "2026-10-09"
    assert row.content["told_at"] == promise.told_at.isoformat()
    assert row.content["step"] == 1


def test_an_intended_word_is_not_entered(works: Works) -> None:
    works.post(**departed())
    decide.run_due(works.kit)
    assert works.words() == [("arrival", 1, "intended", "2026-10-09")]
    assert entries(works) == []


def test_a_replaced_and_a_kept_word_are_entered(works: Works) -> None:
    journey(works)
    assert [(row.outcome, row.settled_at is not None) for row in works.rows(Promise)] == [
        (Outcome.REPLACED_IN_TIME, True),
        (Outcome.KEPT, True),
    ]
    assert [event for event, _ in entries(works)] == ["told", "told", "replaced_in_time", "kept"]
    works.settle()
    works.forward(DAY)
    assert len(entries(works)) == 4
    assert fault(works) is None


def test_what_had_settled_a_word_may_be_taken_back(works: Works) -> None:
    told(works)
    works.post(ref="PO 4711", milestone="arrived_destination", at="2026-09-17T11:00:00Z", place="GBFXT", id="a")
    works.settle()
    assert works.rows(Promise)[0].outcome is Outcome.KEPT
    works.clock.advance(MINUTE)
    works.post(ref="PO 4711", id="b", retracts="a")
    works.settle()
    first = works.rows(Promise)[0]
    events = [row.event for row in works.rows(LedgerEntry, promise_id=first.id)]
    assert events[:3] == ["told", "kept", "reopened"]
    assert fault(works) is None


def test_a_superseded_word_was_never_told(works: Works) -> None:
    works.post(**departed())
    decide.run_due(works.kit)
    works.post(**arrives("2026-10-20"))
    works.settle()
    assert ("never_told", "never_told") in entries(works)
    assert fault(works) is None


@pytest.mark.parametrize(("state", "event"), [(NoticeState.EXPIRED, "never_told"), (NoticeState.BASELINE, "baseline")])
def test_a_word_that_is_closed_unsaid_is_entered(works: Works, state: NoticeState, event: str) -> None:
    works.post(**departed())
    decide.run_due(works.kit)
    (notice,) = works.rows(Notice)
    now = works.clock()
    run(works, lambda conn: end_notices(conn, works.account_id, [notice.id], state, "a person said so", now))
    assert entries(works) == [(event, event)]
    assert fault(works) is None


def test_a_baseline_is_entered(works: Works) -> None:
    works.post(**departed())
    works.database.write(
        lambda conn: conn.execute(update(table(Address)).values(suppressed_at=works.clock(), suppressed_by="person"))
    )
    works.settle()
    assert {event for event, _ in entries(works)} == {"baseline"}
    ledger.seal_due(works.kit)
    assert fault(works) is None


def test_a_declared_date_is_entered(works: Works) -> None:
    shipment_id = told(works)
    day, now = date(2026, 10, 12), works.clock()
    run(works, lambda conn: shipments.declare_told(conn, works.account_id, shipment_id, day, Line.DELIVERY, now))
    (row,) = [one for one in works.rows(LedgerEntry) if one.content["origin"] == "declared"]
    assert (row.event, row.content["at_date"]) == ("told", "2026-10-12")
    assert fault(works) is None


def test_a_word_in_doubt_is_entered_when_it_is_given_up(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [UncertainOutcome("timed out")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed())
        works.settle()
        assert entries(works) == []
        works.clock.advance(10 * DAY)
        recovery.give_up_doubt(works.kit)
        assert ("unknown", "unknown") in entries(works)
        assert fault(works) is None


def test_a_word_that_did_not_arrive_is_taken_back(database: Database, clock: ManualClock) -> None:
    sms, mail = Recorder(Channel.SMS), Recorder(Channel.EMAIL)
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: mail}) as works:
        works.go()
        works.post(**departed(tell=[{"phone": JO, "email": JO_MAIL}]))
        works.settle()
        message = works.message(channel=Channel.SMS)
        receipt = Receipt(
            provider_id=message.provider_id or "", status=ReceiptStatus.UNDELIVERED, code="30003", detail="off"
        )
        receipts.keep_by_provider(works.kit, works.kit.live[Channel.SMS][0].name, receipt)
        works.settle()
        events = [event for event, _ in entries(works)]
        assert events == ["told", "intended", "told"]
        ledger.seal_due(works.kit)
        assert fault(works) is None


def test_a_word_that_no_channel_takes_is_a_baseline(database: Database, clock: ManualClock) -> None:
    sms = Recorder(Channel.SMS, [PermanentFailure("no such number")])
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        works.post(**departed())
        works.settle()
        assert ("baseline", "baseline") in entries(works)
        assert fault(works) is None


def test_rehearsal_is_entered_apart(works: Works) -> None:
    works.go(Mode.SHADOW)
    told(works)
    (row,) = works.rows(LedgerEntry)
    assert row.content["stage"] == "rehearsal"


# Sealing


def test_entries_are_sealed_once_and_in_order(works: Works) -> None:
    for number in range(5):
        told(works, f"PO {number}", f"+4477009001{number:02}")
    assert ledger.seal_due(works.kit) == 5
    assert ledger.seal_due(works.kit) == 0
    told(works, "PO 5", SAM)
    assert ledger.seal_due(works.kit) == 1
    first, second = works.rows(LedgerSeal)
    assert (first.number, first.entries, second.number, second.entries) == (1, 5, 2, 1)
    assert second.previous == first.digest
    assert [row.seal for row in works.rows(LedgerEntry)] == [1, 1, 1, 1, 1, 2]
    assert ledger.verify(works.kit, works.account_id).digest == second.digest


def test_an_entry_that_comes_late_is_sealed_all_the_same(works: Works) -> None:
    told(works)
    (row,) = works.rows(LedgerEntry)
    ledger.seal_due(works.kit)
    works.clock.advance(HOUR)
    told(works, "PO 2")
    ledger.seal_due(works.kit)
    works.clock.advance(HOUR)
    late = {**row._mapping, "id": "lde_0", "seal": None, "content": {**row.content, "step": 2}}
    run(works, lambda conn: conn.execute(insert(table(LedgerEntry)).values(late)))
    assert ledger.seal_due(works.kit) == 1
    assert works.rows(LedgerEntry, id="lde_0")[0].seal == 3
    assert fault(works) is None


def test_two_who_seal_at_once_make_one_chain(works: Works) -> None:
    for number in range(4):
        told(works, f"PO {number}", f"+4477009001{number:02}")
    errors: list[BaseException] = []

    def seal() -> None:
        try:
            ledger.seal_due(works.kit)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert errors == []
    assert sum(row.entries for row in works.rows(LedgerSeal)) == 4
    assert fault(works) is None


def test_a_running_engine_seals_by_itself(works: Works) -> None:
    told(works)
    engine = Clockwork(works.kit, works.dispatcher, works.journal, Shown(works.kit))
    engine.start()
    try:
        pause = threading.Event()
        for _ in range(1500):
            if works.rows(LedgerSeal):
                break
            pause.wait(0.02)
    finally:
        engine.stop()
    assert [row.seal for row in works.rows(LedgerEntry)] == [1]
    assert fault(works) is None


def test_a_seal_that_another_made_first_changes_nothing(works: Works) -> None:
    told(works)
    now = works.clock()
    with works.database.read() as conn:
        waiting = store.unsealed(conn, works.account_id, 10)
    ledger.seal_due(works.kit)
    late = chain.seal(None, waiting, now + timedelta(seconds=1))
    assert works.database.write(lambda conn: store.keep_seal(conn, late, [one.id for one in waiting])) is False
    assert fault(works) is None


def test_accounts_have_chains_of_their_own(works: Works) -> None:
    told(works)
    ledger.seal_due(works.kit)
    assert ledger.verify(works.kit, "acc_of_nobody") == ledger.Verified(0, 0, 0, 0, "0" * 64)


def test_what_is_older_than_the_ledger_is_taken_in_before_the_first_seal(works: Works) -> None:
    told(works, "PO 1")
    told(works, "PO 2")
    run(works, lambda conn: conn.execute(delete(table(LedgerEntry))))
    assert fault(works) is None
    assert ledger.seal_due(works.kit) == 2
    assert fault(works) is None
    assert [row.content["step"] for row in works.rows(LedgerEntry)] == [1, 1]


# Verifying


def change(of: type[SQLModel], **values: Any) -> Callable[[Connection], Any]:
    """Change the first row of a table."""

    def unit(conn: Connection) -> None:
        found = table(of)
        key = found.c.id if "id" in found.c else found.c.number
        first = conn.execute(found.select().order_by(key)).first()
        assert first is not None
        wanted = first.id if "id" in found.c else first.number
        conn.execute(update(found).where(key == wanted).values(**values))

    return unit


def remove(of: type[SQLModel], place: int) -> Callable[[Connection], Any]:
    """Remove the row at *place* in order."""

    def unit(conn: Connection) -> None:
        found = table(of)
        key = found.c.id if "id" in found.c else found.c.number
        rows = conn.execute(found.select().order_by(key)).all()
        wanted = rows[place].id if "id" in found.c else rows[place].number
        conn.execute(delete(found).where(key == wanted))

    return unit


def changed_content(conn: Connection) -> None:
    found = table(LedgerEntry)
    first = conn.execute(found.select().order_by(found.c.id)).first()
    assert first is not None
    conn.execute(update(found).where(found.c.id == first.id).values(content={**first.content, "at_date": "2026-10-10"}))


def last_seal_and_its_entries(conn: Connection) -> None:
    found = table(LedgerEntry)
    conn.execute(delete(found).where(found.c.seal == 2))
    conn.execute(delete(table(LedgerSeal)).where(table(LedgerSeal).c.number == 2))


TAMPERED: list[tuple[str, Callable[[Connection], Any], str]] = [
    ("a promise's date", change(Promise, at_date=date(2026, 10, 10)), "at_date changed"),
    ("a promise's state", change(Promise, state=PromiseState.NEVER_TOLD), "state changed"),
    ("when it was told", change(Promise, told_at=None), "told_at changed"),
    ("its outcome", change(Promise, outcome=Outcome.KEPT), "outcome changed"),
    ("its outcome undone", change(Promise, outcome=None, settled_at=None), "outcome, settled_at changed"),
    ("whom it was told", change(Promise, contact_id="con_9"), "contact_id changed"),
    ("a promise removed", remove(Promise, 0), "is gone"),
    ("an entry's content", changed_content, "Seal 1 does not fit"),
    ("an entry's event", change(LedgerEntry, event="broken"), "Seal 1 does not fit"),
    ("an entry's promise", change(LedgerEntry, promise_id="prm_x"), "Seal 1 does not fit"),
    ("a sealed entry removed", remove(LedgerEntry, 0), "an entry was removed"),
    ("the newest entry removed", remove(LedgerEntry, -1), "outcome, settled_at changed"),
    ("an entry unsealed", change(LedgerEntry, seal=None), "an entry was removed"),
    ("the first seal removed", remove(LedgerSeal, 0), "Seal 1 is missing"),
    ("the last seal removed", remove(LedgerSeal, -1), "Seal 2 is missing"),
    ("a seal's digest", change(LedgerSeal, digest="0" * 64), "Seal 1 does not fit"),
    ("a seal's time", change(LedgerSeal, sealed_at=NOON + timedelta(seconds=1)), "Seal 1 does not fit"),
    ("a seal with its entries", last_seal_and_its_entries, "the ledger"),
]


@pytest.mark.parametrize(("unit", "words"), [case[1:] for case in TAMPERED], ids=[case[0] for case in TAMPERED])
def test_whatever_is_changed_is_found(works: Works, unit: Callable[[Connection], Any], words: str) -> None:
    journey(works)
    assert fault(works) is None
    run(works, unit)
    assert words in (fault(works) or "nothing was found")


def test_a_promise_slipped_in_is_found(works: Works) -> None:
    journey(works)
    row = works.rows(Promise)[0]
    more = {**row._mapping, "id": "prm_x", "ordinal": 99}
    run(works, lambda conn: conn.execute(insert(table(Promise)).values(more)))
    assert fault(works) == "Promise prm_x is told and the ledger has no entry of it."


def test_an_entry_slipped_in_is_found(works: Works) -> None:
    journey(works)
    row = works.rows(LedgerEntry)[0]
    more = {**row._mapping, "id": "lde_zzz", "seal": 1}
    run(works, lambda conn: conn.execute(insert(table(LedgerEntry)).values(more)))
    assert "names a seal that does not cover it" in (fault(works) or "")


def test_progress_is_told_to_the_end(works: Works) -> None:
    journey(works)
    ledger.seal_due(works.kit)
    seen: list[tuple[int, int]] = []
    found = ledger.verify(works.kit, works.account_id, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (found.entries + found.promises,) * 2
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_the_ledger_holds_nobody_s_data_and_outlives_its_erasure(works: Works) -> None:
    works.post(**departed(tell=[{"phone": JO, "email": JO_MAIL, "name": "Jo Field"}]))
    works.settle()
    ledger.seal_due(works.kit)
    for row in works.rows(LedgerEntry):
        assert not [word for word in PERSONAL if word in str(row.content)]
    before = ledger.verify(works.kit, works.account_id)

    def erase(conn: Connection) -> None:
        gone = {"name": "", "names": None, "language": "en", "zone": None, "consent_basis": "", "consent_how": ""}
        conn.execute(update(table(Contact)).values(**gone))
        for number, row in enumerate(conn.execute(table(Address).select()).all()):
            conn.execute(update(table(Address)).where(table(Address).c.id == row.id).values(value=f"erased {number}"))
        conn.execute(update(table(Message)).values(to=None, body=None, subject=None, html=None, calendar=None))
        conn.execute(update(table(Attempt)).values(body=""))

    run(works, erase)
    assert ledger.verify(works.kit, works.account_id) == before
    assert before.fault is None
