from app.extensions import db
from app.models import IncidentTemplate
from tests.factories import make_component, make_incident

NEEDED = {"name": "Slow", "message": "We look into it.", "status": 1}


def make_template(body: str) -> None:
    IncidentTemplate.create(name="Outage", body=body, actor=None)
    db.session.commit()


# 36
def test_a_guest_reads_the_list(guest):
    ids = [make_incident(name).id for name in ("One", "Two", "Three")]
    answer = guest.get("/incidents")
    assert (answer.status_code, [incident["id"] for incident in answer.json["data"]]) == (200, ids)


# 37
def test_one_that_is_not_there(guest, refused):
    refused(404, guest.get, "/incidents/0")


# 38
def test_a_guest_reports_none(guest, refused):
    refused(401, guest.post, "/incidents", json=NEEDED)


# 39
def test_none_is_made_of_nothing(writer, refused):
    refused(400, writer.post, "/incidents", json={})


# 40
def test_one_is_reported(writer, telling):
    answer, told = telling(writer.post, "/incidents", json={**NEEDED, "visible": 1, "stickied": False})
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "Slow")
    assert told == ["incident.reported"]


# 41
def test_one_is_reported_with_what_it_does_to_a_component(writer):
    make_component()
    answer = writer.post("/incidents", json={**NEEDED, "component_id": 1, "component_status": 1})
    assert (answer.status_code, answer.json["data"]["component_id"]) == (200, 1)


# 42
def test_a_template_and_its_vars_make_the_message(writer):
    make_template("Name: {{ name }},\nMessage: {{ message }}")
    sent = {"name": "Slow", "status": 1, "template": "outage", "vars": {"name": "Foo", "message": "Hello there."}}
    answer = writer.post("/incidents", json=sent)
    assert (answer.status_code, answer.json["data"]["message"]) == (200, "Name: Foo,\nMessage: Hello there.")


# 43
def test_a_guest_reads_one(guest):
    make_incident("Slow")
    answer = guest.get("/incidents/1")
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "Slow")


# 44
def test_a_name_is_all_that_a_change_needs(writer, telling):
    make_incident("Old")
    answer, told = telling(writer.put, "/incidents/1", json={"name": "New"})
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "New")
    assert told == ["incident.edited"]


# 45
def test_a_template_knows_the_new_name(writer):
    make_incident("Old")
    make_template("Hello there, this is {{ incident.name }}.")
    answer = writer.put("/incidents/1", json={"name": "New", "template": "outage"})
    assert (answer.status_code, answer.json["data"]["message"]) == (200, "Hello there, this is New.")


# 46
def test_a_change_makes_nobody_the_author(writer):
    make_incident(actor=None)
    answer = writer.put("/incidents/1", json={"name": "New"})
    assert answer.status_code == 200
    assert answer.json["data"]["user_id"] is None


# 47
def test_one_is_removed(writer, removed):
    make_incident()
    removed(writer, "/incidents/1", "incident.deleted")


# 48
def test_meta_keeps_its_numbers(writer):
    answer = writer.post("/incidents", json={**NEEDED, "meta": {"id": 123456789}})
    assert (answer.status_code, answer.json["data"]["meta"]) == (200, {"id": 123456789})
    assert '"meta":{"id":123456789}' in answer.text
