"""Dates and times on a page with scripts: written as the server wrote them, so that nothing jumps."""

from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.models import Incident, Setting
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.recalled import Stretch
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_incident, make_maintenance

NOW = datetime(2026, 8, 21, 12, 3, 10, tzinfo=UTC)
TOLD = """all => all
    .filter(one => !["ago", "ahead"].includes(one.dataset.time) && !one.closest("noscript"))
    .map(one => one.textContent)"""
MANNERS = [
    ("en", "month", "12"),
    ("en", "iso", "24"),
    ("de", "language", "24"),
    ("ja", "language", "12"),
    ("ar", "language", "12"),
]


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, client, monkeypatch):
    """A page with a strip, work to come, an incident of today, one of last year, and one that is over."""
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)
    api = make_component("API")
    make_maintenance(starts_at=datetime(2026, 8, 23, 22, tzinfo=UTC), components=[api])
    make_incident("Of last year", occurred_at=NOW - timedelta(days=300))
    make_incident("Of today", occurred_at=NOW - timedelta(hours=2))
    start, end = NOW - timedelta(days=3), NOW - timedelta(days=2, hours=20)
    Incident.recall(
        name="Over",
        message="…",
        occurred_at=start,
        fixed_at=end,
        status=IncidentStatus.FIXED,
        impacts=[Stretch(api, ComponentStatus.MAJOR_OUTAGE, start, end)],
        actor=None,
    )
    db.session.commit()
    with serving(app) as address:
        yield address


@pytest.mark.parametrize(("language", "order", "hours"), MANNERS)
def test_scripts_write_dates_as_the_server_does(chrome, url, language, order, hours):
    manner = {"language": language, "date_format": order, "time_format": hours}
    Setting.change(language_from_browser=False, **manner, actor=None)
    db.session.commit()
    with page(chrome, java_script_enabled=False) as plain:
        plain.goto(url)
        sent = plain.locator("time[data-time]").evaluate_all(TOLD)
        heads = plain.locator(".day h3").all_text_contents()
    with page(chrome, timezone_id="UTC") as tab:
        tab.clock.set_fixed_time(NOW)
        tab.goto(url)
        # The words on hover come last, when all others have been told.
        tab.wait_for_selector("time[data-time=full][title], time[data-time=zoned][title], time[data-time=when][title]")
        assert tab.locator("time[data-time]").evaluate_all(TOLD) == sent
        point = tab.locator("[data-plot][data-first]").first
        said = point.evaluate("plot => plot.querySelector('.plot-point').ariaLabel")
    assert len(sent) >= 5
    assert heads[0] in said, (heads, said)
