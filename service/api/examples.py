"""What OpenAPI and the documentation show of answers and bodies. People are drama numbers and example.com."""

from __future__ import annotations

from typing import Any

Shown = dict[str, Any]

SHIPMENT_ID = "shp_01k5c3v7dae9f0g1h2j3k4m5n6"
CONTACT_ID = "con_01k5c3v7dbe9f0g1h2j3k4m5n6"
CUSTOMER_ID = "cus_01k5c3v7dce9f0g1h2j3k4m5n6"
MESSAGE_ID = "msg_01k5c3v7dde9f0g1h2j3k4m5n6"
NOTICE_ID = "ntc_01k5c3v7dee9f0g1h2j3k4m5n6"
THREAD_ID = "thr_01k5c3v7dfe9f0g1h2j3k4m5n6"
SOURCE_ID = "src_01k5c3v7dge9f0g1h2j3k4m5n6"
PROMISE_ID = "prm_01k5c3v7dhe9f0g1h2j3k4m5n6"


def listed(*data: Any, next_cursor: str | None = None) -> Shown:
    """A page of a list."""
    return {"data": list(data), "page": {"next_cursor": next_cursor, "has_more": next_cursor is not None}}


SHIPMENT: Shown = {
    "id": SHIPMENT_ID,
    "refs": {"ref": ["PO 4711"], "house_bill": ["HBRU123"], "container": ["TCNU1234567"]},
    "status": "in_transit",
    "status_text": "At sea, port congestion at Felixstowe",
    "late": True,
    "due": {
        "kind": "delivery",
        "at": "door",
        "date": "2026-10-13",
        "instant": None,
        "until": None,
        "precision": "day",
        "time_zone": "Europe/London",
        "place": "Leeds",
        "late_days": 4,
    },
    "told": {
        "promise_id": PROMISE_ID,
        "date": "2026-10-13",
        "at": "2026-10-07T15:00:05.120Z",
        "first_date": "2026-10-09",
        "origin": "message",
        "agrees_with_due": True,
    },
    "told_to": [
        {
            "contact_id": CONTACT_ID,
            "stage": "live",
            "line": "delivery",
            "unit_group": "",
            "date": "2026-10-13",
            "at": "2026-10-07T15:00:05.120Z",
            "origin": "message",
            "promise_id": PROMISE_ID,
            "agrees_with_due": True,
        }
    ],
    "delay": {
        "days": 4,
        "reason": "port_congestion",
        "delay_family": "port_busy",
        "first_told_at": "2026-10-07T15:00:05.120Z",
    },
    "units": {"total": 1, "done": 0},
    "flags": [],
    "customer": {"id": CUSTOMER_ID, "name": "Harbour Imports"},
    "owner": {"id": "desk", "name": "The desk", "phone": None},
    "followers": 1,
    "need_by": "2026-10-16",
    "mode": None,
    "merged_into": None,
    "merged": [],
    "rules": {},
    "last_fact_at": "2026-10-07T13:10:00.000Z",
    "closed_at": None,
    "created_at": "2026-09-17T10:00:00.000Z",
    "updated_at": "2026-10-07T15:00:05.120Z",
    "path": [
        {
            "milestone": "departed",
            "place": "CNNGB",
            "place_name": "Ningbo",
            "state": "done",
            "vessel": "MSC OSCAR",
            "date": "2026-09-17",
            "instant": "2026-09-17T10:00:00.000Z",
            "until": None,
            "precision": "minute",
            "time_zone": "Asia/Shanghai",
        }
    ],
    "followed_by": [{"contact_id": CONTACT_ID, "role": "buyer", "through": CUSTOMER_ID}],
    "links": {
        "self": f"/v1/shipments/{SHIPMENT_ID}",
        "timeline": f"/v1/shipments/{SHIPMENT_ID}/timeline",
        "messages": f"/v1/shipments/{SHIPMENT_ID}/messages",
        "track": "https://t.example.com/t/7Kq2mXw9Rt",
    },
}

NEW_SHIPMENT: Shown = {
    **SHIPMENT,
    "status": "registered",
    "status_text": "Registered",
    "late": False,
    "due": None,
    "told": None,
    "told_to": [],
    "delay": None,
    "followers": 0,
    "links": {key: link for key, link in SHIPMENT["links"].items() if key != "track"},
}

