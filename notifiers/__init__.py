"""What the author of a notifier needs, in one import."""

from notifiers.base import (
    Accepted,
    Attachment,
    Callback,
    Channel,
    Checks,
    Finding,
    Lists,
    Message,
    Notifier,
    Receipt,
    ReceiptStatus,
    ReceivesReplies,
    Reply,
    ReportsDelivery,
    Seen,
)
from notifiers.errors import (
    ChannelUnavailable,
    NotifierError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)

__all__ = [
    "Accepted",
    "Attachment",
    "Callback",
    "Channel",
    "ChannelUnavailable",
    "Checks",
    "Finding",
    "Lists",
    "Message",
    "Notifier",
    "NotifierError",
    "PermanentFailure",
    "Receipt",
    "ReceiptStatus",
    "ReceivesReplies",
    "Reply",
    "ReportsDelivery",
    "Seen",
    "TemporaryFailure",
    "UncertainOutcome",
]
