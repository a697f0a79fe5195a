from datetime import timedelta

from app.lib import clock
from tests.factories import make_maintenance


# 72
def test_a_guest_reads_the_list(guest):
    ids = [make_maintenance(name).id for name in ("One", "Two", "Three")]
    answer = guest.get("/schedules")
    assert (answer.status_code, [schedule["id"] for schedule in answer.json["data"]]) == (200, ids)


# 73
def test_a_guest_reads_one(guest):
    id = make_maintenance("Upgrade").id
    answer = guest.get(f"/schedules/{id}")
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "Upgrade")


# 74
def test_one_is_planned_under_an_address_that_ends_in_a_slash(writer, telling):
    sent = {"name": "Upgrade", "message": "A *short* break.", "status": 1}
    began = (clock.now() - timedelta(minutes=10)).strftime("%Y-%m-%d %H:%M")
    answer, told = telling(writer.post, "/schedules/", json={**sent, "scheduled_at": began})
    assert answer.status_code == 200
    assert sent.items() <= answer.json["data"].items()
    assert type(answer.json["data"]["status"]) is int
    assert told[0] == "maintenance.planned"


# 75
def test_a_name_is_all_that_a_change_needs(writer, telling):
    id = make_maintenance("Old").id
    answer, told = telling(writer.put, f"/schedules/{id}", json={"name": "New"})
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "New")
    assert told == ["maintenance.edited"]


# 76
def test_one_is_removed(writer, removed):
    id = make_maintenance().id
    removed(writer, f"/schedules/{id}", "maintenance.deleted")
