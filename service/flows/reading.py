"""Reading a call: bytes into values that can be kept, with every id drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice

from service.flows.kit import Kit
from service.formats import cloudevents, signatures
from service.formats.base import Unreadable
from service.formats.fields import shown
from service.formats.nameless import with_names
from service.formats.registry import get
from service.records.ids import new_id
from service.records.inbound import Problem, Reading, Unmapped
from service.records.intake import CallRow, CallToKeep, JournalItem
from service.records.results import SourceView
from service.store.sources import SourceRow

KEPT_HEADERS = frozenset(
    {
        "content-type",
        "user-agent",
        "x-request-id",
        "api-version",
        "subscription-id",
        "webhook-id",
    }
)
"""Headers that help to read a call again; none of them carries a secret."""

NATIVE = "native"
"""The format of our own API."""

LONGEST_CODE = 200
"""The longest name of a code, with its vocabulary, that is kept."""

MOST_CODES = 500
"""So many different codes that stand in no table are held of one call. Whoever sends more sends no codes."""

KEY_HEADER = "milepost-key"
"""Under this name a call keeps the id of the API key that it came with; callers cannot set it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call that has been read and waits to be kept. `native` says that its words are those of our own API."""

    call: CallToKeep
    reading: Reading
    unreadable: Problem | None = None
    native: bool = True


@dataclass(frozen=True, slots=True)
class Again:
    """The call that is read once more, and when it was received: it is read as it would have been then."""

    call_id: str
    heard_at: datetime


def view_of(row: SourceRow, region: str | None) -> SourceView:
    """A source as intake needs it; phones without a country are read as in *region* unless its options say another."""
    usual: dict[str, object] = {"region": region} if region else {}
    return SourceView(
        account_id=row.account_id,
        id=row.id,
        name=row.name,
        format=row.format,
        scheme=row.scheme,
        options={**usual, **row.options, **({"mapping": row.mapping} if row.mapping else {})},
        secrets=row.secrets,
    )


def prepare(
    kit: Kit,
    source: SourceView,
    body: bytes,
    headers: Mapping[str, str],
    content_type: str,
    *,
    again: Again | None = None,
) -> Prepared:
    """Read a payload in its source's format. Never raises for a bad payload: what is wrong is part of the result."""
    now = kit.clock()
    unreadable: Problem | None = None
    # A kept call has those headers that counted when it came.
    names = again is not None or _headers_count(source)
    try:
        when = again.heard_at if again else now
        inner = partial(_read, source, when)
        reading = keepable(cloudevents.read(body, headers, content_type, inner, headers_count=names))
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
    empty = not items and not reading.unmapped
    first = unreadable or (reading.problems[0] if reading.problems and empty else None)
    row = CallRow(
        account_id=source.account_id,
        id=new_id("cal"),
        source_id=source.id,
        received_at=now,
        content_type=content_type[:120],
        headers=_kept(headers, names=names) | _key(source),
        body=body,
        refused=first is not None,
        replayed=again is not None,
        problem=_problem_json(first) if first else None,
        reads=again.call_id if again else None,
        heard_at=again.heard_at if again else None,
    )
    call = CallToKeep(row, items, reading.problems, len(reading.ignored), reading.unmapped)
    return Prepared(call, reading, unreadable, native=source.format == NATIVE)


def _headers_count(source: SourceView) -> bool:
    """Whether headers of a call are its source's own: a signature over the body says nothing of them."""
    scheme = signatures.SCHEMES.get(source.scheme)
    return scheme is not None and scheme.proves == "caller"


def _kept(headers: Mapping[str, str], *, names: bool) -> dict[str, str]:
    """The headers that are kept with a call; where they name its event (*names*), these too."""
    kept = {name: value[:200] for name, value in headers.items() if name.lower() in KEPT_HEADERS}
    if names:
        kept |= {name: headers[name][: cloudevents.LONGEST_HEADER] for name in cloudevents.HEADERS if name in headers}
    return kept


def _read(source: SourceView, now: datetime, body: bytes, headers: Mapping[str, str]) -> Reading:
    return get(source.format).read(body, headers, now=now, options=source.options)


def keepable(reading: Reading) -> Reading:
    """*reading*, where a code that nobody could be asked about is a problem in place of an unmapped item.

    That is one that could not be named, and any beyond the first `MOST_CODES` of the call. References that name nothing
    are left out.
    """
    reading = with_names(reading)
    if not reading.unmapped:
        return reading
    named = dict.fromkeys(one.code for one in reading.unmapped if _can_be_named(one.code))
    asked = set(islice(named, MOST_CODES))
    unmapped = tuple(one for one in reading.unmapped if one.code in asked)
    problems = tuple(_not_asked(one) for one in reading.unmapped if one.code not in asked)
    return replace(reading, unmapped=unmapped, problems=(*reading.problems, *problems)) if problems else reading


def _can_be_named(code: str) -> bool:
    return len(code) <= LONGEST_CODE and code.isprintable()


def _not_asked(one: Unmapped) -> Problem:
    if _can_be_named(one.code):
        return Problem(
            one.index,
            "too_many_codes",
            f"The call holds more than {MOST_CODES} different codes that stand in no table; {shown(one.code)} is "
            "one of the rest, which are not kept apart.",
            "Check that the source has the right format and columns. If they are codes, map the first of them: the "
            "call is kept, and each time that it is read again the next ones are asked about.",
            one.pointer,
        )
    return Problem(
        one.index,
        "strange_code",
        f"The code {shown(one.code)} is longer than {LONGEST_CODE} characters, or cannot be printed.",
        "Send the code itself, without text around it.",
        one.pointer,
    )


def _key(source: SourceView) -> dict[str, str]:
    """Which API key a call was posted with, so that whoever holds it can be told when it cannot be read."""
    key_id = source.options.get("key")
    return {KEY_HEADER: str(key_id)} if key_id else {}


def _problem_json(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "message": problem.message, "fix": problem.fix, "pointer": problem.pointer}
