"""Whatever comes in from outside, a text leaves, and says nothing that it was not given."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.base import Channel
from service.records.enums import Line, Reason, Transport
from service.records.said import Said, SaidDate
from service.records.text import TextRequest
from service.records.when import When, at_minute, on_day
from service.wording import dates
from service.wording.gsm7 import segments
from service.wording.ladder import MAX_SEGMENTS
from service.wording.render import render
from service.wording.sentences import told_sentence
from tests.wording.samples import LINK, NOW, PHONE, TEXTS

URL = re.compile(r"https?:|://|\bwww\.|[^\W_-]\.[^\W\d_][\w-]|\d+\.\d+\.\d+\.\d+", re.IGNORECASE)
DAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")

ZONES = st.sampled_from(["Europe/London", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", None])
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31)).flatmap(lambda on: st.builds(on_day, st.just(on), ZONES))
INSTANTS = st.builds(
    at_minute,
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    ZONES,
)
WHENS: st.SearchStrategy[When] = st.one_of(DAYS, INSTANTS)
HOSTILE = st.one_of(
    st.none(),
    st.sampled_from(["Felixstowe", "EVER ASPIRE", "PO 4711", "宁波", "Ørsted", "x" * 200, "€[]{}" * 30, "😀" * 90]),
    st.sampled_from(["evil.com/pay", "http://evil.example/a", "pay@evil", "call 0800 123 456 789", "\u202eevil\u2066"]),
    st.text(max_size=90),
    st.text(alphabet="ab.:/@\r\n\u200b\u202e\u3002 0123456789", max_size=60),
)
DATES = st.builds(
    SaidDate,
    line=st.sampled_from(Line),
    when=WHENS,
    was=st.one_of(st.none(), WHENS),
    place_name=HOSTILE,
    unchanged=st.booleans(),
)
SAID = st.builds(
    Said,
    code=st.sampled_from(TEXTS),
    ref=HOSTILE.map(lambda text: text or ""),
    dates=st.lists(DATES, max_size=3).map(tuple),
    place_name=HOSTILE,
    at=st.one_of(st.none(), WHENS),
    vessel=HOSTILE,
    voyage=HOSTILE,
    transport=st.sampled_from(Transport),
    reason=st.one_of(st.none(), st.sampled_from(Reason)),
    units_done=st.integers(0, 5),
    units=st.integers(0, 5),
    other_refs=st.lists(HOSTILE.map(lambda text: text or ""), max_size=3).map(tuple),
)


def asked(said: list[Said], channel: Channel, **changes: object) -> TextRequest:
    """A request about hostile notices, from an account that is what it says it is."""
    return TextRequest(
        brand="Harbour",
        channel=channel,
        said=tuple(said),
        now=NOW,
        zone="Europe/London",
        two_way=bool(changes.get("two_way", True)),
        care_phone=PHONE if changes.get("phone", True) else None,
        link=LINK if changes.get("link", True) else None,
        uid="shp.con@milepost",
    )


def known_days(said: list[Said]) -> set[str]:
    """Every date that the notices hold, as a text writes it."""
    days: set[date] = set()
    for one in said:
        for when in [one.at, *(date_.when for date_ in one.dates), *(date_.was for date_ in one.dates)]:
            if when is not None:
                days.add(dates.on(when, "Europe/London"))
    return {f"{on:%a} {on.day} {on:%b}" for on in days}


@settings(max_examples=300)
@given(st.lists(SAID, min_size=1, max_size=4), st.booleans(), st.booleans(), st.booleans())
def test_every_text_leaves(said: list[Said], two_way: bool, phone: bool, link: bool) -> None:
    done = render(asked(said, Channel.SMS, two_way=two_way, phone=phone, link=link))
    assert done.segments == segments(done.text) <= MAX_SEGMENTS
    assert done.text.startswith("Harbour:")
    assert not URL.search(done.text.replace(LINK, ""))
    assert all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in done.text)
    assert two_way or not re.search(r"\bReply here|\bReply STOP", done.text)
    printed = set(DAY.findall(done.text))
    assert printed <= known_days(said)


@settings(max_examples=150)
@given(st.lists(SAID, min_size=1, max_size=3))
def test_every_mail_leaves(said: list[Said]) -> None:
    done = render(asked(said, Channel.EMAIL))
    assert done.html is not None
    assert done.subject
    assert len(done.html.encode()) <= 40_000
    assert not URL.search(done.text.replace(LINK, ""))
    assert not any(unicodedata.category(char) in {"Cc", "Cf"} for char in done.subject)
    near = {f"{on:%a} {on.day} {on:%b}" for on in _around(said)}
    assert set(DAY.findall(done.text)) <= near


@settings(max_examples=200)
@given(SAID)
def test_everything_said_can_be_told_again(said: Said) -> None:
    assert told_sentence(said).startswith("Told: ")
    assert "\n" not in told_sentence(said)
    assert Said.from_json(said.to_json()) == said


def _around(said: list[Said]) -> set[date]:
    """The dates and their neighbours: an e-mail also gives the reader's own time, which may fall on the next day."""
    known = {when.on for one in said for d in one.dates for when in (d.when, d.was) if when}
    known |= {one.at.on for one in said if one.at}
    return {on + timedelta(days=step) for on in known for step in (-1, 0, 1)}
