"""The page behind the link of a text, from the event to the HTML."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from tests.web.house import House

ANA = {"name": "Ana Fernandes", "phone": "+447700900123", "email": "ana@example.com"}


class Tags(HTMLParser):
    """Every tag with its attributes, and the text that is read: whole, and in its pieces."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.pieces: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.lasttag != "style":
            self.words += data.replace("\u00a0", " ")
            self.pieces.add(" ".join(data.split()))


def book(house: House, **fields: object) -> None:
    event = {
        "ref": "PO 4711",
        "milestone": "departed",
        "at": house.theatre.clock().isoformat(),
        "place": "CNNGB",
        "eta": "2026-10-09",
        "vessel": "Ever Aspire",
        "transport": "ocean",
        "tell": [ANA],
    }
    house.post_event(**(event | fields))
    house.forward(hours=3)


def slip(house: House) -> None:
    house.post_event(
        ref="PO 4711",
        milestone="eta_changed",
        at=house.theatre.clock().isoformat(),
        eta="2026-10-13",
        place="GBFXT",
        reason="port_congestion",
    )


def test_the_page_shows_the_date_of_the_text(house: House) -> None:
    book(house)
    page = Tags(house.get(house.link()).body.decode())
    assert "Fri 9 Oct" in house.texts()[-1].text
    assert "Fri 9 Oct" in page.words
    assert "as planned" in page.words
    assert "What we told you, and when" in page.words


def test_news_that_is_not_told_yet_is_marked_as_newer(house: House) -> None:
    book(house)
    slip(house)
    waiting = Tags(house.get(house.link()).body.decode()).words
    assert "Newer than what we told you" in waiting
    assert "It is now expected Tue 13 Oct" in waiting
    house.forward(hours=4)
    told = Tags(house.get(house.link()).body.decode()).words
    assert "Newer than what we told you" not in told
    assert "4 days late" in told
    assert "We first told you Fri 9 Oct." in told


def test_a_date_in_utc_that_was_told_as_the_readers_day_is_no_newer_one(house: House) -> None:
    book(house, eta="2026-10-09T23:30:00Z", tell=[ANA | {"zone": "Asia/Tokyo"}])
    page = Tags(house.get(house.link()).body.decode()).words
    assert "Sat 10 Oct" in house.texts()[-1].text
    assert "Newer than what we told you" not in page
    assert "as planned" in page


def test_a_delivered_shipment_says_so(house: House) -> None:
    book(house)
    house.post_event(ref="PO 4711", milestone="delivered", at=house.theatre.clock().isoformat())
    house.forward(hours=1)
    words = Tags(house.get(house.link()).body.decode()).words
    assert "delivered" in words
    assert "At your door" in words


def test_a_shipment_without_a_date_says_that_none_is_known(house: House) -> None:
    book(house, eta=None)
    assert "No date known yet" in Tags(house.get(house.link()).body.decode()).words


def test_the_page_is_light_alone_and_without_script(house: House) -> None:
    book(house)
    slip(house)
    house.forward(hours=4)
    answer = house.get(house.link())
    text = answer.body.decode()
    assert len(answer.body) <= 30_000
    page = Tags(text)
    assert not [tag for tag, _ in page.tags if tag in {"script", "img", "iframe", "object", "form", "base"}]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name in {"src", "style"}]
    links = [str(attrs["href"]) for _, attrs in page.tags if "href" in attrs]
    assert all(link.startswith(("tel:+442079460018", "data:image/svg+xml,", "?lang=")) for link in links)
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "private, max-age=60"


