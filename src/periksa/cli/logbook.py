"""What a running periksa writes to standard error. Nobody's words, numbers or addresses are ever logged.

Of an error that nobody foresaw only its kind and place are written: its own words might quote a message.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    from structlog.typing import EventDict

    from periksa.config import LogSettings

    Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("job_kind", "jobs", "ms", "channel")
"""What we add to a line; what other libraries add is left out."""


def log_to_stderr(settings: LogSettings) -> None:
    """Our own notes, and what goes wrong elsewhere, as lines of text or as one JSON object each."""
    handler = logging.StreamHandler()
    handler.setFormatter(_as_json() if settings.format == "json" else _AsText(TEXT))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("periksa").setLevel(settings.level.upper())


class _AsText(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return _place(ei)


def _as_json() -> logging.Formatter:
    from structlog import processors, stdlib

    return stdlib.ProcessorFormatter(
        foreign_pre_chain=[stdlib.add_log_level, stdlib.add_logger_name, stdlib.ExtraAdder(allow=OURS)],
        processors=[
            _with_time,
            stdlib.ProcessorFormatter.remove_processors_meta,
            _with_place,
            processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _with_time(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """When it was noted, not when it is written."""
    from datetime import UTC, datetime

    record: logging.LogRecord = event["_record"]
    return {"at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), **event}


def _with_place(_logger: Any, _name: str, event: EventDict) -> EventDict:
    caught = event.pop("exc_info", None)
    event.pop("stack_info", None)
    return {**event, "error": _place(caught)} if caught else event


def _place(caught: Caught) -> str:
    """Which kind of error, and the lines of code it came through."""
    kind, error, _ = caught
    where = traceback.format_tb(error.__traceback__) if error else []
    return f"{''.join(where)}{kind.__name__ if kind else ''}"
