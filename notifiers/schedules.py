"""When to hand a message over again, where a receiver can tell a repeat from a new one. Data; nothing here waits."""

from __future__ import annotations

from datetime import timedelta

WEBHOOK_RETRIES: tuple[timedelta, ...] = (
    timedelta(seconds=0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after the last attempt the next one comes (Standard Webhooks 1.0, "Retries"): over three days in all."""
