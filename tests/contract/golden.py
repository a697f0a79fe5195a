"""How an answer is held against the golden one: to the letter, so that 42 is not 42.0 and 1 is not true."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from app.extensions import db
from app.schemas.api_v1.answers import STAMP

THEN = datetime(2026, 8, 20, 14, 43, 7, 123456, tzinfo=UTC)
LATER = datetime(2026, 8, 20, 16, 0, tzinfo=UTC)
MADE, CHANGED = "2026-08-20 14:43:07", "2026-08-20 16:00:00"


def letters(value: Any) -> str:
    """`value` in a form in which only what is alike in type is equal."""
    return json.dumps(value, indent=1, sort_keys=True)


def made(answer: Any, golden: Any) -> None:
    """What was just written is as the golden answer says, at whatever time that was."""
    assert (answer.status_code, answer.content_type) == (200, "application/json"), answer.text
    assert list(answer.json) == ["data"]
    assert letters(_undated(answer.json["data"])) == letters(_undated(golden))


def read(clients: Any, path: str, golden: Any, listed: str = "") -> None:
    """Everyone of `clients` reads the golden answer at `path`, and as the only one of the list."""
    date_rows()
    for client in clients:
        if path:
            answer = client.get(path)
            assert (answer.status_code, answer.content_type) == (200, "application/json"), answer.text
            assert letters(answer.json) == letters({"data": golden})
        shown = client.get(listed or path.rpartition("/")[0])
        assert list(shown.json) == ["meta", "data"]
        assert letters(shown.json["data"]) == letters([golden])


def date_rows() -> None:
    """Every row was made at MADE and changed at CHANGED."""
    for table in db.metadata.sorted_tables:
        if "updated_at" in table.c:
            db.session.execute(table.update().values(created_at=THEN, updated_at=LATER))
    db.session.commit()


def _undated(value: Any) -> Any:
    if isinstance(value, list):
        return [_undated(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    for name in {"created_at", "updated_at"} & set(value):
        assert re.fullmatch(STAMP, value[name])
    return {name: _undated(inner) for name, inner in value.items() if name not in ("created_at", "updated_at")}
