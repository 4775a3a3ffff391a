"""What comes again says nothing again, and what is long past says nothing at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from notifiers.testing import Recorder
from service.flows import imports, intake, people
from service.records.enums import ReferenceType
from service.records.inbound import Person, RefValue
from service.records.tables import Fact, InboundCall, Notice, Promise, Shipment
from tests.kits import DAY, HOUR, JO, SAM, Works, arrives, departed

TIMES = 10

STORY: tuple[tuple[timedelta, dict[str, Any]], ...] = (
    (timedelta(), departed(id="d1")),
    (timedelta(), departed(ref="PO 2", id="d2", tell=[JO, {"phone": SAM, "email": "sam@example.com"}])),
    (DAY, arrives("2026-10-13", id="e1", stated_at="2026-09-18T12:00:00Z")),
    (HOUR, arrives("2026-10-09", id="e1", stated_at="2026-09-18T13:00:00Z")),
    (DAY, arrives("2026-10-16", ref="PO 2", id="e2")),
    (DAY, {"ref": "PO 2", "id": "h", "milestone": "customs_hold", "at": "2026-09-20T12:00:00Z", "reason": "strike"}),
    (DAY, {"ref": "PO 4711", "id": "x", "milestone": "delivered", "at": "2026-09-21T09:00:00Z"}),
    (HOUR, {"ref": "PO 4711", "id": "not x", "retracts": "x"}),
    (DAY, {"ref": "PO 4711", "id": "y", "milestone": "delivered", "at": "2026-09-22T10:00:00Z"}),
)


def said(works: Works) -> list[tuple[object, ...]]:
    """Everything that was handed over, decided and promised."""
    rows = [(row.id, row.state, row.body) for row in works.messages()]
    rows += [(row.id, row.state, row.ended_at) for row in works.rows(Notice)]
    return rows + [(row.id, row.state, row.outcome) for row in works.rows(Promise)]


def test_ten_replays_of_everything_send_nothing_more(works: Works, sms: Recorder, email: Recorder) -> None:
    bodies: list[bytes] = []
    for pause, event in STORY:
        works.forward(pause)
        bodies.append(json.dumps(event).encode())
        assert works.call(bodies[-1]).count("accepted") == 1
        works.settle()
    works.forward(DAY)
    before, facts = said(works), len(works.rows(Fact))
    asked = (len(sms.asked), len(email.asked))
    assert {"M07", "D01", "D06", "M20", "D16"} <= {code for code, _ in works.notices(state="said")}
    for number in range(TIMES):
        order = bodies if number % 2 else list(reversed(bodies))
        for body in order:
            assert works.call(body).count("accepted") == 0
        assert [row.look_at for row in works.rows(Shipment) if row.look_at and row.look_at <= works.clock()] == []
        works.forward(7 * HOUR)
    assert said(works) == before
    assert len(works.rows(Fact)) == facts
    assert (len(sms.asked), len(email.asked)) == asked


def test_calls_that_are_read_again_send_nothing_more(works: Works, sms: Recorder) -> None:
    for pause, event in STORY:
        works.forward(pause)
        works.post(**event)
        works.settle()
    works.forward(DAY)
    before, asked = said(works), len(sms.asked)
    calls = [row.id for row in works.rows(InboundCall)]
    for _ in range(TIMES):
        for call_id in calls:
            intake.replay(works.kit, works.account_id, call_id, works.source)
        works.settle()
    assert said(works) == before
    assert len(sms.asked) == asked


BEGUN = datetime(2024, 9, 12, 12, tzinfo=UTC)
"""Two years before the clock of these tests."""

ROUTE = (
    ("booking_confirmed", timedelta(), None),
    ("departed", timedelta(days=4), "CNNGB"),
    ("customs_hold", timedelta(days=26), "GBFXT"),
    ("arrived_destination", timedelta(days=25), "GBFXT"),
    ("customs_cleared", timedelta(days=28), "GBFXT"),
    ("delivered", timedelta(days=30), None),
)


def history(works: Works, last: datetime) -> list[dict[str, Any]]:
    """Two years of shipments, one begun every ten days, with dates that moved; nothing happened after *last*."""
    events: list[dict[str, Any]] = []
    for number in range(73):
        begun = BEGUN + 10 * number * DAY
        for milestone, after, place in ROUTE:
            at = begun + after
            if at > last:
                continue
            event = {"ref": f"J{number}", "milestone": milestone, "at": at.isoformat(), "stated_at": at.isoformat()}
            event["id"] = f"{milestone}-{number}"
            events.append(event if place is None else event | {"place": place})
        for moved in (0, 2, 5):
            stated = begun + timedelta(days=5 + moved)
            if stated <= last:
                due = (begun + timedelta(days=30 + moved)).date().isoformat()
                events.append(
                    {"ref": f"J{number}", "milestone": "eta_changed", "due": due, "stated_at": stated.isoformat()}
                )
    assert len(events) > 500
    return events


def told_nothing(works: Works, *recorders: Recorder) -> None:
    """Nothing leaves, today or in the days that follow."""
    works.forward(3 * DAY)
    assert [one.text for recorder in recorders for one in recorder.asked] == []
    assert [row.state for row in works.rows(Notice) if row.state in {"said", "waiting"}] == []


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_two_years_of_plain_events_send_nothing(works: Works, sms: Recorder, email: Recorder, backwards: bool) -> None:
    events = [one | {"tell": [JO, "sam@example.com"]} for one in history(works, works.clock() - 4 * DAY)]
    events = list(reversed(events)) if backwards else events
    for first in range(0, len(events), 100):
        result = works.call(events[first : first + 100])
        assert result.count("accepted") == len(events[first : first + 100])
        works.settle()
    told_nothing(works, sms, email)
    assert len(works.rows(Shipment)) == 73


def test_two_years_of_events_about_imported_shipments_send_nothing(
    works: Works, sms: Recorder, email: Recorder
) -> None:
    customers = "code,name,phone,email,language\nACME,Acme,+447700900123,acme@example.com,en\n"
    rows = [f"J{n},ACME,,,,{(BEGUN + (30 + 10 * n) * DAY).date()}," for n in range(73)]
    shipments = "\n".join(["ref,customer,po,container,bl,due,told_date", *rows]) + "\n"
    imports.import_customers(works.kit, works.account_id, customers, consent="contract of carriage")
    assert imports.import_shipments(works.kit, works.account_id, shipments).refused == []
    works.settle()
    events = history(works, works.clock() - HOUR)
    for first in range(0, len(events), 100):
        works.call(events[first : first + 100])
        works.settle()
    told_nothing(works, sms, email)


def test_two_years_of_shipments_put_one_by_one_send_nothing(works: Works, sms: Recorder, email: Recorder) -> None:
    for number in range(73):
        wanted = people.Wanted(
            refs=(RefValue(ReferenceType.PO, f"{number}"),),
            due=(BEGUN + (30 + 10 * number) * DAY).date(),
            told_date=date(2026, 9, 1),
            tell=(Person(phone=JO), Person(email="sam@example.com")),
        )
        people.put_shipment(works.kit, works.account_id, ReferenceType.REF, f"J{number}", wanted)
    works.settle()
    events = history(works, works.clock() - HOUR)
    for first in range(0, len(events), 100):
        works.call(events[first : first + 100])
        works.settle()
    told_nothing(works, sms, email)