LISTED_SHIPMENT: Shown = {key: value for key, value in SHIPMENT.items() if key not in {"path", "followed_by", "merged"}}

SHIPMENTS = listed(LISTED_SHIPMENT, next_cursor="WyIyMDI2LTEwLTA3VDE1OjAwOjA1KzAwOjAwIiwgInNocF8wMWsiXQ")

PUT_SHIPMENT: Shown = {
    "refs": {"po": ["4711"], "container": ["TCNU1234567"]},
    "customer": "HARBOUR",
    "due": "2026-10-09",
    "told_date": "2026-10-09",
    "need_by": "2026-10-16",
    "tell": ["+447700900123"],
}

RULES = [{"rule": "N1", "passed": True, "text": "4 days against the date that was told last"}]

NOTICE: Shown = {
    "id": NOTICE_ID,
    "code": "D01",
    "level": "notice",
    "state": "said",
    "state_text": "It was said.",
    "stage": "live",
    "contact_id": CONTACT_ID,
    "shipment_id": SHIPMENT_ID,
    "cause": "delay:MSC OSCAR:432W",
    "not_before": "2026-10-07T15:00:00.000Z",
    "send_before": "2026-10-08T15:00:00.000Z",
    "why": "Said because 4 days against the date that was told last (N1).",
    "rules": RULES,
    "links": {"self": f"/v1/notices/{NOTICE_ID}"},
    "promises": [{"id": PROMISE_ID, "line": "delivery", "date": "2026-10-13", "state": "told", "ordinal": 2}],
    "message_ids": [MESSAGE_ID],
}

LISTED_MESSAGE: Shown = {
    "id": MESSAGE_ID,
    "message_kind": "notice",
    "state": "delivered",
    "state_text": "The provider says that it arrived. Nobody can know whether it was read.",
    "stage": "live",
    "channel": "sms",
    "code": "D01",
    "level": "notice",
    "contact_id": CONTACT_ID,
    "shipment_id": SHIPMENT_ID,
    "thread_id": None,
    "to": "…0123",
    "text": "Harbour: PO 4711 now Tue 13 Oct, was Fri 9 Oct. Port congestion.",
    "subject": None,
    "segments": 1,
    "language": "en",
    "due_at": "2026-10-07T15:00:00.000Z",
    "send_before": "2026-10-08T15:00:00.000Z",
    "handed_at": "2026-10-07T15:00:05.120Z",
    "ended_at": "2026-10-07T15:00:09.300Z",
    "detail": "",
    "created_at": "2026-10-07T15:00:00.000Z",
    "links": {"self": f"/v1/messages/{MESSAGE_ID}"},
}

MESSAGE: Shown = {
    **LISTED_MESSAGE,
    "notifier": "twilio",
    "provider_id": "SM00000000000000000000000000000001",
    "tries": 1,
    "text_version": None,
    "text_note": "",
    "notices": [{key: value for key, value in NOTICE.items() if key not in {"promises", "message_ids"}}],
    "attempts": [
        {
            "id": "att_01k5c3v7dke9f0g1h2j3k4m5n6",
            "number": 1,
            "notifier": "twilio",
            "outcome": "accepted",
            "started_at": "2026-10-07T15:00:05.000Z",
            "completed_at": "2026-10-07T15:00:05.120Z",
            "code": None,
            "detail": "",
        }
    ],
    "receipts": [{"status": "delivered", "at": "2026-10-07T15:00:09.300Z", "code": None, "detail": ""}],
}

MESSAGES = listed(LISTED_MESSAGE)

CANCELLATION: Shown = {"why": "the customer was told on the phone"}
CANCELLED: Shown = {"id": MESSAGE_ID, "state": "cancelled"}

