"""`/v1/texts`: what we say, in every language, and an account's own words in its place."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, Field

from notifiers.base import Channel, PersonalChannel
from service.api import examples_texts as examples
from service.api.access import needs
from service.api.answers import answer, tagged
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body
from service.api.problems import Flaw, Refusal, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute, refuse_body
from service.policy import reply_words
from service.records.enums import NoticeCode
from service.records.signs import TrialState
from service.records.text import Override
from service.store import accounts, texts
from service.store.engine import Connection
from service.store.keys import KeyView
from service.store.texts import OwnText
from service.wording.catalogue import CATALOGUE
from service.wording.chosen import SENTENCES
from service.wording.languages import LANGUAGES, SPOKEN, language_of
from service.wording.overrides import MAX_EMAIL, MAX_SUBJECT, Problem, check_override
from service.wording.own import VARIABLES
from service.wording.shown import House, Sample, catalogue, reviewed, samples, status_of

router = APIRouter(route_class=StrictRoute, tags=["texts"])


def _known_language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"is no language of the catalogue; send one of {', '.join(SPOKEN)}")
    return value


Language = Annotated[str, Field(max_length=12), AfterValidator(_known_language)]
AskedLanguage = Annotated[Language, Query(description="A language of the catalogue, as `GET /v1/texts` lists them.")]
AskedChannel = Annotated[PersonalChannel, Query(description="`sms` or `email`.")]
Template = Annotated[str, Field(min_length=1, max_length=MAX_EMAIL * 4)]
Subject = Annotated[str, Field(max_length=MAX_SUBJECT * 4)]


class NewText(Body):
    """An account's own words. In an e-mail `body` stands for our first sentence and `subject` for our subject."""

    language: Language = "en"
    channel: PersonalChannel = Channel.SMS
    body: Template
    subject: Subject | None = None


class Trial(Body):
    """What to preview: the words given, in each language named (English if none is), else what is said now.

    Without a `body` every language is shown where none is named.
    """

    languages: Annotated[list[Language], Field(min_length=1, max_length=len(LANGUAGES))] | None = None
    channel: PersonalChannel = Channel.SMS
    body: Template | None = None
    subject: Subject | None = None


TRIALS = {TrialState.RELEASED: "released", TrialState.TRYING: "trying", TrialState.HELD: "held"}
"""How a trial is answered."""


def known(code: str) -> NoticeCode:
    """A code of the catalogue. Raises `Refusal`."""
    if code not in CATALOGUE:
        raise missing("text", "List the texts with `GET /v1/texts`.")
    return NoticeCode(code)


def version(row: OwnText) -> dict[str, Any]:
    """A version of own words as answered."""
    return {
        "version": row.version,
        "body": row.body,
        "subject": row.subject,
        "in_use": row.active,
        "trial": TRIALS[TrialState(row.trial)],
        "tried": row.tried,
        "by": row.by,
        "created_at": row.created_at,
    }


def sample(one: Sample) -> dict[str, Any]:
    """A text as it comes out, as answered."""
    return {
        "values": one.values,
        "two_way": one.two_way,
        "subject": one.done.subject,
        "text": one.done.text,
        "characters": len(one.done.text),
        "segments": one.done.segments,
        "left_out": list(one.done.shortened),
        "own_version": one.done.own_version,
        "note": one.done.ours_because,
    }


def finding(one: Problem) -> dict[str, str]:
    """A lint finding as answered."""
    return {"rule": one.rule, "message": one.text, "fix": one.fix}


def house(conn: Connection, account_id: str) -> House:
    """What of the account stands in a text."""
    account = accounts.view(conn, account_id)
    return House(account.brand, account.care_phone, account.care_email)


def whole(conn: Connection, account_id: str, code: NoticeCode, language: str, channel: Channel) -> dict[str, Any]:
    """One text in one language and channel: ours, the account's own, and every version there was."""
    history = texts.versions(conn, account_id, code=code, language=language, channel=channel)
    own = next((version(row) for row in history if row.active), None)
    (usual, *_) = samples(code, channel, language, house(conn, account_id))
    return {
        "code": code,
        "title": CATALOGUE[code].title,
        "level": CATALOGUE[code].level,
        "language": language,
        "channel": channel,
        "status": status_of(language_of(language), code),
        "ours": {"subject": usual.done.subject, "text": usual.done.text, "segments": usual.done.segments},
        "own": own,
        "history": [version(row) for row in history],
    }


