"""The house stands: storeys hold, locks are clean, and everything that people meet is documented."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from notifiers.base import variable
from notifiers.registry import SHARE
from service import cli
from service.app import create_app
from service.policy.rules import DEFAULTS
from service.records import enums, webhooks
from service.settings import Settings

ROOT = Path(__file__).parent.parent
ROOMS = ("service", "notifiers", "alembic", "tests", "docs", "benchmarks", "scripts", ".ci")
LOCKS = ("requirements.lock", "requirements-runtime.lock", "requirements-bootstrap.lock")


def files() -> Iterator[Path]:
    """Every text file that belongs to the project."""
    yield from (path for path in ROOT.iterdir() if path.is_file() and not path.name.endswith(".db"))
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def read(path: Path) -> str:
    """The text of a file, as far as it is text."""
    return path.read_text(encoding="utf-8", errors="replace")


def assert_documented(names: list[str], name: str) -> None:
    """The page *name* holds each of *names* between backticks, as it would be typed."""
    page = ROOT / "docs" / name
    text = read(page) if page.exists() else ""
    lacking = [item for item in names if not re.search(rf"`{re.escape(item)}(?![\w/{{-])", text)]
    assert not lacking, f"docs/{name} lacks: {', '.join(f'`{item}`' for item in lacking)}"


def test_storeys_hold() -> None:
    """Run as the command, because the linter imports the rooms afresh."""
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("group", "contract"),
    [("milepost.notifiers", "A notifier stands alone"), ("milepost.formats", "A format stands alone")],
)
def test_every_plug_in_stands_alone(group: str, contract: str) -> None:
    contracts = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (modules,) = [one["modules"] for one in contracts if one["name"] == contract]
    assert {entry.module for entry in entry_points(group=group)} == set(modules), f"list them in {contract!r}"


def test_alembic_folder_is_no_package() -> None:
    """With an `__init__.py` it would hide the library of the same name."""
    assert not (ROOT / "alembic" / "__init__.py").exists()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_hashes_and_no_address(name: str) -> None:
    text = read(ROOT / name)
    pins = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, flags=re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert pins
    assert "://" not in text
    assert [block.split()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block] == []


def test_locks_agree() -> None:
    """A package has one version, whichever lock it is installed from."""
    versions: dict[str, set[str]] = {}
    for name in LOCKS:
        for package, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", read(ROOT / name), flags=re.MULTILINE):
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_the_build_is_locked() -> None:
    """What `[build-system]` asks for is what the locks hold, so that an installation fetches nothing unchecked."""
    (wanted,) = tomllib.loads(read(ROOT / "pyproject.toml"))["build-system"]["requires"]
    locks = ("requirements.lock", "requirements-bootstrap.lock")
    assert [name for name in locks if wanted not in read(ROOT / name)] == []


def test_no_file_names_a_package_index() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|^\s*--?(extra-)?index-url", re.MULTILINE)
    assert [str(path.relative_to(ROOT)) for path in files() if hosts.search(read(path))] == []


def test_tests_use_seams() -> None:
    """No test patches the house or waits for the clock on the wall."""
    smells = re.compile(
        r"\bmonkeypatch\b|\bmock\.|\bMagicMock\b|\bfreeze_time\b|\btime\.sleep\(|asyncio\.sleep\((?!0\))"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "tests").rglob("*.py")
        for number, line in enumerate(read(path).splitlines(), 1)
        if smells.search(line) and path != Path(__file__)
    ]
    assert found == []


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application as `milepost serve` builds it; not started."""
    place = tmp_path_factory.mktemp("house")
    return create_app(Settings(database_url=f"sqlite:///{place / 'milepost.db'}"))


