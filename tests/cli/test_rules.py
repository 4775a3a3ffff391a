"""`milepost rules simulate`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from service.clock import ManualClock, utc_now
from service.store.engine import Database
from tests.cli.conftest import Milepost
from tests.kits import DAY, JO, arrives, departed, running


@pytest.fixture
def busy(milepost: Milepost, tmp_path: Path) -> Milepost:
    """Two days, in which one shipment left and one date moved by two days."""
    now = utc_now().replace(hour=12)
    clock = ManualClock(now - 4 * DAY)
    with milepost.database() as database, running(database, clock, place=tmp_path) as works:
        left = (clock() - DAY / 24).isoformat()
        eta = (now + 30 * DAY).date()
        works.post(**departed(at=left, eta=eta.isoformat(), tell=[{"phone": JO, "name": "Jo"}]))
        works.forward(DAY)
        works.post(**arrives((eta + 2 * DAY).isoformat()))
        works.forward(DAY)
    return milepost


def test_texts_are_counted_beside_the_present(busy: Milepost) -> None:
    said = busy("rules", "simulate", "--days", "10", "--set", "N2.over_14d_hours=96").good()
    assert said.startswith("1 text instead of 2 to 1 person in 10 days, 1 segment instead of 2, 0 e-mails instead of 0")
    assert re.search(r"con_\w+\s+Jo\s+1\s+1\s+0\s+2\s+2\s+0", said)
    assert re.search(r"D01\s+0\s+1", said)
    assert "prices" not in said
    assert "Nothing was written and nothing was sent." in said


def test_without_numbers_only_the_present_is_shown(busy: Milepost) -> None:
    said = busy("rules", "simulate").good()
    assert said.startswith("2 texts to 1 person in 30 days, 2 segments, 0 e-mails.")
    assert "instead" not in said


def test_everything_as_json(busy: Milepost, account_of: Callable[[Database], str]) -> None:
    found = json.loads(busy("rules", "simulate", "--set", "N2.over_14d_hours=96", "--json").good())
    assert (found["present"]["texts"], found["changed"]["texts"]) == (2, 1)
    assert found["set"] == {"N2.over_14d_hours": 96}
    assert found["changed"]["cost"] is None
    assert [one["name"] for one in found["present"]["people"]] == ["Jo"]
    with busy.database() as database:
        assert found["account_id"] == account_of(database)


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("--set", "N99.x=1"), "N2.over_14d_hours"),
        (("--set", "N2.over_2d_hours"), "such as N2.over_2d_hours=24"),
        (("--set", "N2.over_2d_hours=many"), "such as N2.over_2d_hours=24"),
        (("--set", "N2.over_2d_hours=nan"), "from 0 to 1,000,000"),
        (("--set", "N2.over_2d_hours=-1"), "from 0 to 1,000,000"),
        (("--set", "=1"), "without a name"),
        (("--days", "0"), "from 1 to 366"),
        (("--account", "acc_x"), "GET /v1/account"),
    ],
)
def test_what_cannot_be_simulated(milepost: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in milepost("rules", "simulate", *words).sentence()
