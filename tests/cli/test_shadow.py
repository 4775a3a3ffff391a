"""`milepost shadow`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.clock import ManualClock, utc_now
from tests.cli.conftest import Milepost
from tests.kits import DAY, HOUR, JO, departed, running


@pytest.fixture
def rehearsed(milepost: Milepost, tmp_path: Path) -> Milepost:
    """A shipment left two days ago at noon; one step was too quiet to be told."""
    clock = ManualClock(utc_now().replace(hour=12) - 2 * DAY)
    with milepost.database() as database, running(database, clock, place=tmp_path) as works:
        at = (clock() - HOUR).isoformat()
        works.post(ref="PO 4711", milestone="picked_up", at=at, tell=[{"phone": JO, "name": "Jo"}])
        works.post(**departed(at=at, eta=None, tell=[{"phone": JO, "name": "Jo"}]))
        works.settle()
    return milepost


def test_texts_are_counted_and_shown(rehearsed: Milepost) -> None:
    said = rehearsed("shadow").good()
    assert said.startswith(
        "1 text in 1 segment and 0 e-mails would have been sent to 1 person in 7 days; 1 held back, 0 waiting."
    )
    assert re.search(r"con_\w+\s+Jo\s+1\s+1\s+0\s+1\s+0", said)
    assert "Milepost: PO 4711 left Ningbo." in said
    assert re.search(r"(level|N12)\s+1\s+it", said)
    assert JO not in said
    assert "Milepost: PO 4711" not in rehearsed("shadow", "--limit", "0").good()


def test_an_empty_rehearsal(milepost: Milepost) -> None:
    assert milepost("shadow", "--days", "1").good().startswith("0 texts in 0 segments and 0 e-mails would")


def test_the_test_account(milepost: Milepost) -> None:
    assert "milepost keys create --test" in milepost("shadow", "--test").sentence()
    milepost("keys", "create", "--name", "try", "--test").good()
    assert milepost("shadow", "--test").good().startswith("0 texts")


@pytest.mark.parametrize(("words", "fix"), [(("--days", "0"), "1 to 90"), (("--limit", "-1"), "0 to 200")])
def test_what_cannot_be_asked(milepost: Milepost, words: tuple[str, str], fix: str) -> None:
    assert fix in milepost("shadow", *words).sentence()
