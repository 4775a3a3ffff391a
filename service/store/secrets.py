"""The service's own key, from which link tokens are derived where none is configured."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection

from service.store.directory import register, resolve
from service.store.engine import Database

KIND, NAME = "secret", "links"

KEY_BYTES = 30
"""240 bits, which are 40 characters: as long as a target may be."""


def link_key(database: Database) -> str:
    """The key that links are derived from: drawn once, the same ever after and in every process."""
    fresh = secrets.token_urlsafe(KEY_BYTES)

    def keep(conn: Connection) -> str:
        register(conn, KIND, NAME, "", fresh)
        found = resolve(conn, KIND, NAME)
        return found[1] if found else fresh

    with database.read() as conn:
        known = resolve(conn, KIND, NAME)
    return known[1] if known else database.write(keep)
