"""GS1 EPCIS 2.0 in JSON-LD: documents, answers to queries, and single events as the capture interface takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import unreadable
from service.formats.epcis.codes import BIZSTEP, DISPOSITION
from service.formats.epcis.event import read_event
from service.formats.fields import kind
from service.formats.gathering import Gathering
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Reading

_DOCUMENTS = ("EPCISDocument", "EPCISQueryDocument")


class Epcis:
    """An EPCISDocument, an EPCISQueryDocument, an event or a list of events. See docs/integrations/epcis.md."""

    name: ClassVar[str] = "epcis"
    title: ClassVar[str] = "GS1 EPCIS 2.0"
    content_types: ClassVar[tuple[str, ...]] = ("application/ld+json", "application/json")
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (BIZSTEP, DISPOSITION)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        if body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise unreadable(
                "epcis_xml", "The body is XML.", "Send EPCIS 2.0 as JSON-LD; repositories answer it on request."
            )
        events, pointer, batch = _events(strict_json.loads(body))
        gathering = Gathering()
        for index, event in enumerate(events):
            where = f"{pointer}/{index}" if batch else pointer
            read = partial(read_event, event, now, options)
            gathering.add_once(index, where, read, f"/{index}" if batch else None)
        return gathering.reading(batch=batch)


def _events(payload: object) -> tuple[list[object], str, bool]:
    """The events, the pointer to them, and whether they came in a list."""
    if isinstance(payload, list):
        return payload, "", True
    if not isinstance(payload, dict):
        raise unreadable("not_an_event", f"The body is {kind(payload)}, not an event.", "Post an EPCISDocument.")
    if "epcisBody" not in payload:
        if not payload or (payload.get("type") or payload.get("@type")) in _DOCUMENTS:
            raise unreadable(
                "no_events", "The document has no `epcisBody`.", "Put the events into `epcisBody.eventList`."
            )
        return [payload], "", False
    body: Any = payload["epcisBody"]
    pointer = "/epcisBody"
    for name in ("queryResults", "resultsBody"):
        if isinstance(body, dict) and name in body:
            body, pointer = body[name], f"{pointer}/{name}"
    if isinstance(body, dict):
        events = body.get("eventList", body.get("event"))
        name = "eventList" if "eventList" in body else "event"
        if isinstance(events, list):
            return events, f"{pointer}/{name}", True
        if isinstance(events, dict):
            return [events], f"{pointer}/{name}", False
    raise unreadable("no_events", "The document holds no events.", "Put them into `epcisBody.eventList`.", pointer)