TIMELINE: Shown = {
    "shipment_id": SHIPMENT_ID,
    "data": [
        {
            "kind": "fact",
            "at": "2026-10-07T13:30:00.000Z",
            "id": "fct_01k5c3v7d9e9f0g1h2j3k4m5n6",
            "milestone": "eta_changed",
            "classifier": "estimated",
            "part": None,
            "retracts": None,
            "retracted": True,
            "occurred": {"date": "2026-10-13", "instant": None, "precision": "day", "time_zone": "Europe/London"},
            "place": "GBLDS",
            "source": "api",
            "event_id": "tms-802",
            "reason": "port_congestion",
            "delay_family": "port_busy",
        },
        {
            "kind": "fact",
            "at": "2026-10-08T08:00:00.000Z",
            "id": "fct_01k5c3v7dae9f0g1h2j3k4m5n6",
            "milestone": None,
            "classifier": None,
            "part": "retraction",
            "retracts": "tms-802",
            "retracted": False,
            "occurred": None,
            "source": "api",
            "event_id": "tms-803",
        },
        {"kind": "notice", "at": "2026-10-07T13:30:00.100Z", **NOTICE},
        {"kind": "promise", "at": "2026-10-07T15:00:05.120Z", "id": PROMISE_ID, "state": "told", "date": "2026-10-13"},
        {"kind": "message", "at": "2026-10-07T15:00:05.120Z", **LISTED_MESSAGE},
        {
            "kind": "hold",
            "at": "2026-10-08T09:00:00.000Z",
            "contact_id": CONTACT_ID,
            "stage": "live",
            "code": "D02",
            "line": "delivery",
            "until": "2026-10-08T11:00:00.000Z",
            "why": "Held back because 3 hours are below the threshold of 24 hours (N2).",
            "rules": [{"rule": "N2", "passed": False, "text": "3 hours are below the threshold of 24 hours"}],
        },
    ],
}

NEW_CUSTOMER: Shown = {"code": "HARBOUR", "name": "Harbour Imports", "codes": ["0000471"]}

CUSTOMER: Shown = {
    "id": CUSTOMER_ID,
    "name": "Harbour Imports",
    "codes": ["0000471", "HARBOUR"],
    "rules": {},
    "mode": None,
    "created_at": "2026-09-17T10:00:00.000Z",
    "links": {"self": f"/v1/customers/{CUSTOMER_ID}", "shipments": f"/v1/shipments?customer={CUSTOMER_ID}"},
}

CUSTOMERS = listed(CUSTOMER)

NEW_CONTACT: Shown = {
    "phone": "+447700900123",
    "email": "dana@example.com",
    "name": "Dana",
    "language": "en",
    "consent": {"basis": "contract of carriage", "how": "terms of 2026"},
    "follow": [CUSTOMER_ID],
}

CONTACT: Shown = {
    "id": CONTACT_ID,
    "name": "Dana",
    "language": "en",
    "zone": "Europe/London",
    "level": "info",
    "quiet_from": "21:00",
    "quiet_to": "08:00",
    "consent": {"basis": "contract of carriage", "how": "terms of 2026", "at": "2026-09-17T10:00:00.000Z"},
    "addresses": [
        {
            "id": "adr_01k5c3v7dme9f0g1h2j3k4m5n6",
            "channel": "sms",
            "value": "+447700900123",
            "suppressed": False,
            "suppressed_at": None,
            "suppressed_by": None,
            "suppressed_why": None,
        }
    ],
    "created_at": "2026-09-17T10:00:00.000Z",
    "links": {
        "self": f"/v1/contacts/{CONTACT_ID}",
        "preferences": f"/v1/contacts/{CONTACT_ID}/preferences",
        "messages": f"/v1/messages?contact={CONTACT_ID}",
    },
}

