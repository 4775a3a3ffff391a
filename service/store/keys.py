"""API keys: shown once, kept as a digest, each with the scopes that it holds.

A key is `mp_live_` or `mp_test_`, 27 random characters (160 bits) and 6 that are computed from them, so that a
mistyped key is refused without a look-up and a leaked one is recognised by scanners.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.records.ids import new_id
from service.records.tables import ApiKey
from service.store.directory import register, resolve
from service.store.tables import table
from service.store.twins import ensure_twin, is_twin, twin_of

api_key = table(ApiKey)

KIND = "api_key"
LIVE, TEST = "mp_live_", "mp_test_"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_CHARACTERS = 27
CHECK_CHARACTERS = 6

SCOPES = {
    "events": "post events and what sources send",
    "read": "read shipments, messages, timelines and the stream",
    "people": "change customers, contacts and who follows what",
    "send": "cancel, answer, pause and go live",
    "admin": "everything, and keys, sources and account settings",
}
"""What a key may do; `admin` holds all of them."""


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as far as it may be shown. `scopes` are those that it holds, all of them for an admin key."""

    account_id: str
    id: str
    name: str
    tail: str
    test: bool
    scopes: frozenset[str]
    created_at: datetime
    last_used_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


def create(
    conn: Connection,
    account_id: str,
    *,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    test: bool = False,
    expires_at: datetime | None = None,
) -> tuple[str, KeyView]:
    """Make a key; the first value is the key itself, which is shown once and kept nowhere.

    A test key belongs to a test account: what it writes never touches a real shipment and is only rehearsed. Whatever
    key is made for a test account is a test key. Raises ValueError for a scope that is not in `SCOPES`, or for none.
    """
    wanted = frozenset(scopes)
    if not wanted or wanted - SCOPES.keys():
        raise ValueError(f"choose scopes from: {', '.join(SCOPES)}")
    test = test or is_twin(conn, account_id)
    if test:
        account_id = ensure_twin(conn, account_id, now)
    presented = drawn(test=test)
    digest = digest_of(presented)
    key_id = new_id("key")
    row = {
        "account_id": account_id,
        "id": key_id,
        "name": name,
        "digest": digest,
        "tail": presented[-4:],
        "test": test,
        "scopes": sorted(SCOPES.keys() if "admin" in wanted else wanted),
        "created_at": now,
        "expires_at": expires_at,
    }
    made = conn.execute(insert(api_key).returning(api_key), row).one()
    register(conn, KIND, digest, account_id, key_id)
    return presented, _view(made)


def authenticate(conn: Connection, presented: str, now: datetime) -> KeyView | None:
    """The key in force that *presented* is; None for anything else."""
    if not well_formed(presented):
        return None
    digest = digest_of(presented)
    found = resolve(conn, KIND, digest)
    if found is None:
        return None
    account_id, key_id = found
    row = conn.execute(select(api_key).where(api_key.c.account_id == account_id, api_key.c.id == key_id)).one_or_none()
    if row is None or not hmac.compare_digest(row.digest, digest) or not _in_force(row, now):
        return None
    return _view(row)


def in_force(conn: Connection, account_id: str, key_id: str, now: datetime) -> bool:
    """Whether the key is neither revoked nor expired."""
    row = conn.execute(select(api_key).where(api_key.c.account_id == account_id, api_key.c.id == key_id)).one_or_none()
    return row is not None and _in_force(row, now)


def list_keys(conn: Connection, account_id: str) -> list[KeyView]:
    """Every key of the account, oldest first, revoked ones too."""
    rows = conn.execute(select(api_key).where(api_key.c.account_id.in_(_both(conn, account_id))).order_by(api_key.c.id))
    return [_view(row) for row in rows]


def revoke(conn: Connection, account_id: str, key_id: str, now: datetime) -> bool:
    """Refuse the key from now on; False where the account has no such key in force."""
    found = conn.execute(
        update(api_key)
        .where(
            api_key.c.account_id.in_(_both(conn, account_id)), api_key.c.id == key_id, api_key.c.revoked_at.is_(None)
        )
        .values(revoked_at=now)
        .returning(api_key.c.id)
    ).one_or_none()
    return found is not None


def _both(conn: Connection, account_id: str) -> list[str]:
    """The account and its test account."""
    twin = twin_of(conn, account_id)
    return [account_id, twin] if twin else [account_id]


def note_used(conn: Connection, account_id: str, key_id: str, at: datetime) -> None:
    """Note that the key was used; called seldom, because it only tells which keys are still needed."""
    conn.execute(
        update(api_key).where(api_key.c.account_id == account_id, api_key.c.id == key_id).values(last_used_at=at)
    )


def drawn(*, test: bool = False) -> str:
    """A fresh key."""
    random = "".join(secrets.choice(DIGITS) for _ in range(RANDOM_CHARACTERS))
    body = (TEST if test else LIVE) + random
    return body + check_of(body)


def well_formed(presented: str) -> bool:
    """Whether *presented* could be a key at all."""
    body, check = presented[:-CHECK_CHARACTERS], presented[-CHECK_CHARACTERS:]
    right_length = len(presented) == len(LIVE) + RANDOM_CHARACTERS + CHECK_CHARACTERS
    return right_length and presented.isascii() and body.startswith((LIVE, TEST)) and check_of(body) == check


def check_of(body: str) -> str:
    """The characters that end a key: the CRC-32 of what precedes them, in base 62."""
    number = zlib.crc32(body.encode())
    characters = []
    for _ in range(CHECK_CHARACTERS):
        number, rest = divmod(number, len(DIGITS))
        characters.append(DIGITS[rest])
    return "".join(reversed(characters))


def digest_of(presented: str) -> str:
    """What is kept of a key: SHA-256, enough for 160 random bits."""
    return hashlib.sha256(presented.encode()).hexdigest()


def _in_force(row: Row[Any], now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def _view(row: Row[Any]) -> KeyView:
    return KeyView(
        account_id=row.account_id,
        id=row.id,
        name=row.name,
        tail=row.tail,
        test=row.test,
        scopes=frozenset(row.scopes),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
