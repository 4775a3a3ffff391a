"""What Twilio's codes mean for one message, as data.

The meaning of a code is Twilio's own (`docs` of a row is its page); the fate is ours. Twilio asks its users not to
build hard logic on codes, because they change: a code that is not here falls back to `FATE_BY_STATUS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from notifiers.fates import Fate


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code: its fate and one sentence without personal data."""

    code: int
    fate: Fate
    sentence: str

    @property
    def docs(self) -> str:
        """Twilio's page about the code."""
        return f"https://www.twilio.com/docs/api/errors/{self.code}"


_ROWS = (
    # Our account and credentials.
    Meaning(10001, Fate.UNAVAILABLE, "The Twilio account is not active."),
    Meaning(20003, Fate.UNAVAILABLE, "Twilio refused the credentials."),
    Meaning(20005, Fate.UNAVAILABLE, "The Twilio account is not active."),
    Meaning(20008, Fate.UNAVAILABLE, "The credentials are Twilio test credentials, which cannot send."),
    Meaning(20403, Fate.UNAVAILABLE, "The credentials may not use this Twilio account."),
    Meaning(20404, Fate.UNAVAILABLE, "Twilio does not know the account or the address that was asked."),
    Meaning(30002, Fate.UNAVAILABLE, "The Twilio account is suspended."),
    Meaning(90010, Fate.UNAVAILABLE, "The Twilio account is not active."),
    # Our sender.
    Meaning(21212, Fate.UNAVAILABLE, "The sender is not a valid number."),
    Meaning(21601, Fate.UNAVAILABLE, "The sender is not a number of this Twilio account that can send texts."),
    Meaning(21603, Fate.UNAVAILABLE, "Twilio was given no sender."),
    Meaning(21606, Fate.UNAVAILABLE, "The sender is not a number of this Twilio account that can send texts."),
    Meaning(21659, Fate.UNAVAILABLE, "The sender is not a Twilio number or short code."),
    Meaning(21660, Fate.UNAVAILABLE, "The sender belongs to another Twilio account."),
    Meaning(21701, Fate.UNAVAILABLE, "The messaging service does not exist."),
    Meaning(21703, Fate.UNAVAILABLE, "The messaging service holds no sender."),
    Meaning(30034, Fate.PERMANENT, "The US number is not registered for 10DLC, so carriers block it."),
    # Too much at once.
    Meaning(20429, Fate.TEMPORARY, "Twilio received too many requests at once."),
    Meaning(21611, Fate.TEMPORARY, "The sender's queue at Twilio is full."),
    Meaning(30001, Fate.TEMPORARY, "The sender's queue at Twilio is full."),
    Meaning(60728, Fate.TEMPORARY, "The Twilio account has reached its hourly number of messages."),
    Meaning(63017, Fate.TEMPORARY, "The Twilio account sends faster than its rate allows."),
    Meaning(63038, Fate.TEMPORARY, "The Twilio account has reached its daily number of messages."),
    Meaning(30450, Fate.TEMPORARY, "Twilio's fraud guard holds texts to this range for a while."),
    Meaning(30610, Fate.TEMPORARY, "It is a quiet hour at the recipient, by Twilio's compliance rules."),
    # The recipient.
    Meaning(21211, Fate.SUPPRESS, "The recipient is not a valid number."),
    Meaning(21610, Fate.SUPPRESS, "The recipient has opted out of texts from this sender."),
    Meaning(21614, Fate.SUPPRESS, "The recipient is not a mobile number."),
    Meaning(21635, Fate.SUPPRESS, "The recipient is a landline."),
    Meaning(30005, Fate.SUPPRESS, "The recipient's number is unknown or no longer in use."),
    Meaning(30640, Fate.SUPPRESS, "Twilio's compliance rules forbid texts to this recipient."),
    Meaning(21408, Fate.PERMANENT, "Texts to this country are not switched on in the Twilio console."),
    Meaning(21608, Fate.PERMANENT, "A trial account texts verified numbers only, and this one is not verified."),
    Meaning(21612, Fate.PERMANENT, "Twilio has no route from this sender to this recipient."),
    Meaning(30004, Fate.PERMANENT, "The recipient's phone or carrier blocks texts."),
    Meaning(30006, Fate.PERMANENT, "The recipient is a landline or with a carrier that cannot be reached."),
    # WhatsApp: https://www.twilio.com/docs/whatsapp.
    Meaning(63007, Fate.UNAVAILABLE, "The WhatsApp sender does not belong to this Twilio account."),
    Meaning(21655, Fate.UNAVAILABLE, "The template is not one of this Twilio account."),
    Meaning(21656, Fate.PERMANENT, "The text does not fit the template's variable."),
    Meaning(63027, Fate.UNAVAILABLE, "WhatsApp has not approved the template."),
    Meaning(63003, Fate.PERMANENT, "The recipient is not on WhatsApp."),
    Meaning(63024, Fate.PERMANENT, "The recipient is not on WhatsApp."),
    Meaning(63014, Fate.SUPPRESS, "The recipient has blocked or left the sender on WhatsApp."),
    Meaning(63016, Fate.PERMANENT, "The recipient has not written for 24 hours, and no template was used."),
    Meaning(63018, Fate.TEMPORARY, "The WhatsApp sender sends faster than its rate allows."),
    # The text.
    Meaning(21602, Fate.PERMANENT, "The text is empty."),
    Meaning(21604, Fate.PERMANENT, "Twilio was given no recipient."),
    Meaning(21617, Fate.PERMANENT, "The text is longer than 1,600 characters."),
    Meaning(30007, Fate.PERMANENT, "The carrier filtered the text."),
    # On the way; a later attempt may pass.
    Meaning(30003, Fate.TEMPORARY, "The recipient's phone could not be reached."),
    Meaning(30008, Fate.TEMPORARY, "The carrier gave no reason."),
    Meaning(30036, Fate.TEMPORARY, "The text waited at Twilio until its time was up."),
    # Twilio itself failed: the text may exist all the same.
    Meaning(20500, Fate.UNCERTAIN, "Twilio failed while it handled the request."),
    Meaning(20503, Fate.UNCERTAIN, "Twilio was unavailable while it handled the request."),
)

