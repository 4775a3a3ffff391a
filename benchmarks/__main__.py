"""`python -m benchmarks`: every figure beside what it is compared with, measured in one run. Nothing is asserted."""

from __future__ import annotations

import argparse
import os
import platform

from benchmarks import accepting, deciding, dispatching, growth, handing, hostile, readers, ticking
from benchmarks.figures import Figure, table
from benchmarks.processes import Died
from benchmarks.stores import Stores, stores
from service.clock import utc_now


def main() -> None:
    """Measure what was asked for."""
    asked = _arguments()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    print(f"{utc_now():%d %b %Y %H:%M} UTC, {machine}")
    with stores() as made:
        if made.why_not:
            print(made.why_not)
        try:
            _measure(made, asked)
        except Died as error:
            raise SystemExit(str(error)) from None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="a,b,c,d,e,f,g,h,i,j", help="which measures, such as a,c (default: all)")
    parser.add_argument("--seconds", type=float, help="how long each load lasts (default: 4, quick: 1.5)")
    parser.add_argument("--runs", type=int, help="how often everything is measured (default: 3, quick: 1)")
    parser.add_argument("--quick", action="store_true", help="short and rough: a look, no figure to keep")
    parser.add_argument("--senders", default="32,64", help="how many calls at a time in (h), such as 8,64")
    parser.add_argument("--profile", action="store_true", help="also show where the time of (f) goes")
    asked = parser.parse_args()
    asked.seconds = asked.seconds or (1.5 if asked.quick else 4.0)
    asked.runs = asked.runs or (1 if asked.quick else 3)
    asked.only = set(asked.only.split(","))
    if unknown := asked.only - set("abcdefghij"):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}: choose from a, b, c, d, e, f, g, h, i and j")
    return asked


def _measure(made: Stores, asked: argparse.Namespace) -> None:
    peaks: dict[str, Figure] = {}
    if "a" in asked.only or asked.only == {"d"}:
        accepting.measure(made, asked.runs, asked.seconds, peaks)
    if "b" in asked.only:
        handing.soon(made, asked.runs, max(5.0, 3 * asked.seconds))
    if "c" in asked.only:
        handing.many(made, asked.runs, 1_000 if asked.quick else 5_000, peaks)
    if "d" in asked.only and peaks:
        rows = [[name, str(figure), "<= 150 MiB"] for name, figure in peaks.items()]
        table("(d) The most memory that the process held, MiB", ["", "seen", "aim"], rows)
    if "e" in asked.only:
        growth.measure(made, asked.runs, 100_000 if asked.quick else 1_000_000)
    if "f" in asked.only:
        deciding.measure(asked.runs, 50 if asked.quick else 300, profile=asked.profile)
    if "g" in asked.only:
        ticking.measure(made, max(3, asked.runs), 10_000, 100_000 if asked.quick else 1_000_000)
    if "h" in asked.only:
        senders = [int(number) for number in asked.senders.split(",")]
        dispatching.measure(made, asked.runs, 1_000 if asked.quick else 4_000, senders)
    if "i" in asked.only:
        readers.measure(asked.runs, 0.2 if asked.quick else 1.0)
    if "j" in asked.only:
        hostile.measure()


if __name__ == "__main__":
    main()
