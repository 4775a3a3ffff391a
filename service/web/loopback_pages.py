"""The phone and the inbox: what a rehearsal handed to loopback or the simulator, and the way back for a reply.

Nothing shown here has left the machine. A reply is signed and posted to the route that a provider's inbound webhook
uses, so what happens to it is what would happen to a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from notifiers.base import Channel
from service.flows.kit import Kit
from service.formats.fields import invisible
from service.records.enums import Stage
from service.records.ids import new_id
from service.store import views_loopback
from service.store.accounts import AccountRow
from service.web import loopback_views
from service.web.guard import may_look, same_origin
from service.web.house import house, test_house
from service.web.inprocess import call
from service.web.rendering import environment, local, mail

Sign = Callable[[str, Mapping[str, str]], Mapping[str, str]]
"""Signs a form for an address, as the provider would; returns the headers."""

INBOUND = {name: f"/v1/callbacks/{name}/inbound" for name in ("loopback", "simulator")}

LONGEST_REPLY = 1600
"""Characters of a text that Twilio would hand over (https://www.twilio.com/docs/glossary/what-sms-character-limit)."""

LONGEST_FORM = 25_000
"""Bytes that such a text may take as a form."""


class LoopbackPages:
    """`/phone`, `/inbox` and what they fetch. `names` may name the owner of a number."""

    def __init__(self, kit: Kit, sign: Sign, names: Mapping[str, str] | None = None) -> None:
        self._kit = kit
        self._sign = sign
        self.names = dict(names or {})

    def phone(self, request: Request) -> Response:
        """The phone page."""
        self._check(request)
        return local("phone.html", phones=self.phones())

    def phone_parts(self, request: Request) -> Response:
        """The phones alone, for the page to renew itself."""
        self._check(request)
        return part("phones.html", phones=self.phones())

    def inbox(self, request: Request) -> Response:
        """The inbox page."""
        self._check(request)
        return local("inbox.html", mails=self.mails())

    def inbox_parts(self, request: Request) -> Response:
        """The e-mails alone, for the page to renew itself."""
        self._check(request)
        return part("mails.html", mails=self.mails())

    def mail_html(self, request: Request, message_id: str) -> Response:
        """An e-mail's HTML part, for a frame that may run nothing. Its links open in a new window."""
        self._check(request)
        return mail('<base target="_blank">' + (self._mail(message_id).html or ""))

    def mail_calendar(self, request: Request, message_id: str) -> Response:
        """An e-mail's calendar entry."""
        self._check(request)
        calendar = self._mail(message_id).calendar
        if not calendar:
            raise HTTPException(404, "This e-mail carries no calendar entry.")
        headers = {"Content-Disposition": 'attachment; filename="milepost.ics"', "X-Content-Type-Options": "nosniff"}
        return Response(calendar, media_type="text/calendar; charset=utf-8", headers=headers)

    async def reply(self, request: Request) -> Response:
        """Send what was typed on a phone (`number`, `sender`, `text`) through the door of the provider's webhook."""
        self._check(request)
        if not same_origin(request.headers):
            raise HTTPException(403, "Replies are taken from the phone page of this service only.")
        typed = typed_form(await request.body())
        form = {
            "MessageSid": new_id("loop"),
            "AccountSid": "loopback",
            "From": typed["number"],
            "To": typed["sender"],
            "Body": typed["text"],
        }
        door = INBOUND["simulator" if typed["sender"] == self._sender(test=True) else "loopback"]
        url = f"{self._kit.public_url or self._kit.local_url}{door}"
        answer = await call(request.app, "POST", url, headers=self._sign(url, form), body=urlencode(form).encode())
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/phone", 303)
        return JSONResponse({"status": answer.status}, _passed_on(answer.status))

    def phones(self) -> list[loopback_views.Phone]:
        """The phones as they stand now."""
        return loopback_views.latest_first(phone for one in self._accounts() for phone in self._phones(one))

    def _phones(self, account: AccountRow) -> list[loopback_views.Phone]:
        with self._kit.database.read() as conn:
            shown = views_loopback.shown(conn, account.id, Channel.SMS)
            heard = views_loopback.heard(conn, account.id)
        names, sender = {} if account.test else self.names, self._sender(test=account.test)
        return loopback_views.phones(shown, heard, zone=account.zone, names=names, sender=sender, test=account.test)

    def mails(self) -> list[loopback_views.Mail]:
        """The inbox as it stands now, newest first."""
        with self._kit.database.read() as conn:
            shown = [(one, a) for a in self._accounts() for one in views_loopback.shown(conn, a.id, Channel.EMAIL)]
        ordered = sorted(shown, key=lambda pair: (pair[0].at, pair[0].id))
        return [m for one, a in reversed(ordered) for m in loopback_views.mails([one], zone=a.zone, test=a.test)]

    def _accounts(self) -> list[AccountRow]:
        """The account of this house, and its test account."""
        return [account for account in (house(self._kit), test_house(self._kit)) if account is not None]

    def _sender(self, *, test: bool = False) -> str:
        """The number that the phones answer to before anything was sent to them."""
        ready = self._kit.ready(Stage.REHEARSAL, Channel.SMS, test=test)
        return ready.sender if ready else ""

    def _mail(self, message_id: str) -> views_loopback.Shown:
        accounts = self._accounts()
        with self._kit.database.read() as conn:
            shown = [views_loopback.one_shown(conn, account.id, message_id) for account in accounts]
        found = next((one for one in shown if one is not None), None)
        if found is None:
            raise HTTPException(404, "There is no such e-mail in the inbox.")
        return found

    def _check(self, request: Request) -> None:
        if not may_look(request, self._kit.public_url):
            raise HTTPException(404, "The phone and the inbox are shown on the machine of this service only.")


def _passed_on(status: int) -> int:
    """The status for the page: what the route said of the form, or that the route failed."""
    if status < 300:
        return 200
    return status if 400 <= status < 500 else 502


def typed_form(body: bytes) -> dict[str, str]:
    """The three fields of the reply box. Raises HTTPException 422 where one is missing, empty or too long."""
    if len(body) > LONGEST_FORM:
        raise HTTPException(422, "A reply has at most 1600 characters.")
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=10))
    if any(invisible(fields.get(name, "")) for name in ("number", "sender", "text")):
        raise HTTPException(422, "A reply needs `number`, `sender` and `text`.")
    if len(fields["text"]) > LONGEST_REPLY:
        raise HTTPException(422, "A reply has at most 1600 characters.")
    return fields


def part(template: str, **values: object) -> Response:
    """A piece of a page, as the page's script puts it in."""
    text = environment().get_template(template).render(**values)
    return PlainTextResponse(text, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


def loopback_routes(kit: Kit, sign: Sign, names: Mapping[str, str] | None = None) -> APIRouter:
    """The routes of the phone and the inbox."""
    pages = LoopbackPages(kit, sign, names)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/phone", pages.phone, methods=["GET"])
    router.add_api_route("/phone/parts", pages.phone_parts, methods=["GET"])
    router.add_api_route("/phone/reply", pages.reply, methods=["POST"])
    router.add_api_route("/inbox", pages.inbox, methods=["GET"])
    router.add_api_route("/inbox/parts", pages.inbox_parts, methods=["GET"])
    router.add_api_route("/inbox/{message_id}/html", pages.mail_html, methods=["GET"])
    router.add_api_route("/inbox/{message_id}/calendar", pages.mail_calendar, methods=["GET"])
    return router
