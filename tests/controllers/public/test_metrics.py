import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest

from app import page_cache
from app.extensions import db
from app.lib import clock
from app.models import Setting
from app.models.enums import Calculation, MetricView, Visibility
from app.models.metric import Metric
from tests.queries import count_queries

NOW = datetime(2026, 8, 21, 12, 0, 10, tzinfo=UTC)
tests = itertools.count()


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """The clock stands still, so that every minute of a chart is known; a millisecond on for each test, because the
    page cache begins a new generation with the time."""
    instant = NOW + timedelta(milliseconds=next(tests))
    monkeypatch.setattr("app.lib.clock.now", lambda: instant)


def make_metric(name: str = "Response time", **fields) -> Metric:
    given = {"suffix": "ms", "places": 0, "calculation": Calculation.AVERAGE, "threshold": 0, **fields}
    metric = Metric.create(name=name, actor=None, **given)
    db.session.commit()
    return metric


def add(metric: Metric, value: float, **ago: float) -> None:
    metric.add_point(value, at=clock.ago(**(ago or {"minutes": 1})))
    db.session.commit()


def set_(**values) -> None:
    Setting.set(**values)
    db.session.commit()


def items(client, query: str = "") -> dict:
    return client.get(f"/metrics/1{query}").json["data"]["items"]


