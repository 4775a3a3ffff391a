"""A stand-in for Twilio that misbehaves, in a process of its own: `python -m benchmarks.proof.provider '{"…": …}'`.

Whatever it accepts stands in an append-only file before anybody is answered; this process never dies. It obeys lines
on its standard input (see `Control`) and ends with it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import uvloop

from benchmarks.proof.book import Book, Row
from benchmarks.proof.fast_clock import from_json
from benchmarks.proof.fates import DOWN_EVERY, DOWN_FOR, Chance, Fate, Told
from benchmarks.proof.wires import answer, post, read_request
from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from notifiers.twilio_callbacks import sign

CALLBACK_WAITS = (0.5, 1.0, 1.0, 2.0, 2.0)
"""Seconds between the tries of one callback, as Twilio tries again when asked to."""

INBOUND_TRIES = 60

HELD = 1.0
"""Seconds for which the answer is held back whose reader is about to be killed."""


class Provider:
    """Answers requests, posts callbacks, and goes down from time to time unless it is *calm*."""

    def __init__(self, book: Book, chance: Chance, port: int, *, calm: bool) -> None:
        self.book = book
        self.port = port
        self.calm = calm
        self.down = False
        self._hold_at = 0
        self._given_up: asyncio.TimerHandle | None = None
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Take connections."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=512)

    async def outages(self) -> None:
        """Be away now and then, in turn as a closed port and as a server that only says 503."""
        closed = False
        while not self.calm:
            await asyncio.sleep(DOWN_EVERY - DOWN_FOR)
            closed = not closed
            if closed and self._server is not None:
                self._server.close()
                await asyncio.sleep(DOWN_FOR)
                await self.listen()
            else:
                self.down = True
                await asyncio.sleep(DOWN_FOR)
                self.down = False

    def spawn(self, work: Any) -> None:
        """Do something beside the answers."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            method, target, body = await read_request(reader)
            if self.down:
                answer(writer, 503, b"<h1>Service Unavailable</h1>")
            elif method == "POST":
                await self._create(dict(parse_qsl(body.decode(), keep_blank_values=True)), writer)
            else:
                self._list(target, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            pass  # whoever asked has gone, or this process ends
        finally:
            writer.close()

    async def _create(self, form: dict[str, str], writer: asyncio.StreamWriter) -> None:
        name, fate = self._chance.fate()
        if fate.late:
            await asyncio.sleep(fate.late)
        row = self._take(form, name) if fate.taken else None
        if row is not None and self._is_held(row):
            await asyncio.sleep(HELD)
        if fate.status == 0:
            writer.transport.abort()
        elif fate.status is None:
            await asyncio.sleep(3.0)
        elif fate.status == 201 and row is not None:
            answer(writer, 201, json.dumps(row.as_json()).encode())
        else:
            answer(writer, fate.status, _problem(fate))

    def hold(self, nth: int, seconds: float) -> None:
        """Say when the *nth* text from now on was taken, and hold its answer back; say so, too, where none is."""
        self._hold_at = nth
        self._given_up = asyncio.get_running_loop().call_later(seconds, self._let)

    def _let(self) -> None:
        self._hold_at = 0
        print(json.dumps({"count": len(self.book.rows)}), flush=True)

    def _is_held(self, row: Row) -> bool:
        if not self._hold_at:
            return False
        self._hold_at -= 1
        if self._hold_at:
            return False
        if self._given_up is not None:
            self._given_up.cancel()
        print(json.dumps({"held": row.callback}), flush=True)
        return True

    def _take(self, form: dict[str, str], name: str) -> Row:
        row = self.book.keep(form, name)
        self.book.lose(row)
        if row.callback:
            self.spawn(self._tell(row, self._chance.told()))
        return row

    async def _tell(self, row: Row, told: Told) -> None:
        for wait, status in told.steps:
            await asyncio.sleep(wait)
            row.status = status
            fields = {
                "MessageSid": row.sid,
                "SmsSid": row.sid,
                "AccountSid": ACCOUNT_SID,
                "From": row.sender,
                "To": row.to,
                "MessageStatus": status,
            }
            for pause in CALLBACK_WAITS:
                if await post(row.callback, urlencode(fields).encode(), sign(AUTH_TOKEN, row.callback, fields)) < 500:
                    break
                await asyncio.sleep(pause)

    def _list(self, target: str, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        rows = self.book.find(query, asyncio.get_running_loop().time())
        more = len(rows) > (page + 1) * size
        following = f"{parts.path}?{urlencode({**query, 'Page': str(page + 1)})}" if more else None
        shown = [row.as_json() for row in rows[page * size : (page + 1) * size]]
        body = {"messages": shown, "next_page_uri": following, "page": page, "page_size": size}
        answer(writer, 200, json.dumps(body).encode())

    def hear(self, sender: str, body: str, url: str) -> str:
        """A person writes: it is listed, and posted to *url* until it is taken; nowhere where that is empty."""
        row = self.book.keep({"From": sender, "To": NUMBER, "Body": body}, "reply", outbound=False)
        row.status = "received"
        if url:
            self.spawn(self._hand_on(row, url))
        return row.sid

    async def _hand_on(self, row: Row, url: str) -> None:
        fields = {
            "MessageSid": row.sid,
            "AccountSid": ACCOUNT_SID,
            "From": row.sender,
            "To": row.to,
            "Body": row.body,
            "NumMedia": "0",
        }
        for _ in range(INBOUND_TRIES):
            if await post(url, urlencode(fields).encode(), sign(AUTH_TOKEN, url, fields)) < 300:
                return
            await asyncio.sleep(0.5)


class Control:
    """The lines that it obeys, each answered by one.

    They are `hold N SECONDS`, `count`, `hear {…}`, `slip {…}`, `lose` and `lost`.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def obey(self, line: str) -> None:
        """Do what *line* says."""
        word, _, rest = line.strip().partition(" ")
        provider = self._provider
        if word == "hold":
            nth, _, seconds = rest.partition(" ")
            provider.hold(int(nth), float(seconds))
            return
        told: dict[str, object] = {}
        if word == "hear":
            given = json.loads(rest)
            told["sid"] = provider.hear(given["sender"], given["body"], given.get("url", ""))
        if word == "slip":  # a text that leaves our number and of which we know nothing
            given = json.loads(rest)
            told["sid"] = provider.book.keep({"From": NUMBER, "To": given["to"], "Body": given["body"]}, "slip").sid
        if word == "lose":  # the next text that it takes is never in its list: no audit can have seen it there
            provider.book.losing = True
        if word == "lost":
            told["sid"] = provider.book.lost
        print(json.dumps({"count": len(provider.book.rows), **told}), flush=True)


def _problem(fate: Fate) -> bytes:
    code = 20429 if fate.status == 429 else 20500
    return json.dumps({"code": code, "message": "no", "status": fate.status}).encode()


async def _run(options: dict[str, Any]) -> None:
    clock, calm = from_json(options["clock"]), bool(options.get("calm", False))
    chance = Chance(int(options["seed"]), calm=calm, times=float(options.get("times", 1.0)))
    provider = Provider(Book(Path(options["ledger"]), clock, chance), chance, int(options["port"]), calm=calm)
    await provider.listen()
    provider.spawn(provider.outages())
    settings = {
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "from_number": NUMBER,
        "api_base": f"http://127.0.0.1:{provider.port}",
    }
    print(json.dumps({"settings": settings}), flush=True)
    lines = asyncio.StreamReader()
    reading = asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(lambda: reading, sys.stdin)
    control = Control(provider)
    while line := await lines.readline():
        control.obey(line.decode())


if __name__ == "__main__":
    uvloop.run(_run(json.loads(sys.argv[1])))
