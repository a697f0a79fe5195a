import xml.etree.ElementTree as ET

import pytest

from app.extensions import db
from app.models.enums import ComponentStatus, Visibility
from tests.factories import make_component, make_group, make_incident
from tests.queries import count_queries

SVG = "{http://www.w3.org/2000/svg}"


def drawn(answer) -> ET.Element:
    assert (answer.status_code, answer.content_type) == (200, "image/svg+xml; charset=utf-8")
    return ET.fromstring(answer.data)


def words(answer) -> list[str]:
    return [text.text for text in drawn(answer).iter(f"{SVG}text")]


@pytest.mark.parametrize("status", list(ComponentStatus))
def test_a_component_s_badge_says_its_name_and_its_status(client, status):
    component = make_component("API", status=status)
    answer = client.get(f"/component/{component.id}/shield")
    assert words(answer) == ["API", str(status.label)]
    root = drawn(answer)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == f"API: {status.label}"


@pytest.mark.parametrize("style", ["", "flat-square", "flat", "plastic-flat", "plastic", "svg", "social", "nonsense"])
def test_every_style_is_a_drawing_without_style_or_script(client, style):
    component = make_component("A <b> & 'c'")
    answer = client.get(f"/component/{component.id}/shield?style={style}")
    assert words(answer)[0] == "A <b> & 'c'"
    assert not {"style", "script", "onload"} & {part for node in drawn(answer).iter() for part in node.attrib}
    assert not [node.tag for node in drawn(answer).iter() if node.tag in (f"{SVG}style", f"{SVG}script")]


@pytest.mark.parametrize("path", ["/badge", "/badge.svg"])
def test_the_page_s_badge_follows_the_page(client, path):
    assert words(client.get(path)) == ["Example Cloud", "Operational"]
    component = make_component(status=ComponentStatus.MAJOR_OUTAGE)
    assert words(client.get(path)) == ["Example Cloud", "Major outage"]
    component.say_status(ComponentStatus.OPERATIONAL, actor=None)
    db.session.commit()
    make_incident()
    assert words(client.get(path)) == ["Example Cloud", "Performance issues"]


def test_a_hidden_component_has_no_badge_not_even_for_members(client, sign_in, ed):
    shy = [
        make_component("A", visibility=Visibility.MEMBERS),
        make_component("B", visibility=Visibility.HIDDEN),
        make_component("C", enabled=False),
        make_component("D", group=make_group(visibility=Visibility.MEMBERS)),
    ]
    for browser in (sign_in(ed), client):
        for component in shy:
            assert browser.get(f"/component/{component.id}/shield").status_code == 404
    assert client.get("/component/999/shield").status_code == 404
    assert client.get("/component/99999999999999/shield").status_code == 404


def test_a_member_gets_the_guests_badge(client, sign_in, ed):
    make_component("Ours", visibility=Visibility.MEMBERS, status=ComponentStatus.MAJOR_OUTAGE)
    assert words(sign_in(ed).get("/badge")) == words(client.get("/badge")) == ["Example Cloud", "Operational"]


def test_other_sites_may_show_it_and_it_may_do_nothing(client):
    path = f"/component/{make_component().id}/shield"
    for answer in (client.get(path), client.get(path)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_a_second_look_asks_the_database_nothing(client):
    path = f"/component/{make_component().id}/shield"
    first = client.get(f"{path}?style=flat")
    db.session.remove()
    with count_queries() as sent:
        second = client.get(f"{path}?style=flat")
    assert (second.data, sent) == (first.data, [])
    assert client.get(f"{path}?style=plastic").data != first.data
    again = client.get(f"{path}?style=flat", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_other_pages_are_still_not_to_be_framed(client):
    answer = client.get("/")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_name_of_any_characters_leaves_a_badge_that_can_be_drawn(client):
    part = make_component("A\x08P\nI\ufffe <&\"'>")
    badge = drawn(client.get(f"/component/{part.id}/shield"))
    assert badge.get("aria-label") == "A P I\ufffd <&\"'>: Operational"
