"""Changing something on behalf of a key: the change and its audit entry together, then whoever waits is woken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from service.api.deps import Deps
from service.store import audit
from service.store.keys import KeyView

T = TypeVar("T")


def change(
    deps: Deps,
    key: KeyView,
    action: str,
    unit: Callable[[Any, datetime], tuple[T, str]],
    *,
    why: str = "",
    detail: Mapping[str, object] | None = None,
) -> T:
    """Run *unit* (connection, now), which returns its result and the id of what it changed; empty for nothing changed.

    *detail* must hold no personal data.
    """
    now = deps.kit.clock()

    def whole(conn: Any) -> T:
        value, subject = unit(conn, now)
        if subject:
            audit.record(conn, key.account_id, f"key:{key.name}", action, subject, why, detail, now)
        return value

    value = deps.kit.database.write(whole)
    deps.kit.database.wake("shipments")
    return value
