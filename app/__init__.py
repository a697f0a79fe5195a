"""Daymark: a status page. `create_app` puts the parts together, in the order in which they need each other."""

from typing import Any

from cachelib import FileSystemCache
from flask import Flask, g, has_request_context, request
from redis.backoff import NoBackoff
from redis.retry import Retry

import config
from app import (
    controllers,
    errors,
    figures,
    headers,
    logs,
    outbox,
    page_cache,
    session_store,
    template_helpers,
    throttle,
    watch,
)
from app.extensions import babel, csrf, db, login_manager, mail, server_session
from app.lib import redis_address, sqlite
from app.lib.proxies import TrustedProxies
from app.page_front import PageFront

READS = frozenset({"GET", "HEAD", "OPTIONS"})


def create_app(overrides: dict[str, Any] | None = None, commands: bool = True) -> Flask:
    """The application, configured by the environment and `.env`. `overrides` are laid over that, for tests.

    Without `commands` it can serve and work, but not migrate: Alembic takes 12 MB in every process.
    """
    app = Flask(__name__)
    app.config.update(config.load())
    app.config.update(overrides or {})
    app.config["INSTANCE"].mkdir(mode=0o700, parents=True, exist_ok=True)

    logs.init_app(app)
    _connect(app)
    _keep_sessions(app)
    csrf.init_app(app)
    mail.init_app(app)
    login_manager.init_app(app, add_context_processor=False)  # template_helpers offers current_user, unasked for
    throttle.init_app(app)
    page_cache.init_app(app)
    babel.init_app(app, locale_selector=template_helpers.locale)

    outbox.init_app()
    app.wsgi_app = PageFront(app)  # type: ignore[method-assign, assignment]
    figures.init_app(app)
    watch.init_app(app)
    app.wsgi_app = TrustedProxies(  # type: ignore[method-assign]
        app.wsgi_app, app.config["TRUSTED_PROXIES"], on_socket=bool(app.config["BIND"])
    )
    headers.init_app(app)
    errors.init_app(app)
    template_helpers.init_app(app)
    controllers.init_app(app)
    if commands:
        from app import cli

        cli.init_app(app)
    return app


def _connect(app: Flask) -> None:
    """The database and Redis. Neither is contacted here: a page must come up while they are away."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.tune(db.engine, _only_reads)
    # One try again at once, for a connection that the server closed; a request never waits for Redis to come back.
    app.extensions["daymark.redis"] = redis_address.Client.from_url(
        app.config["REDIS_URL"], socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1)
    )


def _only_reads() -> bool:
    """Whether the transaction that this request begins now is to write nothing."""
    return has_request_context() and "must_write" not in g and (request.method in READS or "reads_only" in g)


def _keep_sessions(app: Flask) -> None:
    """Sessions live in a signed cookie unless SESSION_DRIVER names a store. They end with the browser in each."""
    if app.config["SESSION_DRIVER"] == "redis":
        session_store.init_app(app)
    elif app.config["SESSION_DRIVER"] == "file":
        files = FileSystemCache(str(app.config["INSTANCE"] / "sessions"))
        app.config.update(SESSION_TYPE="cachelib", SESSION_CACHELIB=files, SESSION_PERMANENT=False)
        server_session.init_app(app)
