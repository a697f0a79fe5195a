import re
import shlex

import pytest

from app.extensions import db
from app.models import ApiToken
from tests.people import ApiClient

CREATE = "/dashboard/api-tokens/create"


def tokens() -> list[ApiToken]:
    db.session.rollback()
    return list(db.session.scalars(db.select(ApiToken)))


def test_an_empty_list_says_what_tokens_are_for(browser):
    assert "No tokens yet" in browser.get("/dashboard/api-tokens").text


def test_a_token_is_shown_once(browser, app):
    browser.get(CREATE)
    answer = browser.submit(CREATE, name="Uptime monitor", abilities=["incidents.manage", "components.manage"])
    assert answer.location == "/dashboard/api-tokens"
    page = browser.get(answer.location).text
    text = re.search(r'<code id="fresh-token">(daymark_[\w-]+)</code>', page)[1]
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
    path = f"/dashboard/api-tokens/{token.id}/delete"
    assert "Revoke tests?" in browser.get(path).text
    assert client.post("/components", json={"name": "API", "status": 1}).status_code == 200
    assert browser.submit(path).status_code == 302
    assert client.post("/components", json={"name": "Web", "status": 1}).status_code == 401
    assert browser.submit(path).status_code == 404
