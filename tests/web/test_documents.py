"""Every kind of page is valid HTML, and axe has nothing to say about it, in light and in dark."""

from tests.browser import chromium, page, serving
from tests.web import tools

ASK = """async (rules) => (await axe.run(document, {resultTypes: ["violations"], ...rules})).violations.map((fault) =>
    `${fault.id}: ${fault.help} (${fault.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")})`)"""
# In a frame it is a part of another page, which has the heading.
FRAMED = {"rules": {"page-has-heading-one": {"enabled": False}}}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def test_html_validate_finds_nothing(documents, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in documents.items():
        (folder / f"{name}.html").write_text(text)
    faults = tools.html_faults(folder)
    assert not faults, "\n".join(faults)


def test_axe_finds_nothing(app, documents):
    script, faults = tools.axe(), []

    def answer(route):
        route.fulfill(body=documents[route.request.url.rpartition("/")[2]], content_type="text/html; charset=utf-8")

    with chromium() as browser, serving(app) as url, page(browser, reduced_motion="reduce") as tab:
        tab.route("**/looked-at/*", answer)
        for name in documents:
            tab.emulate_media(color_scheme="light")
            tab.goto(f"{url}/looked-at/{name}")
            tab.evaluate(script)
            faults += [f"{name}: {fault}" for fault in tab.evaluate(ASK, FRAMED if name == "embed" else {})]
            tab.emulate_media(color_scheme="dark")
            faults += [f"{name}, dark: {fault}" for fault in tab.evaluate(ASK, COLOURS)]
    assert not faults, "\n".join(faults)
