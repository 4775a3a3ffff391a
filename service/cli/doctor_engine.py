"""What `milepost doctor` says of those who call, and of the process that decides and sends."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from notifiers.base import Finding
from service.cli.speech import ago, counted

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.settings import Settings
    from service.store.accounts import AccountRow
    from service.store.engine import Database

ENGINE = "engine"
"""The pulse of the process that decides and sends."""

QUIET = timedelta(minutes=2)
"""It beats each quarter of a minute: after so long it does not run."""

OVERDUE = timedelta(minutes=5)

USUAL_LAG = timedelta(hours=24)
"""How long a source may be silent before that is worth a line, where it says nothing of its own."""


def callers(database: Database, account: AccountRow, now: datetime) -> list[Finding]:
    """API keys, and when each source last called."""
    from service.formats import signatures
    from service.store import keys, sources

    with database.read() as conn:
        held = [key for key in keys.list_keys(conn, account.id) if key.revoked_at is None]
        rows = sources.list_sources(conn, account.id)
    fix = "Run: milepost keys create --name NAME"
    detail = f"{counted(len(held), 'key')} in force" if held else "none: no system can post events."
    found = [Finding("API keys", True, detail, fix, warning=not held)]
    for row in rows:
        weak = signatures.SCHEMES[row.scheme].weak if row.scheme in signatures.SCHEMES else ""
        if weak:
            fix = "Where its sender can sign, add a source with that scheme and remove this one."
            found.append(Finding(row.name, True, f"is weakly protected. {weak}", fix, warning=True))
        if row.last_call_at is None:
            found.append(Finding(row.name, True, "has never called.", f"Let it post to /v1/in/{row.id}", warning=True))
            continue
        lag = max(USUAL_LAG, timedelta(minutes=row.usual_lag_minutes or 0))
        silent = now - row.last_call_at > lag
        words = f"last called {ago(row.last_call_at, now)} ago"
        found.append(Finding(row.name, True, words, "Ask those who run it whether it still sends.", warning=silent))
    return found


def webhooks(database: Database, account: AccountRow) -> list[Finding]:
    """Those that are switched off or fail."""
    from service.store import webhooks as store

    with database.read() as conn:
        rows = store.listed(conn, account.id)
    found: list[Finding] = []
    for row in rows:
        name = f"Webhook {row.description or row.id}"
        if row.disabled_at is not None:
            fix = f"Mend it, then run: milepost webhooks enable {row.id}"
            found.append(
                Finding(name, True, f"off since {row.disabled_at:%Y-%m-%d} ({row.disabled_why}).", fix, warning=True)
            )
        elif row.failing_since is not None:
            fix = f"Run: milepost webhooks show {row.id}"
            words = f"nothing but failures since {row.failing_since:%Y-%m-%d %H:%M} UTC."
            found.append(Finding(name, True, words, fix, warning=True))
        else:
            found.append(Finding(name, True, "is told of events."))
    return found


def engine(database: Database, account: AccountRow, chosen: Settings, now: datetime) -> list[Finding]:
    """Whether it lives, what has waited longest, and what is paused."""
    from service.store import pulse, switches, views_status

    with database.read() as conn:
        beat = pulse.last_beat(conn, ENGINE)
        due = views_status.oldest_due(conn, now)
        paused = switches.active_switches(conn, account.id, now)
        found = [_alive(beat.beat_at if beat else None, now), _due(due, now), *_channels(conn)]
    for one in paused:
        fix = f"Run: milepost resume {one.id}"
        found.append(Finding("Paused", True, f"{one.scope} {one.value}".strip() + f": {one.why}.", fix, warning=True))
    if Path(chosen.pause_file).exists():
        path = Path(chosen.pause_file).absolute()
        found.append(Finding("Paused", True, f"by the file {path}.", "Run: milepost resume", warning=True))
    return found


def _alive(beat: datetime | None, now: datetime) -> Finding:
    if beat is not None and now - beat <= QUIET:
        return Finding("Engine", True, f"alive {ago(beat, now)} ago")
    detail = f"does not run; it was last alive {ago(beat, now)} ago." if beat else "has never run."
    return Finding("Engine", True, detail, "Run: milepost serve", warning=True)


def _due(due: datetime | None, now: datetime) -> Finding:
    late = due is not None and now - due > OVERDUE
    detail = f"the oldest has been due for {ago(due, now)}." if due is not None else "nothing is overdue"
    return Finding("Messages", True, detail, "`milepost status` says what holds it.", warning=late)


def _channels(conn: Connection) -> list[Finding]:
    from service.store import channels

    found = []
    for name, state in channels.states(conn).items():
        if state.failures:
            fix = "Mend it; it is tried again by itself. `milepost doctor --live` asks the provider."
            found.append(Finding(name, True, f"passes nothing: {state.reason}".rstrip(), fix, warning=True))
        if state.share is not None:
            fix = "It goes back by itself. `milepost status` shows all shares."
            found.append(Finding(name, True, f"takes {state.share} points: {state.share_why}", fix, warning=True))
    return found
