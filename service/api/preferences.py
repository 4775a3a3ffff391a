"""`/v1/contacts/{id}/preferences`: how a person wishes to be told, as a whole, and how that came about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from notifiers.base import Channel, PersonalChannel
from service.api import examples
from service.api.access import needs
from service.api.answers import answer, cursor, page, read_cursor, tagged
from service.api.changing import change
from service.api.contacts import LISTED, Language
from service.api.deps import Deps
from service.api.fields import Body, Clock, Cursor, Instant, Limit, Line, Whole, Word, YesNo, Zone
from service.api.problems import flawed, missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.policy.preferences import LONGEST_PAUSE, level_chosen, level_word
from service.records.enums import Level
from service.store import contacts, follows, preferences
from service.store.contacts import ContactRow, Noting
from service.store.engine import Connection
from service.store.follows import FollowRow
from service.store.keys import KeyView

router = APIRouter(route_class=StrictRoute, tags=["contacts"])

OwnName = Annotated[Word, StringConstraints(max_length=40)]
Role = Annotated[Line, StringConstraints(max_length=40)]


class Noted(Body):
    """How the wish reached you, and in which words: kept in the history."""

    how: Annotated[Line, StringConstraints(min_length=1)] = "API"
    wording: Annotated[str, Field(max_length=400)] = ""


class NewPreferences(Body):
    """All of a person's preferences: what is left out goes back to its default; the channel then stays as it is.

    Equal quiet hours mean none. A `digest` lists by e-mail at half past seven what is quieter than `level`, and where
    every order stands; with `digest_always` even if nothing happened. `names` are the person's own names for orders, by
    reference; `roles` by what they follow.
    """

    level: Literal["only_when_i_must_act", "important", "every_step"] = "important"
    channel: PersonalChannel | None = None
    language: Language = "en"
    zone: Zone | None = None
    quiet_from: Clock = "21:00"
    quiet_to: Clock = "08:00"
    paused_until: Instant | None = None
    late_over_days: Annotated[Whole, Field(ge=1, le=60)] | None = None
    digest: Literal["none", "daily", "weekly"] = "none"
    digest_always: YesNo = False
    names: Annotated[dict[Word, OwnName], Field(max_length=200)] = Field(default_factory=dict)
    roles: Annotated[dict[str, Role], Field(max_length=500)] = Field(default_factory=dict)
    noted: Noted = Field(default_factory=Noted)


def shown(row: ContactRow, followed: list[FollowRow], now: datetime) -> dict[str, Any]:
    """A person's preferences as answered: the very body that a `PUT` takes."""
    paused = row.paused_until if row.paused_until and row.paused_until > now else None
    return {
        "channel": row.addresses[0].channel if row.addresses else None,
        "level": level_word(Level(row.level)),
        "language": row.language,
        "zone": row.zone,
        "quiet_from": row.quiet_from,
        "quiet_to": row.quiet_to,
        "paused_until": paused,
        "late_over_days": row.late_over_days,
        "digest": row.digest or "none",
        "digest_always": row.digest_always,
        "names": dict(row.names),
        "roles": {one.subject_id: one.role for one in followed},
    }


def read(conn: Connection, account_id: str, contact_id: str, now: datetime) -> tuple[ContactRow, dict[str, Any]]:
    """A contact and its preferences. Raises `Refusal` where there is none."""
    row = contacts.get_contact(conn, account_id, contact_id)
    if row is None:
        raise missing("contact", LISTED)
    return row, shown(row, follows.followed_subjects(conn, account_id, contact_id), now)


