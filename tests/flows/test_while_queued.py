"""The world changes while a text waits: whatever leaves is true of the facts that were known when it was claimed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifiers.base import Accepted, Channel
from notifiers.base import Message as OutgoingMessage
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.flows import decide
from service.policy.catalogue import code_of
from service.policy.journey import fold
from service.policy.lines import DATED
from service.records.said import Said, Untrue
from service.records.tables import MessageNotice, Notice
from service.store import addresses, situations, switches
from service.store.engine import Database
from tests.kits import DAY, HOUR, JO, MINUTE, Works, running

STEPS = 120
PHONES = tuple(f"+44770090020{number}" for number in range(4))
"""One for each shipment."""


class Examiner(Recorder):
    """Holds each message against the facts that are kept when it is handed over; `lies` are those that fail.

    Nothing else happens between a claim and its call here, so what is known now was known when it was claimed.
    """

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, sender="desk@example.com" if channel is Channel.EMAIL else "+447700900000")
        self.works: Works | None = None
        self.lies: list[str] = []

    def send(self, message: OutgoingMessage) -> Accepted:
        assert self.works is not None
        self.lies += untrue(self.works, message.id)
        return super().send(message)


def untrue(works: Works, message_id: str) -> list[str]:
    """What a message says that the facts kept so far do not."""
    now = works.clock()
    found: list[str] = []
    for link in works.rows(MessageNotice, message_id=message_id):
        (notice,) = works.rows(Notice, id=link.notice_id)
        with works.database.read() as conn:
            situation = situations.situation(conn, works.account_id, notice.shipment_id)
        assert situation is not None
        journey, said = fold(situation.facts, now), Said.from_json(notice.params)
        for one in said.dates:
            truth = journey.lines.get(one.line)
            if one.line in DATED and (truth is None or truth.when is None or truth.when.on != one.when.on):
                found.append(f"{notice.code}: {one.line} {one.when.on}, but it is {truth and truth.when}")
        happened = {code_of(done) for done in journey.done}
        if said.untrue is Untrue.DID_NOT_HAPPEN and said.told in happened:
            found.append(f"{notice.code}: {said.told} is so")
        if said.at is not None and said.untrue is None and notice.code not in happened:
            found.append(f"{notice.code} is not so")
    return found


class Chance:
    """A service to which things happen at random, always the same for one seed."""

    def __init__(self, works: Works, seed: int) -> None:
        self.works = works
        self.draw = random.Random(seed)
        self.events = 0
        self.stated: list[tuple[str, str]] = []
        self.did: Counter[str] = Counter()

    def step(self) -> None:
        """One thing happens; deciding and sending are things that happen too, and need not follow a fact."""
        acts = [self.moves, self.happens, self.takes_back, self.passes, self.holds, self.stops, self.sends, self.looks]
        act = self.draw.choices(acts, weights=(5, 4, 2, 5, 1, 1, 6, 6))[0]
        self.did[act.__name__] += 1
        act()

    def post(self, **event: Any) -> None:
        number = self.draw.randrange(len(PHONES))
        self.events += 1
        ref, key = f"PO {number}", f"e{self.events}"
        self.works.post(ref=ref, id=key, tell=[{"phone": PHONES[number], "email": f"{number}@example.com"}], **event)
        self.stated.append((ref, key))

    def moves(self) -> None:
        day = (self.works.clock() + self.draw.randrange(1, 25) * DAY).date().isoformat()
        self.post(milestone="eta_changed", **{self.draw.choice(["eta", "due"]): day})

    def happens(self) -> None:
        names = ("departed", "arrived_destination", "customs_hold", "customs_cleared", "delivered")
        name = self.draw.choices(names, weights=(4, 3, 2, 2, 1))[0]
        at = self.works.clock() - self.draw.randrange(1, 40) * HOUR
        self.post(milestone=name, at=at.isoformat(), place="CNNGB" if name == "departed" else "GBFXT")

    def takes_back(self) -> None:
        if self.stated:
            ref, key = self.draw.choice(self.stated)
            self.events += 1
            self.works.post(ref=ref, id=f"e{self.events}", retracts=key)

    def passes(self) -> None:
        """Time passes with nobody at work: minutes that let a date settle, or a night."""
        self.works.clock.advance(self.draw.choice([MINUTE, 5 * MINUTE, 31 * MINUTE, 2 * HOUR, 9 * HOUR]))

    def holds(self) -> None:
        """Everything is held, or goes on."""
        works, now = self.works, self.works.clock()

        def unit(conn: Any) -> None:
            if switches.active_switches(conn, works.account_id, now):
                switches.lift_switches(conn, works.account_id, "account", "", now)
            else:
                switches.set_switch(conn, works.account_id, "account", "", by="Ana", why="a look", now=now)

        works.database.write(unit)

    def stops(self) -> None:
        """Somebody asks for no texts, or for texts again."""
        phone = self.draw.choice(PHONES)
        works, now, stopped = self.works, self.works.clock(), self.draw.random() < 0.5

        def unit(conn: Any) -> None:
            found = addresses.find_address(conn, works.account_id, Channel.SMS, phone)
            if found is not None and stopped:
                addresses.suppress(conn, works.account_id, found.id, "person", "asked", now)
            elif found is not None:
                addresses.lift(conn, works.account_id, found.id, now)

        works.database.write(unit)

    def sends(self) -> None:
        self.works.dispatcher.run_due()
        assert self.works.dispatcher.wait_idle(20)

    def looks(self) -> None:
        decide.run_due(self.works.kit)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_untrue_leaves(
    database: Database, clock: ManualClock, tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    notifiers = {channel: Examiner(channel) for channel in Channel}
    with running(database, clock, notifiers, place=tmp_path) as works:
        works.go()
        for one in notifiers.values():
            one.works = works
        chance = Chance(works, seed)
        for _ in range(STEPS):
            chance.step()
        database.write(lambda conn: switches.lift_switches(conn, works.account_id, "account", "", clock()))
        works.settle()
        works.forward(DAY)
        assert "cannot be decided" not in caplog.text
        assert [lie for one in notifiers.values() for lie in one.lies] == []
        assert sum(len(one.asked) for one in notifiers.values()) >= 3, "there was something to examine"
        assert {"superseded", "never_told"} & {*works.states(), *(word[2] for word in works.words())}, "and some waited"


def test_the_examiner_sees_a_lie(database: Database, clock: ManualClock, tmp_path: Path) -> None:
    """The proof above can fail: a text that is handed over although its date moved is seen."""
    examiner = Examiner(Channel.SMS)
    with running(database, clock, {Channel.SMS: examiner}, place=tmp_path) as works:
        works.go()
        examiner.works = works
        day = date(2026, 10, 9)
        works.post(ref="PO 1", milestone="departed", at="2026-09-17T10:00:00Z", eta=day.isoformat(), tell=[JO])
        works.settle()
        assert examiner.lies == []
        works.post(ref="PO 1", milestone="eta_changed", eta=(day + timedelta(days=4)).isoformat())
        (message,) = works.messages()
        (lie,) = untrue(works, message.id)
        assert lie.startswith("M07: arrival 2026-10-09, but it is ")
