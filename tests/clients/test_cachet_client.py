"""cachet-client from PyPI, unmodified, through the real processes: all that it can do, but for incidents."""

import json
from datetime import datetime

import cachetclient
import pytest
from cachetclient.v1 import enums

from tests.clients.live import refused


def test_ping_and_version(cachet):
    assert cachet.ping() is True
    version = cachet.version()
    assert version.value.startswith("2.4")
    assert version.on_latest is True
    assert version.latest["prelease"] is False
    assert (cachet.ping.get(), cachet.version.get().attrs) == (True, version.attrs)


def test_it_finds_the_version_of_the_api_by_the_address(live, monkeypatch):
    monkeypatch.setenv("CACHET_ENDPOINT", live.url)
    monkeypatch.setenv("CACHET_API_TOKEN", live.token)
    assert cachetclient.Client().components.count() == 0
    with pytest.raises(ValueError, match="Cannot determine api version"):
        cachetclient.Client(endpoint=live.site)


def test_components(cachet, stranger):
    made = cachet.components.create(
        name="API",
        status=enums.COMPONENT_STATUS_OPERATIONAL,
        description="For programs",
        link="https://example.org",
        order=2,
        tags=["Test Tag", "Another"],
    )
    assert (made.name, made.status, made.status_name) == ("API", 1, "Operational")
    assert made.tags == {"test-tag": "Test Tag", "another": "Another"}
    assert (made.description, made.link, made.order, made.group_id, made.enabled) == (
        "For programs",
        "https://example.org",
        2,
        0,
        True,
    )
    assert isinstance(made.created_at, datetime) and isinstance(made.updated_at, datetime)

    read = cachet.components.get(made.id)
    assert read.attrs == made.attrs

    read.name, read.status = "API 2", enums.COMPONENT_STATUS_MAJOR_OUTAGE
    read.add_tag("Third")
    changed = read.update()
    assert (changed.name, changed.status, changed.status_name) == ("API 2", 4, "Major Outage")
    assert set(changed.tag_slugs) == {"test-tag", "another", "third"}
    changed.enabled = False
    assert cachet.components.update(made.id, status=1, enabled=False).enabled is False

    assert refused(stranger.components.get, made.id) == 404
    assert refused(stranger.components.create, name="No", status=1) == 401
    changed.delete()
    assert refused(cachet.components.get, made.id) == 404
    assert refused(cachet.components.delete, made.id) == 404


def test_tags_of_a_component(cachet):
    made = cachet.components.create(name="API", status=1)
    assert (made.tags, made.tag_names) == ({}, [])
    made.add_tags(["First Tag", "Second"])
    both = made.update()
    assert both.tags == {"first-tag": "First Tag", "second": "Second"}
    assert both.has_tag(slug="first-tag") and both.has_tag(name="second")
    both.del_tag(name="First Tag")
    assert both.update().tags == {"second": "Second"}
    both.set_tags(["Third"])
    assert both.update().tag_slugs == ["third"]
    assert cachet.components.update(made.id, status=2).tag_slugs == ["third"]
    assert cachet.components.instance_from_json(json.dumps(both.attrs)).attrs == both.attrs


def test_components_are_listed_page_by_page(cachet):
    before = cachet.components.count()
    made = [cachet.components.create(name=f"Part {n}", status=1) for n in range(5)]
    assert cachet.components.count() == before + 5
    listed = [component.id for component in cachet.components.list(per_page=2)]
    assert listed[-5:] == [component.id for component in made]
    assert len(listed) == len(set(listed)) == before + 5
    for component in made:
        component.delete()
    assert cachet.components.count() == before


