"""Test keys belong to a test account of their own."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from notifiers.base import Channel
from service.records.enums import Mode
from service.records.simulated import SIMULATOR_MAIL, SIMULATOR_PHONE
from service.store import accounts, keys, senders, twins
from service.store.engine import Database


def test_a_test_key_acts_in_a_twin_that_stays_in_shadow(database: Database, noon: datetime) -> None:
    account_id = accounts.ensure_default(database, noon)
    database.write(lambda conn: accounts.update_account(conn, account_id, noon, mode=Mode.LIVE, brand="Harbour"))
    database.write(lambda conn: senders.ensure(conn, account_id, Channel.SMS, "+447700900999", "loopback", True, noon))
    key, made = database.write(
        lambda conn: keys.create(conn, account_id, name="try", scopes=("events",), now=noon, test=True)
    )
    with database.read() as conn:
        found = keys.authenticate(conn, key, noon)
        assert found is not None
        twin = twins.twin_of(conn, account_id)
        assert found.account_id == made.account_id == twin != account_id
        assert accounts.view(conn, found.account_id).mode is Mode.SHADOW
        assert accounts.view(conn, found.account_id).brand == "Harbour"
        assert twins.is_twin(conn, found.account_id)
        assert not twins.is_twin(conn, account_id)
        assert twins.all_twins(conn) == [twin]
        assert senders.accounts_of(conn, Channel.SMS, "+447700900999") == [account_id]
        assert senders.accounts_of(conn, Channel.SMS, SIMULATOR_PHONE) == [twin]
        assert senders.accounts_of(conn, Channel.EMAIL, SIMULATOR_MAIL) == [twin]


def test_its_keys_are_listed_and_revoked_with_the_account_s_own(database: Database, noon: datetime) -> None:
    account_id = accounts.ensure_default(database, noon)
    real, _ = database.write(lambda conn: keys.create(conn, account_id, name="a", scopes=("read",), now=noon))
    key, made = database.write(
        lambda conn: keys.create(conn, account_id, name="b", scopes=("read",), now=noon, test=True)
    )
    again, _ = database.write(
        lambda conn: keys.create(conn, account_id, name="c", scopes=("read",), now=noon, test=True)
    )
    with database.read() as conn:
        assert {one.name for one in keys.list_keys(conn, account_id)} == {"a", "b", "c"}
    assert database.write(lambda conn: keys.revoke(conn, account_id, made.id, noon))
    with database.read() as conn:
        assert keys.authenticate(conn, key, noon) is None
        assert keys.authenticate(conn, again, noon) is not None
        assert keys.authenticate(conn, real, noon) is not None


def test_a_test_key_makes_test_keys_only(database: Database, noon: datetime) -> None:
    account_id = accounts.ensure_default(database, noon)
    _, first = database.write(
        lambda conn: keys.create(conn, account_id, name="a", scopes=("admin",), now=noon, test=True)
    )
    for test in (False, True):
        make = partial(keys.create, account_id=first.account_id, name="b", scopes=("admin",), now=noon, test=test)
        key, made = database.write(make)
        assert key.startswith(keys.TEST)
        assert made.test
        assert made.account_id == first.account_id