def routes(app: FastAPI) -> list[str]:
    """Every `METHOD /path` that is ours, in the schema or not; what FastAPI adds by itself is left out."""
    return [
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        if not getattr(route.endpoint, "__module__", "").startswith("fastapi.")
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_route_is_documented(app: FastAPI) -> None:
    assert "POST /v1/events" in routes(app)
    assert_documented(routes(app), "api.md")


def exemplified(media: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Whether a body shows what it looks like, itself or by the model that it names."""
    schema = media.get("schema", {})
    model = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    return any(key in place for place in (media, schema, model) for key in ("example", "examples"))


def test_every_operation_has_an_example(app: FastAPI) -> None:
    document = app.openapi()
    schemas = document.get("components", {}).get("schemas", {})
    bare = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            contents = [part.get("content", {}) for part in (operation.get("requestBody", {}), *answers)]
            media = [content["application/json"] for content in contents if "application/json" in content]
            if not all(exemplified(one, schemas) for one in media):
                bare.append(f"{method.upper()} {path}")
    assert not bare, f"without an example: {', '.join(bare)}"


def test_every_setting_is_documented() -> None:
    names = [f"MILEPOST_{name.upper()}" for name in Settings.model_fields]
    for entry in entry_points(group="milepost.notifiers"):
        config = entry.load().Config
        names += [f"MILEPOST_NOTIFIERS__{entry.name.upper()}__{field.upper()}" for field in config.model_fields]
    assert_documented([*names, variable("twilio", SHARE)], "operations.md")


def commands(command: object, path: str) -> Iterator[str]:
    """The full name of each command below *command*, as it is typed."""
    inner: dict[str, object] | None = getattr(command, "commands", None)
    if inner is None:
        yield path
    else:
        for name, one in inner.items():
            yield from commands(one, f"{path} {name}")


def test_every_command_is_documented() -> None:
    names = list(commands(typer.main.get_command(cli.app), "milepost"))
    assert names
    assert_documented(names, "cli.md")


@pytest.mark.parametrize(
    ("group", "name"),
    [("milepost.notifiers", "adding-a-notifier.md"), ("milepost.formats", "adding-a-format.md")],
)
def test_every_plug_in_is_documented(group: str, name: str) -> None:
    names = [entry.name for entry in entry_points(group=group)]
    assert names
    assert_documented(names, name)


VOCABULARIES = [
    enums.Milestone,
    enums.Classifier,
    enums.Precision,
    enums.Reason,
    enums.DelayFamily,
    enums.Paper,
    enums.Transport,
    enums.ReferenceType,
    enums.Level,
    enums.Mode,
    enums.Stage,
    enums.Line,
    enums.PromiseState,
    enums.Outcome,
    enums.Origin,
    enums.NoticeState,
    enums.MessageState,
    enums.MessageKind,
    enums.AttemptOutcome,
    enums.CallOutcome,
    enums.ThreadState,
    enums.Meaning,
    enums.NoticeCode,
    webhooks.WebhookEvent,
    webhooks.DeliveryState,
    webhooks.Disabled,
    webhooks.Payload,
]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.__name__)
def test_every_word_is_in_the_glossary(vocabulary: type[StrEnum]) -> None:
    assert_documented([word.value for word in vocabulary], "glossary.md")


def test_every_rule_number_is_documented_with_its_default() -> None:
    page = read(ROOT / "docs" / "rules.md")
    assert [name for name, value in DEFAULTS.items() if f"| `{name}` | {value:g} |" not in page] == []


def test_message_states_say_what_to_do() -> None:
    """An operator finds every state of a message in docs/operations.md."""
    assert_documented([state.value for state in enums.MessageState], "operations.md")


def links() -> list[tuple[str, str]]:
    """Every link between pages: (page, target)."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [
        (str(path.relative_to(ROOT)), target)
        for path in pages
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read(path))
        if not re.match(r"[a-z]+:", target)
    ]


def test_links_lead_somewhere() -> None:
    broken = [(source, target) for source, target in links() if not ((ROOT / source).parent / target).exists()]
    assert links()
    assert broken == []
