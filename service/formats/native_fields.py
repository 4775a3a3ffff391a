"""The fields of a native event, and a word to whoever sends one that is none of them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from service.formats.fields import shown
from service.formats.strict_json import step

FIELDS = frozenset(
    {
        "ref",
        "refs",
        "milestone",
        "at",
        "place",
        "eta",
        "due",
        "classifier",
        "until",
        "free_until",
        "free_charge",
        "needs",
        "needs_by",
        "reason",
        "id",
        "stated_at",
        "retracts",
        "unit",
        "vessel",
        "voyage",
        "imo",
        "transport",
        "customer",
        "owner",
        "tell",
    }
)
"""Every field that is read, as docs/integrations/native.md lists them."""

MOST = 10
"""So many names are told of in one answer: who sends more sends something else than events."""

LONGEST = 60
"""Characters of a name that somebody may have meant for a field."""

_OTHER_WORDS: Mapping[str, str] = {
    word: field
    for field, words in {
        "unit": "container container_number container_no equipment equipment_reference piece pallet package",
        "at": "date time datetime timestamp event_time event_date event_datetime occurred_at happened_at when",
        "place": "location port airport city unlocode locode port_code location_code terminal",
        "milestone": "event event_type type status status_code event_code code",
        "tell": "phone email mobile sms notify recipients recipient contact contacts to followers",
        "eta": "estimated_arrival expected_arrival arrival_date new_eta eta_date",
        "due": "delivery_date due_date estimated_delivery expected_delivery eta_delivery",
        "ref": "reference order order_number order_no shipment shipment_id job job_number",
        "refs": "references po po_number booking booking_number hbl mbl hawb mawb bl house_bill master_bill",
        "reason": "cause delay_reason reason_code",
        "vessel": "ship vessel_name",
        "imo": "vessel_imo imo_number",
        "voyage": "voyage_number voyage_no flight flight_number",
        "transport": "mode transport_mode",
        "id": "event_id uid uuid",
        "stated_at": "created_at sent_at reported_at event_created updated_at",
        "customer": "customer_code customer_id client",
        "free_until": "last_free_day lfd free_time_until",
    }.items()
    for word in words.split()
}
"""What other systems call these fields."""


def unread(event: object, pointer: str, told: set[str]) -> dict[str, str]:
    """Of each name in *event* that is no field, by pointer: a sentence that says so, and the field that may be meant.

    What is said is added to *told*, and said once.
    """
    if not isinstance(event, dict) or event.keys() <= FIELDS:
        return {}
    names = [name for name in event if name not in FIELDS | told and len(name) <= LONGEST][: MOST - len(told)]
    told.update(names)
    return {step(pointer, name): _sentence(name) for name in names}


def _sentence(name: str) -> str:
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    near = _OTHER_WORDS.get(plain) or next(iter(get_close_matches(plain, sorted(FIELDS), n=1, cutoff=0.7)), None)
    hint = f" Did you mean `{near}`?" if near else ""
    return f"`{shown(name)}` is no field of an event, and was not read.{hint}"
