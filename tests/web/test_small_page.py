"""What a visitor of a page of ten components waits for, its ninety days of strips among them, seen by Chromium."""

from urllib.parse import urlsplit

from app.extensions import db
from bench import example
from tests.browser import chromium, serving
from tests.web.tools import asked_for

MOST_REQUESTS = 4
MOST_BYTES = 60_000


def test_ten_components_take_four_requests_and_sixty_kilobytes_at_most(app, installed):
    example.fill(components=10, incidents=60)
    db.session.commit()
    with serving(app) as address, chromium() as browser:
        asked = asked_for(browser, f"{address}/")
    shown = app.test_client().get("/").text
    assert shown.count('class="component"') == shown.count('class="component-foot"') == 10
    print({urlsplit(one["url"]).path: one["bytes"] for one in asked})
    assert len(asked) <= MOST_REQUESTS, asked
    assert sum(one["bytes"] for one in asked) <= MOST_BYTES, asked
    assert {urlsplit(one["url"]).netloc for one in asked} == {urlsplit(address).netloc}
