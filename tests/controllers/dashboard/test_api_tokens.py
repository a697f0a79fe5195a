import re
import shlex
from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import ApiToken, Setting
from tests.people import ApiClient

CREATE = "/dashboard/api/tokens/create"


def tokens() -> list[ApiToken]:
    db.session.rollback()
    return list(db.session.scalars(db.select(ApiToken)))


def test_an_empty_list_says_what_tokens_are_for(browser):
    assert "No tokens yet" in browser.get("/dashboard/api").text


def test_a_token_is_shown_once(browser, app):
    browser.get(CREATE)
    answer = browser.submit(CREATE, name="Uptime monitor", abilities=["incidents.manage", "components.manage"])
    assert answer.location == "/dashboard/api"
    with browser.session_transaction() as session:
        kept = str(dict(session))
    page = browser.get(answer.location).text
    text = re.search(r'<code id="fresh-token">(daymark_[\w-]+)</code>', page)[1]
    assert text not in kept, "whoever reads where sessions are kept has no use of it"
    assert ApiToken.for_text(text) == tokens()[0]
    assert tokens()[0].abilities == ["components.manage", "incidents.manage"]
    assert "ends with …" + text[-4:] in page
    again = browser.get(answer.location).text
    assert text not in again
    assert "Uptime monitor" in again


def test_the_line_to_try_it_works_when_pasted(browser, app):
    browser.get(CREATE)
    page = browser.get(browser.submit(CREATE, name="Try").location).text
    line = re.search(r'<code id="fresh-line">([^<]+)</code>', page)[1].replace("&#34;", '"')
    _curl, _flag, header, url = shlex.split(line)
    name, _colon, value = header.partition(": ")
    assert url.startswith(app.config["APP_URL"] + "/")
    path = url.removeprefix(app.config["APP_URL"])
    client = app.test_client(use_cookies=False)
    assert client.get(path, headers={name: value}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"name": "x" * 101}, "Use at most 100 characters"),
        ({"name": "Kept", "abilities": ["team.manage"]}, "Choose among the abilities listed."),
    ],
)
def test_bad_input_is_refused(browser, fields, sentence):
    browser.get(CREATE)
    answer = browser.submit(CREATE, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert tokens() == []


def test_names_are_one_line_of_text(browser):
    browser.get(CREATE)
    page = browser.get(browser.submit(CREATE, name="<script>x</script>\r\nX: y").location).text
    assert "<script>x" not in page
    assert tokens()[0].name == "<script>x</script> X: y"


def test_a_token_is_revoked_at_once(browser, app, ed):
    client = ApiClient.of(app, ed)
    token = tokens()[0]
    path = f"/dashboard/api/tokens/{token.id}/delete"
    assert "Revoke tests?" in browser.get(path).text
    assert client.post("/components", json={"name": "API", "status": 1}).status_code == 200
    assert browser.submit(path).status_code == 302
    assert client.post("/components", json={"name": "Web", "status": 1}).status_code == 401
    assert browser.submit(path).status_code == 404


def test_the_page_says_where_the_api_is_and_how_to_read_it(browser, app):
    page = browser.get("/dashboard/api").text
    assert re.search(r'<code id="api-address">([^<]+)</code>', page)[1] == "http://status.test/api/v1"
    _curl, url = re.search(r'<code id="api-line">([^<]+)</code>', page)[1].split()
    assert app.test_client(use_cookies=False).get(url.removeprefix(app.config["APP_URL"])).status_code == 200


def test_a_token_ends_when_it_was_told_to(browser, app, monkeypatch):
    browser.get(CREATE)
    page = browser.get(browser.submit(CREATE, name="For a week", abilities=["incidents.manage"], life="7").location)
    client = ApiClient(app, app.response_class, use_cookies=False)
    client.token = re.search(r'<code id="fresh-token">([^<]+)</code>', page.text)[1]
    report = {"name": "Slow", "status": 1, "message": "We look into it."}
    assert client.post("/incidents", json=report).status_code == 200
    end = clock.now() + timedelta(days=7)
    monkeypatch.setattr("app.lib.clock.now", lambda: end)
    assert client.post("/incidents", json=report).status_code == 401
    assert client.get("/incidents").status_code == 200  # as a guest
    assert "Has ended" in browser.get("/dashboard/api").text


def test_a_life_that_is_not_offered_is_refused(browser):
    browser.get(CREATE)
    assert browser.submit(CREATE, name="Long", life="36500").status_code == 422
    assert tokens() == []


def test_an_editor_sees_their_own_tokens_and_an_administrator_everyones(app, olive, ed, sign_in):
    for member in (olive, ed):
        ApiToken.create(name=f"Of {member.username}", user=member, actor=member)
    db.session.commit()
    [hers] = [token.id for token in tokens() if token.user_id == olive.id]
    at_ed, at_olive = sign_in(ed), sign_in(olive)
    assert "Of olive" not in at_ed.get("/dashboard/api").text
    assert at_ed.submit(f"/dashboard/api/tokens/{hers}/delete").status_code == 404
    assert "Of ed" in at_olive.get("/dashboard/api").text
    assert len(tokens()) == 2


ORIGINS = "/dashboard/settings/api"


@pytest.mark.parametrize("origins", ["*", "", "https://www.example.com http://localhost:3000"])
def test_which_sites_may_read_the_api_is_a_setting(olive, sign_in, origins):
    browser = sign_in(olive)
    browser.get(ORIGINS)
    assert browser.submit(ORIGINS, api_origins=origins).status_code == 302
    db.session.rollback()
    assert Setting.get("api_origins") == origins


@pytest.mark.parametrize(
    "origins", ["www.example.com", "https://example.com/path", "https://*.example.com", "* https://example.com", "null"]
)
def test_what_is_no_site_is_named_and_kept_in_the_form(olive, sign_in, origins):
    browser = sign_in(olive)
    browser.get(ORIGINS)
    answer = browser.submit(ORIGINS, api_origins=origins)
    assert answer.status_code == 422
    assert "is not the address of a site" in answer.text and f'value="{origins}"' in answer.text
