"""Handing over: messages that wait in the store, through Twilio's SDK, to a provider that answers in 50 ms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.accepting import NAMES
from benchmarks.figures import Figure, percentile, table
from benchmarks.handing import NOWHERE, noon
from benchmarks.processes import Child, Died, once
from benchmarks.stores import Stores

ANSWER_SECONDS = 0.05
PATIENCE = 400.0

PARTS = {
    "calls": "the calls themselves",
    "claims": "claims",
    "outcomes": "outcomes",
    "writer": "the store's writer",
    "rest": "all else",
}


@dataclass(slots=True)
class Found:
    """What the runs with one store and one number of senders came to."""

    rate: Figure = field(default_factory=Figure)
    bare: Figure = field(default_factory=Figure)
    processor: Figure = field(default_factory=lambda: Figure(digits=2, unit=" ms"))
    bare_processor: Figure = field(default_factory=lambda: Figure(digits=2, unit=" ms"))
    waited: Figure = field(default_factory=lambda: Figure(unit=" ms"))
    parts: dict[str, Figure] = field(default_factory=dict)


def measure(stores: Stores, runs: int, count: int, senders: Sequence[int]) -> None:
    """(h): messages handed over a second by one process, beside the same client in a bare loop."""
    for kind in stores.kinds:
        for number in senders:
            found = Found()
            for _ in range(runs):
                _run(stores, kind, number, count, found)
            _print(NAMES[kind], number, found)


def _run(stores: Stores, kind: str, senders: int, count: int, into: Found) -> None:
    with stores.fresh(kind) as url, Child("slow_twilio", str(ANSWER_SECONDS)) as twilio:
        given = {
            "database_url": url,
            "pause_file": str(stores.folder / "pause"),
            "public_url": NOWHERE,
            "senders": senders,
            "notifiers": {"twilio": twilio.ready["settings"]},
            "count": count,
            "zone": noon(),
        }
        ran = once("sender", given, PATIENCE)
        came = twilio.ask("came")["came"]
    if any(len(came.get(one, ())) != 2 for one in ran["claimed"]) or len(came) != count:
        raise Died("a message did not come once from the service and once from the bare loop")
    into.rate.values.append(count / ran["seconds"])
    into.bare.values.append(count / ran["bare"])
    into.processor.values.append(1e3 * sum(ran["processor"].values()) / count)
    into.bare_processor.values.append(1e3 * ran["bare_processor"] / count)
    into.waited.values.append(percentile([1e3 * (came[one][0] - at) for one, at in ran["claimed"].items()], 0.99))
    for part, seconds in ran["processor"].items():
        into.parts.setdefault(part, Figure(digits=2, unit=" ms")).values.append(1e3 * seconds / count)


def _print(store: str, senders: int, found: Found) -> None:
    rows = [
        ["messages a second", str(found.rate), ">= 500"],
        ["  the same client in a bare loop", str(found.bare), ""],
        ["  share of the bare loop", found.rate.share_of(found.bare), ">= 80 %"],
        ["from the claim to the call, p99", str(found.waited), "<= 2,000 ms"],
        ["processor time of a message", str(found.processor), ""],
        *([f"  {name}", str(found.parts[part]), ""] for part, name in PARTS.items() if part in found.parts),
        ["  a bare call", str(found.bare_processor), ""],
    ]
    title = f"(h) Handed over to a provider that answers in {1e3 * ANSWER_SECONDS:.0f} ms: {store}, {senders} senders"
    table(title, ["", "seen", "aim"], rows)
