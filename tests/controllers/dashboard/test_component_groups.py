import pytest

from app.extensions import db
from app.models import Component, ComponentGroup
from app.models.enums import Collapse, Visibility
from tests.factories import make_component, make_group

VALID = {"name": "Core", "collapse": "2", "visibility": "0"}
CREATE = "/dashboard/components/groups/create"


def order() -> list[str]:
    db.session.rollback()
    return [group.name for group in db.session.scalars(ComponentGroup.in_order())]


def test_an_empty_list_says_what_a_group_is_for(browser):
    assert "A group is a heading" in browser.get("/dashboard/components/groups").text


def test_a_group_is_added(browser):
    browser.get(CREATE)
    answer = browser.submit(CREATE, **VALID)
    assert "Core has been added." in browser.get(answer.location).text
    group = db.session.scalars(db.select(ComponentGroup)).one()
    assert (group.collapse, group.visibility) == (Collapse.UNLESS_TROUBLE, Visibility.MEMBERS)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " \r\n ", "Please fill this in."),
        ("name", "x" * 256, "Use at most 255 characters"),
        ("collapse", "7", "Choose one of the options."),
        ("visibility", "", "Choose one of the options."),
    ],
)
def test_bad_input_is_refused(browser, field, value, sentence):
    browser.get(CREATE)
    answer = browser.submit(CREATE, **{**VALID, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert order() == []


def test_a_group_is_changed(browser, look):
    group = make_group("Old")
    browser.get(f"/dashboard/components/groups/{group.id}")
    browser.submit(f"/dashboard/components/groups/{group.id}", **{**VALID, "name": "<script>x</script>"})
    assert look(group).name == "<script>x</script>"
    make_component(group=group)
    for path in ("/", "/components", "/components/groups", f"/components/groups/{group.id}"):
        assert "<script>x" not in browser.get("/dashboard" + path).text


def test_deleting_a_group_keeps_its_components(browser):
    group = make_group("Core")
    component = make_component(group=group)
    page = browser.get(f"/dashboard/components/groups/{group.id}/delete").text
    assert "Its components stay" in page
    path = f"/dashboard/components/groups/{group.id}/delete"
    assert browser.submit(path).status_code == 302
    assert order() == []
    assert db.session.get(Component, component.id).group_id is None
    assert browser.submit(path).status_code == 404


def test_groups_are_arranged_by_button_and_by_dragging(browser):
    a, b, c = (make_group(name) for name in "abc")
    browser.get("/dashboard/components/groups")
    browser.submit(f"/dashboard/components/groups/{c.id}/move", direction="up")
    assert order() == ["a", "c", "b"]
    answer = browser.post(
        "/dashboard/components/groups/order",
        json={"ids": [b.id, a.id, c.id]},
        headers={"X-CSRFToken": browser.token},
    )
    assert answer.status_code == 204
    assert order() == ["b", "a", "c"]
