"""From an accepted fact to the provider: how soon at a steady pace, and how many a second at full load."""

from __future__ import annotations

import time

from benchmarks.accepting import NAMES, options
from benchmarks.figures import Figure, percentile, table
from benchmarks.processes import Child, Died, once
from benchmarks.stores import Stores
from service.clock import utc_now

PACE = 20
SENDERS = 32
NOWHERE = "http://127.0.0.1:9"
"""A public address that nobody answers at: the stand-in posts no callbacks by itself, and nothing is polled."""

PATIENCE = 120.0
"""How long messages may take at most until all are handed over."""


def noon() -> str:
    """A zone in which it is about noon now, so that nobody's night holds a text back."""
    hours = utc_now().hour - 12
    return f"Etc/GMT{hours:+d}" if hours else "UTC"


def soon(stores: Stores, runs: int, seconds: float) -> None:
    """(b): fact accepted to provider called, through Twilio's SDK, 20 a second."""
    rows = []
    for kind in stores.kinds:
        names = ("from the 202, p50", "from the 202, p99", "from the call sent, p50", "from the call sent, p99")
        found = {name: Figure(digits=1, unit=" ms") for name in names}
        for _ in range(runs):
            after, whole = _one(stores, kind, seconds)
            for name, times in (("from the 202", after), ("from the call sent", whole)):
                found[f"{name}, p50"].values.append(percentile(times, 0.5))
                found[f"{name}, p99"].values.append(percentile(times, 0.99))
        aims = ("<= 8 ms", "<= 20 ms", "", "")
        rows += [[f"{NAMES[kind]}: {name}", str(found[name]), aim] for name, aim in zip(names, aims, strict=True)]
    table(f"(b) Fact accepted to provider called, {PACE} a second, no settle time", ["", "seen", "aim"], rows)


def _one(stores: Stores, kind: str, seconds: float) -> tuple[list[float], list[float]]:
    with (
        stores.fresh(kind) as url,
        Child("stand_in") as twilio,
        Child("server", "milepost", _with_twilio(stores, url, twilio)) as server,
    ):
        job = _job(server) | {"connections": 8, "run": "steady", "per_second": PACE, "marks": True}
        load = once("load", job | {"seconds": seconds}, seconds + 60)
        _all_handed(server, load["answers"])
        came = twilio.ask("came")["came"]
    after = [1000 * (came[phone] - answered) for phone, _, answered in load["marks"]]
    whole = [1000 * (came[phone] - sent) for phone, sent, _ in load["marks"]]
    first = PACE  # what the first second pays for opening connections and reading code is no part of a steady pace
    return after[first:], whole[first:]


def _with_twilio(stores: Stores, url: str, twilio: Child) -> str:
    settings = {"twilio": twilio.ready["settings"]}
    return options(url, stores.folder, senders=SENDERS, public_url=NOWHERE, notifiers=settings)


def _job(server: Child) -> dict[str, object]:
    return {"url": server.ready["url"], "key": server.ready["key"], "kind": "told", "zone": noon()}


def _all_handed(server: Child, count: int) -> float:
    """Wait until *count* messages are taken; returns the seconds that all of it took."""
    until = time.monotonic() + PATIENCE
    while (answer := server.ask("handed"))["handed"] < count:
        if time.monotonic() > until:
            raise Died(f"{answer['handed']} of {count} messages were handed over within {PATIENCE:.0f} s")
        time.sleep(0.25)
    return float(answer["seconds"])


def many(stores: Stores, runs: int, count: int, peaks: dict[str, Figure]) -> None:
    """(c): events accepted, decided, worded and handed over by one process, each a shipment and a person of its own."""
    rows = []
    for kind in stores.kinds:
        for way, aim in (("loopback", ">= 1,000"), ("Twilio's SDK", ">= 500")):
            figure = Figure()
            for _ in range(runs):
                rate, peak = _run(stores, kind, way == "loopback", count)
                figure.values.append(rate)
                peaks.setdefault(f"{NAMES[kind]}, {way}", Figure()).values.append(peak)
            rows.append([f"{NAMES[kind]}, {way}", str(figure), aim])
    table("(c) Accepted and handed over by one process, messages per second", ["", "seen", "aim"], rows)


def _run(stores: Stores, kind: str, loopback: bool, count: int) -> tuple[float, float]:
    with stores.fresh(kind) as url, Child("stand_in") as twilio:
        given = options(url, stores.folder, senders=SENDERS) if loopback else _with_twilio(stores, url, twilio)
        with Child("server", "milepost", given) as server:
            job = _job(server) | {"connections": 64, "run": "many", "count": count, "seconds": PATIENCE}
            load = once("load", job, PATIENCE + 60)
            seconds = _all_handed(server, load["answers"])
            return load["answers"] / seconds, float(server.ask("peak")["peak_mib"])
