"""Finds notifiers by entry point and builds the configured ones; a wrong setting stops the start with one sentence.

A notifier is a class under the entry point group `milepost.notifiers`. It has a `name`, a `channel`, a pydantic model
`Config` that forbids unknown fields, and a constructor that takes one `Config`. Ours come through the same door.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, distributions
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from notifiers.base import Channel, Notifier, variable

GROUP = "milepost.notifiers"
EXTRAS: Mapping[str | None, str] = {"apprise": "apprise"}
"""Libraries that not every installation has, and the extra that brings each."""

SHARE = "share"
"""The one setting that every notifier has, and none reads itself: its part of the messages of a shared channel."""

MOST_SHARE = 100
"""Points."""


class ConfigurationError(ValueError):
    """Settings are missing or wrong. The message is one sentence for the operator a line, and names what to set."""


NotifierClass = type[Any]
"""What stands behind an entry point: `checked` says what it must have."""


@dataclass(frozen=True, slots=True)
class Built:
    """A notifier that is ready, and the name by which it is configured and called back.

    `share` is the part of its channel's messages that the operator gave it, in points; None where nothing was said.
    """

    name: str
    notifier: Notifier
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A notifier that has settings and cannot be built: a sentence for each that is wrong.

    `channel` is that of its messages, where that is known without its settings.
    """

    name: str
    sentences: tuple[str, ...]
    channel: Channel | None = None


def entry_points(path: Sequence[str] | None = None) -> dict[str, EntryPoint]:
    """Every installed notifier by name, not yet imported; *path* is searched instead of `sys.path` where given.

    Raises `ConfigurationError` when two installed packages claim one name.
    """
    found: dict[str, EntryPoint] = {}
    places = distributions() if path is None else distributions(path=list(path))
    for entry in (entry for place in places for entry in place.entry_points.select(group=GROUP)):
        if entry.name in found and found[entry.name].value != entry.value:
            raise ConfigurationError(
                f"Two installed packages offer a notifier named {entry.name} ({found[entry.name].value} and "
                f"{entry.value}): uninstall one of them."
            )
        found[entry.name] = entry
    return found


def load(entry: EntryPoint) -> NotifierClass:
    """Import the class behind *entry*. Raises `ConfigurationError` if that fails or it is no notifier."""
    try:
        cls = entry.load()
    except Exception as error:  # noqa: BLE001, RUF100 - a plug-in may fail at import in any way
        raise ConfigurationError(
            f"The notifier {entry.name} ({entry.value}) cannot be imported ({type(error).__name__}): "
            f"{_remedy(entry, error)}."
        ) from error
    return checked(entry.name, cls)


def _remedy(entry: EntryPoint, error: Exception) -> str:
    """What mends a failed import: a notifier of ours may need a library that only an extra brings."""
    if isinstance(error, ModuleNotFoundError) and entry.value.startswith("notifiers.") and error.name in EXTRAS:
        return f"install the extra that brings it, milepost[{EXTRAS[error.name]}]"
    return "reinstall or remove the package that offers it"


def checked(name: str, cls: Any) -> NotifierClass:
    """Return *cls*; raise `ConfigurationError` unless it has the shape of a notifier that is called *name*."""
    config = getattr(cls, "Config", None)
    problem = ""
    if not isinstance(cls, type) or not callable(getattr(cls, "send", None)):
        problem = "is not a class with a method send(message)"
    elif getattr(cls, "name", None) != name:
        problem = f"calls itself {getattr(cls, 'name', None)!r}: its attribute name must be {name!r}"
    elif not (isinstance(config, type) and issubclass(config, BaseModel)):
        problem = "has no pydantic model named Config"
    elif config.model_config.get("extra") != "forbid":
        problem = "has a Config that lets unknown settings pass: give it extra='forbid'"
    elif SHARE in config.model_fields:
        problem = f"has a Config with a field {SHARE}, which Milepost reads itself: call it something else"
    if problem:
        raise ConfigurationError(f"The notifier {name} {problem}.")
    return cls  # type: ignore[no-any-return]


def known(path: Sequence[str] | None = None) -> dict[str, NotifierClass]:
    """Every installed notifier's class by name. Raises `ConfigurationError` if one cannot be imported."""
    return {name: load(entry) for name, entry in sorted(entry_points(path).items())}


def build(
    configured: Mapping[str, Mapping[str, object]], *, classes: Mapping[str, NotifierClass] | None = None
) -> dict[Channel, tuple[Built, ...]]:
    """Build each notifier that has settings, by channel and in the order of their names.

    *configured* is `{"twilio": {"account_sid": ...}}` as read from the environment; an empty value counts as not set.
    Only the notifiers named there are imported. Raises `ConfigurationError` with everything that is wrong.
    """
    built, wrong = examine(configured, classes=classes)
    if wrong:
        raise ConfigurationError("\n".join(sentence for one in wrong for sentence in one.sentences))
    return built


