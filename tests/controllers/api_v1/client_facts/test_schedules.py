"""Schedules."""

from datetime import timedelta

import pytest

from app.lib import clock
from tests.controllers.api_v1.client_facts.sent import SCHEDULE

KEYS = "id name message status scheduled_at completed_at created_at updated_at deleted_at human_status components"
WORDS = ["Upcoming", "In Progress", "Complete"]


def test_it_has_these_keys_however_it_is_asked_for(writer):
    for answer in (writer.post("/schedules", json=SCHEDULE), writer.get("/schedules/1")):
        assert set(answer.json["data"]) == set(KEYS.split())
    assert set(writer.get("/schedules").json["data"][0]) == set(KEYS.split())


@pytest.mark.parametrize("shape", ["json", "data", "query_string"])
@pytest.mark.parametrize("seconds", ["", ":30"])
def test_times_come_with_or_without_seconds_and_go_with_them(writer, shape, seconds):
    sent = {**SCHEDULE, "scheduled_at": f"2031-06-03 22:00{seconds}", "completed_at": f"2031-06-03 23:00{seconds}"}
    made = writer.post("/schedules", **{shape: sent}).json["data"]
    shown = seconds or ":00"
    assert (made["scheduled_at"], made["completed_at"]) == (f"2031-06-03 22:00{shown}", f"2031-06-03 23:00{shown}")


def test_without_an_end_it_has_none(writer):
    assert writer.post("/schedules", json=SCHEDULE).json["data"]["completed_at"] is None
    assert writer.get("/schedules/1").json["data"]["completed_at"] is None


@pytest.mark.parametrize("status", range(3))
def test_it_has_three_statuses_and_their_words(writer, status):
    began = (clock.now() - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S")
    sent = {**SCHEDULE, "status": status, **({"scheduled_at": began} if status else {})}
    made = writer.post("/schedules", json=sent).json["data"]
    assert (made["status"], made["human_status"]) == (status, WORDS[status])


def test_a_time_to_begin_is_required(writer):
    assert writer.post("/schedules", json={"name": "Upgrade", "status": 0}).status_code == 400


def test_a_change_without_an_end_keeps_it(writer):
    before = writer.post("/schedules", json={**SCHEDULE, "completed_at": "2031-06-03 23:00"}).json["data"]
    sent = {"name": "New", "status": 0, "message": "m", "scheduled_at": "2031-06-03 22:00"}
    after = writer.put("/schedules/1", json=sent).json["data"]
    assert {**after, "updated_at": ""} == {**before, "name": "New", "message": "m", "updated_at": ""}
    assert writer.put("/schedules/1", json={"status": 1}).json["data"]["name"] == "New"
