"""Facts with windows, free time and papers, and what was said of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from service.records.enums import Classifier, Transport
from service.records.inbound import BOOKED, FREE_TIME
from service.records.said import Said
from service.records.situation import FactView
from service.records.when import When, window
from tests.policy.ledger import HOUR, LONDON, START, Ledger, M, fact

PLAN = Classifier.PLANNED
OCEAN = Transport.OCEAN
LEFT = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo", transport=OCEAN)


def hours_of(day: str, begin: int, end: int) -> When:
    """A window in UTC on the clock of London."""
    noon = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return window(noon + begin * HOUR, noon + end * HOUR, LONDON)


def booked(when: When, received: datetime = START, **more: Any) -> FactView:
    more.setdefault("key", f"booked-{received}-{when.start}")
    return fact(M.DELIVERED, when, received, classifier=PLAN, flags=(BOOKED,), **more)


def free(day: str, received: datetime = START, charge: str | None = "GBP 95", **more: Any) -> FactView:
    more.setdefault("key", f"free-{received}-{day}-{more.get('unit', '')}")
    common = {"classifier": PLAN, "part": "free", "flags": (FREE_TIME,), "charge": charge}
    return fact(M.GATED_OUT_DESTINATION, day, received, **{**common, **more})


def papers(kinds: tuple[str, ...], by: str | None = None, received: datetime = START) -> FactView:
    more = {"classifier": PLAN, "part": "needs" if by else "", "needs": kinds, "key": f"papers-{received}"}
    return fact(M.INFO_RECEIVED, by or "2026-09-17", received, **more)


def news(ledger: Ledger) -> list[tuple[str, Said]]:
    return [(notice.code.value, Said.from_json(notice.params)) for _, notice in ledger.said]
