"""Reporting, going anywhere and keeping what was typed, as hands and keys do it."""

import re

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Incident
from app.models.enums import ComponentStatus
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_incident
from tests.people import PASSWORD

FOUND = "We have found the cause and are working on it."


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, olive):
    db.session.commit()
    with serving(app) as address:
        yield address


@pytest.fixture
def tab(chrome, url):
    with page(chrome, viewport={"width": 1280, "height": 900}) as opened:
        sign_in(opened, url)
        yield opened


def sign_in(tab, url, name="olive"):
    tab.goto(f"{url}/auth/login")
    tab.locator("[name=login]").fill(name)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Overview")).to_be_visible()
    tab.wait_for_load_state()


def focused(tab):
    return tab.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")


def test_an_incident_is_reported_in_three_interactions_from_any_page(tab, url):
    make_component("API")
    tab.goto(f"{url}/dashboard/settings/about")
    done = 0
    tab.locator(".side > [data-report]").click()
    done += 1
    dialog = tab.get_by_role("dialog", name="Report an incident")
    dialog.get_by_label("Add a component").select_option(label="API: Major outage")
    done += 1
    expect(dialog.get_by_label("What is happening?")).to_have_value("API: Major outage")
    dialog.get_by_role("button", name="Report incident").click()
    done += 1
    expect(tab.get_by_text("API: Major outage has been reported.")).to_be_visible()
    assert done <= 3
    incident = db.session.scalar(db.select(Incident))
    assert incident.message == "We have noticed a problem and are looking into it."
    assert [component.status for component in incident.components] == [ComponentStatus.MAJOR_OUTAGE]


def test_what_was_refused_stays_in_the_dialog(tab, url):
    component = make_component("API")
    tab.goto(f"{url}/dashboard/incidents/create")  # a page with the same fields
    tab.locator(".side > [data-report]").click()
    dialog = tab.get_by_role("dialog", name="Report an incident")
    dialog.get_by_label("Identified").check()
    expect(dialog.get_by_role("textbox", name="First update")).to_have_value(FOUND)
    dialog.get_by_label("Add a component").select_option(label="API: Partial outage")
    component.delete(actor=None)
    db.session.commit()
    dialog.get_by_role("button", name="Report incident").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("does not exist any more")
    expect(dialog.get_by_label("What is happening?")).to_have_value("API: Partial outage")
    expect(dialog.get_by_role("textbox", name="First update")).to_have_value(FOUND)
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_without_a_connection_what_was_typed_stays(tab, url):
    tab.goto(f"{url}/dashboard/incidents")
    tab.locator(".side > [data-report]").click()
    dialog = tab.get_by_role("dialog", name="Report an incident")
    dialog.get_by_label("What is happening?").fill("Slow")
    tab.route("**/incidents/create", lambda route: route.fulfill(body="a hotel’s page"))
    dialog.get_by_role("button", name="Report incident").click()
    expect(dialog.get_by_role("alert")).to_contain_text("What you wrote is still here")
    tab.unroute("**/incidents/create")
    dialog.get_by_role("button", name="Report incident").click()
    expect(tab.get_by_text("Slow has been reported.")).to_be_visible()


