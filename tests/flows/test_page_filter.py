"""Finding among thirty components and more, with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from app.models.enums import Collapse, ComponentStatus
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_group
from tests.flows.test_page_tools import tab_to


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, client):
    """Thirty components: two in a folded group, one of which is down, and the rest in one that is open."""
    far = make_group("Far away", collapse=Collapse.ALWAYS)
    make_component("Zürich", group=far)
    make_component("Oslo", group=far, status=ComponentStatus.MAJOR_OUTAGE, description="Nordic mail")
    near = make_group("Near")
    for number in range(28):
        make_component(f"Node {number}", group=near)
    with serving(app) as address:
        yield address


def shown(tab):
    return tab.locator(".component h4:visible").all_inner_texts()


def test_words_find_components_and_open_folds(chrome, url):
    with page(chrome, locale="en") as tab:
        tab.goto(url)
        form = tab.get_by_role("search")
        field, said = form.get_by_role("searchbox", name="Find a component"), form.get_by_role("status")
        far, near = (tab.locator("details.group", has_text=name) for name in ("Far away", "Node 1"))
        tab_to(tab, field)
        tab.keyboard.type("zuri")
        expect(said).to_have_text("1 of 30 components")
        assert shown(tab) == ["Zürich"]
        expect(near).to_be_hidden()
        for words, found in (("nordic", ["Oslo"]), ("far os", ["Oslo"]), ("far", ["Zürich", "Oslo"])):
            tab.keyboard.press("Control+a")
            tab.keyboard.type(words)
            expect(said).to_have_text(f"{len(found)} of 30 components")
            assert shown(tab) == found
        tab.keyboard.press("Enter")
        assert tab.url == f"{url}/"
        tab.keyboard.press("Control+a")
        tab.keyboard.type("nowhere")
        expect(said).to_have_text("Nothing fits. Try fewer words.")
        tab.keyboard.press("Control+a")
        tab.keyboard.press("Delete")
        expect(said).to_be_empty()
        expect(near).to_be_visible()
        expect(far).not_to_have_attribute("open", "")


def test_only_problems_for_the_visit(chrome, url):
    with page(chrome, locale="en") as tab:
        tab.goto(url)
        box = tab.get_by_label("Only problems")
        tab_to(tab, box)
        tab.keyboard.press("Space")
        expect(tab.get_by_role("search").get_by_role("status")).to_have_text("1 of 30 components")
        assert shown(tab) == ["Oslo"]
        tab.reload()
        expect(box).to_be_checked()
        assert shown(tab) == ["Oslo"]
        # News that come while the page is open are seen through the same glass.
        tab.evaluate("""() => {
            const state = document.querySelector(".component .state");
            state.className = "state major";
            document.dispatchEvent(new CustomEvent("daymark:swapped", { detail: [state] }));
        }""")
        assert shown(tab) == ["Zürich", "Oslo"]
        # An address that leads to what is not shown shows all.
        node = tab.locator(".component", has_text="Node 3").first
        tab.evaluate("id => (location.hash = id)", node.get_attribute("id"))
        expect(node).to_be_visible()
        expect(box).not_to_be_checked()
        with page(chrome, locale="en") as other:
            other.goto(f"{url}/#100%")  # leads nowhere, and stops no script
            expect(other.locator("[data-zone-choice]")).to_be_visible()
            other.evaluate("location.hash = '%'")
            expect(other.get_by_label("Only problems")).not_to_be_checked()


def test_few_components_need_no_search_and_no_script_has_none(chrome, app, client):
    for number in range(29):
        make_component(f"Node {number}")
    with serving(app) as address, page(chrome) as tab, page(chrome, java_script_enabled=False) as plain:
        tab.goto(address)
        expect(tab.get_by_role("search")).to_have_count(0)
        make_component("The thirtieth")
        plain.goto(address)
        expect(plain.locator("[data-filter]")).to_be_hidden()
        tab.reload()
        expect(tab.get_by_role("search")).to_be_visible()
