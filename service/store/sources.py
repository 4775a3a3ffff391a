"""Logistics systems that post: their format, how their calls are signed, and their secrets."""

from __future__ import annotations

import secrets as chance
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from service.records.ids import new_id
from service.records.tables import Source, UnmappedCall, UnmappedCode
from service.store.directory import forget, register, resolve
from service.store.sql import insert_once
from service.store.tables import table

source = table(Source)
unmapped_call = table(UnmappedCall)
unmapped_code = table(UnmappedCode)

KIND = "source"
LIVE_SECRETS = 2
SECRET_BYTES = 32

OWN = "api"
"""What the account itself posts with a key: a source like others, from its first call on, but without an address."""

KEYED = "api_key"
"""The scheme of sources that are called with a key of the account, and have no secret."""

CHANGEABLE = frozenset({"format", "scheme", "options", "mapping", "usual_lag_minutes"})


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as kept. `secrets` are those in force, newest first; whoever prints a source leaves them out."""

    account_id: str
    id: str
    name: str
    format: str
    scheme: str
    options: dict[str, Any]
    mapping: dict[str, Any]
    usual_lag_minutes: int | None
    last_call_at: datetime | None
    created_at: datetime
    secrets: tuple[str, ...] = field(default=(), repr=False)


def create_source(
    conn: Connection,
    account_id: str,
    *,
    name: str,
    format: str,  # noqa: A002 - the trade's word, and the column's
    now: datetime,
    scheme: str = KEYED,
    secrets: Sequence[str] | None = None,
    options: Mapping[str, Any] | None = None,
    mapping: Mapping[str, Any] | None = None,
    usual_lag_minutes: int | None = None,
) -> SourceRow:
    """Make a source; without *secrets* one is drawn, which the caller shows once.

    Its id leads to it for everybody, its name for the first account that took that name. Raises ValueError where the
    account has a source of that name, or for more than two secrets.
    """
    if find_source(conn, account_id, name) is not None:
        raise ValueError(f"a source named {name} exists already: choose another name, or rotate its secret")
    kept = list(secrets) if secrets is not None else [drawn()]
    if len(kept) > LIVE_SECRETS:
        raise ValueError("a source has at most two secrets in force")
    row = {
        "account_id": account_id,
        "id": new_id("src"),
        "name": name,
        "format": format,
        "scheme": scheme,
        "options": dict(options or {}),
        "secrets": kept,
        "mapping": dict(mapping or {}),
        "usual_lag_minutes": usual_lag_minutes,
        "created_at": now,
    }
    made = conn.execute(insert(source).returning(source), row).one()
    register(conn, KIND, made.id, account_id, made.id)
    register(conn, KIND, name, account_id, made.id)
    return _read(made)


def open_own(conn: Connection, account_id: str, at: datetime) -> None:
    """Make the source of what is posted with a key: when that was heard last, and how long it usually takes."""
    row = {"account_id": account_id, "id": OWN, "name": OWN, "format": "native", "scheme": KEYED}
    more = {"options": {}, "secrets": [], "mapping": {}, "lag_samples": 0, "last_call_at": at, "created_at": at}
    insert_once(conn, Source, [row | more])


def resolve_source(conn: Connection, key: str) -> SourceRow | None:
    """The source that posts to `/v1/in/{key}`, by its id or its name, before the account is known."""
    found = resolve(conn, KIND, key)
    return get_source(conn, *found) if found else None


def get_source(conn: Connection, account_id: str, source_id: str) -> SourceRow | None:
    """One source, or None."""
    row = conn.execute(select(source).where(source.c.account_id == account_id, source.c.id == source_id)).one_or_none()
    return _read(row) if row else None


def find_source(conn: Connection, account_id: str, name: str) -> SourceRow | None:
    """The account's source of that name or id, or None."""
    row = conn.execute(
        select(source).where(source.c.account_id == account_id, (source.c.name == name) | (source.c.id == name))
    ).first()
    return _read(row) if row else None


