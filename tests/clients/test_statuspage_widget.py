"""Statuspage's own widget from npm, unmodified, in the browser of a visitor of another site."""

from http.server import BaseHTTPRequestHandler

import pytest

from tests.browser import chromium
from tests.clients.environments import node_modules_of
from tests.clients.serving import serving

SITE = """<!doctype html><title>Elsewhere</title><script src="/widget.js"></script>
<statuspage-widget src="{url}"></statuspage-widget>"""


@pytest.fixture
def elsewhere(live):
    """A site at another address that has the widget on its page."""
    script = node_modules_of("status-widget") / "node_modules" / "@statuspage" / "status-widget" / "dist" / "index.js"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            is_script = self.path == "/widget.js"
            body = script.read_bytes() if is_script else SITE.format(url=live.site).encode()
            self.send_response(200 if self.path in ("/", "/widget.js") else 204)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with serving(Handler) as url:
        yield url


def test_it_shows_how_the_whole_is(live, elsewhere):
    live.post("components", name="API", status=1)
    with chromium() as browser:
        # Not tests.browser.page: the widget's own script ends with an error, after it has done its work.
        one = browser.new_page()
        one.goto(elsewhere)
        one.get_by_text("All Systems Operational").wait_for()
        live.post("components", name="Web", status=4)
        another = browser.new_page()  # in a profile of its own: an answer is kept for half a minute
        another.goto(elsewhere)
        another.get_by_text("Major Service Outage").wait_for()
