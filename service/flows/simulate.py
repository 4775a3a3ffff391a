"""Simulate: what the last days would have said under other rule numbers. Reads only; nothing is written or sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifiers.base import Channel
from service.flows.kit import Kit
from service.flows.render import would_say
from service.policy.simulate import Speech, replay, under
from service.records.countries import country_of
from service.records.situation import Situation
from service.store import accounts, simulations, situations
from service.store.gathering import MOST_APART

BATCH = 50
"""How many shipments are held in memory at a time."""

Tell = Callable[[int, int], None]
"""Is told how much of how much is done."""

Cause = tuple[str, str, str]
"""Address, stage and cause: what several orders say in one message."""


@dataclass(slots=True)
class Share:
    """What one person would have got. Segments are those of texts; an e-mail has none."""

    texts: int = 0
    emails: int = 0
    segments: int = 0


@dataclass(slots=True)
class _Shared:
    """A message that more orders can join from when it was made until it leaves."""

    made_at: datetime
    at: datetime
    segments: int


@dataclass(slots=True)
class _Morning:
    """What waits for one morning at one address: `parts` are its texts with their segments, by order or by cause."""

    parts: dict[str, int] = field(default_factory=dict)
    orders: set[str] = field(default_factory=set)

    @property
    def size(self) -> tuple[int, int]:
        """Messages and segments: a text for each order, and above `MOST_APART` orders one list."""
        if len(self.orders) > MOST_APART:
            return 1, max(self.parts.values())
        return len(self.parts), sum(self.parts.values())


@dataclass(slots=True)
class Tally:
    """Everything that one set of numbers would have said: by person, by code (notices) and by country (segments)."""

    people: dict[str, Share] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    _shared: dict[Cause, list[_Shared]] = field(default_factory=dict)
    _mornings: dict[tuple[str, str, datetime], _Morning] = field(default_factory=dict)

    @property
    def total(self) -> Share:
        """All people together."""
        every = self.people.values()
        return Share(*(sum(getattr(one, name) for one in every) for name in ("texts", "emails", "segments")))

    def add(self, shipment_id: str, speech: Speech, channel: Channel, address_id: str, to: str, segments: int) -> None:
        """Count a notice on one channel: the messages and the segments that it adds to those counted before."""
        new = speech.notice
        if new.gathers:
            messages, more = self._wait(speech, shipment_id, address_id, segments)
        elif new.joins:
            messages, more = self._join(speech, (address_id, new.stage.value, new.cause), segments)
        else:
            messages, more = 1, segments
        share = self.people.setdefault(new.contact_id, Share())
        if channel is Channel.SMS:
            share.texts += messages
            share.segments += more
            self.countries[country_of(to) or "unknown"] += more
        else:
            share.emails += messages

    def _wait(self, speech: Speech, shipment_id: str, address_id: str, segments: int) -> tuple[int, int]:
        """The messages and segments by which a morning grows, or shrinks where it becomes one list."""
        new = speech.notice
        morning = self._mornings.setdefault((address_id, new.stage.value, speech.at), _Morning())
        messages, before = morning.size
        part = new.cause if new.joins else shipment_id
        morning.parts[part] = max(segments, morning.parts.get(part, 0))
        morning.orders.add(shipment_id)
        return morning.size[0] - messages, morning.size[1] - before

    def _join(self, speech: Speech, cause: Cause, segments: int) -> tuple[int, int]:
        """No message more where one of the same cause was waiting; a shared text is as long as its longest part."""
        opened = self._shared.setdefault(cause, [])
        for one in opened:
            if speech.made_at <= one.at and one.made_at <= speech.at:
                more = max(0, segments - one.segments)
                one.segments += more
                one.made_at, one.at = min(one.made_at, speech.made_at), min(one.at, speech.at)
                return 0, more
        opened.append(_Shared(speech.made_at, speech.at, segments))
        return 1, segments


@dataclass(frozen=True, slots=True)
class Simulation:
    """The days from `begin` to `end` under the present numbers, and under `numbers` where some were given.

    `prices` are those of one segment by country; `names` are people's names by contact id.
    """

    account_id: str
    begin: datetime
    end: datetime
    shipments: int
    numbers: Mapping[str, float]
    present: Tally
    changed: Tally | None
    prices: Mapping[str, float]
    names: Mapping[str, str]

    def cost(self, tally: Tally) -> float | None:
        """What the texts of *tally* would cost where a price is known; None where none is."""
        if not self.prices:
            return None
        return sum(self.prices.get(country, 0.0) * number for country, number in tally.countries.items())

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Countries that texts go to and that have no price."""
        seen = {*self.present.countries, *(self.changed.countries if self.changed else ())}
        return tuple(sorted(seen - set(self.prices)))


def simulate(
    kit: Kit, account_id: str, days: int, numbers: Mapping[str, float], tell: Tell | None = None
) -> Simulation:
    """Replay every shipment that was alive in the last *days*, from its first fact on; count what the days would say.

    The whole of a shipment is replayed so that what was told before counts. Raises LookupError for an account that
    is not there.
    """
    report = tell or (lambda _done, _total: None)
    end = kit.clock()
    begin = end - timedelta(days=days)
    with kit.database.read() as conn:
        account = accounts.get(conn, account_id)
        if account is None:
            raise LookupError("there is no account of that id")
        total = simulations.count(conn, account_id, begin)
    present, changed = Tally(), Tally() if numbers else None
    done = 0
    for found, people in _batches(kit, account_id, begin):
        for one in found:
            _count(kit, one, people, begin, end, present)
            if changed is not None:
                _count(kit, under(one, numbers), people, begin, end, changed)
            done += 1
            report(min(done, total), total)
    everybody = {*present.people, *(changed.people if changed else ())}
    with kit.database.read() as conn:
        names = simulations.names(conn, account_id, everybody)
    prices = _prices(account.budget)
    return Simulation(account_id, begin, end, done, dict(numbers), present, changed, prices, names)


def _batches(kit: Kit, account_id: str, begin: datetime) -> Iterator[tuple[list[Situation], Mapping[str, str]]]:
    """The shipments to replay with the addresses of their people, a batch at a time; nothing is read in between."""
    after = ""
    while True:
        with kit.database.read() as conn:
            ids = simulations.page(conn, account_id, begin, after, BATCH)
            found = situations.situations(conn, [(account_id, one) for one in ids])
            people = situations.address_values(conn, account_id, found)
        if not ids:
            return
        after = ids[-1]
        yield found, people


def _count(kit: Kit, one: Situation, people: Mapping[str, str], begin: datetime, end: datetime, into: Tally) -> None:
    if not one.followers:
        return
    for speech in replay(one, end):
        if speech.at < begin:
            continue
        into.codes[speech.notice.code.value] += 1
        for channel, address_id in (*speech.notice.channels[:1], *speech.notice.also):
            to = people.get(address_id, "")
            words = would_say(kit, one, speech.notice, channel, address_id, to, speech.at)
            into.add(one.shipment.id, speech, channel, address_id, to, words.segments)


def _prices(budget: Mapping[str, object]) -> dict[str, float]:
    """The account's price of a segment by country."""
    given = budget.get("prices")
    if not isinstance(given, Mapping):
        return {}
    return {str(country): float(price) for country, price in given.items()}
