"""`/v1/contacts`: people, where they are reached, how loudly, and with what consent; and what they follow."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field, model_validator

from notifiers.base import Channel, PersonalChannel
from service.api import examples
from service.api.access import needs
from service.api.answers import answer, cursor, page, read_cursor, tagged
from service.api.changing import change
from service.api.deps import Deps
from service.api.fields import Body, Clock, Cursor, Limit, Line, Name, Sentence, Zone
from service.api.phones import email_address, phone_number
from service.api.problems import missing
from service.api.shown import answers, body
from service.api.strict import StrictRoute
from service.formats.people import LANDLINE, landline
from service.records.inbound import Person
from service.store import accounts, addresses, contacts, follows, views_subjects
from service.store.contacts import ContactRow, Noting
from service.store.keys import KeyView
from service.store.preferences import note

router = APIRouter(route_class=StrictRoute, tags=["contacts"])

LISTED = "List the contacts with `GET /v1/contacts`."

Level = Literal["page", "digest", "info", "notice", "action", "critical"]
Language = Annotated[
    str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", description="A language tag such as `en`.")
]


class Consent(Body):
    """On what basis we write to this person, and how it was given."""

    basis: Annotated[str, Field(min_length=1, max_length=120)]
    how: Line = ""


class Preferences(Body):
    """How a person wishes to be told; what is left out stays. See also `…/preferences`."""

    language: Language | None = None
    zone: Zone | None = None
    level: Level | None = None
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None


class NewContact(Preferences):
    """A person with a phone, an e-mail address, or both. `follow` names a customer or shipment to follow at once."""

    phone: Annotated[str, Field(max_length=40)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    name: Name = ""
    role: Annotated[str, Field(max_length=40)] = ""
    consent: Consent | None = None
    follow: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _reachable(self) -> NewContact:
        if not (self.phone or "").strip() and not (self.email or "").strip():
            raise ValueError("names neither a `phone` nor an `email`; send at least one of them")
        return self


class ContactChange(Preferences):
    """What may be changed. A `why` is kept in the audit trail."""

    name: Name | None = None
    consent: Consent | None = None
    why: Sentence | None = None


class Why(Body):
    """The reason, kept with the change."""

    why: Sentence


def shown(row: ContactRow) -> dict[str, Any]:
    """A contact as answered, with the addresses in the order in which they are tried."""
    return {
        "id": row.id,
        "name": row.name,
        "language": row.language,
        "zone": row.zone,
        "level": row.level,
        "quiet_from": row.quiet_from,
        "quiet_to": row.quiet_to,
        "consent": {"basis": row.consent_basis, "how": row.consent_how, "at": row.consent_at},
        "addresses": [
            {
                "id": one.id,
                "channel": one.channel,
                "value": one.value,
                "suppressed": one.suppressed_at is not None,
                "suppressed_at": one.suppressed_at,
                "suppressed_by": one.suppressed_by,
                "suppressed_why": one.suppressed_why,
            }
            for one in row.addresses
        ],
        "created_at": row.created_at,
        "links": {
            "self": f"/v1/contacts/{row.id}",
            "messages": f"/v1/messages?contact={row.id}",
            "preferences": f"/v1/contacts/{row.id}/preferences",
        },
    }


def preferences(new: Preferences) -> dict[str, Any]:
    """The columns that a request changes."""
    names = ("language", "zone", "level", "quiet_from", "quiet_to", "name")
    return {name: value for name in names if (value := getattr(new, name, None)) is not None}


@router.get(
    "/v1/contacts",
    summary="List contacts",
    responses=answers(200, "Contacts, oldest first.", "invalid", "unknown_parameter", contacts=examples.CONTACTS),
)
def list_contacts(
    request: Request, key: Annotated[KeyView, needs("read")], limit: Limit = 50, cursor_: Cursor = None
) -> Response:
    """The people, with where they are reached."""
    deps: Deps = request.app.state.deps
    place = read_cursor(cursor_, 1)
    with deps.kit.database.read() as conn:
        rows = contacts.list_contacts(conn, key.account_id, after=place[0] if place else "", limit=limit + 1)
    return page(
        request, [shown(row) for row in rows[:limit]], cursor(rows[limit - 1].id) if len(rows) > limit else None
    )


@router.get(
    "/v1/contacts/{contact_id}",
    summary="Read a contact",
    responses=answers(200, "The contact and what it follows.", "not_found", contact=examples.CONTACT),
)
def read_contact(request: Request, key: Annotated[KeyView, needs("read")], contact_id: str) -> Response:
    """One person, with preferences, consent, suppressions, and what is followed."""
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        row = contacts.get_contact(conn, key.account_id, contact_id)
        if row is None:
            raise missing("contact", LISTED)
        subjects = follows.followed_subjects(conn, key.account_id, contact_id)
    followed = [{"subject_id": one.subject_id, "role": one.role, "since": one.since} for one in subjects]
    return tagged(request, {**shown(row), "follows": followed})


@router.post(
    "/v1/contacts",
    summary="Make or find a contact",
    status_code=201,
    responses=answers(201, "The contact.", "not_found", "not_json", "unreadable", "invalid", contact=examples.CONTACT),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(dana=examples.NEW_CONTACT)}}}},
)
def post_contact(request: Request, key: Annotated[KeyView, needs("people")], new: NewContact) -> Response:
    """Make a contact; whoever has the same address and name is found again, so sending it twice is safe.

    A phone that is a landline's is taken, with a sentence under `warnings`.
    """
    deps: Deps = request.app.state.deps
    with deps.kit.database.read() as conn:
        account = accounts.get(conn, key.account_id)
    person = Person(
        phone=phone_number(new.phone, account.region if account else "GB") if new.phone else None,
        email=email_address(new.email) if new.email else None,
        name=new.name,
        language=new.language,
        zone=new.zone,
        role=new.role,
    )
    consent = new.consent or Consent(basis="not stated")

    def unit(conn: Any, now: datetime) -> tuple[ContactRow | None, str]:
        contact_id = contacts.upsert_person(
            conn,
            key.account_id,
            person,
            now,
            consent_basis=consent.basis,
            consent_how=consent.how,
            by=f"key:{key.name}",
        )
        noting = Noting(f"key:{key.name}", "API")
        contacts.update_contact(conn, key.account_id, contact_id, now, noting=noting, **preferences(new))
        for subject in new.follow:
            if not views_subjects.exists(conn, key.account_id, subject):
                raise missing("customer or shipment", f"`{subject}` in `follow` is neither.")
            follows.follow(conn, key.account_id, subject, contact_id, now, new.role)
        return contacts.get_contact(conn, key.account_id, contact_id), contact_id

    row = change(deps, key, "contact.put", unit)
    assert row is not None, "it was just made"
    doubtful = person.phone is not None and landline(person.phone)
    warnings = {"warnings": [{"pointer": "/phone", "message": LANDLINE}]} if doubtful else {}
    return answer({**shown(row), **warnings}, 201, {"Location": f"/v1/contacts/{row.id}"})


@router.patch(
    "/v1/contacts/{contact_id}",
    summary="Change a contact",
    responses=answers(200, "The contact.", "not_found", "not_json", "unreadable", "invalid", contact=examples.CONTACT),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(quieter=examples.QUIETER)}}}},
)
def patch_contact(
    request: Request, key: Annotated[KeyView, needs("people")], contact_id: str, new: ContactChange
) -> Response:
    """Change preferences, name or consent. The change counts from the next message on."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[ContactRow | None, str]:
        changes = preferences(new)
        if new.consent is not None:
            changes |= {"consent_basis": new.consent.basis, "consent_how": new.consent.how, "consent_at": now}
        noting = Noting(f"key:{key.name}", new.consent.how if new.consent else "API", new.why or "")
        contacts.update_contact(conn, key.account_id, contact_id, now, noting=noting, **changes)
        row = contacts.get_contact(conn, key.account_id, contact_id)
        return row, contact_id if row else ""

    fields = sorted(new.model_fields_set)
    row = change(deps, key, "contact.change", unit, why=new.why or "", detail={"fields": fields})
    if row is None:
        raise missing("contact", LISTED)
    return answer(shown(row))


