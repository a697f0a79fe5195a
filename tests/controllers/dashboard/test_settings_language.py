"""Language and time, changed through their form and seen on the page, in mails and in the dashboard."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from babel import Locale

from app.extensions import db
from app.jobs import days
from app.lib.told_dates import clock_words, date_words
from app.models import Component, ComponentDay, Incident, Metric, MetricRollup, Setting
from app.models.enums import ComponentStatus, IncidentStatus, RollupUnit
from app.models.recalled import Stretch
from tests.clocks import stopped
from tests.effects import effect_of, saved, submitted
from tests.factories import make_component, make_incident, make_subscriber
from tests.jobs.test_mail import both

PATH = "/dashboard/settings/language"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 19, 22, tzinfo=UTC)  # in Tokyo this is the 20th


@pytest.fixture
def owner(sign_in, olive):
    """Olive's browser: the page is hers."""
    return sign_in(olive)


@pytest.fixture
def at_noon(monkeypatch):
    """It is noon of a known day, and stays so."""
    with stopped(monkeypatch) as at:
        at(NOON)
        yield


def recall(component: Component, start: datetime, length: timedelta) -> None:
    """An incident that broke `component` for a while, long over."""
    Incident.recall(
        name="Errors",
        message="…",
        occurred_at=start,
        fixed_at=start + length,
        status=IncidentStatus.FIXED,
        impacts=[Stretch(component, ComponentStatus.MAJOR_OUTAGE, start, start + length)],
        actor=None,
    )
    db.session.commit()


def broken_days() -> list[str]:
    return [str(day) for day in db.session.scalars(sa.select(ComponentDay.day).order_by(ComponentDay.day))]


def starts() -> list[datetime]:
    """When the days of metrics begin."""
    minutes = sa.select(MetricRollup.minute).where(MetricRollup.unit == RollupUnit.DAY).order_by(MetricRollup.minute)
    return [datetime.fromtimestamp(minute * 60, UTC) for minute in db.session.scalars(minutes)]


@effect_of("timezone")
def test_another_zone_has_other_times_and_other_days(at_noon, owner, client, run_jobs):
    recall(make_component(), LATE, timedelta(hours=1))
    metric = Metric.create(name="Response time", suffix="ms", actor=None)
    db.session.flush()
    metric.add_point(5.0, at=LATE)
    db.session.commit()
    days.keep_up()
    assert (broken_days(), starts()) == (["2026-11-19"], [datetime(2026, 11, 19, tzinfo=UTC)])
    assert "19 Nov, 22:00" in client.get("/").text or "22:00" in client.get("/").text

    saved(owner, PATH, timezone="Asia/Tokyo")
    page = owner.get(PATH).text
    assert "are being worked out in the new time zone" in page
    assert "are still those of UTC" in page
    assert 'id="day-2026-11-20"' in client.get("/").text and "Times in Asia/Tokyo" in client.get("/").text
    run_jobs()
    assert broken_days() == ["2026-11-20"]
    assert starts() == [datetime(2026, 11, 20, tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)]
    assert "are still those of" not in owner.get(PATH).text


def test_the_clock_catches_up_when_the_queue_was_away(owner, app, at_noon):
    recall(make_component(), LATE, timedelta(hours=1))
    days.keep_up()
    saved(owner, PATH, timezone="Asia/Tokyo")
    app.extensions["daymark.redis"].flushdb()
    for _ in range(2):
        days.keep_up()
        assert broken_days() == ["2026-11-20"]
    assert Setting.get("days_zone") == "Asia/Tokyo"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "UTC\0"])
def test_a_zone_that_does_not_exist_is_refused(owner, zone):
    answer = submitted(owner, PATH, timezone=zone, time_format="12")
    assert answer.status_code == 422
    assert "There is no time zone of this name. Choose one from the list." in answer.text
    assert re.search(r'<input[^>]* checked [^>]*value="12"', answer.text)
    db.session.info.pop("settings", None)
    assert (Setting.get("timezone"), Setting.get("time_format")) == ("UTC", "24")


