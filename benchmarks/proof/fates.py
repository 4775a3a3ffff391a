"""How the stand-in for a provider misbehaves: rates as data, drawn by seeded chance."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

CLIENT_SECONDS = 1.0
"""How long the service waits for an answer in a proof."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a request to send.

    `taken`: the text is accepted. `status`: the answer; 0 drops the connection, None never answers. `late`: the text is
    accepted so many seconds after the request came, when the client has long given up.
    """

    taken: bool = True
    status: int | None = 201
    late: float = 0.0


WELL = Fate()

FATES: Mapping[str, tuple[float, Fate]] = MappingProxyType(
    {
        "dropped": (0.010, Fate(status=0)),
        "broken": (0.005, Fate(status=500)),
        "refused": (0.010, Fate(taken=False, status=503)),
        "limited": (0.010, Fate(taken=False, status=429)),
        "hung": (0.003, Fate(status=None)),
        "late": (0.003, Fate(status=None, late=CLIENT_SECONDS + 1.6)),
    }
)
"""Each fate's name, its share of all requests, and what it is."""

LIST_LAG = 0.5
"""Seconds after which an accepted text stands in the list at the latest; longer where a provider misbehaves oftener."""

DOWN_EVERY, DOWN_FOR = 15.0, 1.5
"""Seconds between two outages, and how long each lasts: in turn nothing listens, and everything is answered 503."""


@dataclass(frozen=True, slots=True)
class Told:
    """What callbacks follow a text, in this order, each after so many seconds."""

    steps: tuple[tuple[float, str], ...]


RECEIPTS: tuple[tuple[float, Told], ...] = (
    (0.70, Told(((0.3, "delivered"),))),
    (0.10, Told(((0.1, "sent"), (0.3, "delivered")))),
    (0.05, Told(((0.2, "delivered"), (0.2, "delivered")))),
    (0.05, Told(((0.2, "delivered"), (0.2, "sent")))),
    (0.05, Told(((0.0, "delivered"),))),
    (0.05, Told(())),
)
"""Shares of callbacks: usual, in two steps, twice, out of order, before our own bookkeeping is done, and lost."""


class Chance:
    """Draws fates: bad ones *times* as often as their shares say; list and callbacks are as many times later.

    With *calm* all goes well and nothing is late.
    """

    def __init__(self, seed: int, *, calm: bool = False, times: float = 1.0) -> None:
        self._chance = random.Random(seed)
        self._calm = calm
        self._times = times

    def fate(self) -> tuple[str, Fate]:
        """The fate of the next request."""
        drawn = self._chance.random()
        if self._calm:
            return "well", WELL
        for name, (share, fate) in FATES.items():
            drawn -= share * self._times
            if drawn < 0:
                return name, fate
        return "well", WELL

    def told(self) -> Told:
        """What callbacks follow the next text."""
        [told] = self._chance.choices([told for _, told in RECEIPTS], [share for share, _ in RECEIPTS])
        return Told(tuple((wait * self._times, status) for wait, status in told.steps))

    def lag(self) -> float:
        """Seconds until the next text stands in the list."""
        return 0.0 if self._calm else self._chance.uniform(0.0, LIST_LAG * self._times)
