"""One Daymark taken over by another, by its address."""

import json
import sys

import pytest
import requests

from tests.clients.live import PASSWORD
from tests.processes import Daymark, copy_tree
from tests.statuspage import NAMES, comparable

UPTIMES = """
import json
from app import create_app
from app.extensions import db
from app.models import Component
from app.models.uptime import uptimes
with create_app(commands=False).app_context():
    components = db.session.scalars(Component.on_page(None)).all()
    found = uptimes(components, 90)
    print(json.dumps({one.name: found[one.id] for one in components}))
"""


def done(ran):
    assert ran.returncode == 0, ran.stderr
    return ran


def told(daymark):
    return {name: requests.get(f"{daymark.url}/api/v2/{name}.json", timeout=10).json() for name in NAMES}


def uptimes(daymark):
    return json.loads(done(daymark.run(sys.executable, "-c", UPTIMES)).stdout.splitlines()[-1])


def test_our_own_page_is_taken_over_losslessly(tmp_path):
    first, second = (Daymark(copy_tree(tmp_path / name)) for name in ("first", "second"))
    with first.running("/setup"), second.running("/setup"):
        for daymark in (first, second):
            admin = ("--username", "olive", "--email", "olive@example.org")
            done(daymark.run("bin/flask", "setup", "--site-name", "Page", *admin, ADMIN_PASSWORD=PASSWORD))
        done(first.run("bin/flask", "seed"))
        taking = ("bin/flask", "import", "statuspage", first.url)
        assert "is a private address" in second.run(*taking).stderr
        done(second.run(*taking, "--allow-private"))
        before, after = told(first), told(second)
        assert len(before["incidents"]["incidents"]) == 9
        for name in NAMES:
            assert comparable(after[name]) == comparable(before[name]), name
        assert uptimes(second) == pytest.approx(uptimes(first), abs=0.01)
        assert min(uptimes(first).values()) < 99.9
        assert ": 0 changes" in done(second.run(*taking, "--allow-private")).stderr
