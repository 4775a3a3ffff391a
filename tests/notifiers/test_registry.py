from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from notifiers import Accepted, Channel, Message
from notifiers.apprise import Apprise
from notifiers.loopback import Loopback
from notifiers.registry import GROUP, Built, ConfigurationError, build, checked, entry_points, examine, known
from notifiers.smtp import Smtp
from notifiers.telnyx import TelnyxSms
from notifiers.twilio import TwilioSms
from notifiers.vonage import VonageSms
from notifiers.webhook import Webhook

ROOT = Path(__file__).parents[2]
OURS: dict[str, type[Any]] = {
    "apprise": Apprise,
    "loopback": Loopback,
    "smtp": Smtp,
    "telnyx": TelnyxSms,
    "twilio": TwilioSms,
    "vonage": VonageSms,
    "webhook": Webhook,
}
TWILIO: dict[str, object] = {
    "account_sid": "AC" + "0" * 32,
    "auth_token": "0123456789abcdef" * 2,
    "from_number": "+447700900000",
}
SMTP: dict[str, object] = {"host": "mail.example.com", "from_address": "updates@example.com"}


def installed(folder: Path, name: str, entries: Mapping[str, str]) -> Path:
    """A folder that looks like a site with one package that offers notifiers."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"[{GROUP}]", *(f"{key} = {value}" for key, value in entries.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    return folder


def test_ours_come_through_the_door_that_the_project_declares(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    path = [str(installed(tmp_path, "milepost", project["entry-points"][GROUP]))]
    assert known(path) == OURS


def test_a_strangers_notifier_is_found_once_it_is_installed(tmp_path: Path) -> None:
    installed(tmp_path, "pigeon", {"pigeon": "pigeon:Pigeon"})
    (tmp_path / "pigeon.py").write_text(
        "from pydantic import BaseModel\n"
        "from notifiers import Accepted, Channel, Message\n"
        "class Pigeon:\n"
        "    name = 'pigeon'\n"
        "    channel = Channel.SMS\n"
        "    class Config(BaseModel, extra='forbid'):\n"
        "        loft: str\n"
        "    def __init__(self, config: Config) -> None:\n"
        "        self.loft = config.loft\n"
        "    def send(self, message: Message) -> Accepted:\n"
        "        return Accepted(self.loft + message.id)\n"
    )
    program = (
        "from notifiers.registry import build\n"
        "built = build({'pigeon': {'loft': 'north'}})\n"
        "print({channel.value: (each.name, each.notifier.loft) for channel, (each,) in built.items()})\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )
    assert (run.stdout.strip(), run.stderr) == ("{'sms': ('pigeon', 'north')}", "")


def test_each_channel_gets_its_notifier() -> None:
    built = build({"twilio": TWILIO, "smtp": SMTP}, classes=OURS)
    assert {channel: (each.name, type(each.notifier)) for channel, (each,) in built.items()} == {
        Channel.SMS: ("twilio", TwilioSms),
        Channel.EMAIL: ("smtp", Smtp),
    }
    assert all(isinstance(each, Built) for (each,) in built.values())


@pytest.mark.parametrize(
    "configured", [{}, {"twilio": {}}, {"twilio": {"account_sid": "", "auth_token": None}, "smtp": {}}]
)
def test_nothing_set_means_no_notifier(configured: dict[str, dict[str, object]]) -> None:
    assert build(configured, classes=OURS) == {}


def test_what_proves_a_call_is_a_setting() -> None:
    proven = {name: cls.proven_by for name, cls in OURS.items() if hasattr(cls, "proven_by")}
    assert set(proven) == {"smtp", "telnyx", "twilio", "vonage"}
    assert all(set(proof.settings) <= set(OURS[name].Config.model_fields) for name, proof in proven.items())


def test_names_are_read_in_any_case() -> None:
    upper = {name.upper(): value for name, value in SMTP.items()}
    assert build({"SMTP": upper}, classes=OURS)[Channel.EMAIL][0].name == "smtp"


T = "MILEPOST_NOTIFIERS__TWILIO__"
S = "MILEPOST_NOTIFIERS__SMTP__"
WRONG: list[tuple[str, dict[str, object], str]] = [
    (
        "twilio",
        TWILIO | {"account_sid": "AC1"},
        f"{T}ACCOUNT_SID must start with AC and have 34 characters: copy it from the Twilio console's front page.",
    ),
    (
        "twilio",
        {key: value for key, value in TWILIO.items() if key != "auth_token"},
        f"{T}AUTH_TOKEN must be set: the auth token beside it; it also proves that a callback is Twilio's.",
    ),
    (
        "twilio",
        TWILIO | {"auth_token": "hush"},
        f"{T}AUTH_TOKEN must be 32 characters, 0-9 and a-f: copy it from the Twilio console's front page.",
    ),
    (
        "twilio",
        {key: value for key, value in TWILIO.items() if key != "from_number"},
        f"exactly one of {T}FROM_NUMBER and {T}MESSAGING_SERVICE_SID must be set.",
    ),
    (
        "twilio",
        TWILIO | {"messaging_service_sid": "MG" + "0" * 32},
        f"exactly one of {T}FROM_NUMBER and {T}MESSAGING_SERVICE_SID must be set.",
    ),
    (
        "twilio",
        TWILIO | {"api_key_sid": "SK" + "0" * 32},
        f"{T}API_KEY_SID and {T}API_KEY_SECRET must be set both or neither.",
    ),
    (
        "twilio",
        TWILIO | {"from_number": "a very long name"},
        f"{T}FROM_NUMBER must be a number such as +447700900123, a short code, or a name of at most 11 letters and ",
    ),
    (
        "twilio",
        TWILIO | {"api_base": "http://api.example.com"},
        f"{T}API_BASE must be https:// and a host without a path (http:// only for this machine), such as https://",
    ),
    ("twilio", TWILIO | {"timeout": "soon"}, f"{T}TIMEOUT is not usable: input should be a valid number, "),
    (
        "twilio",
        TWILIO | {"acount_sid": "AC1"},
        f"{T}ACOUNT_SID is not a setting of twilio: known are ACCOUNT_SID, AUTH_TOKEN, API_KEY_SID, API_KEY_SECRET, ",
    ),
    ("smtp", {"host": "mail.example.com"}, f"{S}FROM_ADDRESS must be set: the mailbox that e-mails come from."),
    (
        "smtp",
        SMTP | {"from_address": "Acme <a@example.com>"},
        f"{S}FROM_ADDRESS must be one mailbox such as updates@example.com, without a name beside it.",
    ),
    ("smtp", SMTP | {"port": "99999"}, f"{S}PORT is not usable: input should be less than or equal to 65535."),
    ("smtp", SMTP | {"security": "ssl"}, f"{S}SECURITY is not usable: input should be 'starttls', 'tls' or 'none'."),
    ("smtp", SMTP | {"username": "ann"}, f"{S}USERNAME and {S}PASSWORD must be set both or neither."),
    (
        "smtp",
        SMTP | {"username": "ann", "password": "hush", "security": "none"},
        f"{S}SECURITY must be starttls or tls where a password is sent to another machine.",
    ),
    (
        "pigeon",
        {"loft": "north"},
        (
            "MILEPOST_NOTIFIERS__PIGEON__* is set, but no notifier named pigeon is installed: "
            "known are apprise, loopback, "
        ),
    ),
]


@pytest.mark.parametrize(("name", "values", "sentence"), WRONG)
def test_a_wrong_setting_is_one_sentence_that_names_it(name: str, values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build({name: values}, classes=OURS)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value)


def test_everything_that_is_wrong_is_said_in_one_run_and_the_others_are_built() -> None:
    configured: dict[str, dict[str, object]] = {
        "twilio": TWILIO | {"account_sid": "AC1", "auth_token": "hush", "share": "most"},
        "smtp": SMTP,
        "telnyx": {"api_key": "KEY"},
        "pigeon": {"loft": "north"},
    }
    built, wrong = examine(configured, classes=OURS)
    assert {channel: [one.name for one in ways] for channel, ways in built.items()} == {Channel.EMAIL: ["smtp"]}
    assert [(one.name, one.channel) for one in wrong] == [
        ("pigeon", None),
        ("telnyx", Channel.SMS),
        ("twilio", Channel.SMS),
    ]
    with pytest.raises(ConfigurationError) as caught:
        build(configured, classes=OURS)
    lines = str(caught.value).splitlines()
    assert lines == [sentence for one in wrong for sentence in one.sentences]
    assert [line.split(" ")[0] for line in lines if "TWILIO__" in line and "PIGEON" not in line] == [
        f"{T}SHARE",
        f"{T}ACCOUNT_SID",
        f"{T}AUTH_TOKEN",
    ]
    assert "hush" not in str(caught.value)


def test_several_notifiers_share_a_channel() -> None:
    built = build({"twilio": TWILIO | {"share": "60"}, "loopback": {"channel": "sms"}, "smtp": SMTP}, classes=OURS)
    assert {channel: [(each.name, each.share) for each in ways] for channel, ways in built.items()} == {
        Channel.SMS: [("loopback", None), ("twilio", 60)],
        Channel.EMAIL: [("smtp", None)],
    }


@pytest.mark.parametrize("share", ["101", "-1", "half", "49.5", 101])
def test_a_share_is_points(share: object) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build({"twilio": TWILIO | {"share": share}}, classes=OURS)
    assert str(caught.value) == f"{T}SHARE must be a whole number from 0 to 100."


@pytest.mark.parametrize(("share", "points"), [("0", 0), (" 100 ", 100), (50, 50), ("", None)])
def test_a_share_as_the_environment_gives_it(share: object, points: int | None) -> None:
    assert build({"twilio": TWILIO | {"share": share}}, classes=OURS)[Channel.SMS][0].share == points


def test_a_secret_is_not_shown() -> None:
    config = TwilioSms.Config.model_validate(TWILIO)
    shown = repr(config) + repr(vars(TwilioSms(config)))
    assert str(TWILIO["auth_token"]) not in shown


@pytest.mark.parametrize("value", ["no_such_module:Pigeon", "notifiers.loopback:Pigeon"])
def test_a_plug_in_that_cannot_be_imported_is_named(tmp_path: Path, value: str) -> None:
    path = [str(installed(tmp_path, "pigeon", {"pigeon": value}))]
    with pytest.raises(ConfigurationError, match=f"The notifier pigeon \\({value}\\) cannot be imported"):
        known(path)


def test_two_packages_with_one_name_are_named(tmp_path: Path) -> None:
    path = [
        str(installed(tmp_path / "a", "one", {"pigeon": "one:Pigeon"})),
        str(installed(tmp_path / "b", "two", {"pigeon": "two:Pigeon"})),
    ]
    with pytest.raises(ConfigurationError, match="Two installed packages offer a notifier named pigeon"):
        entry_points(path)


class _Loose:
    name = "pigeon"
    channel = Channel.SMS

    class Config(BaseModel):
        loft: str = ""

    def __init__(self, config: Config) -> None:
        raise RuntimeError(config.loft)

    def send(self, message: Message) -> Accepted:
        return Accepted(message.id)


class _Strict(_Loose):
    class Config(_Loose.Config, extra="forbid"):
        pass


class _Greedy(_Loose):
    class Config(_Loose.Config, extra="forbid"):
        share: int = 1


class _NoConfig:
    name = "pigeon"

    def send(self, message: Message) -> Accepted:
        return Accepted(message.id)


@pytest.mark.parametrize(
    ("cls", "problem"),
    [
        (Loopback, "calls itself 'loopback'"),
        (_Greedy, "has a Config with a field share, which Milepost reads itself: call it something else"),
        (print, "is not a class with a method send"),
        (BaseModel, "is not a class with a method send"),
        (_NoConfig, "has no pydantic model named Config"),
        (_Loose, "has a Config that lets unknown settings pass"),
    ],
)
def test_what_has_not_the_shape_of_a_notifier_is_refused(cls: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        checked("pigeon", cls)


def test_a_plug_in_that_fails_at_its_start_is_named() -> None:
    with pytest.raises(ConfigurationError, match="The notifier pigeon cannot be started"):
        build({"pigeon": {"loft": "north"}}, classes={"pigeon": _Strict})


def test_a_missing_extra_is_named() -> None:
    """The import fails as it does where the extra is not installed."""
    program = (
        "import sys; sys.modules['apprise'] = None\n"
        "from importlib.metadata import EntryPoint\n"
        "from notifiers.registry import GROUP, load\n"
        "try:\n"
        "    load(EntryPoint('apprise', 'notifiers.apprise:Apprise', GROUP))\n"
        "except ValueError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "milepost[apprise]" in run.stdout
