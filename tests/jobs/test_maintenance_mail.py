"""What subscribers read of planned work, as it arrives over SMTP."""

from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.jobs import maintenances
from app.lib import clock
from app.models import Setting
from app.models.enums import ComponentStatus, Visibility
from tests.factories import make_component, make_incident, make_maintenance, make_subscriber
from tests.jobs.test_mail import both
from tests.mailbox import Mailbox

HOUR = timedelta(hours=1)
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def letters(installed, run_jobs, mailbox):
    """letters(): the subjects of all mails to Sue, who follows everything, oldest first; letters.last is the newest."""
    make_subscriber()

    def read():
        run_jobs()
        read.last = mailbox.to("sue@example.org")[-1] if mailbox.to("sue@example.org") else None
        return [message["Subject"].removeprefix("[Example Cloud] ") for message in mailbox.to("sue@example.org")]

    return read


@pytest.fixture
def at(monkeypatch):
    """at(moment): it is that time from now on, and the clock has just ticked."""

    def set_time(moment):
        monkeypatch.setattr("app.lib.clock.now", lambda: moment)
        maintenances.tick()

    return set_time


def test_planned_work_is_told_with_times_zone_and_components(letters):
    Setting.set(timezone="Europe/Berlin")
    start = datetime(2031, 6, 1, 20, tzinfo=UTC)
    api, secret = make_component("API"), make_component("Secret", visibility=Visibility.MEMBERS)
    work = make_maintenance(message="It may be **slow**.", starts_at=start, components=[api, secret])
    assert letters() == ["Planned maintenance: Database upgrade"]
    for part in both(letters.last):
        for words in ("Database upgrade", "1 Jun 2031, 22:00 CEST to 2 Jun 2031, 00:00 CEST", "2 hr", "slow", "API"):
            assert words in part
        assert f"http://status.test/schedules/{work.id}" in part and "Secret" not in part
    assert letters.last["References"] == f"<maintenance-{work.id}@status.test>"
    assert "<strong>slow</strong>" in Mailbox.html(letters.last)


def test_a_series_is_told_once_with_its_next_dates(letters, at):
    now = clock.now()
    make_maintenance(rule="FREQ=DAILY", starts_at=now + HOUR * 30)
    at(now)
    at(now + timedelta(seconds=15))
    assert letters() == ["Planned maintenance: Database upgrade"]
    assert all("The next dates:" in part for part in both(letters.last))


def test_each_step_of_the_work_is_told(letters, olive):
    work = make_maintenance(components=[make_component()])
    was = work.starts_at
    work.move(work.starts_at + HOUR, work.ends_at + HOUR, actor=olive)
    db.session.commit()
    assert letters()[1:] == ["Maintenance moved: Database upgrade"]
    for part in both(letters.last):
        assert f"Before: {was.day} " in part and f"{was:%H:%M} UTC" in part
        assert f"Now: {work.starts_at.day} " in part and f"{work.starts_at:%H:%M} UTC" in part
    work.post_update("Half *done*.", actor=olive)
    db.session.commit()
    assert letters()[2:] == ["Maintenance update: Database upgrade"]
    assert all("Half" in part and "done" in part for part in both(letters.last))
    work.begin(actor=olive)
    work.finish(message="All well.", actor=olive)
    db.session.commit()
    assert letters()[3:] == ["Maintenance finished: Database upgrade"]
    assert all("All well." in part and "earlier than planned" in part for part in both(letters.last))


def test_a_cancellation_is_told_and_what_was_waiting_to_be_told_before_is_not(letters, olive):
    work = make_maintenance()
    work.cancel(actor=olive)
    db.session.commit()
    assert letters() == ["Maintenance cancelled: Database upgrade"]
    assert all("It will not take place." in part for part in both(letters.last))


def test_a_cancelled_series_is_told_without_the_date_on_which_it_began(letters, olive, at):
    first = datetime(2031, 6, 1, 20, tzinfo=UTC)
    series = make_maintenance(rule="FREQ=DAILY", starts_at=first, auto_begin=False)
    at(first + HOUR * 60)
    series.cancel(actor=olive)
    db.session.commit()
    assert letters()[-1] == "Maintenance cancelled: Database upgrade"
    for part in both(letters.last):
        assert "None of its further dates will take place." in part
        assert "1 Jun 2031" not in part


