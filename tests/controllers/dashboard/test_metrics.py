import re
from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Event, EventName
from app.models.enums import Calculation, MetricView, Visibility
from app.models.metric import Metric
from app.models.metric_point import MetricPoint

CREATE = "/dashboard/metrics/create"
VALID = {
    "name": "Response time",
    "suffix": "ms",
    "calculation": "1",
    "places": "0",
    "threshold": "5",
    "default_view": "1",
    "visibility": "1",
    "show_chart": "y",
}


def make_metric(name: str = "Response time", **fields) -> Metric:
    metric = Metric.create(
        **{"suffix": "ms", "places": 0, "calculation": Calculation.AVERAGE, **fields, "name": name}, actor=None
    )
    db.session.commit()
    return metric


def add(metric: Metric, value: float, minutes_ago: int = 1) -> MetricPoint:
    point = metric.add_point(value, at=clock.now() - timedelta(minutes=minutes_ago))
    db.session.commit()
    return point


def order() -> list[str]:
    db.session.rollback()
    return [metric.name for metric in db.session.scalars(Metric.in_order())]


def values() -> list[float]:
    db.session.rollback()
    return [point.value for point in db.session.scalars(db.select(MetricPoint).order_by(MetricPoint.at.desc()))]


def test_before_there_are_any_the_page_says_what_they_are_for(browser, onlooker):
    assert "A metric is a number over time" in browser.get("/dashboard/metrics").text
    assert "Add your first metric" not in onlooker.get("/dashboard/metrics").text


