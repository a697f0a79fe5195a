import pytest
from markupsafe import escape

from app.extensions import db
from app.models import Component, Event, EventName
from app.models.enums import ComponentStatus, Visibility
from tests.factories import make_component, make_group, make_incident

VALID = {"name": "API", "status": "1", "visibility": "1", "group_id": "0", "enabled": "y"}
CREATE = "/dashboard/components/create"


def only_component() -> Component:
    db.session.rollback()
    return db.session.scalars(db.select(Component)).one()


def order() -> list[str]:
    db.session.rollback()
    return [component.name for component in db.session.scalars(Component.in_order())]


def test_a_component_is_added(browser):
    group = make_group()
    browser.get(CREATE)
    sent = {
        **VALID,
        "name": "API",
        "description": "For programs.\r\nAnd people.",
        "link": "https://example.org/api",
        "group_id": str(group.id),
        "status": "3",
        "tags": "edge, Core Services",
        "visibility": "0",
    }
    answer = browser.submit(CREATE, **sent)
    assert answer.location == "/dashboard/components"
    assert "API has been added." in browser.get(answer.location).text
    component = only_component()
    assert (component.name, component.link, component.group_id) == ("API", "https://example.org/api", group.id)
    assert component.description == "For programs.\nAnd people."
    assert (component.status, component.visibility) == (ComponentStatus.PARTIAL_OUTAGE, Visibility.MEMBERS)
    assert [tag.name for tag in component.tags] == ["edge", "Core Services"]
    assert component.enabled


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please fill this in."),
        ("name", "x" * 256, "Use at most 255 characters; this has 256."),
        ("description", "x" * 2001, "Use at most 2000 characters"),
        ("description", "a\0b", "cannot be stored"),
        ("link", "javascript:alert(1)", "begins with http:// or https://"),
        ("link", "https://", "begins with http:// or https://"),
        ("link", "https://example.org\\@example.com", "begins with http:// or https://"),
        ("link", "https://x/" + "y" * 2000, "Use at most 2000 characters"),
        ("group_id", "77", "This group does not exist any more."),
        ("group_id", "x", "This group does not exist any more."),
        ("status", "9", "Choose one of the options."),
        ("visibility", "x", "Choose one of the options."),
        ("tags", "ok, " + "x" * 101, "Each tag has at most 100 characters."),
        ("tags", "!!", "needs a letter"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_keeps_what_was_typed(browser, field, value, sentence):
    browser.get(CREATE)
    answer = browser.submit(CREATE, **{**VALID, "name": "Kept name", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{field}"' in answer.text
    assert field == "name" or 'value="Kept name"' in answer.text
    assert order() == []


def test_scripts_in_any_field_are_text(browser):
    browser.get(CREATE)
    evil = "<script>alert(1)</script>"
    browser.submit(CREATE, **{**VALID, "name": evil, "description": evil, "tags": evil})
    component = only_component()
    for path in (
        "/",
        "/components",
        f"/components/{component.id}",
        f"/components/{component.id}/delete",
        "/incidents/create",
    ):
        page = browser.get("/dashboard" + path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_line_breaks_in_a_name_are_folded(browser):
    browser.get(CREATE)
    browser.submit(CREATE, **{**VALID, "name": "API\r\nBcc: all@example.org\0"})
    assert only_component().name == "API Bcc: all@example.org"


def test_a_component_is_changed(browser, look):
    component = make_component("Old", tags=["edge"], enabled=True)
    page = browser.get(f"/dashboard/components/{component.id}").text
    assert 'value="edge"' in page
    sent = {**VALID, "name": "New", "tags": "", "status": "1", "status_was": "1"}
    del sent["enabled"]
    assert browser.submit(f"/dashboard/components/{component.id}", **sent).status_code == 302
    assert (look(component).name, component.enabled, component.tags) == ("New", False, [])


def test_a_link_that_the_api_took_can_be_saved_and_followed(browser, look, api, olive):
    link = "https://example.org/Murphy's_law?q=\"<b>`"
    assert api(olive).post("/components", json={"name": "API", "status": 1, "link": link}).status_code == 200
    component = only_component()
    path = f"/dashboard/components/{component.id}"
    browser.get(path)
    assert browser.submit(path, **{**VALID, "name": "New", "link": link, "status_was": "1"}).status_code == 302
    assert (look(component).name, component.link) == ("New", link)
    assert f'<a href="{escape(link)}" rel="noopener">New</a>' in browser.get("/").text


def test_saving_says_no_status_that_nobody_chose(browser, look):
    component = make_component()
    browser.get(f"/dashboard/components/{component.id}")
    make_incident(impacts={component: ComponentStatus.MAJOR_OUTAGE})
    browser.submit(f"/dashboard/components/{component.id}", **VALID, status_was="1")
    assert look(component).status is ComponentStatus.MAJOR_OUTAGE


@pytest.mark.parametrize("notify", [True, False])
def test_a_chosen_status_is_said_and_told_on_request(browser, look, notify):
    component = make_component()
    browser.get(f"/dashboard/components/{component.id}")
    sent = {**VALID, "status": "4", "status_was": "1", **({"notify": "y"} if notify else {})}
    browser.submit(f"/dashboard/components/{component.id}", **sent)
    assert look(component).status is ComponentStatus.MAJOR_OUTAGE
    said = db.session.scalars(db.select(Event).where(Event.name == EventName.COMPONENT_STATUS_CHANGED)).one()
    assert (said.data["notify"], said.actor_label) == (notify, "ed")


def test_a_quick_status_is_quiet_and_returns_to_where_it_was_chosen(browser, look):
    component = make_component()
    browser.get("/dashboard/")
    path = f"/dashboard/components/{component.id}/status"
    assert browser.submit(path, status="2").location == "/dashboard/"
    assert browser.submit(path + "?from=components", status="3").location == "/dashboard/components"
    assert look(component).status is ComponentStatus.PARTIAL_OUTAGE
    assert not any(event.data.get("notify") for event in db.session.scalars(db.select(Event)))


def test_the_same_status_again_changes_nothing(browser, look):
    component = make_component()
    browser.get("/dashboard/")
    assert browser.submit(f"/dashboard/components/{component.id}/status", status="1").status_code == 302
    assert look(component).status is ComponentStatus.OPERATIONAL
    assert db.session.scalars(db.select(Event).where(Event.name == EventName.COMPONENT_STATUS_CHANGED)).all() == []


@pytest.mark.parametrize("status", ["9", "", "x"])
def test_a_quick_status_that_does_not_exist_is_refused(browser, status):
    component = make_component()
    browser.get("/dashboard/")
    answer = browser.submit(f"/dashboard/components/{component.id}/status", status=status)
    assert answer.status_code == 422
    assert "Choose one of the options." in answer.text


def test_deleting_asks_first(browser):
    address = f"/dashboard/components/{make_component('API').id}/delete"
    assert "Delete API?" in browser.get(address).text
    assert order() == ["API"]
    answer = browser.submit(address)
    assert "API has been deleted." in browser.get(answer.location).text
    assert order() == []
    assert browser.submit(address).status_code == 404


def test_components_move_within_their_group(browser):
    core = make_group()
    for name, group in (("a", core), ("x", None), ("b", core), ("y", None)):
        make_component(name, group=group)
    b = db.session.scalar(db.select(Component).where(Component.name == "b"))
    browser.get("/dashboard/components")
    answer = browser.submit(f"/dashboard/components/{b.id}/move", direction="up")
    assert answer.location == f"/dashboard/components#component-{b.id}"
    assert order() == ["b", "x", "a", "y"]
    browser.submit(f"/dashboard/components/{b.id}/move", direction="up")
    assert order() == ["b", "x", "a", "y"]
    assert browser.submit(f"/dashboard/components/{b.id}/move", direction="sideways").status_code == 422


def drag(browser, path: str, document) -> int:
    return browser.post(path, json=document, headers={"X-CSRFToken": browser.token}).status_code


def test_components_are_dragged_within_their_group_and_the_page_follows(browser, app):
    core = make_group()
    a, _x, b = (make_component(name, group=group) for name, group in (("a", core), ("x", None), ("b", core)))
    browser.get("/dashboard/components")
    before = app.extensions["daymark.redis"].get("page:generation")
    assert drag(browser, "/dashboard/components/order", {"ids": [b.id, a.id]}) == 204
    assert order() == ["b", "x", "a"]
    assert app.extensions["daymark.redis"].get("page:generation") != before


@pytest.mark.parametrize(
    "document", [{"ids": [1, 77]}, {"ids": [1, 1]}, {"ids": ["1"]}, {"ids": 1}, {"ids": []}, [], 3]
)
def test_an_order_that_makes_no_sense_is_refused(browser, document):
    make_component("a")
    browser.get("/dashboard/components")
    assert drag(browser, "/dashboard/components/order", document) == 422


def test_the_list_shows_marks_and_takes_the_same_queries_for_many(browser, queries):
    make_component("Hidden one", visibility=Visibility.HIDDEN, enabled=False, group=make_group("Secret"))
    make_component("Loose")
    page = browser.get("/dashboard/components").text
    assert all(word in page for word in ("Secret", "Without a group", "Disabled", "Hidden"))
    few = queries("/dashboard/components")
    for number in range(30):
        make_component(f"C{number}", group=make_group(f"G{number}") if number % 3 else None)
    assert queries("/dashboard/components") == few
