"""What `milepost doctor` says of sending: notifiers, the public address, and what the providers answer."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from notifiers.base import PERSONAL, Channel, Checks, Finding
from service.policy.balancing import resting

if TYPE_CHECKING:
    from notifiers.registry import Built, Wrong
    from service.settings import Settings
    from service.store.accounts import AccountRow

SHORT_URL = "https://t.hb.co"
"""About as short as a public address can be."""

SET = {
    Channel.SMS: "Set MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID, …__AUTH_TOKEN and …__FROM_NUMBER.",
    Channel.EMAIL: "Set MILEPOST_NOTIFIERS__SMTP__HOST and …__FROM_ADDRESS.",
}

UNUSED = b"a secret that signs nothing"

WORDS = {Channel.SMS: "Texts", Channel.EMAIL: "E-mails"}


Configured = Mapping[Channel, Sequence["Built"]]
"""The notifiers of each channel."""


def build(chosen: Settings) -> tuple[Configured, Sequence[Wrong]]:
    """The configured notifiers that can be built, and those that cannot."""
    from notifiers.registry import ConfigurationError, Wrong, examine
    from notifiers.webhook_caller import completed

    try:
        return examine(completed(chosen.notifiers, UNUSED))
    except ConfigurationError as error:
        return {}, [Wrong("", (str(error),))]


def wrong(broken: Sequence[Wrong]) -> list[Finding]:
    """A finding for each setting of a notifier that is wrong."""
    return [Finding("Notifiers", False, sentence) for one in broken for sentence in one.sentences]


def channels(built: Configured, broken: Sequence[Wrong], account: AccountRow | None = None) -> list[Finding]:
    """Who takes the messages of each channel. In live mode, to have no notifier at all is a fault.

    What a notifier is for whose settings are wrong is not always known: nothing is said of a channel that may be its.
    """
    live = account is not None and account.mode.value == "live"
    unknown = any(one.channel is None for one in broken)
    found: list[Finding] = []
    for channel in PERSONAL:
        waits = [one.name for one in broken if one.channel is channel]
        if channel in built:
            found += _ways(channel, built[channel])
        elif waits:
            detail = f"leave through {' and '.join(waits)} once its settings are right."
            found.append(Finding(WORDS[channel], True, detail, "Mend what is wrong of it above.", warning=True))
        elif not unknown:
            detail = "wait and are shown: no notifier is configured." if live else "go to this machine's own pages."
            well = bool(built or broken) or not live
            found.append(Finding(WORDS[channel], well, detail, SET[channel], warning=True))
    return found


def _ways(channel: Channel, ways: Sequence[Built]) -> list[Finding]:
    """By whom the messages of one channel leave, and from where."""
    shares = resting([one.share for one in ways])
    found: list[Finding] = []
    for one, share in zip(ways, shares, strict=True):
        sender = str(getattr(one.notifier, "sender", "")) or "its own sender"
        part = f", {share} of {sum(shares)}" if len(ways) > 1 else ""
        found.append(Finding(WORDS[channel], True, f"leave through {one.name} from {sender}{part}"))
        if not getattr(one.notifier, "two_way", True):
            fix = "Use a number where people should be able to answer."
            found.append(Finding(sender, True, "cannot be answered: texts name the care phone.", fix, warning=True))
    return found


def address(chosen: Settings, account: AccountRow, built: Configured) -> list[Finding]:
    """Whether people and providers can reach us, and whether texts have room for the link."""
    if chosen.public_url is None:
        detail = (
            "not set: texts that leave carry no link (rehearsed ones lead to this machine, "
            f"{chosen.local_url}), and receipts and replies are fetched from the provider."
        )
        fix = "Set MILEPOST_PUBLIC_URL=https://… once a proxy with TLS leads here."
        return [Finding("Public URL", True, detail, fix, warning=True)]
    two_way = all(getattr(one.notifier, "two_way", True) for one in built.get(Channel.SMS, ()))
    return [Finding("Public URL", True, chosen.public_url), *links(chosen.public_url, account, two_way=two_way)]


def links(public_url: str, account: AccountRow, *, two_way: bool) -> list[Finding]:
    """Which texts have no room for a link to *public_url*, a line for each language; better where a host is shorter."""
    from service.wording.languages import LANGUAGES, SPOKEN

    crowded = False
    found: list[Finding] = []
    for tag in SPOKEN:
        lost, least = (unlinked(url, account, tag, two_way=two_way) for url in (public_url, SHORT_URL))
        crowded = crowded or len(lost) > len(least)
        detail = f"no room in {', '.join(ranges(lost))}" if lost else "has room in every text"
        found.append(Finding(f"Link in {LANGUAGES[tag].name} ({tag})", True, detail))
    room = "takes room that a shorter host would leave" if crowded else "has as much room as a link can have"
    return [Finding("Link", True, room, f"Use a host name such as {SHORT_URL}.", warning=crowded), *found]


def unlinked(public_url: str, account: AccountRow, language: str, *, two_way: bool) -> list[str]:
    """The codes that are said by this version and usually give up their link to fit."""
    from service.wording.catalogue import TEXTS_NOW
    from service.wording.samples import which_lose_their_link

    lost = which_lose_their_link(
        public_url,
        brand=account.brand,
        care_phone=account.care_phone,
        care_email=account.care_email,
        two_way=two_way,
        language=language,
    )
    return sorted(code.value for code in lost if code in TEXTS_NOW)


def ranges(codes: Sequence[str]) -> list[str]:
    """Codes in order, those that follow on each other as `D01-D04`."""
    runs: list[list[str]] = []
    for code in codes:
        follows = runs and runs[-1][-1][0] == code[0] and int(code[1:]) == int(runs[-1][-1][1:]) + 1
        if follows:
            runs[-1].append(code)
        else:
            runs.append([code])
    return [run[0] if len(run) == 1 else f"{run[0]}{'-' if len(run) > 2 else ', '}{run[-1]}" for run in runs]


def asked(built: Configured, broken: Sequence[Wrong], chosen: Settings) -> list[Finding]:
    """What the providers say of our accounts there; the command has only to look at what is not well."""
    found: list[Finding] = []
    for one in (one for ways in built.values() for one in ways):
        if not isinstance(one.notifier, Checks):
            found.append(
                Finding(one.name, True, "cannot be asked; `milepost send-test` shows whether it works.", warning=True)
            )
            continue
        found += _checked(one.notifier, one.name, chosen.public_url)
    for name in (one.name for one in broken if one.name):
        found.append(Finding(name, True, "was not asked: its settings are wrong.", warning=True))
    if not built and not broken:
        found.append(Finding("Providers", True, "There is none to ask.", "Configure a notifier first.", warning=True))
    return found


def _checked(notifier: Checks, name: str, public_url: str | None) -> Sequence[Finding]:
    """The notifier's own findings; one that can judge the inbound address is told what it should be."""
    check: Any = notifier.check
    if "inbound_url" in inspect.signature(check).parameters:
        return list(check(inbound_url=f"{public_url}/v1/callbacks/{name}/inbound" if public_url else None))
    return list(check())
