"""The page behind a link in every language, and nothing on it that is written in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser

import pytest

from service.flows.tracking import Newer, Other, Told, TrackingView
from service.records.enums import Line, Milestone, NoticeCode, Outcome, Reason, Transport
from service.records.said import Said
from service.web.rendering import environment
from service.web.tracking import template_values
from service.web.tracking_words import page_of
from service.wording.languages import LANGUAGES, SPOKEN
from service.wording.languages.pseudo import TAG
from tests.web.house import House
from tests.web.test_tracking_page import Tags, book
from tests.web.test_tracking_words import DOOR, FRIDAY, LATE, LEFT, MONDAY, NOW, PASSED, PLANNED, PORT, TUESDAY

NAMES = ("Harbour", "PO 4711", "PO 4715", "PO 8", "Felixstowe", "Ningbo", "Ever Aspire")
"""What stands on the page as somebody wrote it."""

OLD = datetime(2026, 9, 1, 9, 0, tzinfo=NOW.tzinfo)


class Seen(HTMLParser):
    """What people see and what is read out to them; the list of languages is in each language's own words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "path", "circle", "br"}:
            self._inside.append(tag)
        self.words += [value for name, value in attrs if name in {"aria-label", "title", "alt"} and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"style", "nav"}.intersection(self._inside):
            self.words.append(data)


def html(view: TrackingView, tag: str) -> str:
    page = page_of(view, LANGUAGES[tag])
    return environment().get_template("tracking.html").render(**template_values(page))


def told(code: NoticeCode | None, line: Line | None, **more: object) -> Told:
    said = Said(code=code or NoticeCode.DEPARTED, ref="PO 4711", place="CNNGB", place_name="Ningbo")
    row = Told(NOW, ("sms", "email"), code, line, FRIDAY if line else None, None, said=said)
    return replace(row, **more)  # type: ignore[arg-type]


def views() -> Iterator[TrackingView]:
    """A page in each state, with each kind of row."""
    lines = (Line.ARRIVAL, Line.READY, Line.DELIVERY, Line.DEPARTURE)
    history = (
        *(told(code, None) for code in NoticeCode if code.value[0] != "S"),
        *(told(NoticeCode.ETA_SLIP, line, ways=("sms",)) for line in lines),
        *(told(None, Line.ARRIVAL, outcome=outcome, ways=("email",)) for outcome in Outcome),
        told(None, Line.ARRIVAL, declared=True),
        told(None, Line.ARRIVAL, current=True),
        told(NoticeCode.TRANSSHIP_ARRIVED, None, said=None),
    )
    others = (Other("PO 4715", Line.ARRIVAL, TUESDAY, False), Other("PO 8", None, None, False))
    stops = tuple(
        replace(PORT, milestone=one, state=state, place_name=None, when=MONDAY if state == "expected" else None)
        for one in Milestone
        for state in ("done", "expected")
    )
    yield replace(LATE, history=history, others=others, stops=(LEFT, PORT, DOOR), last_fact_at=OLD)
    yield replace(PLANNED, stops=stops)
    for line in lines:
        yield replace(PLANNED, line=line, transport=Transport.AIR)
        yield replace(PASSED, line=line)
        yield replace(PASSED, line=line, newer=Newer(line, MONDAY))
    yield replace(LATE, when=FRIDAY, first=TUESDAY)
    yield replace(PLANNED, newer=Newer(Line.ARRIVAL, TUESDAY), next_word=TUESDAY)
    yield replace(PLANNED, when=None, newer=Newer(Line.ARRIVAL, TUESDAY), reason=Reason.STRIKE)
    yield replace(PLANNED, when=None, line=None, care_phone=None, stops=())
    yield replace(PLANNED, flags=("date_open",))
    yield replace(PLANNED, done=MONDAY, status="delivered")
    for status in ("exception", "customs_hold", "returned"):
        yield replace(PLANNED, status=status)


VIEWS = list(views())


@pytest.mark.parametrize("view", VIEWS, ids=range(len(VIEWS)))
def test_every_word_on_the_page_comes_from_the_language(view: TrackingView) -> None:
    """In the pseudo-locale each letter of a text wears an accent: a plain one was written somewhere in the code."""
    words = " ".join(Seen(html(view, TAG)).words).replace("\u00a0", " ")
    for name in NAMES:
        words = words.replace(name, "")
    assert re.findall(r"[A-Za-z]+", words) == []


