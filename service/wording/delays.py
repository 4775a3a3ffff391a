"""The English texts for delays and trouble, D01 to D20. Each ends with a way to a person.

`{sorry}` is filled only where an apology is due and honest; `{reason}` is the few words of the reason table.
"""

from __future__ import annotations

from service.records.enums import Level, NoticeCode
from service.wording.entries import (
    FREE,
    MAIN,
    WORD,
    WORD_PIECE,
    Entry,
    dates,
    then,
    what,
)

_MOVED = "{now}[: {reason}]."
_NO_DATE = "We do not know the new date yet."
_NEXT_KNOWN = "{next} when we do."
_WHEN_KNOWN = then("{next} when we know more.")
_IF_AGAIN = then("We {mail_only} if {date_moves} again.")

DELAYS: dict[NoticeCode, Entry] = {
    NoticeCode.ETA_SLIP: Entry(
        "Late",
        Level.ACTION,
        (what("[{sorry}]{ref} {is} late."), dates(_MOVED), WORD_PIECE, _IF_AGAIN),
        subject=("{ref} {is} late: now {day}[ (was {was})]",),
        state=("late",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.ETA_SLIP_AGAIN: Entry(
        "Late again",
        Level.ACTION,
        (what("{ref} {is} late again."), dates(_MOVED), WORD_PIECE, _IF_AGAIN),
        subject=("{ref} {is} late again: now {day}[ (was {was})]",),
        state=("late again",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.OVERDUE_NO_NEWS: Entry(
        "Overdue, no news",
        Level.ACTION,
        (
            what(
                "{ref} {were} {new}. No arrival report yet[: {reason}].",
                "no arrival report on {ref} yet[: {reason}].",
            ),
            WORD_PIECE,
        ),
        subject=("{ref}: no arrival report yet[ ({clause})]",),
        state=("no arrival report yet",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.SILENCE: Entry(
        "No news",
        Level.NOTICE,
        (what("no news on {ref}[, last at {place}][: {reason}]."), WORD_PIECE),
        subject=("{ref}: no news[, last at {place}]",),
        state=("no news[, last at {place}]",),
        slots=(WORD,),
        route=True,
    ),
    NoticeCode.ROLLED_BOOKING: Entry(
        "Left behind",
        Level.ACTION,
        (
            what(
                "[{sorry}]{ref} did not get on {craft}[: {reason_undated}].",
                "[{sorry}]{ref} {were} left behind[: {reason_undated}].",
            ),
            dates(_MOVED, _NO_DATE),
            WORD_PIECE,
            _IF_AGAIN,
        ),
        subject=("{ref} {were} left behind[: now {day}][ (was {was})]",),
        state=("left behind",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.CUSTOMS_HOLD: Entry(
        "Held by customs",
        Level.ACTION,
        (
            what("customs is holding {ref}[ at {place}][: {reason}]."),
            dates("{dates}", "We do not know for how long."),
            WORD_PIECE,
            then("{next} when customs decides."),
        ),
        subject=("{ref} {is} held by customs[: now {day}][ (was {was})]",),
        state=("held by customs",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.CUSTOMS_EXAM: Entry(
        "Customs inspection",
        Level.ACTION,
        (
            what("customs will inspect {ref}[ at {place}][: {reason}]."),
            dates("{dates}", "We do not know for how long."),
            WORD_PIECE,
            then("{next} when customs decides."),
        ),
        subject=("customs will inspect {ref}[: now {day}][ (was {was})]",),
        state=("customs will inspect",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.MISSED_TRANSSHIP: Entry(
        "Missed its next ship",
        Level.ACTION,
        (
            what(
                "[{sorry}]{ref} missed the next {kind}[ at {place}][: {reason_undated}].",
                "[{sorry}]{ref} missed a connection[: {reason_undated}].",
            ),
            dates(_MOVED, _NO_DATE),
            WORD_PIECE,
            _IF_AGAIN,
        ),
        subject=("{ref} missed a connection[: now {day}][ (was {was})]",),
        state=("missed a connection",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.DAMAGED: Entry(
        "Reported damaged",
        Level.CRITICAL,
        (
            what("[{bad_news}]{ref} {is} reported damaged[ at {place}][: {reason}]."),
            dates(),
            WORD_PIECE,
            then("Please keep all packing."),
        ),
        subject=("{ref} {is} reported damaged[ at {place}]",),
        state=("reported damaged[ at {place}]",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.FREE_TIME_ENDING: Entry(
        "Free time is ending",
        Level.CRITICAL,
        (what("free time for {ref} ends {day}.", "free time for {ref} is ending."), WORD_PIECE),
        subject=("{ref}: free time ends {day}", "{ref}: free time is ending"),
        state=("free time is ending",),
        slots=(FREE, WORD),
        route=True,
    ),
    NoticeCode.PARTIAL_DELIVERY: Entry(
        "Part delivered",
        Level.ACTION,
        (
            what("{part} of {ref} delivered[ {at}][: {reason_undated}]."),
            dates("Rest {clause}[, was {was}][: {reason}].", "We do not know the date for the rest yet."),
            WORD_PIECE,
        ),
        subject=("{part} of {ref} delivered[, rest {clause}]",),
        state=("{part} delivered",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.DELIVERY_MISSED: Entry(
        "Delivery did not happen",
        Level.ACTION,
        (
            what("[{sorry}]we could not deliver {ref}[: {reason_undated}]."),
            dates(_MOVED, _NO_DATE),
            WORD_PIECE,
            _IF_AGAIN,
        ),
        subject=("{ref}: we could not deliver it[, now {day}][ (was {was})]",),
        state=("not delivered",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.RECOVERED: Entry(
        "Back on plan",
        Level.INFO,
        (what("{ref} {is} back on plan[, {new}]. The delay we told you about is over."),),
        subject=("{ref} {is} back on plan[: {clause}]",),
        state=("back on plan",),
        slots=(MAIN,),
    ),
    NoticeCode.PORT_CHANGED: Entry(
        "Another port",
        Level.ACTION,
        (
            what(
                "the {kind} with {ref} will skip {place}[: {reason_undated}].",
                "{ref} will come to another port[: {reason_undated}].",
            ),
            dates(_MOVED, _NO_DATE),
            WORD_PIECE,
            _IF_AGAIN,
        ),
        subject=("{ref} will come to another port[: now {day}][ (was {was})]",),
        state=("comes to another port",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.LOST_OR_UNLOCATED: Entry(
        "Cannot be found",
        Level.CRITICAL,
        (what("we cannot find {ref}.[ {we_are_sorry}]"), WORD_PIECE),
        subject=("we cannot find {ref}",),
        state=("cannot be found",),
        slots=(WORD,),
        route=True,
    ),
    NoticeCode.CORRECTION: Entry(
        "Correction",
        Level.ACTION,
        (
            what(
                "[{sorry}]a correction: {ref} {is} {new}, not {was} as we told you[: {reason}].",
                "[{sorry}]a correction: {ref} {is} {new}, not as we told you[: {reason}].",
                "[{sorry}]a correction: what we told you about {ref} was wrong[: {reason}]. We do not know more yet.",
            ),
            WORD_PIECE,
        ),
        subject=("Correction: {ref} {is} {clause}[ (we said {was})]", "Correction: what we told you about {ref}"),
        state=("corrected",),
        slots=(MAIN, WORD),
        route=True,
    ),
    NoticeCode.DELAY_NO_DATE: Entry(
        "Late, no new date yet",
        Level.ACTION,
        (what("[{sorry}]{ref} {is} delayed[: {reason}]."), dates(_NO_DATE), WORD_PIECE, then(_NEXT_KNOWN)),
        subject=("{ref} {is} delayed, no new date yet",),
        state=("delayed, no new date yet",),
        slots=(WORD,),
        route=True,
    ),
    NoticeCode.BOOKING_CANCELLED: Entry(
        "Booking cancelled or changed",
        Level.ACTION,
        (
            what("the booking for {ref} was cancelled or changed[: {reason}]."),
            dates("Earlier dates may no longer hold."),
            WORD_PIECE,
            _WHEN_KNOWN,
        ),
        subject=("{ref}: the booking was cancelled or changed",),
        state=("booking cancelled or changed",),
        slots=(WORD,),
        route=True,
    ),
    NoticeCode.RETURNED: Entry(
        "Returned to the sender",
        Level.ACTION,
        (
            what("{who} {is} being returned to the sender[: {reason}]."),
            dates("No delivery is planned now."),
            WORD_PIECE,
            _WHEN_KNOWN,
        ),
        subject=("{who} {is} being returned to the sender",),
        state=("being returned to the sender",),
        slots=(WORD,),
        route=True,
    ),
    NoticeCode.PROBLEM: Entry(
        "A problem",
        Level.ACTION,
        (
            what("there is a problem with {ref}[ at {place}][: {reason}]."),
            dates("We do not know yet whether the date moves."),
            WORD_PIECE,
            _WHEN_KNOWN,
        ),
        subject=("{ref}: there is a problem[ at {place}]",),
        state=("a problem[ at {place}]",),
        slots=(WORD,),
        route=True,
    ),
}
