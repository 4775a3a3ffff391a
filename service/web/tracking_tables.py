"""The words of the tracking page, as tables: states, lines, outcomes and news."""

from __future__ import annotations

from datetime import timedelta

from service.records.enums import Line, NoticeCode, Outcome

DATE_OPEN = "date_open"
"""The flag of a shipment that is late without a new date."""

FEED_OLD = timedelta(days=5)
"""After this long without news the page says so."""

TROUBLE = {
    "exception": "problem reported",
    "customs_hold": "held by customs",
    "returned": "sent back",
}
"""Statuses that outweigh every date."""

LINES = {
    Line.DELIVERY: "At your door",
    Line.READY: "Ready to collect",
    Line.DEPARTURE: "Leaves",
}

UNHEARD = {
    Line.ARRIVAL: ("no arrival report yet", "it arrived"),
    Line.READY: ("not reported ready yet", "it can be collected"),
    Line.DELIVERY: ("no delivery report yet", "it was delivered"),
    Line.DEPARTURE: ("no departure report yet", "it left"),
}
"""What is said of a date that has passed in silence: in the state, and after "we have not heard that"."""

CAME = {Line.ARRIVAL: "arrived", Line.READY: "ready to collect", Line.DEPARTURE: "left"}
"""The state once a date has been kept, or something has happened that cannot happen before it."""

OUTCOMES = {
    Outcome.KEPT: ("fine", "kept"),
    Outcome.BROKEN: ("act", "broken"),
    Outcome.REPLACED_IN_TIME: ("watch", "changed in time"),
    Outcome.WITHDRAWN: ("done", "withdrawn"),
}

NEWS = {
    NoticeCode.WATCH_STARTED: "We began to watch it for you",
    NoticeCode.DELAY_NO_DATE: "It is late, new date not known",
    NoticeCode.BOOKING_CANCELLED: "The booking was cancelled or changed",
    NoticeCode.RETURNED: "It is being returned to the sender",
    NoticeCode.PROBLEM: "There is a problem with it",
    NoticeCode.DELIVERED: "Delivered",
    NoticeCode.OUT_FOR_DELIVERY: "On the truck to you",
    NoticeCode.CUSTOMS_CLEARED: "Cleared customs",
    NoticeCode.CUSTOMS_STARTED: "Customs has the papers",
    NoticeCode.CUSTOMS_HOLD: "Customs is holding it",
    NoticeCode.AVAILABLE_PICKUP: "It can be collected",
    NoticeCode.BOOKING_CONFIRMED: "Booked",
    NoticeCode.DEPARTED: "It left {place}",
    NoticeCode.LOADED: "Loaded at {place}",
    NoticeCode.CARGO_PICKED_UP: "Picked up",
    NoticeCode.TRANSSHIP_ARRIVED: "It reached {place}",
    NoticeCode.TRANSSHIP_DEPARTED: "It changed ship at {place}",
    NoticeCode.ARRIVED_PORT: "It arrived at {place}",
    NoticeCode.DISCHARGED: "Off the ship at {place}",
    NoticeCode.RAIL_DEPARTED: "It left by rail",
    NoticeCode.DELIVERY_MISSED: "The delivery was missed",
    NoticeCode.CORRECTION: "A correction",
    NoticeCode.EMPTY_RETURNED: "The empty container went back",
}
"""What a notice without a date of its own told, in a few words."""

WAYS = {"sms": "text", "email": "e-mail"}
