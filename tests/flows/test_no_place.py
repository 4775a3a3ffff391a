"""An instant without a place is the date that it is where the reader is, or that of its offset where it carries one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, Works, running


@pytest.fixture
def works(database: Database, clock: ManualClock) -> Iterator[Works]:
    with running(database, clock, {Channel.SMS: Recorder(Channel.SMS)}) as found:
        found.go()
        yield found


@pytest.mark.parametrize(
    ("zone", "first", "later"),
    [
        ("Australia/Sydney", "Sat 10 Oct", "Wed 14 Oct"),
        ("Europe/London", "Sat 10 Oct", "Wed 14 Oct"),
        ("America/New_York", "Fri 9 Oct", "Tue 13 Oct"),
    ],
)
@pytest.mark.parametrize("name", ["eta", "due"])
def test_an_instant_without_a_place(works: Works, name: str, zone: str, first: str, later: str) -> None:
    told = {"tell": [{"phone": JO, "zone": zone}]}
    event = {"ref": "PO 1", "milestone": "departed", "at": "2026-09-17T11:00:00Z"}
    works.post(**event, **told, **{name: "2026-10-09T23:30Z"})
    works.forward(DAY)
    (text,) = works.messages()
    assert first in (text.body or "")
    works.post(ref="PO 1", milestone="eta_changed", **{name: "2026-10-09T23:45Z"})
    works.forward(DAY)
    assert len(works.messages()) == 1, "the same day as far as the reader knows"
    works.post(ref="PO 1", milestone="eta_changed", **{name: "2026-10-13T23:30Z"})
    works.forward(DAY + HOUR)
    (_, moved) = works.messages()
    assert later in (moved.body or "")
    assert f"was {first}" in (moved.body or "")


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Pacific/Honolulu"])
@pytest.mark.parametrize("name", ["eta", "due"])
def test_an_instant_with_its_offset_is_the_day_that_it_is_there(works: Works, name: str, zone: str) -> None:
    told = {"tell": [{"phone": JO, "zone": zone}]}
    event = {"ref": "PO 1", "milestone": "departed", "at": "2026-09-17T11:00:00Z"}
    works.post(**event, **told, **{name: "2026-10-09T22:30+01:00"})
    works.forward(DAY)
    (text,) = works.messages()
    assert "Fri 9 Oct" in (text.body or "")
    works.post(ref="PO 1", milestone="eta_changed", **{name: "2026-10-09T01:30+01:00"})
    works.forward(DAY)
    assert len(works.messages()) == 1, "the same day there"
    works.post(ref="PO 1", milestone="eta_changed", **{name: "2026-10-13T22:30+01:00"})
    works.forward(DAY + HOUR)
    (_, moved) = works.messages()
    assert "Tue 13 Oct" in (moved.body or "")
    assert "was Fri 9 Oct" in (moved.body or "")


def test_a_mode_of_transport_is_not_forgotten(works: Works) -> None:
    """An estimate that does not say how the goods move is of goods that move as they did."""
    eta = {"eta": "2026-10-09", "tell": [JO]}
    works.post(ref="PO 1", milestone="departed", at="2026-09-17T11:00:00Z", transport="ocean", **eta)
    works.forward(HOUR)
    works.post(ref="PO 1", milestone="eta_changed", eta="2026-10-14")
    works.forward(DAY)
    first, moved = (row.body or "" for row in works.messages())
    assert "Due at port" in first
    assert "at destination" not in moved
    assert "at port" in moved
