"""The settings page "Analytics": off, or one program whose hosts alone the policy of visitors' pages lets in."""

import re

import pytest

from app.extensions import db
from tests.browser import chromium, page, serving
from tests.effects import effect_of
from tests.factories import make_incident

PAGE = "/dashboard/settings/analytics"
MATOMO = {"analytics": "matomo", "matomo_address": "https://matomo.example.com/stats/", "matomo_site": "3"}
PLAUSIBLE = {
    "analytics": "plausible",
    "plausible_address": "https://plausible.io",
    "plausible_domain": "status.example.com",
}
GA4 = {"analytics": "ga4", "ga4_id": "G-ABC1234567"}


@pytest.fixture
def owner(sign_in, olive):
    browser = sign_in(olive)
    browser.get(PAGE)
    return browser


def policy_of(answer) -> dict[str, str]:
    return dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))


def tag_of(answer) -> str:
    found = re.search(r'<script defer src="/static/js/analytics.js[^>]*>', answer.text)
    return found[0] if found else ""


@effect_of("analytics")
def test_off_nothing_of_it_is_on_any_page(owner, client):
    before = client.get("/")
    assert not tag_of(before) and policy_of(before)["script-src"] == "'self'"
    owner.submit(PAGE, **PLAUSIBLE)
    assert tag_of(client.get("/"))
    owner.submit(PAGE, **{**PLAUSIBLE, "analytics": "off"})
    after = client.get("/")
    assert not tag_of(after) and policy_of(after) == policy_of(before)


@effect_of("matomo_address", "matomo_site")
def test_matomo_is_told_where_and_which(owner, client):
    assert owner.submit(PAGE, **MATOMO).status_code == 302
    for _again in ("rendered", "from the store"):
        answer = client.get("/")
        tag = tag_of(answer)
        assert 'data-program="matomo"' in tag and 'data-site="3"' in tag
        assert 'data-address="https://matomo.example.com/stats"' in tag
        policy = policy_of(answer)
        assert policy["script-src"] == policy["connect-src"] == "'self' https://matomo.example.com"
        assert policy["img-src"] == "'self' data: https://matomo.example.com"
        assert (policy["default-src"], policy["style-src"]) == ("'none'", "'self'")


def test_a_page_from_the_store_of_all_processes_has_its_policy_too(app, owner, client):
    owner.submit(PAGE, **MATOMO)
    first = client.get("/")
    app.extensions["daymark.page_front"].pages.clear()  # as in another process
    assert policy_of(client.get("/")) == policy_of(first)


@effect_of("plausible_address", "plausible_domain")
def test_plausible_is_told_where_and_which(owner, client):
    assert owner.submit(PAGE, **PLAUSIBLE).status_code == 302
    answer = client.get("/")
    assert 'data-site="status.example.com" data-address="https://plausible.io"' in tag_of(answer)
    assert policy_of(answer)["script-src"] == "'self' https://plausible.io"


@effect_of("ga4_id")
def test_google_is_told_which(owner, client):
    assert owner.submit(PAGE, **GA4).status_code == 302
    answer = client.get("/")
    assert 'data-program="ga4" data-site="G-ABC1234567"' in tag_of(answer)
    assert policy_of(answer)["script-src"] == "'self' https://www.googletagmanager.com"
    assert "https://*.google-analytics.com" in policy_of(answer)["connect-src"]


def test_only_what_guests_read_is_counted(owner, client):
    owner.submit(PAGE, **PLAUSIBLE)
    incident = make_incident()
    for path in ("/", "/history", f"/incidents/{incident.id}"):
        assert tag_of(client.get(path)), path
    for path in (
        *("/embed", "/nothing-here", "/auth/login", "/badge.svg", "/unsubscribe/0123456789"),
        *("/subscribe", "/docs/api"),
    ):
        answer = client.get(path)
        assert not tag_of(answer) and "plausible" not in answer.headers["Content-Security-Policy"], path
    for path in ("/", "/dashboard/", PAGE):
        answer = owner.get(path)
        assert not tag_of(answer) and "plausible" not in answer.headers["Content-Security-Policy"], path


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({**MATOMO, "matomo_address": "javascript:alert(1)"}, "Enter the address of the program"),
        ({**MATOMO, "matomo_address": "https://a.example; script-src *"}, "Enter the address of the program"),
        ({**MATOMO, "matomo_address": "https://*.example"}, "Enter the address of the program"),
        ({**MATOMO, "matomo_address": "https://user:word@a.example"}, "Enter the address of the program"),
        ({**MATOMO, "matomo_address": "https://a.example,b.example"}, "Enter the address of the program"),
        ({**MATOMO, "matomo_address": "https://a.example:99999"}, "Enter the address of the program"),
        ({**MATOMO, "matomo_address": "https://a..example"}, "Enter the address of the program"),
        ({**MATOMO, "matomo_address": ""}, "Fill in “Address of Matomo” below, too."),
        ({**MATOMO, "matomo_site": "x"}, "as in 3."),
        ({**MATOMO, "matomo_site": ""}, "Fill in “Site in Matomo” below, too."),
        ({**PLAUSIBLE, "plausible_domain": '"><script>'}, "Enter the name as in Plausible"),
        ({**GA4, "ga4_id": "UA-1234-1"}, "Enter the ID of the data stream"),
        ({**GA4, "ga4_id": ""}, "Fill in “Measurement ID” below, too."),
        ({"analytics": "spyware"}, "Not a valid choice"),
    ],
)
def test_what_is_no_address_and_no_id_is_refused(owner, client, fields, sentence):
    answer = owner.submit(PAGE, **fields)
    assert answer.status_code == 422 and sentence in answer.text
    assert not tag_of(client.get("/"))


def test_a_visit_is_counted_unless_the_visitor_objects(app, owner):
    owner.submit(PAGE, **MATOMO)
    db.session.rollback()
    with serving(app) as address, chromium() as browser:
        for objection, counted in [("", True), ("globalPrivacyControl: true", False), ("doNotTrack: '1'", False)]:
            with page(browser) as tab:
                tab.route("https://matomo.example.com/**", lambda route: route.fulfill(body=""))
                asked: list[str] = []
                tab.on("request", lambda sent, asked=asked: asked.append(sent.url) if "matomo" in sent.url else None)
                name, _colon, value = objection.partition(":")
                if name:
                    tab.add_init_script(f"Object.defineProperty(navigator, '{name}', {{ value: {value} }})")
                tab.goto(f"{address}/", wait_until="networkidle")
                assert asked == (["https://matomo.example.com/stats/matomo.js"] if counted else []), objection
                queue = tab.evaluate("window._paq?.map(([name]) => name)")
                assert ("trackPageView" in queue) if counted else queue is None
