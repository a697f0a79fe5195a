"""Who may come in, and what every answer of the dashboard has in common. The paths are those that the application
has, so that none that is added can be forgotten here."""

import re
from dataclasses import dataclass

import pytest

from app.extensions import db
from app.models import IncidentTemplate, Metric
from app.models.enums import ComponentStatus
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber

STAMP = "20301121T140000Z"  # a date of a series


@dataclass(frozen=True)
class Path:
    """One way into the dashboard: where, how, and what it takes to go there."""

    path: str
    method: str
    ability: str
    names_something: bool


def paths(app, number: int = 1) -> list[Path]:
    """Every path and method of the dashboard; what they name has this id. An argument of another kind needs a value."""
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("dashboard."):
            continue
        values = {name: number if name.endswith("_id") else {"stamp": STAMP}[name] for name in rule.arguments}
        address = rule.build(values, append_unknown=False)
        assert address is not None, rule
        ability = app.view_functions[rule.endpoint].required_ability
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        found += [Path(address[1], method, ability, bool(values)) for method in sorted(methods)]
    assert len(found) > 50
    return found


def go(someone, path: Path):
    """The answer to a request with the token of a page and a name, which is not enough for any form."""
    return someone.get(path.path) if path.method == "GET" else someone.submit(path.path, name="x")


def test_anonymous_visitors_are_led_to_the_sign_in_page_and_back(client, app):
    for path in paths(app):
        if path.method == "GET":
            answer = client.get(path.path)
            assert (answer.status_code, answer.location) == (302, f"/auth/login?next={path.path}"), path


def test_anonymous_posts_are_led_there_too(client, app):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/auth/login").text)[1]
    for path in paths(app):
        if path.method == "POST":
            answer = client.post(path.path, data={"csrf_token": token, "name": "x"})
            assert (answer.status_code, answer.location[:11]) == (302, "/auth/login"), path


def test_a_viewer_may_look(onlooker, app):
    make_everything()
    for path in [path for path in paths(app) if path.ability == "dashboard.view"]:
        page = go(onlooker, path)
        assert (path.method, page.status_code) == ("GET", 200), path
        forms = ("/create", "/delete", 'name="status"', "/edit", "/order", "/cancel")
        assert not [word for word in forms if word in page.text], path


# Who may do what, written down here once more: a role that was given too much by mistake is found by this table.
ROLES = {"owner": "olive", "administrator": "anna", "editor": "ed", "viewer": "vic"}
OWNERS, MANAGERS = {"owner"}, {"owner", "administrator"}
EDITORS, EVERYONE = {*MANAGERS, "editor"}, {*MANAGERS, "editor", "viewer"}
MAY = {
    "activity.view": MANAGERS,
    "components.manage": EDITORS,
    "dashboard.view": EVERYONE,
    "deletions.manage": EDITORS,
    "incidents.manage": EDITORS,
    "maintenances.manage": EDITORS,
    "metric_points.manage": EDITORS,
    "metrics.manage": EDITORS,
    "owners.manage": OWNERS,
    "profile.manage": EVERYONE,
    "settings.manage": MANAGERS,
    "subscribers.manage": EDITORS,
    "team.manage": MANAGERS,
    "templates.manage": EDITORS,
    "tokens.manage": EDITORS,
}
# What would sign the browser out or fill the page while it is being asked about.
LASTING = ("/dashboard/user/sessions/end", "/dashboard/demo")


@pytest.mark.parametrize("role", ROLES)
def test_every_route_is_open_to_whom_the_table_says_and_to_nobody_else(request, sign_in, app, role):
    someone = sign_in(request.getfixturevalue(ROLES[role]))
    someone.get("/dashboard/")
    for path in paths(app, 7):
        if role not in MAY[path.ability]:
            assert go(someone, path).status_code == 403, path
        elif path.method == "GET" or not path.path.startswith(LASTING):
            assert go(someone, path).status_code not in (401, 403, 500), path


def test_all_that_a_viewer_may_write_is_their_own_account(app):
    writes = [path for path in paths(app) if path.method != "GET" and "viewer" in MAY[path.ability]]
    assert writes
    assert not [path for path in writes if not path.path.startswith("/dashboard/user")]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_shown_a_link_or_button_that_would_refuse_them(request, sign_in, app, role):
    someone = sign_in(request.getfixturevalue(ROLES[role]))
    make_everything()
    abilities = {(path.path, path.method): path.ability for path in paths(app)}
    for path in [path for path in paths(app) if path.method == "GET" and role in MAY[path.ability]]:
        page = go(someone, path)
        for shown in set(re.findall(r'="(/dashboard[^"#?]*)', page.text)):
            leads_to = {abilities[shown, method] for method in ("GET", "POST") if (shown, method) in abilities}
            assert not leads_to or [ability for ability in leads_to if role in MAY[ability]], (path.path, shown)


def make_everything() -> None:
    """One of each thing that has pages, all of them with the number one."""
    api = make_component(group=make_group())
    make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE})
    make_maintenance(components=[api])
    make_subscriber()
    Metric.create(name="Response time", suffix="ms", actor=None)
    IncidentTemplate.create(name="Outage", body="x", actor=None)
    db.session.commit()


def test_a_viewer_sees_an_incident_without_its_forms(onlooker):
    page = onlooker.get(f"/dashboard/incidents/{make_incident().id}")
    assert page.status_code == 200
    assert "Post an update" not in page.text


def test_nothing_is_written_without_the_token_of_a_page(sign_in, olive, app):
    owner = sign_in(olive)
    for path in [path for path in paths(app) if path.method == "POST"]:
        assert owner.post(path.path, data={"name": "x"}).status_code == 400, path


@pytest.mark.parametrize("number", [7, 2_147_483_647])
def test_what_does_not_exist_is_not_found(sign_in, olive, app, number):
    owner = sign_in(olive)
    owner.get("/dashboard/")
    for path in [path for path in paths(app, number) if path.names_something]:
        assert go(owner, path).status_code == 404, path


def test_a_number_that_no_database_knows_is_not_found(browser):
    assert browser.get("/dashboard/incidents/9999999999999").status_code == 404


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
