"""Believing what a provider's list says: receipts and replies, each once, as if the provider had called us."""

from __future__ import annotations

from service.flows import receipts, replies
from service.flows.kit import Kit, Ready
from service.policy.audit import Audit


def believe(kit: Kit, ready: Ready, found: Audit) -> tuple[int, int]:
    """Keep the receipts and take the replies of a list; returns how many of each were new."""
    kept = sum(receipts.keep_by_provider(kit, ready.name, receipt) for receipt in found.receipts)
    taken = sum(not result.repeated for reply in found.replies for result in replies.take(kit, ready, reply))
    return kept, taken
