"""Pages from templates: every value escaped, and a Content Security Policy that lets in only what the page holds."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.wording.letter import together

ROOM = Path(__file__).parent
STATIC = ROOM / "static"

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='7' fill='%230b5f6b'/%3E%3Cpath d='M4.5 8.3l2.4 2.4 4.6-5' fill='none' "
    "stroke='white' stroke-width='1.8'/%3E%3C/svg%3E"
)
"""The icon travels in the page, so that no second request is made for it."""

ALONE = (
    "default-src 'none'; style-src '{style}'; img-src data:; form-action {form}; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""For pages that are one request: their only style is the one whose digest is named."""

LOCAL = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""For the phone, the inbox and the demo: style and script are files of our own."""

MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For an e-mail shown in a frame: its own style, no script, nothing fetched."""

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}


@cache
def environment() -> Environment:
    """The templates of this room. A name that a template does not get is an error, not an empty string."""
    made = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["together"] = together
    made.globals["icon"] = ICON
    made.globals["style"] = Markup(style())  # noqa: S704 - our own file, no value of anybody's in it
    return made


@cache
def style() -> str:
    """The style sheet of pages that stand alone."""
    return (ROOM / "templates" / "alone.css").read_text(encoding="utf-8").strip()


@cache
def style_digest() -> str:
    """How the policy names that style sheet: `sha256-…`."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()


def alone(
    request: Request, template: str, *, status: int = 200, keep: bool = False, form: bool = False, **values: object
) -> Response:
    """A page that is one request: style within, no script, nothing from elsewhere.

    With *keep* the reader's browser may show it again for a minute and then asks whether it changed (304); otherwise
    it is not kept. *form* lets it post to this service.
    """
    text = environment().get_template(template).render(**values)
    headers = dict(HEADERS)
    headers["Content-Security-Policy"] = ALONE.format(style=style_digest(), form="'self'" if form else "'none'")
    headers["Cache-Control"] = "private, max-age=60" if keep else "no-store"
    if keep:
        headers["ETag"] = f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    return HTMLResponse(text, status, headers)


def local(template: str, **values: object) -> Response:
    """A page for this machine, with style and script from `/static`."""
    text = environment().get_template(template).render(**values)
    return HTMLResponse(text, headers={**HEADERS, "Content-Security-Policy": LOCAL, "Cache-Control": "no-store"})


def mail(html: str) -> Response:
    """An e-mail's HTML part as it was handed over, for a frame that may do nothing."""
    return HTMLResponse(html, headers={**HEADERS, "Content-Security-Policy": MAIL, "Cache-Control": "no-store"})
