"""What the store says when it cannot do what was asked."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be used as asked; the text is one sentence that names the fix."""


class StoreUnavailable(StoreError):
    """The store cannot work now but may again by itself; nothing was kept. `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: int = 5) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class OutcomeUnknown(StoreUnavailable):
    """The connection broke while the commit was under way: the unit may have been kept. Asking again is safe."""
