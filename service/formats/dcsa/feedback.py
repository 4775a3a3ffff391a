"""What DCSA 3.0 lets a consumer of events answer: feedback elements, each with the path of what it speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from service.records.inbound import Problem, Reading

MOST_ELEMENTS = 1_000
"""Elements of one answer; of a call of which nothing fits the first thousand say enough."""


def feedback(reading: Reading, refused: Problem | None = None) -> dict[str, list[dict[str, str]]]:
    """The answer to a call: what was not taken as errors, what was taken with a doubt as warnings.

    *refused* is why the call as a whole could not be taken, if so.
    """
    elements: list[dict[str, str]] = []
    for element in _elements(reading, refused):
        if len(elements) == MOST_ELEMENTS:
            break
        elements.append(element)
    return {"feedbackElements": elements}


def _elements(reading: Reading, refused: Problem | None) -> Iterator[dict[str, str]]:
    for problem in (*((refused,) if refused else ()), *reading.problems):
        yield _element("ERROR", f"{problem.message} {problem.fix}", problem.pointer)
    for code in reading.unmapped:
        yield _element(
            "WARN",
            f"{code.code} is in no table of ours: without a meaning of the account's own it waits.",
            code.pointer,
        )
    for pointer, note in reading.notes.items():
        yield _element("WARN", note, pointer)


def _element(severity: str, message: str, pointer: str) -> dict[str, str]:
    element = {"severity": severity, "message": message[:5000]}
    return {**element, "propertyPath": json_path(pointer)[:1000]} if pointer else element


def json_path(pointer: str) -> str:
    """A JSON pointer as the JSONPath that DCSA asks for: `/events/2/eventID` is `$.events[2].eventID`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return "$" + "".join(f"[{step}]" if step.isdecimal() else f".{step}" for step in steps)
