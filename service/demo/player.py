"""Plays the tape: posts its facts over the API, and moves the clock from one due moment to the next."""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from notifiers.base import Channel
from service.demo import reel
from service.demo.scorecard import Records, Scorecard, card_of, lines_of
from service.demo.tape import END, REPLY_FROM, REPLY_TEXT, START, TAPE, ZONE, Post
from service.demo.theatre import Theatre, build
from service.flows import desk
from service.flows.tracking import outcome_of, stops_of
from service.records.enums import Stage
from service.store import views_loopback, views_tracking
from service.store.views_loopback import TapeHeld
from service.web.demo_pages import Entry, Scene
from service.web.inprocess import Answer, call

DAY = 2.0
"""Seconds that a simulated day takes on the demo page."""

STEP = timedelta(minutes=15)
"""How far the clock moves at once, where nothing is due earlier."""

PATIENCE = 10.0
"""Seconds of real time that due work may take before the player goes on without it."""

QUIET = (21, 8)
"""The night of the demo's people, as local hours."""

Post_ = Callable[[str, dict[str, str], bytes], Answer]
"""Posts a body with headers to a path of the service and returns the answer."""


class Out(Protocol):
    """Where lines are printed."""

    def write(self, text: str, /) -> object:
        """Print *text*."""
        ...


