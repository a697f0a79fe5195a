from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.models import Event, Metric, MetricPoint, MetricRollup, Setting
from app.models.enums import Visibility
from tests.controllers.api_v1.test_input import details
from tests.queries import count_queries

NOON = datetime(2026, 8, 20, 12, 0, 10, tzinfo=UTC)
EPOCH = int(NOON.timestamp())


@pytest.fixture(autouse=True)
def noon(monkeypatch, installed):
    monkeypatch.setattr("app.lib.clock.now", lambda: NOON)


@pytest.fixture
def metric(installed) -> Metric:
    made = Metric.create(name="Coffee", suffix="Cups", actor=None)
    db.session.commit()
    return made


def test_a_point_is_added_and_read_again(api, olive, metric):
    answer = api(olive).post("/metrics/1/points", json={"value": 4})
    assert answer.status_code == 200
    assert {**answer.json["data"], "updated_at": ""} == {
        "id": 1,
        "metric_id": 1,
        "value": 4,
        "counter": 1,
        "created_at": "2026-08-20 12:00:00",
        "updated_at": "",
        "calculated_value": 4,
    }
    assert '"value":4,' in answer.text
    assert api().get("/metrics/1/points").json["data"] == [answer.json["data"]]


def test_other_fields_are_ignored(api, olive, metric):
    sent = {"id": 77, "metric_id": 9, "value": 17.5, "counter": 8, "calculated_value": 1, "created_at": "x"}
    made = api(olive).post("/metrics/1/points", json=sent).json["data"]
    assert (made["id"], made["metric_id"], made["value"], made["counter"]) == (1, 1, 17.5, 1)


@pytest.mark.parametrize("kind", ["json", "data", "query_string"])
def test_input_comes_in_all_shapes(api, olive, metric, kind):
    fields = {"value": "1", "timestamp": str(EPOCH - 100)}
    made = api(olive).post("/metrics/1/points", **{kind: fields}).json["data"]
    assert (made["value"], made["created_at"]) == (1, "2026-08-20 11:58:30")


@pytest.mark.parametrize("value", [0, -3, 1.25, "1.25", " 7 ", ".5", "1e3", 1e15])
def test_numbers_in_their_spellings(api, olive, metric, value):
    made = api(olive).post("/metrics/1/points", json={"value": value}).json["data"]
    assert made["value"] == float(value)
    assert type(made["value"]) is (int if float(value).is_integer() else float)


@pytest.mark.parametrize(
    "value", ["NaN", "inf", "-Infinity", "1e400", "0x10", "1_000", "much", "9" * 500, True, False, [1], {"a": 1}]
)
def test_what_is_no_number_is_refused_by_name(api, olive, metric, value):
    (sentence,) = details(api(olive).post("/metrics/1/points", json={"value": value}))
    assert sentence.startswith("The value must be a number")
    assert db.session.query(MetricPoint).count() == db.session.query(MetricRollup).count() == 0


@pytest.mark.parametrize("literal", ["1e400", "-1e400", "1" + "0" * 400, "2e15"])
def test_numbers_beyond_all_measure_are_refused_by_name(api, olive, metric, literal):
    body = f'{{"value": {literal}}}'
    (sentence,) = details(api(olive).post("/metrics/1/points", data=body, content_type="application/json"))
    assert sentence.startswith("The value must be a number")


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_what_json_does_not_know_is_refused(api, olive, metric, literal):
    body = f'{{"value": {literal}}}'
    assert details(api(olive).post("/metrics/1/points", data=body, content_type="application/json"))
    assert db.session.query(MetricPoint).count() == 0


@pytest.mark.parametrize("sent", [{}, {"value": None}, {"value": ""}])
def test_a_point_needs_a_value(api, olive, metric, sent):
    assert details(api(olive).post("/metrics/1/points", json=sent)) == ["The value field is required."]


@pytest.mark.parametrize("timestamp", ["yesterday", -1, "2026-08-20 12:00:00", 1e300, EPOCH + 120, True])
def test_a_time_that_is_none_or_to_come_is_refused_by_name(api, olive, metric, timestamp):
    (sentence,) = details(api(olive).post("/metrics/1/points", json={"value": 1, "timestamp": timestamp}))
    assert "timestamp" in sentence
    assert db.session.query(MetricPoint).count() == 0


def test_times_are_told_in_the_zone_that_is_asked_for(api, olive, metric):
    headers = {"Time-Zone": "America/Mexico_City"}
    sent = {"value": 1, "timestamp": EPOCH - 24 * 3600}
    made = api(olive).post("/metrics/1/points", json=sent, headers=headers).json["data"]
    assert made["created_at"] == "2026-08-19 06:00:00"
    Setting.set(timezone="Asia/Tokyo")
    db.session.commit()
    assert api().get("/metrics/1/points").json["data"][0]["created_at"] == "2026-08-19 21:00:00"


