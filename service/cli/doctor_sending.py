"""What `milepost doctor` says of sending: notifiers, the public address, and what the providers answer."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from notifiers.base import Channel, Checks, Finding

if TYPE_CHECKING:
    from notifiers.registry import Built
    from service.settings import Settings
    from service.store.accounts import AccountRow

TOKEN = 10
"""Characters of a link's token; `/t/` stands before it."""

SHORT_LINK = 30
"""Characters of a link on a short host, such as https://t.hbour.co/t/ and its token."""

SET = {
    Channel.SMS: "Set MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID, …__AUTH_TOKEN and …__FROM_NUMBER.",
    Channel.EMAIL: "Set MILEPOST_NOTIFIERS__SMTP__HOST and …__FROM_ADDRESS.",
}

WORDS = {Channel.SMS: "Texts", Channel.EMAIL: "E-mails"}


def build(chosen: Settings) -> tuple[Mapping[Channel, Built], list[Finding]]:
    """The configured notifiers; or none, and what is wrong with their settings."""
    from notifiers.registry import ConfigurationError
    from notifiers.registry import build as built

    try:
        return built(chosen.notifiers), []
    except ConfigurationError as error:
        return {}, [Finding("Notifiers", False, str(error))]


def channels(built: Mapping[Channel, Built], account: AccountRow | None = None) -> list[Finding]:
    """Who takes the messages of each channel. In live mode, to have no notifier at all is a fault."""
    live = account is not None and account.mode.value == "live"
    found: list[Finding] = []
    for channel in Channel:
        one = built.get(channel)
        if one is None:
            detail = "wait and are shown: no notifier is configured." if live else "go to this machine's own pages."
            found.append(Finding(WORDS[channel], bool(built) or not live, detail, SET[channel], warning=True))
            continue
        sender = str(getattr(one.notifier, "sender", "")) or "its own sender"
        found.append(Finding(WORDS[channel], True, f"leave through {one.name} from {sender}"))
        if not getattr(one.notifier, "two_way", True):
            fix = "Use a number where people should be able to answer."
            found.append(Finding(sender, True, "cannot be answered: texts name the care phone.", fix, warning=True))
    return found


def address(chosen: Settings, account: AccountRow, built: Mapping[Channel, Built]) -> list[Finding]:
    """Whether people and providers can reach us, and whether texts have room for the link."""
    if chosen.public_url is None:
        detail = (
            "not set: texts that leave carry no link (rehearsed ones lead to this machine, "
            f"{chosen.local_url}), and receipts and replies are fetched from the provider."
        )
        fix = "Set MILEPOST_PUBLIC_URL=https://… once a proxy with TLS leads here."
        return [Finding("Public URL", True, detail, fix, warning=True)]
    length = len(f"{chosen.public_url}/t/") + TOKEN
    two_way = bool(getattr(built[Channel.SMS].notifier, "two_way", True)) if Channel.SMS in built else True
    without, least, kinds = (*(crowded(account, n, two_way=two_way) for n in (length, SHORT_LINK)), texts())
    found = [Finding("Public URL", True, chosen.public_url)]
    if len(without) > len(least):
        detail = (
            f"of {length} characters: {len(without)} of {len(kinds)} kinds of texts usually have no room for it "
            f"({', '.join(without)}); with {SHORT_LINK} it would be {len(least)}."
        )
        found.append(Finding("Link", True, detail, "Use a shorter host name, such as t.example.com.", warning=True))
    else:
        found.append(Finding("Link", True, f"of {length} characters has as much room as a link can have"))
    return found


def asked(built: Mapping[Channel, Built], chosen: Settings) -> list[Finding]:
    """What the providers say of our accounts there; the command has only to look at what is not well."""
    found: list[Finding] = []
    for one in built.values():
        if not isinstance(one.notifier, Checks):
            found.append(
                Finding(one.name, True, "cannot be asked; `milepost send-test` shows whether it works.", warning=True)
            )
            continue
        found += _checked(one.notifier, one.name, chosen.public_url)
    if not built:
        found.append(Finding("Providers", True, "There is none to ask.", "Configure a notifier first.", warning=True))
    return found


def _checked(notifier: Checks, name: str, public_url: str | None) -> Sequence[Finding]:
    """The notifier's own findings; one that can judge the inbound address is told what it should be."""
    check: Any = notifier.check
    if "inbound_url" in inspect.signature(check).parameters:
        return list(check(inbound_url=f"{public_url}/v1/callbacks/{name}/inbound" if public_url else None))
    return list(check())


def texts() -> list[Any]:
    """The notice codes that are said as texts by this version, answers left out."""
    from service.wording.catalogue import TEXTS_NOW

    return sorted(code for code in TEXTS_NOW if not code.value.startswith("S"))


def crowded(account: AccountRow, length: int, *, two_way: bool) -> list[str]:
    """The codes whose text, with usual names and one date, gives up a link of *length* characters to fit."""
    from datetime import UTC, datetime

    from service.records.text import TextRequest
    from service.wording.render import render

    lost = []
    for code in texts():
        request = TextRequest(
            brand=account.brand,
            channel=Channel.SMS,
            said=(_usual(code),),
            now=datetime(2026, 10, 1, 12, tzinfo=UTC),
            two_way=two_way,
            care_phone=account.care_phone,
            care_email=account.care_email,
            link="h" * length,
        )
        if "link" in render(request).shortened:
            lost.append(code.value)
    return lost


def _usual(code: Any) -> Any:
    """A notice as long as they usually are: an order, a port, a reason, the first date that the text prints."""
    from datetime import date

    from service.records.enums import Reason, Transport
    from service.records.said import Said, SaidDate
    from service.records.when import on_day
    from service.wording.catalogue import CATALOGUE

    slots = CATALOGUE[code].slots
    late = code.value.startswith("D")
    was = on_day(date(2026, 10, 9)) if code.value in {"D01", "D02", "M10"} else None
    dates = (SaidDate(min(slots[0]), on_day(date(2026, 10, 13)), was, "GBFXT", "Felixstowe"),) if slots else ()
    return Said(
        code=code,
        ref="PO 4711-88",
        dates=dates,
        place="GBFXT",
        place_name="Felixstowe",
        at=on_day(date(2026, 10, 1)),
        vessel="Ever Given",
        transport=Transport.OCEAN,
        reason=Reason.PORT_CONGESTION if late else None,
    )