class Player:
    """Moves the clock, posts what the tape says, and waits until the service has done what is due.

    *pace* is the seconds of real time that a simulated day takes; None plays as fast as the service works.
    """

    def __init__(self, theatre: Theatre, post: Post_, pace: float | None) -> None:
        self._theatre = theatre
        self._post = post
        self._pace = pace
        self._stopped = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._held: dict[str, TapeHeld] = {}
        self._ended = False
        self.refused: list[str] = []

    def play(self) -> None:
        """Play the tape from its start to its end, or until it is stopped."""
        left = list(TAPE)
        moment = START
        while moment < END and not self._stopped.is_set():
            moment = min(moment + STEP, END)
            self._until(moment, left)
            self._wait(STEP)
        self._ended = not self._stopped.is_set()

    def stop(self) -> None:
        """End the play at the next step."""
        self._stopped.set()
        self._running.set()

    def pause(self) -> None:
        """Stop the clock, or let it run on."""
        if self._running.is_set():
            self._running.clear()
        else:
            self._running.set()

    def settle(self) -> bool:
        """Wait until everything that is due has been done; False where that takes too long."""
        database = self._theatre.kit.database
        tick = threading.Event()
        for _ in range(int(PATIENCE / 0.01)):
            database.wake("shipments")
            database.wake("messages")
            with database.read() as conn:
                left = views_loopback.unfinished(conn, self._theatre.clock())
            if left == 0:
                self._look()
                return True
            if self._stopped.is_set():
                return False
            tick.wait(0.01)
        return False

    def scene(self) -> Scene:
        """What the demo page shows now."""
        now = self._theatre.clock()
        card = self.card()
        hour = now.astimezone(ZoneInfo(ZONE)).hour
        return Scene(
            now=reel.clock_words(now),
            night=hour >= QUIET[0] or hour < QUIET[1],
            done=int((now - START) / STEP),
            whole=int((END - START) / STEP),
            ended=self._ended,
            paused=not self._running.is_set(),
            tape=self.entries(),
            score=card.short if self._ended else (),
        )

    def entries(self) -> list[Entry]:
        """The decision tape, newest first."""
        account = self._theatre.account_id
        with self._theatre.kit.database.read() as conn:
            facts = views_loopback.posted(conn, account)
            notices = views_loopback.decided(conn, account)
            replies = views_loopback.heard(conn, account)
            names = views_loopback.names(conn, account)
        now = self._theatre.clock()
        return reel.in_order(
            [
                *((one.at, 0, reel.fact_entry(one)) for one in facts),
                *((one.at, 1, reel.held_entry(one, names)) for one in list(self._held.values())),
                *((one.at, 2, reel.notice_entry(one, names, now)) for one in notices),
                *((one.at, 3, reel.reply_entry(one)) for one in replies),
            ]
        )

    def card(self) -> Scorecard:
        """The scorecard as the records have it now."""
        account = self._theatre.account_id
        now = self._theatre.clock()
        with self._theatre.kit.database.read() as conn:
            notices = views_loopback.decided(conn, account)
            heads = views_tracking.heads(conn, account, tuple(dict.fromkeys(one.shipment_id for one in notices)))
            stops = {head.shipment_id: stops_of(head.summary) for head in heads}
            told = [
                (views_tracking.told_words(conn, account, contact, Stage.REHEARSAL, shipment), stops[shipment])
                for contact, shipment in dict.fromkeys((one.contact_id, one.shipment_id) for one in notices)
            ]
            records = Records(
                facts=views_loopback.posted(conn, account),
                notices=notices,
                texts=views_loopback.shown(conn, account, Channel.SMS),
                mails=views_loopback.shown(conn, account, Channel.EMAIL),
                replies=views_loopback.heard(conn, account),
                counts=views_loopback.counted(conn, account),
                outcomes=[
                    ended
                    for words, path in told
                    for word in words
                    if (ended := outcome_of(word, words, path, now)) is not None
                ],
                names=views_loopback.names(conn, account),
            )
        return card_of(records, list(self._held.values()), self.refused)

    def _until(self, moment: datetime, left: list[Post]) -> None:
        """Let everything happen that happens up to *moment*, each at its own instant, then stand there."""
        clock = self._theatre.clock
        while not self._stopped.is_set():
            due = self._next_due()
            posting = left[0].at if left else None
            nearest = min((at for at in (due, posting) if at is not None), default=None)
            if nearest is None or nearest > moment:
                break
            clock.set(max(nearest, clock()))
            if posting is not None and posting <= clock():
                self._send(left.pop(0))
            self.settle()
        clock.set(moment)

    def _next_due(self) -> datetime | None:
        """The next instant after now at which the service has something to do."""
        with self._theatre.kit.database.read() as conn:
            return views_loopback.next_due(conn, self._theatre.clock())

    def _send(self, post: Post) -> None:
        if post.reply is not None:
            self.answer(*post.reply)
            return
        headers = {"authorization": f"Bearer {self._theatre.key}", "content-type": "application/json"}
        answer = self._post("/v1/events", headers, json.dumps(dict(post.event)).encode())
        if answer.status != 202:
            self.refused.append(f"{post.event['ref']} {post.event['milestone']}: {answer.body.decode()}")

    def answer(self, number: str, text: str) -> None:
        """Answer the last text to a phone, by the form of the phone page."""
        with self._theatre.kit.database.read() as conn:
            texts = views_loopback.sent_to(conn, self._theatre.account_id, number)
        if not texts:
            self.refused.append(f"nobody wrote to {number}, so nobody could reply")
            return
        form = {"number": number, "sender": texts[-1].sender, "text": text}
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._post("/phone/reply", kind, urlencode(form).encode())
        if answer.status != 200:
            self.refused.append(f"reply: {answer.body.decode()}")
        self.settle()
        # The clock's own checks go by the real time, of which a demo has little.
        desk.send_tasks(self._theatre.kit)
        self.settle()

    def _look(self) -> None:
        """Remember what rules hold back: a later look at the shipment writes over it."""
        with self._theatre.kit.database.read() as conn:
            for one in views_loopback.held(conn, self._theatre.account_id):
                if reel.is_news(one):
                    self._held.setdefault(reel.held_id(one), one)

    def _wait(self, step: timedelta) -> None:
        if self._pace is not None:
            self._stopped.wait(self._pace * step / timedelta(days=1))
        self._running.wait()


def poster(app: FastAPI, loop: asyncio.AbstractEventLoop) -> Post_:
    """Posts to *app* from another thread, by the loop that the service runs in."""

    def post(path: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = call(app, "POST", f"http://127.0.0.1{path}", headers=headers, body=body)
        return asyncio.run_coroutine_threadsafe(answer, loop).result()

    return post


def run_once(out: Out) -> int:
    """Play the tape as fast as it goes, reply once, and print the scorecard; 1 if something failed to arrive."""
    with tempfile.TemporaryDirectory(prefix="milepost-demo-") as place:
        card = asyncio.run(_once(build(Path(place))))
    for line in lines_of(card):
        out.write(f"{line}\n")
    return 0 if card.complete else 1


async def _once(theatre: Theatre) -> Scorecard:
    async with theatre.app.router.lifespan_context(theatre.app):
        post = poster(theatre.app, asyncio.get_running_loop())
        player = Player(theatre, post, pace=None)
        await asyncio.to_thread(player.play)
        await asyncio.to_thread(player.answer, REPLY_FROM, REPLY_TEXT)
        return player.card()
