"""`milepost listen`: what a running service receives, call by call, as it comes."""

from __future__ import annotations

import http.client
import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer

from service.cli.opened import settings
from service.cli.remote import Refused, Remote
from service.cli.speech import counted, fail, local, say, warn

KEY = "MILEPOST_KEY"
"""The variable that holds the API key."""

MOST = 20
"""So many items of a call are shown."""

AGAIN = 3.0
"""Seconds after which a lost stream is taken up again."""

LOST = (OSError, http.client.HTTPException)


def listen(
    url: Annotated[str, typer.Option("--url", help="The service; the one of this machine unless given.")] = "",
    source: Annotated[str, typer.Option("--source", help="Calls of this source only, by its name or id.")] = "",
    since: Annotated[
        str, typer.Option("--since", help="Begin after this id of the stream; 0 for the first call.")
    ] = "",
    count: Annotated[int, typer.Option("--count", min=0, help="End after so many calls; 0 never ends.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One call a line, for programs.")] = False,
) -> None:
    """Show each call as it is received: its source, what became of each item, its shipment, and what is wrong with it.

    The API key (scope read) stands in MILEPOST_KEY. After an interruption nothing is missed.
    """
    key = os.environ.get(KEY, "").strip()
    if not key:
        fail(f"Set {KEY} to an API key: milepost keys create --name listen --scopes read makes one.")
    remote = Remote(url.rstrip("/") or settings().local_url, key)
    shown = 0
    for one in _calls(remote, since or None):
        if source and source not in {one["source"], one["source_id"]}:
            continue
        say(json.dumps(one) if as_json else "\n".join(lines(one)))
        shown += 1
        if shown == count:
            return


def _calls(remote: Remote, after: str | None) -> Iterator[dict[str, Any]]:
    """Each call from now on, or after an id of the stream; a stream that breaks is taken up where it was left."""
    met = False
    pause = threading.Event()
    while True:
        try:
            for told in remote.follow("call", after):
                if not met:
                    warn(f"Listening to {remote.url}; Ctrl+C ends it.")
                met = True
                if told.data:
                    yield remote.call(str(told.data["id"]))
                after = told.id
        except Refused as error:
            if error.status < 500:
                fail(str(error))
        except LOST as error:
            if not met:
                why = str(error) or type(error).__name__
                fail(f"Nothing answers at {remote.url} ({why}): start it with `milepost serve`, or give --url.")
        warn(f"The stream ended; it is taken up again in {AGAIN:g} s.")
        pause.wait(AGAIN)


def lines(call: dict[str, Any]) -> Iterator[str]:
    """A call as people read it."""
    at = local(datetime.fromisoformat(call["received_at"]))
    counts = Counter(one["outcome"] for one in call["results"])
    came = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or call["outcome"]
    yield f"{at}  {call['source']}  {call['id']}  {call['size']} bytes: {came}"
    if call["problem"] and not call["results"]:
        yield f"    {_problem(call['problem'])}"
    for one in call["results"][:MOST]:
        yield f"    {one['index']}  {one['outcome']}{_more(one)}"
    if len(call["results"]) > MOST:
        yield f"    … and {len(call['results']) - MOST} more"


def _more(item: dict[str, Any]) -> str:
    """What there is to say of one item."""
    if "problem" in item:
        return f"  {_problem(item['problem'])}"
    if "code" in item:
        return f"  {item['code']}" + (f" ({item['says']})" if item.get("says") else "")
    if "reason" in item:
        return f"  {item['reason']}"
    shipments = ", ".join(item.get("shipment_ids", ())) or "no shipment yet"
    followers = item.get("followers")
    told = f"  {counted(followers, 'follower')}" if followers is not None and item.get("shipment_ids") else ""
    return f"  {item.get('event_id', '')}  {shipments}{told}"


def _problem(problem: dict[str, Any]) -> str:
    where = f"{problem['pointer']}: " if problem.get("pointer") else ""
    return f"{where}{problem['message']} {problem['fix']}"
