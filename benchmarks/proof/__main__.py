"""`python -m benchmarks.proof`: put every promise to the test, and print one card. Fails if any promise does.

Results are merged into `.proof/card.json`, so that each promise can be run alone.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path

from benchmarks.processes import Died
from benchmarks.proof.card import BROKE, Line, merge, show
from benchmarks.proof.promises import PROMISES, RUNS
from benchmarks.proof.setting import Setting
from benchmarks.stores import Stores, stores

CARD = Path(".proof/card.json")


def main() -> None:
    """Prove what was asked for; exit 1 where something failed."""
    asked = _arguments()
    with stores() as made:
        if made.why_not:
            print(made.why_not)
        setting = Setting(asked.long, asked.seed, _kinds(made, asked.store), made, made.folder)
        lines = _prove(setting, asked.only)
    card = merge(CARD, lines)
    print(f"\nThe card ({CARD}):\n{show(card, PROMISES)}")
    sys.exit(0 if lines and all(line.passed for line in lines) else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof", description=__doc__)
    parser.add_argument("--long", action="store_true", help="the figures to publish (about half an hour)")
    parser.add_argument("--only", default=",".join(RUNS), help="which promises, such as R1,R7 (default: all)")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), help="one store (default: both)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="to repeat a run")
    asked = parser.parse_args()
    asked.only = [name.strip().upper() for name in asked.only.split(",")]
    if unknown := [name for name in asked.only if name not in RUNS]:
        parser.error(f"there is no run for {', '.join(unknown)}: choose from {', '.join(RUNS)}")
    return asked


def _kinds(made: Stores, store: str | None) -> tuple[str, ...]:
    return tuple(kind for kind in made.kinds if store in (None, kind))


def _prove(setting: Setting, only: list[str]) -> list[Line]:
    """Every line of the runs that were asked for; a run that breaks is a line that failed, and the others go on."""
    lines = []
    for run in dict.fromkeys(run for name in only for run in RUNS[name]):
        began = time.monotonic()
        try:
            for line in run(setting):
                print(f"{line} ({time.monotonic() - began:.0f} s)", flush=True)
                lines.append(line)
        except Died as error:
            name = next(name for name in only if run in RUNS[name])
            lines.append(
                Line(name, run.__module__, BROKE, False, {"broke": str(error)}, setting.seed, "", setting.name)
            )
            print(lines[-1], flush=True)
    return lines


if __name__ == "__main__":
    main()
