"""The chain of seals, and what does not fit into it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.policy import chain
from service.records.ledger import Entry, KeptPromise, Seal

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
CONTENT = {"state": "told", "at_date": "2026-10-09", "told_at": NOW.isoformat(), "outcome": None, "step": 1}


def entry(number: int, promise: str = "prm_1", step: int = 1, **more: object) -> Entry:
    return Entry("acc_1", f"lde_{number:03}", promise, "told", NOW, {**CONTENT, "step": step, **more})


FIRST = [entry(1), entry(2, "prm_2")]
SECOND = [entry(3, "prm_3")]
ONE = chain.seal(None, FIRST, NOW)
TWO = chain.seal(ONE, SECOND, NOW + timedelta(seconds=10))


def test_seals_follow_one_another() -> None:
    assert (ONE.number, ONE.previous, ONE.entries, ONE.first_id, ONE.last_id) == (
        1,
        chain.START,
        2,
        "lde_001",
        "lde_002",
    )
    assert (TWO.number, TWO.previous) == (2, ONE.digest)
    assert chain.misfit_seal(ONE, None, FIRST) is None
    assert chain.misfit_seal(TWO, ONE, SECOND) is None


def test_the_digest_does_not_hang_on_the_order_of_keys() -> None:
    turned = [replace(one, content=dict(reversed(list(one.content.items())))) for one in FIRST]
    assert json.dumps(turned[0].content) != json.dumps(FIRST[0].content)
    assert chain.digest(ONE, turned) == ONE.digest


@pytest.mark.parametrize(
    ("one", "before", "entries", "words"),
    [
        (ONE, None, FIRST[:1], "an entry was removed"),
        (ONE, None, [FIRST[0], replace(FIRST[1], promise_id="prm_9")], "was changed"),
        (ONE, None, [FIRST[0], replace(FIRST[1], event="kept")], "was changed"),
        (ONE, None, [FIRST[0], replace(FIRST[1], entered_at=NOW + timedelta(microseconds=1))], "was changed"),
        (ONE, None, [FIRST[0], entry(2, "prm_2", at_date="2026-10-10")], "was changed"),
        (replace(ONE, sealed_at=NOW + timedelta(seconds=1)), None, FIRST, "was changed"),
        (replace(ONE, digest="0" * 64), None, FIRST, "was changed"),
        (TWO, None, SECOND, "Seal 1 is missing"),
        (replace(TWO, number=3), ONE, SECOND, "Seal 2 is missing"),
        (TWO, replace(ONE, digest="f" * 64), SECOND, "does not follow"),
    ],
)
def test_what_does_not_fit_is_named(one: Seal, before: Seal | None, entries: list[Entry], words: str) -> None:
    assert words in (chain.misfit_seal(one, before, entries) or "")


NOW_ROW = {name: value for name, value in CONTENT.items() if name != "step"}
TOLD = KeptPromise("prm_1", "told", NOW_ROW)
KEPT = entry(4, step=2, outcome="kept")


@pytest.mark.parametrize(
    ("promise", "entries", "opened", "words"),
    [
        (TOLD, [entry(1)], True, None),
        (TOLD, [KEPT, entry(1)], True, "outcome changed"),
        (replace(TOLD, content=NOW_ROW | {"outcome": "kept"}), [KEPT, entry(1)], True, None),
        (replace(TOLD, content=NOW_ROW | {"at_date": "2026-10-10"}), [entry(1)], True, "at_date changed"),
        (TOLD, [], True, "no entry of it"),
        (TOLD, [], False, None),
        (replace(TOLD, state="intended"), [], True, None),
        (TOLD, [replace(KEPT, content=CONTENT | {"step": 2})], True, "lacks an entry"),
        (TOLD, [entry(1), entry(2)], True, "lacks an entry"),
    ],
)
def test_a_promise_is_as_its_last_entry_has_it(
    promise: KeptPromise, entries: list[Entry], opened: bool, words: str | None
) -> None:
    found = chain.misfit_promise(promise, entries, opened=opened)
    assert (found is None) if words is None else (words in (found or ""))
