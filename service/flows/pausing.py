"""Pausing and resuming by hand, with who did it and why; and what a resume would mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from notifiers.base import PERSONAL
from service.flows import draining
from service.policy.decide import decide
from service.policy.draining import slots
from service.records.countries import COUNTRIES
from service.records.enums import IDENTITY, MessageState, NoticeCode, ReferenceType
from service.records.pauses import ACCOUNT, DRAINING, EVERY, GLOBAL, SwitchRow, Waits
from service.records.resuming import Resumed, ResumePlan, Standing, Untrue
from service.store import audit, contacts, customers, held, shipments, situations, sources, switches, views_subjects
from service.store.engine import Connection, Database

WHOLE = (GLOBAL, ACCOUNT)
"""Scopes that hold everything of an account."""

OWN_SOURCE = "api"
"""The source of what is posted with a key."""

MOST_LOOKED = 300
"""At so many shipments a plan looks, to see what is no longer true; the rest is looked at when its turn comes."""


class Unknown(LookupError):
    """What should be paused is not known here; `fix` says how to name it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


def named(conn: Connection, account_id: str, scope: str, word: str) -> list[str]:
    """The values that *word* means in *scope*: several where a reference is shared. Raises `Unknown`."""
    match scope:
        case "global" | "account":
            return [""]
        case "source":
            found = sources.find_source(conn, account_id, word)
            return _known(found.id if found else word if word == OWN_SOURCE else None, scope, word)
        case "customer":
            code = customers.clean_code(word)
            by_code = customers.by_codes(conn, account_id, [code]).get(code)
            by_id = word if word.startswith("cus_") and views_subjects.exists(conn, account_id, word) else None
            return _known(by_code or by_id, scope, word)
        case "shipment":
            return _shipments(conn, account_id, word)
        case "contact":
            return _known(word if contacts.get_contact(conn, account_id, word) else None, scope, word)
        case "channel":
            return _known(word.lower() if word.lower() in PERSONAL else None, scope, word)
        case "code":
            return _known(word.upper() if word.upper() in set(NoticeCode) else None, scope, word)
        case "country":
            return _known(word.upper() if word.upper() in COUNTRIES else None, scope, word)
    raise Unknown(f"{scope} cannot be paused.", f"Pause one of: {', '.join(switches.SCOPES)}.")


MEANT = {
    "source": ("No source has the name {}.", "Look at `milepost sources list` or `GET /v1/sources`."),
    "customer": ("No customer has the code {}.", "Look at `milepost customers list` or `GET /v1/customers`."),
    "shipment": ("No shipment is called {}.", "Look at `milepost status` or `GET /v1/shipments`."),
    "contact": ("There is no contact {}.", "Look at `milepost contacts list` or `GET /v1/contacts`."),
    "channel": ("{} is not a channel.", f"The channel is one of {', '.join(PERSONAL)}."),
    "code": ("{} is not the code of a text.", "Use one of `milepost texts list` or `GET /v1/texts`, such as D01."),
    "country": ("{} is not a country.", "Use a code of two letters, such as GB."),
}


def _known(value: str | None, scope: str, word: str) -> list[str]:
    if value is None:
        message, fix = MEANT[scope]
        raise Unknown(message.format(word[:80]), fix)
    return [value]


def _shipments(conn: Connection, account_id: str, word: str) -> list[str]:
    """All that are called so by an identity, or else by a shared reference: which kind was meant nobody knows."""
    if word.startswith("shp_") and views_subjects.exists(conn, account_id, word):
        return [word]
    called = {kind: shipments.by_reference(conn, account_id, kind, word) for kind in ReferenceType}
    own = [one for kind, ids in called.items() if kind in IDENTITY for one in ids]
    found = own or [one for ids in called.values() for one in ids]
    return list(dict.fromkeys(found)) or _known(None, "shipment", word)


def pause(
    database: Database,
    account_id: str,
    scope: str,
    word: str,
    *,
    by: str,
    why: str,
    now: datetime,
    until: datetime | None = None,
) -> list[SwitchRow]:
    """Hold whatever *word* means in *scope*; returns the pauses that now hold it. Raises `Unknown`."""

    def unit(conn: Connection) -> list[SwitchRow]:
        before = {one.id for one in switches.active_switches(conn, account_id, now)}
        made = {
            switches.set_switch(conn, account_id, scope, value, by=by, why=why, now=now, until=until)
            for value in named(conn, account_id, scope, word)
        }
        for one in sorted(made - before):
            audit.record(conn, account_id, by, "pause", one, why, _detail(scope, until=until), now)
        return [one for one in switches.active_switches(conn, account_id, now) if one.id in made]

    return database.write(unit)


def _detail(scope: str, **more: object) -> dict[str, object]:
    given = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in more.items()}
    return {"scope": scope} | {name: value for name, value in given.items() if value is not None}


def meant(conn: Connection, account_id: str, scope: str, word: str, now: datetime) -> list[SwitchRow]:
    """The pauses in force of exactly what *word* means in *scope*. Raises `Unknown`."""
    values = set(named(conn, account_id, scope, word))
    return [
        one for one in switches.active_switches(conn, account_id, now) if one.scope == scope and one.value in values
    ]


