"""Several programs of proof at once, each in a process of its own: most of their time is waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from benchmarks.processes import Died
from benchmarks.proof import caps, full_disk, killing, outage, pausing, together
from benchmarks.proof.card import BROKE, Line
from benchmarks.proof.promises import RUNS
from benchmarks.proof.setting import Run, Setting
from benchmarks.stores import stores

AT_ONCE = 3
"""For two cores. Figures to publish are made one program after the other."""

LONGEST = (full_disk.prove, outage.prove, killing.run, caps.prove, pausing.prove, together.run)
"""They begin first, so that nothing long is left for the end."""

Timed = tuple[Line, float]
"""A line, and the seconds from the begin of its program until it was known."""


def runs_of(only: Sequence[str]) -> list[Run]:
    """The programs of these promises, each once."""
    return list(dict.fromkeys(run for name in only for run in RUNS[name]))


def one_after_the_other(setting: Setting, only: Sequence[str]) -> Iterator[Timed]:
    """Every line, as soon as it is known."""
    for run in runs_of(only):
        yield from _lines(run, setting, only)


def at_once(seed: int, kinds: tuple[str, ...], only: Sequence[str]) -> Iterator[Timed]:
    """Every line of the short setting, program by program as they end."""
    runs = runs_of(only)
    numbers = sorted(range(len(runs)), key=lambda number: runs[number] not in LONGEST)
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_apart, number, seed, kinds, tuple(only)) for number in numbers]):
            yield from done.result()


def _apart(number: int, seed: int, kinds: tuple[str, ...], only: tuple[str, ...]) -> list[Timed]:
    with stores() as made:
        setting = Setting(long=False, seed=seed, kinds=kinds, stores=made, folder=made.folder)
        return list(_lines(runs_of(only)[number], setting, only))


def _lines(run: Run, setting: Setting, only: Sequence[str]) -> Iterator[Timed]:
    """The lines of one program; one that breaks is a line that failed."""
    began = time.monotonic()
    try:
        for line in run(setting):
            yield line, time.monotonic() - began
    except Died as error:
        name = next(name for name in only if run in RUNS[name])
        figures = {"broke": str(error)}
        yield Line(name, run.__module__, BROKE, False, figures, setting.seed, "", setting.name), 0.0
