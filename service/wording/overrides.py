"""Checks an account's own text before it is kept: its form, what it must say, how it reads, what it costs.

A template is plain text with `{names}` of the declared variables; a part in square brackets is left out where one of
its values is not known. Nothing else is read into it: no attributes, no formats, no calculation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from notifiers.base import Channel
from service.records.enums import NoticeCode, Reason
from service.records.said import Said
from service.records.text import Override
from service.wording.catalogue import CATALOGUE, printed
from service.wording.entries import WORD
from service.wording.forms import names as names_in
from service.wording.gsm7 import septets
from service.wording.languages import LANGUAGES, language_of
from service.wording.lint import RULES, lint
from service.wording.own import VARIABLES, measured, says_every_date
from service.wording.samples import MORNING, corrections, longest, longest_request, request, typical

MAX_SMS, MAX_EMAIL, MAX_SUBJECT = 320, 600, 150
"""The longest template of each, in characters."""

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_PLAIN_NAME = re.compile(r"[a-z_]+")
_GROUP = re.compile(r"\[[^\[\]]*\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a template: the rule (T1 to T15, or a word), a sentence, and a sentence that says the fix.

    `part` is where: in the `body` or in the `subject`.
    """

    rule: str
    text: str
    fix: str
    part: str = "body"


def check_override(override: Override) -> list[Problem]:
    """Everything that is wrong with *override*; an empty list where it can be kept.

    First its form; only a template of sound form is rendered, with usual and with the longest values, and judged.
    """
    return check_form(override) or [*_duties(override), *_reading(override), *_cost(override)]


def check_form(override: Override) -> list[Problem]:
    """What is wrong with its form: only a template without such a problem can be rendered at all."""
    problems = [*_where(override), *_form(override.body, _limit(override.channel), "the text")]
    return problems + (_subject(override) if override.subject is not None else [])


def _sample(code: NoticeCode) -> Said:
    return corrections()[0] if code is NoticeCode.CORRECTION else typical(code)


def _limit(channel: Channel) -> int:
    return MAX_SMS if channel is Channel.SMS else MAX_EMAIL


def _where(override: Override) -> list[Problem]:
    """Whether there is a text to stand in for."""
    problems = []
    if override.code.value.startswith("S"):
        problems.append(Problem("code", f"{override.code.value} is an answer.", "Write over an M or a D text."))
    if override.language not in LANGUAGES:
        problems.append(
            Problem("language", f"There is no language {override.language}.", f"Use one of {', '.join(LANGUAGES)}.")
        )
    if override.channel is Channel.SMS and override.subject is not None:
        problems.append(Problem("subject", "A text message has no subject.", "Leave the subject out.", "subject"))
    return problems


def _subject(override: Override) -> list[Problem]:
    text = override.subject or ""
    problems = _form(text, MAX_SUBJECT, "the subject")
    if "\n" in text:
        problems.append(Problem("subject", "A subject is one line.", "Take the line break out."))
    if not problems and "ref" not in names_in(text):
        problems.append(Problem("subject", "The subject does not name the order.", "Put {ref} into it."))
    return [replace(problem, part="subject") for problem in problems]


def _form(text: str, limit: int, what: str) -> list[Problem]:
    """Whether it is a template at all: its length, its braces and brackets, its variables."""
    problems = []
    if not text.strip():
        problems.append(Problem("empty", f"There is nothing in {what}.", "Write it, or delete the override."))
    if len(text) > limit:
        problems.append(Problem("length", f"{what.capitalize()} has {len(text)} characters.", f"Use at most {limit}."))
    if _CONTROL.search(text):
        problems.append(Problem("characters", f"There is an invisible character in {what}.", "Type it anew."))
    for name in _VARIABLE.findall(text):
        if not _PLAIN_NAME.fullmatch(name):
            problems.append(
                Problem("variable", f"{{{name}}} is more than a name.", "Write the bare name, such as {ref}.")
            )
        elif name not in VARIABLES:
            known = ", ".join(f"{{{one}}}" for one in VARIABLES)
            problems.append(Problem("variable", f"There is no variable {{{name}}}.", f"Use one of {known}."))
    bare = _VARIABLE.sub("", text)
    if "{" in bare or "}" in bare:
        problems.append(Problem("braces", f"A brace in {what} has no partner.", "Close each { with a }."))
    if any(mark in _GROUP.sub("", bare) for mark in "[]"):
        problems.append(Problem("brackets", f"A bracket in {what} has no partner.", "Close each [ and nest none."))
    if any(mark in bare for mark in "<>|"):
        problems.append(Problem("characters", f"{what.capitalize()} has one of < > |.", "Leave it out."))
    return problems


