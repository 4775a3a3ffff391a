"""Plans for going live: kept as shown, applied once, each account's own."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from service.clock import ManualClock
from service.records.enums import Line, Mode
from service.records.tables import Plan
from service.store import plans
from service.store.engine import Database
from service.store.plans import PlanRow
from service.store.tables import table
from tests.kits import DAY, MINUTE, Works, arrives, departed, running

ACC, OTHER = "acc_1", "acc_2"


def keep(database: Database, account_id: str, now: datetime, **shown: object) -> None:
    database.write(lambda conn: plans.keep(conn, account_id, "pln_1", {"scope": "all"}, shown, now))


def result(database: Database, account_id: str) -> object:
    with database.read() as conn:
        return conn.execute(table(Plan).select().where(table(Plan).c.account_id == account_id)).one().result


def test_a_plan_is_kept_as_shown(database: Database, noon: datetime) -> None:
    keep(database, ACC, noon, people=3)
    with database.read() as conn:
        assert plans.get(conn, ACC, "pln_1") == PlanRow("pln_1", noon, {"scope": "all"}, {"people": 3}, None)
        assert plans.get(conn, OTHER, "pln_1") is None
        assert plans.get(conn, ACC, "pln_2") is None


def test_a_plan_is_not_kept_twice(database: Database, noon: datetime) -> None:
    keep(database, ACC, noon, people=3)
    with pytest.raises(IntegrityError):
        keep(database, ACC, noon, people=4)
    keep(database, OTHER, noon, people=4)


def test_a_plan_is_applied_once(database: Database, noon: datetime) -> None:
    keep(database, ACC, noon)
    keep(database, OTHER, noon)
    assert database.write(lambda conn: plans.applied(conn, ACC, "pln_1", {"people": 3}, noon + MINUTE))
    assert not database.write(lambda conn: plans.applied(conn, ACC, "pln_1", {"people": 9}, noon + DAY))
    assert not database.write(lambda conn: plans.applied(conn, ACC, "pln_2", {"people": 9}, noon + DAY))
    with database.read() as conn:
        mine, theirs = plans.get(conn, ACC, "pln_1"), plans.get(conn, OTHER, "pln_1")
    assert mine is not None
    assert theirs is not None
    assert (mine.applied_at, theirs.applied_at) == (noon + MINUTE, None)
    assert (result(database, ACC), result(database, OTHER)) == ({"people": 3}, None)


def test_what_was_rehearsed_newest_first(database: Database, clock: ManualClock) -> None:
    with running(database, clock) as works:
        works.go(Mode.SHADOW)
        said(works)
        with database.read() as conn:
            texts = plans.rehearsed(conn, works.account_id, 10)
            assert plans.rehearsed(conn, works.account_id, 1) == texts[:1]
            assert plans.rehearsed(conn, OTHER, 10) == []
        assert ["PO 2" in texts[0], "PO 1" in texts[1]] == [True, True]


def test_the_line_of_the_headline_date(database: Database, clock: ManualClock) -> None:
    with running(database, clock) as works:
        (shipment_id,) = works.post(**departed()).shipment_ids
        with database.read() as conn:
            assert plans.due_line(conn, works.account_id, shipment_id) is None, "nobody has looked yet"
        works.settle()
        with database.read() as conn:
            assert plans.due_line(conn, works.account_id, shipment_id) is Line.ARRIVAL
            assert plans.due_line(conn, OTHER, shipment_id) is None


def said(works: Works) -> None:
    for ref in ("PO 1", "PO 2"):
        works.post(**departed(ref))
        works.settle()
        works.clock.advance(MINUTE)
    works.post(**arrives("2026-10-09", "PO 1"))
    works.settle()
