"""Messages and notices as the API shows them: their state in words, and why they were sent, held or not sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.records.enums import MessageState, NoticeState

Row = dict[str, Any]

STATE_WORDS: dict[MessageState, str] = {
    MessageState.WAITING: "Waiting to be handed over; it can still be cancelled.",
    MessageState.SENDING: "Being handed to the provider now.",
    MessageState.UNCERTAIN: "We asked the provider and lost the answer: it may have been sent. "
    "The provider's own list, or a receipt, settles that.",
    MessageState.ACCEPTED: "The provider has taken it. Whether it arrived is not known: some networks never say.",
    MessageState.DELIVERED: "The provider says that it arrived. Nobody can know whether it was read.",
    MessageState.UNDELIVERED: "The provider took it and says that it did not arrive.",
    MessageState.FAILED: "It was refused for good and not sent; `detail` says why.",
    MessageState.EXPIRED: "It could not leave before it lost its use, and was not sent.",
    MessageState.SUPERSEDED: "Newer news, another way, or what a lost database said took its place; it was not sent.",
    MessageState.CANCELLED: "A person or a rule stopped it before it left.",
    MessageState.UNKNOWN: "It may have been sent; nothing will tell any more.",
}

NOTICE_WORDS: dict[NoticeState, str] = {
    NoticeState.WAITING: "It waits for its message to leave.",
    NoticeState.SAID: "It was said.",
    NoticeState.SUPERSEDED: "It was no longer true before it was said, so it was not said.",
    NoticeState.EXPIRED: "It could not be said before it lost its use.",
    NoticeState.BASELINE: "It is counted as known and will not be said.",
    NoticeState.UNSAID: "It was not said.",
    NoticeState.UNKNOWN: "It may have been said.",
}


def message_entry(row: Row) -> Row:
    """A message in a list. The address is shown as its last four characters: who it is, is the contact."""
    return {
        "id": row["id"],
        "message_kind": row["kind"],
        "state": row["state"],
        "state_text": STATE_WORDS[MessageState(row["state"])],
        "stage": row["stage"],
        "channel": row["channel"],
        "code": row["code"],
        "level": row["level"],
        "contact_id": row["contact_id"],
        "shipment_id": row["shipment_id"],
        "thread_id": row["thread_id"],
        "to": hidden(row["to"]),
        "text": row["body"],
        "subject": row["subject"],
        "segments": row["segments"],
        "language": row["language"],
        "due_at": row["due_at"],
        "send_before": row["send_before"],
        "handed_at": row["handed_at"],
        "ended_at": row["ended_at"],
        "detail": row["detail"],
        "created_at": row["created_at"],
        "links": {"self": f"/v1/messages/{row['id']}"},
    }


def hidden(address: str | None) -> str | None:
    """An address by its last four characters."""
    return f"…{address[-4:]}" if address else None


def whole_message(row: Row, attempts: list[Row], receipts: list[Row], notices: list[Row]) -> Row:
    """One message with all that is known of it."""
    return {
        **message_entry(row),
        "notifier": row["notifier"],
        "provider_id": row["provider_id"],
        "tries": row["tries"],
        "text_version": row["text_version"],
        "text_note": (row["params"] or {}).get("text_note", ""),
        "html": row["html"],
        "calendar": row["calendar"],
        "trace_id": row["trace_id"],
        "notices": [notice_entry(one) for one in notices],
        "attempts": [
            {
                "id": one["id"],
                "number": one["number"],
                "notifier": one["notifier"],
                "outcome": one["outcome"],
                "started_at": one["started_at"],
                "completed_at": one["completed_at"],
                "code": one["code"],
                "detail": one["detail"],
            }
            for one in attempts
        ],
        "receipts": [
            {"status": one["status"], "at": one["received_at"], "code": one["code"], "detail": one["detail"]}
            for one in receipts
        ],
    }


def notice_entry(row: Row) -> Row:
    """A notice: what somebody is owed, and why it was said or not."""
    return {
        "id": row["id"],
        "code": row["code"],
        "level": row["level"],
        "state": row["state"],
        "state_text": NOTICE_WORDS[NoticeState(row["state"])],
        "stage": row["stage"],
        "contact_id": row["contact_id"],
        "shipment_id": row["shipment_id"],
        "cause": row["cause"],
        "not_before": row["not_before"],
        "send_before": row["send_before"],
        "why": why_sentence(
            row["why"] or [],
            held=row["state"] in {NoticeState.BASELINE, NoticeState.UNSAID},
            said=row["state"] == NoticeState.SAID,
        ),
        "rules": row["why"] or [],
        "links": {"self": f"/v1/notices/{row['id']}"},
    }


def why_sentence(rules: Sequence[Row], *, held: bool, said: bool = False) -> str:
    """The verdicts as plain sentences: those that held it back where there are any, else those that let it pass.

    Of what was *said* all the same, both: why it was owed, and then what stood in the way of a message.
    """
    stopped = [rule for rule in rules if not rule["passed"]]
    passed = [rule for rule in rules if rule["passed"]]
    if not rules:
        return "No rule had a say."
    if said and stopped and passed:
        return f"Said because {_listed(passed)}. But: {_listed(stopped)}."
    verb = "Held back" if stopped or held else "Said"
    return f"{verb} because {_listed(stopped or rules)}."


def _listed(rules: Sequence[Row]) -> str:
    return "; ".join(f"{rule['text'].rstrip('.')} ({rule['rule']})" for rule in rules)
