"""Named points in the code at which a process may be made to die, so that dying there can be proven harmless.

They are always there and do nothing: only whoever builds the kit can arm them, which the proof harness does and no
setting can. Inside a transaction a point lies before the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

Reach = Callable[[str], None]
"""Called with the name of a point as it is reached; it may not return."""

POINTS: Mapping[str, str] = MappingProxyType(
    {
        "i1": "calls were taken in, nothing is written",
        "i2": "inside the transaction that keeps facts, before its first statement",
        "i3": "inside the transaction that keeps facts, after its last statement",
        "i4": "facts are kept, nobody was answered",
        "d1": "decided, nothing is written",
        "d2": "inside the transaction that writes decisions",
        "d3": "decisions are written",
        "s1": "the intent is written, the provider was not called",
        "s3": "the provider's answer was read, nothing is written",
        "s4": "inside the transaction that settles calls",
        "s5": "calls are settled",
        "r0": "inside the transaction that takes over from a dead worker",
        "r1": "a call in doubt was looked for, nothing is written",
        "r2": "inside the transaction that hands a message over again",
        "r3": "a look at the list was noted, or the message waits again",
        "c1": "a receipt was read, nothing is written",
        "c2": "inside the transaction that believes a receipt",
        "c3": "a receipt is believed",
        "n1": "a reply was read, nothing is written",
        "n2": "inside the transaction that keeps a reply",
        "n3": "a reply is kept, nobody was answered",
        "t1": "a due check was taken, and has not begun",
        "t2": "a check was made, and is not noted as done",
        "t3": "a check is noted as done",
        "m1": "inside the transaction that changes tables, before the first change",
        "m2": "inside the transaction that changes tables, after the last change",
        "m3": "the tables are changed",
    }
)
"""Every point, and what has happened when it is reached. That a request was written and its answer not read (`s2`) is
no place in our code: a stand-in for the provider knows that moment."""


def unarmed(_point: str) -> None:
    """Go on."""
