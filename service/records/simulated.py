"""What a test account writes from: reserved names, and of its own, so that no answer to it reaches another account."""

from __future__ import annotations

SIMULATOR = "simulator"
"""The notifier that takes everything of a test account."""

SIMULATOR_PHONE = "+447700900998"
"""The number that its texts come from (Ofcom keeps it free for drama)."""

SIMULATOR_MAIL = "desk@simulator.example"
"""The mailbox that its e-mails come from (RFC 2606 keeps `.example` free)."""