def test_the_dashboard_by_keyboard(tab, url):
    component = make_component("Payments")
    make_incident("Cards are refused")
    tab.goto(f"{url}/dashboard/components")
    keys = tab.keyboard
    keys.press("Tab")
    assert focused(tab) == "Skip to content"
    keys.press("Tab")
    keys.press("Tab")
    assert focused(tab) == "Report an incident"
    keys.press("Enter")
    dialog = tab.get_by_role("dialog", name="Report an incident")
    expect(dialog.get_by_label("What is happening?")).to_be_focused()
    for _step in range(25):  # round and round, never behind the dialog
        keys.press("Tab")
        assert tab.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#report')"
        ), focused(tab)
    keys.press("Escape")
    assert focused(tab) == "Report an incident"

    keys.press("Control+k")
    palette = tab.get_by_role("dialog", name="Go to")
    field = tab.get_by_role("combobox", name="Find a page")
    expect(field).to_be_focused()
    keys.type("cards")
    option = palette.get_by_role("option", name="Cards are refused")
    expect(option).to_be_visible()
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    keys.press("Escape")
    assert focused(tab) == "Report an incident"

    keys.press("Control+k")
    keys.type("payments")
    expect(palette.get_by_role("option")).to_have_count(2)
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.type("major")
    keys.press("Enter")
    expect(tab.get_by_text("Payments: Major outage")).to_be_visible()
    tab.wait_for_load_state()
    db.session.rollback()
    db.session.refresh(component)
    assert component.status is ComponentStatus.MAJOR_OUTAGE
    db.session.rollback()  # what was read must not hold up the pages to come

    keys.press("?")
    listed = tab.get_by_role("dialog", name="Keyboard shortcuts")
    expect(listed).to_be_visible()
    keys.press("Escape")
    keys.type("gi")  # one soon after the other, as it must be
    expect(tab.get_by_role("heading", name="Incidents", exact=True)).to_be_visible()
    tab.wait_for_load_state()
    keys.press("/")
    expect(tab.get_by_label("Name contains")).to_be_focused()
    keys.type("gn?/")  # typed, not obeyed
    expect(tab.get_by_label("Name contains")).to_have_value("gn?/")
    expect(tab.locator("dialog[open]")).to_have_count(0)
    tab.get_by_label("Name contains").blur()
    keys.press("n")
    expect(dialog).to_be_visible()
    keys.press("Escape")

    tab.get_by_role("button", name="Keyboard shortcuts").click()
    listed.get_by_label("Single keys work").uncheck()
    keys.press("Escape")
    tab.reload()
    for key in ("n", "?", "g", "c"):
        keys.press(key)
    expect(tab.locator("dialog[open]")).to_have_count(0)
    expect(tab).to_have_url(re.compile("/dashboard/incidents$"))
    keys.press("Control+k")
    keys.type("sign out")
    keys.press("Enter")
    expect(tab.get_by_text("You are signed out.")).to_be_visible()


def test_the_palette_offers_what_one_may_do(chrome, url, vic):
    make_component("Payments")
    with page(chrome) as tab:
        sign_in(tab, url, "vic")
        palette = tab.get_by_role("dialog", name="Go to")
        tab.keyboard.press("Control+k")
        tab.keyboard.type("e")
        expect(palette.get_by_role("option", name="Payments")).to_have_count(1)
        names = " ".join(palette.get_by_role("option").all_inner_texts())
        assert "Set the status" not in names
        assert "Report" not in names
        assert "Settings" not in names
        tab.keyboard.press("Escape")
        tab.keyboard.press("n")
        expect(tab.locator("dialog[open]")).to_have_count(0)


def test_a_draft_outlives_the_tab_and_is_gone_when_it_was_sent(tab, url):
    make_component("API")
    create = f"{url}/dashboard/incidents/create"
    tab.goto(create)
    form = tab.locator("main form.panel")
    form.get_by_label("What is happening?").fill("Slow answers")
    form.locator("[data-impact-add]").select_option(label="API")
    form.get_by_role("textbox", name="First update").fill("Half a sentence")
    again = tab.context.new_page()
    with tab.expect_event("close"):
        tab.close(run_before_unload=True)
    again.goto(create)
    form = again.locator("main form.panel")
    expect(again.get_by_text("You have a draft from")).to_be_visible()
    again.get_by_role("button", name="Restore it").click()
    expect(form.get_by_label("What is happening?")).to_have_value("Slow answers")
    expect(form.get_by_role("textbox", name="First update")).to_have_value("Half a sentence")
    expect(form.locator("[data-impact]:not([hidden]) label")).to_have_text("API")
    kept = again.evaluate("JSON.stringify(localStorage)")
    assert not [word for word in ("csrf", "token", "password") if word in kept]
    form.get_by_role("button", name="Report incident").click()
    expect(again.get_by_text("Slow answers has been reported.")).to_be_visible()
    again.wait_for_load_state()
    assert "draft:" not in again.evaluate("JSON.stringify(localStorage)")


