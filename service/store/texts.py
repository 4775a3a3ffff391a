"""An account's own words: each version kept, at most one in use for a code, a language and a channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, select, update

from notifiers.base import Channel
from service.records.enums import NoticeCode
from service.records.ids import new_id
from service.records.signs import TrialState
from service.records.tables import Operator, Shipment, TextOverride
from service.records.text import Override
from service.store.among import among
from service.store.sql import insert_once
from service.store.tables import table

own = table(TextOverride)
shipment = table(Shipment)
operator = table(Operator)

ACCOUNT: BindParameter[Any] = bindparam("account")

Use = tuple[NoticeCode, str, Channel]
"""What a text of one's own is for: a code, a language and a channel."""

Owner = tuple[str, str | None]
"""Who looks after a shipment: the owner as kept, and the operator of that id by name."""

ACTIVE = (
    select(
        own.c.code,
        own.c.language,
        own.c.channel,
        own.c.body,
        own.c.subject,
        own.c.version,
        own.c.id,
        own.c.trial,
        own.c.tried,
    )
    .where(own.c.account_id == ACCOUNT, among(own.c.code, "codes"), own.c.active)
    .order_by(own.c.version)
)

OWNERS = (
    select(shipment.c.id, shipment.c.owner, operator.c.name)
    .select_from(
        shipment.outerjoin(
            operator, and_(operator.c.account_id == shipment.c.account_id, operator.c.id == shipment.c.owner)
        )
    )
    .where(shipment.c.account_id == ACCOUNT, among(shipment.c.id, "ids"))
    .order_by(shipment.c.id)
)


@dataclass(frozen=True, slots=True)
class OwnText:
    """One version of an account's own words; `by` is the key or the command that wrote it.

    `trial` is where its trial stands, `tried` how many messages tried it.
    """

    id: str
    code: NoticeCode
    language: str
    channel: Channel
    version: int
    body: str
    subject: str | None
    active: bool
    by: str
    created_at: datetime
    trial: str = TrialState.RELEASED
    tried: int = 0

    def as_override(self) -> Override:
        """The same as the renderer takes it."""
        return Override(self.code, self.language, self.channel, self.body, self.subject, self.version)


def active(conn: Connection, account_id: str, codes: Iterable[NoticeCode]) -> dict[Use, Override]:
    """The own words that are in use for these codes, in every language and on every channel."""
    asked = {"account": account_id, "codes": sorted(code.value for code in codes)}
    return {
        (row.code, row.language, row.channel): Override(
            row.code,
            row.language,
            row.channel,
            row.body,
            row.subject,
            row.version,
            row.id,
            TrialState(row.trial),
            row.tried,
        )
        for row in conn.execute(ACTIVE, asked)
    }


def owners(conn: Connection, account_id: str, shipment_ids: Iterable[str]) -> dict[str, Owner]:
    """Who looks after each of these shipments."""
    rows = conn.execute(OWNERS, {"account": account_id, "ids": sorted(shipment_ids)})
    return {row.id: (row.owner, row.name) for row in rows}


def operator_name(conn: Connection, account_id: str, operator_id: str) -> str | None:
    """The name of an operator, None where there is none of that id."""
    found: str | None = conn.execute(
        select(operator.c.name).where(operator.c.account_id == account_id, operator.c.id == operator_id)
    ).scalar()
    return found


def versions(
    conn: Connection,
    account_id: str,
    *,
    code: NoticeCode | None = None,
    language: str | None = None,
    channel: Channel | None = None,
    in_use: bool = False,
) -> list[OwnText]:
    """Own words, by code, language and channel, the newest version first; with *in_use* only those that are said."""
    query = select(own).where(own.c.account_id == account_id)
    for column, value in ((own.c.code, code), (own.c.language, language), (own.c.channel, channel)):
        if value is not None:
            query = query.where(column == value)
    if in_use:
        query = query.where(own.c.active)
    ordered = query.order_by(own.c.code, own.c.language, own.c.channel, own.c.version.desc())
    return [_row(row) for row in conn.execute(ordered)]


def put(conn: Connection, account_id: str, words: Override, by: str, now: datetime) -> tuple[OwnText, bool]:
    """Use *words* from now on, as the next version, which is tried first; False where they are in use already.

    Two who write at once get two versions: the number that was taken meanwhile is not taken again.
    """
    while True:
        kept = versions(conn, account_id, code=words.code, language=words.language, channel=words.channel)
        if kept and kept[0].active and (kept[0].body, kept[0].subject) == (words.body, words.subject):
            return kept[0], False
        row: dict[str, Any] = {
            "id": new_id("txt"),
            "code": words.code,
            "language": words.language,
            "channel": words.channel,
            "version": kept[0].version + 1 if kept else 1,
            "body": words.body,
            "subject": words.subject,
            "active": True,
            "by": by[:80],
            "created_at": now,
            "trial": TrialState.TRYING,
            "tried": 0,
        }
        if insert_once(conn, TextOverride, [{"account_id": account_id, **row}]):
            break
    made = OwnText(**row)
    _retire(conn, account_id, made.code, made.language, made.channel, below=made.version)
    return made, True


def reset(conn: Connection, account_id: str, code: NoticeCode, language: str, channel: Channel) -> OwnText | None:
    """Use ours again; the versions stay. Returns the one that was in use, None where ours was."""
    kept = versions(conn, account_id, code=code, language=language, channel=channel, in_use=True)
    _retire(conn, account_id, code, language, channel)
    return kept[0] if kept else None


def _retire(
    conn: Connection, account_id: str, code: NoticeCode, language: str, channel: Channel, below: int | None = None
) -> None:
    """Take the versions in use out of use; only those older than *below* where given."""
    older = [own.c.version < below] if below is not None else []
    conn.execute(
        update(own)
        .where(
            own.c.account_id == account_id,
            own.c.code == code,
            own.c.language == language,
            own.c.channel == channel,
            own.c.active,
            *older,
        )
        .values(active=False)
    )


def _row(row: Row[Any]) -> OwnText:
    return OwnText(**{name: getattr(row, name) for name in OwnText.__slots__})
