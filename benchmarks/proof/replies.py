"""STOP: written while a text is on its way, and while we are down. What people write is heard, and kept once."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import select

from benchmarks.load import phone
from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.evidence import attempt, message, taken
from benchmarks.proof.faces import Stage, first_answer, stage
from benchmarks.proof.facts import event
from benchmarks.proof.setting import Setting
from benchmarks.proof.wires import Line as Wire
from benchmarks.proof.wires import post
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from notifiers.twilio_callbacks import sign
from service.records.enums import MessageKind
from service.records.tables import Address, Reply
from service.store.engine import open_database
from service.store.pulse import GAP
from service.store.tables import table

PACE = 120.0
"""So fast that an outage of more than ten minutes takes seconds."""

address = table(Address)
reply = table(Reply)


@dataclass(frozen=True, slots=True)
class Heard:
    """Our store: when each phone was stopped, the ids of kept replies, and each call of news with its time."""

    stopped: dict[str, datetime]
    kept: Counter[str]
    calls: list[tuple[str, datetime]]


def run(setting: Setting) -> Iterator[Line]:
    """R10 on each store."""
    return setting.each([partial(_on, setting, kind) for kind in setting.kinds])


def _on(setting: Setting, kind: str) -> list[Line]:
    people = setting.choose(40, 500)
    name = f"stop{kind[0]}"
    folder = setting.folder / name
    with setting.stores.fresh(kind) as url, stage(url, folder, run=name, seed=setting.seed, calm=True, pace=PACE) as on:
        on.workers[0].begin()
        first_answer(on.workers[0])
        asyncio.run(_race(on, people))
        on.settle()
        race = _heard(url)
        began = len(taken(on.ledger))
        asyncio.run(_post(on, range(people), "arrived_destination"))
        on.settle()
        after_race = len(taken(on.ledger)) - began
        lost_ids = _write_while_down(on, people)
        asyncio.run(_post(on, range(people, 2 * people), "arrived_destination"))
        on.settle()
        _until_heard(url, lost_ids)
        on.settle()
        down = _heard(url)
        mute = {phone(n) for n in range(people, 2 * people, 2)}
        after_down = sum(1 for one in taken(on.ledger) if one.to in mute and one.at > down.stopped.get(one.to, one.at))
        told_anyway = sum(1 for one in taken(on.ledger)[began + after_race :] if one.to in mute)
    late = sum(1 for to, at in race.calls if to in race.stopped and at > race.stopped[to])
    found = sum(1 for sid in lost_ids if down.kept[sid] == 1)
    figures: dict[str, Counted] = {
        "raced": people,
        "stopped": len(race.stopped),
        "calls_begun_after_stop": late,
        "texts_after_stop": after_race,
        "written_while_down": len(lost_ids),
        "recovered": found,
        "texts_to_those_who_stopped": told_anyway + after_down,
    }
    passed = len(race.stopped) == people and not (late or after_race or told_anyway or after_down)
    history = digest([figures])
    return [
        setting.line("R10", "race, and replies while down", kind, passed and found == len(lost_ids), figures, history)
    ]


async def _race(on: Stage, people: int) -> None:
    """Each person is owed a text and writes STOP at the same moment; the next people are told in peace."""
    await _post(on, range(people, 2 * people), "departed")
    await asyncio.gather(_post(on, range(people), "departed"), _stop(on, people))


async def _post(on: Stage, numbers: range, milestone: str) -> None:
    wire = Wire(f"http://127.0.0.1:{on.workers[0].port}")
    headers = {"Authorization": f"Bearer {on.key}", "Content-Type": "application/json"}
    for n in numbers:
        given = event(on.run, n, on.clock, {}) | {"id": f"{milestone}-{n}", "ref": f"{on.run} {n}"}
        given |= {"milestone": milestone, "tell": [{"phone": phone(n), "zone": "UTC"}]}
        status, body = await wire.ask("/v1/events", json.dumps(given).encode(), headers)
        assert status == 202, body
    wire.close()


async def _stop(on: Stage, people: int) -> None:
    url = f"http://127.0.0.1:{on.workers[0].port}/v1/callbacks/twilio/inbound"

    async def one(n: int) -> None:
        fields = {
            "MessageSid": f"SM{uuid4().hex}",
            "AccountSid": ACCOUNT_SID,
            "From": phone(n),
            "To": NUMBER,
            "Body": "STOP",
        }
        assert await post(url, urlencode(fields).encode(), sign(AUTH_TOKEN, url, fields)) == 200

    for first in range(0, people, 4):
        await asyncio.gather(*(one(n) for n in range(first, min(first + 4, people))))


def _write_while_down(on: Stage, people: int) -> list[str]:
    """Kill the service, let the other half write STOP or a question, and start it after more than a gap."""
    lives = on.workers[0]
    assert lives.now is not None
    lives.now.kill()
    ids = []
    for n in range(people, 2 * people):
        said = {"sender": phone(n), "body": "STOP" if (n - people) % 2 == 0 else "When will it be here?"}
        ids.append(on.provider.ask(f"hear {json.dumps(said)}")["sid"])
    time.sleep(on.clock.real(GAP + timedelta(minutes=2)))
    lives.begin()
    first_answer(lives)
    return ids


def _until_heard(url: str, ids: list[str], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not set(ids) <= set(_heard(url).kept):
        time.sleep(0.2)


def _heard(url: str) -> Heard:
    database = open_database(url)
    try:
        with database.read() as conn:
            stopped = conn.execute(
                select(address.c.value, address.c.suppressed_at).where(address.c.suppressed_at.is_not(None))
            )
            calls = conn.execute(
                select(message.c.to, attempt.c.started_at)
                .select_from(attempt.join(message, message.c.id == attempt.c.message_id))
                .where(message.c.kind == MessageKind.NOTICE)
            )
            kept = Counter(conn.execute(select(reply.c.provider_id)).scalars())
            return Heard({r.value: r.suppressed_at for r in stopped}, kept, [(r.to or "", r.started_at) for r in calls])
    finally:
        database.close()
