from app.extensions import db
from app.models import Metric

SENT = {"name": "Coffee", "suffix": "Cups", "description": "How much we drink", "default_value": 1}
SENT |= {"display_chart": 1, "places": 0, "view": 0, "threshold": 5, "order": 1}


def make(name: str = "Coffee") -> int:
    made = Metric.create(name=name, suffix="Cups", actor=None)
    db.session.commit()
    return made.id


# 64
def test_a_guest_reads_the_list(guest):
    ids = [make(name) for name in ("One", "Two", "Three")]
    answer = guest.get("/metrics")
    assert (answer.status_code, [metric["id"] for metric in answer.json["data"]]) == (200, ids)


# 65
def test_one_that_is_not_there(guest, refused):
    refused(404, guest.get, "/metrics/0")


# 66
def test_a_guest_makes_none(guest, refused):
    refused(401, guest.post, "/metrics", json=SENT)


# 67
def test_none_is_made_of_nothing(writer, refused):
    refused(400, writer.post, "/metrics", json={})


# 68
def test_one_is_made_without_a_way_to_calculate_and_a_visibility(writer, telling):
    answer, told = telling(writer.post, "/metrics", json=SENT)
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "Coffee")
    assert told == ["metric.created"]


# 69
def test_a_guest_reads_one(guest):
    make()
    answer = guest.get("/metrics/1")
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "Coffee")


# 70
def test_its_name_and_view_are_changed(writer, telling):
    make()
    answer, told = telling(writer.put, "/metrics/1", json={"name": "Tea", "view": 2})
    assert (answer.status_code, answer.json["data"]["name"], told) == (200, "Tea", ["metric.updated"])
    assert answer.json["data"]["default_view"] == 2


# 71
def test_one_is_removed(writer, removed):
    make()
    removed(writer, "/metrics/1", "metric.deleted")
