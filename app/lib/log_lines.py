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


def formatter(*told: str | None) -> logging.Formatter:
    """For LOG_FORMAT, by the first that says anything; as config.py reads it, who has refused what is neither."""
    kind = next((raw for raw in told if raw and raw != "null"), "text")
    if kind.lower() == "json":
        return JsonLines()
    pattern = "%(asctime)s %(levelname)s [%(where)s] %(name)s: %(message)s"
    return logging.Formatter(pattern, defaults={"where": "-"})
