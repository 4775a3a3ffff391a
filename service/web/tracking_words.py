"""The tracking page in words: values of the view in, what the template prints out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from service.flows.tracking import Other, Told, TrackingView
from service.policy.overdue import overdue_days
from service.records.decision import Stop
from service.records.enums import Line, Transport
from service.records.when import When
from service.web.phones import Phone, phone_of
from service.web.steps import NAUTICAL, OWN_TITLE, STEPS
from service.web.tracking_tables import CAME, DATE_OPEN, FEED_OLD, LINES, NEWS, OUTCOMES, TROUBLE, UNHEARD, WAYS
from service.wording import dates, lines, names, reasons


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


def page_of(view: TrackingView) -> Page:
    """The page of *view*."""
    tone, state = state_of(view)
    when = view.done or view.when
    late = tone in {"watch", "act"} and view.done is None
    return Page(
        brand=names.brand(view.brand),
        phone=phone_of(view.care_phone, view.region),
        ref=names.ref(view.ref),
        tone=tone,
        state=state,
        line=_line(view),
        date=_day(view, when) if when else "No date known yet",
        date_iso=when.on.isoformat() if when else "",
        first=f"We first told you {_day(view, view.first)}." if view.first else "",
        newer=_newer(view),
        overdue=_overdue(view),
        why=reasons.sentence(view.reason, view.transport, names.place(view.place_name)) if late or view.newer else "",
        next=_next(view),
        next_word=_next_word(view),
        path=tuple(_step(view, index, stop) for index, stop in enumerate(view.stops)),
        others=tuple(_other(view, other) for other in view.others),
        history=tuple(_told(view, told) for told in view.history),
        ask=_ask(view),
        updated=_updated(view),
        zone=_zone(view),
    )


def state_of(view: TrackingView) -> tuple[str, str]:
    """(tone, words): how it stands against what this person was told, never against what nobody told them."""
    if view.done is not None:
        return "done", "delivered"
    if view.status in TROUBLE:
        return "act", TROUBLE[view.status]
    if DATE_OPEN in view.flags:
        return "act", "late, new date not known yet"
    if view.line is not None and unheard(view):
        return "act", UNHEARD[view.line][0]
    if view.newer is not None:
        return "watch", "date has moved" if view.when else "date to be confirmed"
    if view.when is None:
        return "watch", "no date yet"
    return _against_first(view, view.when)


def _against_first(view: TrackingView, when: When) -> tuple[str, str]:
    """How the date that was told last stands against the first one."""
    days = (when.on - view.first.on).days if view.first else 0
    if days > 0:
        return "act", f"{_days(days)} late"
    if days < 0:
        return "fine", f"{_days(-days)} early"
    if when.end < view.now and view.line in CAME:
        return "fine", CAME[view.line]
    return "fine", "as planned"


def unheard(view: TrackingView) -> When | None:
    """The date known last, where it has passed and nobody has reported that it was kept."""
    last = view.newer.when if view.newer else view.when
    if view.done is not None or view.line not in UNHEARD or last is None or DATE_OPEN in view.flags:
        return None
    reached = [stop.milestone for stop in view.stops if happened(stop)]
    return last if overdue_days(view.line, last, reached, view.now) else None


def current_of(stops: tuple[Stop, ...]) -> int | None:
    """The step at which it stands: the last one that happened."""
    reached = [index for index, stop in enumerate(stops) if happened(stop)]
    return reached[-1] if reached else None


def happened(stop: Stop) -> bool:
    """Whether a step lies behind."""
    return stop.state == "done"


def _line(view: TrackingView) -> str:
    if view.done is not None:
        return LINES[Line.DELIVERY]
    if view.line is None:
        return "On its way"
    if DATE_OPEN in view.flags and view.when is not None:
        return "No longer holds"
    place = names.place(view.place_name)
    words = _where(view.line, view.transport)
    if view.when is not None and unheard(view):
        words = f"Was {'to be' if view.line is Line.READY else 'due'} {words[:1].lower()}{words[1:]}"
    return f"{words}: {place}" if place and view.line in {Line.ARRIVAL, Line.READY} else words


def _where(line: Line, transport: Transport) -> str:
    """What a date of *line* is a date of: at your door, at port, at the airport."""
    return LINES.get(line) or lines.capital(lines.ARRIVES_AT.get(transport, lines.AT_DESTINATION))


def _due(line: Line, transport: Transport) -> str:
    """What a date of *line* says before it came: due at your door, due at port, leaves, ready to collect."""
    where = _where(line, transport)
    where = where[:1].lower() + where[1:]
    return where if line in {Line.READY, Line.DEPARTURE} else f"due {where}"


def _newer(view: TrackingView) -> str:
    if view.newer is None:
        return ""
    day = _day(view, view.newer.when)
    if unheard(view):
        return f"The date known last is {day}. The date above is the one we told you by message." if view.when else ""
    if view.when is None:
        return f"It is expected {day}. We have not told you a date by message yet."
    return f"It is now expected {day}. The date above is the one we told you by message."


def _overdue(view: TrackingView) -> str:
    due = unheard(view)
    if due is None or view.line is None:
        return ""
    return f"It was due {_day(view, due)}, and we have not heard that {UNHEARD[view.line][1]}."


def _next_word(view: TrackingView) -> str:
    if view.next_word is None:
        return ""
    words = dates.moment(view.next_word, view.now, zone=view.zone)
    return words if words.endswith(" time") or ":" not in words else f"{words} {_zone(view)}"


def _zone(view: TrackingView) -> str:
    """The reader's clock, as a page names it beside a time."""
    city = view.zone.rpartition("/")[2].replace("_", " ")
    return city if city == "UTC" else f"{city} time"