@pytest.mark.parametrize("wrong", [{"language": "tlh"}, {"date_format": "roman"}, {"time_format": "36"}])
def test_what_is_not_offered_is_refused(owner, wrong):
    assert submitted(owner, PATH, **wrong).status_code == 422
    assert Setting.get(next(iter(wrong))) != next(iter(wrong.values()))


def test_a_zone_that_only_a_command_can_set_stays(owner):
    Setting.set(timezone="Etc/GMT+3")
    db.session.commit()
    saved(owner, PATH, time_format="12")
    assert Setting.get("timezone") == "Etc/GMT+3"


@pytest.mark.parametrize(
    ("order", "short", "whole"),
    [
        ("language", "19 Nov", "Thursday, 19 November"),
        ("day", "19 Nov", "Thursday, 19 November"),
        ("month", "Nov 19", "Thursday, November 19"),
        ("iso", "2026-11-19", "Thursday, 2026-11-19"),
    ],
)
@effect_of("date_format")
def test_dates_are_written_as_the_operator_chose(at_noon, owner, client, order, short, whole):
    saved(owner, PATH, date_format=order)
    assert re.search(r'<input[^>]* checked [^>]*value="' + order, owner.get(PATH).text)
    incident = make_incident(occurred_at=LATE)
    page = client.get("/").text
    assert whole in page and f"{short}, 22:00" in page
    assert short in owner.get(f"/dashboard/incidents/{incident.id}").text


@effect_of("time_format")
def test_times_are_written_with_twelve_or_twenty_four_hours(at_noon, owner, client):
    incident = make_incident(occurred_at=LATE)
    assert "22:00" in client.get("/").text
    saved(owner, PATH, time_format="12")
    page = client.get("/").text
    assert "10:00 PM" in page and "22:00</time>" not in page
    assert "10:00 PM" in owner.get(f"/dashboard/incidents/{incident.id}").text


def test_mails_write_them_so_too(owner, run_jobs, mailbox):
    make_subscriber()
    saved(owner, PATH, date_format="month", time_format="12")
    make_incident(occurred_at=LATE - timedelta(days=365))
    run_jobs()
    for part in both(mailbox.to("sue@example.org")[-1]):
        assert "Nov 19, 2025, 10:00 PM UTC" in part


@effect_of("language")
def test_the_page_speaks_its_language_where_the_visitor_has_none(owner, client):
    saved(owner, PATH, language="de")
    page = client.get("/")
    assert '<html lang="de"' in page.text
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "en"}).text


@effect_of("language_from_browser")
def test_all_visitors_may_be_given_the_same_language(owner, client):
    german = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.1"}
    assert '<html lang="de"' in client.get("/", headers=german).text
    saved(owner, PATH, language_from_browser=False)
    assert '<html lang="en"' in client.get("/", headers=german).text
    saved(owner, PATH, language="fr")
    assert '<html lang="fr"' in client.get("/", headers=german).text


@pytest.mark.parametrize(
    ("language", "words", "hours"),
    [
        ("de", ["5. Nov.", "5. Nov. 2026", "Donnerstag, 5. November"], "8:07 PM"),
        ("ja", ["11月5日", "2026年11月5日", "11月5日木曜日"], "午後8:07"),
        ("pt_BR", ["5 de nov.", "5 de nov. de 2026", "quinta-feira, 5 de novembro"], "8:07 PM"),
        ("ar", ["5 نوفمبر", "5 نوفمبر 2026", "الخميس، 5 نوفمبر"], "8:07 م"),
    ],
)
def test_each_language_has_its_own_way(language, words, hours):
    locale, moment = Locale.parse(language), datetime(2026, 11, 5, 20, 7)
    said = [date_words(moment.date(), much, "language", locale) for much in ("short", "dated", "whole")]
    assert (said, clock_words(moment, "12", locale)) == (words, hours)
    assert clock_words(moment, "24", locale) == "20:07"