@router.get(
    "/v1/contacts/{contact_id}/preferences",
    summary="Read a person's preferences",
    responses=answers(200, "The preferences, as a `PUT` takes them.", "not_found", chosen=examples.PREFERENCES),
)
def read_preferences(request: Request, key: Annotated[KeyView, needs("read")], contact_id: str) -> Response:
    """Channel, level, language, quiet hours, pause, own names for orders, and the role in each follow."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        _, found = read(conn, key.account_id, contact_id, deps.kit.clock())
    return tagged(request, found)


@router.put(
    "/v1/contacts/{contact_id}/preferences",
    summary="Choose a person's preferences",
    responses=answers(
        200, "The preferences.", "not_found", "not_json", "unreadable", "invalid", chosen=examples.PREFERENCES
    ),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(all=examples.NEW_PREFERENCES)}}}},
)
def put_preferences(
    request: Request, key: Annotated[KeyView, needs("people")], contact_id: str, new: NewPreferences
) -> Response:
    """The whole of how a person wishes to be told. It counts from the very next message, also for what waits."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[dict[str, Any], str]:
        row, before = read(conn, key.account_id, contact_id, now)
        check(row, before, new, now)
        roles = {subject: new.roles.get(subject, "") for subject in before["roles"]}
        changed = contacts.update_contact(
            conn,
            key.account_id,
            contact_id,
            now,
            noting=Noting(f"key:{key.name}", new.noted.how, new.noted.wording),
            first=new.channel,
            roles=roles,
            **columns(row, new),
        )
        _, found = read(conn, key.account_id, contact_id, now)
        return found, contact_id if changed else ""

    fields = sorted(new.model_fields_set)
    return answer(change(deps, key, "contact.preferences", unit, detail={"fields": fields}))


def columns(row: ContactRow, new: NewPreferences) -> dict[str, Any]:
    """The columns that a `PUT` sets."""
    return {
        "level": level_chosen(new.level, Level(row.level)).value,
        "language": new.language,
        "zone": new.zone,
        "quiet_from": new.quiet_from,
        "quiet_to": new.quiet_to,
        "paused_until": new.paused_until,
        "late_over_days": new.late_over_days,
        "digest": "" if new.digest == "none" else new.digest,
        "digest_always": new.digest_always and new.digest != "none",
        "names": new.names or None,
    }


def check(row: ContactRow, before: dict[str, Any], new: NewPreferences, now: datetime) -> None:
    """Raises `Refusal` for what this person cannot choose."""
    if new.digest != "none" and Channel.EMAIL not in {one.channel for one in row.addresses}:
        fix = "Add an e-mail address with `POST /v1/contacts`."
        raise flawed("no_address", "A digest comes by e-mail, and this person has no address.", fix, pointer="/digest")
    if new.channel is not None and new.channel not in {one.channel for one in row.addresses}:
        have = "an e-mail address" if new.channel is Channel.EMAIL else "a phone number"
        raise flawed(
            "no_address", f"This person does not have {have}.", "Add one with `POST /v1/contacts`.", pointer="/channel"
        )
    if new.paused_until is not None and not now < new.paused_until <= now + LONGEST_PAUSE:
        fix = f"Send an instant within the next {LONGEST_PAUSE.days} days, or `null` for no pause."
        raise flawed("out_of_range", "`paused_until` is over, or too far away.", fix, pointer="/paused_until")
    for subject in new.roles:
        if subject not in before["roles"]:
            message = "`roles` names something that this person does not follow."
            raise flawed("not_followed", message, "Let them follow it with `PUT /v1/follows`.", pointer="/roles")


@router.get(
    "/v1/contacts/{contact_id}/preferences/history",
    summary="How a person's preferences came about",
    responses=answers(
        200, "Changes, newest first.", "not_found", "invalid", "unknown_parameter", history=examples.PREFERENCE_HISTORY
    ),
)
def preference_history(
    request: Request,
    key: Annotated[KeyView, needs("read")],
    contact_id: str,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> Response:
    """Consent and preferences: who noted each, when, how, and in which words; STOP and START too."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    with deps.kit.database.read() as conn:
        read(conn, key.account_id, contact_id, deps.kit.clock())
        before = place[0] if place else None
        rows = preferences.history(conn, key.account_id, contact_id, before=before, limit=limit + 1)
    data = [
        {"id": r.id, "at": r.at, "by": r.by, "how": r.how, "wording": r.wording, "detail": dict(r.detail)}
        for r in rows[:limit]
    ]
    return page(request, data, cursor(rows[limit - 1].id) if len(rows) > limit else None)
