"""The closed vocabularies that tables, policy and the API share."""

from __future__ import annotations

from enum import StrEnum


class Milestone(StrEnum):
    """What can happen to a shipment, in the canonical words that every source format is read into.

    The order is that of a journey; `meanings` has the sentence of each.
    """

    INFO_RECEIVED = "info_received"
    BOOKING_CONFIRMED = "booking_confirmed"
    BOOKING_CHANGED_CANCELLED = "booking_changed_cancelled"
    EMPTY_RELEASED = "empty_released"
    STUFFED = "stuffed"
    PICKED_UP = "picked_up"
    RECEIVED_ORIGIN = "received_origin"
    GATED_IN_ORIGIN = "gated_in_origin"
    EXPORT_CUSTOMS_CLEARED = "export_customs_cleared"
    LOADED = "loaded"
    DEPARTED = "departed"
    IN_TRANSIT = "in_transit"
    TRANSSHIPMENT_ARRIVED = "transshipment_arrived"
    TRANSSHIPMENT_UNLOADED = "transshipment_unloaded"
    TRANSSHIPMENT_LOADED = "transshipment_loaded"
    TRANSSHIPMENT_DEPARTED = "transshipment_departed"
    ARRIVED_DESTINATION = "arrived_destination"
    DISCHARGED = "discharged"
    RAIL_DEPARTED = "rail_departed"
    RAIL_ARRIVED = "rail_arrived"
    CONSIGNEE_NOTIFIED = "consignee_notified"
    CUSTOMS_STARTED = "customs_started"
    CUSTOMS_HOLD = "customs_hold"
    CUSTOMS_CLEARED = "customs_cleared"
    FREIGHT_RELEASED = "freight_released"
    AVAILABLE_PICKUP = "available_pickup"
    GATED_OUT_DESTINATION = "gated_out_destination"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ARRIVED_DELIVERY_PLACE = "arrived_delivery_place"
    DELIVERY_ATTEMPT_FAILED = "delivery_attempt_failed"
    DELIVERED = "delivered"
    EMPTY_RETURNED = "empty_returned"
    ETA_CHANGED = "eta_changed"
    DELAYED = "delayed"
    EXCEPTION = "exception"
    RETURNED_SHIPPER = "returned_shipper"


class Classifier(StrEnum):
    """How sure a source is of a milestone (DCSA's PLN, EST and ACT)."""

    PLANNED = "planned"
    ESTIMATED = "estimated"
    ACTUAL = "actual"


class Precision(StrEnum):
    """How exactly a time is known. A `day` is a date in its place's zone and never becomes an instant."""

    MINUTE = "minute"
    DAY = "day"


class Reason(StrEnum):
    """Why a date moved, in the words of the reason table; `wording` has the sentences."""

    PORT_CONGESTION = "port_congestion"
    BERTH_CLOSED_WEATHER = "berth_closed_weather"
    WEATHER = "weather"
    VESSEL_LATE = "vessel_late"
    ENGINE = "engine"
    EQUIPMENT = "equipment"
    OVERBOOKED = "overbooked"
    MISSED_CONNECTION = "missed_connection"
    DOCS_MISSING = "docs_missing"
    CUSTOMS_CHECK = "customs_check"
    DUTY_UNPAID = "duty_unpaid"
    PAYMENT = "payment"
    STRIKE = "strike"
    RAIL_LATE = "rail_late"
    TRUCK_BREAKDOWN = "truck_breakdown"
    NO_DRIVER = "no_driver"
    SITE_CLOSED = "site_closed"
    ADDRESS = "address"
    ORIGIN_NOT_READY = "origin_not_ready"
    HOLIDAY = "holiday"
    CANAL = "canal"
    SECURITY = "security"
    RECOUNT = "recount"
    OUR_ERROR = "our_error"
    OTHER = "other"
    UNKNOWN = "unknown"


class DelayFamily(StrEnum):
    """What kind of thing a date moved for: the reasons in ten groups; `meanings` has which, and their sentences."""

    WEATHER = "weather"
    PORT_BUSY = "port_busy"
    STRIKE_HOLIDAY = "strike_holiday"
    TRANSPORT_FAULT = "transport_fault"
    CUSTOMS = "customs"
    PAPERWORK = "paperwork"
    RECIPIENT = "recipient"
    PAYMENT = "payment"
    LEFT_BEHIND = "left_behind"
    OTHER = "other"


class Paper(StrEnum):
    """A kind of paper that a shipment may wait for; `wording` has the names."""

    PACKING_LIST = "packing_list"
    INVOICE = "invoice"
    CERTIFICATE_OF_ORIGIN = "certificate_of_origin"
    LICENCE = "licence"
    CUSTOMS_AUTHORITY = "customs_authority"
    OTHER = "other"


class Transport(StrEnum):
    """Mode of transport of a leg; decides thresholds and words (ship, flight, train, truck)."""

    OCEAN = "ocean"
    AIR = "air"
    RAIL = "rail"
    ROAD = "road"
    UNKNOWN = "unknown"


class ReferenceType(StrEnum):
    """What a reference names. Identity references open and find one shipment; shared ones may name several."""

    REF = "ref"
    HOUSE_BILL = "house_bill"
    BOOKING = "booking"
    PO = "po"
    CONTAINER = "container"
    MASTER_BILL = "master_bill"
    VOYAGE = "voyage"
    SYSTEM_ID = "system_id"


