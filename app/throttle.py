"""How often is too often: every limit by name, on Flask-Limiter."""

import hashlib

from flask import Flask, current_app

from app.extensions import limiter

LOGIN = "10 per 10 minutes"
FORGOT = "10 per 10 minutes"
SECOND_FACTOR = "5 per 10 minutes"
PASSKEY = "30 per 10 minutes"
SUBSCRIBE = "10 per 10 minutes"
MAIL_TO_ONE = "5 per hour"
INVITE = "60 per hour"
SETUP = "30 per 10 minutes"
STRENGTH = "300 per 10 minutes"
TEST_MAIL = "10 per 10 minutes"


def init_app(app: Flask) -> None:
    """Count in Redis, shared by all processes; in memory while it is away."""
    app.config["RATELIMIT_STORAGE_URI"] = "redis://"  # wherever that of the application is
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"connection_pool": app.extensions["daymark.redis"].connection_pool}
    app.config["RATELIMIT_STRATEGY"] = "fixed-window"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    app.config["RATELIMIT_KEY_PREFIX"] = "throttle"
    limiter.init_app(app)


def named(what: str, given: str) -> str:
    """What tries at one account or address are counted under, case aside. Flask-Limiter logs it: what was typed there
    may be a password or a line of a log, so it is not to be read from it."""
    return f"{what}:{hashlib.sha256(given.strip().lower().encode()).hexdigest()[:20]}"


def api_limit(name: str) -> str:
    """The limit that the variable `name` sets, API_RATE_LIMIT or API_READ_LIMIT."""
    return f"{current_app.config[name]} per minute"
