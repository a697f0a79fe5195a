import re

import pytest

from app.extensions import db
from app.models import Incident, IncidentTemplate, Maintenance
from tests.factories import make_component, make_incident, make_maintenance

CREATE = "/dashboard/templates/create"
REPORT = "/dashboard/incidents/create"
VALID = {"name": "Outage", "body": "{{ component }} is down since {{ since }}.", "slug": ""}


def make(body="We look into {{ component }}.", name="Outage") -> IncidentTemplate:
    template = IncidentTemplate.create(name=name, body=body, actor=None)
    db.session.commit()
    return template


def templates() -> list[IncidentTemplate]:
    db.session.rollback()
    return db.session.query(IncidentTemplate).all()


def test_an_empty_list_says_what_a_template_is_for(browser, onlooker):
    assert "Add your first template" in browser.get("/dashboard/templates").text
    assert "Add your first template" not in onlooker.get("/dashboard/templates").text


def test_one_is_added_changed_and_deleted(browser):
    browser.get(CREATE)
    assert browser.submit(CREATE, **VALID).location == "/dashboard/templates"
    shown = browser.get("/dashboard/templates").text
    assert "component, since" in shown and "<code>outage</code>" in shown
    assert browser.submit("/dashboard/templates/1", name="New", body="Text", slug="news").status_code == 302
    [template] = templates()
    assert (template.name, template.slug, template.body) == ("New", "news", "Text")
    assert "Delete New?" in browser.get("/dashboard/templates/1/delete").text
    assert browser.submit("/dashboard/templates/1/delete").status_code == 302
    assert templates() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Please fill this in."),
        ({"body": ""}, "Please fill this in."),
        ({"body": "a\nb\n{% if x %}"}, "Line 3: the template ends before something is closed."),
        ({"body": "{{ &#39;&#39;.__class__ }}".replace("&#39;", "'")}, "is not a value. Names cannot begin"),
        ({"body": "x" * 15_001}, "Use at most 15000 characters"),
        ({"slug": "taken"}, "Another template has this slug."),
        ({"slug": "!"}, "Use letters from a to z, digits and dashes."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(browser, wrong, sentence):
    IncidentTemplate.create(name="Other", body="x", slug="taken", actor=None)
    db.session.commit()
    browser.get(CREATE)
    answer = browser.submit(CREATE, **{**VALID, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(templates()) == 1


def test_the_preview_says_it_with_examples(browser):
    browser.get(CREATE)
    body = "**{{ component }}** since {{ since }}, {{ many|join(' and ') }}"
    shown = browser.submit("/dashboard/templates/preview", body=body).text
    assert "<strong>API</strong> since [since], [many 1] and [many 2]" in shown
    sent = {"body": body, "var-since": "noon", "var-many": "a, b"}
    assert "<strong>API</strong> since noon, a and b" in browser.submit("/dashboard/templates/preview", **sent).text
    assert (
        "Line 2: there is no filter “x”."
        in browser.submit("/dashboard/templates/preview", body="\n\n1\n{{ a|x }}").text
    )
    assert "<script" not in browser.submit("/dashboard/templates/preview", body="<script>alert(1)</script>").text
    page = browser.submit(CREATE, **VALID, preview="y")
    assert page.status_code == 200
    assert "API is down since [since]." in page.text
    assert templates() == []


def test_only_those_who_may_manage_them(onlooker):
    make()
    assert onlooker.get("/dashboard/templates").status_code == 200
    assert onlooker.get("/dashboard/templates/1").status_code == 403
    assert onlooker.submit("/dashboard/templates/preview", body="x").status_code == 403
    assert onlooker.get("/dashboard/templates/9/delete").status_code in (403, 404)


def test_without_templates_forms_do_not_speak_of_them(browser):
    make_incident()
    for path in ("/dashboard", REPORT, "/dashboard/incidents/1"):
        assert "Start from a template" not in browser.get(path, follow_redirects=True).text
    make()
    for path in ("/dashboard", REPORT, "/dashboard/incidents/1"):
        assert "Start from a template" in browser.get(path, follow_redirects=True).text


def test_an_incident_starts_from_a_template_without_scripts(browser):
    make_component("API")
    make("{{ name }}: {{ component }} is {{ status|lower }} until {{ eta }}.")
    browser.get(REPORT)
    typed = {"name": "Slow", "status": "2", "impacts-1": "3", "message": "Mine.", "template": "outage", "fill": "y"}
    asks = browser.submit(REPORT, **typed)
    assert asks.status_code == 200
    assert 'name="var-eta"' in asks.text and ">Mine.</textarea>" in asks.text.replace("\r", "").replace(">\n", ">")
    filled = browser.submit(REPORT, **typed, **{"var-eta": "noon"})
    assert "Slow: API is identified until noon." in filled.text
    assert "Mine.\r\n\r\nSlow" in filled.text or "Mine.\n\nSlow" in filled.text
    assert 'value="Slow"' in filled.text
    assert db.session.query(Incident).count() == 0
    del typed["fill"]
    assert browser.submit(REPORT, **typed).status_code == 302


def test_a_script_gets_the_part_and_the_message(browser):
    make("Until {{ eta }}.")
    browser.get(REPORT)
    sent = {"csrf_token": browser.token, "template": "outage", "fill": "y", "message": ""}
    asks = browser.post(REPORT, data=sent, headers={"Accept": "application/json"}).json
    assert asks["message"] is None
    assert 'name="var-eta"' in asks["part"]
    done = browser.post(REPORT, data={**sent, "var-eta": "noon"}, headers={"Accept": "application/json"}).json
    assert done["message"] == "Until noon."
    again = {**sent, "var-eta": "one", "message": "Until noon.", "filled": "Until noon."}
    assert browser.post(REPORT, data=again, headers={"Accept": "application/json"}).json["message"] == "Until one."


@pytest.mark.parametrize(
    ("body", "sent", "sentence"),
    [
        ("x", {"template": ""}, "Choose a template."),
        ("x", {"template": "gone"}, "This template does not exist any more."),
        ("a\n{{ 1 + n }}", {"template": "outage", "var-n": "x"}, "Line 2: a value is no number."),
        ("{{ n }}", {"template": "outage", "var-n": ""}, "The template says nothing with these values."),
    ],
)
def test_what_cannot_be_filled_in_says_why(browser, body, sent, sentence):
    make(body)
    browser.get(REPORT)
    answer = browser.submit(REPORT, fill="y", message="Mine.", name="Slow", status="1", **sent)
    assert sentence in answer.text
    assert "Mine." in answer.text
    assert db.session.query(Incident).count() == 0


def test_an_update_starts_from_one(browser):
    component = make_component("API")
    make_incident("Slow", impacts={component: 3})
    make("{{ name }} ({{ component }}): {{ status }}")
    browser.get("/dashboard/incidents/1")
    answer = browser.submit("/dashboard/incidents/1/updates", template="outage", fill="y", status="3", message="")
    assert answer.status_code == 200
    assert "Slow (API): Watching" in answer.text
    assert db.session.get(Incident, 1).updates == []


def test_planned_work_starts_from_one(browser):
    make_component("API")
    make("{{ name }} on {{ component }} at {{ starts_at|date('H:i') }}")
    path = "/dashboard/schedule/create"
    assert "Start from a template" in browser.get(path).text
    typed = {"name": "Upgrade", "components": "1", "starts_at": "2030-01-05T10:00", "ends_at": ""}
    answer = browser.submit(path, template="outage", fill="y", message="", **typed)
    assert answer.status_code == 200
    assert "Upgrade on API at 10:00" in answer.text
    assert db.session.query(Maintenance).count() == 0


def test_planned_work_is_edited_with_one_and_the_rest_stays_typed(browser):
    work = make_maintenance("Upgrade", components=[make_component("API")], message="Mine.")
    make("{{ name }} on {{ component }}: {{ url }}")
    path = f"/dashboard/schedule/{work.id}/edit"
    typed = {"name": "Migration", "components": "1", "starts_at": "2030-01-05T10:00", "ends_at": "", "repeat": "weekly"}
    browser.get(path)
    filled = browser.submit(path, template="outage", fill="y", message="Mine.", **typed)
    assert filled.status_code == 200
    assert re.search(rf"Migration on API: http://\S+/schedules/{work.id}\b", filled.text)
    assert 'value="Migration"' in filled.text and 'value="2030-01-05T10:00"' in filled.text
    db.session.expire_all()
    assert (work.name, work.message) == ("Upgrade", "Mine.")


def test_what_is_said_of_planned_work_starts_from_one(browser):
    work = make_maintenance("Upgrade", components=[make_component("API")])
    path = f"/dashboard/schedule/{work.id}"
    assert "Start from a template" not in browser.get(path).text
    make("{{ name }} on {{ component }} ends {{ ends_at|date('H:i') }}, {{ who }}")
    assert "Start from a template" in browser.get(path).text
    asks = browser.submit(f"{path}/updates", template="outage", fill="y", message="Mine.")
    assert 'name="var-who"' in asks.text and "Mine." in asks.text and asks.status_code == 200
    answer = browser.submit(f"{path}/updates", template="outage", fill="y", message="", **{"var-who": "says Ed"})
    assert re.search(r"Upgrade on API ends \d\d:\d\d, says Ed", answer.text)
    db.session.expire_all()
    assert work.updates == []
