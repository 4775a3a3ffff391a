"""Mapping: once a person said what a code means, the calls that hold it are read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from service.flows.kit import Kit
from service.flows.reading import view_of
from service.flows.replaying import replay
from service.formats.mapping import check_mapping
from service.formats.registry import get
from service.store import accounts, sources, unmapped
from service.store.engine import Connection
from service.store.errors import StoreError
from service.store.sources import SourceRow
from service.store.unmapped import Mapped

log = structlog.get_logger(__name__)

BATCH = 50
"""How many calls are looked up at a time."""

Tell = Callable[[int, int], None]
"""Is told how much of how much is done."""


def map_codes(conn: Connection, row: SourceRow, mapping: Mapping[str, str], by: str, now: datetime) -> Mapped:
    """Let codes of a source mean what *mapping* says, and no others.

    Raises `Refused` for a code that its format cannot meet, or a meaning that is none.
    """
    fresh = {code: said for code, said in mapping.items() if row.mapping.get(code) != said}
    check_mapping(get(row.format), fresh, unmapped.known_codes(conn, row.account_id, row.id))
    return unmapped.map_codes(conn, row, mapping, by, now)


def read_due(kit: Kit, limit: int = 1_000, tell: Tell | None = None) -> int:
    """Read again what waits for codes that were decided, the oldest call first; returns how many calls were.

    A call that cannot be read now stays held, and is read at the next decision about one of its codes.
    """
    done = 0
    while done < limit:
        with kit.database.read() as conn:
            found = unmapped.due(conn, min(BATCH, limit - done))
        for account_id, source_id, call_id in found:
            _read(kit, account_id, source_id, call_id)
            done += 1
            if tell is not None:
                tell(done, done)
        if not found:
            break
    return done


def _read(kit: Kit, account_id: str, source_id: str, call_id: str) -> None:
    with kit.database.read() as conn:
        row = sources.get_source(conn, account_id, source_id)
        account = accounts.get(conn, account_id)
    try:
        if row is not None:
            replay(kit, account_id, call_id, view_of(row, account.region if account else None))
            return
    except StoreError:
        raise
    except Exception:
        # One call that breaks its format must not keep all behind it from being read.
        log.exception("a call could not be read again", trace_id=call_id)
    kit.database.write(lambda conn: unmapped.set_aside(conn, account_id, call_id))
