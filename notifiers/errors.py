"""
Why a message was not handed over.

* NotifierError
  x TemporaryFailure    the provider did not take it; the same message may pass later   (retry_after=)
  x PermanentFailure    this message will never pass; do not try again                  (suppress=)
  x UncertainOutcome    we asked and lost the answer; the provider may have taken it
  x ChannelUnavailable  nothing passes: our account, credentials or configuration

A notifier classifies (it alone knows its provider's codes); policy judges what each class costs.
"""

from __future__ import annotations


class NotifierError(Exception):
    """One message was not handed over.

    `code` is the provider's own code; `detail` is one sentence without personal data.
    """

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


class TemporaryFailure(NotifierError):
    """Certainly not taken; may pass later, not before `retry_after` seconds where the provider named a time."""

    def __init__(self, detail: str, *, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class PermanentFailure(NotifierError):
    """Certainly not taken and never will be. With `suppress` the address must not be written to again."""

    def __init__(self, detail: str, *, code: str | None = None, suppress: bool = False) -> None:
        super().__init__(detail, code=code)
        self.suppress = suppress


class UncertainOutcome(NotifierError):
    """The request left and no readable answer came back: the provider may have taken the message."""


class ChannelUnavailable(NotifierError):
    """Nothing can pass through this notifier until a person mends our account, credentials or configuration."""
