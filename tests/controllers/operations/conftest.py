"""Applications beside that of the tests."""

import pytest

from app import create_app, throttle


@pytest.fixture
def another(app, tmp_path):
    """another(**config): a second application like that of the tests, but for this."""
    kept = ["TESTING", "SECRET_KEY", "APP_URL", "INSTANCE", "REDIS_URL"]
    kept += ["SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]
    yield lambda **given: create_app({**{name: app.config[name] for name in kept}, **given}, False).test_client()
    throttle.init_app(app)  # the limiter is one for all applications of a process
