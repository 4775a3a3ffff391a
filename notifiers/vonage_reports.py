"""Vonage's own list of messages: its Reports API, read day by day and page by page.

https://developer.vonage.com/en/reports/code-snippets/load-records-sync-dates (a window of at most 24 hours) and
https://developer.vonage.com/en/reports/guides/how-to-handle-pagination.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from notifiers.base import ReceiptStatus, Seen
from notifiers.errors import ChannelUnavailable, TemporaryFailure
from notifiers.vonage_callbacks import STATUSES, with_plus
from notifiers.vonage_errors import CODES
from notifiers.wire import Lost, NeverLeft, Wire, retry_after_seconds

PATH = "/v2/reports/records"
WINDOW = timedelta(hours=24)


def records(
    wire: Wire, headers: Mapping[str, str], account: str, start: datetime, end: datetime, to: str | None
) -> Iterator[Seen]:
    """Every text from *start* to *end* in both directions; only those to or from the digits *to* where given.

    Raises `TemporaryFailure` or `ChannelUnavailable`.
    """
    for direction, person in (("outbound", "to"), ("inbound", "from")):
        begin = start
        while begin < end:
            until = min(begin + WINDOW, end)
            asked = {
                "account_id": account,
                "product": "MESSAGES",
                "direction": direction,
                "date_start": _written(begin),
                "date_end": _written(until),
                "include_message": "true",
            }
            for row in _pages(wire, headers, asked | ({person: to} if to else {})):
                if to is None or row.get(person) == to:
                    yield from _seen(row, direction == "outbound")
            begin = until


def _pages(wire: Wire, headers: Mapping[str, str], asked: dict[str, str]) -> Iterator[Mapping[str, Any]]:
    params: dict[str, str] | None = asked
    while params is not None:
        page = _page(wire, headers, params)
        rows = page.get("records")
        yield from (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))
        more = dict(parse_qsl(urlsplit(_next(page)).query))
        params = {**asked, "cursor": more["cursor"], "iv": more.get("iv", "")} if "cursor" in more else None


def _next(page: Mapping[str, Any]) -> str:
    links = page.get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    return str(following.get("href") or "") if isinstance(following, dict) else ""


def _page(wire: Wire, headers: Mapping[str, str], params: dict[str, str]) -> dict[str, Any]:
    try:
        answer = wire.ask("GET", PATH, headers=headers, params=params)
        if answer.status == 200:
            return answer.json()
    except (NeverLeft, Lost, ValueError):
        raise TemporaryFailure("Vonage's list could not be read.") from None
    if answer.status in {401, 403}:
        raise ChannelUnavailable("Vonage refused the API key and secret, or they may not read reports.", code="401")
    wait = retry_after_seconds(answer.headers)
    raise TemporaryFailure("Vonage's list could not be read.", code=str(answer.status), retry_after=wait)


def _seen(row: Mapping[str, Any], outbound: bool) -> Iterator[Seen]:
    try:
        at = datetime.fromisoformat(str(row["date_received"]))
        name = str(row["message_id"])
    except (KeyError, ValueError):
        return
    if row.get("provider", "sms") != "sms" or not name:
        return
    status = STATUSES.get(str(row.get("status"))) if outbound else None
    code = str(row.get("error_code") or "0") if status is ReceiptStatus.UNDELIVERED else "0"
    yield Seen(
        provider_id=name,
        outbound=outbound,
        sender=with_plus(str(row.get("from") or "")),
        to=with_plus(str(row.get("to") or "")),
        text=str(row.get("message_body") or ""),
        at=at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC),
        status=status,
        code=None if code == "0" else code,
        detail="" if code == "0" else CODES.sentence(0, code),
        suppress=CODES.suppresses(code),
    )


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
