"""Pages elsewhere that read the API from their visitors' browsers."""

import pytest

from app.extensions import db
from app.models import Setting

HERE = {"Origin": "https://www.example.com"}
ASKED = {**HERE, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-cachet-token"}


@pytest.fixture
def only_example(olive):
    Setting.set(api_origins="https://www.example.com http://localhost:3000")
    db.session.commit()


@pytest.mark.parametrize("path", ["/ping", "/version", "/status", "/components", "/incidents", "/components/9"])
def test_any_page_may_read_unless_the_setting_says_otherwise(api, olive, path):
    answer = api().get(path, headers=HERE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


def test_no_page_may_write(api, olive):
    written = api(olive).post("/components", json={"name": "API", "status": 1}, headers=HERE)
    assert written.status_code == 200
    assert "Access-Control-Allow-Origin" not in written.headers
    methods = api().options("/components", headers=ASKED).headers["Access-Control-Allow-Methods"]
    assert methods == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_browser_that_asks_whether_it_may_write_is_told_nothing(api, olive, method):
    # POST needs no mention among the methods (Fetch standard, 4.9): only without an allowed origin is it not sent.
    answer = api().options("/components", headers={**ASKED, "Access-Control-Request-Method": method})
    assert answer.status_code == 204
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("path", ["/status", "/openapi.json"])
@pytest.mark.parametrize("origins", ["*", "https://www.example.com"])
def test_what_proxies_keep_is_good_for_every_origin(api, olive, path, origins):
    Setting.set(api_origins=origins)
    db.session.commit()
    answer = api().get(path)
    assert answer.cache_control.public
    assert answer.headers.get("Access-Control-Allow-Origin") == "*" or "Origin" in answer.headers["Vary"]


def test_a_browser_that_asks_first_is_answered(api, olive):
    answer = api().options("/components", headers=ASKED)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Cachet-Token" in answer.headers["Access-Control-Allow-Headers"]
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("origin", ["https://www.example.com", "http://localhost:3000"])
def test_pages_that_the_setting_names_may_read(api, only_example, origin):
    answer = api().get("/components", headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"]
    asked = {**ASKED, "Origin": origin}
    assert api().options("/components", headers=asked).headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize("origin", ["https://example.com", "http://www.example.com", "null", ""])
def test_others_may_not(api, only_example, origin):
    for answer in (
        api().get("/components", headers={"Origin": origin}),
        api().options("/components", headers={**ASKED, "Origin": origin}),
    ):
        assert answer.status_code in (200, 204)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


def test_an_empty_setting_lets_nobody_read(api, olive):
    Setting.set(api_origins="")
    db.session.commit()
    assert "Access-Control-Allow-Origin" not in api().get("/components", headers=HERE).headers
