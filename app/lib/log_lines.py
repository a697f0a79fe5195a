"""How a line of the log looks, as text or JSON. Imports nothing of ours, so that the clock's process can load this file
alone (app/jobs/schedule.py)."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

# What a line tells beside its message, in this order; what is not known is left out.
FACTS = ("request_id", "actor", "job", "job_name", "method", "path", "status", "ms", "address")


class JsonLines(logging.Formatter):
    """An object per line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {fact: getattr(record, fact) for fact in FACTS if getattr(record, fact, None) not in (None, "-")}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def formatter(kind: str) -> logging.Formatter:
    """For LOG_FORMAT."""
    if kind == "json":
        return JsonLines()
    pattern = "%(asctime)s %(levelname)s [%(where)s] %(name)s: %(message)s"
    return logging.Formatter(pattern, defaults={"where": "-"})
