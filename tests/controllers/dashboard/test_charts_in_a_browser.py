"""The dashboard's chart of a metric tells its values as the status page does: to the mouse and to keys."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.lib import clock
from tests.browser import chromium, page, serving
from tests.clocks import stopped
from tests.factories import make_metric
from tests.people import PASSWORD


@pytest.fixture
def url(app, olive, monkeypatch):
    # In the middle of one of the chart's ten minutes, so that the next do not begin before they are looked at.
    now = clock.now()
    now = now.replace(minute=now.minute // 10 * 10 + 5)
    with stopped(monkeypatch) as at:
        at(now)
        make_metric({0: 200, 30: 1180}, at=now)
        db.session.commit()
        with serving(app) as address:
            yield address


@pytest.mark.parametrize("width", [1280, 360])
def test_a_value_shows_by_mouse_and_by_keys(url, width):
    with chromium() as browser, page(browser, viewport={"width": width, "height": 800}) as tab:
        tab.goto(f"{url}/auth/login?next=/dashboard/metrics/1")
        tab.locator("[name=login]").fill("olive")
        tab.locator("[name=password]").fill(PASSWORD)
        tab.keyboard.press("Enter")
        chart, card = tab.locator("[data-plot]"), tab.locator(".plot-card")
        chart.locator(".plot-point").wait_for()  # the script is there
        box = chart.locator("svg").bounding_box()
        tab.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20)
        expect(card).to_contain_text("200 ms")
        tab.mouse.move(5, 5)
        expect(card).to_be_hidden()
        chart.locator(".plot-point").focus()
        for _step in range(3):
            tab.keyboard.press("ArrowLeft")
        expect(card).to_contain_text("1,180 ms")
        shown = card.bounding_box()
        assert shown["x"] >= 0 and shown["x"] + shown["width"] <= width
        assert card.evaluate("node => getComputedStyle(node).position") == "fixed"
        tab.keyboard.press("Escape")
        expect(card).to_be_hidden()
