"""CloudEvents 1.0 over HTTP: the envelope around a payload of any format is taken off before it is read.

Three ways to send (https://github.com/cloudevents/spec, HTTP binding and JSON format): structured, the event as one
JSON object; batched, a list of them; binary, the payload as the body and everything else in headers `ce-…`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import unquote

from service.formats import strict_json
from service.formats.base import Refused, Unreadable, unreadable
from service.formats.fields import kind, shown
from service.formats.gathering import MOST_PROBLEMS, check_count
from service.records.inbound import Ignored, Item, Problem, Reading, Unmapped

STRUCTURED = "application/cloudevents"
BATCHED = "application/cloudevents-batch"
HEADERS = ("ce-specversion", "ce-id", "ce-source", "ce-type")
"""Headers of the binary way; all of them are required."""

LONGEST_HEADER = 2_000
"""Characters of a header `ce-…`, as it is sent. It is kept whole with the call, so that a replay finds the same."""

MOST_UNREADABLE = 1_000
"""A batch with more events that cannot be read is of another kind than its source is set to."""

PLAIN_NAME = re.compile(r"[^#]+#[^#/@]+")
"""A name that can be taken apart into `source` and `id` in one way only, whatever is put behind it."""

LONGEST_NAME = 150

NAMED_BY_CONTENT = "sha256:"
"""How the key of an event begins that its format can only name by its whole content."""

Inner = Callable[[bytes, Mapping[str, str]], Reading]
"""Reads a payload of the source's own format: body and headers."""


class Envelope(NamedTuple):
    """One event without its payload's meaning: who sent it, which it is, and the payload."""

    source: str
    id: str
    content_type: str
    data: bytes | None


