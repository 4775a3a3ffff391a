"""A day by which somebody needs the goods is noted, said back in words, looked at anew, and can be taken back."""

from __future__ import annotations

from datetime import date

import pytest

from notifiers.testing import Recorder
from service.records.tables import Audit, Choice, Contact, Reply, Task, Thread
from service.store import shipment_edits
from tests.flows.test_dispatch import SHIP
from tests.flows.test_replies import told, writes
from tests.kits import HOUR, JO, MINUTE, Works, departed

OCT_14 = date(2026, 10, 14)


def test_it_is_noted_confirmed_and_audited(works: Works, sms: Recorder) -> None:
    shipment_id = told(works)
    (result,) = writes(works, "need it by 14 Oct please")
    works.settle()
    assert (result.meaning, result.thread_id) == ("need_by", None)
    assert works.shipment(shipment_id).need_by == OCT_14
    assert "noted: you need PO 4711 by Wed 14 Oct. We tell you at once if that cannot be met." in sms.messages[-1].text
    (entry,) = works.rows(Audit, action="shipment.need_by")
    assert (entry.by, entry.subject, entry.detail) == (
        f"reply:{result.reply_id}",
        shipment_id,
        {"need_by": "2026-10-14"},
    )
    assert works.rows(Thread) == works.rows(Task) == []


def test_the_next_slip_that_passes_it_is_told(works: Works, sms: Recorder) -> None:
    told(works, eta="2026-10-13")
    writes(works, "need it by 14 Oct")
    works.post(ref="PO 4711", milestone="eta_changed", eta="2026-10-15", id="late")
    works.forward(6 * HOUR)
    assert "D01" in [code for code, _ in works.notices()]
    assert "Thu 15 Oct" in sms.messages[-1].text


def test_the_shipment_is_looked_at_anew(works: Works) -> None:
    shipment_id = told(works)
    before = works.shipment(shipment_id).seq
    writes(works, "need it by 14 Oct")
    assert works.shipment(shipment_id).seq == before + 1


def test_what_comes_later_as_we_know_is_not_promised(works: Works, sms: Recorder) -> None:
    shipment_id = told(works, eta="2026-10-20", owner="ana")
    writes(works, "need it by 14 Oct")
    works.settle()
    assert "As of now it comes later." in sms.messages[-1].text
    (task,) = works.rows(Task)
    assert (task.kind, task.owner, task.shipment_id) == ("need_by", "ana", shipment_id)


@pytest.mark.parametrize("before", [None, date(2026, 10, 1)])
def test_it_is_taken_back_by_a_digit(works: Works, sms: Recorder, before: date | None) -> None:
    shipment_id = told(works, eta="2026-10-20")
    now = works.clock()
    works.database.write(lambda conn: shipment_edits.edit(conn, works.account_id, shipment_id, now, need_by=before))
    works.settle()
    writes(works, "need it by 14 Oct")
    works.settle()
    (undo,) = [row for row in works.rows(Choice) if row.closed_at is None]
    assert f"Reply {undo.digit} to take it back" in sms.messages[-1].text
    (result,) = writes(works, undo.digit)
    works.settle()
    assert result.meaning == "choice"
    assert works.shipment(shipment_id).need_by == before
    assert [row.done_by for row in works.rows(Task)] == ["taken back by the person"]
    assert len(works.rows(Audit, action="shipment.need_by")) == 2


def test_what_was_changed_since_is_not_taken_back(works: Works) -> None:
    shipment_id = told(works)
    writes(works, "need it by 14 Oct")
    now = works.clock()
    other = date(2026, 10, 16)
    works.database.write(lambda conn: shipment_edits.edit(conn, works.account_id, shipment_id, now, need_by=other))
    (undo,) = [row for row in works.rows(Choice) if row.closed_at is None]
    writes(works, undo.digit)
    assert works.shipment(shipment_id).need_by == other


def test_it_is_too_late_after_half_an_hour(works: Works) -> None:
    shipment_id = told(works)
    writes(works, "need it by 14 Oct")
    (undo,) = [row for row in works.rows(Choice) if row.closed_at is None]
    works.clock.advance(31 * MINUTE)
    assert writes(works, undo.digit)[0].meaning == "question"
    assert works.shipment(shipment_id).need_by == OCT_14


def test_the_day_is_that_of_the_reader(works: Works) -> None:
    shipment_id = told(works)
    (jo,) = works.rows(Contact)
    works.change(Contact, jo.id, zone="Pacific/Auckland")  # there it is Friday already
    assert writes(works, "need it by Friday")[0].meaning == "question"
    works.change(Contact, jo.id, zone="Europe/London")
    assert writes(works, "need it by Friday")[0].meaning == "need_by"
    assert works.shipment(shipment_id).need_by == date(2026, 9, 18)


def test_a_text_about_several_orders_means_none_of_them(works: Works) -> None:
    for ref in ("PO 1", "PO 2"):
        works.post(**departed(ref, **SHIP))
    works.forward(10 * MINUTE)
    assert len(works.messages(state="accepted")) == 1, "both left in one text"
    assert writes(works, "need it by 14 Oct")[0].meaning == "question"


@pytest.mark.parametrize("text", ["need it by 10/11", "I don't need it by 14 Oct", "Do you need papers by 14 Oct?"])
def test_what_may_mean_something_else_goes_to_a_person(works: Works, text: str) -> None:
    shipment_id = told(works)
    assert writes(works, text)[0].meaning == "question"
    assert works.shipment(shipment_id).need_by is None


def test_nothing_is_noted_for_what_was_delivered(works: Works) -> None:
    works.post(ref="PO 4711", milestone="delivered", at="2026-09-17T11:00:00Z", tell=[JO])
    works.settle()
    assert writes(works, "need it by 14 Oct")[0].meaning == "question"


def test_a_stranger_has_no_shipment(works: Works) -> None:
    assert writes(works, "need it by 14 Oct", who="+447700900555")[0].meaning == "question"


def test_a_repeated_callback_notes_it_once(works: Works) -> None:
    works.post(**departed())
    works.settle()
    for _ in range(3):
        writes(works, "need it by 14 Oct", key="in_same")
    assert len(works.rows(Reply)) == 1
    assert len(works.rows(Audit, action="shipment.need_by")) == 1
