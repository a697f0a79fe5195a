import pytest

from app.extensions import db
from app.models.enums import IncidentStatus
from tests.factories import make_incident


@pytest.fixture
def incident(installed):
    return make_incident()


def post(incident, message: str = "Found it.") -> int:
    made = incident.post_update(status=IncidentStatus.IDENTIFIED, message=message, actor=None)
    db.session.commit()
    return made.id


# 49
def test_a_guest_reads_the_list(guest, incident):
    ids = {post(incident, message) for message in ("One", "Two", "Three")}
    answer = guest.get("/incidents/1/updates")
    assert (answer.status_code, {update["id"] for update in answer.json["data"]}) == (200, ids)


# 50
def test_one_that_is_not_there(guest, refused):
    refused(404, guest.get, "/incidents/1/updates/1")


# 51
def test_a_guest_posts_none(guest, incident, refused):
    refused(401, guest.post, "/incidents/1/updates", json={"status": 4, "message": "Done."})


# 52
def test_none_is_made_of_nothing(writer, incident, refused):
    refused(400, writer.post, "/incidents/1/updates", json={})


# 53
def test_one_is_posted_and_names_its_incident_by_number(writer, incident):
    answer = writer.post("/incidents/1/updates", json={"status": 4, "message": "Done."})
    assert (answer.status_code, answer.json["data"]["incident_id"]) == (200, 1)
    assert type(answer.json["data"]["incident_id"]) is int


# 54
def test_one_is_changed_to_the_letter_through_any_incident(writer, incident):
    id = post(make_incident("Another"))
    answer = writer.put(f"/incidents/1/updates/{id}", json={"message": "All is well :smile: again."})
    assert (answer.status_code, answer.json["data"]["message"]) == (200, "All is well :smile: again.")


# 55
def test_one_is_removed_through_any_incident(writer, incident):
    id = post(make_incident("Another"))
    answer = writer.delete(f"/incidents/1/updates/{id}")
    assert (answer.status_code, answer.data) == (204, b"")
