"""The composition: the only file that knows every part."""

from __future__ import annotations

import gc
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Connection

from notifiers import registry
from notifiers.base import PERSONAL, Channel, Notifier
from notifiers.loopback import Loopback
from notifiers.simulator import Simulator
from notifiers.twilio_callbacks import sign
from notifiers.webhook_caller import caller_of, completed
from service.api.deps import make_deps
from service.api.handlers import add_handlers
from service.api.middleware import Gate, Traced
from service.api.routes import add_routes
from service.api.webhook_shapes import Shown
from service.clock import Clock, utc_now
from service.clockwork import Clockwork
from service.faults import Reach, unarmed
from service.flows.dispatch import Dispatcher
from service.flows.intake import Journal
from service.flows.kit import Kit, Ready
from service.logs import set_up_logs
from service.policy.balancing import resting
from service.records.ids import new_id
from service.records.simulated import SIMULATOR, SIMULATOR_MAIL, SIMULATOR_PHONE
from service.settings import Settings
from service.store import accounts, senders, twins
from service.store.engine import Database, open_database
from service.store.locks import engine_lock, prove_life
from service.store.migrations import require_head, upgrade
from service.store.secrets import link_key
from service.web.errors import friendly
from service.web.routes import pages

LOOPBACK_PHONE = "+447700900999"
"""The number that the loopback phone is written from (Ofcom keeps it free for drama)."""

SWITCH_SECONDS = 0.0005
"""How long one thread may keep the interpreter while others wait: a call must not stand behind a decision."""

LOOPBACK_MAIL = "desk@milepost.example"

Given = Mapping[Channel, Notifier | Sequence[Notifier]]
"""Notifiers by channel: one, or several that share its messages."""


def make_kit(
    settings: Settings,
    database: Database,
    *,
    notifiers: Given | None = None,
    clock: Clock | None = None,
    loopback_token: str | None = None,
    reach: Reach = unarmed,
    pace: float = 1.0,
) -> Kit:
    """The kit of one process. *notifiers* take the place of the configured ones, in tests and benchmarks.

    Several of one channel share its messages equally.

    Raises `registry.ConfigurationError` with the fix for a wrong setting of a notifier.
    """
    now = clock or utc_now
    accounts.ensure_default(database, now())
    token = loopback_token or secrets.token_urlsafe(24)
    secret = settings.secret.get_secret_value() if settings.secret else link_key(database)
    kit = Kit(
        database=database,
        clock=now,
        live=_given(notifiers) if notifiers is not None else _configured(settings, secret.encode()),
        loopback=_loopback(token),
        simulator=_simulator(token),
        secret=secret.encode(),
        worker_id=new_id("wrk"),
        pause_file=Path(settings.pause_file).absolute(),
        caller=caller_of(settings.notifiers, secret.encode()),
        public_url=settings.public_url,
        local_url=settings.local_url,
        senders=settings.senders,
        quarantine=timedelta(seconds=settings.quarantine_seconds),
        reach=reach,
        pace=pace,
        drain_per_minute=settings.drain_per_minute,
    )
    _register_senders(kit)
    return kit


def _given(notifiers: Given) -> dict[Channel, tuple[Ready, ...]]:
    found = {}
    for channel, given in notifiers.items():
        ones = given if isinstance(given, Sequence) else (given,)
        found[channel] = _all_ready([registry.Built(_name(one), one) for one in ones])
    return found


def _configured(settings: Settings, secret: bytes) -> dict[Channel, tuple[Ready, ...]]:
    built = registry.build(completed(settings.notifiers, secret))
    return {channel: _all_ready(ones) for channel, ones in built.items()}


def _all_ready(built: Sequence[registry.Built]) -> tuple[Ready, ...]:
    """The notifiers of one channel, with what each takes of its messages. Raises where two have one name."""
    names = [one.name for one in built]
    if len(set(names)) < len(names):
        raise registry.ConfigurationError(f"Two notifiers of one channel are named alike: {', '.join(names)}.")
    shares = resting([one.share for one in built])
    return tuple(_ready(one, share) for one, share in zip(built, shares, strict=True))


def _name(notifier: Notifier) -> str:
    return str(getattr(notifier, "name", type(notifier).__name__.lower()))


def _ready(built: registry.Built, share: int) -> Ready:
    return Ready(
        name=built.name,
        notifier=built.notifier,
        sender=str(getattr(built.notifier, "sender", built.name)),
        two_way=bool(getattr(built.notifier, "two_way", True)),
        share=share,
    )


def _loopback(token: str) -> dict[Channel, Ready]:
    senders = {Channel.SMS: LOOPBACK_PHONE, Channel.EMAIL: LOOPBACK_MAIL}
    return {
        channel: Ready(
            "loopback", Loopback(Loopback.Config(channel=channel, token=SecretStr(token))), senders[channel], True
        )
        for channel in PERSONAL
    }


def _simulator(token: str) -> dict[Channel, Ready]:
    senders = {Channel.SMS: SIMULATOR_PHONE, Channel.EMAIL: SIMULATOR_MAIL}
    return {
        channel: Ready(
            SIMULATOR, Simulator(Simulator.Config(channel=channel, token=SecretStr(token))), senders[channel], True
        )
        for channel in PERSONAL
    }


