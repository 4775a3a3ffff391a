"""`milepost webhooks`: few commands, each with its sentence where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from service.records.tables import Webhook
from service.store import audit
from service.store.engine import Database
from service.store.tables import table
from tests.cli.conftest import Milepost

URL = "https://hooks.example.com/in?token=verysecret"


def added(milepost: Milepost, *more: str) -> tuple[str, str]:
    """(id, secret) of a new webhook."""
    said = milepost("webhooks", "add", URL, *more).good()
    return re.findall(r"whk_\w+", said)[0], re.findall(r"whsec_\S+", said)[0]


def test_it_is_added_listed_and_shown_without_what_its_url_holds(milepost: Milepost) -> None:
    webhook, secret = added(milepost, "--events", "message.delivered,reply.received", "--description", "ERP")
    listed = milepost("webhooks", "list").good()
    shown = milepost("webhooks", "show", webhook).good()
    for said in (listed, shown):
        assert "hooks.example.com" in said
        assert "verysecret" not in said
        assert secret not in said
    assert "message.delivered, reply.received" in shown
    assert "0 waiting" in shown


def test_it_is_rotated_switched_and_removed_and_each_is_audited(
    milepost: Milepost, account_of: Callable[[Database], str]
) -> None:
    webhook, secret = added(milepost)
    assert secret not in milepost("webhooks", "rotate", webhook).good()
    assert "off (person)" in (milepost("webhooks", "disable", webhook).good(), milepost("webhooks", "list").good())[1]
    assert "is sent first" in milepost("webhooks", "enable", webhook).good()
    assert "0 deliveries" in milepost("webhooks", "replay", webhook, "--since", "2026-10-07T00:00:00Z").good()
    milepost("webhooks", "remove", webhook).good()
    assert "There is no webhook" in milepost("webhooks", "list").good()
    with milepost.database() as database, database.read() as conn:
        done = [row.action.removeprefix("webhook.") for row in audit.list_audit(conn, account_of(database))]
        assert conn.execute(table(Webhook).select()).all() == []
    assert done == ["remove", "replay", "enable", "disable", "rotate", "add"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "http://hooks.example.com/"), "https://"),
        (("add", "https://127.0.0.1/"), "private network"),
        (("add", URL, "--events", "shipment.lost"), "no kind of event"),
        (("add", URL, "--customer", "NOBODY"), "milepost customers list"),
        (("show", "whk_none"), "milepost webhooks list"),
        (("rotate", "whk_none"), "milepost webhooks list"),
        (("enable", "whk_none"), "milepost webhooks list"),
        (("disable", "whk_none"), "milepost webhooks list"),
        (("remove", "whk_none"), "milepost webhooks list"),
        (("test", "whk_none"), "milepost webhooks list"),
        (("replay", "whk_none", "--since", "2026-10-07T00:00:00Z"), "milepost webhooks list"),
        (("replay", "whk_none", "--since", "yesterday"), "--since"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(milepost: Milepost, words: tuple[str, ...], sentence: str) -> None:
    milepost("setup", "--help").good()
    said = milepost("keys", "create", "--name", "tms")
    assert said.code == 0
    assert sentence in milepost("webhooks", *words).sentence()


def test_doctor_names_those_that_are_off(milepost: Milepost) -> None:
    webhook, _ = added(milepost, "--description", "ERP")
    assert "Webhook ERP: is told of events." in milepost("doctor").good()
    milepost("webhooks", "disable", webhook).good()
    said = milepost("doctor").good()
    assert "off since" in said
    assert f"milepost webhooks enable {webhook}" in said


def test_one_setting_alone_needs_no_secret(milepost: Milepost) -> None:
    loopback = {"NOTIFIERS__WEBHOOK__ALLOW_LOOPBACK": "true"}
    milepost("doctor", **loopback).good()
    said = milepost("webhooks", "add", "http://127.0.0.1:9/x", **loopback).good()
    assert "whsec_" in said
    wrong = {"NOTIFIERS__WEBHOOK__SECRET": "short"}
    assert "MILEPOST_NOTIFIERS__WEBHOOK__SECRET" in milepost("webhooks", "list", **wrong).sentence()
