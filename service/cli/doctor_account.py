"""What `milepost doctor` says of the account: how it calls itself, how people reach it, and whether it is live."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from notifiers.base import Finding

if TYPE_CHECKING:
    from service.store.accounts import AccountRow
    from service.store.engine import Database


def account_of(database: Database, now: datetime) -> AccountRow:
    """The account, made where nobody has started yet."""
    from service.store import accounts

    account_id = accounts.ensure_default(database, now)
    with database.read() as conn:
        found = accounts.get(conn, account_id)
    assert found is not None, "it was just made"
    return found


def account(one: AccountRow) -> list[Finding]:
    """Brand, care phone, care e-mail, hours, zone and mode. Being live without a care phone is a fault."""
    from service.records.enums import Mode
    from service.store.accounts import DEFAULT_BRAND
    from service.wording.hours import hours_in_words

    live = one.mode is Mode.LIVE
    named = one.brand != DEFAULT_BRAND
    phone = Finding(
        "Care phone",
        bool(one.care_phone) or not live,
        one.care_phone or "not set: a text that cannot be answered names no way to a person.",
        "Run: milepost setup --phone +44…",
        warning=not one.care_phone,
    )
    return [
        _wish("Brand", one.brand if named else f"still {DEFAULT_BRAND}.", "milepost setup --brand NAME", good=named),
        phone,
        _wish(
            "Care e-mail",
            one.care_email or "not set: replies reach nobody's mailbox, and no answer is promised.",
            "milepost setup --email care@…",
            good=bool(one.care_email),
        ),
        _wish(
            "Hours",
            hours_in_words(one.hours) or "not set: there is no desk e-mail at opening time.",
            'milepost setup --hours "Mon-Fri 08:00-18:00"',
            good=bool(one.hours),
        ),
        _wish(
            "Zone",
            one.zone if one.zone != "UTC" else "UTC.",
            "milepost setup --zone Europe/London",
            good=one.zone != "UTC",
        ),
        _mode(one),
    ]


def _mode(one: AccountRow) -> Finding:
    from service.records.enums import Mode

    words = {
        Mode.OFF: "off: events are kept, and nobody is told anything.",
        Mode.SHADOW: "shadow: everything is decided and shown, and nothing leaves.",
        Mode.LIVE: f"live since {one.live_since:%Y-%m-%d}" if one.live_since else "live",
    }
    fix = "When you are ready: milepost golive --plan"
    return Finding("Mode", True, words[one.mode], fix, warning=one.mode is not Mode.LIVE)


def _wish(what: str, detail: str, command: str, *, good: bool) -> Finding:
    return Finding(what, True, detail, f"Run: {command}", warning=not good)