CONTACTS = listed(CONTACT)
QUIETER: Shown = {"level": "action", "quiet_from": "20:00", "quiet_to": "09:00", "why": "asked on the phone"}
WHY_STOP: Shown = {"why": "asked on the phone not to be texted"}
PREFERENCES: Shown = {
    "channel": "sms",
    "level": "only_when_i_must_act",
    "language": "es",
    "zone": "Europe/Madrid",
    "quiet_from": "20:00",
    "quiet_to": "09:00",
    "paused_until": "2026-10-01T07:00:00.000Z",
    "late_over_days": 2,
    "digest": "daily",
    "digest_always": False,
    "names": {"4711": "Spring toys"},
    "roles": {CUSTOMER_ID: "buyer"},
}
NEW_PREFERENCES: Shown = {**PREFERENCES, "noted": {"how": "phone call", "wording": "only call me when I must act"}}
PREFERENCE_HISTORY = listed(
    {
        "id": "prf_01k5c3v7dpe9f0g1h2j3k4m5n6",
        "at": "2026-09-17T10:00:00.000Z",
        "by": "key:our transport system",
        "how": "phone call",
        "wording": "only call me when I must act",
        "detail": {"level": ["info", "action"]},
    }
)
TASK: Shown = {
    "id": "tsk_01k5c3v7dpe9f0g1h2j3k4m5n6",
    "kind": "call_me",
    "text": "They asked for a call about PO 4711.",
    "owner": "desk",
    "shipment_id": SHIPMENT_ID,
    "contact_id": CONTACT_ID,
    "due_at": "2026-10-08T09:30:00.000Z",
    "opened_at": "2026-10-07T13:40:00.000Z",
    "done_at": None,
    "done_by": None,
}
TASKS = listed(TASK)
RATING: Shown = {
    "id": "rat_01k5c3v7dpe9f0g1h2j3k4m5n6",
    "score": 2,
    "words": "driver was rude",
    "at": "2026-10-15T10:20:00.000Z",
    "contact_id": CONTACT_ID,
    "shipment_id": SHIPMENT_ID,
    "reply_id": "rpl_01k5c3v7dpe9f0g1h2j3k4m5n6",
}
RATINGS: Shown = {
    "data": [RATING],
    "page": {
        "next_cursor": None,
        "has_more": False,
        "n": 1,
        "distribution": {"1": 0, "2": 1, "3": 0, "4": 0, "5": 0, "words_alone": 0},
        "mean": None,
    },
}
TASK_DONE: Shown = {**TASK, "done_at": "2026-10-07T14:00:00.000Z", "done_by": "key:our transport system"}
WHY_LIFT: Shown = {"why": "asked in writing to be texted again"}

FOLLOW: Shown = {
    "subject_id": CUSTOMER_ID,
    "contact_id": CONTACT_ID,
    "role": "buyer",
    "since": "2026-09-17T10:00:00.000Z",
}
NEW_FOLLOW: Shown = {"contact_id": CONTACT_ID, "subject_id": CUSTOMER_ID, "role": "buyer"}
FOLLOWS = listed(FOLLOW)

NEW_SOURCE: Shown = {"name": "carrier", "format": "dcsa_tnt_v2", "usual_lag_minutes": 360}
SOURCE: Shown = {
    "id": SOURCE_ID,
    "name": "carrier",
    "format": "dcsa_tnt_v2",
    "scheme": "dcsa_sha256",
    "options": {},
    "mapping": {},
    "usual_lag_minutes": 360,
    "secrets": 1,
    "last_call_at": "2026-10-07T13:30:00.000Z",
    "created_at": "2026-09-17T10:00:00.000Z",
    "links": {"self": f"/v1/sources/{SOURCE_ID}", "post_to": f"/v1/in/{SOURCE_ID}"},
}
SHOWN_ONCE = "c2hvd24gb25jZSwgYW5kIG5ldmVyIGFnYWluIGFmdGVy"
NEW_SOURCE_MADE: Shown = {**SOURCE, "last_call_at": None, "secret": SHOWN_ONCE}
ROTATED: Shown = {**SOURCE, "secrets": 2, "secret": SHOWN_ONCE}
SOURCES = listed(SOURCE)

NEW_KEY: Shown = {"name": "our transport system", "scopes": ["events"]}
KEY: Shown = {
    "id": "key_01k5c3v7dne9f0g1h2j3k4m5n6",
    "name": "our transport system",
    "tail": "4xYz",
    "test": False,
    "scopes": ["events"],
    "created_at": "2026-09-17T10:00:00.000Z",
    "last_used_at": None,
    "expires_at": None,
    "revoked_at": None,
}
NEW_KEY_MADE: Shown = {**KEY, "key": "mp_live_…shown once…4xYz"}
KEYS = listed(KEY)

