"""The zone of a state or province that keeps one time, but for a village or a reservation."""

from __future__ import annotations

_STATES = {
    "America/New_York": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL LA MN MO MS OK TX WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Los_Angeles": "CA NV WA",
    "America/Phoenix": "AZ",
    "Pacific/Honolulu": "HI",
}
_PROVINCES = {
    "America/Halifax": "NS PE NB",
    "America/Winnipeg": "MB",
    "America/Regina": "SK",
    "America/Edmonton": "AB",
}
_ZONES = {
    **{("US", state): zone for zone, states in _STATES.items() for state in states.split()},
    **{("CA", state): zone for zone, states in _PROVINCES.items() for state in states.split()},
}
_APART = {("US", "TX", "EL PASO"): "America/Denver"}
"""Cities that keep another time than the rest of their state."""


def state_zone(country: str, state: str, town: str = "") -> str | None:
    """The IANA zone of *town* by ISO country and the letters of its state; None where the state has several zones."""
    country, state = country.upper(), state.upper()
    return _APART.get((country, state, town.strip().upper())) or _ZONES.get((country, state))
