"""Mail to our own desk: what a person wrote, what failed, and how the day begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from notifiers.base import Channel
from service.wording.dates import instant
from service.wording.names import clean


@dataclass(frozen=True, slots=True)
class DeskMail:
    """A mail to the desk, as text and as HTML."""

    subject: str
    text: str
    html: str


def reply_mail(
    *,
    brand: str,
    ref: str,
    text: str,
    meaning: str,
    channel: Channel,
    stays_stopped: bool = False,
    link: str | None,
    answer_by: datetime | None,
    zone: str,
    now: datetime,
) -> DeskMail:
    """What a person wrote, in the words they used, with what it is about and by when we answer.

    *stays_stopped*: they want messages again, and the address stays stopped all the same.
    """
    about = clean(ref) or "no shipment"
    kind = "texts" if channel is Channel.SMS else "e-mails"
    told = {
        "stop": f"They have stopped {kind} from us. Nothing more is sent to this address.",
        "start": f"They want {kind} from us again."
        + (" The address stays stopped, and they were not answered: allow it again yourself." if stays_stopped else ""),
        "help": "They asked for help and were sent your phone number.",
        "choice": "They took a choice that we had offered; what it asks of you is among the tasks.",
        "rating": "They were asked how it was; the rating is kept, and what it asks of you is among the tasks.",
        "need_by": "The day by which they need the goods has been noted, and they were told so.",
        "wrong_number": "It is a wrong number. Nothing more is sent to this address.",
    }.get(meaning, "They wait for an answer from a person.")
    lines = [f"About: {about}", f"They wrote: {_one_line(text)}", told]
    if answer_by is not None:
        lines.append(f"We said that we answer by {instant(answer_by, now, zone=zone)}.")
    if link:
        lines.append(f"Answer here: {link}")
    return desk_mail(f"{clean(brand)}: a reply about {about}", lines)


def task_line(text: str, owner: str, due_at: datetime | None, link: str, zone: str, now: datetime) -> str:
    """One thing to do: what, by when, whose it is, and where it can be seen."""
    by = f" By {instant(due_at, now, zone=zone)}." if due_at is not None else ""
    return f"{_one_line(text)}{by} Owner: {_one_line(owner)}. See {link}"


def desk_mail(subject: str, lines: Sequence[str]) -> DeskMail:
    """A plain mail of one line per thing to know."""
    body = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    html = Markup('<!doctype html><html lang="en"><title>{}</title><body>{}</body></html>').format(subject, body)
    return DeskMail(_one_line(subject)[:200], "\n\n".join(lines) + "\n", str(html))


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


__all__ = ["DeskMail", "desk_mail", "reply_mail", "task_line"]
