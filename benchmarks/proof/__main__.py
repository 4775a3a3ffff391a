"""`python -m benchmarks.proof`: put every promise to the test, and print one card. Fails if any promise does.

Results are merged into `.proof/card.json`, so that each promise can be run alone.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.proof.card import Line, merge, show
from benchmarks.proof.promises import PROMISES, RUNS
from benchmarks.proof.setting import Setting
from benchmarks.proof.side_by_side import Timed, at_once, one_after_the_other
from benchmarks.stores import Stores, stores

CARD = Path(".proof/card.json")


def main() -> None:
    """Prove what was asked for; exit 1 where something failed."""
    asked = _arguments()
    with stores() as made:
        if made.why_not:
            print(made.why_not)
        kinds = _kinds(made, asked.store)
        if asked.long:
            found = one_after_the_other(Setting(True, asked.seed, kinds, made, made.folder), asked.only)
        else:
            found = at_once(asked.seed, kinds, asked.only)
        lines = _printed(found)
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


def _printed(found: Iterator[Timed]) -> list[Line]:
    """Every line, printed as it comes; a program that breaks is a line that failed, and the others go on."""
    lines = []
    for line, seconds in found:
        print(f"{line} ({seconds:.0f} s)", flush=True)
        lines.append(line)
    return lines


if __name__ == "__main__":
    main()
