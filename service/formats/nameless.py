"""References that name nothing, such as "/" or "..": systems send them where a number is missing."""

from __future__ import annotations

from dataclasses import replace

from service.formats.fields import says_something, shown
from service.records.inbound import Item, Problem, Reading, RefValue

FIX = "Send one with a letter or digit in it, or leave it out."


def with_names(reading: Reading) -> Reading:
    """*reading*, where references without a letter or digit are left out with a warning.

    An event that has no other is refused: nobody could say which shipment it is about.
    """
    named = {number: _named(item) for number, (_, item) in enumerate(reading.items)}
    wrong = {number: left for number, left in named.items() if len(left) < len(reading.items[number][1].refs)}
    if not wrong:
        return reading
    items: list[tuple[int, Item]] = []
    notes = dict(reading.notes)
    problems = list(reading.problems)
    for number, (index, item) in enumerate(reading.items):
        if number not in wrong:
            items.append((index, item))
            continue
        pointer = f"/{index}" if reading.batch else ""
        names = ", ".join(shown(ref.shown) for ref in item.refs if ref not in wrong[number])
        if wrong[number]:
            items.append((index, replace(item, refs=wrong[number])))
            notes.setdefault(pointer, f"The reference {names} has no letter or digit, and was left out.")
        else:
            message = f"The event has no reference but {names}, which names nothing."
            problems.append(Problem(index, "ref_missing", message, FIX, pointer))
    return replace(reading, items=tuple(items), notes=notes, problems=tuple(problems))


def _named(item: Item) -> tuple[RefValue, ...]:
    return tuple(ref for ref in item.refs if says_something(ref.shown))