def test_a_metric_is_added_with_all_that_may_be_said_of_it(browser):
    browser.get(CREATE)
    sent = {
        **VALID,
        "description": "From Frankfurt.",
        "calculation": "0",
        "places": "3",
        "default_value": "-0.5",
        "threshold": "0",
        "default_view": "4",
        "visibility": "0",
        "show_when_empty": "y",
    }
    answer = browser.submit(CREATE, **sent)
    assert answer.location == "/dashboard/metrics/1"
    page = browser.get(answer.location).text
    assert "Response time has been added." in page
    assert "No values yet" in page
    db.session.rollback()
    metric = db.session.scalars(db.select(Metric)).one()
    assert (metric.calculation, metric.places, metric.default_value, metric.threshold) == (Calculation.SUM, 3, -0.5, 0)
    assert (metric.default_view, metric.visibility) == (MetricView.DAY, Visibility.MEMBERS)
    assert metric.show_chart
    assert metric.show_when_empty


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please fill this in."),
        ("suffix", "x" * 51, "Use at most 50 characters; this has 51."),
        ("description", "a\0b", "cannot be stored"),
        ("calculation", "9", "Choose one of the options."),
        ("places", "5", "Choose one of the options."),
        ("places", "x", "Choose one of the options."),
        ("threshold", "7", "Choose one of the options."),
        ("default_view", "9", "Choose one of the options."),
        ("default_value", "many", "Enter a number, as in 12.5."),
        ("default_value", "nan", "This number is too large, or none at all."),
        ("default_value", "1e400", "This number is too large, or none at all."),
        ("default_value", "1e300", "must lie between"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_keeps_what_was_typed(browser, field, value, sentence):
    browser.get(CREATE)
    answer = browser.submit(CREATE, **{**VALID, "description": "Kept.", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert field == "description" or "Kept." in answer.text
    assert order() == []


def test_a_metric_is_edited(browser, look):
    metric = make_metric(default_value=4.5, threshold=30, show_when_empty=True)
    page = browser.get("/dashboard/metrics/1/edit").text
    assert 'value="4.5"' in page
    assert re.search(r"<option selected value=\"30\">30 minutes", page)
    assert (
        browser.submit("/dashboard/metrics/1/edit", **{**VALID, "name": "Latency", "default_value": ""}).location
        == "/dashboard/metrics/1"
    )
    assert (look(metric).name, metric.default_value, metric.threshold, metric.show_when_empty) == (
        "Latency",
        None,
        5,
        False,
    )


def test_deleting_asks_first_and_takes_the_points_along(browser):
    add(make_metric(), 4)
    assert "Its points go with it." in browser.get("/dashboard/metrics/1/delete").text
    assert order() == ["Response time"]
    assert browser.submit("/dashboard/metrics/1/delete").location == "/dashboard/metrics"
    assert (order(), values()) == ([], [])


def test_metrics_are_put_in_order_by_button_and_by_dragging(browser):
    for name in "ABC":
        make_metric(name)
    browser.get("/dashboard/metrics")
    assert browser.submit("/dashboard/metrics/3/move", direction="up").location == "/dashboard/metrics#metric-3"
    assert order() == ["A", "C", "B"]
    headers = {"X-CSRFToken": browser.token}
    assert browser.post("/dashboard/metrics/order", json={"ids": [2, 1, 3]}, headers=headers).status_code == 204
    assert order() == ["B", "A", "C"]
    assert db.session.scalars(db.select(Event.name)).all().count(EventName.METRICS_REORDERED) == 2


def test_the_list_shows_the_newest_value_in_few_queries(browser, queries):
    make_metric("Empty")
    add(make_metric("Busy", places=1), 1234.56)
    page = browser.get("/dashboard/metrics").text
    assert "1,234.6 <small" in page
    few = queries("/dashboard/metrics")
    for number in range(9):
        add(make_metric(f"M{number}"), number)
    assert queries("/dashboard/metrics") == few


def test_the_page_of_a_metric_shows_its_chart_its_points_and_how_to_send_more(browser):
    metric = make_metric()
    add(metric, 170, minutes_ago=20)
    add(metric, 180)
    page = browser.get("/dashboard/metrics/1?view=hour").text
    assert 'data-plot="60"' in page
    assert page.count("<tr data-i=") == 60
    assert page.index("180 ms</td>") > page.index("170 ms</td>")
    assert "curl -H" in page
    assert "http://status.test/api/v1/metrics/1/points" in page
    assert 'data-plot="30"' in browser.get("/dashboard/metrics/1?view=month").text
    assert 'data-plot="72"' in browser.get("/dashboard/metrics/1?view=nonsense").text


def test_points_are_paged(browser):
    metric = make_metric(threshold=0)
    for minute in range(30):
        metric.add_point(minute, at=clock.now() - timedelta(minutes=minute))
    db.session.commit()
    assert browser.get("/dashboard/metrics/1").text.count("Delete this point?") == 25
    assert browser.get("/dashboard/metrics/1?page=2").text.count("Delete this point?") == 5


def test_a_point_is_added_corrected_and_deleted(browser, look):
    metric = make_metric()
    browser.get("/dashboard/metrics/1")
    assert browser.submit("/dashboard/metrics/1/points", value="0", at="").location == "/dashboard/metrics/1"
    assert values() == [0]
    at = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    browser.submit("/dashboard/metrics/1/points", value="12.5", at=at)
    assert values() == [0, 12.5]
    point = db.session.scalars(MetricPoint.of(metric.id)).all()[1]
    assert point.at.strftime("%Y-%m-%dT%H:%M") == at
    path = f"/dashboard/metrics/1/points/{point.id}"
    assert f'value="{at}"' in browser.get(path).text
    assert browser.submit(path, value="13", at=at).location == "/dashboard/metrics/1"
    assert look(point).value == 13
    assert "Delete this point?" in browser.get(f"{path}/delete").text
    browser.submit(f"{path}/delete")
    assert values() == [0]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"value": ""}, "Enter a number."),
        ({"value": "  "}, "Enter a number."),
        ({}, "Enter a number."),
        ({"value": "twelve"}, "Enter a number, as in 12.5."),
        ({"value": "inf"}, "This number is too large, or none at all."),
        ({"value": "1e300"}, "must lie between"),
        ({"value": "1", "at": "2199-01-01T00:00"}, "This lies in the future."),
        ({"value": "1", "at": "noon"}, "Enter a date and a time"),
    ],
)
def test_a_bad_point_is_refused_with_a_sentence(browser, sent, sentence):
    make_metric()
    browser.get("/dashboard/metrics/1")
    answer = browser.submit("/dashboard/metrics/1/points", **sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert values() == []


def test_a_correction_keeps_the_seconds_that_the_field_does_not_show(browser, look):
    metric = make_metric()
    point = metric.add_point(1, at=clock.now().replace(second=30, microsecond=0) - timedelta(minutes=5))
    db.session.commit()
    at, path = point.at, f"/dashboard/metrics/1/points/{point.id}"
    browser.get(path)
    browser.submit(path, value="2", at=at.strftime("%Y-%m-%dT%H:%M"))
    assert (look(point).value, point.at) == (2, at)


def test_a_point_belongs_to_its_metric(browser):
    point = add(make_metric("A"), 1)
    make_metric("B")
    assert browser.get(f"/dashboard/metrics/2/points/{point.id}").status_code == 404
    assert browser.get("/dashboard/metrics/9").status_code == 404


def test_a_viewer_may_look_but_not_write(onlooker):
    point = add(make_metric(), 1)
    page = onlooker.get("/dashboard/metrics/1").text
    assert not [word for word in ("/delete", "/edit", "curl", 'name="value"') if word in page]
    paths = ("metrics/create", "metrics/1/edit", "metrics/1/delete", "metrics/1/move", "metrics/order")
    points = ("metrics/1/points", f"metrics/1/points/{point.id}", f"metrics/1/points/{point.id}/delete")
    for path in (*paths, *points):
        assert onlooker.submit(f"/dashboard/{path}", name="x").status_code == 403, path


def test_scripts_in_any_field_are_text(browser):
    evil = "<script>alert(1)</script>"
    add(make_metric(evil, suffix=evil, description=evil), 1)
    for path in ("/dashboard/metrics", "/dashboard/metrics/1", "/dashboard/metrics/1/edit", "/"):
        assert evil not in browser.get(path).text
