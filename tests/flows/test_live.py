"""A page that stays open: news come to it, and nothing that its reader holds is lost."""

import json
import threading
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Error, expect
from werkzeug.serving import make_server

from app.extensions import db
from app.models import ApiToken, Component, Incident, Setting
from app.models.enums import Collapse, ComponentStatus, IncidentStatus
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_metric
from tests.processes import free_port, wait_until

INTERVAL = 34_000  # ms: half a minute, and what is added by chance
LONG = 331_000  # the longest pause, and the same

PLACE = "node => Math.round(node.getBoundingClientRect().top)"


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def token(olive):
    _row, token = ApiToken.create(name="tests", user=olive, abilities=None, actor=olive)
    db.session.commit()
    return token


@pytest.fixture
def url(app, client):
    """A page with three components, one in a group that starts folded, behind a real socket."""
    make_component("API")
    make_component("Web")
    make_component("Search", group=make_group("Inside", collapse=Collapse.ALWAYS))
    with serving(app) as address:
        yield address


@contextmanager
def answering(app, port):
    """A server that comes and goes; its address."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def watching(browser, url, path="/", *, stands=False, **options):
    """The page in a browser whose clock is ours, with the answers that it got from the server."""
    with page(browser, locale="en", **options) as tab:
        yield watched(tab, url, path, stands=stands)


def watched(tab, url, path="/", *, stands=False):
    """Open it there; where its clock `stands`, no time goes by but what a test lets go by."""
    now = datetime.now(UTC)
    tab.clock.install(time=now - timedelta(minutes=1) if stands else now)
    if stands:
        tab.clock.pause_at(now)
    tab.answers = []
    tab.on("response", lambda answer: tab.answers.append((answer.url.removeprefix(url), answer.status)))
    tab.goto(f"{url}{path}")
    # What a screen reader would say, one entry for each change of the region.
    tab.evaluate(
        """() => { window.said = []; const region = document.querySelector("[data-live] [role=status]");
        new MutationObserver(() => said.push(region.textContent)).observe(region, {childList: true, subtree: true}) }"""
    )
    return tab


def asked(tab, path="/live"):
    """How the server answered to an address so far."""
    return [status for address, status in tab.answers if address.partition("?")[0] == path]


def later(tab, milliseconds=INTERVAL):
    """Let so much time go by in the page, until it has heard from the server and waits again: before that, no time that
    goes by would let it ask."""
    before = heard(tab)
    with tab.expect_response(lambda answer: answer.url.endswith("/live")):
        until_it_asks(tab, milliseconds)
    wait_until(lambda: heard(tab) != before, 60, "the page's taking in of what it heard")


def until_it_asks(tab, longest, step=1000):
    """Let so much time go by in the page at most until it asks, in small steps: we hear of it a little later, and after
    ten seconds of its own time it gives up. How many milliseconds that were."""
    waited = 0
    with tab.expect_request(lambda request: request.url.endswith("/live")) as told:
        while waited < longest and not told.is_done():
            tab.clock.run_for(step)
            waited += step
    return waited


def heard(tab):
    """When the page last heard from the server, and whether it says that it is old; None while it loads anew."""
    try:
        return tab.evaluate(
            """() => { const age = document.querySelector("[data-age]");
            return [age.hidden, age.querySelector("time").dateTime] }"""
        )
    except Error:
        return None


def report(url, token, **fields):
    """An incident through the API, as from somewhere else."""
    body = json.dumps({"name": "Errors", "message": "We look into it.", "status": 1, "visible": 1, **fields}).encode()
    headers = {"X-Cachet-Token": token, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v1/incidents", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]["id"]


@pytest.mark.parametrize("seconds", [10, 400])
def test_it_asks_as_often_as_is_set_also_less_than_every_five_minutes(chrome, url, seconds):
    Setting.change(refresh_seconds=seconds, actor=None)
    db.session.commit()
    with watching(chrome, url, stands=True) as tab:
        tab.clock.run_for(seconds * 880)
        assert asked(tab) == []
        with tab.expect_response(lambda answer: answer.url.endswith("/live")):
            waited = until_it_asks(tab, seconds * 500, min(seconds * 10, 1000))
        assert waited < seconds * 500


def test_it_asks_no_more_when_so_set_while_it_is_open(chrome, url):
    with watching(chrome, url) as tab:
        Setting.change(refresh_seconds=0, actor=None)
        db.session.commit()
        with tab.expect_response(lambda answer: "live=" in answer.url):
            later(tab)
        before = len(asked(tab))
        tab.clock.run_for(LONG)
        assert len(asked(tab)) == before
        expect(tab.locator("[data-age]")).to_be_hidden()


@pytest.mark.parametrize("anchor", ["auto", "none"])  # not every browser keeps what is on the screen where it is
def test_news_come_within_the_interval_and_nothing_held_is_lost(chrome, url, token, anchor):
    with watching(chrome, url, viewport={"width": 800, "height": 500}) as tab:
        tab.evaluate("anchor => { document.documentElement.style.overflowAnchor = anchor }", anchor)
        tab.locator("summary", has_text="Inside").click()
        card, here = tab.locator(".plot-card"), tab.locator(".plot-point:focus")
        strip = tab.locator(".component", has_text="Web").locator("[data-plot]")
        strip.locator(".plot-point").focus()
        tab.keyboard.press("ArrowLeft")
        tab.keyboard.press("Enter")
        expect(here).to_have_attribute("aria-expanded", "true")
        held, words, where = here.element_handle(), card.inner_text(), here.evaluate(PLACE)
        scrolled = tab.evaluate("scrollY")
        assert scrolled > 0
        report(url, token, component_id=1, component_status=4)
        later(tab)
        expect(tab.get_by_role("heading", name="Happening now")).to_have_count(1)
        expect(tab.locator(".component", has_text="API")).to_contain_text("Major outage")
        # The very same button in the same place of the screen, though there is more above it now.
        assert held.evaluate("node => node === document.activeElement")
        assert here.evaluate(PLACE) == where
        assert tab.evaluate("scrollY") > scrolled
        expect(card).to_be_visible()
        assert card.inner_text() == words
        expect(tab.locator("details", has_text="Inside")).to_have_attribute("open", "")
        tab.keyboard.press("ArrowLeft")
        expect(here).to_have_attribute("data-i", "87")


def test_a_search_and_an_unfolded_story_stay(chrome, url):
    incident = make_incident("Mail is late")
    for number in range(30):
        Component.create(name=f"Part {number}", actor=None)
    for number in range(4):
        incident.post_update(status=IncidentStatus.IDENTIFIED, message=f"Word {number}.", actor=None)
    db.session.commit()
    with watching(chrome, url) as tab:
        story = tab.locator("article", has_text="Mail is late").locator("details")
        story.locator("summary").click()
        field = tab.locator("[data-filter] input[type=search]")
        field.focus()
        tab.keyboard.type("Part 25")
        tab.keyboard.press("ArrowLeft")
        incident.post_update(status=IncidentStatus.IDENTIFIED, message="Newest word.", actor=None)
        component("Part 25").say_status(ComponentStatus.PARTIAL_OUTAGE, actor=None)
        db.session.commit()
        later(tab)
        expect(tab.locator("#component-" + str(component("Part 25").id))).to_contain_text("Partial outage")
        expect(tab.locator(".component:visible")).to_have_count(1)
        expect(field).to_be_focused()
        assert field.evaluate("node => [node.value, node.selectionStart]") == ["Part 25", 6]
        expect(story).to_have_attribute("open", "")
        expect(tab.get_by_text("Newest word.")).to_be_visible()
        expect(story.locator("summary")).to_have_text("All 6 updates")


def test_the_selected_words_stay_selected(chrome, url):
    incident = make_incident("Mail is late", message="The first word.")
    with watching(chrome, url) as tab:
        tab.get_by_text("The first word.").evaluate("node => getSelection().selectAllChildren(node)")
        incident.post_update(status=IncidentStatus.IDENTIFIED, message="Newest word.", actor=None)
        db.session.commit()
        later(tab)
        expect(tab.get_by_text("Newest word.")).to_be_visible()
        assert tab.evaluate("getSelection().toString()") == "The first word."


def test_a_strip_stays_as_it_is_until_its_days_change(chrome, url):
    make_incident("Late <b>&amp;</b> lost", impacts={component("API"): ComponentStatus.MAJOR_OUTAGE})
    with watching(chrome, url) as tab:
        strip = tab.locator(".component", has_text="API").locator("[data-plot]")
        words = strip.locator("noscript")
        before = words.evaluate("node => { window.kept = node.firstChild; return node.textContent }")
        make_incident("Elsewhere")
        later(tab)
        expect(tab.get_by_role("link", name="Elsewhere").first).to_be_visible()
        assert words.evaluate("node => node.firstChild === kept")
        make_incident("Once <i>more</i>", impacts={component("API"): ComponentStatus.MAJOR_OUTAGE})
        later(tab)
        expect(tab.get_by_role("link", name="Once <i>more</i>").first).to_be_visible()
        assert words.evaluate("node => node.textContent") != before
        strip.locator(".plot-point").focus()
        tab.keyboard.press("End")
        tab.keyboard.press("Enter")
        card = tab.locator(".plot-card")
        expect(card.get_by_role("link", name="Late <b>&amp;</b> lost", exact=True)).to_be_visible()
        expect(card.get_by_role("link", name="Once <i>more</i>", exact=True)).to_be_visible()


def test_the_chosen_view_of_charts_stays(chrome, url):
    make_metric({0: 7})
    db.session.commit()
    with watching(chrome, url, "/?view=month") as tab:
        make_incident("Mail is late")
        later(tab)
        expect(tab.get_by_role("link", name="Mail is late").first).to_be_visible()
        expect(tab.get_by_role("link", name="30 d", exact=True)).to_have_attribute("aria-current", "true")
        expect(tab.locator(".metric [data-plot]")).to_have_attribute("data-plot", "30")


def test_the_focus_goes_with_an_incident_that_is_over(chrome, url):
    incident = make_incident("Mail is late")
    with watching(chrome, url) as tab:
        link = tab.get_by_role("link", name="Mail is late")
        link.first.focus()
        incident.post_update(status=IncidentStatus.FIXED, message="Over.", actor=None)
        db.session.commit()
        later(tab)
        expect(tab.locator(f".day #incident-{incident.id} :focus")).to_have_count(1)
        expect(tab.get_by_role("heading", name="Happening now")).to_have_count(0)


def test_the_page_of_an_incident_is_told_on(chrome, url):
    incident = make_incident("Mail is late")
    with watching(chrome, url, f"/incidents/{incident.id}") as tab:
        incident.post_update(status=IncidentStatus.FIXED, message="Over.", actor=None)
        db.session.commit()
        later(tab)
        expect(tab.locator("main")).to_contain_text("Over.")
        assert tab.evaluate("said") == ["Mail is late: Fixed"]


def test_the_page_of_what_was_removed_says_so(chrome, url):
    incident = make_incident("Mail is late")
    with chrome.new_context(locale="en") as context:
        tab = watched(context.new_page(), url, f"/incidents/{incident.id}")
        db.session.get_one(Incident, incident.id).delete(actor=None)
        db.session.commit()
        with tab.expect_event("load"):
            later(tab)
        assert asked(tab, f"/incidents/{incident.id}") == [200, 404, 404]
        expect(tab.locator("[data-live]")).to_have_count(0)


def test_only_a_changed_verdict_is_announced_and_the_tab_shows_it(chrome, url):
    with watching(chrome, url) as tab:
        icon = tab.locator("link[rel=icon]")
        calm = icon.get_attribute("href")
        expect(tab).to_have_title("All systems are operational · Example Cloud")
        incident = make_incident(impacts={make_component("Mail"): ComponentStatus.MAJOR_OUTAGE})
        later(tab)
        expect(tab).to_have_title("● Some systems are out of service · Example Cloud")
        expect(icon).not_to_have_attribute("href", calm)
        assert tab.evaluate("said") == ["Some systems are out of service"]
        incident.post_update(status=IncidentStatus.IDENTIFIED, message="A disk is full.", actor=None)
        db.session.commit()
        later(tab)
        expect(tab.locator("article.incident").first).to_contain_text("A disk is full.")
        assert tab.evaluate("said") == ["Some systems are out of service"]
        incident = db.session.get_one(Incident, incident.id)
        incident.post_update(status=IncidentStatus.FIXED, message="Over.", actor=None)
        db.session.commit()
        later(tab)
        expect(tab).to_have_title("All systems are operational · Example Cloud")
        expect(icon).to_have_attribute("href", calm)
        assert tab.evaluate("said") == ["Some systems are out of service", "All systems are operational"]
        expect(tab.locator("[data-live] [role=status]")).to_have_text("All systems are operational")


def test_while_nothing_happens_only_304_go_over_the_wire(chrome, url):
    with watching(chrome, url) as tab:
        assert len(tab.answers) <= 4  # the first view
        for _ in range(3):
            later(tab)
        assert asked(tab) == [304, 304, 304]
        assert asked(tab, "/") == [200]


def test_what_grows_old_by_itself_is_fetched_now_and_then(chrome, url):
    with watching(chrome, url) as tab:
        for _ in range(12):
            later(tab)
        assert set(asked(tab)) == {304}
        assert len(asked(tab, "/")) == 2


def test_a_hidden_tab_asks_nothing_and_comes_back_at_once(chrome, url):
    with watching(chrome, url) as tab:
        hide(tab, True)
        tab.clock.run_for(10 * LONG)
        assert asked(tab) == []
        with tab.expect_response(lambda answer: answer.url.endswith("/live")):
            hide(tab, False)
            tab.clock.run_for(1)
        assert asked(tab) == [304]
        hide(tab, True)
        hide(tab, False)
        tab.clock.run_for(20_000)
        assert asked(tab) == [304]


def hide(tab, is_hidden):
    """The reader turns to another tab, or back."""
    tab.evaluate(
        """hidden => { Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
        document.dispatchEvent(new Event("visibilitychange")) }""",
        is_hidden,
    )


def test_while_the_server_is_away_the_page_says_how_old_it_is(chrome, app, client):
    port = free_port()
    with chrome.new_context(locale="en", timezone_id="UTC") as context:
        tab = context.new_page()
        age = tab.locator("[data-age]")
        with answering(app, port) as url:
            watched(tab, url)
            later(tab)
            expect(age).to_be_hidden()
            known = age.locator("time").get_attribute("datetime")[11:16]
        tries = []
        tab.on("requestfailed", lambda request: tries.append(request.url))
        with tab.expect_event("requestfailed"):
            tab.clock.run_for(INTERVAL)
        expect(age).to_have_text(f"This page is from {known}. Trying again.")
        expect(age).to_be_visible()
        # Less and less often: after a minute, two, four, five, five.
        for pause in (67_000, 133_000, 265_000, LONG, LONG):
            with tab.expect_event("requestfailed"):
                tab.clock.run_for(pause)
            expect(age).to_be_visible()
        assert len(tries) == 6
        with answering(app, port):
            make_incident("Back again")
            with tab.expect_response(lambda answer: answer.url.endswith("/live")):
                tab.evaluate("dispatchEvent(new Event('online'))")
            expect(age).to_be_hidden()
            expect(tab.get_by_role("link", name="Back again").first).to_be_visible()


def test_a_new_version_of_the_program_comes_once_and_when_nothing_is_held(chrome, url, monkeypatch):
    with watching(chrome, url) as tab:
        loads = []
        tab.on("load", lambda opened: loads.append(opened.url))
        fold = tab.locator("summary", has_text="Inside")
        fold.click()
        tab.evaluate("document.activeElement.blur()")
        # The page that is kept stays the old one, as in a proxy.
        monkeypatch.setattr("app.controllers.public.live.bundle_version", lambda name: "0123456789")
        later(tab)
        later(tab)
        assert (loads, asked(tab)) == ([], [200, 200])
        fold.click()
        tab.evaluate("document.activeElement.blur()")
        with tab.expect_event("load"):
            later(tab)
        for _ in range(2):
            later(tab)
        assert len(loads) == 1


def test_it_ends_as_if_it_were_loaded_anew(chrome, url):
    """Whatever happens: components and groups that come, go and change places, incidents that grow and end, work that
    runs, a day that is corrected."""
    with watching(chrome, url) as tab, page(chrome, locale="en") as fresh:
        for step in STEPS:
            step()
            db.session.commit()
            later(tab)
            fresh.goto(url)
            wanted = fresh.evaluate(SHOWN)
            expect(tab).to_have_title(fresh.title())
            assert tab.evaluate(SHOWN) == wanted


# What there is to see, without the spaces between elements and the words for times: the clocks of the two differ.
SHOWN = """() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("time[data-time]").forEach((time) => { time.textContent = ""; time.title = "" });
  return main.outerHTML.replace(/\\s+/g, " ").replace(/> /g, ">").replace(/ </g, "<").split("><");
}"""


def component(name):
    return db.session.scalar(db.select(Component).where(Component.name == name))


def newest():
    return db.session.scalar(db.select(Incident).order_by(Incident.id.desc()))


def say(status, message):
    newest().post_update(status=status, message=message, actor=None)


STEPS = [
    lambda: make_incident("First", impacts={component("Search"): ComponentStatus.PARTIAL_OUTAGE}),
    lambda: say(IncidentStatus.IDENTIFIED, "A disk."),
    lambda: make_component("Before all", position=-1, description="New here"),
    lambda: say(IncidentStatus.IDENTIFIED, "A *second* disk."),
    lambda: say(IncidentStatus.WATCHING, "Both are new."),
    lambda: say(IncidentStatus.WATCHING, "They hold."),
    lambda: make_incident(
        "Second", impacts={component("API"): ComponentStatus.MAJOR_OUTAGE}, message="[Here](https://example.org)"
    ),
    lambda: component("Web").edit(actor=None, name="Web site", description="Pages"),
    lambda: component("API").edit(actor=None, position=9),
    lambda: say(IncidentStatus.FIXED, "Over."),
    lambda: component("Before all").delete(actor=None),
    lambda: make_maintenance(starts_in=timedelta(minutes=-5), components=[component("Web site")]),
    lambda: make_maintenance("Later", components=[component("API")]),
    lambda: newest().delete(actor=None),
    lambda: [
        row.post_update(status=IncidentStatus.FIXED, message="Too.", actor=None)
        for row in db.session.scalars(db.select(Incident))
    ],
]
