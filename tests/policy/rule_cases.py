"""For each rule of the decision list a story in which it lets news pass, and one in which it holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from notifiers.base import Channel
from service.records.decision import Decision
from service.records.enums import Level, Reason
from service.records.situation import AddressView, FactView, ShipmentView
from tests.policy.ledger import DAY, HOUR, MINUTE, START, Ledger, M, at, due, eta, fact, follower, retraction

A, B, C = "2026-10-09", "2026-10-13", "2026-10-19"
LEFT = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB")
FRIDAY = datetime(2026, 9, 18, 21, 0, tzinfo=UTC)
"""22:00 in London."""

EVERY_STEP = {"followers": [follower(level=Level.DIGEST)]}
AT_WORK = {"followers": [follower(business=True)]}
UNITS = ("MSCU1234566", "MSCU1234571", "MSCU1234587")


@dataclass(frozen=True)
class Case:
    """A story: *facts* arrive, *days* go by, *says* is what was said. `passes`: the rule lets news pass in it.

    `traced` says that the rule stands among the reasons with that verdict; some rules leave none, because what they
    stop never becomes news at all.
    """

    rule: str
    name: str
    passes: bool
    facts: Sequence[FactView]
    says: Sequence[str]
    days: float = 3
    traced: bool = True
    world: Mapping[str, Any] = field(default_factory=dict)
    at: Sequence[datetime] = ()


@dataclass
class Traced(Ledger):
    """A ledger that also keeps every verdict of its decisions."""

    verdicts: set[tuple[str, bool]] = field(default_factory=set)

    def write(self, decision: Decision, now: datetime) -> None:
        said = [one for new in decision.notices for one in new.why]
        held = [one for news in decision.held for one in news.verdicts]
        self.verdicts |= {(one.rule, one.passed) for one in (*said, *held)}
        super().write(decision, now)


def play(case: Case) -> Traced:
    """What comes of it."""
    ledger = Traced(**case.world)
    ledger.play(START, START + timedelta(days=case.days), *case.facts)
    return ledger


def steps(*days: str, every: timedelta = DAY, after: timedelta = DAY) -> list[FactView]:
    """The goods leave, due on the first of *days*; then one new date after the other."""
    later = [eta(day, START + after + n * every) for n, day in enumerate(days[1:])]
    return [LEFT, eta(days[0]), *later]


def reported(*minutes: int) -> list[FactView]:
    """Three containers are booked, and arrive so many minutes after START + 1 h."""
    booked = [fact(M.BOOKING_CONFIRMED, "2026-09-17T10:00", unit=unit, key=f"b{unit}") for unit in UNITS]
    when = [START + HOUR + n * MINUTE for n in minutes]
    return booked + [
        fact(M.ARRIVED_DESTINATION, "2026-09-17T13:00", then, unit=unit, place="GBFXT", key=unit)
        for unit, then in zip(UNITS, when, strict=False)
    ]


def shipment(**more: Any) -> dict[str, Any]:
    """A world whose shipment is so."""
    return {"shipment": ShipmentView("shp_1", 0, START, **more)}


def only(**address: Any) -> dict[str, Any]:
    """A person with one phone, and a mailbox if *address* says that the phone is dead."""
    ways = (AddressView("phone", Channel.SMS, **address), AddressView("mail", Channel.EMAIL))
    return {"followers": [follower(addresses=ways)]}


TRIED = fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-17T09:00", reason=Reason.SITE_CLOSED)
THERE = fact(M.DELIVERED, "2026-09-17T11:30", key="pod")
NIGHT = START + 10 * HOUR
VAN = fact(M.OUT_FOR_DELIVERY, "2026-09-17T20:00", NIGHT)

CASES = (
    Case("N1", "a date that leaves what was told", True, steps(A, B), ["M07", "D01"]),
    Case("N1", "the date that was told, said again", False, steps(A, A), ["M07"], traced=False),
    Case("N1", "A, B, A, B: each against the last word", True, steps(A, B, A, B), ["M07", "D01", "D13", "D02"], 6),
    Case(
        "N1",
        "20 hours, 20 hours and 20 hours add up",
        True,
        steps(A, "2026-10-09T16:00", "2026-10-10T12:00", "2026-10-12T04:00", every=4 * HOUR),
        ["M07", "D01"],
    ),
    Case("N2", "four days, three weeks ahead", True, steps(A, B), ["M07", "D01"]),
    Case("N2", "one day, three weeks ahead", False, steps(A, "2026-10-10"), ["M07"]),
    Case("N2", "the same day, once it is near", True, steps(A, "2026-10-10"), ["M07", "D01"], 10),
    Case(
        "N2",
        "one day, past the day of need",
        True,
        steps(A, "2026-10-10"),
        ["M07", "D01"],
        world=shipment(need_by=at(A).on),
    ),
    Case("N3", "a new date that holds", True, steps(A, B), ["M07", "D01"]),
    Case("N3", "there and back within the hour", False, steps(A, B, A, every=50 * MINUTE), ["M07"]),
    Case("N4", "two days earlier", True, steps(A, "2026-10-07"), ["M07", "M10"]),
    Case("N4", "half a day earlier", False, steps(A, "2026-10-08T12:00"), ["M07"]),
    Case("N5", "the end of a delay that was told", True, steps(A, B, A), ["M07", "D01", "D13"], 5),
    Case("N5", "earlier, and no delay was told", False, steps(A, "2026-10-07"), ["M07", "M10"], traced=False),
    Case("N5", "told once that it is over", False, steps(A, B, A, A), ["M07", "D01", "D13"], 6, traced=False),
    Case("N6", "three containers together", True, reported(0, 0, 0), ["M02", "M12"], traced=False),
    Case("N6", "three containers within 40 minutes", False, reported(0, 20, 40), ["M02", "M12"]),
    Case("N6", "and the third a day later", False, reported(0, 20, 1600), ["M02", "M12", "M12"], 4),
    Case("N9", "at noon", True, [LEFT], ["M07"], at=[START]),
    Case(
        "N9",
        "a slip learned on Friday at 22:00 waits for the morning",
        False,
        [LEFT, eta(A), eta(B, FRIDAY)],
        ["M07", "D01"],
        4,
        at=[START, FRIDAY + 10 * HOUR],
    ),
    Case(
        "N9",
        "on Friday night at work: Monday",
        False,
        [fact(M.DEPARTED, "2026-09-18T20:00", FRIDAY, place="CNNGB")],
        ["M07"],
        5,
        world=AT_WORK,
        at=[FRIDAY + 58 * HOUR],
    ),
    Case("N10", "still true in the morning", True, [VAN], ["M19"], traced=False, at=[NIGHT + 9 * HOUR]),
    Case(
        "N10",
        "out for delivery is not said after delivered",
        False,
        [VAN, fact(M.DELIVERED, "2026-09-18T06:00", NIGHT + 8 * HOUR)],
        ["M20"],
        traced=False,
    ),
    Case(
        "N10",
        "a slip withdrawn overnight",
        False,
        [LEFT, eta(A), eta(B, FRIDAY), eta(A, FRIDAY + 8 * HOUR)],
        ["M07"],
        4,
        traced=False,
    ),
    Case(
        "N11",
        "two attempts are two",
        True,
        [TRIED, fact(M.DELIVERY_ATTEMPT_FAILED, "2026-09-18T09:00", START + DAY, key="second")],
        ["D12", "D12"],
        traced=False,
    ),
    Case(
        "N11",
        "two hubs are two",
        True,
        [
            LEFT,
            fact(M.TRANSSHIPMENT_ARRIVED, "2026-09-19T11:00", START + 2 * DAY, place="SGSIN"),
            fact(M.TRANSSHIPMENT_DEPARTED, "2026-09-20T11:00", START + 3 * DAY, place="SGSIN"),
            fact(M.TRANSSHIPMENT_ARRIVED, "2026-09-23T11:00", START + 6 * DAY, place="LKCMB"),
        ],
        ["M07", "M08", "M09", "M08"],
        8,
        traced=False,
        world=EVERY_STEP,
    ),
    Case(
        "N11",
        "delivered, taken back, delivered",
        True,
        [
            THERE,
            retraction(THERE, START + 4 * HOUR),
            fact(M.DELIVERED, "2026-09-18T10:00", START + DAY, key="pod 2"),
        ],
        ["M20", "D16", "M20"],
        traced=False,
    ),
    Case(
        "N11",
        "two sources tell one thing",
        False,
        [LEFT, replace(LEFT, id="b", source_id="src_b", event_key="x", received_at=START + HOUR)],
        ["M07"],
        traced=False,
    ),
    Case(
        "N11",
        "ten repeats tell one thing",
        False,
        [replace(LEFT, id=f"r{n}", received_at=START + n * HOUR) for n in range(10)],
        ["M07"],
        traced=False,
    ),
    Case("N12", "70 hours ago is news", True, [fact(M.DEPARTED, "2026-09-14T14:00")], ["M07"], traced=False),
    Case("N12", "80 hours ago is history", False, [fact(M.DEPARTED, "2026-09-14T04:00")], []),
    Case(
        "N12",
        "a van of this morning is news",
        True,
        [fact(M.OUT_FOR_DELIVERY, "2026-09-17T07:00")],
        ["M19"],
        traced=False,
    ),
    Case("N12", "a van of last night is not", False, [fact(M.OUT_FOR_DELIVERY, "2026-09-16T21:00")], []),
    Case(
        "N12",
        "overtaken is history",
        False,
        [fact(M.ARRIVED_DESTINATION, "2026-09-17T11:00", place="GBFXT"), replace(LEFT, received_at=START + HOUR)],
        ["M12"],
    ),
    Case(
        "N13",
        "the first change after a first load",
        True,
        [due(A), due(B, START + DAY)],
        ["D01"],
        traced=False,
        world=shipment(first_load_at=START + MINUTE),
    ),
    Case("N13", "a first load", False, [LEFT, eta(A)], [], world=shipment(first_load_at=START + MINUTE)),
    Case("N14", "the phone first", True, [LEFT], ["M07"], world=only()),
    Case("N14", "a dead number: by e-mail", True, [LEFT], ["M07"], world=only(suppressed=True)),
    Case("N14", "nowhere to write to", False, [LEFT], [], world={"followers": [follower(addresses=())]}),
)