def test_component_groups(cachet, stranger):
    made = cachet.component_groups.create(name="Core", order=1, collapsed=1, visible=True)
    assert (made.name, made.order, made.visible, made.collapsed, made.is_collapsed) == ("Core", 1, True, 1, True)
    assert isinstance(made.created_at, datetime)

    component = cachet.components.create(name="API", status=3, group_id=made.id)
    read = cachet.component_groups.get(made.id)
    assert [member.id for member in read.enabled_components] == [component.id]
    assert read.enabled_components[0].status_name == "Partial Outage"

    assert read.lowest_human_status == "Partial Outage"

    read.name, read.collapsed = "Edge", enums.COMPONENT_GROUP_COLLAPSED_FALSE
    changed = read.update()
    assert (changed.name, changed.is_open, changed.visible, changed.order) == ("Edge", True, True, 1)
    hidden = cachet.component_groups.create(name="Inside")
    assert hidden.visible is False
    assert [group.name for group in stranger.component_groups.list()] == ["Edge"]
    hidden.delete()
    assert [group.id for group in cachet.component_groups.list(per_page=1)].count(made.id) == 1
    assert cachet.component_groups.count() >= 1

    read.delete()
    assert refused(cachet.component_groups.get, made.id) == 404
    assert cachet.components.get(component.id).group_id == 0
    component.delete()


def test_metrics_and_their_points(cachet, stranger):
    made = cachet.metrics.create(name="Latency", description="How long", suffix="ms", default_value=3, display_chart=1)
    assert (made.name, made.description, made.suffix, made.default_value) == ("Latency", "How long", "ms", 3)
    assert (made.calc_type, made.places, made.default_view, made.threshold, made.order) == (0, 2, 1, 5, 0)
    assert (made.visible, made.display_chart) == (1, True)
    assert isinstance(made.created_at, datetime) and isinstance(made.updated_at, datetime)
    other = cachet.metrics.create(name="Orders", description="", suffix="pcs")
    assert (other.default_value, other.display_chart) == (0, False)
    assert stranger.metrics.get(made.id).attrs == made.attrs
    assert [metric.id for metric in stranger.metrics.list()] == [made.id, other.id]
    assert cachet.metrics.count() == 2

    points = [cachet.metric_points.create(metric_id=made.id, value=value) for value in (42, 17.5, -3)]
    assert [(p.metric_id, p.value, p.counter, p.calculated_value) for p in points] == [
        (made.id, 42, 1, 42),
        (made.id, 17.5, 1, 17.5),
        (made.id, -3, 1, -3),
    ]
    assert isinstance(points[0].created_at, datetime) and isinstance(points[0].updated_at, datetime)
    again = cachet.metric_points.create(metric_id=made.id, value=-3)
    assert (again.id, again.counter, again.calculated_value) == (points[2].id, 2, -6)
    newest_first = [points[2].id, points[1].id, points[0].id]
    assert [point.id for point in made.points()] == newest_first
    assert [point.id for point in stranger.metric_points.list(made.id, per_page=2)] == newest_first
    assert cachet.metric_points.count(made.id) == 3

    cachet.metric_points.delete(made.id, points[0].id)
    assert refused(cachet.metric_points.delete, made.id, points[0].id) == 404
    assert cachet.metric_points.count(made.id) == 2
    made.delete()
    assert refused(cachet.metric_points.count, made.id) == 404
    assert cachet.metrics.count() == 1


