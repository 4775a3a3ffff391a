"""`milepost notifier-check module:Class`: the contract without pytest, as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from notifiers import contract
from notifiers.base import Channel, Finding, Message, Notifier
from notifiers.registry import ConfigurationError, checked

_SECRET_WORDS = ("password", "secret", "token")


def check_class(cls: Any, config: Mapping[str, object], *, send: bool = True, to: str | None = None) -> list[Finding]:
    """Examine a notifier class with *config*, and return one finding per promise.

    With *send* messages are really handed over, to *to* or else to reserved addresses: give it a sandbox's settings.
    Never raises.
    """
    findings = list(_shape(cls))
    if not all(finding.ok for finding in findings):
        return findings
    try:
        notifier: Notifier = cls(cls.Config.model_validate(dict(config)))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "Config"
        fix = f"Set {where}: {error.errors(include_input=False)[0]['msg']}."
        return [*findings, Finding("settings", False, "Config refuses the settings.", fix)]
    except Exception as error:  # noqa: BLE001, RUF100 - a stranger's class may fail in any way
        fix = "Let Config refuse what the constructor cannot use."
        return [*findings, Finding("construction", False, f"The constructor raised {type(error).__name__}.", fix)]
    return [*findings, *_behaviour(notifier, send=send, to=to)]


def _shape(cls: Any) -> Iterator[Finding]:
    try:
        checked(str(getattr(cls, "name", "")), cls)
    except ConfigurationError as error:
        yield Finding("shape", False, str(error), "Look at docs/adding-a-notifier.md.")
        return
    yield Finding("shape", True, "A class with name, Config and send.")
    for field in _open_secrets(cls.Config):
        yield Finding("secrets", False, f"Config.{field} is shown when it is printed.", "Make it a pydantic SecretStr.")


def _open_secrets(config: type[BaseModel]) -> Iterator[str]:
    for name, field in config.model_fields.items():
        kinds = {field.annotation, *get_args(field.annotation)}
        if any(word in name for word in _SECRET_WORDS) and SecretStr not in kinds:
            yield name


def _behaviour(notifier: Notifier, *, send: bool, to: str | None) -> Iterator[Finding]:
    yield _tried("identity", contract.identifies_itself, notifier)
    yield _tried("unsigned callbacks", contract.refuses_strangers, notifier)
    if not send or not isinstance(getattr(notifier, "channel", None), Channel):
        return
    message = contract.SAMPLES[notifier.channel]
    message = message if to is None else replace(message, to=to)
    yield _tried("taking a message", contract.takes_a_message, notifier, message)
    yield _tried("ids", contract.names_messages_apart, notifier, message)
    yield _tried("messages are values", contract.leaves_the_message_alone, notifier, message)
    yield _tried("threads", contract.serves_several_threads, notifier, message)
    yield _tried("the four failures", contract.raises_only_the_four, notifier, message)


def _tried(what: str, promise: Callable[..., None], *given: Notifier | Message) -> Finding:
    meant = (promise.__doc__ or "").strip()
    try:
        promise(*(copy(each) if isinstance(each, Message) else each for each in given))
    except AssertionError as error:
        return Finding(what, False, f"{error}.", f"The promise: {meant}")
    except Exception as error:  # noqa: BLE001, RUF100 - a stranger's class may fail in any way
        return Finding(what, False, f"It raised {type(error).__name__}.", f"The promise: {meant}")
    return Finding(what, True, meant)
