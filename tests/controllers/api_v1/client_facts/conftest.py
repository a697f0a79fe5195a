"""Who asks, and the smallest of what they send."""

import pytest

from app.extensions import db
from app.models import Metric


@pytest.fixture
def guest(api, installed):
    """A client without a token."""
    return api()


@pytest.fixture
def writer(api, olive):
    """A client with a token that may do everything."""
    return api(olive)


@pytest.fixture
def metric(installed):
    made = Metric.create(name="Coffee", suffix="Cups", actor=None)
    db.session.commit()
    return made
