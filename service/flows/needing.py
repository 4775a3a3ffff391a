"""A day by which somebody says that they need the goods: noted, confirmed in words, and taken back by a digit."""

from __future__ import annotations

from service.flows.effects import Effect, Share, undo_of
from service.flows.kit import Kit
from service.records.decision import NewTask
from service.store.incoming import NewNeed
from service.wording.chosen import need_noted
from service.wording.dates import day


def needed(kit: Kit, one: Share) -> Effect:
    """Note the day; where what we know comes later, a person of ours must act, and nothing else is said."""
    on, shipment = one.said.day, one.needed
    assert on is not None, "it was read as a need-by"
    assert shipment is not None, "a need-by is read only where it can be noted"
    language, zone = one.talk.language, one.talk.zone or one.account.zone
    late = shipment.due is not None and shipment.due > on
    undo, offers = undo_of(kit, one, one.reply_id)
    task = NewTask(
        key=f"need_by:{one.reply_id}",
        kind="need_by",
        text=f"They need {one.talk.ref} by {day(on, one.now)}, and it is due later: see what can be done.",
        owner=one.talk.owner,
        shipment_id=shipment.shipment_id,
        contact_id=one.talk.contact_id,
        due_at=one.by,
    )
    before = shipment.need_by.isoformat() if shipment.need_by else None
    return Effect(
        text=need_noted(one.talk.ref, day(on, one.now, language=language, zone=zone), language, late=late),
        names_order=False,
        tasks=(task,) if late else (),
        undo=undo,
        offers=offers,
        need=NewNeed(shipment.shipment_id, on),
        detail={"need_by": on.isoformat(), "before": before},
    )
