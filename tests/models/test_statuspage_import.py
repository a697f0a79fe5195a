"""What another page tells, brought here: impacts as stretches of time, changes later on, and what people did here."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Component, ComponentGroup, Incident, Maintenance, Origin, StatusChange
from app.models.base import count_rows
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.statuspage_import import StatuspageImport
from app.schemas import statuspage
from tests.factories import make_component

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def when(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def component(key: str, name: str, **fields) -> dict:
    return {"id": key, "name": name, "status": "operational", **fields}


def update(hours: float, status: str, *affected: tuple[str, str], **fields) -> dict:
    parts = [{"code": code, "name": code, "new_status": new} for code, new in affected]
    return {"status": status, "body": f"{status}.", "created_at": at(hours), "affected_components": parts, **fields}


def incident(*updates: dict, **fields) -> dict:
    fixed = any(one["status"] == "resolved" for one in updates)
    return {
        "id": "i1",
        "name": "Errors",
        "status": "resolved" if fixed else "investigating",
        "impact": "major",
        "created_at": at(0),
        "started_at": at(0),
        "resolved_at": at(3) if fixed else None,
        "incident_updates": list(reversed(updates)),
        "components": [component("a", "API")],
        **fields,
    }


STORY = (update(0, "investigating"), update(1, "monitoring"), update(3, "resolved"))


def take(**document):
    document.setdefault("components", [component("a", "API"), component("b", "Web")])
    data = json.dumps({"page": {"id": "p1", "name": "Elsewhere"}, **document}).encode()
    importing = StatuspageImport(statuspage.read([("page.json", data)], "somewhere"))
    for _done in importing.run():
        db.session.commit()
    return importing.report


def the(model):
    db.session.expire_all()
    return db.session.scalars(sa.select(model)).one()


def parts(row: Incident) -> list[tuple]:
    return [(i.component.name, i.status, i.began_at, i.ended_at) for i in row.impacts]


@pytest.mark.parametrize(
    ("impact", "status"),
    [
        ("none", ComponentStatus.OPERATIONAL),
        ("minor", ComponentStatus.PERFORMANCE_ISSUES),
        ("major", ComponentStatus.PARTIAL_OUTAGE),
        ("critical", ComponentStatus.MAJOR_OUTAGE),
    ],
)
def test_without_a_word_on_components_the_incidents_impact_counts_throughout(installed, impact, status):
    take(incidents=[incident(*STORY, impact=impact)])
    row = the(Incident)
    assert parts(row) == [("API", status, when(0), when(3))]
    assert (row.status, row.fixed_at, row.message) == (IncidentStatus.FIXED, when(3), "investigating.")
    assert [one.status for one in row.updates] == [IncidentStatus.FIXED, IncidentStatus.WATCHING]


def test_what_updates_say_of_components_counts_from_then_on(installed):
    story = (
        update(0, "investigating", ("a", "partial_outage"), ("b", "operational")),
        update(1, "identified", ("a", "major_outage")),
        update(1.5, "identified", ("a", "major_outage")),
        update(2, "monitoring", ("a", "operational")),
        update(3, "resolved", ("a", "operational"), ("b", "operational")),
    )
    take(incidents=[incident(*story)])
    assert parts(the(Incident)) == [
        ("API", ComponentStatus.PARTIAL_OUTAGE, when(0), when(1)),
        ("API", ComponentStatus.MAJOR_OUTAGE, when(1), when(2)),
        ("API", ComponentStatus.OPERATIONAL, when(2), when(3)),
        ("Web", ComponentStatus.OPERATIONAL, when(0), when(3)),
    ]
    changes = db.session.execute(sa.select(StatusChange.at, StatusChange.new).order_by(StatusChange.at)).all()
    assert changes == [
        (when(0), ComponentStatus.PARTIAL_OUTAGE),
        (when(1), ComponentStatus.MAJOR_OUTAGE),
        (when(2), ComponentStatus.OPERATIONAL),
    ]


def test_components_are_known_by_the_name_of_their_group_too(installed):
    listed = [component("g", "Core", group=True), component("a", "API", group_id="g"), component("b", "API")]
    affected = [{"code": None, "name": "Core - API", "new_status": "major_outage"}]
    story = (update(0, "investigating", affected_components=affected), update(3, "resolved"))
    report = take(components=listed, incidents=[incident(*story, components=[])])
    assert report.added["components"] == count_rows(sa.select(Component)) == 2
    [found] = the(Incident).impacts
    assert (found.component.group.name, found.status) == ("Core", ComponentStatus.MAJOR_OUTAGE)
    assert report.reasons == {}


def test_the_sentence_of_old_pages_names_no_component(installed):
    said = [{"name": "No components were affected by this update."}]
    report = take(incidents=[incident(update(0, "investigating", affected_components=said), update(3, "resolved"))])
    assert parts(the(Incident)) == [("API", ComponentStatus.PARTIAL_OUTAGE, when(0), when(3))]
    assert report.reasons == {}


def test_a_second_time_changes_nothing_and_a_changed_story_is_told_again(installed):
    take(incidents=[incident(*STORY[:2])])
    row = the(Incident)
    assert row.is_open and the_status("API") is ComponentStatus.PARTIAL_OUTAGE
    before = row.updated_at
    report = take(incidents=[incident(*STORY[:2], updated_at=at(9))])
    assert report.changes == 0 and the(Incident).updated_at == before

    report = take(incidents=[incident(*STORY)])
    assert (report.changes, report.changed["incidents"]) == (1, 1)
    assert (the(Incident).fixed_at, len(the(Incident).updates)) == (when(3), 2)
    assert the_status("API") is ComponentStatus.OPERATIONAL
    assert take(incidents=[incident(*STORY)]).changes == 0


def the_status(name: str) -> ComponentStatus:
    return db.session.scalars(sa.select(Component.status).where(Component.name == name)).one()


def test_a_postmortem_leaves_it_fixed(installed):
    take(incidents=[incident(*STORY, update(30, "postmortem"), status="postmortem")])
    row = the(Incident)
    assert (row.status, row.fixed_at) == (IncidentStatus.FIXED, when(3))
    assert row.updates[0].created_at == when(30)


def test_what_was_here_is_linked_and_left_as_it_is(installed):
    here = make_component(name="API", description="Ours")
    take(components=[component("a", "API", description="Theirs")], incidents=[incident(*STORY)])
    take(components=[component("a", "API", description="Theirs again")], incidents=[incident(*STORY)])
    assert the(Component).id == here.id and the(Component).description == "Ours"
    assert [impact.component_id for impact in the(Incident).impacts] == [here.id]


def test_what_was_made_follows(installed):
    take(components=[component("g", "Core", group=True), component("a", "API")])
    report = take(components=[component("g", "Heart", group=True), component("a", "The API", group_id="g")])
    assert report.changed == {"groups": 1, "components": 1}
    assert (the(Component).name, the(Component).group.name) == ("The API", "Heart")


def test_what_was_deleted_here_stays_deleted_even_when_its_id_is_used_again(installed):
    take(incidents=[incident(*STORY)], components=[component("a", "API")])
    the(Incident).delete(actor=None)
    the(Component).delete(actor=None)
    db.session.commit()
    ours = make_component(name="Ours")
    report = take(incidents=[incident(*STORY, update(4, "resolved"))], components=[component("a", "New name")])
    assert the(Component).id == ours.id and the(Component).name == "Ours"
    assert count_rows(sa.select(Incident)) == 0
    assert report.reasons == {"component deleted here": 1, "incident deleted here": 1} and not report.refused


def test_what_stops_halfway_goes_on(installed):
    many = [incident(*STORY, id=f"i{n}", name=f"Errors {n}") for n in range(120)]
    data = json.dumps({"components": [component("a", "API")], "incidents": many}).encode()
    running = StatuspageImport(statuspage.read([("page.json", data)], "somewhere")).run()
    for _turn in range(2):
        next(running)
        db.session.commit()
    running.close()
    db.session.rollback()
    assert count_rows(sa.select(Incident)) == 50
    again = StatuspageImport(statuspage.read([("page.json", data)], "somewhere"))
    assert sum(again.run()) == 121
    assert (count_rows(sa.select(Incident)), again.report.added["incidents"]) == (120, 70)


def test_a_status_that_no_incident_explains_is_the_components_own(installed):
    bad = [component("a", "API", status="major_outage"), component("b", "Web", status="degraded_performance")]
    take(components=bad, incidents=[incident(*STORY[:1])])
    assert the_status("API") is ComponentStatus.PARTIAL_OUTAGE and the_status("Web").name == "PERFORMANCE_ISSUES"
    take(components=[component("a", "API"), component("b", "Web")], incidents=[incident(*STORY)])
    assert {the_status("API"), the_status("Web")} == {ComponentStatus.OPERATIONAL}


@pytest.mark.parametrize(
    ("changes", "reason", "refused"),
    [
        ({"status": "exploded"}, "unknown status “exploded”", 1),
        ({"resolved_at": at(-1)}, "was resolved before it started", 1),
        ({"resolved_at": "2190-01-01T00:00:00Z"}, "was resolved in the future", 1),
        (
            {"incident_updates": [update(2e5 * 7, "investigating")]},
            "began, or was spoken of, in the future",
            1,
        ),
        ({"impact": "cosmic"}, "unknown impact “cosmic”, taken as none", 0),
        ({"components": [{"id": "nobody"}]}, "a component that is not here", 0),
        (
            {"incident_updates": [update(0, "shrugging")]},
            "an update with the unknown status “shrugging”",
            0,
        ),
        (
            {"incident_updates": [update(0, "investigating", ("a", "melted"))]},
            "an update's unknown component status “melted”",
            0,
        ),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(installed, changes, reason, refused):
    report = take(incidents=[incident(*STORY, **changes)])
    assert report.reasons == {reason: 1} and report.first[reason] == "page.json: incidents[0]"
    assert (report.refused, count_rows(sa.select(Incident))) == (refused, 1 - refused)


def test_an_id_given_twice_counts_once(installed):
    report = take(incidents=[incident(*STORY), incident(*STORY, name="Other")])
    assert the(Incident).name == "Errors"
    assert report.first == {"an id that another thing has": "page.json: incidents[1]"}


def work(status: str, *updates: dict, **fields) -> dict:
    planned = {"scheduled_for": at(0), "scheduled_until": at(2)}
    return incident(
        *updates, id="m1", status=status, impact="maintenance", **{**planned, "resolved_at": None, **fields}
    )


def test_planned_work_begins_and_ends_when_it_really_did(installed):
    said = (update(-24, "scheduled"), update(0.5, "in_progress"), update(1.5, "completed"))
    take(scheduled_maintenances=[work("completed", *said)])
    row = the(Maintenance)
    assert (row.starts_at, row.ends_at, row.began_at, row.finished_at) == (when(0), when(2), when(0.5), when(1.5))
    assert [(one.began_at, one.ended_at) for one in row.windows] == [(when(0.5), when(1.5))]
    assert (row.message, len(row.updates), row.notify) == ("scheduled.", 2, False)
    assert the_status("API") is ComponentStatus.OPERATIONAL
    assert count_rows(sa.select(StatusChange)) == 2


def test_work_goes_on_and_is_over_the_next_time(installed):
    ahead = {"scheduled_for": "2190-01-01T00:00:00Z", "scheduled_until": "2190-01-01T01:00:00Z"}
    take(scheduled_maintenances=[work("scheduled", update(-1, "scheduled"), **ahead)])
    assert (the(Maintenance).began_at, the(Maintenance).windows) == (None, [])
    take(scheduled_maintenances=[work("in_progress", update(-1, "scheduled"), update(0, "in_progress"))])
    assert the_status("API") is ComponentStatus.UNDER_MAINTENANCE
    done = work("completed", update(-1, "scheduled"), update(0, "in_progress"), update(1, "completed"))
    report = take(scheduled_maintenances=[done])
    assert report.changed == {"maintenances": 1} and the_status("API") is ComponentStatus.OPERATIONAL
    assert take(scheduled_maintenances=[done]).changes == 0


def test_another_page_is_another_source(installed):
    take(incidents=[incident(*STORY)])
    data = json.dumps({"page": {"id": "p2"}, "incidents": [incident(*STORY)]}).encode()
    for _done in StatuspageImport(statuspage.read([("other.json", data)], "other")).run():
        db.session.commit()
    assert count_rows(sa.select(Incident)) == 2 and count_rows(sa.select(ComponentGroup)) == 0
    assert set(db.session.scalars(sa.select(Origin.source))) == {"statuspage:p1", "statuspage:p2"}
