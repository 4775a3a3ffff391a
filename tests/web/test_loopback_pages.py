"""The phone, the inbox, the landing page and the files they use."""

from __future__ import annotations

from service.records.simulated import SIMULATOR_PHONE
from service.records.tables import Address
from service.store import keys
from service.store.tables import table
from service.web.errors import friendly
from tests.web.house import House
from tests.web.test_tracking_page import ANA, Tags, book, slip


def test_a_text_shows_on_the_phone(house: House) -> None:
    book(house)
    text = house.texts()[-1].text
    page = house.get("/phone").body.decode()
    assert text.partition("https://")[0].partition("http://")[0].strip() in Tags(page).words
    assert "+447700900123" in page


def test_a_reply_goes_through_the_door_of_the_provider(house: House) -> None:
    book(house)
    sent = house.texts()[-1]
    answer = house.post_form("/phone/reply", {"number": ANA["phone"], "sender": sent.sender, "text": "When exactly?"})
    assert answer.status == 200
    house.player.settle()
    words = Tags(house.get("/phone/parts").body.decode()).words
    assert "When exactly?" in words
    assert len(house.texts()) == 2, "the reply is acknowledged"


def test_stop_from_the_phone_is_obeyed(house: House) -> None:
    book(house)
    sent = house.texts()[-1]
    house.post_form("/phone/reply", {"number": ANA["phone"], "sender": sent.sender, "text": "STOP"})
    house.player.settle()
    count = len(house.texts())
    slip(house)
    house.forward(hours=4)
    assert len(house.texts()) == count


def test_a_reply_of_a_stranger_s_page_is_refused(house: House) -> None:
    book(house)
    form = {"number": ANA["phone"], "sender": house.texts()[-1].sender, "text": "hi"}
    assert house.post_form("/phone/reply", form, sec_fetch_site="cross-site").status == 403


def test_a_reply_of_nothing_that_can_be_seen_is_refused(house: House) -> None:
    book(house)
    sender = house.texts()[-1].sender
    for text in (" ", "\u200b"):
        form = {"number": ANA["phone"], "sender": sender, "text": text}
        assert house.post_form("/phone/reply", form).status == 422


def test_an_e_mail_shows_with_both_parts_and_its_calendar(house: House) -> None:
    book(house, tell=[{"name": "Lea", "email": "lea@example.com"}])
    mail = house.mails()[-1]
    page = house.get("/inbox").body.decode()
    assert mail.subject is not None
    assert mail.subject in Tags(page).words
    assert f'src="/inbox/{mail.id}/html"' in page
    assert "test key" not in page
    shown = house.get(f"/inbox/{mail.id}/html")
    assert (mail.html or "none").encode() in shown.body
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    calendar = house.get(f"/inbox/{mail.id}/calendar")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.body.startswith(b"BEGIN:VCALENDAR")


def test_pages_are_for_this_machine(house: House) -> None:
    book(house)
    for path in ("/phone", "/inbox", "/phone/parts", "/inbox/parts"):
        assert house.get(path, client="203.0.114.9").status == 404
        assert house.get(path, host="milepost.example.com").status == 404
    form = {"number": ANA["phone"], "sender": house.texts()[-1].sender, "text": "hi"}
    assert house.post_form("/phone/reply", form, client="203.0.114.9").status == 404


def test_script_and_style_come_from_here_only(house: House) -> None:
    policy = house.get("/phone").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    script = house.get("/static/live.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.body) <= 8_000
    assert house.get("/static/live.js", if_none_match=script.headers["etag"]).status == 304
    assert house.get("/static/nothing.js").status == 404
    assert house.get("/static/..%2frendering.py").status == 404


def test_the_landing_page_says_the_mode_in_words(house: House) -> None:
    words = Tags(house.get("/").body.decode()).words
    assert "rehearsal" in words
    assert "nothing leaves" in words
    outside = Tags(house.get("/", client="203.0.114.9").body.decode()).words
    assert "rehearsal" not in outside
    assert "Call +44 20 7946 0018" in outside


def test_a_browser_gets_a_page_and_a_machine_a_problem(house: House) -> None:
    friendly(house.theatre.app)
    asked = house.get("/nothing", accept="text/html,*/*")
    assert asked.status == 404
    page = Tags(asked.body.decode())
    assert "There is no such page" in page.words
    assert "Call +44 20 7946 0018" in page.words
    assert house.get("/nothing").headers["content-type"] == "application/problem+json"
    assert house.get("/v1/nothing", accept="text/html").headers["content-type"] == "application/problem+json"


def test_empty_pages_say_what_to_do(house: House) -> None:
    assert "No text yet" in Tags(house.get("/phone").body.decode()).words
    assert "No e-mail yet" in Tags(house.get("/inbox").body.decode()).words


def test_what_a_test_key_wrote_shows_beside_and_its_answers_stay_apart(house: House) -> None:
    book(house)
    kit = house.theatre.kit
    presented, view = kit.database.write(
        lambda conn: keys.create(
            conn, house.theatre.account_id, name="try", scopes=["events"], now=kit.clock(), test=True
        )
    )
    at = house.theatre.clock().isoformat()
    both = {"phone": ANA["phone"], "email": "delivered@simulator.example"}
    house.post_event(presented, ref="PO 9", milestone="departed", at=at, place="CNNGB", eta="2026-11-09", tell=[both])
    house.forward(hours=3)
    page = house.get("/phone").body.decode()
    number = ANA["phone"].lstrip("+")
    assert f'id="phone-{number}"' in page
    assert f'id="phone-{number}-test"' in page
    assert "test key" in page
    form = {"number": ANA["phone"], "sender": SIMULATOR_PHONE, "text": "STOP"}
    assert house.post_form("/phone/reply", form).status == 200
    with kit.database.read() as conn:
        found = {
            row.account_id: row.suppressed_by
            for row in conn.execute(table(Address).select().filter_by(value=ANA["phone"])).all()
        }
    assert found == {house.theatre.account_id: None, view.account_id: "person"}


def test_mail_to_a_test_recipient_shows_in_the_inbox(house: House) -> None:
    kit = house.theatre.kit
    presented, _ = kit.database.write(
        lambda conn: keys.create(
            conn, house.theatre.account_id, name="try", scopes=["events"], now=kit.clock(), test=True
        )
    )
    at, box = house.theatre.clock().isoformat(), "delivered@simulator.example"
    house.post_event(presented, ref="PO 9", milestone="departed", at=at, place="CNNGB", eta="2026-11-09", tell=[box])
    house.forward(hours=3)
    page = house.get("/inbox").body.decode()
    assert f"to {box}" in page
    assert "test key" in page
    link = page.partition('src="/inbox/')[2].partition('"')[0]
    assert house.get(f"/inbox/{link}").status == 200
