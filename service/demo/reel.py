"""The decision tape as it stands in the records: fact in, rules, text out."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from service.demo.tape import TAPE, ZONE
from service.records.enums import NoticeCode
from service.store.views_loopback import Heard, TapeFact, TapeHeld, TapeNotice
from service.web.demo_pages import Entry, Rule
from service.wording import dates

NOTES = {json.dumps(dict(post.event)): post.note for post in TAPE if post.note}

TOLD = {"accepted", "delivered"}

ENDS = {
    "superseded": ("act", "dropped"),
    "expired": ("act", "too late"),
    "unsaid": ("act", "not said"),
    "baseline": ("done", "not news"),
}

WAYS = {"sms": "text", "email": "e-mail"}


def clock_words(at: datetime) -> str:
    """An instant on the clock of the demo."""
    return dates.instant(at, zone=ZONE)


def fact_entry(fact: TapeFact) -> Entry:
    """A fact as it came in."""
    body = fact.body.decode()
    event = json.loads(body)
    what = str(event.get("milestone") or "taken back").replace("_", " ")
    word = "fact in" if not fact.duplicate else "known already"
    return Entry(
        id=fact.id,
        title=f"{event['ref']}: {what}",
        word=word,
        tone="done",
        at=clock_words(fact.at),
        code=json.dumps(event, ensure_ascii=False),
        note=NOTES.get(body, ""),
    )


def notice_entry(notice: TapeNotice, names: Mapping[str, str], now: datetime) -> Entry:
    """A decision, and what became of it."""
    said = [way for way, state, _ in notice.messages if state in TOLD]
    tone, word = _standing(notice, said, now)
    text = next((body for way, state, body in notice.messages if state in TOLD and way == "sms" and body), "")
    mails = not text and "email" in said
    return Entry(
        id=notice.id,
        title=_title(names, notice.shipment_id, notice.code),
        word=word,
        tone=tone,
        at=clock_words(notice.at),
        rules=tuple(Rule(str(one["rule"]), bool(one["passed"]), str(one["text"])) for one in notice.why),
        text="See the inbox." if mails else text,
    )


def _title(names: Mapping[str, str], shipment_id: str, code: str) -> str:
    """The shipment and what the news is, such as `PO 4711 · D01 eta slip`."""
    return f"{names.get(shipment_id, '')} · {code} {NoticeCode(code).name.lower().replace('_', ' ')}"


def _standing(notice: TapeNotice, said: list[str], now: datetime) -> tuple[str, str]:
    if said:
        return "fine", " and ".join(WAYS[way] for way in sorted(set(said), reverse=True)) + " out"
    if notice.state in ENDS:
        return ENDS[notice.state]
    if notice.not_before > now:
        return "watch", f"waits until {clock_words(notice.not_before)}"
    return "watch", "on its way"


def held_entry(held: TapeHeld, names: Mapping[str, str]) -> Entry:
    """News that a rule holds back."""
    until = f", until {clock_words(datetime.fromisoformat(held.until))}" if held.until else ""
    return Entry(
        id=held_id(held),
        title=_title(names, held.shipment_id, held.code),
        word=f"held{until}",
        tone="watch",
        at=clock_words(held.at),
        rules=tuple(Rule(str(one["rule"]), bool(one["passed"]), str(one["text"])) for one in held.why),
    )


def is_news(held: TapeHeld) -> bool:
    """Whether a rule really held something back: a date inside what was told (N1) is nothing to tell."""
    return not any(one["rule"] == "N1" and not one["passed"] for one in held.why)


def held_id(held: TapeHeld) -> str:
    """The same for the same news held by the same rule with the same numbers."""
    stops = [one for one in held.why if not one["passed"]]
    key = "-".join(str(one["rule"]) + str(one["text"]) for one in stops)
    return f"held-{held.shipment_id}-{held.code}-{zlib.crc32(key.encode())}"


def reply_entry(reply: Heard) -> Entry:
    """What a person wrote back."""
    return Entry(reply.id, "reply", "reply in", "fine", clock_words(reply.at), text=reply.text)


def in_order(entries: Iterable[tuple[datetime, int, Entry]]) -> list[Entry]:
    """Newest first; at one instant a fact stands below what followed from it."""
    return [entry for _, _, entry in sorted(entries, key=lambda one: (one[0], one[1], one[2].id), reverse=True)]
