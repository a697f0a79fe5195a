"""How API v1 wraps what it says: `data` for answers, `errors` for refusals."""

import json
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response

from app.extensions import db
from app.i18n import _

# Harmless should a browser ever take an answer for a page.
ESCAPES = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("'", "\\u0027"))


def data(content: Any) -> Response:
    """The answer to a call that went well: always 200, because clients take 201 for a failure."""
    return write({"data": content})


def saved(content: Callable[[], Any]) -> Response:
    """Commit what was written and answer with it as it then is. The answer is made first: a moment after the commit
    the row may be gone."""
    db.session.flush()
    db.session.expire_all()
    answer = data(content())
    db.session.commit()
    return answer


def gone() -> Response:
    """The answer to a DELETE: 204 and not a byte."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    del response.headers["Content-Type"]
    return response


def write(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`body` as JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    for character, escape in ESCAPES:  # str.translate takes forty times as long
        text = text.replace(character, escape)
    return Response(text, status=status, headers=headers, content_type="application/json")


def problem(status: int, message: str, fields: dict[str, str], headers: dict[str, str]) -> Response:
    """The answer to a call that was refused. Broken rules are 400 here, with every broken one under `meta.details`."""
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        status = int(HTTPStatus.BAD_REQUEST)
    error: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "status": status,
        "title": HTTPStatus(status).phrase,
        "detail": message or _detail(status),
    }
    if fields:
        error["meta"] = {"details": list(fields.values())}
    return write({"errors": [error]}, status, {**headers, "Cache-Control": "no-cache, private"})


def _detail(status: int) -> str:
    table = {
        400: _("The request cannot be understood."),
        401: _("This needs an API token in the header X-Cachet-Token."),
        403: _("This token may not do that."),
        404: _("There is nothing at this address."),
        405: _("This address does not take that method."),
        406: _("This API answers in application/json only."),
        409: _("That is not possible in the present state."),
        413: _("The body is larger than 2 MB."),
        429: _("Rate limit exceeded."),
        503: _("The data cannot be reached at the moment. Please try again shortly."),
    }
    return table.get(status, _("Something went wrong here. The fault is ours and has been noted."))