def examine(
    configured: Mapping[str, Mapping[str, object]], *, classes: Mapping[str, NotifierClass] | None = None
) -> tuple[dict[Channel, tuple[Built, ...]], tuple[Wrong, ...]]:
    """What `build` builds, and beside it what is wrong of the notifiers that it cannot build.

    Raises `ConfigurationError` when two installed packages claim one name.
    """
    built: dict[Channel, tuple[Built, ...]] = {}
    wrong: list[Wrong] = []
    offered = None if classes is not None else entry_points()
    for name, values in sorted(_given(configured).items()):
        try:
            cls = _class(name, classes, offered)
        except ConfigurationError as error:
            wrong.append(Wrong(name, (str(error),)))
            continue
        try:
            one = _built(name, cls, values)
        except ConfigurationError as error:
            channel = getattr(cls, "channel", None)
            sentences = tuple(str(error).splitlines())
            wrong.append(Wrong(name, sentences, channel if isinstance(channel, Channel) else None))
        else:
            built[one.notifier.channel] = (*built.get(one.notifier.channel, ()), one)
    return built, tuple(wrong)


def _built(name: str, cls: NotifierClass, values: dict[str, object]) -> Built:
    """One notifier; both its share and its own settings are looked at before anything is refused."""
    wrong: list[str] = []
    share: int | None = None
    config: BaseModel | None = None
    try:
        share = _share(name, values.pop(SHARE, None))
    except ConfigurationError as error:
        wrong.append(str(error))
    try:
        config = _config(name, cls, values)
    except ConfigurationError as error:
        wrong.append(str(error))
    if wrong or config is None:
        raise ConfigurationError("\n".join(wrong))
    return Built(name, _made(name, cls, config), share)


def _share(name: str, value: object) -> int | None:
    if value is None:
        return None
    try:
        share = int(str(value))
    except ValueError:
        share = -1
    if not 0 <= share <= MOST_SHARE:
        raise ConfigurationError(f"{variable(name, SHARE)} must be a whole number from 0 to {MOST_SHARE}.")
    return share


def _given(configured: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    kept = {
        name.lower(): {field.lower(): value for field, value in values.items() if value is not None and value != ""}
        for name, values in configured.items()
    }
    return {name: values for name, values in kept.items() if values}


def _class(
    name: str, classes: Mapping[str, NotifierClass] | None, offered: Mapping[str, EntryPoint] | None
) -> NotifierClass:
    names = sorted(classes if classes is not None else offered or ())
    if name not in names:
        raise ConfigurationError(
            f"{variable(name)}__* is set, but no notifier named {name} is installed: known are {', '.join(names)}."
        )
    if classes is not None:
        return classes[name]
    return load((offered or {})[name])


def _config(name: str, cls: NotifierClass, values: Mapping[str, object]) -> BaseModel:
    try:
        config: BaseModel = cls.Config.model_validate(dict(values))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True, include_input=False)
        # A value that fits none of several kinds is one error for each of them: the first says enough.
        first: dict[object, ErrorDetails] = {}
        for number, one in enumerate(found):
            first.setdefault(one["loc"][0] if one["loc"] else number, one)
        raise ConfigurationError("\n".join(_sentence(name, cls.Config, one) for one in first.values())) from None
    return config


def _made(name: str, cls: NotifierClass, config: BaseModel) -> Notifier:
    try:
        notifier: Notifier = cls(config)
    except Exception as error:  # noqa: BLE001, RUF100 - a plug-in may fail in any way
        raise ConfigurationError(
            f"The notifier {name} cannot be started with the settings under {variable(name)}__* "
            f"({type(error).__name__}): look at its own page."
        ) from error
    return notifier


def _sentence(name: str, config: type[BaseModel], error: ErrorDetails) -> str:
    """One sentence that names the variable; never the value, which may be a secret."""
    field = str(error["loc"][0]) if error["loc"] else ""
    words = re.sub(r"^(Value error|Assertion failed), ", "", error["msg"])
    words = re.sub(r"\{(\w+)\}", lambda found: variable(name, found.group(1)), words).rstrip(".")
    if error["type"] == "missing":
        meant = config.model_fields[field].description if field in config.model_fields else None
        return f"{variable(name, field)} must be set{f': {meant}' if meant else ''}."
    if error["type"] == "extra_forbidden":
        settings = ", ".join(other.upper() for other in config.model_fields)
        return f"{variable(name, field)} is not a setting of {name}: known are {settings}."
    if not field:
        return f"{words}."
    if error["type"] != "value_error":
        words = f"is not usable: {words[:1].lower()}{words[1:]}"
    return f"{variable(name, field)} {words}."
