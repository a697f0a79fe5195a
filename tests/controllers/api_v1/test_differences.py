"""What docs/api-v1.md says of the differences from Cachet, where no other test holds it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Incident, IncidentTemplate, Maintenance, Metric, MetricPoint
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from tests.controllers.api_v1.test_input import details
from tests.factories import make_component, make_group, make_incident, make_maintenance

COMPONENT = {"name": "API", "status": 1}
INCIDENT = {"name": "Slow", "message": "We look into it.", "status": 1}
METRIC = {"name": "Coffee", "suffix": "Cups", "default_value": 0}
SCHEDULE = {"name": "Upgrade", "status": 0, "scheduled_at": "2031-06-03 22:00"}
LARGEST = 2**31 - 1


@pytest.fixture
def writer(api, olive):
    return api(olive)


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
def test_what_is_hidden_is_not_there_for_guests_whatever_they_ask_of_it(api, writer, verb):
    make_group(visibility=Visibility.MEMBERS)
    make_component(enabled=False)
    for path, sent in (("/incidents", INCIDENT), ("/metrics", METRIC)):
        writer.post(path, json={**sent, "visible": 0})
    for path in ("/components/groups/1", "/components/1", "/incidents/1", "/metrics/1"):
        for headers in ({}, {"X-Cachet-Token": "wrong"}):
            assert api().open(path, method=verb, json={}, headers=headers).status_code == 404


@pytest.mark.parametrize("nothing", [[], {}])
def test_an_empty_list_of_tags_clears_them_and_an_empty_text_does_not(writer, nothing):
    make_component(tags=["One"])
    assert writer.put("/components/1", json={"tags": ""}).json["data"]["tags"] == {"one": "One"}
    assert writer.put("/components/1", json={"tags": nothing}).json["data"]["tags"] == {}


@pytest.mark.parametrize("link", ["ftp://example.org", "mailto:sue@example.org", "example.org"])
def test_a_link_leads_to_the_web(writer, link):
    assert "link" in details(writer.post("/components", json={**COMPONENT, "link": link}))[0]


def test_a_group_folds_in_three_ways(writer):
    for sent, shown in ((0, 0), (1, 1), (2, 2), (3, 2), (4, 2)):
        assert (
            writer.post("/components/groups", json={"name": "A", "collapsed": sent}).json["data"]["collapsed"] == shown
        )


def test_what_is_neither_true_nor_false_is_refused(writer):
    for value in ("maybe", "2", 2, -1, [True]):
        assert "enabled" in details(writer.post("/components", json={**COMPONENT, "enabled": value}))[0]


@pytest.mark.parametrize(
    ("path", "sent", "longest"),
    [
        ("/components", {**COMPONENT, "name": "x" * 255}, "name"),
        ("/components", {**COMPONENT, "description": "x" * 65_000}, "description"),
        ("/components", {**COMPONENT, "link": "https://example.org/".ljust(2000, "x")}, "link"),
        ("/components", {**COMPONENT, "order": LARGEST}, "order"),
        ("/components", {**COMPONENT, "tags": ",".join(f"t{n}" for n in range(20))}, "tags"),
        ("/components", {**COMPONENT, "meta": {"a": "x" * 64_991}}, "meta"),
        ("/incidents", {**INCIDENT, "message": "x" * 65_000}, "message"),
        ("/metrics", {**METRIC, "suffix": "x" * 50}, "suffix"),
        ("/metrics", {**METRIC, "default_value": 10**15}, "default_value"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_limits(writer, path, sent, longest):
    answer = writer.post(path, json=sent)
    assert (answer.status_code, answer.json["data"]["name"]) == (200, sent["name"]), answer.text
    value = sent[longest]
    if longest == "meta":
        beyond = {"a": value["a"] + "x" * 20}
    else:
        beyond = value + 1 if isinstance(value, int) else f"{value},x" if longest == "tags" else f"{value}x"
    assert longest in details(writer.post(path, json={**sent, longest: beyond}))[0]


def test_a_template_is_found_by_id_name_and_slug(api, olive):
    for name in ("One", "Two"):
        IncidentTemplate.create(name=name, body="Down.", actor=None)
    db.session.commit()
    for query in ("id=2", "name=Two", "slug=two"):
        assert [row["name"] for row in api().get(f"/incidents/templates?{query}").json["data"]] == ["Two"]


def test_all_times_stand_in_the_zone_that_is_asked_for(api, writer):
    tokyo = {"Time-Zone": "Asia/Tokyo"}
    make_component()
    IncidentTemplate.create(name="One", body="Down.", actor=None)
    db.session.commit()
    writer.post("/schedules", json={**SCHEDULE, "components": [1]})
    writer.post("/subscribers", json={"email": "sue@example.org", "components": [1]})
    rows = [
        *writer.get("/incidents/templates", headers=tokyo).json["data"],
        *writer.get("/schedules", headers=tokyo).json["data"][0]["components"],
        *writer.get("/subscribers", headers=tokyo).json["data"][0]["subscriptions"],
    ]
    ahead = (clock.now() + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    assert len(rows) == 3 and all(row["created_at"] > ahead for row in rows)


def test_an_incident_forgets_a_component_that_was_deleted(writer):
    make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    writer.delete("/components/1")
    assert writer.get("/incidents/1").json["data"]["component_id"] == 0


def test_an_incident_is_found_by_each_of_its_components(api, olive):
    make_incident(impacts={make_component(name): ComponentStatus.MAJOR_OUTAGE for name in ("One", "Two")})
    assert api().get("/incidents/1").json["data"]["component_id"] == 1
    assert [row["id"] for row in api().get("/incidents?component_id=2").json["data"]] == [1]


def test_an_open_incident_lasts_until_its_newest_word(writer):
    writer.post("/incidents", json={**INCIDENT, "occurred_at": "2026-08-20 14:00"})
    incident = db.session.get_one(Incident, 1)
    update = incident.post_update(status=IncidentStatus.IDENTIFIED, message="m", actor=None)
    update.created_at = datetime(2026, 8, 20, 15, 0, tzinfo=UTC)
    db.session.commit()
    assert writer.get("/incidents/1").json["data"]["duration"] == 3600


def test_a_threshold_of_nought_never_counts_a_repeat(writer):
    writer.post("/metrics", json={**METRIC, "threshold": 0})
    for id in (1, 2):
        made = writer.post("/metrics/1/points", json={"value": 1}).json["data"]
        assert (made["id"], made["counter"]) == (id, 1)


def test_a_repeat_is_one_of_the_value_before_its_own_time(writer):
    writer.post("/metrics", json={**METRIC, "threshold": 10})
    noon = int(clock.now().timestamp()) // 3600 * 3600 - 7200
    for value, after in ((1, 0), (2, 240)):
        writer.post("/metrics/1/points", json={"value": value, "timestamp": noon + after})
    late = writer.post("/metrics/1/points", json={"value": 1, "timestamp": noon + 120}).json["data"]
    assert (late["id"], late["counter"]) == (1, 2)


def test_a_point_may_lie_a_minute_ahead_and_no_more(writer):
    writer.post("/metrics", json=METRIC)
    now = int(clock.now().timestamp())
    assert writer.post("/metrics/1/points", json={"value": 1, "timestamp": now + 30}).status_code == 200
    assert "timestamp" in details(writer.post("/metrics/1/points", json={"value": 1, "timestamp": now + 90}))[0]


def test_points_are_kept_for_90_days_unless_the_settings_say_otherwise(writer):
    metric = Metric.create(name="Coffee", suffix="Cups", actor=None)
    for days in (1, 89, 91):
        metric.add_point(days, at=clock.now() - timedelta(days=days))
    db.session.commit()
    MetricPoint.prune()
    db.session.commit()
    assert [point["value"] for point in writer.get("/metrics/1/points").json["data"]] == [1, 89]


def test_a_schedule_that_was_cancelled_is_complete(writer):
    make_maintenance().cancel(actor=None)
    db.session.commit()
    shown = writer.get("/schedules/1").json["data"]
    assert (shown["status"], shown["human_status"]) == (2, "Complete")


def test_a_schedule_that_is_sent_as_done_lasted_an_hour_at_most(writer):
    sent = {**SCHEDULE, "status": 2, "scheduled_at": "2026-08-20 14:00"}
    shown = writer.post("/schedules", json=sent).json["data"]
    assert (shown["scheduled_at"], shown["completed_at"]) == ("2026-08-20 14:00:00", "2026-08-20 15:00:00")


def test_a_schedule_that_is_moved_behind_its_end_takes_it_along(writer):
    writer.post("/schedules", json={**SCHEDULE, "completed_at": "2031-06-03 23:00"})
    moved = writer.put("/schedules/1", json={"scheduled_at": "2031-06-04 22:00"}).json["data"]
    assert (moved["scheduled_at"], moved["completed_at"]) == ("2031-06-04 22:00:00", "2031-06-04 23:00:00")


def test_components_of_a_schedule_are_ids_or_objects_and_an_empty_list_takes_them_away(writer):
    for name in ("One", "Two"):
        make_component(name)
    sent = {**SCHEDULE, "components": [{"component_id": 1}, {"id": 2}, 1]}
    shown = writer.post("/schedules", json=sent).json["data"]["components"]
    assert [(row["component_id"], row["component_status"]) for row in shown] == [(1, 2), (2, 2)]
    assert writer.put("/schedules/1", json={"components": []}).json["data"]["components"] == []


def test_a_schedule_without_an_end_goes_on(writer, run_jobs):
    began = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    writer.post("/schedules", json={**SCHEDULE, "status": 1, "scheduled_at": began})
    run_jobs()
    shown = writer.get("/schedules/1").json["data"]
    assert (shown["status"], shown["completed_at"]) == (1, None)
    assert db.session.get_one(Maintenance, 1).auto_finish is False


def test_the_status_counts_an_open_incident_without_components_by_itself_and_others_through_them(api, olive):
    component = make_component()
    touching = make_incident(impacts={component: ComponentStatus.OPERATIONAL})
    assert api().get("/status").json["data"]["status"] == "success"
    touching.delete(actor=None)
    make_incident(visibility=Visibility.MEMBERS)
    assert api().get("/status").json["data"]["status"] == "success"
    assert api(olive).get("/status").json["data"]["status"] == "info"


def test_a_page_size_that_is_no_number_is_the_usual_one(api, olive):
    assert api().get("/components?per_page=many").json["meta"]["pagination"]["per_page"] == 20
