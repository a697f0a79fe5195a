import json

import pytest

from app.extensions import db
from app.models import Event, EventName, Metric, MetricPoint
from app.models.enums import Visibility
from tests.controllers.api_v1.test_input import details

NEEDED = {"name": "Coffee", "suffix": "Cups", "default_value": 0}
FULL = {
    "name": "Coffee",
    "suffix": "Cups",
    "description": "How much we drink",
    "default_value": 1,
    "calc_type": 1,
    "display_chart": True,
    "places": 0,
    "default_view": 0,
    "threshold": 10,
    "order": 3,
    "visible": 0,
}


def test_it_is_created_and_read_again(api, olive):
    answer = api(olive).post("/metrics", json=FULL)
    assert answer.status_code == 200
    made = answer.json["data"]
    assert FULL.items() <= made.items()
    assert made["default_view_name"] == "Last Hour"
    assert api(olive).get("/metrics/1").json == answer.json
    assert api(olive).get("/metrics").json["data"] == [made]
    assert db.session.query(Event).filter_by(name=EventName.METRIC_CREATED).count() == 1


def test_name_suffix_and_default_value_are_enough(api, olive):
    made = api(olive).post("/metrics", data=NEEDED).json["data"]
    rest = {"calc_type": 0, "places": 2, "default_view": 1, "threshold": 5, "order": 0, "visible": 1}
    assert {**rest, "display_chart": True, "description": ""}.items() <= made.items()
    assert made["default_view_name"] == "Last 12 Hours"


def test_an_empty_body_names_what_is_missing(api, olive):
    assert details(api(olive).post("/metrics", json={})) == [
        "The name field is required.",
        "The suffix field is required.",
        "The default_value field is required.",
    ]


def test_view_is_another_word_for_default_view(api, olive):
    client = api(olive)
    assert client.post("/metrics", json={**NEEDED, "view": 0}).json["data"]["default_view"] == 0
    assert client.put("/metrics/1", json={"view": "2"}).json["data"]["default_view"] == 2
    assert client.put("/metrics/1", json={"default_view": 4}).json["data"]["default_view_name"] == "Last 24 Hours"


@pytest.mark.parametrize("spelling", [False, 0, "0", "False"])
def test_truth_comes_in_many_spellings(api, olive, spelling):
    made = api(olive).post("/metrics", json={**NEEDED, "display_chart": spelling}).json["data"]
    assert made["display_chart"] is False


def test_numbers_are_written_without_a_needless_fraction(api, olive):
    client = api(olive)
    assert '"default_value":4,' in client.post("/metrics", json={**NEEDED, "default_value": 4.0}).text
    assert '"default_value":4.5,' in client.put("/metrics/1", json={"default_value": "4.5"}).text


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("threshold", 7),
        ("threshold", -5),
        ("threshold", 120),
        ("places", 5),
        ("calc_type", 2),
        ("default_view", 5),
        ("visible", 3),
        ("default_value", "much"),
        ("default_value", True),
        ("default_value", "1e400"),
        ("suffix", "x" * 51),
        ("suffix", [1]),
        ("name", "x" * 256),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(api, olive, field, sent):
    client = api(olive)
    (sentence,) = details(client.post("/metrics", json={**NEEDED, field: sent}))
    assert field in sentence
    client.post("/metrics", json=NEEDED)
    assert len(details(client.put("/metrics/1", json={field: sent}))) == 1


def test_what_is_absent_from_a_change_stays(api, olive):
    client = api(olive)
    before = client.post("/metrics", json=FULL).json["data"]
    after = client.put("/metrics/1", json={"name": "Tea"}).json["data"]
    assert {**before, "name": "Tea", "updated_at": ""} == {**after, "updated_at": ""}


def test_a_whole_object_sent_back_changes_nothing(api, olive):
    db.session.add(Metric(name="Load", suffix="%", visibility=Visibility.HIDDEN))
    db.session.commit()
    client = api(olive)
    before = client.get("/metrics/1").json["data"]
    assert {**client.put("/metrics/1", json=before).json["data"], "updated_at": ""} == {**before, "updated_at": ""}
    db.session.expire_all()
    assert db.session.get(Metric, 1).default_value is None


def test_it_is_deleted_with_its_points(api, olive):
    client = api(olive)
    client.post("/metrics", json=NEEDED)
    client.post("/metrics/1/points", json={"value": 1})
    answer = client.delete("/metrics/1")
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.delete("/metrics/1").status_code == 404
    assert db.session.query(MetricPoint).count() == 0


def test_they_are_sorted_as_asked(api, olive):
    client = api(olive)
    for name, order in (("B", 1), ("A", 3), ("C", 2)):
        client.post("/metrics", json={**NEEDED, "name": name, "order": order})

    def names(query: str) -> str:
        return "".join(metric["name"] for metric in client.get(f"/metrics{query}").json["data"])

    assert [names(query) for query in ("", "?sort=name", "?sort=order&order=desc", "?sort=nonsense")] == [
        "BAC",
        "ABC",
        "ACB",
        "BAC",
    ]


def test_guests_see_those_for_everyone(api, olive):
    client = api(olive)
    for visible in (0, 1, 2):
        client.post("/metrics", json={**NEEDED, "visible": visible})
    assert [metric["id"] for metric in api().get("/metrics").json["data"]] == [2]
    assert [metric["visible"] for metric in client.get("/metrics").json["data"]] == [0, 1, 2]
    for id in (1, 3):
        assert api().get(f"/metrics/{id}").status_code == 404
        assert api().get(f"/metrics/{id}/points").status_code == 404
        assert client.get(f"/metrics/{id}").status_code == 200


def test_writing_needs_a_token_with_the_ability(api, olive, vic):
    api(olive).post("/metrics", json=NEEDED)
    for method, path in (("post", "/metrics"), ("put", "/metrics/1"), ("delete", "/metrics/1")):
        assert getattr(api(), method)(path, json=NEEDED).status_code == 401
        assert getattr(api(vic), method)(path, json=NEEDED).status_code == 403
        assert getattr(api(olive, ["metric_points.manage"]), method)(path, json=NEEDED).status_code == 403


def test_broken_json_changes_nothing(api, olive):
    for body in ('{"name": NaN}', "{", "[1]"):
        details(api(olive).post("/metrics", data=body, content_type="application/json"))
    assert db.session.query(Metric).count() == 0
    assert json.loads(api().get("/metrics").text)["data"] == []
