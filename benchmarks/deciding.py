"""Deciding: what one look at a busy shipment costs, in pure code."""

from __future__ import annotations

import cProfile
import io
import pstats
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure, table
from notifiers.base import Channel
from service.policy.decide import decide
from service.records.enums import Classifier, Level, Milestone, Mode, ReferenceType, Transport
from service.records.situation import AccountView, AddressView, FactView, Follower, RefView, ShipmentView, Situation
from service.records.when import at_minute, on_day
from tests.policy.ledger import Ledger

FACTS, FOLLOWERS = 60, 3

BEGUN = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

STEPS = (
    (Milestone.BOOKING_CONFIRMED, None),
    (Milestone.PICKED_UP, "CNHGH"),
    (Milestone.GATED_IN_ORIGIN, "CNNGB"),
    (Milestone.LOADED, "CNNGB"),
    (Milestone.DEPARTED, "CNNGB"),
    (Milestone.TRANSSHIPMENT_ARRIVED, "SGSIN"),
    (Milestone.TRANSSHIPMENT_UNLOADED, "SGSIN"),
    (Milestone.TRANSSHIPMENT_LOADED, "SGSIN"),
    (Milestone.TRANSSHIPMENT_DEPARTED, "SGSIN"),
)
"""What happened, a day apart; each is reported by two sources."""


def measure(runs: int, looks: int, *, profile: bool = False) -> None:
    """(f): processor time of a look with nothing new, and of a look that finds a date moved."""
    quiet, moved, end = situations()
    assert len(quiet.facts) == FACTS
    found = {"nothing is new": Figure(digits=2, unit=" ms"), "a date has moved": Figure(digits=2, unit=" ms")}
    for _ in range(runs):
        for name, situation in zip(found, (quiet, moved), strict=True):
            decide(situation, end)
            begun = time.process_time()
            for _ in range(looks):
                decide(situation, end)
            found[name].values.append(1e3 * (time.process_time() - begun) / looks)
    rows = [[name, str(figure), "<= 3 ms"] for name, figure in found.items()]
    title = f"(f) Processor time of one look, {FACTS} facts and {FOLLOWERS} followers who were told {len(quiet.spoken)}"
    table(f"{title} things", ["", "seen", "aim"], rows)
    if profile:
        _profile(moved, end, looks)


def situations() -> tuple[Situation, Situation, datetime]:
    """A shipment that has been told step by step, the same with a new date, and when to look."""
    facts = [_fact(one, place, number, source) for number, (one, place) in enumerate(STEPS) for source in ("a", "b")]
    facts += [_estimate(number) for number in range(FACTS - len(facts))]
    end = max(one.received_at for one in facts) + DAY
    told = _nobody_told()
    told.play(BEGUN - DAY, end, *facts)
    quiet = told.situation()
    late = replace(_estimate(FACTS), when=on_day((end + 30 * DAY).date(), "Europe/London"), received_at=end - 12 * HOUR)
    facts = [*quiet.facts[1:], replace(late, stated_at=end - 12 * HOUR)]
    return quiet, replace(quiet, facts=tuple(facts)), end


def _nobody_told() -> Ledger:
    """The shipment and its people before its first fact."""
    people = [
        Follower(
            contact_id=f"con_{number}",
            since=BEGUN - DAY,
            addresses=(AddressView(f"a{number}", Channel.SMS), AddressView(f"b{number}", Channel.EMAIL)),
            zone="Europe/London",
            level=(Level.DIGEST, Level.INFO, Level.ACTION)[number],
        )
        for number in range(FOLLOWERS)
    ]
    shipment = ShipmentView("shp_1", FACTS, BEGUN, refs=(RefView(ReferenceType.PO, "4711"),))
    return Ledger(AccountView("acc_1", "Harbour", zone="Europe/London", mode=Mode.LIVE), shipment, followers=people)


def _fact(milestone: Milestone, place: str | None, number: int, source: str) -> FactView:
    at = BEGUN + number * DAY
    return FactView(
        id=f"fct_{source}{number:03}",
        source_id=f"src_{source}",
        event_key=f"{milestone}",
        part="",
        milestone=milestone,
        classifier=Classifier.ACTUAL,
        when=at_minute(at, "Asia/Shanghai"),
        stated_at=at + HOUR,
        received_at=at + HOUR,
        place=place,
        transport=Transport.OCEAN,
        vessel="EVER ASPIRE",
        voyage="012W",
    )


def _estimate(number: int) -> FactView:
    """A new date for the arrival or the door every five hours; they move to and fro by a day."""
    stated = BEGUN + number * 5 * HOUR + 2 * HOUR
    milestone = Milestone.DELIVERED if number % 3 == 0 else Milestone.ARRIVED_DESTINATION
    day = (BEGUN + timedelta(days=38 if number % 3 == 0 else 34) + (number % 4) * DAY).date()
    return FactView(
        id=f"fct_e{number:03}",
        source_id="src_a",
        event_key=f"estimate-{number}",
        part="eta",
        milestone=milestone,
        classifier=Classifier.ESTIMATED,
        when=on_day(day, "Europe/London"),
        stated_at=stated,
        received_at=stated,
        place="GBFXT",
        transport=Transport.OCEAN,
    )


def _profile(situation: Situation, now: datetime, looks: int) -> None:
    """Where the time goes, by the time spent in each function itself."""
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(looks):
        decide(situation, now)
    profiler.disable()
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).strip_dirs().sort_stats("tottime").print_stats(20)
    print(out.getvalue())