def _duties(override: Override) -> list[Problem]:
    """What a text may not leave unsaid: the order, and each date that sending it promises."""
    problems = []
    outside = names_in(_GROUP.sub("", override.body))
    if override.channel is Channel.SMS and "ref" not in outside:
        problems.append(Problem("ref", "The text does not name the order.", "Put {ref} into it, outside of brackets."))
    if override.channel is Channel.EMAIL:
        return problems
    said = _sample(override.code)
    kept = replace(override, body=_GROUP.sub("", override.body))
    if not says_every_date(kept, said):
        dates = [date for date in printed(said) if date.line not in WORD]
        wanted = ["{dates}" if len(dates) > 1 else "{date}"] if dates else []
        wanted += ["{by}" if said.needs else "{next_word}"] if len(dates) < len(printed(said)) else []
        fix = f"Put {' and '.join(wanted)} into it, outside of brackets."
        problems.append(Problem("dates", "The text leaves out a date that sending it promises.", fix))
    entry = CATALOGUE[override.code]
    if entry.route and not {"contact", "phone"} & outside:
        problems.append(Problem("contact", "The text leads to no person.", "Put {contact} into it."))
    return problems


def _reading(override: Override) -> list[Problem]:
    """The tone, of the template as a reader gets it."""
    said = _full(typical(override.code))
    asked = request(said, channel=override.channel, language=override.language, override=override)
    done = measured(asked, override, said, (said.ref,))
    if done is None:
        fix = "Put it into square brackets, or leave it out."
        return [Problem("never", "It needs a value that this news does not have.", fix)]
    text = done.text if override.channel is Channel.SMS else _own_sentence(override)
    known = ["Harbour", "PO 4711", "Ever Aspire", *_places(override.language)]
    return [
        Problem(rule, f"It breaks {rule}: {RULES[rule]}.", "Say it in other words.")
        for rule in lint(text, known, override.language)
    ]


def _full(said: Said) -> Said:
    """The same notice with each value that a template may need."""
    return replace(said, reason=said.reason or Reason.RECOUNT, at=said.at or MORNING, days=said.days or 12)


def _own_sentence(override: Override) -> str:
    """The words of an e-mail's template alone: what stands around them is ours, and judged already."""
    return _VARIABLE.sub("X", override.body).replace("[", "").replace("]", "")


def _places(language: str) -> list[str]:
    return ["Ningbo", "Felixstowe", "Singapore", "Southampton", *language_of(language).places.values()]


def _cost(override: Override) -> list[Problem]:
    """What it costs with the longest values: one segment more than the language's own texts, and no more."""
    if override.channel is Channel.EMAIL:
        return []
    language = language_of(override.language)
    said = _full(longest(override.code))
    worst = measured(longest_request(said, language=override.language), override, said, (said.ref,))
    problems = []
    if language.segments == 1 and septets(_VARIABLE.sub("", override.body).replace("[", "").replace("]", "")) is None:
        odd = sorted({char for char in override.body if septets(char) is None})
        problems.append(
            Problem("alphabet", f"{' '.join(odd)} would make it cost twice.", "Choose words without these characters.")
        )
    if worst is not None and worst.segments > language.segments + 1:
        problems.append(Problem("segments", f"It takes {worst.segments} segments at worst.", "Make it shorter."))
    return problems
