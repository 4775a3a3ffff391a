"""Two that become one at any point of their story, and while everything else goes on."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide, ledger, merging
from service.flows.merging import Flying
from service.records.tables import Fact, FactShipment, Notice, Promise, Reference, Shipment, ShipmentMerge
from service.store.engine import Database
from tests.flows.every_order import SEVEN, STEP, end_of
from tests.kits import HOUR, Works, running

STORIES = 8
ROUNDS = 5
BOOKED = {"milestone": "booking_confirmed", "at": "2026-09-15T08:00:00Z", "due": "2026-09-28"}
ROLLED_ON = {"N12.late_hours": 1000, "N12.van_hours": 1000}


def named(number: int, name: str, event: dict[str, Any], apart: bool = True) -> dict[str, Any]:
    """The event as one of a shipment's order (`o`), its bill (`b`) or both; without *apart* of the order alone."""
    order, bill = {"ref": f"PO {number}"}, {"house_bill": f"HBL {number}"}
    refs = {"o": order, "b": bill, "ob": order | bill}[name] if apart else {"ref": f"ONE {number}"}
    keys = {key: f"{event[key]} {number} {apart}" for key in ("id", "retracts") if key in event}
    return event | keys | {"refs": refs}


@pytest.mark.parametrize("seed", [1, 2])
def test_one_story_under_two_names_ends_as_under_one(works: Works, seed: int) -> None:
    """Each step comes under either name, and somewhere among them one that gives both."""
    works.go(rules=ROLLED_ON)
    chance = random.Random(seed)
    orders = [chance.sample(SEVEN, len(SEVEN)) for _ in range(STORIES)]
    ways = [[chance.choice("ob") for _ in SEVEN] for _ in range(STORIES)]
    for way in ways:
        way[chance.randrange(len(way))] = "ob"
    phones = [f"+447700900{n:03d}" for n in range(STORIES)]
    for n, phone in enumerate(phones):
        for name in "ob":
            works.call(named(n, name, BOOKED | {"id": f"booked {name}"}) | {"tell": [phone]})
        works.call(named(n, "o", BOOKED | {"id": "booked"}, apart=False))
    works.forward(STEP)
    for step in range(len(SEVEN)):
        calls = [named(n, ways[n][step], orders[n][step]) for n in range(STORIES)]
        calls += [named(n, "o", orders[n][step], apart=False) for n in range(STORIES)]
        assert {item.outcome for item in works.call(calls).items} == {"accepted"}
        works.forward(STEP)
    holders = {row.shown: row.shipment_id for row in works.rows(Reference, valid_to=None)}
    for n in range(STORIES):
        assert holders[f"PO {n}"] == holders[f"HBL {n}"], (n, orders[n], ways[n])
        one, alone = end_of(works, holders[f"PO {n}"]), end_of(works, holders[f"ONE {n}"])
        assert one[:4] == alone[:4], (n, orders[n], ways[n])
    told_once(works)


def told_once(works: Works) -> None:
    """After they are one nobody hears of what either told, and the ledger fits."""
    merges = works.rows(ShipmentMerge)
    assert len(merges) == STORIES
    for one in merges:
        told: dict[bool, set[tuple[str, ...]]] = {True: set(), False: set()}
        for row in works.rows(Notice, shipment_id=one.older_id, state="said"):
            if row.params["at"] is not None:
                step = (row.contact_id, row.code.value, row.params["at"]["on"], str(row.params["place"]))
                told[row.ended_at > one.merged_at].add(step)
        assert not told[True] & told[False]
    ledger.seal_due(works.kit)
    assert ledger.verify(works.kit, works.account_id).fault is None


def test_while_everything_goes_on(database: Database, clock: ManualClock) -> None:
    """Events come, decisions are made and texts leave while two become one and two again, over and over."""
    sms = Recorder(Channel.SMS)
    with running(database, clock, {Channel.SMS: sms}) as works:
        works.go()
        for name in "ob":
            works.call(named(0, name, BOOKED | {"id": f"booked {name}"}) | {"tell": ["+447700900123"]})
        works.settle()
        older, younger = sorted(row.id for row in works.rows(Shipment))
        over, broken = threading.Event(), []

        def again(step: Callable[[int], object]) -> threading.Thread:
            def run() -> None:
                number = 0
                try:
                    while not over.is_set():
                        step(number)
                        number += 1
                except BaseException as error:
                    broken.append(error)

            thread = threading.Thread(target=run)
            thread.start()
            return thread

        def post(number: int) -> None:
            name = "ob"[number % 2]
            event = {"id": f"e{number}", "milestone": "eta_changed", "eta": f"2026-10-{1 + number % 28:02d}"}
            assert works.call(named(0, name, event)).items[0].outcome == "accepted"

        def work(_: int) -> None:
            decide.run_due(works.kit)
            works.dispatcher.run_due()

        threads = [again(post), again(work)]
        for _ in range(ROUNDS):
            merging.merge(works.kit, works.account_id, younger, older, why="one", by="test")
            while True:
                try:
                    merging.split(works.kit, works.account_id, younger, why="two", by="test")
                    break
                except Flying:
                    continue
        merging.merge(works.kit, works.account_id, younger, older, why="one", by="test")
        over.set()
        for thread in threads:
            thread.join(30)
        assert broken == []
        works.forward(HOUR)
        assert {row.shipment_id for row in works.rows(FactShipment)} == {older}, "no fact is left behind"
        assert len(works.rows(FactShipment)) == len(works.rows(Fact))
        assert {row.shipment_id for row in works.rows(Reference)} == {older}
        words = [row for row in works.rows(Promise) if row.shipment_id == older and row.state.value == "told"]
        assert len({(row.contact_id, row.stage, row.line, row.ordinal) for row in words}) == len(words)
        ledger.seal_due(works.kit)
        assert ledger.verify(works.kit, works.account_id).fault is None
