"""What went wrong and was not mailed to the desk yet: texts that failed, and calls that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, String, bindparam, cast, exists, literal, select
from sqlalchemy.sql.elements import ColumnElement

from service.records.enums import CallOutcome, MessageKind, MessageState, Stage
from service.records.tables import ApiKey, InboundCall, Message, Source
from service.store.tables import table
from service.store.talks import shipment_name

api_key = table(ApiKey)
message = table(Message)
mail = table(Message).alias("mail")
call = table(InboundCall)
source = table(Source)

MOST = 20
"""How many failures one look turns into mails; the next look takes the rest."""


BY_KEY = "api"
"""The source of every call that is posted with a key."""

LATEST = 500
"""How many of the latest refused calls are looked at; one alert stands for all of a key's in an hour."""

REFUSED_BY_KEY = (
    select(call.c.headers, call.c.problem, call.c.received_at)
    .where(
        call.c.account_id == bindparam("account"),
        call.c.received_at >= bindparam("since"),
        call.c.outcome == CallOutcome.REFUSED,
        call.c.source_id == BY_KEY,
    )
    .order_by(call.c.received_at.desc())
    .limit(bindparam("limit", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that a person should know. `kind` and `subject` name it once and for all; `path` shows it."""

    kind: str
    subject: str
    title: str
    what: str
    why: str
    path: str
    ref: str = ""


def unmailed(conn: Connection, account_id: str, since: datetime) -> list[Failure]:
    """Live texts that failed and calls that were refused since *since*, and that no mail names yet, oldest first."""
    found = (_texts(conn, account_id, since), _calls(conn, account_id, since), _by_key(conn, account_id, since))
    return [one for group in found for one in group][:MOST]


def _texts(conn: Connection, account_id: str, since: datetime) -> list[Failure]:
    rows = conn.execute(
        select(message.c.id, message.c.shipment_id, message.c.channel, message.c.detail)
        .where(
            message.c.account_id == account_id,
            message.c.stage == Stage.LIVE,
            message.c.kind != MessageKind.DESK,
            message.c.state.in_([MessageState.FAILED, MessageState.UNDELIVERED, MessageState.UNKNOWN]),
            message.c.updated_at >= since,
            ~_mailed(account_id, "text", message.c.id),
        )
        .order_by(message.c.id)
        .limit(MOST)
    ).all()
    return [
        Failure(
            kind="text",
            subject=row.id,
            title="a message did not arrive",
            what=f"A message by {row.channel.value} did not reach the customer.",
            why=row.detail or "the provider gave no reason",
            path=f"/v1/messages/{row.id}",
            ref=shipment_name(conn, account_id, row.shipment_id),
        )
        for row in rows
    ]


def _calls(conn: Connection, account_id: str, since: datetime) -> list[Failure]:
    rows = conn.execute(
        select(call.c.id, call.c.problem, source.c.name)
        .select_from(call.join(source, (source.c.account_id == call.c.account_id) & (source.c.id == call.c.source_id)))
        .where(
            call.c.account_id == account_id,
            call.c.source_id != BY_KEY,
            call.c.outcome == CallOutcome.REFUSED,
            call.c.received_at >= since,
            ~_mailed(account_id, "call", call.c.id),
        )
        .order_by(call.c.id)
        .limit(MOST)
    ).all()
    return [
        Failure(
            kind="call",
            subject=row.id,
            title=f"a call from {row.name} could not be read",
            what=f"A call from {row.name} was kept but could not be read. After a fix it can be replayed.",
            why=" ".join(str((row.problem or {}).get(part, "")) for part in ("message", "fix")).strip(),
            path="/v1/calls",
        )
        for row in rows
    ]


def _by_key(conn: Connection, account_id: str, since: datetime) -> list[Failure]:
    """Calls with an API key that could not be read: one alert for each key and hour."""
    found: dict[str, tuple[str, str]] = {}
    for row in conn.execute(REFUSED_BY_KEY, {"account": account_id, "since": since, "limit": LATEST}):
        key_id = (row.headers or {}).get("milepost-key", BY_KEY)
        why = " ".join(str((row.problem or {}).get(part, "")) for part in ("message", "fix")).strip()
        found.setdefault(f"{key_id}:{row.received_at:%Y%m%d%H}", (key_id, why))
    told = select(mail.c.key).where(
        mail.c.account_id == account_id, mail.c.key.in_([f"desk:key:{one}" for one in found])
    )
    known = set(conn.execute(told).scalars())
    named = select(api_key.c.id, api_key.c.name).where(
        api_key.c.account_id == account_id, api_key.c.id.in_([key_id for key_id, _ in found.values()])
    )
    names = {row.id: row.name for row in conn.execute(named)}
    return [
        Failure(
            kind="key",
            subject=subject,
            title="calls with an API key could not be read",
            what=f"Calls with the key {names.get(key_id, key_id)} were kept but could not be read. "
            "After a fix they can be replayed.",
            why=why,
            path="/v1/calls",
            ref=names.get(key_id, key_id),
        )
        for subject, (key_id, why) in sorted(found.items())
        if f"desk:key:{subject}" not in known
    ]


def _mailed(account_id: str, kind: str, subject: ColumnElement[str]) -> ColumnElement[bool]:
    key = literal(f"desk:{kind}:").concat(cast(subject, String))
    return exists().where(mail.c.account_id == account_id, mail.c.key == key)
