"""The running Daymark that the clients talk to, started once for all of them."""

import cachetclient
import pytest

from tests.clients.live import PASSWORD, Live
from tests.processes import Daymark, copy_tree


@pytest.fixture(scope="session")
def daymark(tmp_path_factory):
    """Daymark set up from the command line and running as its users run it, with a limit that no test reaches."""
    daymark = Daymark(copy_tree(tmp_path_factory.mktemp("clients") / "daymark"), {"API_RATE_LIMIT": "0"})
    with daymark.running("/setup"):
        admin = ("--username", "olive", "--email", "olive@example.org")
        ran = daymark.run("bin/flask", "setup", "--site-name", "Cachet", *admin, ADMIN_PASSWORD=PASSWORD)
        assert ran.returncode == 0, ran.stderr
        made = daymark.run("bin/flask", "token", "create", "tests", "--user", "olive")
        assert made.returncode == 0, made.stderr
        yield Live(daymark.url, made.stdout.strip())


@pytest.fixture
def live(daymark):
    """The same with nothing on it: `live.url` and `live.token` are what a client is configured with."""
    yield daymark
    daymark.sweep()


@pytest.fixture
def cachet(live):
    """cachet-client with a token."""
    return cachetclient.Client(endpoint=live.url, api_token=live.token)


@pytest.fixture
def stranger(live):
    """cachet-client with a wrong one: it does nothing without."""
    return cachetclient.Client(endpoint=live.url, api_token="wrong")
