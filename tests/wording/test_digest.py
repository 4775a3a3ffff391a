"""The digest by e-mail: its headings, what it names and what it cuts, in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifiers.base import Channel
from service.records.enums import NoticeCode
from service.records.text import Rendered, Stands, TextRequest
from service.wording.languages import LANGUAGES
from service.wording.languages.pseudo import TAG
from service.wording.lint import lint
from service.wording.render import render
from tests.wording.samples import DUE, MOVED, about, request

LEFT = about(NoticeCode.DEPARTED)
EARLIER = about(NoticeCode.ETA_EARLIER, MOVED, ref="PO 77")


def digest(*said: object, stands: tuple[Stands, ...] = (), **more: object) -> Rendered:
    asked: TextRequest = request(*said, channel=Channel.EMAIL)  # type: ignore[arg-type]
    return render(replace(asked, stands=stands, **more))  # type: ignore[arg-type]


def test_news_stands_under_what_it_is() -> None:
    mail = digest(LEFT, EARLIER, stands=(Stands("PO 5", late=True, told=DUE), Stands("PO 6"), Stands("PO 8")))
    assert "Dates that moved\n- PO 77: " in mail.text
    assert "What happened\n- PO 4711: left Ningbo" in mail.text
    assert "Late\n- PO 5: due Felixstowe Fri 9 Oct." in mail.text
    assert "No news, so it stands as we told you\n- PO 6 and PO 8" in mail.text
    assert mail.html is not None
    assert "<li>PO 6 and PO 8</li>" in mail.html.replace("\u00a0", " ")


def test_an_order_with_news_is_not_named_twice() -> None:
    mail = digest(LEFT, stands=(Stands("PO 4711"), Stands("PO 6")))
    assert mail.text.count("PO 4711") == 1


def test_who_is_asked_is_reminded() -> None:
    assert "We wait for your answer\n- PO 6" in digest(stands=(Stands("PO 6", asked=True),)).text


def test_an_empty_digest_says_so() -> None:
    mail = digest()
    assert "You have no open orders with us." in mail.text
    assert mail.calendar is None
    assert "/t/" not in mail.text, "there is nothing to lead to"


def test_long_lists_are_counted() -> None:
    mail = digest(stands=tuple(Stands(f"PO {number}", late=number % 2 == 0) for number in range(200)))
    assert mail.text.count("\n- PO") == 41
    assert "And 60 more." in mail.text
    assert "60 more" in mail.text.split("No news")[1]
    assert len(mail.html or "") < 40_000


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
def test_every_language_has_its_own_words(tag: str) -> None:
    stands = (Stands("PO 5", late=True, told=DUE), Stands("PO 6", asked=True))
    here = digest(LEFT, EARLIER, stands=stands, language=tag)
    english = digest(LEFT, EARLIER, stands=stands)
    for line in ("Your orders", "Dates that moved", "What happened", "Late", "No news", "We wait"):
        assert line in english.text + (english.subject or "")
        assert line not in here.text + (here.subject or "")


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != TAG])
def test_the_tone_is_the_same(tag: str) -> None:
    mail = digest(LEFT, EARLIER, stands=(Stands("PO 5", late=True, told=DUE),), language=tag)
    names = ("PO 4711", "PO 77", "PO 5", "Ningbo", "Ever Aspire", "Felixstowe")
    assert lint(mail.text, names, tag) == []
