"""Sessions in Redis, and what becomes of them while it is away: the page stays up, what needs a session says so."""

import logging
from typing import Any

import redis
from flask import Flask, g, request
from flask_session.redis import RedisSessionInterface

log = logging.getLogger(__name__)
AWAY = "sessions_away"
# What makes no sense without a session. Everything else is served as to a guest.
NEED_ONE = ("auth.", "dashboard.", "setup.", "signup.")


class RedisSessions(RedisSessionInterface):
    """Flask-Session's, except that a Redis that does not answer leaves this request without a session, not in ruins."""

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        try:
            return super()._retrieve_session_data(store_id)
        except redis.RedisError as error:
            _note(error)
            return {}  # under the same id: it is the visitor's again once Redis is back

    def _delete_session(self, store_id: str) -> None:
        if AWAY not in g:
            try:
                super()._delete_session(store_id)
            except redis.RedisError as error:
                _note(error)

    def _upsert_session(self, session_lifetime: Any, session: Any, store_id: str) -> None:
        if AWAY not in g:
            try:
                super()._upsert_session(session_lifetime, session, store_id)
            except redis.RedisError as error:
                _note(error)


def init_app(app: Flask) -> None:
    """Keep sessions in Redis. Comes before CSRF protection, which would call a form forged that has no session."""
    app.session_interface = RedisSessions(app, client=app.extensions["daymark.redis"], permanent=False)
    app.before_request(_refuse_without)


def _refuse_without() -> None:
    """Say "back soon" where a session is needed and cannot be read."""
    if AWAY in g and (request.endpoint or "").startswith(NEED_ONE):
        raise redis.ConnectionError(g.get(AWAY))


def _note(error: redis.RedisError) -> None:
    g.sessions_away = str(error)
    log.warning("sessions away: %s; check REDIS_URL and that Redis or Valkey runs", error)