def test_the_check_sees_what_is_hard_coded() -> None:
    page = html(PLANNED, TAG).replace("</main>", "<p>Track it</p></main>")
    assert "Track it" in Seen(page).words


@pytest.mark.parametrize("tag", SPOKEN)
@pytest.mark.parametrize("view", VIEWS, ids=range(len(VIEWS)))
def test_every_state_is_said_in_every_language(view: TrackingView, tag: str) -> None:
    text = html(view, tag)
    assert f'<html lang="{tag}" dir="{LANGUAGES[tag].direction}">' in text
    assert not re.search(r"[{}\[\]]", " ".join(Seen(text).words))
    assert len(text.encode()) <= 40_000
    page = page_of(view, LANGUAGES[tag])
    assert page.state
    assert page.line
    assert all(row.title and row.words and row.date for row in page.path)
    assert all(row.what for row in page.history)


@pytest.mark.parametrize(
    ("tag", "state", "line", "day"),
    [
        ("en", "4 days late", "At port: Felixstowe", "Tue 13 Oct"),
        ("es", "4 días tarde", "Llegada al puerto: Felixstowe", "mar 13 oct"),
        ("de", "4 Tage später", "Ankunft im Hafen: Felixstowe", "Di 13. Okt."),
        ("fr", "4 jours de retard", "Arrivée au port : Felixstowe", "mar 13 oct"),
        ("zh-Hans", "晚4天", "到港：费利克斯托", "10月13日周二"),
        ("ar", "متأخرة 4 أيام", "الوصول إلى الميناء: فيليكسستو", "الثلاثاء 13 أكتوبر"),
    ],
)
def test_the_headline_in_each_language(tag: str, state: str, line: str, day: str) -> None:
    page = page_of(LATE, LANGUAGES[tag])
    assert (page.state, page.line) == (state, line)
    assert page.date.rstrip(".") == day.rstrip(".")


def test_from_right_to_left_latin_names_keep_their_order() -> None:
    page = page_of(replace(LATE, ref="PO 4711-B"), LANGUAGES["ar"])
    assert page.ref == "\u2068PO 4711-B\u2069"
    assert "\u2068Ever Aspire\u2069" in page.path[0].words
    assert "\u2068+44 20 7946 0018\u2069" in html(LATE, "ar")


def test_the_page_opens_in_the_readers_language_and_in_any_that_is_chosen(house: House) -> None:
    book(house, tell=[{"name": "Lea", "email": "lea@example.com", "language": "de"}])
    link = "/t/" + house.mails()[-1].text.partition("/t/")[2].split()[0].rstrip(".)")
    own = house.get(link).body.decode()
    assert '<html lang="de" dir="ltr">' in own
    assert "wie geplant" in Tags(own).words
    assert "Was wir Ihnen wann gesagt haben" in Tags(own).words
    arabic = house.get(f"{link}?lang=ar").body.decode()
    assert '<html lang="ar" dir="rtl">' in arabic
    assert '<html lang="de"' in house.get(f"{link}?lang=tlh").body.decode()
    links = [dict(attrs) for tag, attrs in Tags(own).tags if tag == "a" and "hreflang" in attrs]
    assert [one["href"] for one in links] == [f"?lang={tag}" for tag in SPOKEN]
    assert [one["hreflang"] for one in links if "aria-current" in one] == ["de"]
    assert "script" not in {tag for tag, _ in Tags(own).tags}


@pytest.mark.parametrize(
    ("path", "accept", "words"),
    [
        ("/t/7Kq2mXw9Rt", "fr-CH, fr;q=0.9", "Ce lien n'est plus valable"),
        ("/t/7Kq2mXw9Rt?lang=es", "fr", "Este enlace ya no vale"),
        ("/t/7Kq2mXw9Rt", "tlh", "This link has ended"),
        ("/t/7Kq2mXw9Rt", "", "This link has ended"),
        ("/u/7Kq2mXw9Rt", "zh-CN,zh;q=0.9", "停止这些邮件？"),
    ],
)
def test_a_page_for_nobody_known_speaks_as_the_browser_does(house: House, path: str, accept: str, words: str) -> None:
    assert words in Tags(house.get(path, accept_language=accept).body.decode()).words
