"""A stranger's format with two lists of codes, found through the same door as ours."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from service.formats import registry, strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import digest_of, text
from service.formats.times import read_when, settled
from service.formats.vocabulary import IGNORE, Code, Vocabulary, key, own_meaning
from service.records.enums import Classifier, Milestone, Reason, ReferenceType
from service.records.inbound import FactDraft, Ignored, Item, Problem, Reading, RefValue, Unmapped

STATUS = Vocabulary(
    "acme-status",
    "Acme status codes",
    "Acme TMS, events",
    (
        Code("DEP", "left the depot", Milestone.DEPARTED),
        Code("OUT", "on the van", Milestone.OUT_FOR_DELIVERY),
        Code("POD", "signed for", Milestone.DELIVERED),
        Code("HLD", "held by customs", Milestone.CUSTOMS_HOLD, "the place is a border"),
        Code("HLD", "held", Milestone.EXCEPTION, source="Acme TMS, letter of 2026"),
        Code("NOP", "heartbeat", "It says nothing about goods."),
    ),
)

CAUSE = Vocabulary("acme-cause", "Acme causes", "Acme TMS, causes", (Code("W", "weather", Reason.WEATHER),))


class Acme:
    """{"id", "code", "when", "order" or "box", "says", "cause"}, or a list of them."""

    name: ClassVar[str] = "acme"
    title: ClassVar[str] = "Acme TMS"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {"depot": "The code of the depot."}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (STATUS, CAUSE)
    on_loops: ClassVar[int] = 0

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Say what *body* says; *on_loops* counts how often that was asked for on an event loop."""
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            Acme.on_loops += 1
        given = strict_json.loads(body)
        if given == "explode":
            raise RuntimeError("a fault of this format")
        events = given if isinstance(given, list) else [given]
        if not all(isinstance(event, dict) for event in events):
            raise unreadable("not_events", "The body holds no events.", "Send an object, or a list of them.")
        said = [_one(index, event, now, options) for index, event in enumerate(events)]
        return Reading(
            items=tuple((index, one) for index, one in enumerate(said) if isinstance(one, Item)),
            ignored=tuple(one for one in said if isinstance(one, Ignored)),
            problems=tuple(one for one in said if isinstance(one, Problem)),
            unmapped=tuple(one for one in said if isinstance(one, Unmapped)),
            batch=isinstance(given, list),
        )


def _one(
    index: int, event: dict[str, Any], now: datetime, options: Mapping[str, object]
) -> Item | Ignored | Problem | Unmapped:
    try:
        code = text(event.get("code"), "code", 1_000) or ""
        meaning = own_meaning(options, STATUS.name, code) or next((row.becomes for row in STATUS.meanings(code)), None)
        if meaning is None:
            return Unmapped(index, key(STATUS.name, code), event.get("says", ""))
        if not isinstance(meaning, Milestone):
            return Ignored(index, "The account ignores it." if meaning == IGNORE else str(meaning))
        when, flags = read_when(event.get("when"), "when", None, now)
    except Refused as refused:
        return refused.problem(index, f"/{index}")
    classifier, more = settled(Classifier.ACTUAL, when, now)
    cause = next((row.becomes for row in CAUSE.meanings(str(event.get("cause")))), None)
    reason = cause if isinstance(cause, Reason) else None
    fact = FactDraft(
        milestone=meaning, classifier=classifier, when=when, reason=reason, unit=event.get("box"), flags=flags + more
    )
    names = ((ReferenceType.REF, event.get("order")), (ReferenceType.CONTAINER, event.get("box")))
    refs = tuple(RefValue(kind, value) for kind, value in names if value)
    return Item(event["id"], event["id"], digest_of(event), (fact,), refs)


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """A package that offers this format stands in *folder*, which is looked through as a site is."""
    info = folder / "acme-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[milepost.formats]\nacme = tests.acme:Acme\n", encoding="utf-8")
    sys.path.append(str(folder))
    _forget()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        _forget()


def _forget() -> None:
    registry.known.cache_clear()
    registry.get.cache_clear()
