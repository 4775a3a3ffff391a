"""The same event a hundred times at once: one effect, one answer; and another body under the same id is refused."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.faces import Stage, first_answer, stage
from benchmarks.proof.facts import event
from benchmarks.proof.setting import Setting
from benchmarks.proof.wires import Line as Wire

PATH = "/v1/events"


@dataclass
class Repeated:
    """What came back. `outcomes` counts items by what became of them; `answers` are the different answers to an id."""

    outcomes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    different: int = 0
    refused: int = 0
    refused_item: int = 0


def run(setting: Setting) -> Iterator[Line]:
    """R3 on each store."""
    return setting.each([partial(_on, setting, kind) for kind in setting.kinds])


def _on(setting: Setting, kind: str) -> list[Line]:
    ids, times = setting.choose((40, 25), (1_000, 100))
    name = f"same{kind[0]}"
    folder = setting.folder / name
    with setting.stores.fresh(kind) as url, stage(url, folder, run=name, seed=setting.seed, calm=True) as on:
        on.workers[0].begin()
        first_answer(on.workers[0])
        found = asyncio.run(_repeat(on, ids, times))
        left = on.settle()
        books = on.books()
    one_each = found.outcomes == Counter(accepted=ids, duplicate=ids * (times - 1)) and books.kept == ids
    refusals = found.refused == found.refused_item == ids
    passed = one_each and refusals and not found.different and books.exact and not left
    figures: dict[str, Counted] = {
        "ids": ids,
        "repeats": times,
        "effects": books.kept,
        "texts": books.texts,
        "accepted": found.outcomes["accepted"],
        "other_answers": found.different,
        "other_body_409": found.refused,
        "other_body_in_a_batch": found.refused_item,
    }
    history = digest([sorted(found.outcomes.items()), sorted(found.statuses.items()), books.texts])
    return [setting.line("R3", "at once", kind, passed, figures, history)]


async def _repeat(on: Stage, ids: int, times: int) -> Repeated:
    found, left = Repeated(), dict[int, str]()
    wires = [Wire(f"http://127.0.0.1:{on.workers[0].port}") for _ in range(times)]
    headers = {"Authorization": f"Bearer {on.key}", "Content-Type": "application/json"}
    with on.journal.open("a", encoding="utf-8") as journal:
        for n in range(ids):
            given = event(on.run, n, on.clock, left)
            body = json.dumps(given).encode()
            for what in ("invoke", "ok"):
                journal.write(json.dumps([what, [given["id"]], 0]) + "\n")
            _compare(found, await asyncio.gather(*(wire.ask(PATH, body, headers) for wire in wires)))
            other = given | {"place": "SGSIN"}
            status, _ = await wires[0].ask(PATH, json.dumps(other).encode(), headers)
            found.refused += status == 409
            status, answer = await wires[0].ask(PATH, json.dumps([given, other]).encode(), headers)
            outcomes = [one["outcome"] for one in json.loads(answer)["results"]]
            found.refused_item += status == 202 and outcomes == ["duplicate", "rejected"]
    for wire in wires:
        wire.close()
    return found


def _compare(found: Repeated, answers: list[tuple[int, bytes]]) -> None:
    """Count one id's answers: they may differ in who was first and in the name of the call, and in nothing else."""
    said = set()
    for status, body in answers:
        found.statuses[status] += 1
        (item,) = json.loads(body)["results"] if status == 202 else [{"outcome": str(status)}]
        found.outcomes[item["outcome"]] += 1
        said.add(_essence(item))
    found.different += len(said) - 1


def _essence(item: dict[str, Any]) -> str:
    return json.dumps({name: item.get(name) for name in ("index", "event_id", "shipment_ids")}, sort_keys=True)
