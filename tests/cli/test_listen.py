"""`milepost listen` beside a real service: each call as it comes, also after the service was away."""

from __future__ import annotations

import json
import re
import socket
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from service.cli.listen import lines
from service.cli.remote import Told, events
from tests.cli.conftest import Milepost
from tests.cli.test_serve import call_of, run, started


def free_port() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return str(taken.getsockname()[1])


def test_what_comes_is_shown_and_nothing_is_missed(tmp_path: Path) -> None:
    url, port = f"sqlite:///{tmp_path / 'milepost.db'}", free_port()
    with started(tmp_path, url, "serve", "--port", port) as serving:
        call = call_of(serving.until("Ctrl+C"))
        key = call["headers"]["Authorization"].removeprefix("Bearer ")
        assert httpx2.post(**call).status_code == 202
        more = {"MILEPOST_KEY": key, "MILEPOST_PORT": port}
        with started(tmp_path, url, "listen", "--since", "0", "--count", "3", **more) as listening:
            first = listening.until("accepted  ")
            assert re.search(
                r" api  cal_\w+  \d+ bytes: 1 accepted\n    0  accepted  \S+  shp_\w+  1 follower\n", first
            )
            assert httpx2.post(**call).status_code == 202
            assert "1 duplicate" in listening.until("duplicate  ")
            assert serving.stop() == 0
            with started(tmp_path, url, "serve", "--port", port) as again:
                again.until("Ctrl+C")
                bad = json.dumps({"ref": "PO 1", "milestone": "left", "at": "2026-10-07T14:00:00Z"}).encode()
                assert httpx2.post(**call | {"content": bad}).status_code == 422
                assert "/milestone: `milestone` left is not known." in listening.until("0  rejected")
                assert listening._process.wait(60) == 0
                shown = run(tmp_path, url, "listen", "--since", "0", "--count", "1", "--json", **more)
                assert json.loads(shown.stdout)["results"][0]["outcome"] == "accepted"
                wrong = run(tmp_path, url, "listen", **more | {"MILEPOST_KEY": "mp_live_nonsense"})
                assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
                assert "milepost keys create" in wrong.stderr


def test_without_a_key_or_a_service_it_says_so(milepost: Milepost) -> None:
    assert "MILEPOST_KEY" in milepost("listen").sentence()
    nobody = milepost("listen", "--url", f"http://127.0.0.1:{free_port()}", KEY="mp_live_x")
    assert "Nothing answers at http://127.0.0.1" in nobody.sentence()


def test_events_are_read_out_of_their_lines() -> None:
    raw = [b"retry: 3000\n", b"id: 0-4\n", b"\n", b": still here\n", b"\n", b"id: 0-5\r\n", b"event: call\r\n"]
    raw += [b'data: {"id": "cal_1"}\r\n', b"\r\n", b"id: 0-6\n"]
    assert list(events(raw)) == [Told("0-4", "", {}), Told("0-5", "call", {"id": "cal_1"})]


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ({"outcome": "unmapped", "code": "x12-157:ZZ", "says": "gate"}, "unmapped  x12-157:ZZ (gate)"),
        ({"outcome": "ignored", "reason": "It moves an empty container."}, "ignored  It moves an empty container."),
        ({"outcome": "parked", "event_id": "e1", "shipment_ids": []}, "parked  e1  no shipment yet"),
        (
            {"outcome": "rejected", "problem": {"pointer": "/0/at", "message": "No.", "fix": "Do."}},
            "rejected  /0/at: No. Do.",
        ),
    ],
)
def test_an_item_in_one_line(item: dict[str, object], line: str) -> None:
    call = {"received_at": "2026-09-17T12:00:00.000Z", "source": "tms", "id": "cal_1", "size": 3, "problem": None}
    found = list(lines(call | {"results": [{"index": 0, **item}], "outcome": "accepted"}))
    assert found == [f"2026-09-17 12:00 UTC  tms  cal_1  3 bytes: 1 {item['outcome']}", f"    0  {line}"]


def test_a_call_that_could_not_be_read_says_why() -> None:
    problem = {"message": "The body is not JSON.", "fix": "Send JSON.", "pointer": ""}
    call = {"received_at": "2026-09-17T12:00:00.000Z", "source": "tms", "id": "cal_1", "size": 3, "problem": problem}
    assert list(lines(call | {"results": [], "outcome": "refused"}))[1] == "    The body is not JSON. Send JSON."
