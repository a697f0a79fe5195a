"""Who may come in, and what every answer of the dashboard has in common."""

import re

import pytest

from app.models.enums import ComponentStatus
from tests.factories import make_component, make_group, make_incident, make_subscriber

READS = ("/", "/components", "/components/groups", "/incidents")
WRITES = (
    "/components/create",
    "/components/1/status",
    "/components/1/delete",
    "/components/1/move",
    "/components/order",
    "/components/groups/create",
    "/components/groups/1/delete",
    "/components/groups/1/move",
    "/components/groups/order",
    "/incidents/create",
    "/incidents/1",
    "/incidents/1/delete",
    "/incidents/1/updates",
    "/incidents/1/updates/1",
    "/incidents/1/updates/1/delete",
    "/preview",
    "/subscribers/create",
    "/subscribers/1/delete",
    "/api/tokens/create",
    "/api/tokens/1/delete",
)


@pytest.mark.parametrize("path", [*READS, "/subscribers", "/api", "/incidents/create", "/components/1"])
def test_anonymous_visitors_are_led_to_the_sign_in_page_and_back(client, path):
    answer = client.get("/dashboard" + path)
    assert answer.status_code == 302
    assert answer.location == f"/auth/login?next=/dashboard{path}"


def test_anonymous_posts_are_led_there_too(client):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/auth/login").text)[1]
    answer = client.post("/dashboard/incidents/create", data={"csrf_token": token, "name": "x"})
    assert answer.status_code == 302
    assert answer.location.startswith("/auth/login")


def test_a_viewer_may_look(onlooker):
    make_incident(impacts={make_component(group=make_group()): ComponentStatus.MAJOR_OUTAGE})
    for path in READS:
        page = onlooker.get("/dashboard" + path)
        assert page.status_code == 200
        assert not [word for word in ("/create", "/delete", 'name="status"') if word in page.text], path


def test_a_viewer_sees_an_incident_without_its_forms(onlooker):
    page = onlooker.get(f"/dashboard/incidents/{make_incident().id}")
    assert page.status_code == 200
    assert "Post an update" not in page.text


def test_a_viewer_may_not_see_what_is_not_for_them(onlooker):
    for path in ("/subscribers", "/api", "/components/create", "/incidents/create"):
        assert onlooker.get("/dashboard" + path).status_code == 403, path


def test_a_viewer_may_not_write(onlooker):
    onlooker.get("/dashboard/")
    for path in WRITES:
        assert onlooker.submit("/dashboard" + path, name="x").status_code == 403, path


def test_nothing_is_written_without_the_token_of_a_page(browser):
    for path in WRITES:
        assert browser.post("/dashboard" + path, data={"name": "x"}).status_code == 400, path


def test_what_does_not_exist_is_not_found(browser):
    paths = ("components/7", "components/groups/7", "incidents/7", "incidents/7/updates/7", "incidents/9999999999999")
    for path in paths:
        assert browser.get(f"/dashboard/{path}").status_code == 404, path


def test_no_cache_keeps_a_page_of_the_dashboard(browser):
    for path in ("/dashboard/", "/dashboard/incidents", "/dashboard/incidents/7"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_the_side_counts_open_incidents(browser):
    assert " open</b>" not in browser.get("/dashboard/components").text
    make_incident()
    assert "1 open</b>" in browser.get("/dashboard/components").text


def test_whoever_signs_in_sees_where_mails_go_until_smtp_is_set_up(browser, app):
    assert "Mails are written to files" in browser.get("/dashboard/").text
    app.config["MAIL_DRIVER"] = "smtp"
    try:
        assert "Mails are written to files" not in browser.get("/dashboard/").text
    finally:
        app.config["MAIL_DRIVER"] = "log"


def test_a_page_of_a_list_that_does_not_exist_is_not_found(browser):
    assert make_subscriber()
    assert browser.get("/dashboard/subscribers?page=99999999999999999999").status_code == 404
    assert browser.get("/dashboard/subscribers?page=x").status_code == 200
