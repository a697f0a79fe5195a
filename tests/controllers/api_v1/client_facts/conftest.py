"""The smallest of what clients send."""

import pytest

from app.extensions import db
from app.models import Metric


@pytest.fixture
def metric(installed):
    made = Metric.create(name="Coffee", suffix="Cups", actor=None)
    db.session.commit()
    return made
