"""The widget and the frame on a page of another origin with a strict policy of its own, in a real browser."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.enums import ComponentStatus, Visibility
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_incident


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, client):
    known = app.config["APP_URL"]
    with serving(app) as address:
        app.config["APP_URL"] = address
        yield address
    app.config["APP_URL"] = known


@contextmanager
def elsewhere(body: str, status_page: str):
    """A page of another origin that allows the status page as little as it must: no inline script, no inline style."""
    policy = (
        f"default-src 'none'; script-src {status_page}; connect-src {status_page}; frame-src {status_page}; "
        f"img-src {status_page}; style-src 'none'; require-trusted-types-for 'script'"
    )

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(f"<!doctype html><html lang=en><title>Shop</title><h1>Shop</h1>{body}".encode())

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("localhost", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def visiting(chrome, url, body, **options):
    with elsewhere(body, url) as shop, page(chrome, **options) as opened:
        opened.goto(shop)
        yield opened


def trouble():
    api = make_component("API")
    return make_incident("Errors when <signing> in", impacts={api: ComponentStatus.PARTIAL_OUTAGE})


def script(url, **data):
    told = " ".join(f'data-{name}="{value}"' for name, value in data.items())
    return f'<script src="{url}/widget.js" {told}></script><p>After</p>'


def test_the_widget_tells_what_is_wrong_and_leads_there(chrome, url):
    incident = trouble()
    make_incident("Kept for us", visibility=Visibility.MEMBERS)
    with visiting(chrome, url, script(url)) as shop:
        told = shop.get_by_role("status")
        expect(told).to_contain_text("Investigating Errors when <signing> in")
        expect(told.get_by_role("link")).to_have_attribute("href", f"{url}/incidents/{incident.id}")
        expect(told).to_have_attribute("lang", "en")
        assert "Kept for us" not in told.inner_text()
        assert shop.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
        assert shop.context.cookies() == []


def test_it_says_nothing_while_all_is_well_unless_asked(chrome, url):
    make_component("API")
    with visiting(chrome, url, script(url)) as shop:
        expect(shop.get_by_role("status")).to_have_attribute("lang", "en")  # it has been answered
        expect(shop.get_by_role("status")).to_be_empty()
    with visiting(chrome, url, script(url, always="")) as shop:
        expect(shop.get_by_role("status")).to_contain_text("Example Cloud All systems are operational")
        expect(shop.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("remembers", [False, True])
def test_it_can_be_put_aside_by_keyboard(chrome, url, remembers):
    trouble()
    with visiting(chrome, url, script(url, **({"remember": ""} if remembers else {}))) as shop:
        expect(shop.get_by_role("status")).to_contain_text("Errors")
        shop.keyboard.press("Tab")
        shop.keyboard.press("Tab")
        shop.keyboard.press("Enter")
        expect(shop.get_by_role("status")).to_be_empty()
        shop.reload()
        if not remembers:
            expect(shop.get_by_role("status")).to_contain_text("Errors")
            return
        expect(shop.get_by_role("status")).to_have_attribute("lang", "en")
        expect(shop.get_by_role("status")).to_be_empty()
        make_incident("Another one")
        shop.reload()
        expect(shop.get_by_role("status")).to_contain_text("Another one")
        assert "Errors" not in shop.get_by_role("status").inner_text()


@pytest.mark.parametrize(
    ("position", "place"),
    [
        ("bottom-end", "right bottom"),
        ("bottom-start", "left bottom"),
        ("top-start", "left top"),
        ("top-end", "right top"),
    ],
)
def test_it_stands_in_the_corner_that_is_asked_for(chrome, url, position, place):
    trouble()
    with visiting(chrome, url, script(url, position=position), viewport={"width": 800, "height": 640}) as shop:
        expect(shop.get_by_role("status")).to_contain_text("Errors")
        box = shop.get_by_role("status").bounding_box()
        assert ("left" in place) == (box["x"] == 16)
        assert ("right" in place) == (round(box["x"] + box["width"]) == 800 - 16)
        assert ("top" in place) == (box["y"] == 16)
        shop.set_viewport_size({"width": 320, "height": 640})
        assert shop.get_by_role("status").bounding_box()["width"] == 320 - 2 * 16
        assert shop.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_can_stand_where_the_script_stands(chrome, url):
    trouble()
    with visiting(chrome, url, script(url, position="inline")) as shop:
        expect(shop.get_by_role("status")).to_contain_text("Errors")
        assert shop.get_by_role("status").bounding_box()["y"] < shop.get_by_text("After").bounding_box()["y"]


@pytest.mark.parametrize(
    ("theme", "system", "ground"),
    [("light", "dark", "rgb(255, 255, 255)"), ("dark", "light", "rgb(22, 25, 29)"), ("", "dark", "rgb(22, 25, 29)")],
)
def test_it_is_light_or_dark(chrome, url, theme, system, ground):
    trouble()
    data = {"theme": theme} if theme else {}
    with visiting(chrome, url, script(url, **data), color_scheme=system) as shop:
        expect(shop.get_by_role("status")).to_have_css("background-color", ground)


def test_the_frame_tells_the_same_and_follows(chrome, url):
    incident = trouble()
    body = f'<iframe src="{url}/embed?theme=dark" title="Status" width="600" height="200"></iframe>'
    with visiting(chrome, url, body, color_scheme="light") as shop:
        told = shop.frame_locator("iframe").get_by_role("status")
        expect(told).to_contain_text("Investigating Errors when <signing> in")
        expect(told.get_by_role("list")).to_have_css("background-color", "rgb(22, 25, 29)")
        assert shop.context.cookies() == []
    with elsewhere(body, url) as address, page(chrome) as shop:
        shop.clock.install()
        shop.goto(address)
        told = shop.frame_locator("iframe").get_by_role("status")
        expect(told).to_contain_text("Errors")
        db.session.refresh(incident)
        incident.fix(actor=None)
        db.session.commit()
        shop.clock.fast_forward(61_000)
        expect(told).to_be_empty()


def test_a_badge_shows_on_another_site(chrome, url):
    body = f'<img src="{url}/badge.svg" alt="Status of Example Cloud">'
    with visiting(chrome, url, body) as shop:
        assert shop.locator("img").evaluate("image => image.naturalWidth") > 50


def test_no_other_page_can_be_framed(chrome, url):
    with elsewhere(f'<iframe src="{url}/"></iframe>', url) as address:
        context = chrome.new_context()
        shop = context.new_page()
        shop.goto(address)
        assert shop.frames[1].url == "chrome-error://chromewebdata/"
        context.close()


def test_structured_data_is_data_to_the_browser_not_an_inline_script(chrome, url):
    incident = trouble()
    with page(chrome) as tab:  # fails on a line of the console about the policy
        for path, kind in (("/", "WebPage"), (f"/incidents/{incident.id}", "LiveBlogPosting")):
            tab.goto(f"{url}{path}")
            told = tab.locator('script[type="application/ld+json"]').text_content()
            assert json.loads(told)["@type"] == kind