def test_work_that_is_cancelled_while_it_runs_was_stopped(letters, olive):
    work = make_maintenance(components=[make_component()])
    work.begin(actor=olive)
    work.cancel(actor=olive)
    db.session.commit()
    assert letters() == ["Maintenance cancelled: Database upgrade"]
    assert all("The work was stopped." in part for part in both(letters.last))


def test_quiet_work_is_told_to_nobody(letters, olive, at):
    now = clock.now()
    work = make_maintenance(notify=False)
    work.move(work.starts_at + HOUR, work.ends_at + HOUR, actor=olive, notify=False)
    work.edit(name="Other", actor=olive)
    db.session.commit()
    make_maintenance(visibility=Visibility.MEMBERS)
    for hours in (24.5, 25.5, 30):
        at(now + HOUR * hours)
    assert letters() == []


def test_the_reminder_comes_once_and_an_end_on_time_needs_no_word(letters, at):
    now = clock.now()
    make_maintenance(starts_at=now + HOUR * 3, ends_at=now + HOUR * 4)
    for hours in (0.1, 1.9, 2.1, 2.2, 3.1, 4.1):
        at(now + HOUR * hours)
        told = letters()
    assert told == ["Planned maintenance: Database upgrade", "Maintenance begins soon: Database upgrade"]


def test_no_reminder_of_what_was_planned_shortly_before_nor_when_it_is_switched_off(letters, at):
    now = clock.now()
    make_maintenance("Short", starts_at=now + HOUR * 0.5)
    at(now + HOUR * 0.2)
    Setting.set(maintenance_reminder=0)
    db.session.commit()
    make_maintenance("Off", starts_at=now + HOUR * 3)
    at(now + HOUR * 2.9)
    assert letters() == ["Planned maintenance: Short", "Planned maintenance: Off"]


def test_after_a_move_the_new_time_is_reminded_of(letters, olive, at):
    now = clock.now()
    work = make_maintenance(starts_at=now + HOUR * 3)
    at(now + HOUR * 2.5)
    work.move(now + HOUR * 10, now + HOUR * 11, actor=olive)
    db.session.commit()
    at(now + HOUR * 9.5)
    assert [subject.split(":")[0] for subject in letters()].count("Maintenance begins soon") == 1  # the first is stale
    assert letters()[-1] == "Maintenance begins soon: Database upgrade"


def test_what_is_published_later_is_told_then(letters, at, client):
    now = clock.now()
    make_maintenance(starts_at=now + HOUR * 30, publish_at=now + HOUR * 2)
    at(now + HOUR)
    assert letters() == []
    at(now + HOUR * 2.1)
    at(now + HOUR * 2.2)
    assert letters() == ["Planned maintenance: Database upgrade"]


def test_while_all_that_an_incident_touches_is_under_maintenance_nobody_is_told_if_so_set(letters, olive):
    Setting.set(suppress_in_maintenance=True)
    api, web = make_component("API"), make_component("Web")
    make_maintenance(starts_at=clock.ago(minutes=5), components=[api], notify=False)
    make_incident("Covered", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    make_incident("Half", impacts={api: ComponentStatus.MAJOR_OUTAGE, web: ComponentStatus.MAJOR_OUTAGE})
    make_incident("Loose")
    api.say_status(ComponentStatus.PARTIAL_OUTAGE, actor=olive, notify=True)
    web.say_status(ComponentStatus.PARTIAL_OUTAGE, actor=olive, notify=True)
    db.session.commit()
    assert letters() == ["Investigating: Half", "Investigating: Loose", "Web: Partial outage"]
    Setting.set(suppress_in_maintenance=False)
    make_incident("Covered", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    assert letters()[-1] == "Investigating: Covered"


def test_what_authors_type_is_shown_and_not_run(letters, olive):
    work = make_maintenance(EVIL, message=EVIL, components=[make_component(EVIL)])
    work.post_update(EVIL, actor=olive)
    db.session.commit()
    assert len(letters()) == 2
    html = Mailbox.html(letters.last)
    assert "<script" not in html and "<img" not in html and EVIL in Mailbox.text(letters.last)
