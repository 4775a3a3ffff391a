"""Ratings that people write: what was asked, and what a score causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.flows.effects import Effect, Share
from service.policy.hours import open_hours_after
from service.policy.scores import ASKED_WITHIN, READ_WITHIN
from service.records.decision import NewTask
from service.store import choices, ratings, talks
from service.store.engine import Connection
from service.store.incoming import NewRating
from service.store.talks import Talk
from service.wording.chosen import chosen


@dataclass(frozen=True, slots=True)
class Asked:
    """A question how it was that waits for its answer, as the conversation that it belongs to.

    `last` says that nothing was said after it; the digits `since` were offered later.
    """

    talk: Talk
    last: bool
    since: frozenset[str]


def asked(conn: Connection, found: Sequence[Talk], sender: str, now: datetime) -> Asked | None:
    """The question how it was that waits for an answer in one of these conversations."""
    for talk in found:
        one = ratings.asked(conn, talk.account_id, talk.address_id, sender, now - ASKED_WITHIN)
        if one is not None:
            since = choices.offered_since(conn, talk.account_id, talk.address_id, sender, one.at)
            last = talk.message_id == one.message_id
            same = talk.shipment_id == one.shipment_id
            ref = talks.shipment_name(conn, talk.account_id, one.shipment_id, one.contact_id)
            about = replace(
                talk,
                message_id=one.message_id,
                contact_id=one.contact_id,
                shipment_id=one.shipment_id,
                ref=ref,
                owner=talk.owner if same else talks.owner_of(conn, talk.account_id, one.shipment_id),
                thread_id=talk.thread_id if same else None,
            )
            return Asked(about, last, since)
    return None


def scored(one: Share) -> Effect:
    """Keep a rating; a poor one, or one in words, is for a person to read within an open hour."""
    score = one.said.score
    assert score is not None, "it was read as a rating"
    rating = NewRating(score.score, score.words)
    if not score.wants_a_person:
        return Effect(text=chosen("rated", one.talk.language), rating=rating)
    about = one.talk.ref or "their shipment"
    how = f"{score.score} of 5" if score.score is not None else "in their own words"
    task = NewTask(
        key=f"rating:{one.reply_id}",
        kind="rating",
        text=f"They rated {about} {how}: read what they wrote, and answer them.",
        owner=one.talk.owner,
        shipment_id=one.talk.shipment_id,
        contact_id=one.talk.contact_id,
        due_at=_by(one, READ_WITHIN),
    )
    return Effect(text=chosen("rated_read", one.talk.language), rating=rating, tasks=(task,), person=True)


def _by(one: Share, within: timedelta) -> datetime:
    """So many open hours later; where no hours are set, so many hours."""
    return open_hours_after(one.account, one.now, within) or one.now + within