def named_id(conn: Connection, account_id: str, named: str | None) -> str | None:
    """The id of the account's source of that name; one that is not there any more is named by its id."""
    found = find_source(conn, account_id, named) if named else None
    return found.id if found else named


def list_sources(conn: Connection, account_id: str) -> list[SourceRow]:
    """Every source of the account, oldest first."""
    rows = conn.execute(select(source).where(source.c.account_id == account_id).order_by(source.c.id))
    return [_read(row) for row in rows]


def update_source(conn: Connection, account_id: str, source_id: str, **changes: Any) -> SourceRow | None:
    """Change columns named in `CHANGEABLE`; None where there is no such source. Raises ValueError for another name.

    Secrets end where the source is called with a key from now on, or was until now: none comes back with its scheme.
    """
    if wrong := set(changes) - CHANGEABLE:
        raise ValueError(f"a source has no {', '.join(sorted(wrong))} that can be changed")
    if "usual_lag_minutes" in changes:
        # What a person sets is not learned over; without a lag of theirs it is learned again.
        changes["lag_samples"] = 0
    if "scheme" in changes and (before := get_source(conn, account_id, source_id)):
        schemes = {before.scheme, changes["scheme"]}
        changes |= {"secrets": []} if len(schemes) > 1 and KEYED in schemes else {}
    if changes:
        conn.execute(
            update(source).where(source.c.account_id == account_id, source.c.id == source_id).values(**changes)
        )
    return get_source(conn, account_id, source_id)


def rotate_secret(conn: Connection, account_id: str, source_id: str, secret: str | None = None) -> str | None:
    """Put a new secret in force beside the newest old one, and return it; None where there is no such source.

    The one before the last ends. Both are good until the next rotation, so that the other side can change in peace.
    """
    row = conn.execute(
        select(source.c.secrets).where(source.c.account_id == account_id, source.c.id == source_id).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    fresh = secret or drawn()
    kept = [fresh, *(row.secrets or [])][:LIVE_SECRETS]
    conn.execute(update(source).where(source.c.account_id == account_id, source.c.id == source_id).values(secrets=kept))
    return fresh


def retire_secret(conn: Connection, account_id: str, source_id: str) -> bool:
    """End the older of two secrets; False where there is only one."""
    found = get_source(conn, account_id, source_id)
    if found is None or len(found.secrets) < LIVE_SECRETS:
        return False
    conn.execute(
        update(source)
        .where(source.c.account_id == account_id, source.c.id == source_id)
        .values(secrets=list(found.secrets[:1]))
    )
    return True


def delete_source(conn: Connection, account_id: str, source_id: str) -> SourceRow | None:
    """Take a source away with its secrets, and return what it was; None where there is none.

    Its facts and calls stay, under its id; of its codes there is none left to map. Its name is free again.
    """
    found = get_source(conn, account_id, source_id)
    if found is None:
        return None
    for key in (found.id, found.name):
        forget(conn, KIND, key, account_id)
    for of in (unmapped_call, unmapped_code):
        conn.execute(delete(of).where(of.c.account_id == account_id, of.c.source_id == source_id))
    conn.execute(delete(source).where(source.c.account_id == account_id, source.c.id == source_id))
    return found


def drawn_token() -> str:
    """The secret part of an address: 256 bits, of letters that need no escape in one."""
    return chance.token_urlsafe(SECRET_BYTES)


def drawn() -> str:
    """A fresh secret of 256 bits, in Base64: schemes that decode their secret first can use it too."""
    return b64encode(chance.token_bytes(SECRET_BYTES)).decode()


def _read(row: Row[Any]) -> SourceRow:
    return SourceRow(
        account_id=row.account_id,
        id=row.id,
        name=row.name,
        format=row.format,
        scheme=row.scheme,
        options=dict(row.options or {}),
        mapping=dict(row.mapping or {}),
        usual_lag_minutes=row.usual_lag_minutes,
        last_call_at=row.last_call_at,
        created_at=row.created_at,
        secrets=tuple(row.secrets or ()),
    )