def _register_senders(kit: Kit) -> None:
    """Everybody whom an answer may reach us through: which account a text to this number belongs to.

    A test account writes from the simulator's names only.
    """
    now = kit.clock()
    with kit.database.read() as conn:
        ids = {i: twins.is_twin(conn, i) for i in accounts.all_ids(conn)}

    def unit(conn: Connection) -> None:
        for account_id, test in ids.items():
            for ready in kit.simulator.values() if test else (*kit.real, *kit.loopback.values()):
                channel = ready.notifier.channel
                senders.ensure(conn, account_id, channel, ready.sender, ready.name, ready.two_way, now)

    kit.database.write(unit)


@contextmanager
def open_kit(settings: Settings, *, clock: Clock | None = None) -> Iterator[Kit]:
    """A kit for a command beside a running service: the database at its head, no engine."""
    database = open_database(settings.database_url)
    try:
        require_head(database)
        yield make_kit(settings, database, clock=clock)
    finally:
        database.close()


class Engine:
    """What decides and sends in one process: the right to do so, the journal, the dispatcher and the clock.

    `start` raises StoreError where another engine has the SQLite file. `close` ends everything and closes the
    database, once, whether it was started or not.
    """

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.journal = Journal(kit)
        self.dispatcher = Dispatcher(kit)
        self._clockwork = Clockwork(kit, self.dispatcher, self.journal, Shown(kit))
        self._held = ExitStack()
        self._first: list[Callable[[], None]] = []
        self._started = False
        self._closed = False
        self._gate = threading.Lock()

    def before_stop(self, step: Callable[[], None]) -> None:
        """Run *step* first when the engine ends, such as the end of open streams."""
        self._first.append(step)

    def start(self, *, wait: float = 15.0) -> None:
        """Take the right to decide and send, and begin."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self._held.enter_context(engine_lock(self.kit.database, wait=wait))
        hold = prove_life(self.kit.database, self.kit.worker_id)
        self._held.callback(hold.close)
        self._started = True
        set_aside()
        self._clockwork.start(hold)

    def close(self, timeout: float = 10.0) -> None:
        """Keep what was handed in, stop claiming, finish calls in flight, give the right back, close the database."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
        for step in self._first:
            step()
        self.journal.close()
        if self._started:
            self._clockwork.stop(timeout)
        else:
            self.dispatcher.stop(timeout)
        self._held.close()
        self.kit.database.close()
        gc.unfreeze()


def set_aside() -> None:
    """Tell the garbage collector that what is there now stays, until the engine is closed.

    Walking all of it again and again takes a quarter of the time and holds answers up for tens of milliseconds.
    Walking it once more before would find a few thousand objects that nobody needs, and take longer than all else here.
    """
    gc.freeze()


def create_app(
    settings: Settings,
    *,
    notifiers: Given | None = None,
    clock: Clock | None = None,
    engine: bool = True,
    reach: Reach = unarmed,
    pace: float = 1.0,
) -> FastAPI:
    """The service as an ASGI app. Opens the database and brings it to its head; its lifespan runs the engine.

    `app.state.kit` is the kit, `app.state.close()` gives everything back where no lifespan does. Without *engine* the
    process answers HTTP only. *reach* and *pace* are those of the kit. Raises StoreError, `registry.ConfigurationError`
    or `SettingsError` with the fix.
    """
    set_up_logs(settings.log_level, as_json=settings.log_json)
    token = secrets.token_urlsafe(24)
    with ExitStack() as undo:
        database = open_database(settings.database_url)
        undo.callback(database.close)
        upgrade(database, reach=reach)
        kit = make_kit(
            settings, database, notifiers=notifiers, clock=clock, loopback_token=token, reach=reach, pace=pace
        )
        undo.pop_all()
    running = Engine(kit)
    app = FastAPI(
        title="Milepost",
        version=version("milepost"),
        lifespan=_lifespan(running, deciding=engine),
        docs_url=None,
        redoc_url=None,
    )
    app.state.kit = kit
    app.state.engine = running
    app.state.close = running.close
    app.state.loopback_token = token
    deps = make_deps(
        kit, running.journal, running.dispatcher, rate_per_minute=settings.rate_per_minute, version=version("milepost")
    )
    running.before_stop(deps.stop)
    add_routes(app, deps)
    app.include_router(pages(kit, sign=_signer(token)))
    add_handlers(app)
    friendly(app)
    app.add_middleware(Gate, limit=settings.max_body_bytes)
    app.add_middleware(Traced)
    return app


def _lifespan(running: Engine, *, deciding: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Runs the engine while the app serves, and gives everything back afterwards."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            if deciding:
                running.start()
            else:
                set_aside()
            yield
        finally:
            running.close()

    return lifespan


def _signer(token: str) -> Callable[[str, Mapping[str, str]], Mapping[str, str]]:
    """Signs what the phone page sends, the way in which Twilio signs its calls."""
    return lambda url, fields: sign(token, url, fields)


__all__ = ["Engine", "create_app", "make_kit", "open_kit"]
