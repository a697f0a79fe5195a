"""cachet-client from PyPI, unmodified, through the real processes: all that it can do."""

from datetime import datetime
from types import SimpleNamespace

import cachetclient
import pytest
import requests
from cachetclient.v1 import enums

from tests.processes import Daymark, copy_tree


@pytest.fixture(scope="module")
def daymark(tmp_path_factory):
    """A running Daymark, set up from the command line; `token` is good for API v1."""
    daymark = Daymark(copy_tree(tmp_path_factory.mktemp("cachet") / "daymark"))
    with daymark.running("/setup"):
        admin = ("--username", "olive", "--email", "olive@example.org")
        ran = daymark.run("bin/flask", "setup", "--site-name", "Cachet", *admin, ADMIN_PASSWORD="correct horse battery")
        assert ran.returncode == 0, ran.stderr
        made = daymark.run("bin/flask", "token", "create", "tests", "--user", "olive")
        assert made.returncode == 0, made.stderr
        yield SimpleNamespace(url=f"{daymark.url}/api/v1", token=made.stdout.strip())


@pytest.fixture
def cachet(daymark):
    return cachetclient.Client(endpoint=daymark.url, api_token=daymark.token)


@pytest.fixture
def stranger(daymark):
    return cachetclient.Client(endpoint=daymark.url, api_token="wrong")


def refused(call, *arguments, **fields) -> int:
    with pytest.raises(requests.HTTPError) as caught:
        call(*arguments, **fields)
    assert caught.value.response.json()["errors"][0]["status"] == caught.value.response.status_code
    return caught.value.response.status_code


def test_ping_and_version(cachet):
    assert cachet.ping() is True
    version = cachet.version()
    assert version.value.startswith("2.4")
    assert version.on_latest is True
    assert version.latest["prelease"] is False


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


def test_component_groups(cachet):
    made = cachet.component_groups.create(name="Core", order=1, collapsed=1, visible=True)
    assert (made.name, made.order, made.visible, made.collapsed) == ("Core", 1, True, 1)
    assert isinstance(made.created_at, datetime)

    component = cachet.components.create(name="API", status=3, group_id=made.id)
    read = cachet.component_groups.get(made.id)
    assert [member.id for member in read.enabled_components] == [component.id]
    assert read.enabled_components[0].status_name == "Partial Outage"

    read.name = "Edge"
    assert read.update().name == "Edge"
    assert [group.id for group in cachet.component_groups.list(per_page=1)].count(made.id) == 1
    assert cachet.component_groups.count() >= 1

    read.delete()
    assert refused(cachet.component_groups.get, made.id) == 404
    assert cachet.components.get(component.id).group_id == 0
    component.delete()


def test_incidents_and_their_updates(cachet, stranger):
    component = cachet.components.create(name="API", status=1)
    made = cachet.incidents.create(
        name="Slow",
        message="We *look* into it.",
        status=enums.INCIDENT_INVESTIGATING,
        component_id=component.id,
        component_status=enums.COMPONENT_STATUS_PARTIAL_OUTAGE,
        occurred_at=datetime(2026, 8, 20, 14, 43, 7),
        stickied=True,
    )
    assert (made.name, made.message, made.status, made.human_status) == (
        "Slow",
        "We *look* into it.",
        1,
        "Investigating",
    )
    assert (made.visible, made.stickied, made.component_id) == (True, True, component.id)
    assert made.occurred_at == datetime(2026, 8, 20, 14, 43, 7)
    assert cachet.components.get(component.id).status == 3

    made.name = "Slower"
    changed = made.update()
    assert (changed.name, changed.occurred_at, changed.stickied) == ("Slower", made.occurred_at, True)

    first = cachet.incident_updates.create(incident_id=made.id, status=2, message="Found it.")
    second = cachet.incident_updates.create(incident_id=made.id, status=4, message="Mended.")
    assert first.permalink.startswith("http")
    assert [update.id for update in cachet.incidents.get(made.id).updates()] == [second.id, first.id]
    assert cachet.incident_updates.count(made.id) == 2
    assert cachet.incidents.get(made.id).status == 4
    assert cachet.components.get(component.id).status == 1

    second.message = "Mended for good."
    assert second.update().message == "Mended for good."
    assert cachet.incident_updates.get(made.id, second.id).message == "Mended for good."
    second.delete()
    assert refused(cachet.incident_updates.get, made.id, second.id) == 404
    assert cachet.incidents.get(made.id).status == 2
    assert refused(stranger.incident_updates.create, incident_id=made.id, status=1, message="No") == 401

    made.delete()
    assert refused(cachet.incidents.get, made.id) == 404
    assert refused(cachet.incidents.delete, made.id) == 404
    component.delete()


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


def test_hidden_incidents_are_for_tokens(cachet, stranger):
    hidden = cachet.incidents.create(name="Inside", message="For us.", status=1, visible=False, notify=False)
    shown = cachet.incidents.create(name="Outside", message="For all.", status=1)
    assert [incident.id for incident in cachet.incidents.list()] == [hidden.id, shown.id]
    assert [incident.id for incident in stranger.incidents.list()] == [shown.id]
    assert (cachet.incidents.count(), stranger.incidents.count()) == (2, 1)
    assert refused(stranger.incidents.get, hidden.id) == 404
    assert refused(stranger.incidents.create, name="No", message="No", status=1) == 401
    hidden.delete()
    shown.delete()


def test_bad_input_is_told_by_name(cachet):
    assert refused(cachet.incidents.create, name="", message="m", status=1) == 400
    assert refused(cachet.components.create, name="x" * 256, status=1) == 400
