"""cachet-client from PyPI, unmodified, through the real processes: incidents, their updates and its paging."""

from datetime import datetime

from cachetclient.httpclient import HttpClient
from cachetclient.v1 import enums

from tests.clients.live import refused


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


def test_a_template_makes_the_message(live, cachet):
    live.add_template("Outage", "{{ incident.name }} on {{ component }} since {{ since }}.")
    component = cachet.components.create(name="API", status=1)
    made = cachet.incidents.create(
        name="Errors",
        message="not used",
        status=1,
        component_id=component.id,
        component_status=4,
        template="outage",
        template_vars={"since": "noon"},
    )
    assert made.message == "Errors on API since noon."
    changed = cachet.incidents.update(
        made.id,
        name="More errors",
        message="not used",
        status=2,
        visible=True,
        template="outage",
        template_vars={"since": "one"},
    )
    assert (changed.message, changed.status) == ("More errors on API since one.", 2)
    sent = {"name": "Errors", "message": "m", "status": 1}
    assert refused(cachet.incidents.create, **sent, template="nope") == 400
    assert refused(cachet.incidents.create, **sent, template="outage", template_vars=["noon"]) == 400


HOW_MANY = 55


def test_it_walks_through_many_incidents(live, cachet):
    # Reported in another order than they occurred.
    days = [1 + number * 7 % 28 for number in range(HOW_MANY)]
    made = [
        cachet.incidents.create(
            name=f"Incident {number}", message="m", status=4, notify=False, occurred_at=datetime(2026, 1, day, 12)
        ).id
        for number, day in enumerate(days)
    ]
    assert cachet.incidents.count() == HOW_MANY
    for per_page in (1, 7, 20, 55, 100):
        assert [incident.id for incident in cachet.incidents.list(per_page=per_page)] == made
    assert [incident.id for incident in cachet.incidents.list(page=3, per_page=20)] == made[40:]
    assert [incident.id for incident in cachet.incidents.list(page=4, per_page=20)] == []

    def walk(**order):
        page, http = 1, HttpClient(live.url, live.token)
        while True:
            answer = http.get("incidents", params={"page": page, **order}).json()
            yield from answer["data"]
            pagination = answer["meta"]["pagination"]
            assert (pagination["total"], pagination["total_pages"]) == (HOW_MANY, 3)
            if page == 3:
                assert pagination["links"]["next_page"] is None
                return
            page += 1

    assert [row["id"] for row in walk(sort="id", order="desc")] == made[::-1]
    assert [row["id"] for row in walk(sort="id", order="asc")] == made
    newest = [row["occurred_at"] for row in walk(sort="occurred_at", order="desc")]
    assert newest == sorted(newest, reverse=True)
    assert newest[::-1] == [row["occurred_at"] for row in walk(sort="occurred_at", order="asc")]


def test_updates_come_newest_first_through_pages(cachet):
    incident = cachet.incidents.create(name="Slow", message="m", status=1)
    made = [cachet.incident_updates.create(incident_id=incident.id, status=2, message=str(n)).id for n in range(7)]
    assert [update.id for update in cachet.incident_updates.list(incident.id, per_page=3)] == made[::-1]
    assert cachet.incident_updates.count(incident.id) == 7