def test_a_draft_of_what_was_refused_is_kept_whole(tab, url):
    create = f"{url}/dashboard/incidents/create"
    tab.goto(create)
    form = tab.locator("main form.panel")
    form.get_by_role("textbox", name="First update").fill("Half a sentence")
    form.get_by_label("What is happening?").fill("   ")
    form.get_by_role("button", name="Report incident").click()
    expect(tab.get_by_text("One thing needs your attention.")).to_be_visible()
    tab.wait_for_load_state()
    expect(tab.get_by_text("You have a draft from")).to_have_count(0)
    form.get_by_label("What is happening?").fill("Slow")
    tab.goto(create)
    tab.get_by_role("button", name="Restore it").click()
    expect(form.get_by_label("What is happening?")).to_have_value("Slow")
    expect(form.get_by_role("textbox", name="First update")).to_have_value("Half a sentence")


def test_a_draft_is_discarded_and_ends_with_the_session(tab, url):
    create = f"{url}/dashboard/templates/create"
    for leaving in ("discard", "sign out"):
        tab.goto(create)
        tab.get_by_label("Text").fill("Half a template")
        tab.goto(create)
        expect(tab.get_by_text("You have a draft from")).to_be_visible()
        if leaving == "discard":
            tab.get_by_role("button", name="Discard it").click()
        else:
            tab.get_by_role("button", name="Sign out").click()
            expect(tab.get_by_text("You are signed out.")).to_be_visible()
        assert "draft:" not in tab.evaluate("JSON.stringify(localStorage)")


def test_on_a_phone_all_is_in_reach_of_the_thumb(chrome, url):
    with page(chrome, viewport={"width": 360, "height": 740}, has_touch=True) as tab:
        sign_in(tab, url)
        assert not tab.locator(".side nav a").first.is_visible()
        for control in (tab.get_by_role("button", name="Menu"), tab.locator(".thumb [data-report]")):
            box = control.bounding_box()
            assert box["height"] >= 44
            assert box["y"] > 600
        tab.get_by_role("button", name="Menu").tap()
        expect(tab.locator(".side nav a").first).to_be_visible()
        for link in tab.locator(".side nav a").all():
            assert link.bounding_box()["height"] >= 44
        tab.get_by_role("link", name="Subscribers").tap()
        expect(tab.get_by_role("heading", name="Subscribers", exact=True)).to_be_visible()
        tab.wait_for_load_state()
        tab.locator(".thumb [data-report]").tap()
        expect(tab.get_by_role("dialog", name="Report an incident")).to_be_visible()


def test_components_are_found_by_typing(tab, url):
    for number in range(14):
        make_component(f"Part {number}")
    for place in ("components", ""):
        tab.goto(f"{url}/dashboard/{place}")
        tab.keyboard.press("/")
        tab.keyboard.type("part 13")
        expect(tab.locator(".list > li:visible")).to_have_count(1)
        expect(tab.locator(".list > li:visible .name")).to_contain_text("Part 13")
        tab.locator("[data-find]").fill("")
        expect(tab.locator(".list > li:visible")).to_have_count(14)


def test_the_palette_knows_every_page_of_settings(sign_in, olive):
    page = sign_in(olive).get("/dashboard/settings/about").text
    beside = page[page.index('<nav class="pages"') :]
    listed = set(re.findall(r'href="([^"]+)"', beside[: beside.index("</nav>")]))
    offered = page[page.index('id="palette"') : page.index("</template>")]
    assert len(listed) > 9
    assert listed <= set(re.findall(r'href="([^"]+)"', offered))