def test_schedules(cachet, stranger):
    start = datetime(2031, 9, 7, 0, 18)
    made = cachet.schedules.create(
        name="Upgrade",
        status=enums.SCHEDULE_STATUS_UPCOMING,
        message="A *short* break.",
        scheduled_at=start,
        completed_at=datetime(2031, 9, 7, 2),
    )
    assert (made.name, made.message, made.status) == ("Upgrade", "A *short* break.", 0)
    assert (made.scheduled_at, made.completed_at) == (start, datetime(2031, 9, 7, 2))
    open_ended = cachet.schedules.create(name="Longer", status=0, message="Until it is done.", scheduled_at=start)
    assert open_ended.completed_at is None

    read = stranger.schedules.get(made.id)
    assert read.attrs == made.attrs
    assert made.update().attrs == made.attrs
    for status in (enums.SCHEDULE_STATUS_IN_PROGRESS, enums.SCHEDULE_STATUS_COMPLETE):
        changed = cachet.schedules.update(made.id, name="Upgrade 2", status=status)
        assert (changed.name, changed.status, changed.message) == ("Upgrade 2", status, made.message)
    assert isinstance(changed.completed_at, datetime)
    assert refused(cachet.schedules.update, made.id, name="Upgrade 2", status=0) == 400
    assert refused(cachet.schedules.create, name="When", status=0) == 400
    assert refused(stranger.schedules.create, name="No", status=0, scheduled_at=start) == 401

    assert [schedule.id for schedule in stranger.schedules.list(per_page=1)] == [made.id, open_ended.id]
    assert cachet.schedules.count() == 2
    for schedule in (changed, open_ended):
        schedule.delete()
        assert refused(cachet.schedules.get, schedule.id) == 404
        assert refused(cachet.schedules.delete, schedule.id) == 404
    assert cachet.schedules.count() == 0


def test_subscribers(cachet, stranger):
    components = [cachet.components.create(name=name, status=1) for name in ("API", "Web", "Mail")]
    chosen = [components[2].id, components[0].id]
    made = cachet.subscribers.create(email="sue@example.org", components=chosen, verify=True)
    assert (made.email, made.is_global) == ("sue@example.org", False)
    assert isinstance(made.verified_at, datetime) and isinstance(made.created_at, datetime)
    assert len(made.verify_code) > 10
    assert [row["component_id"] for row in made.attrs["subscriptions"]] == sorted(chosen)

    again = cachet.subscribers.create(email="Sue@example.org", verify=False)
    assert again.attrs == made.attrs
    waiting = cachet.subscribers.create(email="tom@example.org", verify=False)
    assert (waiting.is_global, waiting.verified_at) == (True, None)
    assert [subscriber.id for subscriber in cachet.subscribers.list(per_page=1)] == [made.id, waiting.id]
    assert cachet.subscribers.count() == 2

    assert refused(cachet.subscribers.create, email="nobody") == 400
    assert refused(cachet.subscribers.create, email="una@example.org", components=[10_000]) == 400
    assert refused(stranger.subscribers.create, email="una@example.org") == 401
    assert refused(stranger.subscribers.count) == 401
    for subscriber in (made, waiting):
        subscriber.delete()
        assert refused(cachet.subscribers.delete, subscriber.id) == 404
    assert cachet.subscribers.count() == 0
    for component in components:
        component.delete()


MANAGERS = ("components", "component_groups", "incidents", "metrics", "schedules", "subscribers")


@pytest.mark.parametrize("name", MANAGERS)
def test_404_is_its_own_exception(cachet, name):
    manager = getattr(cachet, name)
    assert refused(manager.delete, 99_999) == 404
    if name != "subscribers":  # which it cannot ask for one by one
        assert refused(manager.get, 99_999) == 404


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("components", {"name": "API", "status": 1}, {"link": "ftp://example.org"}),
        ("component_groups", {"name": "Core", "visible": True}, {"collapsed": 9}),
        ("incidents", {"name": "Slow", "message": "m", "status": 1}, {"status": 9}),
        ("metrics", {"name": "Latency", "description": "", "suffix": "ms"}, {"default_value": "many"}),
        ("schedules", {"name": "Upgrade", "status": 0, "scheduled_at": datetime(2031, 9, 7)}, {"name": "x" * 256}),
        ("subscribers", {"email": "sue@example.org"}, {"components": ["API"]}),
    ],
)
def test_401_and_400_are_its_own_exceptions(cachet, stranger, name, valid, invalid):
    assert refused(getattr(stranger, name).create, **valid) == 401
    assert refused(getattr(cachet, name).create, **{**valid, **invalid}) == 400
    assert getattr(cachet, name).count() == 0
    made = getattr(cachet, name).create(**valid)
    assert refused(getattr(stranger, name).delete, made.id) == 401
    assert getattr(cachet, name).count() == 1
