"""The process itself: started for real, called as it says, stopped by SIGTERM."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2

from service.clock import utc_now

SECONDS = 60.0
"""A process that has not said what is waited for by then is broken; a machine that is busy still gets there."""


class Running:
    """A `milepost` process whose lines on stdout can be waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.lines: list[str] = []

    def until(self, words: str) -> str:
        """Everything said up to the line with *words*."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line)
            if words in line:
                return "".join(self.lines)
        raise AssertionError(f"it ended without saying {words!r}: {''.join(self.lines)}")

    def kill(self) -> None:
        """Send SIGKILL, and wait for the end."""
        self._process.kill()
        self._process.wait(SECONDS)

    def stop(self) -> int:
        """Send SIGTERM, and return the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(SECONDS)


def environment(place: Path, url: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
    root = str(Path(__file__).parents[2])
    return ours | {
        "MILEPOST_DATABASE_URL": url,
        "PYTHONPATH": root,
        "MILEPOST_PAUSE_FILE": str(place / "milepost.pause"),
    }


@contextmanager
def started(place: Path, url: str, *words: str, **more: str) -> Iterator[Running]:
    with (place / "err.txt").open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", *words],
            cwd=place,
            env=environment(place, url) | more,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        guard = threading.Timer(SECONDS, process.kill)
        guard.start()
        try:
            yield Running(process)
        finally:
            guard.cancel()
            process.kill()
            process.communicate()


def run(place: Path, url: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *words],
        cwd=place,
        env=environment(place, url) | more,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def call_of(said: str) -> dict[str, Any]:
    """The request that the printed curl makes."""
    words = shlex.split(said[said.index("curl ") :].replace("\\\n", " ").partition("\n\n")[0])
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    return {"url": words[2], "headers": headers, "content": words[words.index("-d") + 1].encode()}


def for_somebody_awake(content: bytes) -> bytes:
    """The same event of another order, for somebody whose day it is: at night the printed one waits for the morning."""
    ahead = 12 - utc_now().hour
    person = {"phone": "+447700900124", "zone": f"Etc/GMT{-ahead:+d}"}
    return json.dumps(json.loads(content) | {"ref": "PO 4711-B", "tell": [person]}).encode()


def text_shown(address: str) -> str:
    """The phone page, as soon as it shows a text."""
    pause = threading.Event()
    for _ in range(200):
        page = httpx2.get(f"{address}/phone").text
        if "PO 4711" in page:
            return page
        pause.wait(0.1)
    raise AssertionError("no text appeared on the phone")


def test_first_start_prints_a_call_that_works(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'milepost.db'}"
    with started(tmp_path, url, "serve", "--port", "0") as running:
        said = running.until("Ctrl+C")
        address = re.search(r"answers at (http://\S+)", said)
        assert address is not None
        call = call_of(said)
        answer = httpx2.post(**call)
        assert answer.status_code == 202
        assert answer.json()["accepted"] == 1
        assert answer.json()["results"][0]["followers"] == 1
        assert httpx2.post(**call).json()["duplicate"] == 1
        assert httpx2.post(**call | {"content": for_somebody_awake(call["content"])}).status_code == 202
        assert "Ningbo" in text_shown(address[1])
        busy = run(tmp_path, url, "serve", "--port", "0", "--wait", "0.2")
        assert busy.returncode == 1
        assert re.fullmatch(
            r"Another Milepost already decides and sends on milepost\.db \(process \d+\)\. .*\n", busy.stderr
        )
        beside = run(tmp_path, url, "status")
        assert beside.returncode == 0
        assert re.search(r"\b[12] sent", beside.stdout), "the printed call waits at night, the other one never does"
        assert running.stop() == 0
    assert "Traceback" not in (tmp_path / "err.txt").read_text(encoding="utf-8")
    with started(tmp_path, url, "serve", "--port", "0") as running:
        said = running.until("Ctrl+C")
        assert "mp_live_" not in said
        assert "milepost keys create" in said
        assert running.stop() == 0


def test_a_misspelt_setting_is_said_at_the_start(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        url = f"sqlite:///{tmp_path / 'milepost.db'}"
        answer = run(tmp_path, url, "serve", "--port", port, MILEPOST_PUBLC_URL="https://t.example.com")
    warning, failure = answer.stderr.splitlines()
    assert warning == ("MILEPOST_PUBLC_URL is set, but no setting has this name. Did you mean MILEPOST_PUBLIC_URL?")
    assert f"Port {port}" in failure


def test_port_in_use(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        answer = run(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}", "serve", "--port", port)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Port {port} on 127.0.0.1 cannot be used (address already in use): choose another")
    assert answer.stderr.count("\n") == 1


def test_host_that_is_not_ours(tmp_path: Path) -> None:
    answer = run(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}", "serve", "--host", "192.0.2.1", "--port", "0")
    assert answer.returncode == 1
    assert "--port or MILEPOST_PORT" in answer.stderr or "--host" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_several_on_postgresql(tmp_path: Path, migrated_pg_url: str) -> None:
    with started(tmp_path, migrated_pg_url, "serve", "--port", "0") as serving:
        call = call_of(serving.until("Ctrl+C"))
        with started(tmp_path, migrated_pg_url, "worker") as working:
            working.until("decides and sends")
            assert httpx2.post(**call).status_code == 202
            assert working.stop() == 0
        assert serving.stop() == 0
    assert "Traceback" not in (tmp_path / "err.txt").read_text(encoding="utf-8")