def test_the_same_value_again_raises_the_counter(api, olive, metric):
    client = api(olive)
    client.post("/metrics/1/points", json={"value": 2.5})
    again = client.post("/metrics/1/points", json={"value": 2.5}).json["data"]
    assert (again["id"], again["counter"], again["value"], again["calculated_value"]) == (1, 2, 2.5, 5)
    other = client.post("/metrics/1/points", json={"value": 3}).json["data"]
    assert (other["id"], other["counter"]) == (2, 1)


def test_the_newest_come_first_and_in_pages(api, olive, metric):
    for ago in (30, 10, 20):
        metric.add_point(ago, at=NOON - timedelta(minutes=ago))
    db.session.commit()
    first = api().get("/metrics/1/points?per_page=2").json
    assert [point["value"] for point in first["data"]] == [10, 20]
    assert first["meta"]["pagination"]["total"] == 3
    assert first["meta"]["pagination"]["links"]["next_page"].endswith("/metrics/1/points?per_page=2&page=2")


def test_a_point_is_changed(api, olive, metric):
    client = api(olive)
    client.post("/metrics/1/points", json={"value": 2})
    assert client.put("/metrics/1/points/1", json={"value": 999}).json["data"]["value"] == 999
    for timestamp in (EPOCH - 60, str(EPOCH - 60)):
        moved = client.put("/metrics/1/points/1", json={"timestamp": timestamp}).json["data"]
        assert (moved["value"], moved["created_at"]) == (999, "2026-08-20 11:59:00")
    assert details(client.put("/metrics/1/points/1", json={"value": "x"})) == ["The value must be a number."]
    assert {row.total for row in db.session.query(MetricRollup)} == {999}


def test_a_point_is_deleted(api, olive, metric):
    client = api(olive)
    client.post("/metrics/1/points", json={"value": 2})
    answer = client.delete("/metrics/1/points/1")
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.delete("/metrics/1/points/1").status_code == 404
    assert db.session.query(MetricRollup).count() == 0


def test_corrections_of_points_are_in_the_trail_and_new_points_are_not(api, olive, metric):
    client = api(olive)
    client.post("/metrics/1/points", json={"value": 2})
    client.put("/metrics/1/points/1", json={"value": 3})
    client.delete("/metrics/1/points/1")
    trail = db.session.query(Event).filter(Event.subject_type == "MetricPoint").order_by(Event.id)
    assert [(event.name, event.subject_id, event.actor_type, event.actor_label, event.data) for event in trail] == [
        ("metric_point.edited", 1, "ApiToken", "olive (tests)", {"metric_id": 1, "value": 3.0}),
        ("metric_point.deleted", 1, "ApiToken", "olive (tests)", {"metric_id": 1, "value": 3.0}),
    ]


def test_a_point_is_reached_through_its_own_metric_only(api, olive, metric):
    hidden = Metric.create(name="Own", suffix="x", visibility=Visibility.MEMBERS, actor=None)
    hidden.add_point(1)
    db.session.commit()
    client = api(olive)
    for method in ("put", "delete"):
        assert getattr(client, method)("/metrics/1/points/1", json={"value": 2}).status_code == 404
        assert getattr(client, method)("/metrics/9/points/1", json={"value": 2}).status_code == 404
    assert client.put("/metrics/2/points/1", json={"value": 2}).status_code == 200


def test_writing_needs_a_token_with_the_ability(api, olive, vic, metric):
    api(olive).post("/metrics/1/points", json={"value": 1})
    for method, path in (("post", ""), ("put", "/1"), ("delete", "/1")):
        path = f"/metrics/1/points{path}"
        assert getattr(api(), method)(path, json={"value": 1}).status_code == 401
        assert getattr(api(vic), method)(path, json={"value": 1}).status_code == 403
        assert getattr(api(olive, ["metrics.manage"]), method)(path, json={"value": 1}).status_code == 403
    assert api(olive, ["metric_points.manage"]).post("/metrics/1/points", json={"value": 5}).status_code == 200


def test_points_are_not_held_up_by_the_limit_on_writes_but_strangers_are(app, api, olive, metric, monkeypatch):
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 10)
    client, strangers = api(olive), (api(), api(olive, ["metrics.manage"]))
    for number in range(11):
        assert client.post("/metrics/1/points", json={"value": number}).status_code == 200
        last = [stranger.post("/metrics/1/points", json={"value": number}) for stranger in strangers]
    assert [answer.status_code for answer in last] == [429, 429]


def test_a_point_records_no_event_and_takes_few_statements(api, olive, metric):
    client = api(olive)
    client.post("/metrics/1/points", json={"value": 1})
    before = db.session.query(Event).count()
    with count_queries() as sent:
        client.post("/metrics/1/points", json={"value": 2})
    assert len(sent) <= 7, sent
    assert db.session.query(Event).count() == before
