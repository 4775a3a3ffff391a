"""The English service texts, S01 to S10: answers to a reply, and a person's own words.

Values come from `ServiceText.words`: `ref`, `owner` (a name; our desk where nobody is named), `by` (when we answer),
`opens` (when we open), `hours`, `text` (a person's words), `email` (any value: e-mail stays on). `{call}` is the phone.
A time to answer by is said only where it was given.
"""

from __future__ import annotations

from service.records.enums import Level, NoticeCode
from service.wording.entries import Entry, Part, Piece, ask, then, what

_SYS = Level.SYS

ANSWERS: dict[NoticeCode, Entry] = {
    NoticeCode.REPLY_ACK: Entry(
        "Your message has arrived",
        _SYS,
        (
            what("got it. {Owner} has your message[ about {ref}][ and will answer by {by}]."),
            ask("Urgent? Call {phone}."),
        ),
    ),
    NoticeCode.AFTER_HOURS: Entry(
        "We are closed now",
        _SYS,
        (
            what(
                "we open {opens}. {Owner} has your message[ about {ref}][ and will answer by {by}].",
                "we are closed now. {Owner} has your message[ about {ref}][ and will answer by {by}].",
            ),
            Piece(Part.WHAT, ("If goods are at risk now, call {phone}.",)),
        ),
    ),
    NoticeCode.HONEST_NO: Entry(
        "We cannot do that",
        _SYS,
        (
            what("we cannot do that[ for {ref}], and we do not want you to wait for it.[ What we can do: {text}]"),
            Piece(Part.WHAT, ("{call}",)),
        ),
    ),
    NoticeCode.OPTIONS: Entry(
        "Your options",
        _SYS,
        (what("[{ref}: ]{text}", "we have no options to offer yet."), Piece(Part.WHAT, ("{call}",))),
    ),
    NoticeCode.CSAT: Entry(
        "How did we do",
        _SYS,
        (
            what("how did we do[ on {ref}]?"),
            Piece(Part.WHAT, ("Reply 5 (great) to 1 (poor), or in your own words.",)),
            then("{Owner} reads every one."),
        ),
    ),
    NoticeCode.STOP: Entry(
        "Texts have stopped",
        _SYS,
        (
            what("stopped. No more texts from us."),
            then("[{email_stays}]"),
            Piece(Part.WHAT, ("Text START to come back.",)),
            ask("{phone}"),
        ),
    ),
    NoticeCode.HELP: Entry(
        "Help",
        _SYS,
        (
            what(
                "text us any question, or call {phone}[ ({hours})].",
                "text us any question here and a person answers[, {hours}].",
            ),
            Piece(Part.WHAT, ("STOP ends texts.",)),
            then("[Your shipments: {link}]"),
        ),
    ),
    NoticeCode.CHOICE_CLOSED: Entry(
        "That choice has closed",
        _SYS,
        (
            what("that choice has closed or was not clear. {Owner} has your message[ and will answer by {by}]."),
            ask("{phone}"),
        ),
    ),
    NoticeCode.START: Entry(
        "Texts are on",
        _SYS,
        (what("your texts are on."), Piece(Part.WHAT, ("Reply STOP to end, HELP for a person.",))),
    ),
    NoticeCode.HUMAN: Entry("A message from a person", _SYS, (what("{text}"),)),
}
