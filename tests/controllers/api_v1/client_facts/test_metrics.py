"""Metrics and their points."""

from datetime import timedelta

import pytest

from app.lib import clock
from tests.controllers.api_v1.client_facts.sent import METRIC

KEYS = "id name suffix description default_value calc_type display_chart places default_view threshold order visible"
KEYS += " created_at updated_at default_view_name"
POINT_KEYS = "id metric_id value counter calculated_value created_at updated_at"


def test_it_has_these_keys_however_it_is_asked_for(writer):
    for answer in (writer.post("/metrics", json=METRIC), writer.get("/metrics/1")):
        assert set(answer.json["data"]) == set(KEYS.split())
    assert set(writer.get("/metrics").json["data"][0]) == set(KEYS.split())


@pytest.mark.parametrize("shape", ["json", "data", "query_string"])
def test_name_suffix_and_default_value_are_enough(writer, shape):
    made = writer.post("/metrics", **{shape: METRIC}).json["data"]
    rest = {"calc_type": 0, "places": 2, "default_view": 1, "threshold": 5, "order": 0, "visible": 1}
    assert {**rest, "default_value": 0, "description": ""}.items() <= made.items()
    assert made["display_chart"] is True
    assert type(made["default_value"]) is int


@pytest.mark.parametrize(("sent", "shown"), [(0, False), (1, True), ("true", True), ("False", False), (True, True)])
def test_whether_there_is_a_chart_is_a_truth(writer, sent, shown):
    assert writer.post("/metrics", json={**METRIC, "display_chart": sent}).json["data"]["display_chart"] is shown


@pytest.mark.parametrize("visible", [0, 1, 2])
def test_it_is_visible_as_one_of_three_numbers(writer, visible):
    shown = writer.post("/metrics", json={**METRIC, "visible": visible}).json["data"]["visible"]
    assert (type(shown), shown) == (int, visible)


def test_a_change_in_the_query_keeps_the_rest(writer):
    before = writer.post("/metrics", json={**METRIC, "places": 0, "threshold": 10}).json["data"]
    after = writer.put("/metrics/1", query_string={"name": "Tea"}).json["data"]
    assert {**before, "name": "Tea", "updated_at": ""} == {**after, "updated_at": ""}


def test_a_whole_object_can_be_sent_back(writer):
    before = writer.post("/metrics", json={**METRIC, "default_value": 3}).json["data"]
    after = writer.put("/metrics/1", json={**before, "name": "Tea"}).json["data"]
    assert {**before, "name": "Tea", "updated_at": ""} == {**after, "updated_at": ""}


def test_an_unknown_one_is_a_404(guest, writer):
    for client in (guest, writer):
        assert client.get("/metrics/9").status_code == client.get("/metrics/9/points").status_code == 404


def test_a_point_has_these_keys(writer, metric):
    made = writer.post("/metrics/1/points", json={"value": 42}).json["data"]
    assert set(made) == set(POINT_KEYS.split())
    assert writer.get("/metrics/1/points").json["data"] == [made]
    assert made["counter"] == 1


@pytest.mark.parametrize(("sent", "text"), [(42, "42"), (42.0, "42"), ("42", "42"), (17.5, "17.5"), ("17.5", "17.5")])
def test_a_whole_value_is_written_without_a_fraction(writer, metric, sent, text):
    for answer in (writer.post("/metrics/1/points", json={"value": sent}), writer.get("/metrics/1/points")):
        assert f'"value":{text},' in answer.text
        assert f'"calculated_value":{text}' in answer.text


@pytest.mark.parametrize("kind", [int, str])
def test_its_time_is_seconds_as_a_number_or_as_text(writer, metric, kind):
    at = clock.now().replace(second=0) - timedelta(hours=1)
    made = writer.post("/metrics/1/points", json={"value": 1, "timestamp": kind(int(at.timestamp()))}).json["data"]
    assert made["created_at"] == at.strftime("%Y-%m-%d %H:%M:%S")


def test_its_time_is_now_when_nobody_says(writer, metric):
    made = writer.post("/metrics/1/points", query_string={"value": 1}).json["data"]
    told = clock.now().strptime(f"{made['created_at']} +0000", "%Y-%m-%d %H:%M:%S %z")
    assert abs(told - clock.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("value", ["much", None, "", [1]])
def test_what_is_no_number_is_a_400(writer, metric, value):
    assert writer.post("/metrics/1/points", json={"value": value}).status_code == 400


def test_an_equal_value_soon_after_is_counted(writer, metric):
    for counter in (1, 2, 3):
        made = writer.post("/metrics/1/points", json={"value": 2}).json["data"]
        assert (made["id"], made["counter"], made["calculated_value"]) == (1, counter, 2 * counter)


def test_a_point_is_changed_and_deleted(writer, metric):
    writer.post("/metrics/1/points", json={"value": 2})
    assert writer.put("/metrics/1/points/1", query_string={"value": 3}).json["data"]["value"] == 3
    assert writer.delete("/metrics/1/points/1").status_code == 204


def test_a_metric_takes_its_points_along(writer, metric):
    writer.post("/metrics/1/points", json={"value": 2})
    assert writer.delete("/metrics/1").status_code == 204
    assert writer.get("/metrics/1/points").status_code == 404
