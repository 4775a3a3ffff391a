"""What Telnyx's codes mean for one message, as data.

The codes are those of https://developers.telnyx.com/docs/messaging/messages/error-codes and
https://developers.telnyx.com/development/api-fundamentals/api-errors; the fate is ours.
"""

from __future__ import annotations

from notifiers.fates import Codes, Fate, Meaning

CODES = Codes(
    "Telnyx",
    (
        # Our account and credentials.
        Meaning("10009", Fate.UNAVAILABLE, "Telnyx refused the API key."),
        Meaning("10010", Fate.UNAVAILABLE, "The API key may not send messages."),
        Meaning("10005", Fate.UNAVAILABLE, "Telnyx does not know the messaging profile or the address that was asked."),
        Meaning("20002", Fate.UNAVAILABLE, "The API key was revoked."),
        Meaning("20006", Fate.UNAVAILABLE, "The API key has expired."),
        Meaning("20012", Fate.UNAVAILABLE, "The Telnyx account is not active."),
        Meaning("20013", Fate.UNAVAILABLE, "The Telnyx account is blocked."),
        Meaning("20014", Fate.UNAVAILABLE, "The Telnyx account is not verified."),
        Meaning("20015", Fate.UNAVAILABLE, "Messaging is not switched on for the Telnyx account."),
        Meaning("20016", Fate.UNAVAILABLE, "The Telnyx account needs verification of level 1."),
        Meaning("20017", Fate.UNAVAILABLE, "The Telnyx account needs verification of level 2."),
        Meaning("20100", Fate.UNAVAILABLE, "The Telnyx account has no money left."),
        Meaning("40312", Fate.UNAVAILABLE, "The messaging profile is switched off."),
        Meaning("40314", Fate.UNAVAILABLE, "Messaging is switched off for the Telnyx account."),
        Meaning("40333", Fate.UNAVAILABLE, "The messaging profile has spent its daily limit, until midnight UTC."),
        # Our sender.
        Meaning("40013", Fate.UNAVAILABLE, "The carrier does not take texts from the sender."),
        Meaning("40100", Fate.UNAVAILABLE, "The sender cannot send texts."),
        Meaning("40150", Fate.UNAVAILABLE, "The toll-free sender is not in the registry."),
        Meaning("40151", Fate.UNAVAILABLE, "Texts from the sender still belong to another provider."),
        Meaning("40305", Fate.UNAVAILABLE, "The sender is not a number of this messaging profile."),
        Meaning("40306", Fate.UNAVAILABLE, "The messaging profile has no name to send from."),
        Meaning("40315", Fate.UNAVAILABLE, "Telnyx holds the sender back, because too few of its texts arrive."),
        Meaning("40321", Fate.UNAVAILABLE, "The messaging profile holds no sender that can be used."),
        Meaning("40329", Fate.UNAVAILABLE, "The toll-free sender is not verified yet."),
        Meaning("40010", Fate.PERMANENT, "The US number is not registered for 10DLC, so carriers block it."),
        # Too much at once.
        Meaning("10011", Fate.TEMPORARY, "Telnyx received too many requests at once."),
        Meaning("40011", Fate.TEMPORARY, "The carrier received too many texts at once."),
        Meaning("40016", Fate.TEMPORARY, "The day's number of texts to T-Mobile is reached."),
        Meaning("40018", Fate.TEMPORARY, "The minute's number of texts to AT&T is reached."),
        Meaning("40318", Fate.TEMPORARY, "The sender's queue at Telnyx is full."),
        Meaning("40320", Fate.TEMPORARY, "The sender cannot be used yet: its purchase is pending."),
        # The recipient.
        Meaning("40300", Fate.SUPPRESS, "The recipient has opted out of texts from this sender.", says="STOP"),
        Meaning("40012", Fate.SUPPRESS, "The carrier does not know the recipient's number."),
        Meaning("40310", Fate.SUPPRESS, "The recipient is not a valid number."),
        Meaning("40001", Fate.PERMANENT, "The recipient is a landline or a number that takes no texts."),
        Meaning("40008", Fate.PERMANENT, "The recipient's carrier did not take the text."),
        Meaning("40301", Fate.PERMANENT, "The recipient's number takes no texts of this kind."),
        Meaning("40319", Fate.PERMANENT, "The recipient's number takes no texts of this kind."),
        Meaning("40309", Fate.PERMANENT, "Texts to this country are not switched on in the messaging profile."),
        # The text.
        Meaning("40003", Fate.PERMANENT, "The carrier blocks the sender for spam."),
        Meaning("40009", Fate.PERMANENT, "The carrier refused the text's content."),
        Meaning("40015", Fate.PERMANENT, "Telnyx filtered the text."),
        Meaning("40017", Fate.PERMANENT, "AT&T filtered the text."),
        Meaning("40302", Fate.PERMANENT, "The text is too long."),
        Meaning("40316", Fate.PERMANENT, "The text is empty."),
        Meaning("40322", Fate.PERMANENT, "Telnyx blocked the text for its content."),
        Meaning("40328", Fate.PERMANENT, "The text is too long."),
        # On the way; a later attempt may pass.
        Meaning("40002", Fate.TEMPORARY, "The carrier took the text for spam, for now."),
        Meaning("40004", Fate.TEMPORARY, "The recipient's carrier refused the text and gave no reason."),
        Meaning("40005", Fate.TEMPORARY, "The text waited at the carrier until its time was up."),
        Meaning("40006", Fate.TEMPORARY, "The recipient's carrier could not be reached."),
        Meaning("40014", Fate.TEMPORARY, "The text waited at Telnyx until its time was up."),
        # Telnyx itself failed: the text may exist all the same.
        Meaning("10007", Fate.UNCERTAIN, "Telnyx failed while it handled the request."),
        Meaning("10008", Fate.UNCERTAIN, "Telnyx took too long to handle the request."),
    ),
    # A request under a key that Telnyx already holds for another request: the earlier one was taken.
    {422: Fate.UNCERTAIN},
)
"""409 and 422 are how Telnyx answers a key in use: https://developers.telnyx.com/docs/development/api-fundamentals/idempotency."""
