"""An account's own words, version by version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from notifiers.base import Channel
from service.clock import ManualClock
from service.records.enums import NoticeCode
from service.records.text import Override
from service.store import accounts, texts
from service.store.engine import Database

WORDS = Override(NoticeCode.ETA_SLIP, "en", Channel.SMS, "{ref} is late.")


def made(database: Database, clock: ManualClock) -> str:
    return accounts.ensure_default(database, clock())


def put(database: Database, clock: ManualClock, account_id: str, words: Override) -> tuple[int, bool]:
    row, fresh = database.write(lambda conn: texts.put(conn, account_id, words, "key:test", clock()))
    return row.version, fresh


def in_use(
    database: Database, account_id: str, language: str = "en", channel: Channel = Channel.SMS
) -> dict[NoticeCode, Override]:
    with database.read() as conn:
        found = texts.active(conn, account_id, NoticeCode)
    return {code: words for (code, *where), words in found.items() if where == [language, channel]}


def test_the_last_version_is_in_use_and_alone(database: Database, clock: ManualClock) -> None:
    account_id = made(database, clock)
    assert put(database, clock, account_id, WORDS) == (1, True)
    assert put(database, clock, account_id, WORDS) == (1, False)
    later = replace(WORDS, body="{ref} comes later.")
    assert put(database, clock, account_id, later) == (2, True)
    assert in_use(database, account_id) == {NoticeCode.ETA_SLIP: replace(later, version=2)}
    with database.read() as conn:
        kept = texts.versions(conn, account_id)
        assert [(row.version, row.active, row.by) for row in kept] == [(2, True, "key:test"), (1, False, "key:test")]
    assert put(database, clock, account_id, WORDS) == (3, True)


def test_each_code_language_and_channel_counts_for_itself(database: Database, clock: ManualClock) -> None:
    account_id = made(database, clock)
    others = (
        replace(WORDS, language="de"),
        replace(WORDS, channel=Channel.EMAIL, subject="{ref}"),
        replace(WORDS, code=NoticeCode.DELIVERED),
    )
    assert [put(database, clock, account_id, words) for words in (WORDS, *others)] == [(1, True)] * 4
    assert set(in_use(database, account_id)) == {NoticeCode.ETA_SLIP, NoticeCode.DELIVERED}
    assert set(in_use(database, account_id, language="de")) == {NoticeCode.ETA_SLIP}
    assert in_use(database, account_id, channel=Channel.EMAIL)[NoticeCode.ETA_SLIP].subject == "{ref}"
    assert in_use(database, account_id, language="fr") == {}
    assert in_use(database, "acc_other") == {}


def test_ours_again_leaves_the_versions(database: Database, clock: ManualClock) -> None:
    account_id = made(database, clock)
    put(database, clock, account_id, WORDS)
    where = (account_id, WORDS.code, "en", Channel.SMS)
    ended = database.write(lambda conn: texts.reset(conn, *where))
    assert ended is not None
    assert ended.version == 1
    assert database.write(lambda conn: texts.reset(conn, *where)) is None
    assert in_use(database, account_id) == {}
    with database.read() as conn:
        assert [row.version for row in texts.versions(conn, account_id)] == [1]


def test_two_who_write_at_once_get_two_versions(database: Database, clock: ManualClock) -> None:
    account_id = made(database, clock)
    bodies = [replace(WORDS, body=f"{{ref}} is late {number}.") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda words: put(database, clock, account_id, words), bodies))
    assert sorted(version for version, _ in got) == list(range(1, 9))
    with database.read() as conn:
        assert [row.version for row in texts.versions(conn, account_id, in_use=True)] == [8]


def test_an_owner_is_known_by_the_operators_name(database: Database, clock: ManualClock) -> None:
    account_id = made(database, clock)
    with database.read() as conn:
        assert texts.operator_name(conn, account_id, "desk") == "The desk"
        assert texts.operator_name(conn, account_id, "psharma") is None
        assert texts.owners(conn, account_id, ["shp_none"]) == {}
