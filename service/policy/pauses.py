"""Whether a pause concerns a message.

A text that speaks of several orders waits as a whole where one of them is paused. News is held by a pause of a source
where that source has spoken of the shipment: the truth is folded from every fact, so whatever is said of it may come
from there. Mail to our own desk is never held: by it a person hears that something is.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.records.countries import country_of
from service.records.enums import MessageKind, NoticeCode
from service.records.outbox import Candidate
from service.records.pauses import ACCOUNT, GLOBAL, MILEPOST, About, SwitchRow


def concerns(pause: SwitchRow, one: Candidate, about: Mapping[str, About]) -> bool:
    """Whether *one* is held by *pause*; *about* tells of the shipments that it speaks of, by id."""
    if one.kind is MessageKind.DESK:
        return False
    if pause.by == MILEPOST and one.code is NoticeCode.STOP:
        return False  # what is held by itself is what we say; that somebody is out is no news, and the law asks for it
    return pause.scope in (GLOBAL, ACCOUNT) or pause.value in _named(pause.scope, one, about)


def spoken_of(one: Candidate) -> frozenset[str]:
    """The shipments that a message speaks of."""
    mine = {one.shipment_id} if one.shipment_id else set()
    return frozenset(mine | {news.shipment_id for news in one.notices})


def _named(scope: str, one: Candidate, about: Mapping[str, About]) -> set[str | None]:
    """The values of *scope* that mean this message."""
    known = [about[shipment] for shipment in spoken_of(one) if shipment in about]
    match scope:
        case "source" if one.kind is MessageKind.NOTICE:
            return {source for shipment in known for source in shipment.sources}
        case "customer":
            return {one.customer_id, *(shipment.customer_id for shipment in known)}
        case "shipment":
            return set(spoken_of(one))
        case "contact":
            return {one.contact_id}
        case "channel":
            return {one.channel.value}
        case "code":
            return {code.value for code in (one.code, *(news.code for news in one.notices)) if code}
        case "country":
            return {country_of(one.to)}
    return set()
