"""Who asks."""

import pytest


@pytest.fixture
def guest(api, installed):
    return api()


@pytest.fixture
def writer(api, olive):
    """A client with a token that may do everything."""
    return api(olive)


@pytest.fixture
def both(guest, writer):
    return guest, writer
