"""What the pages of docs/integrations say is to be typed against a running service: it is typed, and answers so."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.app import create_app
from service.clock import utc_now
from service.flows import decide
from service.flows.kit import Kit
from service.settings import Settings
from service.store import accounts, keys
from tests.cli.pages import created, inbound, posted, samples, says, settled
from tests.test_life import Served

SECRET = re.compile(r"^SECRET='([^'\n]*)'$", re.MULTILINE)
FIX = re.compile(r'"fix":"(.*?)(?<!\\)"|<faultstring>(.*?)</faultstring>')
SECONDS = 60.0

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "openssl"))),
    reason="the pages are typed into bash, with curl and openssl",
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody at a shell in an empty folder, who knows the address and the key of a service."""

    place: Path
    address: str
    key: str
    kit: Kit

    def types(self, commands: str, *, key: str = "") -> str:
        """What *commands* print; afterwards the service has decided what follows from them."""
        env = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "MILEPOST": self.address,
            "KEY": key or self.key,
            "no_proxy": "127.0.0.1",
        }
        words = ["bash", "-euo", "pipefail", "-c", commands]
        done = subprocess.run(
            words, cwd=self.place, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
        decide.run_due(self.kit)
        return done.stdout


@pytest.fixture
def stranger(migrated_sqlite_url: str, tmp_path: Path) -> Iterator[Stranger]:
    settings = Settings(database_url=migrated_sqlite_url, pause_file=str(tmp_path / "milepost.pause"), notifiers={})
    app = create_app(settings, clock=utc_now, engine=False)
    kit = app.state.kit
    account_id = accounts.ensure_default(kit.database, utc_now())
    key, _ = kit.database.write(
        lambda conn: keys.create(conn, account_id, name="stranger", scopes=["admin"], now=utc_now())
    )
    folder = tmp_path / "stranger"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening, Served(app, listening):
        yield Stranger(folder, f"http://127.0.0.1:{listening.getsockname()[1]}", key, kit)


@pytest.mark.parametrize("page", inbound())
def test_a_page_can_be_followed_as_it_stands(stranger: Stranger, page: str) -> None:
    for sample in samples(page):
        (stranger.place / sample.file).write_text(sample.body + "\n", encoding="utf-8")
    making = created(page)
    secret = json.loads(stranger.types(making))["secret"] if making else None
    typed = [(SECRET.sub(lambda given: _known(given, secret), one.commands), one.printed) for one in posted(page)]
    assert typed
    for commands, printed in typed:
        assert settled(stranger.types(commands)) == printed


@pytest.mark.parametrize("page", inbound())
def test_who_is_not_the_source_is_told_what_the_page_says(stranger: Stranger, page: str) -> None:
    for sample in samples(page):
        (stranger.place / sample.file).write_text(sample.body + "\n", encoding="utf-8")
    if making := created(page):
        stranger.types(making)
    for one in posted(page):
        if '/v1/sources"' in one.commands:
            stranger.types(one.commands)
        if "$MILEPOST/v1/in/" in one.commands or "$MILEPOST/v1/events" in one.commands:
            wrong = SECRET.sub("SECRET='d3Jvbmc='", one.commands)
            said = stranger.types(wrong, key="mp_live_wrong")
            assert said.strip().endswith(("\n401", "\n500"))
            fix = FIX.search(said)
            assert fix is not None, said
            assert says(page, fix[1] or fix[2].split(". ", 1)[1]), said


def _known(given: re.Match[str], secret: str | None) -> str:
    return f"SECRET='{secret}'" if given[1] == "…" else given[0]
