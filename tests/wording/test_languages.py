"""Every language says everything, in its own words, within its budget."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from notifiers.base import Channel
from service.records.enums import Milestone, NoticeCode, Reason, Transport
from service.records.said import Said
from service.records.text import ServiceText
from service.wording import reasons
from service.wording.dates import any_date, pattern
from service.wording.forms import names
from service.wording.gsm7 import segments, septets
from service.wording.languages import ENGLISH, LANGUAGES, SPOKEN, Language, Status, language_of
from service.wording.languages.places import ENGLISH_NAMES
from service.wording.languages.pseudo import TAG, accented
from service.wording.lint import lint
from service.wording.render import render, render_service
from service.wording.samples import CHARGE, LONGEST, corrections, longest, longest_request, request, typical
from service.wording.sentences import due_sentence, milestone_sentence, status_sentence, told_sentence
from service.wording.texts import ANSWERS

OTHERS = [tag for tag in LANGUAGES if tag != "en"]
NOTICES = [code for code in NoticeCode if code not in ANSWERS]
THREE_SEGMENTS = {("ar", NoticeCode.ETA_SLIP_AGAIN), ("ar", NoticeCode.DELIVERY_MISSED)}
"""Declared: with usual values these take one segment more than their language reckons with."""
TWO_SEGMENTS = {
    ("es", NoticeCode.ETA_SLIP_AGAIN),
    ("es", NoticeCode.BOOKING_CANCELLED),
    ("fr", NoticeCode.ETA_SLIP_AGAIN),
    ("fr", NoticeCode.RETURNED),
    ("de", NoticeCode.ETA_SLIP_AGAIN),
    ("de", NoticeCode.BOOKING_CANCELLED),
    ("de", NoticeCode.RETURNED),
}
"""Declared at two segments: a date, an old date, a cause and a promised call do not fit into one in these languages."""


@pytest.mark.parametrize("tag", OTHERS)
def test_the_same_keys_in_all(tag: str) -> None:
    language = LANGUAGES[tag]
    assert set(language.texts) == set(ENGLISH.texts)
    assert set(language.tone) == set(ENGLISH.tone)
    assert [key for key in language.texts if not all(language.forms(key))] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_no_language_asks_for_a_value_that_there_is_not(tag: str) -> None:
    known = {name for key in ENGLISH.texts for form in ENGLISH.forms(key) for name in names(form)}
    known |= {"label", "owner", "vessel", "on"}
    for key in LANGUAGES[tag].texts:
        for form in LANGUAGES[tag].forms(key):
            assert names(form) <= known, key
            assert form.count("[") == form.count("]"), key
            assert form.count("<") == form.count(">"), key


@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_string_carries_its_status(tag: str) -> None:
    language = LANGUAGES[tag]
    expected = Status.MACHINE if tag == TAG else Status.DRAFT
    assert {language.status_of(key) for key in language.texts} == {expected}


def test_a_reviewed_string_says_so() -> None:
    reviewed = Language(
        tag="es",
        name="",
        locale="es",
        texts=ENGLISH.texts,
        tone=ENGLISH.tone,
        days=ENGLISH.days,
        reviewed={"sorry": Status.NATIVE_REVIEWED},
    )
    assert reviewed.status_of("sorry") is Status.NATIVE_REVIEWED
    assert reviewed.status_of("stop") is Status.DRAFT


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("es_MX", "es"),
        ("DE", "de"),
        ("fr-CA", "fr"),
        ("ar-AE", "ar"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_Hans_CN", "zh-Hans"),
        ("zh-TW", "en"),
        ("zh-Hant", "en"),
        ("en-XA", "en-XA"),
        ("pt-BR", "en"),
        ("", "en"),
        ("no such", "en"),
    ],
)
def test_who_reads_what(wanted: str, tag: str) -> None:
    assert language_of(wanted).tag == tag


def test_the_pseudo_locale_is_nobodys_language() -> None:
    assert set(SPOKEN) == {"en", "es", "de", "fr", "ar", "zh-Hans"}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_directions(tag: str) -> None:
    assert LANGUAGES[tag].direction == ("rtl" if tag == "ar" else "ltr")


def every_said(code: NoticeCode) -> tuple[Said, ...]:
    return corrections() if code is NoticeCode.CORRECTION else (typical(code),)


@pytest.mark.parametrize(("tag", "code"), list(product(SPOKEN, NOTICES)))
def test_usual_texts_fit_and_keep_the_tone(tag: str, code: NoticeCode) -> None:
    language = LANGUAGES[tag]
    known = ["Harbour", "PO 4711", "Ever Aspire", "EVER ASPIRE", CHARGE]
    known += [*ENGLISH_NAMES.values(), *language.places.values()]
    for said, two_way in product(every_said(code), (True, False)):
        for asked in (said, replace(said, dates=(), needs=())):
            done = render(request(asked, language=tag, two_way=two_way))
            more = (tag, code) in TWO_SEGMENTS | THREE_SEGMENTS or (tag != "en" and not two_way)
            assert done.segments == segments(done.text) <= language.segments + more, done.text
            assert "{" not in done.text
            assert "PO 4711" in done.text
            assert set(lint(done.text, known, tag)) <= {"T5"}, (lint(done.text, known, tag), done.text)
            if language.segments == 1:
                assert septets(done.text) is not None, done.text


@pytest.mark.parametrize(("tag", "code"), list(product(SPOKEN, NOTICES)))
def test_longer_values_shrink_then_take_a_segment_more_and_never_fail(tag: str, code: NoticeCode) -> None:
    for two_way in (True, False):
        done = render(longest_request(longest(code), language=tag, two_way=two_way))
        assert done.segments <= LANGUAGES[tag].segments + 1, done.text
        assert LONGEST.ref in done.text
        assert done.text.startswith(LONGEST.brand)


@pytest.mark.parametrize(("tag", "code"), list(product(SPOKEN, NOTICES)))
def test_an_email_in_every_language(tag: str, code: NoticeCode) -> None:
    for said in every_said(code):
        done = render(request(said, channel=Channel.EMAIL, language=tag))
        assert done.subject
        assert done.html is not None
        assert f'<html lang="{tag}" dir="{LANGUAGES[tag].direction}">' in done.html
        assert "{" not in done.text
        assert "PO 4711" in done.subject


def plain_english(text: str) -> list[str]:
    """Words of plain letters that are no name which the samples hold."""
    for name in (
        "Harbour",
        "PO 4711",
        "PO 4712",
        "Ever Aspire",
        "Felixstowe",
        "Ningbo",
        "Singapore",
        "Southampton",
        "London",
        CHARGE,
    ):
        text = text.replace(name, "")
    text = re.sub(r"https?://\S+|\S+@\S+|[\u00a0&]\w+;?", " ", text)
    return [word for word in re.findall(r"[A-Za-z]{2,}", text) if word != "desk"]


@pytest.mark.parametrize("code", NOTICES)
@pytest.mark.parametrize("transport", Transport)
def test_the_pseudo_locale_finds_no_plain_english_in_a_text(code: NoticeCode, transport: Transport) -> None:
    for said in every_said(code):
        for reason, dated, two_way in product((None, Reason.VESSEL_LATE), (True, False), (True, False)):
            asked = replace(
                said,
                transport=transport,
                reason=reason,
                dates=said.dates if dated else (),
                other_refs=("PO 4712",) if dated else (),
                units=5,
                units_done=2,
            )
            for choices in ((), (("1", "ok"), ("2", "call"))):
                done = render(replace(request(asked, language=TAG, two_way=two_way), choices=choices))
                assert plain_english(done.text) == [], done.text


@pytest.mark.parametrize("code", NOTICES)
def test_nor_in_an_email(code: NoticeCode) -> None:
    for said in every_said(code):
        history = ((request(said).now, told_sentence(said, language=TAG)),)
        asked = replace(request(said, channel=Channel.EMAIL, language=TAG), history=history)
        done = render(asked)
        assert plain_english(done.text) == [], done.text
        assert plain_english(done.subject or "") == []
        body = (done.html or "").partition("<body>")[2]
        assert plain_english(re.sub(r"<[^>]*>", " ", body)) == []


def test_nor_in_a_list_of_several_news() -> None:
    said = (typical(NoticeCode.DEPARTED), typical(NoticeCode.ETA_SLIP), typical(NoticeCode.PARTIAL_DELIVERY))
    others = tuple(replace(one, ref="PO 4712") for one in said)
    for channel in (Channel.SMS, Channel.EMAIL):
        done = render(replace(request(said[0], channel=channel, language=TAG), said=(*said, *others)))
        assert plain_english(done.text) == [], done.text


@pytest.mark.parametrize("code", ANSWERS)
def test_nor_in_an_answer(code: NoticeCode) -> None:
    for words in ({"ref": "PO 4711", "by": "18 17:00", "opens": "08:00", "hours": "8-18", "email": "1"}, {}):
        for channel in (Channel.SMS, Channel.EMAIL):
            text = ServiceText(code=code, brand="Harbour", channel=channel, language=TAG, words={**words, "text": "7."})
            assert plain_english(render_service(text).text) == []


def test_nor_in_a_sentence() -> None:
    for milestone in Milestone:
        assert plain_english(milestone_sentence(milestone, TAG)) == []
        assert plain_english(status_sentence(milestone.value, "Ningbo", "Ever Aspire", TAG)) == []
    for status in ("registered", "booked", "at_sea", "ready", "part_delivered", "delayed", "returned", ""):
        assert plain_english(status_sentence(status, "Ningbo", "Ever Aspire", TAG)) == []
    assert plain_english(due_sentence("arrival", None, Transport.OCEAN, TAG)) == []
    assert accented("PO {ref}") == "ÞÖ {ref}"


@pytest.mark.parametrize(("tag", "code"), list(product(SPOKEN, ANSWERS)))
def test_every_answer_in_every_language(tag: str, code: NoticeCode) -> None:
    words = {"ref": "PO 4711", "owner": "Priya", "by": "18.9. 17:00", "opens": "08:00", "hours": "8-18", "text": "7."}
    done = render_service(
        ServiceText(
            code=code, brand="Harbour", channel=Channel.SMS, language=tag, care_phone="+442079460018", words=words
        )
    )
    assert done.segments <= LANGUAGES[tag].segments
    assert done.text.startswith("Harbour:")
    assert set(lint(done.text, ["Harbour", "PO 4711", "Priya"], tag)) <= {"T7"}, done.text


@pytest.mark.parametrize(("tag", "reason", "transport"), list(product(SPOKEN, Reason, Transport)))
def test_every_reason_has_its_forms(tag: str, reason: Reason, transport: Transport) -> None:
    short = reasons.sms(reason, transport, tag)
    assert 0 < len(short) <= reasons.MAX_SMS
    assert LANGUAGES[tag].segments > 1 or septets(short) is not None
    assert reasons.sentence(reason, transport, "Ningbo", tag)
    assert reasons.sentence(reason, transport, "", tag).endswith((".", "。"))


@pytest.mark.parametrize("tag", ["ar", "zh-Hans"])
def test_every_port_of_ours_has_a_name_in_other_writings(tag: str) -> None:
    assert set(LANGUAGES[tag].places) == set(ENGLISH_NAMES)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("es", "disculpe, PO 4711 se retrasa. Ahora llega a Felixstowe el mar 13 oct, antes vie 9 oct"),
        ("de", "leider verspätet: PO 4711. Jetzt Ankunft in Felixstowe Di 13. Okt, zuvor Fr 9. Okt"),
        ("fr", "désolés, PO 4711 a du retard. Maintenant arrivée à Felixstowe mar 13 oct, avant ven 9 oct"),
        ("zh-Hans", "抱歉，PO 4711延误。现预计10月13日周二到费利克斯托，原为10月9日周五，港口排队。"),
    ],
)
def test_a_delay(tag: str, text: str) -> None:
    assert text in render(request(typical(NoticeCode.ETA_SLIP), language=tag)).text


@pytest.mark.parametrize(
    ("tag", "one", "several"),
    [("en", "is late", "are late"), ("es", "se retrasa", "se retrasan"), ("fr", "a du retard", "ont du retard")],
)
def test_verbs_agree(tag: str, one: str, several: str) -> None:
    said = typical(NoticeCode.ETA_SLIP)
    assert f"PO 4711 {one}." in render(request(said, language=tag)).text
    assert f"PO 4712 {several}." in render(request(replace(said, other_refs=("PO 4712",)), language=tag)).text


@pytest.mark.parametrize(
    ("tag", "number", "words"),
    [
        ("en", 1, "1 day"),
        ("en", 5, "5 days"),
        ("de", 1, "1 Tag"),
        ("ar", 1, "يوم واحد"),
        ("ar", 2, "يومين"),
        ("ar", 5, "5 أيام"),
        ("ar", 11, "11 يوما"),
        ("zh-Hans", 5, "5天"),
    ],
)
def test_counted_things_follow_the_plural_rules(tag: str, number: int, words: str) -> None:
    text = render(request(replace(typical(NoticeCode.SILENCE), days=number), language=tag)).text
    assert words in text


@pytest.mark.parametrize(
    ("tag", "date"),
    [
        ("en", "Tue 13 Oct"),
        ("es", "sab 10 oct"),
        ("es", "mié 7 oct"),
        ("fr", "lun 10 aout"),
        ("de", "Di 13. Okt"),
        ("ar", "الثلاثاء 13 أكتوبر"),
        ("zh-Hans", "10月13日周二"),
    ],
)
def test_dates_are_known_in_every_language(tag: str, date: str) -> None:
    assert re.fullmatch(pattern(tag), date)
    assert any_date().search(f"x {date} y")


def test_a_saturday_in_spanish_costs_no_second_segment() -> None:
    said = typical(NoticeCode.DEPARTED)
    saturday = replace(said.dates[0].when, on=said.dates[0].when.on.replace(day=10))
    asked = replace(said, dates=(replace(said.dates[0], when=saturday),))
    assert "el sab 10 oct" in render(request(asked, language="es")).text
    assert "sáb\u00a010\u00a0oct" in (render(request(asked, channel=Channel.EMAIL, language="es")).html or "")


ARABIC_SLIP = request(typical(NoticeCode.ETA_SLIP), language="ar")


def test_arabic_texts_keep_references_and_phones_on_lines_of_their_own() -> None:
    lines = render(ARABIC_SLIP).text.split("\n")
    assert lines[:2] == ["Harbour:", "PO 4711"]
    lines = render(replace(ARABIC_SLIP, said=(typical(NoticeCode.DELIVERED),))).text.split("\n")
    assert lines[-1] == "+44 20 7946 0018"
    assert not re.search(r"[\u2066-\u2069]", render(ARABIC_SLIP).text)


def test_arabic_emails_isolate_what_is_latin() -> None:
    done = render(request(typical(NoticeCode.DEPARTED), channel=Channel.EMAIL, language="ar"))
    assert "\u2068PO 4711\u2069" in done.text
    assert "\u2068Ever Aspire\u2069" in done.text
    assert "\u2068+44 20 7946 0018\u2069" in done.text
    assert 'dir="rtl"' in (done.html or "")
    assert "\u2068" not in (done.subject or "")


def test_english_emails_hold_no_marks() -> None:
    assert "\u2068" not in render(request(typical(NoticeCode.DEPARTED), channel=Channel.EMAIL)).text


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
@pytest.mark.parametrize("code", [NoticeCode.ROLLED_BOOKING, NoticeCode.DAMAGED, NoticeCode.DELAY_NO_DATE])
def test_trouble_of_a_part_is_not_said_of_the_whole(code: NoticeCode, channel: Channel, tag: str) -> None:
    said = replace(typical(code, dated=False), units_done=4, units=10)
    text = render(request(said, language=tag, channel=channel)).text
    part = language_of(tag).say("part.who", {"done": "4", "all": "10", "ref": ""}).strip(": ")
    assert part in text.replace("\xa0", " ")