IDENTITY = frozenset({ReferenceType.REF, ReferenceType.HOUSE_BILL, ReferenceType.BOOKING})
"""Unique within an account while in force."""


class NoticeCode(StrEnum):
    """The catalogue of texts: M a milestone, D a delay or trouble, S an answer or a service text."""

    WATCH_STARTED = "M01"
    BOOKING_CONFIRMED = "M02"
    CARGO_PICKED_UP = "M03"
    GATE_IN_ORIGIN = "M04"
    EXPORT_CLEARED = "M05"
    LOADED = "M06"
    DEPARTED = "M07"
    TRANSSHIP_ARRIVED = "M08"
    TRANSSHIP_DEPARTED = "M09"
    ETA_EARLIER = "M10"
    NEARING_PORT = "M11"
    ARRIVED_PORT = "M12"
    DISCHARGED = "M13"
    CUSTOMS_STARTED = "M14"
    CUSTOMS_CLEARED = "M15"
    AVAILABLE_PICKUP = "M16"
    RAIL_DEPARTED = "M17"
    DELIVERY_BOOKED = "M18"
    OUT_FOR_DELIVERY = "M19"
    DELIVERED = "M20"
    POD_READY = "M21"
    EMPTY_RETURNED = "M22"
    NOW_HAS_DATE = "M23"
    ETA_SLIP = "D01"
    ETA_SLIP_AGAIN = "D02"
    OVERDUE_NO_NEWS = "D03"
    SILENCE = "D04"
    ROLLED_BOOKING = "D05"
    CUSTOMS_HOLD = "D06"
    CUSTOMS_EXAM = "D07"
    MISSED_TRANSSHIP = "D08"
    DAMAGED = "D09"
    FREE_TIME_ENDING = "D10"
    PARTIAL_DELIVERY = "D11"
    DELIVERY_MISSED = "D12"
    RECOVERED = "D13"
    PORT_CHANGED = "D14"
    LOST_OR_UNLOCATED = "D15"
    CORRECTION = "D16"
    DELAY_NO_DATE = "D17"
    BOOKING_CANCELLED = "D18"
    RETURNED = "D19"
    PROBLEM = "D20"
    REPLY_ACK = "S01"
    AFTER_HOURS = "S02"
    HONEST_NO = "S03"
    OPTIONS = "S04"
    CSAT = "S05"
    STOP = "S06"
    HELP = "S07"
    CHOICE_CLOSED = "S08"
    START = "S09"
    HUMAN = "S10"


class Level(StrEnum):
    """How loudly a notice is said, quietest first: page only, digest, info, notice, action, critical; `sys` answers."""

    PAGE = "page"
    DIGEST = "digest"
    INFO = "info"
    NOTICE = "notice"
    ACTION = "action"
    CRITICAL = "critical"
    SYS = "sys"


class Mode(StrEnum):
    """How far an account, customer or shipment is switched on."""

    OFF = "off"
    SHADOW = "shadow"
    LIVE = "live"


class Stage(StrEnum):
    """Whether a word was meant for the real person or for the loopback phone and inbox."""

    LIVE = "live"
    REHEARSAL = "rehearsal"


class Line(StrEnum):
    """What a promise is about; dates of different lines are never compared."""

    DEPARTURE = "departure"
    ARRIVAL = "arrival"
    READY = "ready"
    DELIVERY = "delivery"
    FREE_TIME = "free_time"
    DECISION = "decision"
    NEXT_WORD = "next_word"
    CALL = "call"
    ANSWER = "answer"


class PromiseState(StrEnum):
    """The life of a promise."""

    INTENDED = "intended"
    TOLD = "told"
    NEVER_TOLD = "never_told"
    UNKNOWN = "unknown"
    BASELINE = "baseline"


class Outcome(StrEnum):
    """How a told promise ended."""

    KEPT = "kept"
    BROKEN = "broken"
    REPLACED_IN_TIME = "replaced_in_time"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """Where a told word came from: a message of ours, or a `told_date` that the account declared on import."""

    MESSAGE = "message"
    DECLARED = "declared"


class NoticeState(StrEnum):
    """The life of a notice: waiting for its message, said, or closed unsaid for the reason in `why`."""

    WAITING = "waiting"
    SAID = "said"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    BASELINE = "baseline"
    UNSAID = "unsaid"
    UNKNOWN = "unknown"


class MessageState(StrEnum):
    """The life of a message: waiting → sending → accepted → delivered, or one of the ends beside it."""

    WAITING = "waiting"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class MessageKind(StrEnum):
    """What a message carries: notices, an answer to a reply, a person's words, or mail to our own desk."""

    NOTICE = "notice"
    ANSWER = "answer"
    HUMAN = "human"
    DESK = "desk"


class AttemptOutcome(StrEnum):
    """How one call of a notifier ended."""

    STARTED = "started"
    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNCERTAIN = "uncertain"
    ABSENT = "absent"
    UNAVAILABLE = "unavailable"


class CallOutcome(StrEnum):
    """What became of an inbound call."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLAYED = "replayed"


class ThreadState(StrEnum):
    """Whether a conversation waits for us."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Meaning(StrEnum):
    """What a reply was read as."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    CHOICE = "choice"
    WRONG_NUMBER = "wrong_number"
    RATING = "rating"
    NEED_BY = "need_by"
    QUESTION = "question"
