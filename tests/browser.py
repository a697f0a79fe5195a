"""A real Chromium for tests: Debian's, driven by Playwright."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, has_app_context
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app.extensions import db
from tests.needs import program

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]

# A machine that does other things besides may take longer than the five seconds that Playwright waits for a sight.
expect.set_options(timeout=15_000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; skips the test where Chromium is missing."""
    path = program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application behind a real socket; its address, without a slash at the end.

    What the test has read by then is let go: on SQLite it would hold the one lock that the server needs.
    """
    if has_app_context():
        db.session.rollback()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def page(browser: Browser, **options) -> Iterator[Page]:
    """A page in a fresh profile; fails when a script of it failed or it asked another host."""
    context = browser.new_context(**options)
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(f"script error: {error}"))
    # Chromium calls it an error when a form was refused; that is an answer like any other.
    opened.on(
        "console",
        lambda line: (
            line.type == "error" and "status of 422" not in line.text and trouble.append(f"console: {line.text}")
        ),
    )
    yield opened
    context.close()
    assert not trouble, trouble
