"""The catalogue as people receive it, as a page of the documentation (`docs/texts.md`).

Run `python -m service.wording.page > docs/texts.md` after changing a text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

from notifiers.base import Channel
from service.records.enums import Line, NoticeCode, Reason, Transport
from service.records.said import Said, SaidDate
from service.records.text import ServiceText, TextRequest
from service.records.when import at_minute, on_day
from service.wording import reasons
from service.wording.answers import ANSWERS
from service.wording.catalogue import CATALOGUE, LADDER, LEVELS, TEXTS_NOW, TITLES
from service.wording.render import render, render_service

_ZONE = "Europe/London"
_NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
_OLD, _NEW = on_day(date(2026, 10, 9), _ZONE), on_day(date(2026, 10, 13), _ZONE)
_DUE = SaidDate(Line.ARRIVAL, _OLD, None, "GBFXT", "Felixstowe")
_MOVED = SaidDate(Line.ARRIVAL, _NEW, _OLD, "GBFXT", "Felixstowe")
_LEAVES = SaidDate(Line.DEPARTURE, on_day(date(2026, 9, 18), "Asia/Shanghai"), None, "CNNGB", "Ningbo")
_AT_DOOR = SaidDate(Line.DELIVERY, at_minute(datetime(2026, 10, 13, 8, 0, tzinfo=UTC), _ZONE))
_FREE = SaidDate(Line.FREE_TIME, on_day(date(2026, 10, 15), _ZONE))
_HAPPENED = on_day(date(2026, 9, 17), _ZONE)
_BEFORE_LEAVING = frozenset({"M02", "M04", "M05", "M06"})
_MOVES = frozenset({"M10", "D01", "D02", "D05", "D07", "D08", "D11", "D12", "D14", "D16"})
_AT_PORT = frozenset({"M11", "M12", "M13", "M14", "M15", "M16", "M17", "D06", "D07", "D09", "D14"})
_HAPPENED_CODES = frozenset({"M03", "M12", "M20", "M22", "D11"})
_REASONS = {
    "D06": Reason.DOCS_MISSING,
    "D07": Reason.CUSTOMS_CHECK,
    "D12": Reason.TRUCK_BREAKDOWN,
    "D19": Reason.ADDRESS,
}
_WORDS = {"ref": "PO 4711", "by": "Fri 18 Sep 17:00", "hours": "Mon-Fri 8-18", "opens": "Fri 08:00"}

_HEAD = """# The texts

What people read, as they receive it. This page is printed by `python -m service.wording.page`; a test fails when it
differs from the code.

Each text is shown as it reaches a customer in London who can answer it, and then without any date and from a sender
that cannot be answered. *Segments* is what the provider charges for. A text that is too long for one gives up, in this
order: {ladder}. Brand, reference, new and old date, reason and one way to a person always stay; if it is still too long
it takes two segments.

Levels, quietest first: `page` (only on the tracking page), `digest`, `info`, `notice`, `action`, `critical`; `sys` are
answers.
"""


def texts_page() -> str:
    """The whole page as Markdown."""
    head = _HEAD.format(ladder=", ".join(f"`{step}`" for step in LADDER))
    blocks = [head, "## Notices", *_notices(), "## Answers", *_answers(), "## Reasons", _reasons()]
    return "\n\n".join(block.strip() for block in blocks) + "\n"


def _notices() -> Iterator[str]:
    for code in CATALOGUE:
        if code in ANSWERS:
            continue
        later = "" if code in TEXTS_NOW else " Nothing says it on its own yet."
        yield f"### {code.value} {TITLES[code]}\n\nLevel `{LEVELS[code]}`.{later}"
        yield _shown(_request(code, dated=True, two_way=True))
        yield _shown(_request(code, dated=False, two_way=False))


def _answers() -> Iterator[str]:
    for code in ANSWERS:
        said = "The truck comes on Monday at 9." if code is NoticeCode.HUMAN else "we can split the load."
        answer = render_service(
            ServiceText(
                code=code,
                brand="Harbour",
                channel=Channel.SMS,
                care_phone="+442079460018",
                words={**_WORDS, "text": said},
            )
        )
        yield f"### {code.value} {TITLES[code]}\n\n> {answer.text}"


def _reasons() -> str:
    rows = [
        f"| `{reason.value}` | {reasons.sms(reason, Transport.OCEAN)} "
        f"| {reasons.sentence(reason, Transport.OCEAN, 'Felixstowe')} "
        f"| {reasons.side(reason).value.replace('_', ' ')} | {'yes' if reasons.may_apologise(reason) else 'no'} |"
        for reason in Reason
    ]
    return "\n".join(["| reason | in a text | in an e-mail | side | apology |", "|---|---|---|---|---|", *rows])


def _request(code: NoticeCode, *, dated: bool, two_way: bool) -> TextRequest:
    return TextRequest(
        brand="Harbour",
        channel=Channel.SMS,
        said=(_said(code, dated=dated),),
        now=_NOW,
        zone=_ZONE,
        two_way=two_way,
        care_phone="+442079460018",
        link="https://t.harb.co/7Kq2mXw9Rt",
    )


def _said(code: NoticeCode, *, dated: bool) -> Said:
    name = code.value
    trouble = name.startswith("D")
    return Said(
        code=code,
        ref="PO 4711",
        dates=_dates(name) if dated else (),
        place_name="Felixstowe"
        if name in _AT_PORT
        else "Singapore"
        if name in {"M08", "M09", "D08", "D04", "D20"}
        else "Ningbo",
        at=_HAPPENED if name in _HAPPENED_CODES else None,
        vessel="EVER ASPIRE",
        transport=Transport.OCEAN,
        reason=_REASONS.get(name, Reason.PORT_CONGESTION)
        if trouble and (name in {*_MOVES, *_REASONS, "D17", "D19"})
        else None,
        units=5 if name == "D11" else 0,
        units_done=2 if name == "D11" else 0,
    )


def _dates(name: str) -> tuple[SaidDate, ...]:
    if name in {"D17", "D18", "D19", "D20"}:
        return ()
    if name in {"M18", "M19"}:
        return (_AT_DOOR,)
    if name in {"M16", "D10"}:
        return (_FREE,)
    if name in {"M12", "M13", "M15", "M17"}:
        return (SaidDate(Line.DELIVERY, _NEW, unchanged=name == "M12"),)
    if name in _MOVES:
        return (_MOVED,)
    return (_DUE, _LEAVES) if name in _BEFORE_LEAVING else (_DUE,)


def _shown(request: TextRequest) -> str:
    answer = render(request)
    given = f", without {', '.join(answer.shortened)}" if answer.shortened else ""
    return f"> {answer.text}\n>\n> {len(answer.text)} characters, {answer.segments} segment{given}"


if __name__ == "__main__":
    sys.stdout.write(texts_page())
