"""The tracking page of a shipment of which only these facts are known, as its reader sees it; no store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from service.flows import tracking
from service.policy.journey import fold
from service.policy.status import index
from service.policy.summary import summarise
from service.records.decision import Decision
from service.records.enums import Classifier, Line, Milestone, Origin, Outcome, Reason, Stage
from service.records.situation import FactView
from service.records.when import When
from service.store.summaries import summary_to_json
from service.store.views_tracking import Head, LinkedMessage, ToldWord
from service.web.tracking_words import Page, page_of
from tests.policy.ledger import at, eta, fact

NOW = datetime(2026, 10, 7, 21, 40, tzinfo=UTC)
BOOKED = NOW - timedelta(days=6)
DELAYED = NOW - timedelta(days=3)
TODAY = NOW - timedelta(hours=6)

LINKED = LinkedMessage("ctc_1", Stage.LIVE, ("shp_1",), "Harbour", "+442079460018", "GB", "Europe/London", "en")


def happens(milestone: Milestone, since: datetime = TODAY, unit: str | None = None) -> FactView:
    """*milestone* as a source states it when it happens, where it does."""
    estimate = milestone is Milestone.ETA_CHANGED
    code, name = _where(milestone)
    return fact(
        milestone,
        "2026-10-13" if estimate else f"{since:%Y-%m-%dT%H:%M}",
        since,
        classifier=Classifier.ESTIMATED if estimate else Classifier.ACTUAL,
        place=code,
        place_name=name,
        unit=unit,
    )


def _where(milestone: Milestone) -> tuple[str | None, str | None]:
    if milestone.value.startswith("transshipment"):
        return "SGSIN", "Singapore"
    if milestone in {Milestone.IN_TRANSIT, Milestone.EXCEPTION, Milestone.DELAYED}:
        return None, None
    return ("CNNGB", "Ningbo") if index(milestone) <= index(Milestone.DEPARTED) else ("GBFXT", "Felixstowe")


def due_friday() -> FactView:
    """The date with which it began."""
    return eta("2026-10-09", BOOKED, place="GBFXT", place_name="Felixstowe")


def delay() -> FactView:
    """Late, for a reason, and nobody knows until when."""
    return fact(Milestone.DELAYED, f"{DELAYED:%Y-%m-%dT%H:%M}", DELAYED, reason=Reason.PORT_CONGESTION)


def told(day: str, since: datetime = BOOKED, outcome: Outcome | None = None, ordinal: int = 1) -> ToldWord:
    """An arrival as this person was told it."""
    when: When = at(day)
    return ToldWord(Line.ARRIVAL, when, since, outcome, Origin.DECLARED, None, "", ordinal)


def page(facts: Sequence[FactView], words: Sequence[ToldWord] = (), now: datetime = NOW) -> Page:
    """The page of *facts*, for somebody who was told *words*."""
    summary = summarise(fold(facts, now))
    due_kind = summary.due_kind
    head = Head("shp_1", "PO 4711", summary.status, due_kind, summary_to_json(Decision(summary)))
    return page_of(tracking.view(LINKED, [head], {"shp_1": words}, [], now))


def row(shown: Page) -> tuple[str, str, str, str]:
    """(state, headline, what is said of its date, why)."""
    said = " ".join(one for one in (shown.first, shown.overdue, shown.newer) if one)
    return shown.state, f"{shown.line} - {shown.date}".removesuffix(" - "), said, shown.why


def book() -> list[str]:
    """Every milestone in every situation, a line each: what its page says."""
    slipped = eta("2026-10-13", DELAYED, place="GBFXT", place_name="Felixstowe", reason=Reason.PORT_CONGESTION)
    friday, tuesday = told("2026-10-09"), told("2026-10-13", DELAYED, ordinal=2)
    situations: dict[str, tuple[list[FactView], list[ToldWord]]] = {
        "nothing before it": ([], []),
        "Fri 9 Oct was told": ([due_friday()], [friday]),
        "Fri 9 Oct was told, then a delay": ([due_friday(), delay()], [friday]),
        "Tue 13 Oct was told in place of Fri 9 Oct": ([due_friday(), slipped], [friday, tuesday]),
        "delivered on Sun 4 Oct": ([happens(Milestone.DELIVERED, DELAYED)], []),
        "returned on Sun 4 Oct": ([happens(Milestone.RETURNED_SHIPPER, DELAYED)], []),
    }
    lines = ["milestone | state | headline | of its date | why | told date"]
    for name, (before, words) in situations.items():
        lines += ["", f"# {name}"]
        for milestone in Milestone:
            shown = page([*before, happens(milestone)], words)
            marks = ", ".join(one.mark for one in shown.history)
            lines.append(" | ".join((milestone.value, *row(shown), marks)).rstrip(" |"))
    return lines
