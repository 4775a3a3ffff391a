"""DCSA Track & Trace 2.2: the array of events that a carrier posts to a subscriber's callback."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from service.formats import strict_json
from service.formats.base import unreadable
from service.formats.dcsa.head import Rules
from service.formats.dcsa.versions import VOCABULARIES, check_version, read_one
from service.formats.fields import kind
from service.formats.gathering import Gathering, check_count
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Reading


class DcsaTrackAndTrace2:
    """A JSON array of mixed events; one event without the array is taken too. See docs/integrations/dcsa-tnt.md."""

    name: ClassVar[str] = "dcsa_tnt_v2"
    title: ClassVar[str] = "DCSA Track & Trace 2.2"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 204
    default_scheme: ClassVar[str] = "dcsa_sha256"
    options: ClassVar[Mapping[str, str]] = {
        "any_event_id": "true takes an eventID that is no UUID, for carriers that have ids of their own.",
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = VOCABULARIES

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        payload = strict_json.loads(body)
        check_version(payload, self.name)
        if not isinstance(payload, list | dict):
            raise unreadable(
                "not_an_event", f"The body is {kind(payload)}, not a list of events.", "Post a JSON array of events."
            )
        check_count(payload)
        batch = isinstance(payload, list)
        rules = Rules(any_id=options.get("any_event_id") is True)
        gathering = Gathering("/eventID")
        for index, event in enumerate(payload if isinstance(payload, list) else [payload]):
            pointer = f"/{index}" if batch else ""
            gathering.add(index, pointer, partial(read_one, gathering, index, event, now, options, rules))
        return gathering.reading(batch)
