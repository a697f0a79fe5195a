"""A visitor chooses a language, with script and without; and no language is too wide for a phone."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.i18n import LANGUAGES
from app.models.enums import ComponentStatus
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_group, make_incident, make_maintenance


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, installed):
    core = make_group("Core")
    api = make_component("API", group=core)
    make_component("Web", group=core)
    make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE})
    make_maintenance(components=[api])
    db.session.commit()
    with serving(app) as address:
        yield address


def test_a_choice_is_kept_from_page_to_page(chrome, url):
    with page(chrome, locale="fr-FR") as tab:
        tab.goto(f"{url}/#components")
        expect(tab.locator("html")).to_have_attribute("lang", "fr")
        tab.locator("[data-language-choice]").select_option("de")
        expect(tab.locator("html")).to_have_attribute("lang", "de")
        expect(tab.get_by_role("link", name="Verlauf", exact=True)).to_be_visible()
        assert tab.url == f"{url}/"
        for path in ("/subscribe", "/auth/login", "/history"):
            tab.goto(url + path)
            expect(tab.locator("html")).to_have_attribute("lang", "de")
        tab.locator("[data-language-choice]").select_option("ar")
        expect(tab.locator("html")).to_have_attribute("dir", "rtl")
        assert [cookie["value"] for cookie in tab.context.cookies() if cookie["name"] == "lang"] == ["ar"]
        # What the address asks for comes first, and gives way to a choice.
        tab.goto(f"{url}/?lang=de")
        tab.locator("[data-language-choice]").select_option("en")
        expect(tab.locator("html")).to_have_attribute("lang", "en")
        assert tab.url == f"{url}/"


def test_without_script_the_addresses_keep_it(chrome, url):
    with page(chrome, locale="en-GB", java_script_enabled=False) as tab:
        tab.goto(f"{url}/")
        tab.get_by_role("link", name="Deutsch").click()
        tab.get_by_role("link", name="Meldungen abonnieren").click()
        expect(tab.locator("html")).to_have_attribute("lang", "de")
        assert tab.url == f"{url}/subscribe?lang=de"


def test_no_language_makes_a_phone_scroll_sideways(chrome, url):
    with page(chrome, viewport={"width": 360, "height": 740}) as tab:
        for path in ("/", "/subscribe"):
            for code in LANGUAGES:
                tab.goto(f"{url}{path}?lang={code}")
                wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert (path, code, wide) == (path, code, 0)
