"""What the wizard's form takes, the program can start with."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import config
from app.forms.addresses import is_page_address
from app.forms.mail import ENCRYPTIONS, MAILERS
from app.forms.setup import CACHES, SESSIONS, WORDS, SetupForm
from app.lib import envfile
from tests.controllers.setup.conftest import BY_SMTP

KEY = "a key for tests, 32 characters long or more"


def test_the_choices_are_those_that_config_knows():
    for name, choices in zip(WORDS, (CACHES, SESSIONS, MAILERS, ENCRYPTIONS), strict=True):
        assert sorted(choice.value for choice in choices) == sorted(config.BY_NAME[name].kind)


# Quotes, dollars, backslashes and the like; what breaks a line is refused, and tested elsewhere.
ODD = st.text(
    st.one_of(st.sampled_from("'\"$`\\# ={}n:"), st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))),
    max_size=40,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    password=ODD,
    username=ODD,
    name=ODD,
    host=st.one_of(ODD, st.from_regex(r"[a-z0-9]{1,30}(\.[a-z]{1,3})?", fullmatch=True)),
    url=st.one_of(ODD, st.from_regex(r"https?://[\w.-]{1,20}(:\d{1,5})?(/\w*)?", fullmatch=True)),
)
def test_whatever_it_takes_is_read_back_the_same(app, tmp_path, password, username, name, host, url):
    known = config.load({"APP_KEY": KEY}, tmp_path / "none")
    typed = {"mail_password": password, "mail_username": username, "mail_name": name, "mail_host": host, "app_url": url}
    form = SetupForm.sent({**BY_SMTP, **typed}, known, meta={"csrf": False})
    if not form.validate():
        return
    file = tmp_path / ".env"
    file.unlink(missing_ok=True)
    envfile.write(file, form.changes(), WORDS)
    read = config.load({"APP_KEY": KEY}, file)
    for variable, value in form.environment().items():
        assert read[variable] == (int(value) if variable == "MAIL_PORT" else value), variable


@pytest.mark.parametrize(
    "address",
    [
        "https://status.example.com",
        "http://localhost:8000",
        "http://[::1]:8000",
        "https://a.b/status",
        "https://bücher.example",
    ],
)
def test_addresses_of_pages(address):
    assert is_page_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *("status.example.com", "https://", "ftp://a.b", "HTTPS://a.b"),
        *("https://a.b?x", "https://a.b#x", "https://u@a.b"),
        "https://a b",
        "https://a.b:99999",
        "https://a.b:0",
        "https://a.b/<x>",
        "https://a.b/'",
        "https://[",
        "https://a\\b",
    ],
)
def test_what_is_none(address):
    assert not is_page_address(address)
