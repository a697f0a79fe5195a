"""What the audit trail says of a request."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Event


@pytest.fixture
def telling(installed):
    """telling(client.post, ...): the answer to that request, and the names of the events that it made."""

    def ask(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, list[str]]:
        newest = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
        answer = call(*args, **kwargs)
        db.session.expire_all()
        return answer, list(db.session.scalars(sa.select(Event.name).where(Event.id > newest).order_by(Event.id)))

    return ask


@pytest.fixture
def refused(telling):
    """refused(status, client.post, ...): that request is refused so, in the envelope, and nothing happens."""

    def ask(status: int, call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        answer, told = telling(call, *args, **kwargs)
        assert answer.status_code == answer.json["errors"][0]["status"] == status
        assert told == []

    return ask


@pytest.fixture
def removed(telling):
    """removed(client, path, event): a DELETE there is answered by 204 and not a byte, and makes that event."""

    def ask(client: Any, path: str, event: str) -> None:
        answer, told = telling(client.delete, path)
        assert (answer.status_code, answer.data, told) == (204, b"", [event])

    return ask
