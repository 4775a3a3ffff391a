"""The tracking page in words, in the reader's language: values of the view in, what the template prints out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from service.flows.tracking import Other, Told, TrackingView
from service.records.decision import Stop
from service.records.enums import Line, Transport
from service.web.phones import Phone, phone_of
from service.web.speech import Speech
from service.web.steps import NAUTICAL, NOT_AWAITED, OWN_TITLE
from service.web.tracking_headline import headline
from service.web.tracking_states import (
    as_known,
    current_of,
    dates_hold,
    explains,
    happened,
    is_delivered,
    state_of,
    unheard,
)
from service.web.tracking_tables import FEED_OLD, TONES
from service.wording import dates, lines, names, reasons
from service.wording.languages import Language, language_of
from service.wording.sentences import told_sentence


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the path."""

    title: str
    words: str
    date: str
    date_iso: str
    past: bool
    current: bool


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One row of what was told."""

    at_iso: str
    day: str
    time: str
    what: str
    how: str
    mark: str
    tone: str


@dataclass(frozen=True, slots=True)
class OtherRow:
    """Another shipment of the same message."""

    ref: str
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template prints. `tone` is fine, watch, act or done, and always stands beside a word."""

    speech: Speech
    brand: str
    phone: Phone | None
    ref: str
    tone: str
    state: str
    line: str
    date: str
    date_iso: str
    first: str
    newer: str
    overdue: str
    why: str
    next: str
    next_word: str
    path: tuple[StepRow, ...]
    others: tuple[OtherRow, ...]
    history: tuple[ToldRow, ...]
    ask: str
    updated: str
    zone: str


def page_of(given: TrackingView, language: Language | None = None) -> Page:
    """The page of what is *given*, in *language* or else in the reader's own."""
    view = as_known(given)
    speech = Speech(language or language_of(view.language), view.now, view.zone)
    tone, state = state_of(view, speech)
    line, when, undated = headline(view, speech)
    late = tone in {"watch", "act"} or view.newer is not None
    place = speech.place(None, view.place_name)
    why = reasons.sentence(view.reason, view.transport, place, speech.language.tag)
    return Page(
        speech=speech,
        brand=names.brand(view.brand),
        phone=phone_of(view.care_phone, view.region),
        ref=_ref(speech, view.ref),
        tone=tone,
        state=state,
        line=line,
        date=speech.day(when) if when else undated,
        date_iso=dates.on(when, speech.zone).isoformat() if when else "",
        first=speech.say("first", day=speech.day(view.first)) if view.first else "",
        newer=_newer(view, speech),
        overdue=_overdue(view, speech),
        why=why if late and explains(view) else "",
        next=_next(view, speech),
        next_word=_next_word(view, speech),
        path=tuple(_step(view, speech, index, stop) for index, stop in enumerate(view.stops)),
        others=tuple(_other(view, speech, other) for other in view.others),
        history=tuple(_told(view, speech, told) for told in view.history),
        ask=speech.say("ask.call" if view.care_phone else "ask.reply"),
        updated=_updated(view, speech),
        zone=speech.clock(),
    )


def _ref(speech: Speech, ref: str) -> str:
    return speech.name(names.ref(ref, speech.language.say("your_order")))


def _due(speech: Speech, line: Line, transport: Transport, day: str) -> str:
    """What a date of *line* said before it came: due at your door, due at port, leaves, ready to collect."""
    values = {"arrival": lines.arrives_at(speech.language, transport), "new": day}
    return speech.language.say(f"line.{line.value}.say", values)


def _newer(view: TrackingView, speech: Speech) -> str:
    if view.newer is None:
        return ""
    key = "newer.now" if view.when else "newer.first"
    if unheard(view):
        key = "newer.last" if view.when else ""
    return speech.say(key, day=speech.day(view.newer.when)) if key else ""


def _overdue(view: TrackingView, speech: Speech) -> str:
    due = unheard(view)
    return speech.say(f"passed.{view.line.value}", day=speech.day(due)) if due and view.line else ""


def _next_word(view: TrackingView, speech: Speech) -> str:
    """By when we write next; a time that is the reader's own is said to be so."""
    if view.next_word is None:
        return ""
    words = dates.moment(view.next_word, view.now, language=speech.language.tag, zone=view.zone)
    own = view.next_word.at is not None and words == speech.instant(view.next_word.at)
    return speech.say("clock", time=words, zone=speech.clock()) if own else words


def _ahead(view: TrackingView, speech: Speech, stop: Stop, ship: str = "") -> str:
    """What a step still ahead says; one whose date has passed says that nobody has reported it."""
    words = _aboard(speech, speech.say(f"step.{stop.milestone.value}.ahead"), ship)
    return speech.say("step.unreported", what=words) if _unreported(view, stop) else words


