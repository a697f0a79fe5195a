"""No page of the dashboard asks more of the database when there is more to list, nor shows all of what grows."""

from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models import Component, Incident, IncidentTemplate, Subscriber
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.impact import Impact
from app.models.incident_update import IncidentUpdate
from app.permissions import ABILITIES
from tests.controllers.dashboard.test_access import make_everything, paths
from tests.queries import count_queries

SIZES = {"few": (30, 200, 1_000), "many": (300, 2_000, 10_000)}


def fill_up(components: int, incidents: int, subscribers: int) -> None:
    """Rows until there are so many, past the models' verbs: by those it would take minutes."""
    now = clock.now()
    first = db.session.scalar(sa.select(sa.func.max(Component.id))) + 1
    insert(
        Component,
        [
            {"id": number, "name": f"Part {number}", "position": number, "status_since": now}
            for number in range(first, components + 1)
        ],
    )
    first = db.session.scalar(sa.select(sa.func.max(Incident.id))) + 1
    made = [
        {
            "id": number,
            "name": f"Incident {number}",
            "message": "We are looking into it.",
            "status": IncidentStatus.INVESTIGATING if number % 100 == 0 else IncidentStatus.FIXED,
            "opened_as": IncidentStatus.INVESTIGATING,
            "occurred_at": now - timedelta(hours=number),
            "fixed_at": None if number % 100 == 0 else now - timedelta(hours=number - 1),
        }
        for number in range(first, incidents + 1)
    ]
    insert(Incident, made)
    insert(
        IncidentUpdate,
        [
            {
                "incident_id": one["id"],
                "status": one["status"],
                "message": "More.",
                "created_at": now,
                "updated_at": now,
            }
            for one in made
        ],
    )
    insert(
        Impact,
        [
            {
                "incident_id": one["id"],
                "component_id": 2 + one["id"] % (components - 2),
                "status": ComponentStatus.PARTIAL_OUTAGE,
                "began_at": one["occurred_at"],
                "ended_at": one["fixed_at"],
            }
            for one in made
        ],
    )
    first = db.session.scalar(sa.select(sa.func.max(Subscriber.id))) + 1
    insert(
        Subscriber,
        [{"id": number, "email": f"{number}@example.org", "verified_at": now} for number in range(first, subscribers)],
    )
    for number in range(components // 10):
        IncidentTemplate.create(name=f"Template {components} {number}", body="x", actor=None)
    db.session.commit()


def insert(model: type, rows: list[dict]) -> None:
    db.session.execute(sa.insert(model), rows)


def asked(browser, pages: list[str]) -> dict[str, int]:
    """How many statements each page takes, from a session that knows nothing yet."""
    found = {}
    for path in pages:
        db.session.remove()
        with count_queries() as sent:
            assert browser.get(path).status_code == 200, path
        found[path] = len(sent)
    return found


def test_every_page_asks_as_much_of_many_as_of_few(sign_in, olive, app):
    browser = sign_in(olive)
    make_everything()
    fill_up(*SIZES["few"])
    every = sorted({path.path for path in paths(app) if path.method == "GET"})
    pages = [path for path in every if browser.get(path).status_code == 200] + ["/dashboard/palette?q=1"]
    assert len(pages) > 50
    few = asked(browser, pages)
    fill_up(*SIZES["many"])
    many = asked(browser, pages)
    assert {path: (few[path], many[path]) for path in pages if few[path] != many[path]} == {}
    assert max(many.values()) < 30, many


def test_what_grows_is_shown_in_pages(sign_in, olive):
    browser = sign_in(olive)
    make_everything()
    fill_up(*SIZES["few"])
    for path, sought in (("incidents", "Incident 150"), ("subscribers", "150@example.org")):
        page = browser.get(f"/dashboard/{path}").text
        assert page.count("<tr") < 60
        assert 'rel="next"' in page
        found = browser.get(f"/dashboard/{path}", query_string={"q": sought}).text
        assert sought in found
        assert found.count("<tr") < 5
    found = browser.get("/dashboard/palette?q=part").json["items"]
    assert [one["name"] for one in found] == [f"Part {number}" for number in range(2, 8)]
    assert browser.get("/dashboard/palette").json["items"] == []


def test_the_palette_says_to_each_what_they_may_do(sign_in, olive, vic):
    assert "components.manage" not in ABILITIES["viewer"]
    make_everything()
    for member, may in ((olive, True), (vic, False)):
        (found,) = [
            one for one in sign_in(member).get("/dashboard/palette?q=api").json["items"] if one["kind"] == "Component"
        ]
        assert ("statuses" in found) is may
        assert ("/dashboard/components/1" in found["url"]) is may
