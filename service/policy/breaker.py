"""The breaker: signs on which everything is held at once and a person is called. It never lifts what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from service.policy.rules import DEFAULTS
from service.records.signs import MishapKind, Signs

DAYS = 14
"""The usual pace of an hour is that of so many days."""

GRACE = timedelta(hours=1)
"""So long after a person has lifted a hold the pace is not judged: what had to wait leaves then, as they wished."""

NAMES = tuple(name for name in DEFAULTS if name.startswith("breaker."))


FILTERED = frozenset({"30007", "40002", "40003", "40015", "40017", "1210"})
"""The codes by which providers say that somebody on the way took a text for spam: Twilio's, Telnyx' and Vonage's."""


@dataclass(frozen=True, slots=True)
class Trip:
    """Why everything is held: which sign, and the numbers compared in one sentence."""

    sign: str
    text: str


def mishap_of(code: str | None) -> MishapKind:
    """What a text that did not arrive counts as, by the provider's *code*."""
    return MishapKind.FILTERED if code in FILTERED else MishapKind.UNDELIVERED


def widest(layers: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    """The numbers for all accounts together: of each the most that any of them allows."""
    every = [{name: layer.get(name, DEFAULTS[name]) for name in NAMES} for layer in layers]
    return {name: max(layer[name] for layer in every) for name in NAMES} if every else {}


def hurried(pace: int, rules: Mapping[str, float]) -> bool:
    """Whether the pace is worth comparing with what is usual; below the floor nothing is read for it."""
    return pace > _number(rules, "breaker.least")


def judge(signs: Signs, rules: Mapping[str, float]) -> Trip | None:
    """The first sign that trips the breaker; None where all is well."""
    return (
        _repeated(signs)
        or _pace(signs, rules)
        or _share(signs.mishaps, MishapKind.UNKNOWN, signs.day, rules)
        or _share(signs.fresh, MishapKind.FILTERED, signs.hour, rules)
        or _share(signs.fresh, MishapKind.UNDELIVERED, signs.hour, rules)
    )


def _repeated(signs: Signs) -> Trip | None:
    number = signs.mishaps.get(MishapKind.REPEATED, 0)
    if not number:
        return None
    return Trip("repeated", f"a provider lists {number} text{'' if number == 1 else 's'} twice, and none may be")


def _pace(signs: Signs, rules: Mapping[str, float]) -> Trip | None:
    if not hurried(signs.pace, rules):
        return None
    usual = median(signs.usual) if signs.usual else 0
    times, least = _number(rules, "breaker.times"), _number(rules, "breaker.least")
    if signs.pace <= times * usual:
        return None
    text = (
        f"{signs.pace} messages left within a minute; usual at this hour are {usual:g}, and the most is "
        f"{times:g} times that, but at least {least:g}"
    )
    return Trip("pace", text)


WHAT = {
    MishapKind.UNKNOWN: "texts of the last 24 hours may have been taken or not, and nobody knows",
    MishapKind.FILTERED: "texts of the last hour or two were filtered or refused on the way",
    MishapKind.UNDELIVERED: "texts of the last hour or two were not delivered",
}


def _share(found: Mapping[MishapKind, int], kind: MishapKind, of: int, rules: Mapping[str, float]) -> Trip | None:
    number, share = found.get(kind, 0), _number(rules, f"breaker.{kind.value}_share")
    if number < _number(rules, f"breaker.{kind.value}_least") or number <= share * of:
        return None
    return Trip(kind.value, f"{number} of {of} {WHAT[kind]}; {share:.0%} is the most")


def _number(rules: Mapping[str, float], name: str) -> float:
    return rules.get(name, DEFAULTS[name])
