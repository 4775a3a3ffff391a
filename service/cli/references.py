"""Shipments as people name them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.speech import fail

if TYPE_CHECKING:
    from sqlalchemy import Connection


def find(conn: Connection, account_id: str, ref: str) -> list[str]:
    """The shipments that *ref* names: an id, or a reference of any kind. Ends the command where there is none.

    An identity reference names one, and goes before a shared one, such as a container, which may name several. Ends the
    command also where references of two kinds name different shipments.
    """
    from service.records.enums import IDENTITY, ReferenceType
    from service.store import merges, shipments, views_subjects

    if ref.startswith("shp_") and views_subjects.exists(conn, account_id, ref):
        return [merges.survivor(conn, account_id, ref)]
    called = {kind: ids for kind in ReferenceType if (ids := shipments.by_reference(conn, account_id, kind, ref))}
    if not called:
        fail(f"No shipment is called {ref}: look at `milepost status`, or at GET /v1/shipments.")
    identities = {kind: ids for kind, ids in called.items() if kind in IDENTITY} or called
    if len({frozenset(ids) for ids in identities.values()}) > 1:
        kinds = " and ".join(f"the {kind.value} of {', '.join(ids)}" for kind, ids in identities.items())
        fail(f"{ref} is {kinds}: say which by its id.")
    return next(iter(identities.values()))
