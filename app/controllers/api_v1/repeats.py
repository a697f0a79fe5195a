"""Writes that carry an `Idempotency-Key`: said twice, done once (draft-ietf-httpapi-idempotency-key-header)."""

import json
import re

from flask import Response, g, request

from app.controllers.api_v1.given import given
from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models.idempotency_key import IdempotencyKey

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,255}")


def carries_key() -> bool:
    """Whether this request names itself."""
    return request.method == "POST" and HEADER in request.headers


def replay() -> Response | None:
    """The answer that this token was given under this key before, or None: the request is the first with it.

    Raises Invalid for what is no key, Conflict for a key of another request or of one that is not answered yet.
    """
    g.idempotency_key = None
    if not carries_key():
        return None
    key = request.headers[HEADER]
    if not KEY.fullmatch(key):
        raise Invalid(**{HEADER: _("The Idempotency-Key header takes 1 to 255 visible ASCII characters.")})
    zone = request.headers.get("Time-Zone")  # in another zone the same words mean other times
    asked = json.dumps([request.method, request.path.rstrip("/"), zone, given()], sort_keys=True)
    known = IdempotencyKey.claim(caller=f"token:{g.actor.id}", key=key, asked=asked)
    if known.status is None:
        g.idempotency_key = known
        return None
    response = Response(known.body, status=known.status, content_type="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def keep(response: Response) -> None:
    """Keep the answer for the next time; of a request that was refused keep nothing, so that it can be mended."""
    key = g.get("idempotency_key")
    if key is None:
        return
    if response.status_code >= 400:
        db.session.rollback()
    else:
        key.status, key.body = response.status_code, response.get_data(as_text=True)
        db.session.commit()
