"""`milepost send-test`: one real message through the configured notifier."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.contacts import channel_of, mailbox, telephone
from service.cli.opened import kitted
from service.cli.speech import fail, say

if TYPE_CHECKING:
    from notifiers.base import Channel, Message
    from notifiers.errors import NotifierError
    from service.flows.kit import Kit, Ready
    from service.store.accounts import AccountRow

NEEDED = {
    "sms": "MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID, …__AUTH_TOKEN and …__FROM_NUMBER",
    "email": "MILEPOST_NOTIFIERS__SMTP__HOST and …__FROM_ADDRESS",
}


def send_test(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="A phone such as +447700900123, or an e-mail address.")
    ],
    by: Annotated[str, typer.Option("--by", help="Only by this notifier, where several carry the channel.")] = "",
) -> None:
    """Send one real text or e-mail by each notifier of its channel, to see that it arrives."""
    from notifiers.errors import NotifierError
    from service.store import accounts, addresses, channels

    channel = channel_of(address)
    with kitted(make=True) as (kit, account_id):
        with kit.database.read() as conn:
            account = accounts.get(conn, account_id)
        assert account is not None, "the kit's account exists"
        to = mailbox(address) if "@" in address else telephone(address, account.region)
        with kit.database.read() as conn:
            known = addresses.find_address(conn, account_id, channel, to)
        if known is not None and known.suppressed_at:
            fail("This address has stopped messages from us, and that is kept: try another one.")
        refused = []
        for ready in _chosen(kit, channel, by):
            try:
                taken = ready.notifier.send(_message(account, channel, to, ready.sender))
            except NotifierError as error:
                refused.append(_failure(ready.name, error))
            else:
                kit.database.write(partial(channels.resume, notifier=ready.name, now=kit.clock()))
                say(f"{ready.name} took it as {taken.provider_id}. It should arrive within a minute.")
    if refused:
        fail(" ".join(refused))


def _chosen(kit: Kit, channel: Channel, by: str) -> list[Ready]:
    """The notifiers that are to send it."""
    ways = kit.live.get(channel, ())
    if not ways:
        fail(f"No notifier for {channel} is configured: set {NEEDED[channel]}. See docs/operations.md.")
    chosen = [ready for ready in ways if by in {"", ready.name}]
    if not chosen:
        fail(f"{by} carries no {channel} here: name one of {', '.join(ready.name for ready in ways)}.")
    return chosen


def _message(account: AccountRow, channel: Channel, to: str, sender: str) -> Message:
    from notifiers.base import Channel, Message
    from service.records.ids import new_id

    email = channel is Channel.EMAIL
    text = f"{account.brand}: this is a test, to see that messages arrive. There is no news of a shipment."
    return Message(
        id=new_id("msg"),
        channel=channel,
        to=to,
        text=text,
        sender=sender,
        sender_name=account.brand,
        subject=f"{account.brand}: a test" if email else None,
        html=f"<p>{_escaped(text)}</p>" if email else None,
        reply_to=account.care_email if email else None,
    )


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


def _failure(name: str, error: NotifierError) -> str:
    """What the provider's answer means for the person who typed, with the fix."""
    from notifiers.errors import ChannelUnavailable, TemporaryFailure, UncertainOutcome

    fixes: dict[type[NotifierError], str] = {
        TemporaryFailure: "Try again in a minute; where it stays so, let this machine reach the provider.",
        UncertainOutcome: "It may still arrive: look at the provider's own log before trying again.",
        ChannelUnavailable: "Nothing passes until that is mended: `milepost doctor --live` says what to set.",
    }
    fix = fixes.get(type(error), "Try another address, or `milepost doctor --live`.")
    code = f" (code {error.code})" if error.code else ""
    return f"{name} did not take it{code}: {error.detail.rstrip('.')}. {fix}"