ChannelName = Annotated[PersonalChannel, Path(description="`sms` or `email`.")]


@router.post(
    "/v1/contacts/{contact_id}/addresses/{channel}/suppress",
    summary="Stop writing to an address",
    responses=answers(200, "The contact.", "not_found", "not_json", "unreadable", "invalid", contact=examples.CONTACT),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(asked=examples.WHY_STOP)}}}},
)
def suppress_address(
    request: Request, key: Annotated[KeyView, needs("people")], contact_id: str, channel: ChannelName, new: Why
) -> Response:
    """Nothing is written to this person's addresses of one channel any more, until that is lifted."""
    return suppression(request, key, contact_id, channel, new.why, stop=True)


@router.post(
    "/v1/contacts/{contact_id}/addresses/{channel}/lift",
    summary="Lift a suppression",
    responses=answers(200, "The contact.", "not_found", "not_json", "unreadable", "invalid", contact=examples.CONTACT),
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": body(asked=examples.WHY_LIFT)}}}},
)
def lift_address(
    request: Request, key: Annotated[KeyView, needs("people")], contact_id: str, channel: ChannelName, new: Why
) -> Response:
    """Allow writing again. Say why: whoever stopped must have asked for it."""
    return suppression(request, key, contact_id, channel, new.why, stop=False)


def suppression(request: Request, key: KeyView, contact_id: str, channel: Channel, why: str, *, stop: bool) -> Response:
    """Suppress or lift every address of a contact on one channel."""
    deps: Deps = request.app.state.deps

    def unit(conn: Any, now: datetime) -> tuple[ContactRow | None, str]:
        row = contacts.get_contact(conn, key.account_id, contact_id)
        concerned = [one for one in row.addresses if one.channel is channel] if row else []
        for one in concerned:
            if stop:
                changed = addresses.suppress(conn, key.account_id, one.id, f"key:{key.name}", why, now)
            else:
                changed = addresses.lift(conn, key.account_id, one.id, now)
            if changed:
                detail = {"suppressed" if stop else "lifted": channel.value}
                by = f"key:{key.name}"
                note(conn, key.account_id, [contact_id], now, by=by, how="API", wording=why, detail=detail)
        found = contacts.get_contact(conn, key.account_id, contact_id) if concerned else None
        return found, contact_id if found else ""

    row = change(deps, key, "address.suppress" if stop else "address.lift", unit, why=why, detail={"channel": channel})
    if row is None:
        raise missing(f"contact with an address for {channel}", LISTED)
    return answer(shown(row))