@router.get(
    "/v1/texts",
    summary="List the texts",
    responses=answers(200, "Every text, the languages, and what own words may be made of.", texts=examples.TEXTS),
)
def list_texts(request: Request, key: Annotated[KeyView, needs("read")]) -> Response:
    """Every text with its level, how far each language has been reviewed, and where you say it in your own words."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        own = texts.versions(conn, key.account_id, in_use=True)
    data = [
        {
            "code": one.code,
            "title": one.title,
            "level": one.level,
            "said": one.said,
            "may_be_own": one.may_be_own,
            "status": one.status,
            "own": [
                {"language": row.language, "channel": row.channel, "version": row.version}
                for row in own
                if row.code is one.code
            ],
        }
        for one in catalogue()
    ]
    languages = [
        {
            "tag": tag,
            "name": language.name,
            "direction": language.direction,
            "segments": language.segments,
            "strings": reviewed(language),
            "said_to_choices": {name: language.status_of(f"chosen.{name}") for name in SENTENCES},
            "read_in_replies": reply_words.status_of(tag),
        }
        for tag, language in ((tag, LANGUAGES[tag]) for tag in SPOKEN)
    ]
    return tagged(request, {"data": data, "languages": languages, "variables": VARIABLES})


@router.get(
    "/v1/texts/{code}",
    summary="Read a text",
    responses=answers(200, "Ours, your own, and every version.", "not_found", "invalid", text=examples.TEXT),
)
def read_text(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    code: str,
    language: AskedLanguage = "en",
    channel: AskedChannel = Channel.SMS,
) -> Response:
    """One text in one language and channel, with usual values."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        return tagged(request, whole(conn, key.account_id, known(code), language, channel))


@router.post(
    "/v1/texts/{code}/preview",
    summary="Preview a text",
    responses=answers(
        200,
        "How it comes out.",
        "not_found",
        "not_json",
        "unreadable",
        "invalid",
        preview=examples.PREVIEW,
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(own=examples.TRIAL)}}}},
)
def preview_text(
    request: Request, key: Annotated[KeyView, needs("read")], code: str, new: Trial | None = None
) -> Response:
    """The words given, or those in use: two-way and one-way, usual and longest values, segments, findings.

    Nothing is kept.
    """
    deps: Deps = request.app.state.deps
    given, one = new or Trial(), known(code)
    languages = given.languages or (["en"] if given.body is not None else list(SPOKEN))
    with deps.kit.database.read() as conn:
        own = {
            row.language: row.as_override()
            for row in texts.versions(conn, key.account_id, code=one, channel=given.channel, in_use=True)
        }
        account = house(conn, key.account_id)
    previews = []
    for language in dict.fromkeys(languages):
        words = own.get(language)
        if given.body is not None:
            words = Override(one, language, given.channel, given.body, given.subject)
        found = check_override(words) if words else []
        previews.append(
            {
                "language": language,
                "status": status_of(LANGUAGES[language], one),
                "findings": [finding(problem) for problem in found],
                "samples": [sample(done) for done in samples(one, given.channel, language, account, words)],
            }
        )
    return answer({"code": one, "channel": given.channel, "previews": previews})


@router.put(
    "/v1/texts/{code}",
    summary="Say a text in your own words",
    responses=answers(
        200, "The text, with its new version.", "not_found", "not_json", "unreadable", "invalid", text=examples.TEXT
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(own=examples.NEW_TEXT)}}}},
)
def put_text(request: Request, key: Annotated[KeyView, needs("admin")], code: str, new: NewText) -> Response:
    """Kept as the next version: the first messages try it, then it is said to all. Refused with every finding."""
    deps: Deps = request.app.state.deps
    words = Override(known(code), new.language, new.channel, new.body, new.subject)
    if problems := check_override(words):
        raise refused(problems)

    def unit(conn: Any, now: datetime) -> tuple[OwnText, str]:
        row, fresh = texts.put(conn, key.account_id, words, f"key:{key.name}", now)
        return row, row.id if fresh else ""

    change(deps, key, "text.set", unit, detail=named(words))
    with deps.kit.database.read() as conn:
        return answer(whole(conn, key.account_id, words.code, words.language, words.channel))


@router.delete(
    "/v1/texts/{code}",
    summary="Say ours again",
    responses=answers(200, "The text, which is ours again.", "not_found", "invalid", text=examples.TEXT_OURS),
)
def delete_text(
    request: Request,
    key: Annotated[KeyView, needs("admin")],
    code: str,
    language: AskedLanguage,
    channel: AskedChannel,
) -> Response:
    """Back to our words in this language and channel. The versions stay; sending it twice changes nothing.

    Both are named in the address; a body is refused, so that nothing named there is overlooked.
    """
    refuse_body(request, "Name `language` and `channel` in the address: `?language=de&channel=sms`.")
    deps: Deps = request.app.state.deps
    one = known(code)

    def unit(conn: Any, _now: datetime) -> tuple[None, str]:
        row = texts.reset(conn, key.account_id, one, language, channel)
        return None, row.id if row else ""

    change(deps, key, "text.reset", unit, detail={"code": one.value, "language": language, "channel": channel.value})
    with deps.kit.database.read() as conn:
        return answer(whole(conn, key.account_id, one, language, channel))


def named(words: Override) -> dict[str, object]:
    """Which text was changed, for the audit trail."""
    return {"code": words.code.value, "language": words.language, "channel": words.channel.value}


def refused(problems: list[Problem]) -> Refusal:
    """Words that are not kept, with every finding and its fix."""
    first = problems[0]
    flaws = [
        Flaw(one.rule, one.text, one.fix, pointer="/subject" if one.part == "subject" else "/body") for one in problems
    ]
    return Refusal("invalid", first.text, fix=first.fix, errors=flaws)
