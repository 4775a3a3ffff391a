"""Reading a call: bytes into values that can be kept, with every id drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from service.flows.kit import Kit
from service.formats import cloudevents
from service.formats.base import Unreadable
from service.formats.registry import get
from service.records.ids import new_id
from service.records.inbound import Problem, Reading
from service.records.intake import CallRow, CallToKeep, JournalItem
from service.records.results import SourceView

KEPT_HEADERS = frozenset(
    {
        "content-type",
        "user-agent",
        "x-request-id",
        "api-version",
        "subscription-id",
        "webhook-id",
        *cloudevents.HEADERS,
    }
)
"""Headers that help to read a call again; none of them carries a secret."""


KEY_HEADER = "milepost-key"
"""Under this name a call keeps the id of the API key that it came with; callers cannot set it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call that has been read and waits to be kept."""

    call: CallToKeep
    reading: Reading
    unreadable: Problem | None = None


def prepare(
    kit: Kit, source: SourceView, body: bytes, headers: Mapping[str, str], content_type: str, *, replayed: bool = False
) -> Prepared:
    """Read a payload in its source's format. Never raises for a bad payload: what is wrong is part of the result."""
    now = kit.clock()
    unreadable: Problem | None = None
    try:
        reading = cloudevents.read(body, headers, content_type, partial(_read, source, now))
    except Unreadable as error:
        unreadable, reading = error.problem, Reading()
    items = tuple(
        JournalItem(
            index=index,
            item=item,
            shipment_id=new_id("shp"),
            fact_ids=tuple(new_id("fct") for _ in range(max(1, len(item.facts)))),
        )
        for index, item in reading.items
    )
    first = unreadable or (reading.problems[0] if reading.problems and not items else None)
    row = CallRow(
        account_id=source.account_id,
        id=new_id("cal"),
        source_id=source.id,
        received_at=now,
        content_type=content_type[:120],
        headers={name: value[:200] for name, value in headers.items() if name.lower() in KEPT_HEADERS} | _key(source),
        body=body,
        refused=first is not None,
        replayed=replayed,
        problem=_problem_json(first) if first else None,
    )
    call = CallToKeep(row=row, items=items, rejected=reading.problems, ignored=len(reading.ignored))
    return Prepared(call, reading, unreadable)


def _read(source: SourceView, now: datetime, body: bytes, headers: Mapping[str, str]) -> Reading:
    return get(source.format).read(body, headers, now=now, options=source.options)


def _key(source: SourceView) -> dict[str, str]:
    """Which API key a call was posted with, so that whoever holds it can be told when it cannot be read."""
    key_id = source.options.get("key")
    return {KEY_HEADER: str(key_id)} if key_id else {}


def _problem_json(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "message": problem.message, "fix": problem.fix, "pointer": problem.pointer}
