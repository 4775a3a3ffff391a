"""Keys, customers, contacts and sources, typed beside a running service."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from notifiers.base import Channel
from service.store import addresses, audit, customers, keys, sources
from service.store.engine import Database
from tests.cli.conftest import Milepost

NOW = datetime(2026, 9, 17, 12, tzinfo=UTC)


def test_key_is_shown_once_and_works(milepost: Milepost) -> None:
    out = milepost("keys", "create", "--name", "tms", "--scopes", "events, read").good()
    presented = out.splitlines()[0]
    with milepost.database() as database, database.read() as conn:
        view = keys.authenticate(conn, presented, NOW)
    assert view is not None
    assert view.scopes == {"events", "read"}
    listed = milepost("keys", "list").good()
    assert presented not in listed
    assert presented[-4:] in listed


def test_revoked_key_is_refused(milepost: Milepost) -> None:
    out = milepost("keys", "create", "--name", "tms", "--test").good()
    presented, key_id = out.splitlines()[0], re.search(r"key_\w+", out)
    assert presented.startswith("mp_test_")
    assert "+447700900001 (delivered)" in out
    assert key_id is not None
    milepost("keys", "revoke", key_id[0]).good()
    with milepost.database() as database, database.read() as conn:
        assert keys.authenticate(conn, presented, NOW) is None
    assert "No key in force" in milepost("keys", "revoke", key_id[0]).sentence()
    assert "revoked" in milepost("keys", "list").good()


def test_changes_are_audited(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    milepost("keys", "create", "--name", "tms").good()
    milepost("pause", "--channel", "sms", "--why", "provider down").good()
    with milepost.database() as database:
        account_id = account_of(database)
        with database.read() as conn:
            found = [(row.action, row.why, row.by.startswith("command")) for row in audit.list_audit(conn, account_id)]
    assert found == [("pause", "provider down", True), ("key.add", "", True)]


@pytest.mark.parametrize("scopes", ["root", "", "events,root"])
def test_unknown_scope(milepost: Milepost, scopes: str) -> None:
    assert (
        "events, read, people, send, admin" in milepost("keys", "create", "--name", "x", "--scopes", scopes).sentence()
    )


def test_customers(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    milepost("customers", "add", "acme", "--name", "Acme Ltd", "--also", "AC-2").good()
    milepost("customers", "add", "birch").good()
    assert "ACME names another" in milepost("customers", "add", "BIRCH", "--also", "ACME").sentence()
    milepost("customers", "mode", "ac-2", "off", "--why", "asked").good()
    out = milepost("customers", "list").good()
    assert re.search(r"AC-2, ACME\s+Acme Ltd\s+off", out)
    assert re.search(r"BIRCH\s+shadow \(the account's\)", out)
    milepost("customers", "mode", "ACME", "account").good()
    with milepost.database() as database, database.read() as conn:
        assert [row.mode for row in customers.list_customers(conn, account_of(database))] == [None, None]


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("ACME", "live"), "milepost golive --plan --customer 'ACME'"),
        (("ACME", "loud"), "off, shadow, account"),
        (("OAK", "off"), "`milepost customers list`"),
    ],
)
def test_modes_that_cannot_be(milepost: Milepost, words: tuple[str, str], fix: str) -> None:
    milepost("customers", "add", "ACME").good()
    assert fix in milepost("customers", "mode", *words).sentence()


def test_contact_follows_what_is_named(milepost: Milepost) -> None:
    milepost("customers", "add", "ACME").good()
    out = milepost(
        "contacts", "add", "--phone", "07700 900123", "--customer", "ACME", "--name", "Ann", "--consent", "asked"
    )
    assert "hears of ACME" in out.good()
    listed = milepost("contacts", "list").good()
    assert "+447700900123" in listed
    assert "asked" in listed


def test_suppression(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    milepost("contacts", "add", "--email", "ann@example.com").good()
    assert "from now on" in milepost("contacts", "suppress", "ann@example.com", "--why", "asked by phone").good()
    assert "before either" in milepost("contacts", "suppress", "Ann@example.com").good()
    assert "stopped: asked by phone" in milepost("contacts", "list").good()
    assert "--why must say" in milepost("contacts", "lift", "ann@example.com", "--why", " ").sentence()
    milepost("contacts", "lift", "ann@example.com", "--why", "asked again").good()
    with milepost.database() as database, database.read() as conn:
        row = addresses.find_address(conn, account_of(database), Channel.EMAIL, "ann@example.com")
    assert row is not None
    assert row.suppressed_at is None


def test_an_address_can_be_suppressed_before_it_is_known(milepost: Milepost) -> None:
    milepost("contacts", "suppress", "+447700900199").good()
    milepost("contacts", "add", "--phone", "+447700900199").good()
    assert "stopped" in milepost("contacts", "list").good()


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        ((), "--phone, --email"),
        (("--phone", "+44"), "+447700900123"),
        (("--email", "ann"), "ann@example.com"),
        (("--phone", "+447700900123", "--customer", "OAK"), "`milepost customers list`"),
        (("--phone", "+447700900123", "--ref", "PO 1"), "No shipment is called PO 1"),
    ],
)
def test_contacts_that_cannot_be(milepost: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in milepost("contacts", "add", *words).sentence()


def test_source_shows_address_and_secret_once(milepost: Milepost, account_of: Callable[[Database], str]) -> None:
    out = milepost("sources", "add", "carrier", "--format", "dcsa_tnt_v2", PUBLIC_URL="https://t.example.com").good()
    secret = re.search(r"Its secret is (\S+)", out)
    with milepost.database() as database, database.read() as conn:
        row = sources.find_source(conn, account_of(database), "carrier")
    assert row is not None
    assert secret is not None
    assert row.secrets == (secret[1],)
    assert f"https://t.example.com/v1/in/{row.id}" in out
    assert secret[1] not in milepost("sources", "show", "carrier").good()
    rotated = milepost("sources", "rotate", "carrier").good()
    assert secret[1] not in rotated
    assert "2 of 2 secrets" in milepost("sources", "show", "carrier").good()
    assert re.search(r"carrier\s+dcsa_tnt_v2\s+dcsa_sha256\s+never", milepost("sources", "list").good())


@pytest.mark.parametrize(
    ("settings", "base", "asks"),
    [
        ({"PUBLIC_URL": "https://t.example.com"}, "https://t.example.com", False),
        ({"PORT": "9001"}, "http://127.0.0.1:9001", False),
        ({"HOST": "::1", "PORT": "9001"}, "http://[::1]:9001", False),
        ({}, "http://127.0.0.1:8000", True),
    ],
)
def test_a_source_posts_to_where_the_service_is(
    milepost: Milepost, settings: dict[str, str], base: str, asks: bool
) -> None:
    out = milepost("sources", "add", "erp", "--format", "native", **settings).good()
    assert re.search(rf"posts to +{re.escape(base)}/v1/in/src_", out)
    assert ("set MILEPOST_PUBLIC_URL" in out) is asks


def test_a_source_is_removed(milepost: Milepost) -> None:
    milepost("sources", "add", "erp", "--format", "native").good()
    assert "erp is removed" in milepost("sources", "remove", "erp").good()
    assert "No source" in milepost("sources", "list").good()
    assert "`milepost sources list`" in milepost("sources", "remove", "erp").sentence()


def test_a_secret_address_is_shown_once_and_told_to_be_weak(
    milepost: Milepost, account_of: Callable[[Database], str]
) -> None:
    base = {"PUBLIC_URL": "https://t.example.com"}
    out = milepost("sources", "add", "tms", "--format", "native", "--url", **base).good()
    token = re.search(r"https://t\.example\.com/v1/in/src_\w+/(\S{43})\n", out)
    assert token is not None
    assert "as a password" in out
    with milepost.database() as database, database.read() as conn:
        row = sources.find_source(conn, account_of(database), "tms")
    assert row is not None
    assert token[1] not in "".join(row.secrets)
    shown = milepost("sources", "show", "tms", **base).good()
    assert f"/v1/in/{row.id}/…" in shown
    assert token[1] not in shown
    anew = milepost("sources", "rotate", "tms", **base).good()
    assert token[1] not in anew
    assert re.search(rf"/v1/in/{row.id}/\S{{43}}\n", anew)
    assert "The address before this one stays good" in anew
    assert "tms: is weakly protected. Whoever reads the address" in milepost("doctor").out
    assert "leave --secret out" in milepost("sources", "rotate", "tms", "--secret", "x" * 20).sentence()
    words = ("sources", "add", "other", "--format", "native", "--scheme", "source_url", "--secret", "x" * 20)
    assert "leave --secret out" in milepost(*words).sentence()


def test_a_given_secret_is_not_repeated(milepost: Milepost) -> None:
    words = ("sources", "add", "erp", "--format", "native", "--scheme", "hmac_sha256_hex", "--option", "header=X-Sig")
    assert "correct-horse" not in milepost(*words, "--secret", "correct-horse").good()
    assert '{"header": "X-Sig"}' in milepost("sources", "show", "erp").good()


@pytest.mark.parametrize("words", [("\u200b",), ("A\u202eB",), ("A", "--name", "B\u200f"), ("A", "--also", "B\nC")])
def test_customers_that_cannot_be(milepost: Milepost, words: tuple[str, ...]) -> None:
    assert milepost("customers", "add", *words).sentence()
    assert "no customer" in milepost("customers", "list").good()


def test_a_landline_is_taken_and_said(milepost: Milepost) -> None:
    answer = milepost("contacts", "add", "--phone", "+442079460018")
    assert answer.good()
    assert "landline" in answer.err


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("c", "--format", "edi"), "Known formats: aftership, cargo_imp_fsu"),
        (("c", "--format", "native", "--scheme", "wax"), "hmac_sha256_hex"),
        (("c", "--format", "native", "--option", "colour=red"), "region"),
        (("c", "--format", "native", "--option", "region=ZZ"), "Set it to two letters"),
        (("c", "--format", "dcsa_tnt_v2", "--option", "hmac=perhaps"), "Set it to true or false."),
        (("c", "--format", "native", "--scheme", "bearer", "--url"), "leave one of them out"),
        (("c", "--format", "native", "--scheme", "shipstation"), "https://api.shipengine.com/jwks"),
        (("a b", "--format", "native"), "letters, digits, dots and dashes"),
    ],
)
def test_sources_that_cannot_be(milepost: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in milepost("sources", "add", *words).sentence()


def test_a_second_source_of_the_same_name(milepost: Milepost) -> None:
    milepost("sources", "add", "erp", "--format", "native").good()
    assert "rotate erp" in milepost("sources", "add", "erp", "--format", "native").sentence()
    assert "`milepost sources list`" in milepost("sources", "rotate", "nobody").sentence()


def test_formats(milepost: Milepost) -> None:
    out = milepost("formats", "list").good()
    assert re.search(r"^dcsa_tnt_v2\s", out, flags=re.MULTILINE)
    assert re.search(r"^native\s", out, flags=re.MULTILINE)


def test_notifier_check(milepost: Milepost) -> None:
    out = milepost("notifier-check", "notifiers.loopback:Loopback", "--send").good()
    assert "✓ taking a message" in out
    assert "✗" not in out


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("notifiers.loopback",), "MODULE:CLASS"),
        (("no.such.module:Push",), "cannot be imported"),
        (("notifiers.loopback:Push",), "has no Push"),
        (("notifiers.loopback:Loopback", "--config", "[]"), "JSON object"),
        (("notifiers.base:Message",), "promises are not kept"),
    ],
)
def test_notifiers_that_cannot_be_checked(milepost: Milepost, words: tuple[str, ...], fix: str) -> None:
    assert fix in milepost("notifier-check", *words).err


@pytest.mark.parametrize(
    ("scheme", "options", "words"),
    [
        ("basic", (), "The user name is milepost (the option user sets another); the secret is the password."),
        ("basic", ("--option", "user=ann"), "The user name is ann (the option user sets another); the secret is the"),
        ("wsse_password", (), "The user name is any (the option user sets one); the secret is the password."),
    ],
)
def test_a_source_with_a_password_names_its_user(
    milepost: Milepost, scheme: str, options: tuple[str, ...], words: str
) -> None:
    assert words in milepost("sources", "add", "cw", "--format", "cargowise", "--scheme", scheme, *options).good()
    assert words in milepost("sources", "show", "cw").good()


def test_a_source_that_is_called_with_a_key_has_no_secret(milepost: Milepost) -> None:
    added = milepost("sources", "add", "tms", "--format", "native", "--scheme", "api_key").good()
    assert "It signs nothing: it sends an API key." in added
    shown = milepost("sources", "show", "tms").good()
    assert "Signature: none; it is called with an API key." in shown
    assert "secrets in force" not in shown
    assert "leave --secret out" in milepost("sources", "rotate", "tms", "--secret", "x" * 20).sentence()
    assert "has no secret" in milepost("sources", "rotate", "tms").sentence()


def test_an_option_of_a_source_is_set_and_unset(milepost: Milepost) -> None:
    milepost("sources", "add", "one", "--format", "dcsa_tnt_v2", "--option", "hmac=false").good()
    assert milepost("sources", "set", "one", "--option", "secret_base64=false").good() == (
        'Options of one: {"hmac": false, "secret_base64": false}.\n'
    )
    assert "as name=value" in milepost("sources", "set", "one").sentence()
    assert "with a name out of: any_event_id" in milepost("sources", "set", "one", "--option", "colour=red").sentence()
    assert "cannot be this text" in milepost("sources", "set", "one", "--option", "hmac=perhaps").sentence()
    unset = milepost("sources", "set", "one", "--option", "hmac=", "--option", "secret_base64=").good()
    assert unset == "Options of one: none.\n"
    assert "Options" not in milepost("sources", "show", "one").good()
