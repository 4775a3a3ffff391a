"""Shipments as people name them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.speech import fail

if TYPE_CHECKING:
    from sqlalchemy import Connection


def find(conn: Connection, account_id: str, ref: str) -> list[str]:
    """The shipments that *ref* names: an id, or a reference of any kind. Ends the command where there is none.

    An identity reference names one; a shared one, such as a container, may name several.
    """
    from service.records.enums import IDENTITY, ReferenceType
    from service.store import merges, shipments, views_subjects

    if ref.startswith("shp_") and views_subjects.exists(conn, account_id, ref):
        return [merges.survivor(conn, account_id, ref)]
    kinds = sorted(ReferenceType, key=lambda kind: kind not in IDENTITY)
    found = next((ids for kind in kinds if (ids := shipments.by_reference(conn, account_id, kind, ref))), [])
    if not found:
        fail(f"No shipment is called {ref}: look at `milepost status`, or at GET /v1/shipments.")
    return found
