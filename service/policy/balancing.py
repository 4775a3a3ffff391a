"""Several providers of one channel: who takes the next message, and when messages move from one to another.

What each takes is its *share*, in points. The shares rest where the operator put them; they move by small steps away
from a provider that errs or delivers slowly, and back again when it has been quiet. The steps are those by which
GOV.UK Notify balances its two (alphagov/notifications-api, `app/dao/provider_details_dao.py` and
`app/celery/scheduled_tasks.py`), and no less calm: an earlier design there moved everything at the first error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.policy.rules import in_words

ALL = 100
"""The points that the providers of a channel share; nobody's share is above, or below 0."""

STEP = 10
"""So many points move at one time."""

ERRORS = 50
"""More calls than this that failed by the provider's fault, within `ERRORS_WITHIN`, move a step away from it."""

ERRORS_WITHIN = timedelta(seconds=60)
ERRORS_EVERY = timedelta(seconds=60)
"""At most one such step in this time."""

SLOW_AFTER = timedelta(minutes=5)
"""A text is slow if no receipt of its end came so long after it was handed over."""

SLOW_PART = 0.15
"""So many of the texts of `SLOW_WITHIN` that are slow move a step away."""

SLOW_WITHIN = timedelta(minutes=15)
SLOW_LEAST = 20
"""Fewer texts than this say nothing of a provider."""

SLOW_EVERY = timedelta(minutes=5)
"""At most one such step in this time."""

BACK_EVERY = timedelta(minutes=5)
"""How often it is asked whether a share may go back a step."""

UNTOUCHED = timedelta(minutes=15)
"""A share goes back only if nothing has moved for so long."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One provider of a channel: its present share, where it rests, when it last moved, and what was counted of it.

    `errors` are failed calls of the last `ERRORS_WITHIN`; `texts` were handed over in the last `SLOW_WITHIN`, and
    `slow` of them took too long. Where a provider never says what became of texts, `texts` is 0.
    """

    name: str
    share: int
    resting: int
    moved_at: datetime | None = None
    errors: int = 0
    texts: int = 0
    slow: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """A provider's new share, and why."""

    name: str
    before: int
    share: int
    why: str


def resting(given: Sequence[int | None]) -> list[int]:
    """Where the shares of a channel rest: as they were given; the others get what is left, in equal parts."""
    left = max(ALL - sum(share for share in given if share is not None), 0)
    unsaid = [n for n, share in enumerate(given) if share is None]
    parts = _parts(left, len(unsaid))
    return [share if share is not None else parts[unsaid.index(n)] for n, share in enumerate(given)]


def choose(shares: Mapping[str, int], chance: float) -> str:
    """Whose turn it is: each name by its share. *chance* is from 0 to below 1. Where nobody has any, all are equal.

    Raises ValueError where there is nobody.
    """
    if not shares:
        raise ValueError("there is nobody to choose")
    weights = dict(shares) if any(shares.values()) else dict.fromkeys(shares, 1)
    reached = chance * sum(weights.values())
    for name, weight in weights.items():
        if reached < weight:
            return name
        reached -= weight
    raise ValueError("chance must be below 1")


def balance(all_of_them: Sequence[Standing], now: datetime) -> tuple[Move, ...]:
    """What moves now between the providers of one channel: away from errors, from slowness, or back; or nothing."""
    if len(all_of_them) < 2:
        return ()
    last = max((one.moved_at for one in all_of_them if one.moved_at), default=None)
    quiet = now - last if last else timedelta.max
    erring = {one.name for one in all_of_them if one.errors > ERRORS}
    if quiet >= ERRORS_EVERY and (worst := _worst(erring, all_of_them)):
        why = f"{worst.errors} calls failed within {in_words(ERRORS_WITHIN)}"
        return _away(worst, erring, all_of_them, why)
    slow = {one.name for one in all_of_them if _is_slow(one)}
    if quiet >= SLOW_EVERY and (worst := _worst(slow, all_of_them)):
        why = f"{worst.slow} of {worst.texts} texts took longer than {in_words(SLOW_AFTER)}"
        return _away(worst, slow, all_of_them, why)
    if quiet >= UNTOUCHED and int(now.timestamp() // 60) % (BACK_EVERY // timedelta(minutes=1)) == 0:
        return tuple(_back(one) for one in all_of_them if one.share != one.resting)
    return ()


def _is_slow(one: Standing) -> bool:
    return one.texts >= SLOW_LEAST and one.slow >= SLOW_PART * one.texts


def _worst(bad: Collection[str], all_of_them: Sequence[Standing]) -> Standing | None:
    """The one of the bad that takes most; None where all are bad, for then nobody is better off elsewhere."""
    if len(bad) == len(all_of_them):
        return None
    return max((one for one in all_of_them if one.name in bad and one.share), key=lambda one: one.share, default=None)


def _away(worst: Standing, bad: Collection[str], all_of_them: Sequence[Standing], why: str) -> tuple[Move, ...]:
    """A step away from one, in equal parts to those that do well."""
    step = min(STEP, worst.share)
    well = [one for one in all_of_them if one.name not in bad]
    gains = [
        Move(one.name, one.share, min(one.share + part, ALL), f"from {worst.name}, of which {why}")
        for one, part in zip(well, _parts(step, len(well)), strict=True)
    ]
    moves = (Move(worst.name, worst.share, worst.share - step, why), *gains)
    return tuple(one for one in moves if one.share != one.before)


def _back(one: Standing) -> Move:
    step = max(-STEP, min(STEP, one.resting - one.share))
    why = f"nothing has moved for {in_words(UNTOUCHED)}: back towards {one.resting}"
    return Move(one.name, one.share, one.share + step, why)


def _parts(points: int, among: int) -> list[int]:
    """*points* in equal whole parts, the first ones larger where they do not come out even."""
    return [points // among + (n < points % among) for n in range(among)]
