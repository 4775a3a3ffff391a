"""A date that is stated as an instant and without a place is the date that it is where the reader is."""

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
