from __future__ import annotations

import pytest

from notifiers.base import Channel
from service.records.enums import NoticeCode
from service.records.text import ServiceText
from service.wording.languages import SPOKEN
from service.wording.lint import lint
from service.wording.render import render_service
from service.wording.samples import LONGEST
from service.wording.texts import ANSWERS
from tests.wording.samples import PHONE

FULL = {"ref": "PO 4711", "by": "Fri 9 Oct 17:00", "opens": "Mon 08:00", "hours": "Mon-Fri 8-18", "text": "Yes."}


def said(code: NoticeCode, words: dict[str, str] | None = None, phone: str | None = PHONE) -> str:
    text = ServiceText(code=code, brand="Harbour", channel=Channel.SMS, care_phone=phone, words=words or {})
    return render_service(text).text


@pytest.mark.parametrize(
    ("code", "words", "phone", "text"),
    [
        (
            NoticeCode.REPLY_ACK,
            FULL,
            PHONE,
            (
                f"got it. Our desk has your message about PO 4711 and will answer by Fri 9 Oct 17:00. "
                f"Urgent? Call {PHONE}."
            ),
        ),
        (
            NoticeCode.REPLY_ACK,
            {"ref": "PO 4711", "owner": "Priya"},
            None,
            "got it. Priya has your message about PO 4711.",
        ),
        (NoticeCode.REPLY_ACK, {}, None, "got it. Our desk has your message."),
        (
            NoticeCode.AFTER_HOURS,
            FULL,
            PHONE,
            (
                f"we open Mon 08:00. Our desk has your message about PO 4711 and will answer by Fri 9 Oct 17:00. "
                f"If goods are at risk now, call {PHONE}."
            ),
        ),
        (NoticeCode.AFTER_HOURS, {}, None, "we are closed now. Our desk has your message."),
        (NoticeCode.STOP, {}, PHONE, f"stopped. No more texts from us. Text START to come back. {PHONE}"),
        (
            NoticeCode.STOP,
            {"email": "yes"},
            None,
            "stopped. No more texts from us. Email stays on unless you change it. Text START to come back.",
        ),
        (NoticeCode.HELP, FULL, PHONE, f"ask us any question, or call {PHONE} (Mon-Fri 8-18). STOP ends texts."),
        (NoticeCode.HELP, {}, None, "ask us any question here and a person answers. STOP ends texts."),
        (
            NoticeCode.HELP,
            FULL,
            None,
            "ask us any question here and a person answers, Mon-Fri 8-18. STOP ends texts.",
        ),
        (NoticeCode.START, {}, PHONE, "your texts are on. Reply STOP to end, HELP for a person."),
        (
            NoticeCode.HUMAN,
            {"text": "The truck comes \u201cMonday\u201d.\nGate 4."},
            PHONE,
            'The truck comes "Monday".\nGate 4.',
        ),
        (NoticeCode.OPTIONS, {}, None, "we have no options to offer yet."),
    ],
)
def test_answer(code: NoticeCode, words: dict[str, str], phone: str | None, text: str) -> None:
    assert said(code, words, phone) == f"Harbour: {text}"


@pytest.mark.parametrize("code", ANSWERS)
@pytest.mark.parametrize("words", [FULL, {}], ids=["full", "empty"])
def test_the_longest_answer_is_one_segment(code: NoticeCode, words: dict[str, str]) -> None:
    asked = {**words, "ref": LONGEST.ref, "owner": "our desk"} if words else {}
    done = render_service(
        ServiceText(
            code=code,
            brand=LONGEST.brand,
            channel=Channel.SMS,
            care_phone=LONGEST.phone,
            link=LONGEST.link,
            words=asked,
        )
    )
    assert done.segments == 1
    assert len(done.text) <= 160
    assert done.text.startswith("HarbourLine: ")
    assert lint(done.text, [LONGEST.ref]) in ([], ["T7"])


def test_a_persons_words_are_never_cut() -> None:
    words = "One sentence of many. " * 40
    done = render_service(
        ServiceText(code=NoticeCode.HUMAN, brand="Harbour", channel=Channel.SMS, words={"text": words})
    )
    assert done.text == f"Harbour: {words.strip()}"
    assert done.segments == 6


def test_a_notice_is_no_answer() -> None:
    with pytest.raises(ValueError, match="M07 is no service text"):
        render_service(ServiceText(code=NoticeCode.DEPARTED, brand="Harbour", channel=Channel.SMS))


@pytest.mark.parametrize("code", ANSWERS)
def test_every_answer_makes_a_mail(code: NoticeCode) -> None:
    done = render_service(ServiceText(code=code, brand="Harbour", channel=Channel.EMAIL, care_phone=PHONE, words=FULL))
    assert done.subject
    assert done.html is not None
    assert done.text.strip()


def mailed(code: NoticeCode, language: str = "en") -> tuple[str | None, str]:
    text = ServiceText(code=code, brand="Harbour", channel=Channel.EMAIL, language=language, two_way=True)
    done = render_service(text)
    return done.subject, done.text


@pytest.mark.parametrize(
    ("code", "subject", "words"),
    [
        (NoticeCode.STOP, "E-mails have stopped", "Stopped. No more e-mails from us. This does not end texts: to"),
        (NoticeCode.HELP, "Help", "Ask us any question here and a person answers. STOP ends e-mails."),
        (NoticeCode.START, "E-mails are on", "Your e-mails are on. Reply STOP to end, HELP for a person."),
    ],
)
def test_an_answer_by_mail_speaks_of_e_mails(code: NoticeCode, subject: str, words: str) -> None:
    found = mailed(code)
    assert found[0] == subject
    assert words in found[1]


@pytest.mark.parametrize("code", [NoticeCode.STOP, NoticeCode.HELP, NoticeCode.START])
@pytest.mark.parametrize("tag", SPOKEN)
def test_each_channel_is_named_in_every_language(code: NoticeCode, tag: str) -> None:
    by_text = ServiceText(code=code, brand="Harbour", channel=Channel.SMS, language=tag, two_way=True)
    assert render_service(by_text).text.removeprefix("Harbour: ").casefold() not in mailed(code, tag)[1].casefold()