def _unreported(view: TrackingView, stop: Stop) -> bool:
    return stop.when is not None and stop.when.end < view.now and stop.milestone not in NOT_AWAITED


def _aboard(speech: Speech, words: str, ship: str) -> str:
    return speech.say("step.on", what=words, ship=ship) if ship else words


def _next(view: TrackingView, speech: Speech) -> str:
    if is_delivered(view):
        return ""
    reached = current_of(view.stops)
    ahead = [stop for stop in view.stops[(reached + 1) if reached is not None else 0 :] if not happened(stop)]
    if not ahead:
        return ""
    stop = ahead[0]
    values = {"title": _title(speech, stop), "what": _ahead(view, speech, stop)}
    if stop.when is None:
        return speech.say("next.open", **values)
    return speech.say("next.passed" if _unreported(view, stop) else "next.dated", day=speech.day(stop.when), **values)


def _step(view: TrackingView, speech: Speech, index: int, stop: Stop) -> StepRow:
    past = happened(stop)
    ship = speech.name(names.vessel(stop.vessel)) if stop.milestone in NAUTICAL else ""
    done = _aboard(speech, speech.part(speech.say(f"step.{stop.milestone.value}.past"), stop), ship)
    return StepRow(
        title=_title(speech, stop),
        words=done if past else _ahead(view, speech, stop, ship),
        date=speech.day(stop.when) if stop.when else speech.say("step.no_date"),
        date_iso=dates.on(stop.when, speech.zone).isoformat() if stop.when else "",
        past=past,
        current=index == current_of(view.stops),
    )


def _title(speech: Speech, stop: Stop) -> str:
    place = "" if stop.milestone in OWN_TITLE else speech.place(stop.place, stop.place_name)
    return place or speech.say(f"step.{stop.milestone.value}.title")


def _told(view: TrackingView, speech: Speech, told: Told) -> ToldRow:
    tone, mark = (TONES[told.outcome], told.outcome.value) if told.outcome else ("", "")
    if told.current and not mark:
        tone, mark = ("done", "now") if dates_hold(view) else ("watch", "last")
    elif told.when is not None and not mark:
        tone, mark = "watch", "replaced"
    at = speech.instant(told.at)
    return ToldRow(
        at_iso=told.at.isoformat(),
        day=at[:-6],
        time=at[-5:],
        what=_what(view, speech, told),
        how=_how(speech, told),
        mark=speech.say(f"mark.{mark}") if mark else "",
        tone=tone,
    )


def _how(speech: Speech, told: Told) -> str:
    if told.declared:
        return speech.say("how.declared")
    ways = [way for way in told.ways if f"page.how.{way}" in speech.language.texts]
    return speech.say(f"how.{'both' if len(ways) > 1 else ways[0]}") if ways else ""


def _what(view: TrackingView, speech: Speech, told: Told) -> str:
    news = _news(speech, told)
    if told.line is None or told.when is None:
        return news or _in_short(speech, told)
    date = lines.capital(_due(speech, told.line, view.transport, speech.day(told.when)))
    return speech.say("news.dated", news=news, date=date) if news else date


def _news(speech: Speech, told: Told) -> str:
    """What a notice told beside its date, in a few words."""
    key = f"news.{told.code.value}" if told.code else ""
    if f"page.{key}" not in speech.language.texts:
        return ""
    return speech.say(key, place=speech.place(told.said.place, told.said.place_name) if told.said else "")


def _in_short(speech: Speech, told: Told) -> str:
    """What a notice said, in the words in which an e-mail repeats it."""
    if told.said is None:
        return speech.say("news")
    language = speech.language
    sentence = told_sentence(told.said, speech.now, zone=speech.zone, language=language.tag)
    return lines.capital(sentence.removeprefix(language.say("told.begins")))


def _other(view: TrackingView, speech: Speech, other: Other) -> OtherRow:
    if other.done:
        return OtherRow(_ref(speech, other.ref), speech.say("state.delivered"))
    if other.line is None or other.when is None:
        return OtherRow(_ref(speech, other.ref), speech.say("other.no_date"))
    return OtherRow(_ref(speech, other.ref), _due(speech, other.line, view.transport, speech.day(other.when)))


def _updated(view: TrackingView, speech: Speech) -> str:
    if view.last_fact_at is None:
        return ""
    told = speech.say("updated", time=speech.instant(view.last_fact_at), zone=speech.clock())
    if not is_delivered(view) and view.now - view.last_fact_at > FEED_OLD:
        return f"{told}{speech.language.space}{speech.counted('silent', (view.now - view.last_fact_at).days)}"
    return told
