"""The secret that is drawn for a source is the one that its calls are believed by."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode
from datetime import datetime

import pytest

from service.formats import registry
from service.formats.signatures import BadSignature, verify
from service.store import accounts, sources
from service.store.engine import Database
from service.store.sources import SourceRow

BODY = json.dumps(
    [
        {
            "eventID": "3cecb101-7a1a-43a4-9d62-e88a131651e2",
            "eventType": "EQUIPMENT",
            "eventCreatedDateTime": "2026-09-17T10:05:00Z",
            "eventDateTime": "2026-09-17T10:00:00Z",
            "eventClassifierCode": "ACT",
            "equipmentEventTypeCode": "LOAD",
            "emptyIndicatorCode": "LADEN",
            "equipmentReference": "TCNU1234565",
            "references": [{"referenceType": "FF", "referenceValue": "PO 4711"}],
        }
    ]
).encode()


def made(database: Database, now: datetime) -> SourceRow:
    """A carrier's source without a secret of its own, read back by the address that it posts to."""
    account_id = accounts.ensure_default(database, now)
    scheme = registry.get("dcsa_tnt_v2").default_scheme
    database.write(
        lambda conn: sources.create_source(
            conn, account_id, name="carrier", format="dcsa_tnt_v2", scheme=scheme, now=now
        )
    )
    with database.read() as conn:
        found = sources.resolve_source(conn, "carrier")
    assert found is not None
    return found


def signature(secret: str, body: bytes) -> dict[str, str]:
    """Signed as DCSA has it: HMAC-SHA256 by the decoded secret, over the raw bytes."""
    return {"Notification-Signature": "sha256=" + hmac.new(b64decode(secret), body, hashlib.sha256).hexdigest()}


def believed(source: SourceRow, body: bytes, headers: dict[str, str], now: datetime) -> bool:
    try:
        verify(source.scheme, source.secrets, source.options, body, headers, now)
    except BadSignature:
        return False
    return True


def test_a_call_signed_with_the_drawn_secret_is_believed(database: Database, noon: datetime) -> None:
    source = made(database, noon)
    (secret,) = source.secrets
    assert len(b64decode(secret)) == sources.SECRET_BYTES
    assert believed(source, BODY, signature(secret, BODY), noon)
    (read,) = registry.get(source.format).read(BODY, {}, now=noon, options=source.options).items
    assert read[1].event_key


@pytest.mark.parametrize("place", [0, len(BODY) // 2, len(BODY) - 1])
def test_one_changed_byte_is_not(database: Database, noon: datetime, place: int) -> None:
    source = made(database, noon)
    headers = signature(source.secrets[0], BODY)
    changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
    assert not believed(source, changed, headers, noon)
    (name, value), last = *headers.items(), "0" if headers["Notification-Signature"][-1] != "0" else "1"
    assert not believed(source, BODY, {name: value[:-1] + last}, noon)


def test_two_secrets_are_good_until_the_next_rotation(database: Database, noon: datetime) -> None:
    first = made(database, noon)
    drawn = [first.secrets[0]]
    for _ in range(2):
        fresh = database.write(lambda conn: sources.rotate_secret(conn, first.account_id, first.id))
        drawn.append(str(fresh))
    assert database.write(lambda conn: sources.rotate_secret(conn, "acc_other", first.id)) is None
    with database.read() as conn:
        source = sources.get_source(conn, first.account_id, first.id)
    assert source is not None
    assert [believed(source, BODY, signature(secret, BODY), noon) for secret in drawn] == [False, True, True]
