"""What `--help` shows, how fast it is, and how failures are told."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from service.cli.failures import explained, unexpected
from tests.cli.conftest import Milepost

EIGHT = ["serve", "demo", "setup", "doctor", "import", "status", "golive", "send-test"]
HIDDEN = ["worker", "migrate", "backup", "keys", "customers", "contacts", "sources", "threads", "reply", "pause"]


def listed(out: str) -> list[str]:
    return [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.startswith("  ")]


def test_help_shows_eight_commands(milepost: Milepost) -> None:
    assert listed(milepost("--help").good()) == EIGHT


def test_help_all_shows_every_command(milepost: Milepost) -> None:
    found = listed(milepost("--help-all").good())
    assert found[:8] == EIGHT
    assert set(HIDDEN) <= set(found)
    assert listed(milepost("--help").good()) == EIGHT


def test_version(milepost: Milepost) -> None:
    assert milepost("--version").good() == milepost("version").good() == f"milepost {version('milepost')}\n"


def test_help_imports_nothing_heavy() -> None:
    """What costs a second to import has no part in `--help`."""
    heavy = ("fastapi", "sqlalchemy", "sqlmodel", "pydantic", "twilio", "uvicorn", "alembic")
    code = f"import service.cli, sys; print([name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_python_m_service_is_the_same_command() -> None:
    run = subprocess.run([sys.executable, "-m", "service", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("milepost ")


def test_misspelt_command_suggests(milepost: Milepost) -> None:
    answer = milepost("stauts")
    assert answer.code == 2
    assert "'status'" in answer.err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PORT": "70000"}, "MILEPOST_PORT is not usable"),
        ({"PUBLIC_URL": "t.example.com"}, "MILEPOST_PUBLIC_URL must begin with https://"),
        ({"LOG_LEVEL": "loud"}, "MILEPOST_LOG_LEVEL must be debug, info"),
        ({"SENDERS": "many"}, "MILEPOST_SENDERS is not usable"),
        ({"NOTIFIERS": "twilio"}, "MILEPOST_NOTIFIERS cannot be read"),
        ({"NOTIFIERS__SMTP__HOST": "mail.example.com"}, "MILEPOST_NOTIFIERS__SMTP__FROM_ADDRESS"),
        ({"NOTIFIERS__PIGEON__LOFT": "1"}, "no notifier named pigeon is installed"),
        ({"DATABASE_URL": "mysql://h/d"}, "does not speak mysql"),
        ({"DATABASE_URL": "what"}, "MILEPOST_DATABASE_URL is not a database address"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/m.db"}, "There is no database at"),
    ],
)
def test_wrong_setting_is_one_sentence(milepost: Milepost, settings: dict[str, str], words: str) -> None:
    assert words in milepost("status", **settings).sentence()


def test_a_secret_is_not_repeated(milepost: Milepost) -> None:
    said = milepost(
        "status", NOTIFIERS__TWILIO__AUTH_TOKEN="hunter2hunter2", NOTIFIERS__TWILIO__ACCOUNT_SID="AC" + "0" * 32
    )
    assert "hunter2" not in said.sentence()


def test_database_that_does_not_exist(nowhere: Milepost) -> None:
    assert "`milepost serve` makes it" in nowhere("status").sentence()
    assert not (nowhere.place / "new.db").exists()


def test_missing_tables(nowhere: Milepost) -> None:
    (nowhere.place / "new.db").touch()
    assert "`milepost migrate`" in nowhere("status").sentence()


def test_unforeseen_failure_names_place_and_no_value() -> None:
    with pytest.raises(KeyError) as caught:
        dict[str, str]()["+447700900123"]
    assert explained(caught.value) is None
    said = unexpected(caught.value)
    assert "KeyError (test_root.py:" in said
    assert "+44" not in said
