import re
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from app.extensions import db
from app.i18n import COOKIE
from app.lib import clock
from app.models import Incident
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.recalled import Stretch
from app.models.setting import Setting
from app.page_cache import GENERATION, bump
from tests.factories import make_component, make_group, make_incident
from tests.queries import count_queries

MAJOR, PARTIAL, SLOW = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.PERFORMANCE_ISSUES
NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)


GENERATIONS = count(1)


@pytest.fixture(autouse=True)
def at_noon(app, world, monkeypatch):
    """The clock stands still; by it the page cache would give each test the same generation."""
    monkeypatch.setattr("app.lib.clock.now", lambda: NOON)
    app.extensions["daymark.redis"].set(GENERATION, next(GENERATIONS) * 1000)


def broke(component, days_ago=3, minutes=12, status=MAJOR, name="Errors", **fields):
    """A past incident that began at eight in the morning so many days ago."""
    began = NOON - timedelta(days=days_ago, hours=4)
    ended = began + timedelta(minutes=minutes)
    incident = Incident.recall(
        name=name,
        message="It broke.",
        occurred_at=began,
        fixed_at=ended,
        status=IncidentStatus.FIXED,
        impacts=[Stretch(component, status, began, ended)],
        actor=None,
        **fields,
    )
    db.session.commit()
    return incident


def strip_of(page: str, component) -> str:
    return page.split(f'id="component-{component.id}"')[1].split("</li>\n")[0].split('<p class="component-foot">')[0]


def rows(strip: str) -> list[str]:
    return re.findall(r'<tr data-i="\d+">.*?</tr>', strip, re.DOTALL)


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def test_a_calm_component_is_one_line(client):
    api = make_component("API")
    page = client.get("/").text
    strip = strip_of(page, api)
    assert strip.split("plot strip")[1].count("<path") == 1 and 'd="M0 20.5h810"' in strip and "<table" not in strip
    assert 'aria-label="API: 100 % uptime over 90 days, no incidents"' in strip
    assert 'data-plot="90" data-first="2026-05-23" data-quiet="No incidents|100 % uptime"' in strip
    assert "100 % uptime" in page and 'class="legend"' in page


def test_a_bad_day_is_drawn_and_told(client):
    api = make_component("API")
    incident = broke(api, minutes=12)
    broke(api, days_ago=10, minutes=60, status=PARTIAL)
    strip = strip_of(client.get("/").text, api)
    assert '<path class="major" d="M774 0h7v34h-7z"/>' in strip and '<path class="partial"' in strip
    older, newer = rows(strip)
    assert 'data-i="86"' in newer and 'data-i="79"' in older
    assert words(newer) == "Monday, 17 August Major outage 12 min 99.16 % uptime Errors"
    assert f'<a href="/incidents/{incident.id}" dir="auto">Errors</a>' in newer
    # 12 minutes whole and 60 minutes for 0.3 of 90 days
    assert 'aria-label="API: 99.97 % uptime over 90 days, 2 days with incidents"' in strip


def test_the_worst_of_a_day_draws_it_and_each_status_is_told(client):
    api = make_component("API")
    broke(api, minutes=90, status=SLOW)
    broke(api, minutes=12, status=MAJOR, name="Worse")
    (row,) = rows(strip_of(client.get("/").text, api))
    assert "Major outage 12 min major outage, 1 hr 18 min performance issues" in words(row)


def test_what_goes_on_now_is_in_today_s_bar(client):
    api = make_component("API")
    make_incident(impacts={api: MAJOR}, occurred_at=NOON - timedelta(minutes=30))
    (row,) = rows(strip_of(client.get("/").text, api))
    assert 'data-i="89"' in row and "30 min" in row


def test_seconds_are_not_rounded_away(client):
    api = make_component("API")
    broke(api, minutes=0.5)
    strip = strip_of(client.get("/").text, api)
    assert "99.99 % uptime over 90 days" in strip and "less than a minute" in strip


def test_many_incidents_of_a_day_are_cut_with_a_way_to_the_rest(client):
    api = make_component("API")
    for number in range(6):
        broke(api, name=f"Incident {number}", minutes=5)
    (row,) = rows(strip_of(client.get("/").text, api))
    assert "Incident 3" in row and "Incident 4" not in row
    assert f'href="/history?month=2026-08&amp;component={api.id}">and 2 more</a>' in row


