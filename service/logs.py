"""Logs: structured, one trace id from call to receipt, and nothing personal."""

from __future__ import annotations

import logging
import sys

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

OURS = ("service", "notifiers")
"""Whose lines follow the level that is set. Those of libraries begin at warnings, whatever is set: below that they hold
whole e-mails, texts and numbers.
"""


class Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Where the log lines of this process go; setting logs up again replaces it and leaves others alone."""


def set_up_logs(level: str, *, as_json: bool) -> None:
    """Send every log line of the process to standard error, as plain text or as JSON, from *level* on."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = Lines(sys.stderr)
    handler.setLevel(LEVELS[level])
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [*(other for other in root.handlers if not isinstance(other, Lines)), handler]
    root.setLevel(logging.WARNING)
    for ours in OURS:
        logging.getLogger(ours).setLevel(LEVELS[level])
    # Its warnings hold whole URLs, and the query of a provider's list holds a person's number.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
