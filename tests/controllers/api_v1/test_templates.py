import pytest

from app.extensions import db
from app.models import Event, EventName, Incident, IncidentTemplate
from tests.factories import make_component, make_incident

BASE = {"name": "Slow", "status": 1}


def make(body: str, name="Outage") -> IncidentTemplate:
    template = IncidentTemplate.create(name=name, body=body, actor=None)
    db.session.commit()
    return template


def test_everyone_reads_them(api, olive):
    make("{{ name }} is down")
    make("b", "Another")
    shown = api().get("/incidents/templates").json
    assert [(t["id"], t["slug"], t["template"]) for t in shown["data"]] == [
        (1, "outage", "{{ name }} is down"),
        (2, "another", "b"),
    ]
    assert shown["meta"]["pagination"]["total"] == 2
    assert api(olive).get("/incidents/templates").json == shown
    assert api().get("/incidents/templates?slug=another&sort=slug").json["data"] == [shown["data"][1]]
    one = api().get("/incidents/templates/1").json["data"]
    assert list(one) == ["id", "name", "slug", "template", "created_at", "updated_at", "deleted_at"]
    assert api(olive).get("/incidents/templates/1").json["data"] == one
    assert api().get("/incidents/templates/9").status_code == 404
    assert api(olive).post("/incidents/templates", json={}).status_code == 405


def test_the_message_is_what_the_template_makes_of_the_vars(api, olive):
    make("Name: {{ name }},\nMessage: {{ message }}\n")
    sent = {**BASE, "template": "outage", "vars": {"name": "Foo", "message": "Bar"}}
    assert api(olive).post("/incidents", json=sent).json["data"]["message"] == "Name: Foo,\nMessage: Bar"
    form = {**BASE, "template": "outage", "vars[name]": "Foo", "vars[message]": "Bar"}
    assert api(olive).post("/incidents", data=form).json["data"]["message"] == "Name: Foo,\nMessage: Bar"


def test_it_knows_what_the_client_said_of_the_incident(api, olive):
    make_component("API")
    make("{{ incident.name }} {{ incident.component.name }} {{ incident.status }} {{ component }} {{ status }}")
    sent = {**BASE, "template": "outage", "component_id": 1, "component_status": 3, "vars": {"incident": "no"}}
    assert api(olive).post("/incidents", json=sent).json["data"]["message"] == "Slow API 1 API Investigating"


def test_a_change_uses_the_new_name(api, olive):
    make_incident("Old")
    make("{{ incident.name }}: {{ incident.message }}")
    sent = {"name": "New", "template": "outage"}
    assert api(olive).put("/incidents/1", json=sent).json["data"]["message"] == "New: We are looking into it."


def test_a_message_is_not_needed_with_a_template_and_vars_may_be_phps_empty_object(api, olive):
    make("Fixed words")
    sent = {**BASE, "template": "outage", "vars": [], "message": "Mine"}
    assert api(olive).post("/incidents", json=sent).json["data"]["message"] == "Fixed words"
    sent = {**BASE, "template": "", "vars": []}
    assert api(olive).post("/incidents", json=sent).json["errors"][0]["meta"]["details"] == [
        "The message field is required."
    ]


@pytest.mark.parametrize(
    ("body", "sent", "detail"),
    [
        ("x", {"template": "nope"}, "The template names none that exists."),
        ("x", {"template": 7}, "The template must be a string."),
        ("x", {"template": "outage", "vars": "text"}, "The vars must be an object."),
        ("{{ nobody }}", {"template": "outage"}, "The template says nothing with these vars."),
        ("a\n{{ many }}", {"template": "outage", "vars": {"many": [1]}}, "Line 2: a list cannot be written as it is."),
        (
            "{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}",
            {"template": "outage", "vars": {"l": list(range(1000))}},
            "Line 1: there is too much to do.",
        ),
    ],
)
def test_what_fails_is_told_and_nothing_is_half_done(api, olive, body, sent, detail):
    make_component("API")
    make(body)
    answer = api(olive).post("/incidents", json={**BASE, "component_id": 1, "component_status": 4, **sent})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["meta"]["details"][0].startswith(detail)
    assert db.session.query(Incident).count() == 0
    assert db.session.query(Event).filter_by(name=EventName.INCIDENT_REPORTED).count() == 0
    assert api().get("/components/1").json["data"]["status"] == 1
