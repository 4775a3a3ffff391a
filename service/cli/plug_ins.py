"""`milepost notifier-check`: whether what is plugged in keeps its promises."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from service.cli.speech import fail, mark, say


def notifier_check(
    cls: Annotated[str, typer.Argument(metavar="MODULE:CLASS", help="The notifier, such as mypackage.push:Push.")],
    config: Annotated[str, typer.Option("--config", help="Its settings as JSON.")] = "{}",
    send: Annotated[
        bool, typer.Option("--send", help="Really hand over messages: give it a sandbox's settings.")
    ] = False,
) -> None:
    """Examine a notifier against the contract that every notifier keeps."""
    from notifiers.check import check_class

    try:
        given = json.loads(config)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        fail("""--config must be a JSON object, such as '{"host": "127.0.0.1"}'.""")
    findings = check_class(_loaded(cls), given, send=send)
    for one in findings:
        mark("good" if one.ok else "bad", f"{one.what}: {one.detail}" + (f" {one.fix}" if not one.ok else ""))
    wrong = sum(not one.ok for one in findings)
    if wrong:
        fail(f"{wrong} of {len(findings)} promises are not kept.")
    if not send:
        say("Nothing was handed over. With --send and a sandbox's settings sending is examined too.")


def _loaded(name: str) -> Any:
    import importlib
    import sys
    from pathlib import Path

    module, colon, attribute = name.partition(":")
    if not colon or not module or not attribute:
        fail("Name the class as MODULE:CLASS, such as mypackage.push:Push.")
    sys.path.insert(0, str(Path.cwd()))
    try:
        return getattr(importlib.import_module(module), attribute)
    except AttributeError:
        fail(f"The module {module} has no {attribute}.")
    except Exception as error:
        fail(f"{module} cannot be imported ({type(error).__name__}: {error}).")
    finally:
        sys.path.pop(0)
