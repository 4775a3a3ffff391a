"""What somebody who knows nothing of the house tried: a delay without a date, a torn file, a quiet way to go live."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.flows import golive, imports, people, tracking
from service.policy.journey import DATE_OPEN
from service.records.enums import Mode
from service.records.tables import Shipment
from service.web.tracking_words import page_of
from tests.kits import Works, departed


def test_a_delay_that_comes_with_the_first_date_is_told(works: Works) -> None:
    at = (works.clock() - timedelta(minutes=5)).isoformat()
    works.post(ref="DN 1", milestone="delayed", at=at, due="2026-10-20", tell=["+447700900123"])
    works.settle()
    (message,) = works.messages()
    assert "late" in (message.body or "")
    assert "20 Oct" in (message.body or "")
    assert "was" not in (message.body or "").split()


def test_a_delay_without_a_date_takes_the_date_back_everywhere(works: Works) -> None:
    (shipment_id,) = works.post(**departed("DL 1")).shipment_ids
    works.settle()
    works.clock.advance(timedelta(hours=1))
    works.post(ref="DL 1", milestone="delayed", at=works.clock().isoformat())
    works.settle()
    message = works.messages()[-1]
    assert "do not know the new date yet" in (message.body or "")
    (shipment,) = works.rows(Shipment, id=shipment_id)
    assert DATE_OPEN in shipment.summary["flags"]
    view = tracking.page(works.kit, (message.body or "").rpartition("/t/")[2].split()[0])
    assert view is not None
    page = page_of(view)
    assert page.state == "late, new date not known yet"
    assert page.line == "No longer holds"


@pytest.mark.parametrize(
    ("rows", "fix"),
    [
        ('"Q1,C1,2026-12-01\nQ2,C2,2026-12-02\n', "quote"),
        ('"Q1\nQ2",C1,2026-12-01\n', "quote"),
        ("Q\x001,C1,2026-12-01\n", "Take it out"),
    ],
    ids=["a quote that is never closed", "a line break in a value", "a control character"],
)
def test_a_torn_file_is_refused_as_a_whole(works: Works, rows: str, fix: str) -> None:
    with pytest.raises(imports.Refused, match="Line") as refused:
        imports.import_shipments(works.kit, works.account_id, "ref,customer,due\n" + rows)
    assert fix in refused.value.fix
    assert not works.rows(Shipment)


def test_following_a_live_account_needs_a_plan(works: Works) -> None:
    (shipment_id,) = works.post(**departed("J 1")).shipment_ids
    people.set_mode(works.kit, works.account_id, shipment_id, Mode.SHADOW, by="test")
    with pytest.raises(ValueError, match="make a plan"):
        people.set_mode(works.kit, works.account_id, shipment_id, None, by="test")


def test_a_plan_knows_dates_that_no_engine_has_looked_at(shadow: Works) -> None:
    text = "ref,due,told_date\nJ1,2026-10-16,2026-10-09\n"
    imports.import_shipments(shadow.kit, shadow.account_id, text)
    plan = golive.plan(shadow.kit, shadow.account_id)
    assert [(one.told, one.truth) for one in plan.late] == [("2026-10-09", "2026-10-16")]
