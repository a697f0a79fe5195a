from app.extensions import db
from app.models import IncidentTemplate


# 34
def test_a_guest_reads_the_list(guest):
    made = [IncidentTemplate.create(name=name, body="Down.", actor=None) for name in ("One", "Two", "Three")]
    db.session.commit()
    ids = [template.id for template in made]
    answer = guest.get("/incidents/templates")
    assert (answer.status_code, [template["id"] for template in answer.json["data"]]) == (200, ids)


# 35
def test_one_that_is_not_there(guest, refused):
    refused(404, guest.get, "/incidents/templates/1")
