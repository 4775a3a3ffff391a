"""`milepost status`: what came in, what was said, what is held, and what we owe today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.opened import kitted
from service.cli.speech import counted, local, say
from service.records.pauses import ACCOUNT, EVERY, GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.records.overview import Overview
    from service.records.resuming import Standing


def status() -> None:
    """Show what is paused, what waits and is in doubt, what came in and was said, and what is owed today."""
    from service.flows import desk
    from service.flows.overview import overview
    from service.store import accounts
    from service.wording.report import report_lines

    with kitted() as (kit, account_id):
        found = desk.report(kit, account_id)
        controls = overview(kit, account_id)
        file = kit.pause_file if kit.pause_file.exists() else None
        with kit.database.read() as conn:
            zone = accounts.view(conn, account_id).zone
        now = kit.clock()
    say(f"Mode: {found.mode}. {found.headline}.")
    if file is not None:
        say(f"Paused by the file {file}: nothing is handed over. `milepost resume` removes it.")
    for line in lines(controls, zone):
        say(line)
    for line in report_lines(found, now, zone):
        if not line.startswith("Paused: "):
            say(line)


def lines(found: Overview, zone: str) -> Iterator[str]:
    """One line for each pause, channel and doubt, and what waits."""
    for one in found.pauses:
        yield _pause(one, zone)
    held = {one.pause.value or EVERY for one in found.pauses if one.pause.scope in (GLOBAL, ACCOUNT, "channel")}
    for channel in found.channels:
        state = "paused, as said above" if held & {EVERY, channel.channel} else "passes"
        if channel.rests_until:
            state = f"rests until {local(channel.rests_until, zone)}: {channel.reason}"
        yield f"Channel {channel.channel} by {channel.notifier}: {state}"
    yield (
        f"Waiting: {found.waiting}. In doubt: {found.uncertain}. Never known: {found.unknown}. "
        f"Tasks to do: {found.to_do}."
    )
    if found.parked and found.parked_since:
        since = local(found.parked_since, zone)
        yield f"{counted(found.parked, 'fact')} without a shipment, the oldest since {since}: milepost parked"
    if found.unmapped:
        yield f"{counted(found.unmapped, 'code')} that no table has: milepost sources unmapped"
    if found.in_turn:
        yield f"{counted(found.in_turn, 'message')} leave in turn, the last at {local(found.last_turn, zone)}."
    for doubt in found.doubtful:
        yield f"{doubt.state.capitalize()} since {local(doubt.since, zone)}: {doubt.message_id} ({doubt.evidence})"


def _pause(one: Standing, zone: str) -> str:
    pause = one.pause
    what = f"{pause.scope} {one.called or pause.value}".strip()
    until = f" until {local(pause.until, zone)}" if pause.until else ""
    behind = f"{counted(one.waiting, 'message waits', 'messages wait')} behind it"
    since = f"since {local(pause.since, zone)}{until} by {pause.by}"
    return f"Paused: {what}, {since} ({pause.why}); {behind}. `milepost resume {pause.id}` lifts it."
