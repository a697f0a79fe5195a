"""Who sits before the dashboard."""

import pytest

from app.extensions import db
from tests.queries import count_queries


@pytest.fixture
def browser(sign_in, ed):
    """Ed's browser: he may do all of this."""
    return sign_in(ed)


@pytest.fixture
def onlooker(sign_in, vic):
    """Vic's browser: he may look."""
    return sign_in(vic)


@pytest.fixture
def look():
    """look(row): what the database holds of it now."""

    def again(row):
        db.session.rollback()
        db.session.refresh(row)
        return row

    return again


@pytest.fixture
def queries(browser):
    """queries(path): how many statements the page takes, from a session that knows nothing yet."""

    def count(path: str) -> int:
        db.session.remove()
        with count_queries() as sent:
            assert browser.get(path).status_code == 200
        return len(sent)

    return count
