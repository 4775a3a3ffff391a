"""What a native event may say beside its milestone: a window, free time, and papers that are missing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from service.formats.base import Refused
from service.formats.csv.statuses import STATUSES
from service.formats.csv.words import plain
from service.formats.fields import kind, shown, text, word
from service.formats.times import read_when
from service.formats.vocabulary import index
from service.records.enums import Classifier, Milestone, Paper
from service.records.inbound import FREE_TIME, FactDraft
from service.records.when import When

LONGEST_WINDOW = timedelta(hours=24)
"""What is said to last longer is a day or several, and no window."""

MOST_PAPERS = len(Paper)

_CHARGE = re.compile(r"([A-Za-z]{3}) ?(\d{1,6}(?:\.\d{1,2})?)", re.ASCII)


_WORDS = index(STATUSES.rows)


def read_milestone(said: object, docs: str) -> Milestone | None:
    """The milestone that *said* names. Raises `Refused`: of a word that people use for one with that one's name."""
    try:
        return word(said, "milestone", Milestone, {}, docs)
    except Refused as error:
        meant = _WORDS.get(plain(str(said))) if error.code == "unknown_milestone" else None
        if not meant:
            raise
        fix = f"Send {meant[0].becomes}, which people call so. The list is in {docs}."
        raise Refused(error.code, error.message, fix, error.pointer) from None


def with_window(
    until: object, when: When, classifier: Classifier, zone: str | None, now: datetime, *, place_helps: bool
) -> tuple[When, tuple[str, ...]]:
    """*when* as a window that ends at *until*, with flags about that time; *when* itself where *until* is null.

    Raises `Refused` for a window of a date or of what has happened, or one that ends before it begins or lasts longer
    than `LONGEST_WINDOW`.
    """
    if until is None:
        return when, ()
    end, flags = read_when(until, "until", zone, now, place_helps=place_helps, day_too=False)
    if when.at is None or end.at is None:
        which = "at" if when.at is None else "until"
        raise _bad_window(
            f"`{which}` is a date without a time.", "A window goes from the time in `at` to the time in `until`."
        )
    if classifier is Classifier.ACTUAL:
        raise _bad_window(
            "What has happened has one time, and no window.",
            "Leave out `until`, or send `classifier` planned or estimated.",
        )
    if end.at <= when.at:
        raise _bad_window("`until` is not after `at`.", "Send the end of the window in `until`.")
    if end.at - when.at > LONGEST_WINDOW:
        raise _bad_window(
            "The window lasts longer than 24 hours.", "Send at most 24 hours, or a date in `at` and no `until`."
        )
    return replace(when, until=end.at), flags


def free_time(event: dict[str, Any], zone: str | None, now: datetime, common: dict[str, Any]) -> tuple[FactDraft, ...]:
    """Until when the goods may stand free of charge, as a fact of its own. Raises `Refused`."""
    until, charge = event.get("free_until"), _charge(event.get("free_charge"))
    if until is None:
        if charge is None:
            return ()
        raise Refused(
            "free_until_missing",
            "`free_charge` says what a day costs, and not from when on.",
            "Send `free_until` too: the last moment that is free.",
            "/free_until",
        )
    when, flags = read_when(until, "free_until", zone, now, place_helps=False)
    return (
        FactDraft(
            milestone=Milestone.GATED_OUT_DESTINATION,
            classifier=Classifier.PLANNED,
            when=when,
            part="free",
            charge=charge,
            flags=(FREE_TIME, *flags),
            **common,
        ),
    )


def needs(event: dict[str, Any]) -> tuple[str, ...] | None:
    """The kinds of papers that are missing; None where the event says nothing of papers. Raises `Refused`."""
    said = event.get("needs")
    if said is None:
        if event.get("needs_by") is not None:
            raise _no_papers("`needs_by` says until when papers are needed, and not which.")
        return None
    if not isinstance(said, list):
        raise Refused("not_a_list", f"`needs` is {kind(said)}.", 'Send a list such as ["packing_list"].', "/needs")
    if len(said) > MOST_PAPERS:
        raise Refused("too_many_papers", f"`needs` has {len(said)} entries.", f"Send at most {MOST_PAPERS}.", "/needs")
    papers = [paper for one in said if (paper := word(one, "needs", Paper, {}, "docs/integrations/native.md"))]
    if not papers and event.get("needs_by") is not None:
        raise _no_papers("`needs` is empty, and `needs_by` says until when papers are needed.")
    return tuple(dict.fromkeys(paper.value for paper in papers))


def needed_by(
    event: dict[str, Any], papers: tuple[str, ...] | None, zone: str | None, now: datetime, common: dict[str, Any]
) -> tuple[FactDraft, ...]:
    """Until when those papers are needed, as a fact of its own; nothing where no date is given. Raises `Refused`."""
    if event.get("needs_by") is None:
        return ()
    when, flags = read_when(event["needs_by"], "needs_by", zone, now, place_helps=False)
    return (
        FactDraft(
            milestone=Milestone.INFO_RECEIVED,
            classifier=Classifier.PLANNED,
            when=when,
            part="needs",
            needs=papers,
            flags=flags,
            **common,
        ),
    )


def _charge(value: object) -> str | None:
    said = text(value, "free_charge", 20)
    if said is None:
        return None
    parts = _CHARGE.fullmatch(said)
    if parts is None:
        raise Refused(
            "bad_charge",
            f"`free_charge` {shown(said)} is no amount for a day.",
            'Send the currency and the amount, such as "GBP 95".',
            "/free_charge",
        )
    return f"{parts[1].upper()} {parts[2]}"


def _bad_window(message: str, fix: str) -> Refused:
    return Refused("bad_window", message, fix, "/until")


def _no_papers(message: str) -> Refused:
    return Refused("needs_missing", message, 'Send `needs` too, such as ["packing_list"].', "/needs")