MEANINGS: Mapping[int, Meaning] = MappingProxyType({row.code: row for row in _ROWS})
"""Every code that we know, by its number."""

FATE_BY_STATUS: Mapping[int, Fate] = MappingProxyType(
    {
        401: Fate.UNAVAILABLE,
        403: Fate.UNAVAILABLE,
        404: Fate.UNAVAILABLE,
        405: Fate.UNAVAILABLE,
        407: Fate.UNAVAILABLE,
        408: Fate.UNCERTAIN,
        429: Fate.TEMPORARY,
    }
)
"""HTTP status alone, where no code of Twilio's came with it: a proxy answered, or a page that is no API."""


def fate_of(status: int, code: int | None) -> Fate:
    """What becomes of a message that was answered with HTTP *status* and, where one came, Twilio's *code*.

    A 5xx proves nothing whatever its code: the text may have been queued. Any other code of Twilio's in a 4xx is a
    refusal. A redirect was certainly not obeyed, so nothing passes until the address of the API is mended.
    """
    if status >= 500:
        return Fate.UNCERTAIN
    if code is not None and code in MEANINGS:
        return MEANINGS[code].fate
    if 300 <= status < 400:
        return Fate.UNAVAILABLE
    if code is None or code == status:
        return FATE_BY_STATUS.get(status, Fate.PERMANENT)
    return Fate.UNAVAILABLE if status == 401 else Fate.PERMANENT


def sentence_of(status: int, code: int | None) -> str:
    """One sentence about the answer, without the recipient and without Twilio's own words (they quote the number)."""
    if code is not None and code in MEANINGS:
        return MEANINGS[code].sentence
    if code is None or code == status:
        return f"Twilio's address answered with HTTP {status}."
    return f"Twilio answered with code {code}."


def suppresses(code: int | None) -> bool:
    """Whether *code*, in an answer or in a receipt, says that the address must not be written to again."""
    return code is not None and code in MEANINGS and MEANINGS[code].fate is Fate.SUPPRESS
