"""The catalogue as people receive it, as a page of the documentation (`docs/texts.md`).

Run `python -m service.wording.page > docs/texts.md` after changing a text.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from notifiers.base import Channel
from service.records.enums import NoticeCode, Reason, Transport
from service.records.text import Rendered, TextRequest
from service.wording import reasons
from service.wording.catalogue import CATALOGUE, LADDER, LEVELS, TEXTS_NOW, TITLES
from service.wording.languages import LANGUAGES, SPOKEN
from service.wording.own import VARIABLES
from service.wording.render import render, render_service
from service.wording.samples import answer_request, corrections, request, typical
from service.wording.texts import ANSWERS, ANSWERS_BY_MAIL

_HEAD = """# The texts

What people read, as they receive it. This page is printed by `python -m service.wording.page`; a test fails when it
differs from the code.

Each text is shown as it reaches a customer in London who can answer it, and then without any date and from a sender
that cannot be answered. *Segments* is what the provider charges for. A text that is too long for one gives up, in this
order: {ladder}. Brand, reference, new and old date, reason and one way to a person always stay; if it is still too long
it takes two segments.

A text that cannot be answered, or has no date, says less and claims nothing.

Levels, quietest first: `page` (only on the tracking page), `digest`, `info`, `notice`, `action`, `critical`; `sys` are
answers.
"""


def texts_page() -> str:
    """The whole page as Markdown."""
    head = _HEAD.format(ladder=", ".join(f"`{step}`" for step in LADDER))
    blocks = [
        head,
        _languages(),
        "## Notices",
        *_notices(),
        "## Answers",
        *_answers(),
        "## Reasons",
        _reasons(),
        *_translations(),
        "## Your own words",
        _variables(),
    ]
    return "\n\n".join(block.strip() for block in blocks) + "\n"


def _languages() -> str:
    rows = []
    for language in LANGUAGES.values():
        counts = Counter(language.status_of(key).value for key in language.texts)
        status = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
        rows.append(f"| `{language.tag}` | {language.name} | {language.direction} | {language.segments} | {status} |")
    return "\n".join(
        [
            "## Languages",
            "",
            "An unknown language reads English. A text is `draft` until a native reader has approved it, then",
            "`native_reviewed`; what a machine made is `machine`. `en-XA` is for tests: English with accents.",
            "Segments are what a text may take before it gives anything up; the last resort is one more.",
            "",
            "| tag | name | direction | segments | texts by status |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


def _translations() -> Iterator[str]:
    """Every notice in every other language, with usual values."""
    for tag in SPOKEN[1:]:
        yield f"## {LANGUAGES[tag].name} (`{tag}`)"
        rows = ["| code | text | segments |", "|---|---|---|"]
        for code in CATALOGUE:
            answer = _answer(code, tag) if code in ANSWERS else render(request(typical(code), language=tag))
            shown = answer.text.replace("\n", "<br>")
            rows.append(f"| {code.value} | {shown} | {answer.segments} |")
        yield "\n".join(rows)


def _variables() -> str:
    head = [
        "An account may write over a text for one code, language and channel. Such a text is made of plain words and",
        "these variables; a part in `[ ]` is left out where one of its values is not known. Where any other value is",
        "not known, or a promised date would be left out, our own text is said.",
        "",
        "| variable | is |",
        "|---|---|",
    ]
    return "\n".join([*head, *(f"| `{{{name}}}` | {meaning} |" for name, meaning in VARIABLES.items())])


def _notices() -> Iterator[str]:
    for code in CATALOGUE:
        if code in ANSWERS:
            continue
        later = "" if code in TEXTS_NOW else " Nothing says it on its own yet."
        yield f"### {code.value} {TITLES[code]}\n\nLevel `{LEVELS[code]}`.{later}"
        for said in corrections() if code is NoticeCode.CORRECTION else (typical(code),):
            yield _shown(request(said))
        yield _shown(request(typical(code, dated=False), two_way=False))


def _answers() -> Iterator[str]:
    for code in ANSWERS:
        yield f"### {code.value} {TITLES[code]}\n\n> {_answer(code).text}"
        if ANSWERS_BY_MAIL[code] != ANSWERS[code]:
            yield f"By e-mail:\n\n> {_mailed(code)}"


def _answer(code: NoticeCode, language: str = "en") -> Rendered:
    return render_service(answer_request(code, language=language))


def _mailed(code: NoticeCode) -> str:
    """The subject of the answer as an e-mail, and its first paragraph."""
    answer = render_service(answer_request(code, channel=Channel.EMAIL))
    words = answer.text.strip().partition("\n\n")[0]
    return f"**{answer.subject}** {words}"


def _reasons() -> str:
    rows = [
        f"| `{reason.value}` | {reasons.sms(reason, Transport.OCEAN)} "
        f"| {reasons.sentence(reason, Transport.OCEAN, 'Felixstowe')} "
        f"| {reasons.side(reason).value.replace('_', ' ')} | {'yes' if reasons.may_apologise(reason) else 'no'} |"
        for reason in Reason
    ]
    return "\n".join(["| reason | in a text | in an e-mail | side | apology |", "|---|---|---|---|---|", *rows])


def _shown(asked: TextRequest) -> str:
    answer = render(asked)
    given = f", without {', '.join(answer.shortened)}" if answer.shortened else ""
    return f"> {answer.text}\n>\n> {len(answer.text)} characters, {answer.segments} segment{given}"


if __name__ == "__main__":
    sys.stdout.write(texts_page())
