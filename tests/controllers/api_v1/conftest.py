"""Who asks."""

import pytest


@pytest.fixture
def guest(api, installed):
    """A client without a token."""
    return api()


@pytest.fixture
def writer(api, olive):
    """A client with a token that may do everything."""
    return api(olive)
