"""`milepost golive`: looked at first, then applied. Not one text about the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.opened import kitted, operator
from service.cli.references import find as find_shipments
from service.cli.speech import counted, fail, mark, named, say, table, title, warn

if TYPE_CHECKING:
    from service.flows.golive import PlanView
    from service.flows.kit import Kit

NAMED = 20
"""How many late shipments and unreachable people are listed; the plan itself knows them all."""


def golive(
    plan_id: Annotated[str, typer.Argument(metavar="PLAN", help="The plan to apply, as --plan showed it.")] = "",
    plan: Annotated[bool, typer.Option("--plan", help="Show what going live would mean; changes nothing.")] = False,
    tell_late: Annotated[
        bool, typer.Option("--tell-late", help="Say dates that differ from those promised, as news.")
    ] = False,
    customer: Annotated[str | None, typer.Option("--customer", help="Only this customer, by its code.")] = None,
    ref: Annotated[str | None, typer.Option("--ref", help="Only this shipment, by any of its references.")] = None,
) -> None:
    """Let texts and e-mails leave for real: --plan first, then `milepost golive PLAN`."""
    customer, ref = named(customer, "--customer"), named(ref, "--ref")
    if plan == bool(plan_id):
        fail("Look first: milepost golive --plan. It ends with the line that applies it.")
    if plan_id and (customer or ref):
        fail("A plan knows whom it is for: leave out --customer and --ref, or make another plan.")
    if customer and ref:
        fail("Name a customer or a shipment, not both.")
    with kitted() as (kit, account_id):
        if plan:
            _plan(kit, account_id, customer, ref, tell_late)
        else:
            _apply(kit, account_id, plan_id, tell_late)


def _plan(kit: Kit, account_id: str, customer: str, ref: str, tell_late: bool) -> None:
    from service.flows import golive as flow

    scope = f"customer:{customer}" if customer else "all"
    if ref:
        with kit.database.read() as conn:
            found = find_shipments(conn, account_id, ref)
        if len(found) > 1:
            fail(f"{ref} names {len(found)} shipments: name one of them by its own number.")
        scope = f"shipment:{found[0]}"
    try:
        view = flow.plan(kit, account_id, scope, tell_late)
    except LookupError as error:
        fail(_sentence(error))
    _show(view)
    extra = " --tell-late" if tell_late else ""
    title(f"Nothing has changed yet. To go live: milepost golive {view.id}{extra}")


def _show(view: PlanView) -> None:
    say(f"{counted(view.shipments, 'open shipment')}, {counted(view.people, 'follower')}.")
    say(
        f"{counted(view.texts_now, 'text')} would leave now ({counted(view.segments_now, 'segment')}); "
        "after that, each change is said once."
    )
    for channel in view.missing:
        mark("warn", f"No notifier for {channel} is configured: such messages wait and are shown. `milepost doctor`")
    if kept := view.notes.get("keep_their_own_mode"):
        mark(
            "warn",
            f"{counted(kept, 'open shipment')} or their customers were switched by name, and stay as they are: "
            "name them with --customer or --ref.",
        )
    if view.followed_by_nobody:
        mark("warn", f"{counted(view.followed_by_nobody, 'shipment')} followed by nobody. `milepost status`")
    if view.unreachable:
        title(f"{counted(len(view.unreachable), 'person', 'people')} cannot be reached")
        table(("contact", "why"), view.unreachable[:NAMED])
        _more(len(view.unreachable))
    if view.late:
        rest = "said as news" if view.tell_late else "not said; --tell-late says them as news"
        title(f"{counted(len(view.late), 'shipment')} with another date than promised ({rest})")
        table(("shipment", "promised", "now"), [(one.ref, one.told, one.truth) for one in view.late[:NAMED]])
        _more(len(view.late))
    if view.samples:
        title("Said in rehearsal so far, latest first")
        for text in view.samples:
            say(text)


def _more(number: int) -> None:
    if number > NAMED:
        say(f"… and {number - NAMED} more.")


def _apply(kit: Kit, account_id: str, plan_id: str, tell_late: bool) -> None:
    from service.flows import golive as flow

    try:
        done = flow.apply(kit, account_id, plan_id, tell_late=tell_late or None, by=operator())
    except (LookupError, ValueError) as error:
        fail(_sentence(error))
    say(f"Live: {counted(done['shipments'], 'shipment')}, {counted(done['people'], 'person', 'people')}.")
    if done.get("told_late"):
        say(f"{counted(done['told_late'], 'late date')} said as news.")
    changed: dict[str, Any] = done.get("changed_since_plan") or {}
    if changed:
        title("Changed since the plan")
        table(
            ("what", "then", "now"),
            [(name.replace("_", " "), _short(then), _short(now)) for name, (then, now) in changed.items()],
        )
    if not kit.live:
        warn("No notifier is configured, so messages wait and are shown until one is. `milepost doctor` says how.")
    say("The first text is the first change from here on. `milepost pause` holds everything.")


def _short(value: Any) -> object:
    return len(value) if isinstance(value, list | tuple | dict) else value


def _sentence(error: Exception) -> str:
    words = str(error.args[0]) if error.args else str(error)
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
