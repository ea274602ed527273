"""What goes wrong is written to the standard error, each line with the number that the page showed. No value of a row is."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor


def _told(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Where an exception was raised, of what kind, and the first line of what it says.

    PostgreSQL's details, which follow in the next lines, quote the row.
    """
    found = line.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        said = (str(error).splitlines() or [""])[0]
        frames = "".join(traceback.format_tb(error.__traceback__))
        line["exception"] = f"{frames}{type(error).__qualname__}: {said}"
    return line


def _on_lines(_logger: Any, _method: str, line: EventDict) -> str:
    exception = line.pop("exception", "")
    told = " ".join([line.pop("timestamp"), line.pop("level"), str(line.pop("event"))])
    told += "".join(f" {name}={value}" for name, value in sorted(line.items()) if not name.startswith("_"))
    return f"{told}\n{exception}".rstrip()


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    _told,
]
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _on_lines],
            "foreign_pre_chain": SHARED,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # A page that is not there, or not for this person, is nobody's fault; a page that broke is.
        "django.request": {"level": "ERROR"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