def _ahead(view: TrackingView, stop: Stop, on: str = "") -> str:
    """What a step still ahead says; one whose date has passed says that nobody has reported it. *on* is the ship."""
    words = STEPS[stop.milestone].ahead
    if stop.when is None or stop.when.end >= view.now or not words.startswith(("expected ", "to ")):
        return f"{words}{on}"
    return f"was {words}{on}, not reported yet"


def _next(view: TrackingView) -> str:
    if view.done is not None:
        return ""
    reached = current_of(view.stops)
    ahead = [stop for stop in view.stops[(reached + 1) if reached is not None else 0 :] if not happened(stop)]
    if not ahead:
        return ""
    stop = ahead[0]
    words = f"{_title(stop)}: {_ahead(view, stop)}"
    if words.endswith("reported yet") and stop.when:
        return f"{words} (the date was {_day(view, stop.when)})."
    return f"{words} {_day(view, stop.when)}." if stop.when else f"{words}. The date is not known yet."


def _step(view: TrackingView, index: int, stop: Stop) -> StepRow:
    past, current = happened(stop), index == current_of(view.stops)
    step = STEPS[stop.milestone]
    ship = names.vessel(stop.vessel) if stop.milestone in NAUTICAL else ""
    on = f" on {ship}" if ship else ""
    return StepRow(
        title=_title(stop),
        words=f"{step.past}{on}" if past else _ahead(view, stop, on),
        date=_day(view, stop.when) if stop.when else "no date yet",
        date_iso=stop.when.on.isoformat() if stop.when else "",
        past=past,
        current=current,
    )


def _title(stop: Stop) -> str:
    place = names.place(stop.place_name)
    title = STEPS[stop.milestone].title
    return title if stop.milestone in OWN_TITLE or not place else place


def _told(view: TrackingView, told: Told) -> ToldRow:
    tone, mark = OUTCOMES[told.outcome] if told.outcome else ("", "")
    if told.current and not mark:
        tone, mark = ("watch", "last told") if view.newer else ("done", "stands now")
    elif told.when is not None and not mark:
        tone, mark = "watch", "replaced"
    return ToldRow(
        at_iso=told.at.isoformat(),
        day=dates.instant(told.at, view.now, zone=view.zone)[:-6],
        time=dates.instant(told.at, view.now, zone=view.zone)[-5:],
        what=_what(view, told),
        how=_how(told),
        mark=mark,
        tone=tone,
    )


def _how(told: Told) -> str:
    if told.declared:
        return "declared before these messages"
    return f"by {' and '.join(WAYS.get(way, way) for way in told.ways)}" if told.ways else ""


def _what(view: TrackingView, told: Told) -> str:
    if told.line is not None and told.when is not None:
        date = lines.capital(f"{_due(told.line, view.transport)} {_day(view, told.when)}")
        news = _news(told)
        return f"{news}. {date}" if news else date
    return _news(told) or "News without a date"


def _news(told: Told) -> str:
    form = NEWS.get(told.code) if told.code else None
    if form is None:
        return ""
    place = names.place(told.said.place_name) if told.said else ""
    return form.format(place=place) if place else form.split(" {place}")[0].removesuffix(" at")


def _other(view: TrackingView, other: Other) -> OtherRow:
    if other.done:
        return OtherRow(names.ref(other.ref), "delivered")
    if other.line is None or other.when is None:
        return OtherRow(names.ref(other.ref), "no date known yet")
    return OtherRow(names.ref(other.ref), f"{_due(other.line, view.transport)} {_day(view, other.when)}")


def _ask(view: TrackingView) -> str:
    if view.care_phone:
        return "Reply to our text or e-mail, or call. A person reads every reply."
    return "Reply to our text or e-mail. A person reads every reply."


def _updated(view: TrackingView) -> str:
    if view.last_fact_at is None:
        return ""
    told = f"Last news from the carrier: {dates.instant(view.last_fact_at, view.now, zone=view.zone)} {_zone(view)}."
    if view.done is None and view.now - view.last_fact_at > FEED_OLD:
        return f"{told} That is {_days((view.now - view.last_fact_at).days)} ago."
    return told


def _day(view: TrackingView, when: When) -> str:
    if when.until is not None:
        return dates.moment(when, view.now, zone=view.zone)
    return dates.day(when.on, view.now, zone=view.zone)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
