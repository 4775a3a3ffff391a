"""AfterShip Tracking: webhooks `tracking_update` and `edd_revise`, each with the whole history of one tracking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import kind, shown, text
from service.formats.parcels import aftership_codes as codes
from service.formats.parcels import history as parcel
from service.formats.parcels.common_codes import Table, decisive
from service.formats.parcels.history import Gathered, Parcel
from service.formats.parcels.places import line, spot
from service.formats.parcels.steps import Step, tell
from service.formats.parcels.times import moment, when_stated
from service.formats.vocabulary import Vocabulary
from service.records.enums import Milestone, Reason, ReferenceType
from service.records.inbound import Problem, Reading, RefValue

_READ = frozenset({"tracking_update", "edd_revise"})
_SAYS_NOTHING = {"tracking_pending_time": "It says only how long no carrier has reported anything."}


class AfterShip:
    """One webhook of AfterShip Tracking. See docs/integrations/aftership.md."""

    name: ClassVar[str] = "aftership"
    title: ClassVar[str] = "AfterShip Tracking webhooks"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "aftership"
    options: ClassVar[Mapping[str, str]] = {"shared_orders": parcel.SHARED_ORDERS}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (codes.TAG, codes.SUBTAG, codes.REVISION)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the history of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        event, msg = _opened(strict_json.loads(body))
        name = event.get("event")
        if parcel.word(name) in _SAYS_NOTHING:
            return parcel.ignored(_SAYS_NOTHING[parcel.word(name)])
        if name is not None and parcel.word(name) not in _READ:
            return parcel.ignored(f"The event {shown(name)} is not about a parcel's journey.")
        gathered = Gathered()
        try:
            about = _parcel(event, msg, now, options)
            history = parcel.entries_of(msg.get("checkpoints"), "checkpoints", "/msg/checkpoints")
        except Refused as problem:
            return parcel.refused(problem)
        steps = []
        for index, entry in enumerate(history):
            try:
                steps.append(_step(index, entry))
            except Refused as problem:
                gathered.problems.append(problem.problem(index))
        tell(about, steps, gathered)
        _expect(about, event, msg, len(history), gathered)
        if not history and not gathered.items and not gathered.problems:
            return parcel.ignored(parcel.NOTHING_YET)
        return gathered.reading()


def _opened(payload: object) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(payload, dict) and isinstance(msg := payload.get("msg"), dict):
        return payload, msg
    raise unreadable(
        "not_a_webhook",
        f"The body is {kind(payload)} without `msg`.",
        'Let AfterShip post its webhook as it is: {"event": …, "msg": {…}}.',
    )


def _parcel(event: dict[str, Any], msg: dict[str, Any], now: datetime, options: Mapping[str, object]) -> Parcel:
    number = parcel.number_of(msg.get("tracking_number"), "tracking_number", "/msg/tracking_number")
    refs = parcel.refs_of(number, {"/msg/order_number": msg.get("order_number")}, options)
    ids = parcel.refs_of(number, {"/msg/order_id": msg.get("order_id")}, options)[1:]
    if len(refs) > 1:
        # Customers know the order by its number: the id of the shop's own is then shown to nobody.
        ids = tuple(RefValue(ReferenceType.SYSTEM_ID, ref.shown) for ref in ids if ref not in refs)
    tag, subtag = parcel.word(msg.get("tag")), parcel.word(msg.get("subtag"))
    return Parcel(
        number=number,
        refs=(*refs, *ids),
        stated_at=parcel.stated(when_stated(event.get("ts"), now) or when_stated(msg.get("updated_at"), now), now),
        moving=_moving(tag, subtag),
        now=now,
        options=options,
        troubled=tag == "Exception",
    )


def _moving(tag: str, subtag: str) -> bool:
    return tag in codes.MOVING or (tag == "Exception" and subtag in codes.HELD_UP)


def _step(index: int, entry: object) -> Step:
    pointer = f"/msg/checkpoints/{index}"
    if not isinstance(entry, dict):
        raise Refused("not_a_checkpoint", f"This is {kind(entry)}.", "Each checkpoint is an object.", pointer)
    tag = text(entry.get("tag"), "tag", 40, f"{pointer}/tag") or ""
    subtag = text(entry.get("subtag"), "subtag", 40, f"{pointer}/subtag") or ""
    tag = tag or subtag.partition("_")[0]
    _agree(tag, subtag, pointer)
    return Step(
        index=index,
        pointer=pointer,
        time=entry.get("checkpoint_time"),
        time_field="checkpoint_time",
        codes=((codes.SUBTAGS, subtag), (codes.TAGS, tag)),
        message=line(entry.get("message"), 400) or "",
        spot=spot(
            entry.get("city"),
            entry.get("state"),
            entry.get("country_region") or entry.get("country_iso3"),
            entry.get("postal_code") or entry.get("zip"),
            entry.get("location"),
        ),
    )


def _agree(tag: str, subtag: str, pointer: str) -> None:
    """Refuse a step of which one code says delivered and the other does not."""
    said = decisive(codes.SUBTAGS, subtag)
    if said is not None and (said is Milestone.DELIVERED) != (tag == "Delivered"):
        raise Refused(
            "contradiction",
            f"The tag {shown(tag)} and the subtag {shown(subtag)} contradict each other about a delivery.",
            "Ask AfterShip which of the two holds; nothing was told.",
            f"{pointer}/subtag",
        )


def _expect(about: Parcel, event: dict[str, Any], msg: dict[str, Any], index: int, gathered: Gathered) -> None:
    """The delivery date, as far as the parcel has not arrived: the newest kind of field that is there."""
    if msg.get("tag") == "Delivered":
        return
    pointer, value, why = _date(msg)
    if value is None:
        return
    try:
        when, flags = moment(value, pointer.rsplit("/", 1)[-1], None, about.now, pointer)
    except Refused as problem:
        gathered.problems.append(Problem(index, problem.code, problem.message, problem.fix, problem.pointer))
        return
    reason = _reason(codes.REVISIONS, why) if isinstance(why, str) else None
    change = str(event.get("ts") or event.get("event_id") or "") if event.get("event") == "edd_revise" else ""
    gathered.items.append((index, parcel.expected(about, str(value), when, flags, reason, change)))


def _date(msg: dict[str, Any]) -> tuple[str, object, object]:
    """Pointer, value and reason of the date on which AfterShip expects the delivery; of a range its end."""
    for name, fields in (
        ("latest_estimated_delivery", ("datetime_max", "datetime")),
        ("courier_estimated_delivery_date", ("estimated_delivery_date_max", "estimated_delivery_date")),
    ):
        found = msg.get(name)
        if isinstance(found, dict):
            for inner in fields:
                if found.get(inner) is not None:
                    return f"/msg/{name}/{inner}", found[inner], found.get("revise_reason")
    return "/msg/expected_delivery", msg.get("expected_delivery"), None


def _reason(table: Table, code: str) -> Reason | None:
    rows = table.rows.get(code)
    becomes = rows[0].becomes if rows else None
    return becomes if isinstance(becomes, Reason) else Reason.OTHER
