"""One account's share of a text, and what it causes beside being kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from notifiers.base import Channel
from service.flows.kit import Kit, Ready
from service.policy.choices import UNDO, UNDO_WITHIN, draw
from service.policy.replies import Read
from service.records.decision import NewTask
from service.records.enums import Meaning
from service.records.situation import AccountView
from service.store import choices
from service.store.choices import OpenChoice
from service.store.incoming import NewNeed, NewRating, Taken, Undo
from service.store.needs import Needed
from service.store.talks import Talk
from service.wording.chosen import chosen

LIFTED = frozenset({"person", "provider", "wrong_number"})
"""Whose suppression ends with START: who writes it can be reached, whatever a provider said.

An operator's stays, and so does that of a complaint: a person looks at those.
"""


@dataclass(frozen=True, slots=True)
class Share:
    """Who wrote about what, to which sender, how it was read, and by when a person answers.

    `choice` is the digit that it takes, `questions` whether any question was open, `closed` whether it names a digit
    that is not open any more; `needed` is the shipment whose need-by it says.
    """

    ready: Ready
    account: AccountView
    talk: Talk
    sender: str
    said: Read
    reply_id: str
    now: datetime
    by: datetime | None = None
    choice: OpenChoice | None = None
    questions: bool = False
    closed: bool = False
    needed: Needed | None = None

    @property
    def lifts(self) -> bool:
        """Whether the text lets us write to the address again."""
        return self.said.meaning is Meaning.START and self.talk.suppressed_by in LIFTED

    @property
    def stays_stopped(self) -> bool:
        """Whether they want messages again and may not have them until a person allows it."""
        return self.said.meaning is Meaning.START and self.talk.suppressed and not self.lifts


@dataclass(frozen=True, slots=True)
class Effect:
    """What a person must do, what is noted, and the `text` that is said back in place of an acknowledgement.

    `person` opens a conversation, so that somebody can answer; `offers` are the digits that the text offers.
    """

    text: str = ""
    names_order: bool = True
    tasks: tuple[NewTask, ...] = ()
    person: bool = False
    taken: Taken | None = None
    undo: Undo | None = None
    offers: tuple[tuple[str, str], ...] = ()
    rating: NewRating | None = None
    need: NewNeed | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def undo_of(kit: Kit, one: Share, what: str) -> tuple[Undo | None, tuple[tuple[str, str], ...]]:
    """A digit that takes back *what* was just done, for a while; none where it cannot be answered or none is free."""
    if not one.ready.two_way or one.ready.notifier.channel is not Channel.SMS:
        return None, ()
    account_id, address_id = one.talk.account_id, one.talk.address_id
    with kit.database.read() as conn:
        used = choices.used(conn, account_id, [address_id], one.sender, one.now).get(address_id, [])
    drawn = draw([UNDO], used)
    if not drawn:
        return None, ()
    undo = Undo(drawn[0][0], f"{UNDO}{what}", one.sender, one.now + UNDO_WITHIN)
    return undo, ((undo.digit, chosen("undo", one.talk.language)),)
