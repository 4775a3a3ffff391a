"""A process that is killed while an endpoint holds its answer: the next one tells it again, under the same ids."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import httpx2

from notifiers.stand_in_ledger import Answer
from notifiers.stand_in_receiver import StandInReceiver
from tests.cli.test_serve import call_of, run, started

LOOPBACK = {"MILEPOST_NOTIFIERS__WEBHOOK__ALLOW_LOOPBACK": "true"}


def come(receiver: StandInReceiver, calls: int) -> bool:
    """Whether so many calls come within a minute."""
    pause = threading.Event()
    for _ in range(600):
        if len(receiver.calls) >= calls:
            return True
        pause.wait(0.1)
    return False


def test_what_was_on_its_way_comes_again_under_the_same_id(tmp_path: Path, migrated_url: str) -> None:
    with StandInReceiver() as receiver:
        held = threading.Event()
        with started(tmp_path, migrated_url, "serve", "--port", "0", **LOOPBACK) as first:
            call = call_of(first.until("Ctrl+C"))
            said = run(tmp_path, migrated_url, "webhooks", "add", receiver.url, **LOOPBACK).stdout
            receiver.secret = re.findall(r"whsec_\S+", said)[0]
            receiver.answer("", Answer(204, taken=True, wait=held))
            assert httpx2.post(**call).status_code == 202
            assert come(receiver, 1)
            first.kill()
        before = {one.headers["webhook-id"]: one.body for one in receiver.calls}
        receiver.answer("", None)
        held.set()
        already = len(receiver.calls)
        with started(tmp_path, migrated_url, "serve", "--port", "0", **LOOPBACK) as second:
            second.until("Ctrl+C")
            assert come(receiver, already + len(before))
            assert second.stop() == 0
        again = {one.headers["webhook-id"]: one.body for one in receiver.calls[already:]}
        assert {name: again.get(name) for name in before} == before
    assert "Traceback" not in (tmp_path / "err.txt").read_text(encoding="utf-8")