THREAD_ENTRY: Shown = {
    "kind": "reply",
    "id": "rpl_01k5c3v7dpe9f0g1h2j3k4m5n6",
    "at": "2026-10-07T15:20:00.000Z",
    "text": "Can you deliver after 10?",
    "meaning": "question",
    "message_id": MESSAGE_ID,
}
LISTED_THREAD: Shown = {
    "id": THREAD_ID,
    "state": "open",
    "owner": "desk",
    "channel": "sms",
    "from": "+447700900123",
    "suppressed": False,
    "contact_id": CONTACT_ID,
    "contact_name": "Dana",
    "shipment_id": SHIPMENT_ID,
    "opened_at": "2026-10-07T15:20:00.000Z",
    "answer_by": "2026-10-07T16:20:00.000Z",
    "answered_at": None,
    "links": {"self": f"/v1/threads/{THREAD_ID}"},
}
THREAD: Shown = {**LISTED_THREAD, "entries": [THREAD_ENTRY]}
THREADS = listed({**LISTED_THREAD, "last": THREAD_ENTRY})
ANSWER: Shown = {"text": "Yes, the driver comes between 10 and 12."}
ANSWERED: Shown = {"message_id": MESSAGE_ID, "links": {"message": f"/v1/messages/{MESSAGE_ID}"}}

CALLS = listed(
    {
        "id": "cal_01k5c3v7d8e9f0g1h2j3k4m5n6",
        "source_id": SOURCE_ID,
        "received_at": "2026-10-07T13:30:00.000Z",
        "content_type": "application/json",
        "size": 2914,
        "outcome": "refused",
        "accepted": 0,
        "duplicate": 0,
        "rejected": 0,
        "unmapped": 0,
        "problem": {
            "code": "not_json",
            "message": "The body is not JSON.",
            "fix": "Send one JSON document, encoded in UTF-8.",
            "pointer": "",
        },
    }
)

ACCOUNT: Shown = {
    "id": "acc_01k5c3v7dqe9f0g1h2j3k4m5n6",
    "brand": "Harbour",
    "care_phone": "+442079460018",
    "care_email": "care@example.com",
    "zone": "Europe/London",
    "region": "GB",
    "hours": {"0": [["08:00", "18:00"]]},
    "holidays": ["2026-12-25"],
    "rules": {},
    "lanes": [{"from": "CN", "to": "GBFXT", "rules": {"N2.over_14d_hours": 72}}],
    "services": ["options", "call_me"],
    "budget": {"segments": 5000, "prices": {"GB": 0.04}},
    "mode": "shadow",
    "test": False,
    "live_since": None,
    "created_at": "2026-09-17T10:00:00.000Z",
}
ACCOUNT_CHANGE: Shown = {
    "brand": "Harbour",
    "care_phone": "+442079460018",
    "care_email": "care@example.com",
    "zone": "Europe/London",
    "hours": {"0": [["08:00", "18:00"]], "5": [["09:00", "12:00"]]},
}

PLAN: Shown = {
    "id": "pln_01k5c3v7dre9f0g1h2j3k4m5n6",
    "scope": "all",
    "tell_late": False,
    "shipments": 300,
    "people": 41,
    "unreachable": [[CONTACT_ID, "has no phone and no e-mail"]],
    "followed_by_nobody": 3,
    "texts_now": 0,
    "segments_now": 0,
    "samples": ["Harbour: PO 4711 now Tue 13 Oct, was Fri 9 Oct. Port congestion."],
    "late": [{"shipment_id": SHIPMENT_ID, "ref": "PO 4711", "told": "2026-10-09", "truth": "2026-10-13"}],
    "missing": [],
    "notes": {},
    "links": {"apply": "/v1/golive/pln_01k5c3v7dre9f0g1h2j3k4m5n6"},
}
APPLIED: Shown = {
    "plan_id": PLAN["id"],
    "shipments": 300,
    "people": 41,
    "told_late": 0,
    "changed_since_plan": {"shipments": [299, 300]},
}

ALIVE: Shown = {"status": "ok", "version": "0.1.0"}
READY: Shown = {
    "status": "ok",
    "checks": [
        {"check": "database", "status": "ok", "text": "It answers."},
        {"check": "oldest_due_message", "status": "ok", "text": "Messages leave when they are due.", "age_seconds": 0},
        {"check": "last_tick", "status": "ok", "text": "Scheduled checks are done.", "age_seconds": 12},
    ],
}
NOT_READY: Shown = {
    "status": "fail",
    "checks": [
        {
            "check": "database",
            "status": "fail",
            "text": "The database does not answer.",
            "fix": "See that it runs and can be reached.",
        }
    ],
}
