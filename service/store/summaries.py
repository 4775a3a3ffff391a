"""The folded truth as it is kept on the shipment, and read again by the API and the pages."""

from __future__ import annotations

from typing import Any

from service.records.decision import Decision, Stop
from service.records.when import when_to_json


def summary_to_json(decision: Decision) -> dict[str, Any]:
    """Everything of a look that people may ask for: status, due date, path, and what is held back and why."""
    summary = decision.summary
    return {
        "status_text": summary.status_text,
        "due": when_to_json(summary.due),
        "due_place": summary.due_place,
        "reason": summary.reason.value if summary.reason else None,
        "last_fact_at": summary.last_fact_at.isoformat() if summary.last_fact_at else None,
        "units": summary.units,
        "units_done": summary.units_done,
        "flags": list(summary.flags),
        "stops": [_stop(stop) for stop in summary.stops],
        "step": _stop(summary.step) if summary.step else None,
        "notes": dict(decision.notes),
        "held": [
            {
                "contact_id": held.contact_id,
                "stage": held.stage.value,
                "code": held.code.value,
                "line": held.line.value,
                "until": held.until.isoformat() if held.until else None,
                "why": [verdict.as_json() for verdict in held.verdicts],
            }
            for held in decision.held
        ],
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "milestone": stop.milestone.value,
        "place": stop.place,
        "place_name": stop.place_name,
        "when": when_to_json(stop.when),
        "state": stop.state,
        "vessel": stop.vessel,
        "units_done": stop.units_done,
        "units": stop.units,
    }
