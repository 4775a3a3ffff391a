"""Accounts, keys, sources, senders and the one look-up before the account is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from notifiers.base import Channel
from service.records.enums import Mode
from service.records.tables import Operator
from service.store import accounts, directory, keys, secrets, senders, sources
from service.store.engine import Database
from service.store.tables import table


@pytest.fixture
def account_id(database: Database, noon: datetime) -> str:
    return accounts.ensure_default(database, noon)


def second_account(database: Database, noon: datetime) -> str:
    row = {"id": "acc_two", "brand": "Two", "zone": "UTC", "region": "GB", "mode": Mode.SHADOW, "created_at": noon}
    database.write(lambda conn: conn.execute(insert(accounts.account), row))
    return "acc_two"


def test_the_first_start_makes_one_account(database: Database, noon: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: accounts.ensure_default(database, noon), range(4)))
    (account_id,) = made
    assert account_id.startswith("acc_")
    with database.read() as conn:
        assert accounts.all_ids(conn) == [account_id]
        view = accounts.view(conn, account_id)
        desk = conn.execute(select(table(Operator).c.id).where(table(Operator).c.account_id == account_id)).scalars()
        assert (view.brand, view.mode, view.hours, list(desk)) == ("Milepost", Mode.SHADOW, {}, ["desk"])
        only = accounts.only(conn)
    assert only is not None
    assert only.id == account_id
    second_account(database, noon)
    with database.read() as conn:
        assert accounts.only(conn) is None
        assert accounts.default_id(conn) == account_id


def test_account_settings_change(database: Database, account_id: str, noon: datetime) -> None:
    hours = {"0": [["08:00", "18:00"]]}
    changes = {"brand": "Acme", "hours": hours, "holidays": ["2026-12-25"], "rules": {"join_minutes": 5.0}}
    assert database.write(lambda conn: accounts.update_account(conn, account_id, noon, **changes))
    assert not database.write(lambda conn: accounts.update_account(conn, account_id, noon, **changes))
    assert not database.write(lambda conn: accounts.update_account(conn, "acc_none", noon, brand="X"))
    with database.read() as conn:
        view = accounts.view(conn, account_id)
    assert (view.brand, view.hours, view.holidays, view.rules) == (
        "Acme",
        hours,
        ("2026-12-25",),
        {"join_minutes": 5.0},
    )
    with pytest.raises(ValueError, match="no id that can be changed"):
        database.write(lambda conn: accounts.update_account(conn, account_id, noon, id="acc_other"))


def test_an_unknown_account_is_an_error(database: Database) -> None:
    with database.read() as conn, pytest.raises(LookupError):
        accounts.view(conn, "acc_none")


@pytest.mark.parametrize("test", [False, True])
def test_a_key_is_shown_once_and_found_again(database: Database, account_id: str, noon: datetime, test: bool) -> None:
    shown, made = database.write(
        lambda conn: keys.create(conn, account_id, name="tms", scopes=["events", "read"], now=noon, test=test)
    )
    assert shown.startswith("mp_test_" if test else "mp_live_")
    assert shown.endswith(made.tail)
    with database.read() as conn:
        found = keys.authenticate(conn, shown, noon)
        kept = conn.execute(select(keys.api_key)).one()
    assert found == made
    assert found.scopes == {"events", "read"}
    assert shown not in str(tuple(kept))


def test_an_admin_key_holds_every_scope(database: Database, account_id: str, noon: datetime) -> None:
    _, made = database.write(lambda conn: keys.create(conn, account_id, name="me", scopes=["admin"], now=noon))
    assert made.scopes == keys.SCOPES.keys()


@pytest.mark.parametrize("scopes", [[], ["events", "fly"]])
def test_scopes_are_from_the_list(database: Database, account_id: str, noon: datetime, scopes: list[str]) -> None:
    with pytest.raises(ValueError, match="choose scopes from: events, read"):
        database.write(lambda conn: keys.create(conn, account_id, name="me", scopes=scopes, now=noon))


def test_a_key_ends(database: Database, account_id: str, noon: datetime) -> None:
    later = noon + timedelta(days=1)
    brief, _ = database.write(
        lambda conn: keys.create(conn, account_id, name="a", scopes=["read"], now=noon, expires_at=later)
    )
    shown, made = database.write(lambda conn: keys.create(conn, account_id, name="b", scopes=["read"], now=noon))
    with database.read() as conn:
        assert keys.authenticate(conn, brief, later - timedelta(seconds=1)) is not None
        assert keys.authenticate(conn, brief, later) is None
    assert not database.write(lambda conn: keys.revoke(conn, "acc_other", made.id, noon))
    assert database.write(lambda conn: keys.revoke(conn, account_id, made.id, noon))
    assert not database.write(lambda conn: keys.revoke(conn, account_id, made.id, noon))
    with database.read() as conn:
        assert keys.authenticate(conn, shown, noon) is None
        assert [key.name for key in keys.list_keys(conn, account_id)] == ["a", "b"]
        assert keys.list_keys(conn, "acc_other") == []


def test_use_is_noted(database: Database, account_id: str, noon: datetime) -> None:
    _, made = database.write(lambda conn: keys.create(conn, account_id, name="a", scopes=["read"], now=noon))
    database.write(lambda conn: keys.note_used(conn, account_id, made.id, noon))
    with database.read() as conn:
        assert [key.last_used_at for key in keys.list_keys(conn, account_id)] == [noon]


def test_what_is_no_key_is_refused(database: Database, account_id: str, noon: datetime) -> None:
    shown, _ = database.write(lambda conn: keys.create(conn, account_id, name="a", scopes=["read"], now=noon))
    swapped = shown[:10] + ("x" if shown[10] != "x" else "y") + shown[11:]
    with database.read() as conn:
        for wrong in ("", "mp_live_", swapped, shown + "0", shown[:-1], keys.drawn(), "ü" * 41, "\udcff" * 41):
            assert keys.authenticate(conn, wrong, noon) is None


def test_keys_differ_and_check_themselves() -> None:
    drawn = {keys.drawn() for _ in range(200)}
    assert len(drawn) == 200
    assert all(keys.well_formed(key) and len(key) == 41 for key in drawn)


def test_a_source_is_found_by_id_and_name(database: Database, account_id: str, noon: datetime) -> None:
    made = database.write(
        lambda conn: sources.create_source(conn, account_id, name="carrier", format="dcsa_tnt_v2", now=noon)
    )
    assert len(made.secrets[0]) >= 43
    assert made.secrets[0] not in repr(made)
    with database.read() as conn:
        assert sources.resolve_source(conn, made.id) == made
        assert sources.resolve_source(conn, "carrier") == made
        assert sources.resolve_source(conn, "nobody") is None
        assert sources.find_source(conn, account_id, "carrier") == made
        assert sources.get_source(conn, "acc_other", made.id) is None
        assert sources.list_sources(conn, account_id) == [made]
        assert sources.list_sources(conn, "acc_other") == []


def test_a_name_belongs_to_the_account_that_took_it_first(database: Database, account_id: str, noon: datetime) -> None:
    other = second_account(database, noon)
    mine = database.write(lambda conn: sources.create_source(conn, account_id, name="tms", format="native", now=noon))
    theirs = database.write(lambda conn: sources.create_source(conn, other, name="tms", format="native", now=noon))
    with database.read() as conn:
        assert sources.resolve_source(conn, "tms") == mine
        assert sources.resolve_source(conn, theirs.id) == theirs
    with pytest.raises(ValueError, match="a source named tms exists already"):
        database.write(lambda conn: sources.create_source(conn, other, name="tms", format="native", now=noon))


def test_two_secrets_are_in_force(database: Database, account_id: str, noon: datetime) -> None:
    made = database.write(
        lambda conn: sources.create_source(
            conn, account_id, name="tms", format="native", now=noon, scheme="hmac_sha256", secrets=["one"]
        )
    )
    drawn = database.write(lambda conn: sources.rotate_secret(conn, account_id, made.id))
    assert database.write(lambda conn: sources.rotate_secret(conn, account_id, made.id, "three")) == "three"
    with database.read() as conn:
        found = sources.get_source(conn, account_id, made.id)
    assert found is not None
    assert found.secrets == ("three", drawn)
    assert database.write(lambda conn: sources.retire_secret(conn, account_id, made.id))
    assert not database.write(lambda conn: sources.retire_secret(conn, account_id, made.id))
    assert database.write(lambda conn: sources.rotate_secret(conn, account_id, "src_none")) is None


def test_a_source_is_changed(database: Database, account_id: str, noon: datetime) -> None:
    made = database.write(lambda conn: sources.create_source(conn, account_id, name="a", format="native", now=noon))
    changed = database.write(
        lambda conn: sources.update_source(
            conn, account_id, made.id, mapping={"XYZ": "departed"}, usual_lag_minutes=90, options={"zone": "UTC"}
        )
    )
    assert changed is not None
    assert (changed.mapping, changed.usual_lag_minutes, changed.options) == ({"XYZ": "departed"}, 90, {"zone": "UTC"})
    with pytest.raises(ValueError, match="no secrets that can be changed"):
        database.write(lambda conn: sources.update_source(conn, account_id, made.id, secrets=["x"]))


def test_a_sender_may_serve_several_accounts(database: Database, account_id: str, noon: datetime) -> None:
    other = second_account(database, noon)
    number = "+447700900001"
    mine = database.write(lambda conn: senders.ensure(conn, account_id, Channel.SMS, number, "twilio", True, noon))
    again = database.write(lambda conn: senders.ensure(conn, account_id, Channel.SMS, number, "twilio", False, noon))
    database.write(lambda conn: senders.ensure(conn, other, Channel.SMS, number, "twilio", True, noon))
    assert mine == again
    with database.read() as conn:
        assert senders.accounts_of(conn, Channel.SMS, number) == sorted([account_id, other])
        assert senders.accounts_of(conn, Channel.EMAIL, number) == []
        two_way = conn.execute(select(senders.sender.c.two_way).where(senders.sender.c.id == mine)).scalar_one()
    assert two_way is False


def test_a_mailbox_is_found_in_any_spelling(database: Database, account_id: str, noon: datetime) -> None:
    long = "care." + "x" * 200 + "@example.com"
    database.write(lambda conn: senders.ensure(conn, account_id, Channel.EMAIL, long, "smtp", True, noon))
    with database.read() as conn:
        assert senders.accounts_of(conn, Channel.EMAIL, long.upper()) == [account_id]


def test_the_directory_keeps_the_first(database: Database) -> None:
    assert database.write(lambda conn: directory.register(conn, "link", "k", "acc_1", "shp_1"))
    assert not database.write(lambda conn: directory.register(conn, "link", "k", "acc_2", "shp_2"))
    database.write(lambda conn: directory.forget(conn, "link", "k", "acc_2"))
    with database.read() as conn:
        assert directory.resolve(conn, "link", "k") == ("acc_1", "shp_1")
        assert directory.resolve(conn, "source", "k") is None
    database.write(lambda conn: directory.forget(conn, "link", "k", "acc_1"))
    with database.read() as conn:
        assert directory.resolve(conn, "link", "k") is None


def test_the_link_key_is_drawn_once(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        (key,) = set(pool.map(lambda _: secrets.link_key(database), range(4)))
    assert len(key) == 40
    assert secrets.link_key(database) == key
