"""Applications beside that of the tests."""

import pytest

from app import create_app, throttle


@pytest.fixture
def another(app, tmp_path):
    """another(**config): a second application like that of the tests, but for this."""
    kept = ["TESTING", "SECRET_KEY", "APP_URL", "INSTANCE", "REDIS_URL"]
    kept += ["SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]
    made = []

    def begin(**given):
        made.append(create_app({**{name: app.config[name] for name in kept}, **given}, False))
        return made[-1].test_client()

    yield begin
    for one in made:
        if counted := one.extensions.get("daymark.figures"):
            counted.pass_on()  # or the thread that outlives the test does it in the middle of a later one
    throttle.init_app(app)  # the limiter is one for all applications of a process
