import pytest

from app.lib import setup_code


@pytest.fixture
def run(app, tmp_path, monkeypatch):
    """run("user", "create", …): a command, with the variables given by name, in an instance of its own."""
    monkeypatch.setitem(app.config, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setitem(app.config, "INSTANCE", tmp_path)
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"APP_KEY"}))
    monkeypatch.setitem(app.config, "MAIL_ADDRESS", "daymark@status.test")
    yield lambda *args, stdin=None, **env: app.test_cli_runner().invoke(
        args=[str(a) for a in args], input=stdin, env=env
    )
    setup_code.forget(tmp_path)
