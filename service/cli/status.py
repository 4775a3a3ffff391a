"""`milepost status`: what came in, what was said, what is held, and what we owe today."""

from __future__ import annotations

from service.cli.opened import kitted
from service.cli.speech import say


def status() -> None:
    """Show what came in, what was said, what is held and until when, and what is owed today."""
    from service.flows import desk
    from service.store import accounts
    from service.wording.report import report_lines

    with kitted() as (kit, account_id):
        found = desk.report(kit, account_id)
        with kit.database.read() as conn:
            zone = accounts.view(conn, account_id).zone
        now = kit.clock()
    say(f"Mode: {found.mode}. {found.headline}.")
    for line in report_lines(found, now, zone):
        say(line)
