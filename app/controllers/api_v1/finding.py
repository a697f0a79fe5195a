"""Rows by the ids in an address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_babel.speaklater import LazyString

from app.errors import NotFound
from app.extensions import db
from app.models.base import LARGEST_INTEGER

ID = "<int:id>"
INCIDENT_ID = "<int:incident_id>"
METRIC_ID = "<int:metric_id>"


def one(select: Any, missing: LazyString, *, held: bool = True) -> Any:
    """The one row that `select` finds, `held` until the end of the transaction for a request that may write to it: two
    of them take turns. Raises NotFound with the sentence `missing`."""
    if held and request.method in ("POST", "PUT", "DELETE"):
        select = select.with_for_update(of=select.column_descriptions[0]["entity"])
    row = db.session.scalar(select)
    if row is None:
        raise NotFound(str(missing))  # in words only now: the language has its price
    return row


def loads(find: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a view the row that `find` finds for its address. It stands above `requires`, because to Cachet's clients
    what is not there is 404 for everyone."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def loaded(**ids: int) -> Any:
            # Not the router's business: it would answer 405 to a PUT. To it the digits of all scripts are digits.
            if max(ids.values()) > LARGEST_INTEGER or not request.path.isascii():
                raise NotFound()
            return view(find(**ids))

        return loaded

    return decorate
