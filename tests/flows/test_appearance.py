"""How a page gets its own looks, in a browser: colours are seen while they are picked, the theme that was set comes
without a flash, and a visitor's choice wins."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from tests.browser import chromium, page, serving
from tests.effects import effect_of
from tests.people import PASSWORD
from tests.pictures import png

PAGE = "/dashboard/settings/appearance"
TEAL, YELLOW = "rgb(14, 116, 144)", "#ffff00"
FILL = "node => getComputedStyle(node).backgroundColor"
GROUND = "getComputedStyle(document.documentElement).backgroundColor"
LIGHT, DARK = "rgb(251, 251, 250)", "rgb(15, 17, 20)"


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, olive):
    db.session.rollback()  # the browser writes to the same database
    with serving(app) as address:
        yield address


def sign_in(tab, url: str) -> None:
    tab.goto(f"{url}/auth/login?next={PAGE}")
    tab.fill("[name=login]", "olive")
    tab.fill("[name=password]", PASSWORD)
    tab.press("[name=password]", "Enter")
    tab.wait_for_url(f"**{PAGE}")


@effect_of("theme", "color_ok")
def test_colours_are_shown_as_they_are_picked_and_visitors_see_them_when_they_are_saved(chrome, url):
    with page(chrome, color_scheme="light") as tab:
        sign_in(tab, url)
        sample = tab.locator(".in-the-light .strip-sample .ok").first
        tab.fill("[name=color_ok]", YELLOW)
        told = tab.locator("[data-told=color_ok]")
        expect(told).to_contain_text("has a contrast of 1.0:1")
        tab.get_by_label("Pick: Operational").fill("#0e7490")
        expect(told).to_contain_text("3.2:1 in the dark")
        assert tab.input_value("[name=color_ok]") == "#0e7490"
        assert sample.evaluate(FILL) == TEAL
        tab.check("[name=theme][value=dark]")
        tab.get_by_role("button", name="Save colours").click()
        expect(tab.get_by_text("The settings have been saved.")).to_be_visible()
        assert sample.evaluate(FILL) == TEAL, "also before a script has run"
        assert tab.evaluate(GROUND) == LIGHT, "the dashboard is the member's own"
    with page(chrome, color_scheme="light") as tab:
        tab.goto(url)
        assert tab.locator(".banner-icon").evaluate(FILL) == TEAL
        assert tab.evaluate(GROUND) == DARK
        tab.locator("[data-theme-choice]").select_option("light")
        assert tab.evaluate(GROUND) == LIGHT
        tab.reload()
        assert tab.evaluate(GROUND) == LIGHT, "the visitor's choice wins"
        tab.locator("[data-theme-choice]").select_option("system")
        tab.reload()
        assert tab.evaluate(GROUND) == LIGHT, "also that of their system"


def test_without_scripts_the_page_is_dark_if_it_shall_be(chrome, url, app):
    with page(chrome, color_scheme="light", java_script_enabled=False) as tab:
        sign_in(tab, url)
        tab.check("[name=theme][value=dark]")
        tab.fill("[name=color_ok]", "#0e7490")
        tab.get_by_role("button", name="Save colours").click()
        assert tab.locator(".in-the-dark .strip-sample .ok").first.evaluate(FILL) == TEAL
        tab.goto(url)
        assert tab.evaluate(GROUND) == DARK
        assert tab.locator(".banner-icon").evaluate(FILL) == TEAL


def test_only_the_logo_that_is_seen_is_loaded(chrome, url):
    with page(chrome, color_scheme="dark") as tab:
        sign_in(tab, url)
        for name, colour in (("logo", "#c2410c"), ("logo_dark", "#ffffff")):
            tab.set_input_files(
                f"[name={name}]", {"name": "x.png", "mimeType": "image/png", "buffer": png(80, 40, colour)}
            )
        tab.get_by_role("button", name="Save pictures").click()
        expect(tab.get_by_text("The settings have been saved.")).to_be_visible()
    with page(chrome, color_scheme="dark") as tab:
        asked: list[str] = []
        tab.on("request", lambda sent: asked.append(sent.url) if "/uploads/" in sent.url else None)
        tab.goto(url, wait_until="networkidle")
        expect(tab.locator("img.in-dark")).to_be_visible()
        expect(tab.locator("img.in-light")).to_be_hidden()
        assert [address.replace(url, "") for address in asked] == [tab.get_attribute("img.in-dark", "src")]
        assert tab.locator("img.in-dark").evaluate("node => node.naturalWidth") == 80


def test_files_that_are_too_large_are_not_even_sent(chrome, url):
    with page(chrome) as tab:
        sign_in(tab, url)
        large = {"name": "x.png", "mimeType": "image/png", "buffer": b"\0" * 3_000_000}
        tab.set_input_files("[name=logo]", large)
        expect(tab.get_by_text("Together the files are larger than 2 MB.")).to_be_visible()
        tab.get_by_role("button", name="Save pictures").click()
        expect(tab.get_by_text("Together the files are larger than 2 MB.")).to_be_visible()
        tab.set_input_files("[name=logo]", {**large, "buffer": png()})
        expect(tab.get_by_text("Together the files are larger than 2 MB.")).to_be_hidden()
        tab.get_by_role("button", name="Save pictures").click()
        expect(tab.get_by_text("The settings have been saved.")).to_be_visible()


def test_fifty_megabytes_without_a_script_get_an_answer(chrome, url, tmp_path):
    (tmp_path / "large.png").write_bytes(b"\0" * 50_000_000)
    tab = chrome.new_page(java_script_enabled=False)  # whose console may say so
    sign_in(tab, url)
    tab.set_input_files("[name=logo]", tmp_path / "large.png")
    with tab.expect_response(lambda answer: answer.request.method == "POST") as answered:
        tab.get_by_role("button", name="Save pictures").click()
    assert answered.value.status == 413
    expect(tab.get_by_text("That is more than 2 MB. Please send less.")).to_be_visible()
    tab.context.close()
