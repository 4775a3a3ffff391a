"""The statuses of an XFSU document, read as a stream: only what is looked for is kept, whatever the size.

Names count without their namespace, since senders bind prefixes as they like. Document types and entities are refused
before they can mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.parsers import expat

from service.formats.base import unreadable
from service.formats.packing import refuse_packed

_DEEPEST = 64
_LONGEST = 200
_CHUNK = 65_536
_MOST_FLIGHTS = 50
_LONG_TAG = re.compile(rb"<[^<>!?/][^<>]{50000}")
"""Attributes are built all at once, whether anybody asks for them or not."""

MESSAGE = "StatusMessage"
STATUS = "ReportedStatus"
CONSIGNMENT = "AssociatedStatusConsignment"
FLIGHT = "SpecifiedLogisticsTransportMovement"
EVENT = "SpecifiedEvent"


class Part(NamedTuple):
    """A status of one consignment on one flight: texts by path below their element, the first of each.

    `head` has what stands around all statuses; `line` is where the status begins.
    """

    line: int
    head: Mapping[str, str]
    code: str
    consignment: Mapping[str, str]
    flight: Mapping[str, str]


@dataclass
class _State:
    """Where the parser is, and what it has gathered."""

    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    code: str = ""
    line: int = 0
    told: bool = False
    consignment: dict[str, str] = field(default_factory=dict)
    flights: list[dict[str, str]] = field(default_factory=list)
    found: list[Part] = field(default_factory=list)


def parts(body: bytes) -> Iterator[Part]:
    """The statuses of *body* in their order. Raises `Unreadable` for what is no XFSU document."""
    if _LONG_TAG.search(body):
        raise unreadable("long_tag", "A tag has thousands of attributes.", "Send an XFSU message.")
    state = _State()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, _: _start(state, name, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda _: _end(state)
    parser.CharacterDataHandler = lambda text: _text(state, text)
    parser.StartDoctypeDeclHandler = _no_doctype
    any_status = False
    refuse_packed(body)
    for at in range(0, max(1, len(body)), _CHUNK):
        try:
            parser.Parse(body[at : at + _CHUNK], at + _CHUNK >= len(body))
        except expat.ExpatError as error:
            raise unreadable(
                "not_xml",
                f"The body is no whole XML document: {expat.ErrorString(error.code)} in line {error.lineno}.",
                "Send the XFSU message as it came.",
            ) from None
        except (ValueError, LookupError):
            raise unreadable(
                "encoding", "The encoding that the document names cannot be read.", "Send it in UTF-8."
            ) from None
        found, state.found = state.found, []
        any_status = any_status or bool(found)
        yield from found
    if not any_status:
        raise unreadable(
            "not_xfsu", "The document holds no ReportedStatus.", "Send a StatusMessage of Cargo-XML (XFSU)."
        )


def _no_doctype(*_: Any) -> None:
    raise unreadable("document_type", "The document has a document type.", "Send it without <!DOCTYPE …>.")


def _start(state: _State, name: str, line: int) -> None:
    if len(state.path) >= _DEEPEST:
        raise unreadable("too_deep", f"The XML is nested more than {_DEEPEST} levels deep.", "Send an XFSU message.")
    local = name.rpartition(":")[2][:_LONGEST]
    state.path.append(local)
    state.text.clear()
    if local == MESSAGE:
        state.head = {}
    elif local == STATUS:
        state.code, state.line, state.told = "", line, False
    elif local == CONSIGNMENT:
        state.consignment, state.flights = {}, []
    elif local == FLIGHT and len(state.flights) < _MOST_FLIGHTS:
        state.flights.append({})


def _text(state: _State, text: str) -> None:
    if len(state.text) < _LONGEST:
        state.text.append(text[:_LONGEST])


def _end(state: _State) -> None:
    said = "".join(state.text).strip()[:_LONGEST]
    state.text.clear()
    name = state.path[-1]
    if name == CONSIGNMENT and STATUS in state.path:
        _found(state)
    elif name == STATUS and not state.told:
        state.consignment, state.flights = {}, []
        _found(state)
    elif said:
        _keep(state, said)
    state.path.pop()


def _found(state: _State) -> None:
    """A consignment has ended, or a status that names none."""
    flights = state.flights or [{}]
    state.found += (Part(state.line, state.head, state.code, state.consignment, flight) for flight in flights)
    state.told = True


def _keep(state: _State, said: str) -> None:
    """Keep a text under its path below the element that it belongs to."""
    path = state.path
    if FLIGHT in path and state.flights:
        place, below = state.flights[-1], path[path.index(FLIGHT) + 1 :]
        if below[:1] == [EVENT]:
            # Events of one flight differ by the type of their time, which stands behind the time itself.
            if below[-1] == "DateTimeTypeCode":
                place.setdefault(f"{EVENT}/{said[:1].upper()}", place.get(EVENT, ""))
            elif below[-1] == "OccurrenceDateTime":
                place[EVENT] = said
                place.setdefault(f"{EVENT}/", said)
            return
    elif CONSIGNMENT in path:
        place, below = state.consignment, path[path.index(CONSIGNMENT) + 1 :]
    elif path[-2:] == [STATUS, "ReasonCode"]:
        state.code = said
        return
    else:
        place, below = state.head, path[path.index(MESSAGE) + 1 :] if MESSAGE in path else path[1:]
    if len(place) < _LONGEST:
        place.setdefault("/".join(below), said)
