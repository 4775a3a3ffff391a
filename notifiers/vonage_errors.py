"""What Vonage's codes mean for one message, as data.

The codes are those of https://developer.vonage.com/en/api-errors/messages (numbers, in answers and in status calls) and
https://developer.vonage.com/en/api-errors (words); the fate is ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from notifiers.fates import Codes, Fate, Meaning

CODES = Codes(
    "Vonage",
    (
        # Our account and credentials.
        Meaning("unauthorized", Fate.UNAVAILABLE, "Vonage refused the credentials."),
        Meaning("forbidden", Fate.UNAVAILABLE, "The Vonage account may not send messages."),
        Meaning("low-balance", Fate.UNAVAILABLE, "The Vonage account has no money left."),
        Meaning("1060", Fate.UNAVAILABLE, "The Vonage account is barred."),
        Meaning("1070", Fate.UNAVAILABLE, "The Vonage account has no money left."),
        Meaning("1080", Fate.UNAVAILABLE, "The Vonage account may not send over this API."),
        Meaning("1110", Fate.UNAVAILABLE, "Vonage refused the signature of the request."),
        Meaning("1140", Fate.UNAVAILABLE, "Texts are not switched on for the Vonage account."),
        # Too much at once.
        Meaning("rate-limit", Fate.TEMPORARY, "Vonage received too many requests at once."),
        Meaning("throttled", Fate.TEMPORARY, "Vonage received too many requests at once."),
        Meaning("1000", Fate.TEMPORARY, "The Vonage account sends faster than its rate allows."),
        Meaning("1241", Fate.TEMPORARY, "Vonage received too many texts to this recipient at once."),
        # The recipient.
        Meaning("1050", Fate.SUPPRESS, "The recipient may not be written to."),
        Meaning("1170", Fate.SUPPRESS, "The recipient is not a valid number."),
        Meaning("1190", Fate.SUPPRESS, "The recipient's number is no longer in use."),
        Meaning("1240", Fate.SUPPRESS, "The recipient has opted out of texts from this sender."),
        Meaning("1430", Fate.SUPPRESS, "The recipient is not a valid number."),
        Meaning("1040", Fate.PERMANENT, "Vonage does not know the recipient's country or network."),
        Meaning("1160", Fate.PERMANENT, "A trial account texts listed numbers only, and this one is not listed."),
        Meaning("1200", Fate.PERMANENT, "The recipient changed carriers and cannot be reached."),
        Meaning("1250", Fate.PERMANENT, "Vonage has no route from this sender to this recipient."),
        Meaning("1260", Fate.PERMANENT, "The recipient could not be reached."),
        Meaning("1270", Fate.PERMANENT, "The carrier blocks the text for the recipient's age."),
        Meaning("1280", Fate.PERMANENT, "The carrier blocks texts to the recipient."),
        Meaning("1290", Fate.PERMANENT, "The recipient's prepaid account has no money left."),
        Meaning("1300", Fate.PERMANENT, "The recipient is not in the provider's network."),
        Meaning("1310", Fate.PERMANENT, "The recipient's device takes no texts."),
        Meaning("1330", Fate.PERMANENT, "The carrier gave no reason, or does not know the recipient."),
        # The text and its sender.
        Meaning("1010", Fate.PERMANENT, "Vonage misses a field in the request."),
        Meaning("1020", Fate.PERMANENT, "Vonage refuses a field of the request."),
        Meaning("1090", Fate.PERMANENT, "The text is too long."),
        Meaning("1120", Fate.PERMANENT, "The sender may not write to this recipient's country."),
        Meaning("1130", Fate.PERMANENT, "Vonage refuses the time for which the text is worth reading."),
        Meaning("1210", Fate.PERMANENT, "The carrier filtered the text."),
        # On the way; a later attempt may pass.
        Meaning("1100", Fate.TEMPORARY, "Vonage could not reach the carrier."),
        Meaning("1180", Fate.TEMPORARY, "The recipient's phone could not be reached."),
        Meaning("1220", Fate.TEMPORARY, "The recipient's phone was busy."),
        Meaning("1230", Fate.TEMPORARY, "The carrier's network failed."),
        Meaning("1360", Fate.TEMPORARY, "The text waited until its time was up."),
        # Vonage itself failed, or knows the text already: it may exist.
        Meaning("1030", Fate.UNCERTAIN, "Vonage failed while it handled the request."),
        Meaning("1320", Fate.UNCERTAIN, "Vonage says that the text was already sent."),
    ),
)


def code_of(error: Mapping[str, Any]) -> str | None:
    """The code in an error of Vonage's: what follows the `#` of its `type`."""
    found = re.search(r"#([0-9]{4}|[a-z-]{1,40})$", str(error.get("type", "")))
    return found.group(1) if found else None