def read(
    body: bytes, headers: Mapping[str, str], content_type: str, inner: Inner, *, headers_count: bool = False
) -> Reading:
    """What *inner* reads in *body*, with the envelope taken off where there is one. Raises `Unreadable`.

    An event that its format can name by its content only is named by `source` and `id` of its envelope: the same
    envelope again changes nothing, and the same words in another are said anew. Headers name it where *headers_count*
    only: whoever has a signed body could write others around it, and have it said again and again.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media.startswith(STRUCTURED):
        return _structured(body, headers, media, inner)
    if headers_count and any(name in headers for name in HEADERS):
        try:
            _complete(headers)
            _version(headers["ce-specversion"])
            envelope = Envelope(_decoded(headers, "source"), _decoded(headers, "id"), content_type, body)
        except Refused as refused:
            raise Unreadable(replace(refused.problem(0), index=None)) from None
        return _named(inner(body, headers), envelope)
    return inner(body, headers)


def _structured(body: bytes, headers: Mapping[str, str], media: str, inner: Inner) -> Reading:
    if not media.endswith("+json"):
        raise unreadable(
            "cloudevents_format",
            f"CloudEvents as {shown(media)} cannot be read.",
            f"Send {STRUCTURED}+json or {BATCHED}+json.",
        )
    payload = strict_json.loads(body)
    if media.startswith(BATCHED):
        if not isinstance(payload, list):
            raise unreadable("not_a_batch", f"The batch is {kind(payload)}.", "Send a JSON array of events.")
        return _batch(payload, headers, inner)
    try:
        envelope = _envelope(payload)
    except Refused as refused:
        return Reading(problems=(refused.problem(0),), batch=False)
    if envelope.data is None:
        return Reading(ignored=(Ignored(0, "The event carries no data."),), batch=False)
    try:
        reading = _opened(envelope, headers, inner)
    except Unreadable as error:
        raise Unreadable(replace(error.problem, pointer=f"/data{error.problem.pointer}")) from None
    return replace(reading, problems=tuple(replace(one, pointer=f"/data{one.pointer}") for one in reading.problems))


def _batch(events: list[object], headers: Mapping[str, str], inner: Inner) -> Reading:
    """The readings of all events as one; what they state is counted on from event to event.

    An envelope that comes twice with other data is read twice: whether that is another event, its key and content say.
    """
    check_count(events)
    whole = _Whole()
    seen: dict[tuple[str, str, bytes], int] = {}
    for position, event in enumerate(events):
        base = f"/{position}"
        try:
            envelope = _envelope(event)
            same = (envelope.source, envelope.id, sha256(envelope.data or b"").digest())
            first = seen.setdefault(same, position)
            if first != position:
                whole.ignore(f"It repeats event {first} of the same batch.")
            elif envelope.data is None:
                whole.ignore("The event carries no data.")
            else:
                whole.add(_opened(envelope, headers, inner), f"{base}/data")
        except Refused as refused:
            whole.refuse(refused.problem(0), base)
        except Unreadable as error:
            whole.refuse(replace(error.problem, index=0), f"{base}/data")
    return whole.reading()


class _Whole:
    """Puts readings behind each other."""

    def __init__(self) -> None:
        self.items: list[tuple[int, Item]] = []
        self.ignored: list[Ignored] = []
        self.problems: list[Problem] = []
        self.unmapped: list[Unmapped] = []
        self.notes: dict[str, str] = {}
        self._next = 0
        self._unreadable = 0

    def refuse(self, problem: Problem, base: str) -> None:
        """Add an event of which nothing can be read. Raises `Unreadable` where there are too many."""
        self._unreadable += 1
        if self._unreadable > MOST_UNREADABLE:
            raise _too_many(MOST_UNREADABLE, problem)
        self.add(Reading(problems=(problem,), batch=False), base)

    def ignore(self, reason: str) -> None:
        self.ignored.append(Ignored(self._next, reason))
        self._next += 1

    def add(self, reading: Reading, base: str) -> None:
        start = self._next
        self.items += ((start + index, item) for index, item in reading.items)
        self.ignored += (replace(one, index=start + one.index) for one in reading.ignored)
        self.problems += (
            replace(one, index=start + (one.index or 0), pointer=base + one.pointer) for one in reading.problems
        )
        if len(self.problems) > MOST_PROBLEMS:
            raise _too_many(MOST_PROBLEMS, self.problems[-1])
        self.unmapped += (replace(one, index=start + one.index, pointer=base + one.pointer) for one in reading.unmapped)
        for pointer, note in reading.notes.items():
            found = re.match(r"(?:/events)?/(\d+)", pointer) if reading.batch else None
            index, rest = (int(found[1]), pointer[found.end() :]) if found else (0, pointer)
            self.notes[f"/{start + index}{rest}"] = note
        told = [index for index, _ in reading.items] + [one.index for one in reading.ignored + reading.unmapped]
        told += (one.index or 0 for one in reading.problems)
        self._next = start + 1 + max(told, default=0)

    def reading(self) -> Reading:
        return Reading(
            tuple(self.items), tuple(self.ignored), tuple(self.problems), tuple(self.unmapped), notes=self.notes
        )


def _too_many(most: int, last: Problem) -> Unreadable:
    return unreadable(
        "too_many_problems",
        f"More than {most:,} events of the batch cannot be read; the last: {last.message}",
        "Check that the source has the right format, or send the events in parts.",
    )


def _opened(envelope: Envelope, headers: Mapping[str, str], inner: Inner) -> Reading:
    assert envelope.data is not None
    return _named(inner(envelope.data, {**headers, "content-type": envelope.content_type}), envelope)


def _envelope(event: object) -> Envelope:
    """Check an event in JSON and take it apart. Raises `Refused`."""
    if not isinstance(event, dict):
        raise Refused("not_an_event", f"This is {kind(event)}, not an event.", "Send a CloudEvent as an object.")
    _version(_attribute(event, "specversion"))
    _attribute(event, "type")
    said = event.get("datacontenttype")
    content_type = said if isinstance(said, str) else ""
    return Envelope(
        _attribute(event, "source"),
        _attribute(event, "id"),
        content_type or "application/json",
        _data(event),
    )


def _attribute(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refused(
            f"{name}_missing", f"`{name}` is missing.", "CloudEvents need specversion, id, source and type.", f"/{name}"
        )
    return value.strip()


def _version(said: str) -> None:
    if not re.fullmatch(r"1\.\d", said.strip()):
        raise Refused(
            "cloudevents_version", f"`specversion` is {shown(said)}.", "Send CloudEvents 1.0.", "/specversion"
        )


def _data(event: dict[str, Any]) -> bytes | None:
    """The payload as it was before it was put into JSON; a text is its own bytes, whatever its type is called."""
    if (packed := event.get("data_base64")) is not None:
        try:
            return base64.b64decode(str(packed).encode("ascii", "replace"), validate=True)
        except binascii.Error:
            raise Refused(
                "bad_base64",
                "`data_base64` is not Base64.",
                "Encode the payload (RFC 4648, section 4).",
                "/data_base64",
            ) from None
    data = event.get("data")
    if data is None:
        return None
    if isinstance(data, str):
        return data.encode()
    return json.dumps(data, ensure_ascii=False).encode()


def _complete(headers: Mapping[str, str]) -> None:
    """Refuse an event of which a header is missing: named by its content it would not be said anew under a new id."""
    missing = next((name for name in HEADERS if not headers.get(name, "").strip()), None)
    if missing is not None:
        raise Refused(
            f"{missing.removeprefix('ce-')}_missing",
            f"The header `{missing}` is missing.",
            f"CloudEvents in binary mode need {', '.join(HEADERS)}; send all of them, or none.",
        )


def _decoded(headers: Mapping[str, str], name: str) -> str:
    """The value of the attribute *name* in its header. Raises `Refused`."""
    header = headers[f"ce-{name}"].strip()
    if len(header) > LONGEST_HEADER:
        raise Refused(
            f"{name}_too_long",
            f"The header `ce-{name}` has {len(header)} characters.",
            f"Send at most {LONGEST_HEADER}, or the event as {STRUCTURED}+json.",
        )
    quoted = re.fullmatch(r'"(.*)"', header, re.DOTALL)
    # Bytes that are no UTF-8 stay apart, each from the other.
    return _attribute({name: unquote(quoted[1] if quoted else header, errors="surrogateescape")}, name)


def _named(reading: Reading, envelope: Envelope) -> Reading:
    if not any(item.key.startswith(NAMED_BY_CONTENT) for _, item in reading.items):
        return reading
    name = _name(envelope.source, envelope.id)
    items = tuple(
        (index, _renamed(item, f"ce:{name}/{index}" if reading.batch else f"ce:{name}"))
        for index, item in reading.items
    )
    return replace(reading, items=items)


def _name(source: str, event_id: str) -> str:
    """One name for each pair: as it is written where that can be read in one way only, else a digest of both."""
    name = f"{source}#{event_id}"
    if len(name) <= LONGEST_NAME and name.isprintable() and PLAIN_NAME.fullmatch(name):
        return name
    return sha256(json.dumps([source, event_id]).encode()).hexdigest()


def _renamed(item: Item, name: str) -> Item:
    if not item.key.startswith(NAMED_BY_CONTENT):
        return item
    revision = item.key.removeprefix(item.event_key)
    return replace(item, event_key=name, key=name + revision)