def test_guests_are_not_told_of_what_is_not_theirs(client, vic, sign_in):
    api = make_component("API")
    broke(api, name="Secret", visibility=Visibility.MEMBERS)
    broke(api, name="Buried", visibility=Visibility.HIDDEN)
    inner = make_component("Inner", visibility=Visibility.MEMBERS)
    broke(inner, name="Inside")
    page = client.get("/").text
    assert len(rows(strip_of(page, api))) == 1  # the day was what it was
    assert not [word for word in ("Secret", "Buried", "Inner") if word in page]
    page = sign_in(vic).get("/").text
    assert "Secret" in strip_of(page, api) and "Inside" in strip_of(page, inner) and "Buried" not in page


def test_a_hidden_strip_takes_legend_and_its_part_of_the_group(client):
    group = make_group("Core")
    hidden = make_component("Quiet", group=group, show_uptime=False)
    broke(hidden, minutes=600)
    page = client.get("/").text
    assert "data-plot" not in page and "group-uptime" not in page
    make_component("API", group=group)
    page = client.get("/").text
    assert page.count('class="plot strip"') == 1
    assert '<span class="group-uptime">100 %' in page


def test_a_group_has_the_mean_of_its_components(client):
    group = make_group("Core")
    broke(make_component("API", group=group), minutes=24 * 60)
    make_component("Web", group=group)
    assert '<span class="group-uptime">99.44 %' in client.get("/").text


def test_a_deleted_incident_frees_its_day(client):
    api = make_component("API")
    incident = broke(api)
    assert rows(strip_of(client.get("/").text, api))
    incident.delete(actor=None)
    db.session.commit()
    assert not rows(strip_of(client.get("/").text, api))


def test_names_are_never_markup(client):
    api = make_component('<b>"API"')
    broke(api, name='<img src=x onerror="alert(1)">')
    page = client.get("/").text
    assert "<img" not in page and "<b>" not in page and 'aria-label="&lt;b&gt;' in page


def test_the_number_of_incidents_changes_no_queries_and_ten_strips_stay_light(client):
    parts = [make_component(f"Component {n}") for n in range(10)]
    broke(parts[0])

    def queries() -> tuple[int, int]:
        bump()
        db.session.remove()
        with count_queries() as sent:
            size = len(client.get("/").data)
        return len(sent), size

    queries()  # whether the page has been set up is asked once
    few, _size = queries()
    for n in range(60):
        broke(db.session.merge(parts[n % 10]), days_ago=20 + n, name=f"Incident {n}")
    assert queries() == (few, pytest.approx(45_000, abs=15_000))


def test_strips_end_today_whatever_days_are_looked_at(client):
    api = make_component("API")
    broke(api, days_ago=40)
    page = client.get(f"/?start_date={(clock.now() - timedelta(days=40)).date()}").text
    assert 'data-first="2026-05-23"' in page and rows(strip_of(page, api))


def test_what_is_kept_of_a_strip_hides_no_change(client):
    api = make_component("API")
    incident = broke(api)
    assert "Errors" in rows(strip_of(client.get("/").text, api))[0]
    incident.edit(name="Timeouts", actor=None)
    db.session.commit()
    assert "Timeouts" in rows(strip_of(client.get("/").text, api))[0]
    api.edit(name="Interface", actor=None)
    db.session.commit()
    assert "Interface: " in strip_of(client.get("/").text, api)
    broke(api, minutes=30, status=PARTIAL, name="More")
    told = words(rows(strip_of(client.get("/").text, api))[0])
    assert "Timeouts" in told and "More" in told


def test_what_is_kept_of_a_strip_is_told_as_the_page_tells_dates_and_leads_on_in_the_language_asked_for(client):
    api = make_component("API")
    address = f'href="/incidents/{broke(api).id}'
    assert "Monday, 17 August" in strip_of(client.get("/").text, api)
    Setting.change(date_format="month", actor=None)
    db.session.commit()
    assert "Monday, August 17" in strip_of(client.get("/").text, api)
    assert f'{address}?lang=de"' in strip_of(client.get("/?lang=de").text, api)
    client.set_cookie(COOKIE, "de")
    german = strip_of(client.get("/").text, api)
    assert "Montag" in german and f'{address}"' in german
