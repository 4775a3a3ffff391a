"""What `milepost doctor --live` asks Twilio: credentials, sender, inbound address, trial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import requests
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped, unused-ignore]
from twilio.rest import Client  # type: ignore[import-untyped, unused-ignore]

from notifiers.base import Finding
from notifiers.twilio_http import TooManyRequests, status_of

_CREDENTIALS = "Twilio credentials"
_ACCOUNT = "Twilio account"
_SENDER = "Twilio sender"
_INBOUND = "Twilio inbound address"


def examine(client: Client, account: str, sender: str, inbound_url: str | None) -> Sequence[Finding]:
    """Ask Twilio about *account* and *sender*; never raises for what it finds."""
    found: list[Finding] = []
    try:
        found.extend(_account(client, account))
        found.extend(_sender(client, sender, inbound_url))
    except TooManyRequests:
        found.append(Finding("Twilio", False, "Too many requests came at once.", "Ask again later."))
    except requests.RequestException:
        found.append(Finding("Twilio", False, "Twilio could not be reached.", "Allow this machine to reach the API."))
    except (TwilioException, ValueError, KeyError, TypeError) as error:
        found.append(_failed(error))
    return tuple(found)


def _failed(error: Exception) -> Finding:
    status = status_of(error)
    if status in {401, 403, 404}:
        fix = "Copy MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID and ..._AUTH_TOKEN again from the Twilio console."
        return Finding(_CREDENTIALS, False, "Twilio refused the credentials.", fix)
    return Finding("Twilio", False, f"Twilio's answer could not be used (HTTP {status}).", "Ask again later.")


def _account(client: Client, account: str) -> Iterator[Finding]:
    shown = client.api.accounts(account).fetch()
    yield Finding(_CREDENTIALS, True, "Twilio took them.")
    if shown.status != "active":
        yield Finding(_ACCOUNT, False, f"The account is {shown.status}.", "Mend it in the Twilio console.")
    if shown.type == "Trial":
        yield Finding(
            _ACCOUNT,
            True,
            "This is a trial account: it texts verified numbers only and adds a line to each text.",
            "Upgrade the account in the Twilio console before going live.",
            warning=True,
        )


def _sender(client: Client, sender: str, inbound_url: str | None) -> Iterator[Finding]:
    if sender.startswith("MG") and len(sender) == 34:
        yield from _service(client, sender, inbound_url)
    elif sender.startswith("+"):
        yield from _number(client, sender, inbound_url)
    elif sender.isdigit():
        detail = "Short codes are not examined; look at its page in the Twilio console."
        yield Finding(_SENDER, True, detail, f"Its inbound address should be {inbound_url}.", warning=True)
    else:
        detail = "A name instead of a number: people cannot answer, and some countries want it registered."
        yield Finding(_SENDER, True, detail, "Use a number where people should be able to answer.", warning=True)


def _service(client: Client, sender: str, inbound_url: str | None) -> Iterator[Finding]:
    service = client.messaging.v1.services(sender).fetch()
    yield Finding(_SENDER, True, "The messaging service belongs to this account.")
    if service.use_inbound_webhook_on_number:
        fix = "In the service's Integration page choose 'Send a webhook', or set the address on every number."
        yield Finding(_INBOUND, True, "Each number's own address is used.", fix, warning=True)
    else:
        yield _inbound(service.inbound_request_url, inbound_url)


def _number(client: Client, sender: str, inbound_url: str | None) -> Iterator[Finding]:
    numbers = client.incoming_phone_numbers.list(phone_number=sender, limit=1)
    if not numbers:
        fix = "Set MILEPOST_NOTIFIERS__TWILIO__FROM_NUMBER to a number of this account, or buy it in the console."
        yield Finding(_SENDER, False, "The number does not belong to this account.", fix)
        return
    number = numbers[0]
    if (number.capabilities or {}).get("sms"):
        yield Finding(_SENDER, True, "The number belongs to this account and can send texts.")
    else:
        yield Finding(_SENDER, False, "The number cannot send texts.", "Buy a number with the SMS capability.")
    yield _inbound(number.sms_url, inbound_url)


def _inbound(actual: str | None, expected: str | None) -> Finding:
    if expected is None:
        detail = "Without MILEPOST_PUBLIC_URL replies and receipts are read from Twilio's list."
        return Finding(_INBOUND, True, detail, "Set MILEPOST_PUBLIC_URL to hear of replies at once.", warning=True)
    if (actual or "").partition("#")[0] == expected:
        return Finding(_INBOUND, True, "Inbound texts come to this service.")
    fix = f"In the Twilio console set 'A message comes in' of the sender to {expected} (HTTP POST)."
    return Finding(_INBOUND, False, "Inbound texts do not come to this service.", fix)
