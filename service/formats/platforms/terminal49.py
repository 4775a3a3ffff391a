"""Terminal49: the webhook notice of one event, of one container or shipment, as a JSON:API document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from service.formats import strict_json
from service.formats.base import Refused
from service.formats.fields import digest_of, shown, true_or_false
from service.formats.gathering import Gathering, Nothing, Said, Strange, Warnings, own
from service.formats.legs import without_goods
from service.formats.platforms.spots import Spot
from service.formats.platforms.terminal49_changes import collected, free_until, read_changes
from service.formats.platforms.terminal49_codes import CHANGES, EVENTS, HOLDS, LAST_FREE_DAY, UPDATED
from service.formats.platforms.terminal49_document import (
    Document,
    Resource,
    Things,
    attributes,
    read_document,
    read_refs,
    things,
)
from service.formats.platforms.terminal49_facts import fact, moment, ports, spot, stated, unit
from service.formats.roles import DESTINATION
from service.formats.vocabulary import Vocabulary, index
from service.records.enums import Classifier, Milestone
from service.records.inbound import FactDraft, Item, Reading
from service.records.when import When, at_minute

_EVENTS = index(EVENTS.rows)


class Terminal49:
    """One notice per call, ten containers in ten calls. See docs/integrations/terminal49.md."""

    name: ClassVar[str] = "terminal49"
    title: ClassVar[str] = "Terminal49 webhooks"
    content_types: ClassVar[tuple[str, ...]] = ("application/vnd.api+json", "application/json")
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "terminal49"
    options: ClassVar[Mapping[str, str]] = {
        "own_refs": "true takes `ref_numbers` as your own order numbers, which open shipments; else they find them.",
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (EVENTS, CHANGES, HOLDS)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the notice in *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        payload = strict_json.loads(body)
        gathering = Gathering("/data/id")
        gathering.add(0, "", lambda: _read(payload, options, now))
        return gathering.reading(batch=False)


def _read(payload: object, options: Mapping[str, object], now: datetime) -> tuple[Item, Warnings]:
    document = read_document(payload)
    about = things(document)
    stated_at = stated(document, now)
    facts, notes = _facts(document, about, options, now)
    refs, warnings = read_refs(about, options.get("own_refs") is True)
    if not refs:
        raise Nothing("It names no container, no bill of lading, and no id by which it could be found later.")
    # The same event, told again with another time, is a correction: its own id names it, the notice's the revision.
    # What a notice includes may have moved on when it is sent again: its id alone says that it is the same.
    event_key = ":".join(document.cause) if document.cause else f"notice:{document.id}"
    digest = digest_of([document.id, document.event, document.cause])
    item = Item(event_key, f"{event_key}@{document.id}", digest, facts, refs, stated_at)
    return item, [*notes, *warnings]


def _facts(
    document: Document, about: Things, options: Mapping[str, object], now: datetime
) -> tuple[tuple[FactDraft, ...], Warnings]:
    mine = own(options, EVENTS.name, document.event)
    if mine is not None:
        return _happened(document, about, mine, now)
    if document.event == UPDATED:
        return read_changes(document, about, options, now)
    if document.event == LAST_FREE_DAY:
        return (_last_free_day(document, about, now),), []
    if document.event not in _EVENTS:
        raise Strange(EVENTS.name, document.event, "", "/data/attributes/event")
    return _happened(document, about, _meaning(document, about), now)


def _meaning(document: Document, about: Things) -> Said:
    rows = _EVENTS[document.event]
    row = rows[0]
    if len(rows) > 1 and (not about.container or collected(about)):
        row = rows[-1]
    if not isinstance(row.becomes, Milestone):
        raise Nothing(row.becomes)
    return Said(row.becomes, row.reason)


def _happened(document: Document, about: Things, said: Said, now: datetime) -> tuple[tuple[FactDraft, ...], Warnings]:
    subject = attributes(document.subject)
    there = spot(document, document.subject)
    lading, discharge, _ = ports(about)
    alone = without_goods(said.milestone, there.code, lading, discharge)
    if alone is not None:
        raise Nothing(alone)
    estimated = _estimated(document, subject)
    fields = ("estimated_timestamp", "timestamp") if estimated else ("timestamp",)
    written = next((subject[name] for name in fields if subject.get(name)), None)
    if written is None:
        time, notes = _dated_by_notice(document, there, estimated, now)
    else:
        time, notes = moment(written, subject.get("timezone"), there, now, f"{document.where}/timestamp"), []
    found = fact(document, about, said.milestone, Classifier.ESTIMATED if estimated else Classifier.ACTUAL, time, now)
    return (replace(found, reason=said.reason),), notes


def _estimated(document: Document, subject: Resource) -> bool:
    said = subject.get("estimated")
    expected = said is not None and true_or_false(said, "estimated", f"{document.where}/estimated")
    return expected or ".estimated." in document.event


def _dated_by_notice(
    document: Document, there: Spot, estimated: bool, now: datetime
) -> tuple[tuple[When, tuple[str, ...]], Warnings]:
    """The time of the notice, for what has no other: an event that is there says its own, and an estimate its date."""
    of = document.cause[0] if document.cause and document.subject else ""
    at = None if estimated or of.endswith("event") else stated(document, now)
    if at is not None:
        about = f"A {shown(of)} has no time of its own: it is" if of else "The event is not included: its time is"
        return (at_minute(at, there.zone), ()), [("/included", f"{about} that of the notice.")]
    message, pointer = "The event is not included, so its date is not known.", document.where
    if of:
        message, pointer = "`timestamp` is missing.", f"{document.where}/timestamp"
    raise Refused("timestamp_missing", message, "Let Terminal49 send the notice again.", pointer)


def _last_free_day(document: Document, about: Things, now: datetime) -> FactDraft:
    subject, container = attributes(document.subject), attributes(about.container)
    said = subject.get("value") or container.get("pickup_lfd")
    if not isinstance(said, str):
        raise Nothing("It names no day.")
    there = spot(document, document.subject)
    zone = subject.get("timezone") or container.get("pod_timezone") or there.zone
    common = {
        "unit": unit(about),
        "place": there.code,
        "place_name": there.name,
        "place_role": DESTINATION,
    }
    return free_until(said, zone, common, now, f"{document.where}/value")