def cells(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<tr data-i="\d+"><th scope="row">(.*?)</th><td>(.*?)</td>', page)


def test_without_metrics_nothing_is_said_of_them(client):
    page = client.get("/").text
    assert 'id="metrics"' not in page
    assert ">Metrics</a>" not in page


def test_a_chart_stands_on_the_page_with_a_row_for_every_point(client):
    metric = make_metric(description="From Frankfurt.")
    add(metric, 170, hours=2)
    add(metric, 1180)
    page = client.get("/").text
    assert '<a href="#metrics">Metrics</a>' in page
    assert "From Frankfurt." in page
    assert 'data-plot="72"' in page
    rows = cells(page)
    assert len(rows) == 72
    assert ("10:00", "170 ms") in rows
    assert rows[-2] == ("11:50", "1,180 ms")
    assert rows[0] == ("00:10", "No value")
    assert "<span>00:10</span><span>06:10</span><span>now</span>" in page
    assert 'class="dots"' in page


def test_the_reader_chooses_how_far_back(client):
    add(make_metric(default_view=MetricView.HOUR), 5)
    first = client.get("/").text
    assert 'data-plot="60"' in first
    assert re.search(r'aria-current="true">1 h</a>', first)
    week = client.get("/?view=week").text
    assert 'data-plot="84"' in week
    assert re.search(r'aria-current="true">7 d</a>', week)
    assert cells(week)[0][0] == "14 Aug, 14:00"
    assert cells(client.get("/?view=month").text)[0][0] == "23 Jul"
    assert '<link rel="canonical" href="http://status.test/">' in week
    assert 'data-plot="60"' in client.get("/?view=nonsense").text
    assert "start_date=2026-08-21" in client.get("/?start_date=2026-08-21&view=week").text


def test_times_are_told_in_the_zone_of_the_page(client):
    set_(timezone="Asia/Kolkata")
    add(make_metric(default_view=MetricView.HOUR), 5)
    assert cells(client.get("/").text)[-2] == ("17:29", "5 ms")


def test_an_empty_metric_is_left_out_unless_it_is_to_be_shown(client):
    make_metric("Nothing yet")
    assert 'id="metrics"' not in client.get("/").text
    page_cache.bump()
    make_metric("Shown anyway", show_when_empty=True)
    page = client.get("/").text
    assert "Shown anyway" in page
    assert "Nothing yet" not in page
    assert "No values yet" in page


def test_who_chose_a_time_without_values_finds_the_way_back(client):
    add(make_metric(), 5, hours=5)
    page = client.get("/?view=hour").text
    assert "No values in this time." in page
    assert "?view=week#metrics" in page


def test_only_those_who_may_see_a_metric_see_it(client, sign_in, ed):
    for name, visibility in (("Open", 1), ("Ours", 0), ("Hidden", 2)):
        add(make_metric(name, visibility=Visibility(visibility)), 5)
    add(make_metric("Undrawn", show_chart=False), 5)
    page = client.get("/").text
    assert "Open" in page
    assert not [name for name in ("Ours", "Undrawn") if f">{name}<" in page]
    mine = sign_in(ed).get("/").text
    assert ">Ours<" in mine
    assert ">Hidden<" not in mine
    assert client.get("/metrics/2").status_code == 404
    assert client.get("/metrics/3").status_code == 404
    assert client.get("/metrics/99").status_code == 404


def test_charts_take_two_queries_more_and_none_when_they_are_off(client):
    def queries() -> int:
        client.get("/nothing")
        db.session.remove()
        with count_queries() as sent:
            assert client.get("/").status_code == 200
        return len(sent)

    page_cache.bump()
    without = queries()
    for name in "ABC":
        add(make_metric(name), 5)
    page_cache.bump()
    assert queries() == without + 1  # its metrics are looked for either way
    set_(show_charts=False)
    page_cache.bump()
    assert queries() == without - 1
    assert 'id="metrics"' not in client.get("/").text


def test_the_last_hour_by_minute_as_cachet_had_it(client):
    metric = make_metric(threshold=5, default_value=0)
    add(metric, 10, minutes=30)
    add(metric, 20, minutes=30)
    found = items(client, "?filter=last_hour")
    assert list(found) == sorted(found)
    assert next(iter(found)) == "2026-08-21 11:00"
    assert found["2026-08-21 11:30"] == 15
    assert found["2026-08-21 11:31"] == 0
    assert "2026-08-21 11:55" in found
    assert "2026-08-21 11:56" not in found


def test_hours_and_days_are_those_of_the_page(client):
    set_(timezone="America/New_York")
    metric = make_metric(calculation=Calculation.SUM, default_value=0)
    add(metric, 3, hours=1)
    add(metric, 4, hours=10)
    today = items(client, "?filter=today")
    assert len(today) == 12
    assert (today["2026-08-21 07:00"], today["2026-08-20 22:00"]) == (3, 4)
    week = items(client, "?filter=week")
    assert (len(week), week["2026-08-21"], week["2026-08-20"]) == (8, 3, 4)
    assert len(items(client, "?filter=month")) == 31


def test_when_the_clocks_go_back_both_hours_of_one_name_are_told_together(client, monkeypatch):
    monkeypatch.setattr("app.lib.clock.now", lambda: datetime(2026, 10, 25, 4, 30, tzinfo=UTC))
    Setting.set(timezone="Europe/Berlin")
    for metric in (make_metric(calculation=Calculation.SUM, places=1), make_metric(places=1)):
        for hour, value in ((0, 3), (1, 4), (2, 9)):
            metric.add_point(value, at=datetime(2026, 10, 25, hour, 10, tzinfo=UTC))
    db.session.commit()
    for id, twice in ((1, 7), (2, 3.5)):
        found = client.get(f"/metrics/{id}?filter=today").json["data"]["items"]
        assert (found["2026-10-25 02:00"], found["2026-10-25 03:00"]) == (twice, 9)


def test_without_a_filter_its_own_view_and_an_unknown_one_is_empty(client):
    add(make_metric(default_view=MetricView.WEEK), 5)
    answer = client.get("/metrics/1").json["data"]
    assert answer["metric"]["name"] == "Response time"
    assert "default_view_name" not in answer["metric"]
    assert answer["items"]["2026-08-21"] == 5
    assert items(client, "?filter=century") == []
    assert items(client, "?filter=last_hour") != []


def test_a_metric_without_values_has_no_items(client):
    make_metric()
    assert items(client) == []


def test_made_up_views_share_one_place_in_the_store(client):
    add(make_metric(), 5)
    for number in range(3):
        client.get(f"/?view=x{number}")
    keys = client.application.extensions["daymark.redis"].keys("page:*view=*")
    assert len(keys) == 1


def test_an_empty_filter_is_not_kept_as_none(client):
    metric = make_metric(default_value=0)
    add(metric, 10, minutes=30)
    assert client.get(f"/metrics/{metric.id}?filter=").json["data"]["items"] == []
    assert client.get(f"/metrics/{metric.id}").json["data"]["items"]
    assert client.get(f"/metrics/{metric.id}?filter=&filter=week").json["data"]["items"] == []
    assert client.get(f"/metrics/{metric.id}?filter=week").json["data"]["items"]
