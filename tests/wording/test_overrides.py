"""An account's own texts: what is refused, what it costs, what is said when a value is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifiers.base import Channel
from service.records.enums import NoticeCode, Reason
from service.records.text import Override
from service.wording.overrides import MAX_SMS, check_override
from service.wording.own import VARIABLES
from service.wording.render import render
from service.wording.samples import request, typical
from service.wording.shown import House, samples

SLIP = "{ref} is late. New date {date}[, was {was}][: {reason}]. {contact}[ {link}]"


def own(body: str, code: NoticeCode = NoticeCode.ETA_SLIP, **changes: object) -> Override:
    return replace(Override(code, "en", Channel.SMS, body), **changes)  # type: ignore[arg-type]


def rules(override: Override) -> set[str]:
    return {problem.rule for problem in check_override(override)}


def test_a_sound_text_is_kept_and_said() -> None:
    override = own(SLIP)
    assert check_override(override) == []
    done = render(request(typical(NoticeCode.ETA_SLIP), override=override))
    assert done.text == (
        "Harbour: PO 4711 is late. New date Tue 13 Oct, was Fri 9 Oct: queue at port. "
        "Reply here or call +44 20 7946 0018. https://t.harb.co/7Kq2mXw9Rt"
    )
    assert done.segments == 1
    found = samples(NoticeCode.ETA_SLIP, Channel.SMS, "en", House("Harbour", "+442079460018"), override)
    assert [(one.values, one.two_way) for one in found] == [
        ("usual", True),
        ("usual", False),
        ("longest", True),
        ("longest", False),
    ]
    assert found[0].done == done
    assert all(one.done.segments <= 2 and "is late. New date" in one.done.text for one in found)


@pytest.mark.parametrize(
    ("override", "rule"),
    [
        (own(""), "empty"),
        (own("x" * (MAX_SMS + 1)), "length"),
        (own("{ref.__class__} {date} {contact}"), "variable"),
        (own("{ref!r} {date} {contact}"), "variable"),
        (own("{ref:>1000000} {date} {contact}"), "variable"),
        (own("{ref[0]} {date} {contact}"), "variable"),
        (own("{0} {ref} {date} {contact}"), "variable"),
        (own("{} {ref} {date} {contact}"), "variable"),
        (own("{price} {ref} {date} {contact}"), "variable"),
        (own("{{ref}} {date} {contact}"), "braces"),
        (own("{ref} {date} {contact"), "braces"),
        (own("{ref} {date} [a [b]] {contact}"), "brackets"),
        (own("{ref} {date} ] {contact}"), "brackets"),
        (own("{ref} {date} <a|b> {contact}"), "characters"),
        (own("{ref}\u202e {date} {contact}"), "characters"),
        (own("It is late. New date {date}. {contact}"), "ref"),
        (own("[{ref} is late.] New date {date}. {contact}"), "ref"),
        (own("{ref} is late. {contact}"), "dates"),
        (own("{ref} is late[, now {date}]. {contact}"), "dates"),
        (own("{ref} is late. New date {date}."), "contact"),
        (own("Unfortunately {ref} is late. New date {date}. {contact}"), "T8"),
        (own("{ref} is late! New date {date}. {contact}"), "T8"),
        (own("It was {was}. {ref} is now {date}. {contact}"), "T1"),
        (own("{ref} comes soon, {date}. {contact}"), "T15"),
        (own("{ref} est\u00e1 tarde, {date}. {contact}"), "alphabet"),
        (own("{ref} {date} {contact} " + "word, " * 48), "segments"),
        (own("{ref} {date} {papers} {contact}"), "never"),
        (own("{ref} {date} {contact}", code=NoticeCode.HUMAN), "code"),
        (own(SLIP, language="tlh"), "language"),
        (own(SLIP, subject="{ref}"), "subject"),
        (own("{ref} waits.", channel=Channel.EMAIL, subject="News"), "subject"),
        (own("{ref} waits.", channel=Channel.EMAIL, subject="{ref}\nBcc: x@example.com"), "subject"),
        (own("{ref} waits. New date {date}. {contact}", code=NoticeCode.BOOKING_CONFIRMED), "dates"),
        (own("{ref} is silent. {contact}", code=NoticeCode.SILENCE), "dates"),
    ],
)
def test_refused_with_a_fix(override: Override, rule: str) -> None:
    found = [problem for problem in check_override(override) if problem.rule == rule]
    assert found, check_override(override)
    assert all(problem.text.endswith(".") and problem.fix.endswith(".") for problem in found)


@pytest.mark.parametrize("code", [code for code in NoticeCode if code.value[0] != "S"])
def test_a_text_for_every_code_can_be_written(code: NoticeCode) -> None:
    override = own("News of {ref}. [{dates}][ {next_word}] {contact}", code)
    assert rules(override) <= {"dates"}
    whole = own("News of {ref}. {contact}", code)
    needed = (
        "",
        " {dates}",
        " {next_word}",
        " {dates} {next_word}",
        " {papers} by {by}.",
        " {dates} {papers} by {by}.",
    )
    assert any(rules(replace(whole, body=whole.body + more)) == set() for more in needed)


def test_ours_is_said_where_a_value_is_missing() -> None:
    override = own("{ref} is late: {reason}. New date {date}. {contact}")
    said = replace(typical(NoticeCode.ETA_SLIP), reason=None)
    ours = render(request(said, override=replace(override, version=3)))
    assert ours == replace(render(request(said)), ours_because=ours.ours_because)
    assert ours.ours_because == (
        "Our words are said in place of version 3 of your own: they need {reason}, which is not known here."
    )
    known = replace(said, reason=Reason.WEATHER)
    assert "PO 4711 is late: bad weather. New date" in render(request(known, override=override)).text


@pytest.mark.parametrize(
    ("override", "why"),
    [
        (own(SLIP, NoticeCode.ETA_SLIP_AGAIN), ""),
        (own(SLIP, language="es"), ""),
        (own(SLIP, channel=Channel.EMAIL), ""),
        (own("{ref} is late. {contact}"), "they leave out a date that is promised."),
        (own("{ref} is late. {date} " + "and more " * 60), "they would take 4 segments, and 2 are the most."),
    ],
)
def test_ours_is_said_where_it_is_for_something_else_or_leaves_a_promise_out(override: Override, why: str) -> None:
    said = typical(NoticeCode.ETA_SLIP)
    done = render(request(said, override=override))
    assert replace(done, ours_because="") == render(request(said))
    assert done.ours_because.endswith(why)
    assert bool(done.ours_because) is bool(why)


@pytest.mark.parametrize("channel", Channel)
def test_ours_is_said_where_several_pieces_of_news_go_together(channel: Channel) -> None:
    override = own(SLIP, channel=channel)
    other = replace(typical(NoticeCode.DEPARTED), ref="PO 4712")
    asked = replace(
        request(typical(NoticeCode.ETA_SLIP), channel=channel, override=override),
        said=(typical(NoticeCode.ETA_SLIP), other),
    )
    done = render(asked)
    assert done.own_version is None
    assert done.ours_because.endswith("the message carries several pieces of news.")
    assert done.text == render(replace(asked, override=None)).text


@pytest.mark.parametrize("channel", Channel)
def test_the_version_that_was_said_is_named(channel: Channel) -> None:
    said = typical(NoticeCode.ETA_SLIP)
    override = own(SLIP, channel=channel, version=4)
    done = render(request(said, channel=channel, override=override))
    assert (done.own_version, done.ours_because) == (4, "")
    assert "is late. New date Tue 13 Oct, was Fri 9 Oct: queue at port." in done.text
    assert render(request(said, channel=channel)).own_version is None


def test_what_a_template_never_does() -> None:
    """Its braces are read once: a value that looks like a variable stays what it is."""
    said = replace(typical(NoticeCode.ETA_SLIP), ref="PO {reason} 1")
    assert "PO {reason} 1 is late." in render(request(said, override=own(SLIP))).text


def test_in_an_email_it_stands_for_our_first_sentence_and_subject() -> None:
    override = own("{ref} will come later than we told you.", channel=Channel.EMAIL, subject="{ref}: later, {date}")
    assert check_override(override) == []
    done = render(request(typical(NoticeCode.ETA_SLIP), channel=Channel.EMAIL, override=override))
    assert done.subject == "PO 4711: later, Tue 13 Oct"
    assert "PO 4711 will come later than we told you." in done.text
    assert "is late" not in done.text
    assert "Tue 13 Oct" in done.text


def test_in_another_language() -> None:
    override = own("{ref} llega tarde. {dates} {contact}", language="es")
    assert check_override(override) == []
    text = render(request(typical(NoticeCode.ETA_SLIP), language="es", override=override)).text
    assert text.startswith("Harbour: PO 4711 llega tarde. Ahora llega a Felixstowe")


def test_the_brand_is_not_said_twice() -> None:
    override = own("{brand}: {ref} is late. New date {date}. {contact}")
    assert render(request(typical(NoticeCode.ETA_SLIP), override=override)).text.count("Harbour") == 1


def test_every_variable_is_explained() -> None:
    assert all(meaning for meaning in VARIABLES.values())
