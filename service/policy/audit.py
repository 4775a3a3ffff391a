"""The provider's list against ours: what left of which we know nothing, and what we hold for sent that is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.base import Receipt, Reply, Seen
from service.records.decision import NewTask

LAG = timedelta(minutes=10)
"""How long a provider may take to list what it accepted."""

NAMED = 5
"""So many are named in a task; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What a look at a provider's list came to. `strangers` left our sender unknown to us, `missing` are not listed.

    `repeated` are those strangers that say word by word what the same person was sent by another text of the list.
    `read_at` is when the list was read.
    """

    receipts: tuple[Receipt, ...]
    replies: tuple[Reply, ...]
    strangers: tuple[str, ...]
    missing: tuple[str, ...]
    repeated: tuple[str, ...] = ()
    read_at: datetime | None = None


def compare(
    listed: Iterable[Seen],
    ours: Collection[str],
    handed: Collection[str],
    sender: str,
    doubted: Collection[tuple[str, str]] = (),
) -> Audit:
    """Hold a list against our own: *ours* are all ids that we know, *handed* those that should be in it by now.

    *doubted* are the (recipient, words) of calls whose end is not known: one listed text is proof of one of them.

    A text that left another sender of the same account is none of ours. Replies come oldest first, for of STOP and
    START the later one counts.
    """
    rows = list(listed)
    sent = [row for row in rows if row.outbound]
    heard = sorted((row for row in rows if not row.outbound), key=lambda row: row.at)
    there = {row.provider_id for row in sent}
    strangers = _strangers(sent, ours, sender, doubted)
    return Audit(
        receipts=tuple(
            Receipt(row.provider_id, row.status, row.code, row.detail, row.suppress)
            for row in sent
            if row.status is not None and row.provider_id in ours
        ),
        replies=tuple(Reply(row.provider_id, row.sender, row.to, row.text) for row in heard),
        strangers=tuple(row.provider_id for row in strangers),
        missing=tuple(sorted(set(handed) - there)),
        repeated=tuple(_repeated(strangers, [row for row in sent if row.provider_id in ours], doubted)),
    )


def _strangers(
    sent: Iterable[Seen], ours: Collection[str], sender: str, doubted: Collection[tuple[str, str]]
) -> list[Seen]:
    """What left our sender and is no message of ours, nor the proof of one that is in doubt."""
    waiting = set(doubted)
    found = []
    for row in sent:
        if row.provider_id in ours or row.sender != sender:
            continue
        if (row.to, row.text) in waiting:
            waiting.remove((row.to, row.text))
        else:
            found.append(row)
    return found


def _repeated(strangers: Iterable[Seen], known: Iterable[Seen], doubted: Collection[tuple[str, str]]) -> Iterable[str]:
    told = {(row.to, row.text) for row in known} | set(doubted)
    for row in strangers:
        if (row.to, row.text) in told:
            yield row.provider_id
        told.add((row.to, row.text))


def tasks(found: Audit, notifier: str, at: datetime) -> list[NewTask]:
    """What a person must look at, once for each day."""
    tasks: list[NewTask] = []
    day = f"{at:%Y-%m-%d}"
    if found.strangers:
        text = f"{notifier} lists {_some(found.strangers)} that left our number and that we know nothing of."
        tasks.append(NewTask(key=f"audit:strangers:{notifier}:{day}", kind="audit", text=text))
    if found.missing:
        text = f"{notifier} does not list {_some(found.missing)} that it had accepted."
        tasks.append(NewTask(key=f"audit:missing:{notifier}:{day}", kind="audit", text=text))
    return tasks


def repeats(found: Audit, notifier: str) -> NewTask | None:
    """The task for texts that are there twice; the same ones are named once, however often the list is read."""
    if not found.repeated:
        return None
    text = f"{notifier} lists {_some(found.repeated)} twice: the same words to the same person."
    return NewTask(key=f"audit:twice:{notifier}:{':'.join(sorted(found.repeated))}"[:160], kind="audit", text=text)


def _some(ids: Collection[str]) -> str:
    """How many texts, and the provider's ids of the first."""
    named = ", ".join(sorted(ids)[:NAMED])
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return f"{len(ids)} text{'' if len(ids) == 1 else 's'} ({named}{more})"
