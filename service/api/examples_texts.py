"""Examples of texts and own words, as `/openapi.json` shows them."""

from __future__ import annotations

from typing import Any

from service.wording.own import VARIABLES

Shown = dict[str, Any]

_BODY = "{ref} is late. New date {date}[, was {was}][: {reason}]. {contact}[ {link}]"

NEW_TEXT: Shown = {"language": "en", "channel": "sms", "body": _BODY}
WHICH: Shown = {"language": "de", "channel": "sms"}
TRIAL: Shown = {"languages": ["en"], "channel": "sms", "body": _BODY}

_OURS = (
    "Harbour: sorry, PO 4711 is late. Now due Felixstowe Tue 13 Oct, was Fri 9 Oct: queue at port. "
    "Reply here or call +44 20 7946 0018."
)
_OWN = (
    "Harbour: PO 4711 is late. New date Tue 13 Oct, was Fri 9 Oct: queue at port. "
    "Reply here or call +44 20 7946 0018. https://t.harb.co/7Kq2mXw9Rt"
)

VERSION: Shown = {
    "version": 1,
    "body": _BODY,
    "subject": None,
    "in_use": True,
    "trial": "trying",
    "tried": 12,
    "by": "key:our transport system",
    "created_at": "2026-09-17T10:00:00.000Z",
}

TEXT: Shown = {
    "code": "D01",
    "title": "Late",
    "level": "action",
    "language": "en",
    "channel": "sms",
    "status": "draft",
    "ours": {"subject": None, "text": _OURS, "segments": 1},
    "own": VERSION,
    "history": [VERSION],
}

TEXT_OURS: Shown = {**TEXT, "own": None, "history": [{**VERSION, "in_use": False}]}

TEXTS: Shown = {
    "data": [
        {
            "code": "D01",
            "title": "Late",
            "level": "action",
            "said": True,
            "may_be_own": True,
            "status": {"en": "draft", "es": "draft", "de": "draft", "fr": "draft", "ar": "draft", "zh-Hans": "draft"},
            "own": [{"language": "en", "channel": "sms", "version": 1}],
        }
    ],
    "languages": [
        {
            "tag": "en",
            "name": "English",
            "direction": "ltr",
            "segments": 1,
            "strings": {"draft": 600},
            "said_to_choices": {"ok": "draft", "call_me": "draft", "undone": "draft", "undo": "draft"},
            "read_in_replies": {"stop": "draft", "start": "draft", "help": "draft", "yes": "draft"},
        }
    ],
    "variables": VARIABLES,
}

PREVIEW: Shown = {
    "code": "D01",
    "channel": "sms",
    "previews": [
        {
            "language": "en",
            "status": "draft",
            "findings": [],
            "samples": [
                {
                    "values": "usual",
                    "two_way": True,
                    "subject": None,
                    "text": _OWN,
                    "characters": 146,
                    "segments": 1,
                    "left_out": [],
                    "own_version": 0,
                    "note": "",
                }
            ],
        }
    ],
}