def resume(
    database: Database,
    account_id: str,
    pauses: Iterable[SwitchRow],
    *,
    by: str,
    why: str,
    now: datetime,
    per_minute: int,
    rate: int | None = None,
) -> Resumed:
    """Lift *pauses*; what waited behind them leaves in turn, *rate* a minute or else *per_minute*.

    What is no longer true does not leave: each message is checked when its turn comes.
    """
    asked = {one.id: one for one in pauses}

    def unit(conn: Connection) -> list[str]:
        owners = {EVERY: [i for i in asked if asked[i].scope == GLOBAL]}
        owners[account_id] = [i for i in asked if asked[i].scope != GLOBAL]
        lifted = [i for owner, ids in owners.items() for i in switches.lift(conn, owner, ids, now, rate)]
        for one in lifted:
            audit.record(conn, account_id, by, "resume", one, why, _detail(asked[one].scope, rate=rate), now)
        return lifted

    lifted = database.write(unit)
    leaving = draining.release(database, now, per_minute)
    database.wake("messages")
    database.wake("shipments")
    with database.read() as conn:
        last = held.drained_by(conn, account_id)[1]
    return Resumed(tuple(asked[i] for i in lifted), leaving, last if leaving else None)


def standing(conn: Connection, account_id: str, now: datetime) -> list[Standing]:
    """The pauses in force, oldest first, each with how many of the account's messages wait behind it."""
    found = switches.active_switches(conn, account_id, now)
    behind = held.behind(conn, [one.id for one in found], account_id)
    called = _called(conn, account_id, found)
    whole = [one.id for one in found if one.scope in WHOLE]
    # While everything is paused nothing is claimed, so what is due has not met its pause.
    unmet = {whole[0]: len(held.due(conn, account_id, now))} if whole else {}
    return [
        Standing(one, behind[one.id][MessageState.WAITING] + unmet.get(one.id, 0), called.get(one.value, ""))
        for one in found
    ]


def _called(conn: Connection, account_id: str, pauses: Collection[SwitchRow]) -> dict[str, str]:
    """By which name people know what is paused."""
    names = shipments.names(conn, account_id, [one.value for one in pauses if one.scope == "shipment"])
    for one in pauses:
        if one.scope == "customer" and (customer := customers.get_customer(conn, account_id, one.value)):
            names[one.value] = customer.name or ", ".join(customer.codes)
        if one.scope == "source" and (source := sources.get_source(conn, account_id, one.value)):
            names[one.value] = source.name
    return names


def plan(
    database: Database, account_id: str, pauses: Iterable[SwitchRow], *, now: datetime, per_minute: int
) -> ResumePlan:
    """What lifting *pauses* would mean, decided on the facts as they are now. Changes nothing."""
    lifted = tuple(pauses)
    ids = [one.id for one in lifted]
    with database.read() as conn:
        waiting = held.waiting(conn, [*ids, DRAINING], account_id)
        whole = [one.id for one in lifted if one.scope in WHOLE]
        if whole:
            waiting += [replace(one, held_by=whole[0]) for one in held.due(conn, account_id, now)]
        others = [one for one in switches.active_switches(conn, account_id, now) if one.id not in ids]
        ended = held.behind(conn, ids, account_id)
    mine = [one for one in waiting if one.held_by in ids]
    untrue, looked, about = _untrue(database, account_id, mine, now)
    false = {one.message_id for one in untrue}
    turns = [(one, at) for one, at in slots(waiting, per_minute, now) if one.held_by in ids]
    going = [at for one, at in turns if one.message_id not in false and at < one.send_before]
    counted = {state: sum(one[state] for one in ended.values()) for one in ended.values() for state in one}
    return ResumePlan(
        pauses=lifted,
        leaving=len(going),
        per_minute=per_minute,
        first_at=min(going, default=None),
        last_at=max(going, default=None),
        late=sum(1 for one, at in turns if one.message_id not in false and at >= one.send_before),
        untrue=untrue,
        looked=looked,
        shipments=about,
        ended={state.value: number for state, number in counted.items() if state is not MessageState.WAITING},
        others=tuple(others),
    )


def _untrue(
    database: Database, account_id: str, waiting: Collection[Waits], now: datetime
) -> tuple[tuple[Untrue, ...], int, int]:
    """Which of these messages carry nothing that is still owed, how many shipments were looked at, and of how many."""
    with database.read() as conn:
        news = held.news(conn, account_id, [one.message_id for one in waiting])
        about = sorted({shipment for _, _, shipment in news})
        found = situations.situations(conn, [(account_id, shipment) for shipment in about[:MOST_LOOKED]])
    ended = {gone.notice_id: gone.why for one in found for gone in decide(one, now).ended}
    carried: dict[str, list[tuple[str, str]]] = {}
    for message_id, notice_id, shipment_id in news:
        carried.setdefault(message_id, []).append((notice_id, shipment_id))
    false = tuple(
        Untrue(message_id, carries[0][1], ended[carries[0][0]])
        for message_id, carries in sorted(carried.items())
        if all(notice_id in ended for notice_id, _ in carries)
    )
    return false, len(found), len(about)
