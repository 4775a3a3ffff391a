"""What is promised, and which runs prove it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from benchmarks.proof import (
    backfill,
    books,
    caps,
    caught,
    full_disk,
    killing,
    order,
    outage,
    pausing,
    power,
    repeats,
    replies,
    throwing,
    ticking,
    together,
    upgrade,
)
from benchmarks.proof.setting import Run

PROMISES: Mapping[str, str] = MappingProxyType(
    {
        "R1": "A 2xx means that the fact survives a kill, a stop of the database and a power cut.",
        "R2": "A provider takes each message once; what cannot be proven is unknown and never sent again by machine.",
        "R3": "The same event any number of times at once has one effect and the same answer; another body is refused.",
        "R4": "Any order of arrival ends in the same state, and no message contradicts a newer fact.",
        "R5": "Nothing leaves after its time; our own outage never makes a false delay; what is still owed is said.",
        "R6": "No number gets more than its cap, and no message more than three calls, whatever breaks.",
        "R7": "A pause silences within a second, survives a restart, works without the database; resuming drains.",
        "R8": "Backfill, replay, import and restore send nothing without a plan.",
        "R9": "Each due check runs once, with any number of processes, across clock changes and jumps.",
        "R10": "STOP is kept before the next text; replies written while we were down are heard.",
        "R16": "A full disk or a stopped database is an honest 503, and passes by itself.",
        "R19": "The books balance, and the provider's list agrees with ours.",
        "R20": "One migration up and down under load loses and repeats nothing.",
    }
)

RUNS: Mapping[str, tuple[Run, ...]] = MappingProxyType(
    {
        "R1": (killing.run, together.run, power.prove),
        "R2": (killing.run, together.run, caught.run),
        "R3": (repeats.run,),
        "R4": (order.prove,),
        "R5": (outage.prove,),
        "R6": (caps.prove, throwing.prove),
        "R7": (pausing.prove,),
        "R8": (backfill.prove,),
        "R9": (ticking.prove,),
        "R10": (replies.run,),
        "R16": (full_disk.prove,),
        "R19": (killing.run, together.run, books.run),
        "R20": (upgrade.run,),
    }
)
"""The programs of proof of each promise."""