def test_the_policy_names_the_style_that_is_in_the_page(house: House) -> None:
    book(house)
    answer = house.get(house.link())
    style = re.search(r"<style>(.*?)</style>", answer.body.decode(), re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_names_nobody(house: House) -> None:
    book(house)
    slip(house)
    house.forward(hours=4)
    text = house.get(house.link()).body.decode()
    for private in ("Ana", "Fernandes", "7700900123", "07700", "ana@", "example.com"):
        assert private not in text


def test_only_what_is_listed_stands_on_the_page(house: House) -> None:
    """A list of what may be there, not of what may not: whatever else a shipment holds stays away."""
    book(house, unit="TCNU1234567", refs=[{"type": "house_bill", "value": "HBRU123"}], customer="BRIGHT-TOYS")
    words = Tags(house.get(house.link()).body.decode()).pieces - {""}
    assert words == {
        *("PO 4711: as planned", "Harbour", "Call +44 20 7946 0018", "PO 4711", "as planned"),
        *("At port", "Fri 9 Oct", "Next", "Destination: expected to arrive Fri 9 Oct."),
        *(
            "The journey",
            "Ningbo",
            "Mon 14 Sep",
            "left on Ever Aspire",
            "Destination",
            "expected to arrive on Ever Aspire",
        ),
        *("What we told you, and when", "When", "What", "Outcome"),
        *("08:00", "It left Ningbo. Due at port Fri 9 Oct", "by text", "stands now"),
        *("How to ask us", "Reply to our text or e-mail, or call. A person reads every reply."),
        "Last news from the carrier: Mon 14 Sep 07:00 London time.",
        "(London time)",
        (
            "A date is the local date at its place. A time is London time, unless it names a place. "
            "Our texts never ask for a payment."
        ),
        *("English", "Español", "Deutsch", "Français", "العربية", "简体中文"),
    }


def test_an_unchanged_page_is_not_sent_again(house: House) -> None:
    book(house)
    first = house.get(house.link())
    again = house.get(house.link(), if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    slip(house)
    assert house.get(house.link(), if_none_match=first.headers["etag"]).status == 200


@pytest.mark.parametrize("token", ["7Kq2mXw9Rt", "x", "../etc/passwd", "%00", "a" * 200])
def test_an_unknown_link_has_ended(house: House, token: str) -> None:
    answer = house.get(f"/t/{token}", accept="text/html")
    assert answer.status == 404
    if "/" not in token:
        words = Tags(answer.body.decode()).words
        assert "This link has ended" in words
        assert "Call +44 20 7946 0018 and we will help you." in words


def test_trying_links_ends_in_a_wait(house: House) -> None:
    book(house)
    for number in range(20):
        assert house.get(f"/t/wrong{number:05}", client="203.0.113.7").status == 404
    answer = house.get(house.link(), client="203.0.113.7")
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) > 0
    assert house.get(house.link(), client="203.0.113.8").status == 200


def test_stopping_e_mails_asks_before_it_acts(house: House) -> None:
    book(house, tell=[{"name": "Lea", "email": "lea@example.com"}])
    stop = "/u/" + (house.mails()[-1].text.partition("/u/")[2].split() or ["none"])[0].rstrip(".)")
    asked = house.get(stop)
    assert asked.status == 200
    assert b"Stop these e-mails?" in asked.body
    assert ("form", {"method": "post", "action": f"{stop}/stop"}) in Tags(asked.body.decode()).tags
    before = len(house.mails())
    assert b"Stopped" in house.post_form(f"{stop}/stop", {}).body
    slip(house)
    house.forward(hours=4)
    assert len(house.mails()) == before
    assert house.post_form("/u/7Kq2mXw9Rt/stop", {}).status == 404


def test_the_date_of_a_booking_that_was_changed_no_longer_holds(house: House) -> None:
    book(house, milestone="booking_confirmed")
    house.post_event(ref="PO 4711", milestone="booking_changed_cancelled", at=house.theatre.clock().isoformat())
    house.forward(hours=1)
    words = Tags(house.get(house.link()).body.decode()).words
    assert "The booking was cancelled or changed" in words
    assert "No longer holds Fri 9 Oct" in " ".join(words.split())
    assert "as planned" not in words
    assert "stands now" not in words
