"""N14: what was said by one channel and still waits on another goes out there as long as it is true."""

from __future__ import annotations

from datetime import timedelta

from service.policy.delays import slip
from service.policy.look import Listener, Look
from service.policy.status import overtakes
from service.records.enums import NoticeState
from service.records.said import dates_of
from service.records.situation import Spoken


def second_ways(look: Look, listener: Listener) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The said notices of which another message waits: the ids of those that are true, then of those that are not."""
    waits = [one for one in listener.spoken if one.again and one.state is NoticeState.SAID]
    true = tuple(one.id for one in waits if _holds(look, one))
    return true, tuple(one.id for one in waits if one.id not in true)


def _holds(look: Look, one: Spoken) -> bool:
    """Whether the truth is still what the notice says: its dates, and the milestone that it is about."""
    dates = [date for date in dates_of(one.params) if date.line in look.journey.lines]
    for date in dates:
        when = look.journey.lines[date.line].when
        if when is None or slip(date.when, when) != timedelta():
            return False
    about = [known for known in look.occurrences if f"{one.subject}:".startswith(f"{known.key}:")]
    if not about:
        return bool(dates)
    return not any(overtakes(other.happening, about[0].happening) for other in look.occurrences if other != about[0])
