import re
from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Maintenance
from app.models.enums import ComponentStatus, MaintenanceState
from app.models.event import Event
from app.models.setting import Setting
from tests.factories import make_component, make_maintenance

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PLAN = {
    "name": "Database upgrade",
    "message": "Short **interruptions**.",
    "starts_at": "2026-11-24T22:00",
    "ends_at": "2026-11-24T23:00",
    "repeat": "never",
    "every": "1",
    "ends": "never",
    "visibility": "1",
    "auto_begin": "y",
    "auto_finish": "y",
    "notify": "y",
}


@pytest.fixture(autouse=True)
def frozen(request, monkeypatch):
    """It is Saturday noon; later(...) moves on."""
    times = [NOW]
    monkeypatch.setattr("app.lib.clock.now", lambda: times[0])
    return lambda **span: times.__setitem__(0, times[0] + timedelta(**span))


def only() -> Maintenance:
    db.session.rollback()
    return db.session.scalars(Maintenance.listed()).one()


def test_planning_names_components_and_keeps_what_was_entered(browser):
    api, _web = make_component("API"), make_component("Web")
    browser.get("/dashboard/schedule/create")
    answer = browser.submit("/dashboard/schedule/create", **PLAN, components=[str(api.id)])
    assert answer.status_code == 302, answer.text
    plan = only()
    assert (plan.name, plan.starts_at, plan.rule) == (PLAN["name"], datetime(2026, 11, 24, 22, tzinfo=UTC), "")
    assert plan.component_ids == [api.id]
    page = browser.get(answer.location).text
    assert "Database upgrade" in page and "has been scheduled" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_at": "2026-11-24T21:00"}, "The end must lie after the beginning."),
        ({"name": ""}, "Please fill this in."),
        ({"starts_at": "tomorrow"}, "Enter a date and a time"),
        ({"publish_at": "2026-11-25T00:00"}, "It must be announced before it begins."),
        ({"repeat": "daily", "every": "0"}, "Enter a whole number from 1 to 999."),
        ({"repeat": "daily", "every": "x"}, "Enter a whole number from 1 to 999."),
        ({"repeat": "daily", "ends": "until"}, "Enter a date, as in 2026-11-21."),
        ({"repeat": "daily", "ends": "until", "until": "2026-11-01"}, "This lies before the first date."),
        ({"repeat": "daily", "ends_at": "2026-11-26T22:00"}, "the next date would begin before the work is over"),
        ({"components": "99"}, "does not exist any more"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_stays(browser, wrong, sentence):
    browser.get("/dashboard/schedule/create")
    answer = browser.submit("/dashboard/schedule/create", **{**PLAN, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text and "Short **interruptions**." in answer.text
    assert db.session.scalars(Maintenance.listed()).all() == []


@pytest.mark.parametrize(
    ("repeat", "rule"),
    [
        ({"repeat": "daily", "every": "2", "ends": "count", "count": "4"}, "FREQ=DAILY;INTERVAL=2;COUNT=4"),
        ({"repeat": "weekly", "weekdays": ["TH", "TU"]}, "FREQ=WEEKLY;BYDAY=TU,TH"),
        ({"repeat": "weekly"}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"repeat": "monthly", "monthly_by": "day"}, "FREQ=MONTHLY;BYMONTHDAY=24"),
        ({"repeat": "monthly", "monthly_by": "weekday"}, "FREQ=MONTHLY;BYDAY=4TU"),
        ({"repeat": "monthly", "monthly_by": "last"}, "FREQ=MONTHLY;BYDAY=-1TU"),
        (
            {"repeat": "weekly", "ends": "until", "until": "2026-12-31"},
            "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261231T235959Z",
        ),
    ],
)
def test_a_choice_becomes_a_rule_and_comes_back_as_it_was(browser, repeat, rule):
    browser.get("/dashboard/schedule/create")
    assert browser.submit("/dashboard/schedule/create", **{**PLAN, **repeat}).status_code == 302
    series = only()
    assert series.rule == rule
    page = browser.get(f"/dashboard/schedule/{series.id}/edit").text
    assert f'checked id="repeat-{["never", "daily", "weekly", "monthly"].index(repeat["repeat"])}"' in page
    fields = {**PLAN, **repeat, "name": "Another name"}
    assert browser.submit(f"/dashboard/schedule/{series.id}/edit", **fields).status_code == 302
    assert (only().rule, only().name, only().starts_at) == (rule, "Another name", series.starts_at)


def test_the_preview_tells_five_dates_with_and_without_script(browser):
    fields = {**PLAN, "repeat": "monthly", "monthly_by": "last"}
    browser.get("/dashboard/schedule/create")
    fragment = browser.submit("/dashboard/schedule/dates", **fields)
    assert fragment.text.count("<li>") == 5
    assert "Tue 24 Nov" in fragment.text and "Tue 29 Dec" in fragment.text
    page = browser.submit("/dashboard/schedule/create", **fields, preview="1")
    assert "Tue 29 Dec" in page.text and "Short **interruptions**." in page.text
    assert db.session.scalars(Maintenance.listed()).all() == []


def test_the_days_of_a_week_are_boxes_ticked_as_the_rule_says(browser):
    def ticked(page):
        boxes = re.findall(r'<input[^>]*name="weekdays"[^>]*>', page)
        assert [box for box in boxes if 'type="checkbox"' in box] == boxes and len(boxes) == 7
        return [re.search(r'value="(\w+)"', box)[1] for box in boxes if "checked" in box]

    assert ticked(browser.get("/dashboard/schedule/create").text) == []
    series = make_maintenance(starts_in=timedelta(days=3), rule="FREQ=WEEKLY;BYDAY=TU,TH")
    assert ticked(browser.get(f"/dashboard/schedule/{series.id}/edit").text) == ["TU", "TH"]


def test_the_preview_says_why_it_tells_no_dates(browser):
    browser.get("/dashboard/schedule/create")

    def told(**wrong):
        return browser.submit("/dashboard/schedule/dates", **{**PLAN, "repeat": "daily", **wrong}).text

    assert "Enter when it begins and ends to see the dates." in told(ends_at="")
    assert "The end must lie after the beginning." in told(ends_at="2026-11-24T21:00")
    assert "A date would begin before the one before it is over." in told(ends_at="2026-11-26T21:00")
    assert "This lies before the first date." in told(ends="until", until="2026-11-01")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("wrong", [{"until": "9999-12-31"}, {"starts_at": "9999-12-31T12:00"}])
def test_a_day_at_the_end_of_all_time_is_refused_in_every_zone(browser, zone, wrong):
    Setting.set(timezone=zone)
    db.session.commit()
    browser.get("/dashboard/schedule/create")
    fields = {**PLAN, "repeat": "daily", "ends": "until", "until": "2026-12-31", **wrong}
    preview = browser.submit("/dashboard/schedule/dates", **fields)
    assert preview.status_code == 200 and "<li>" not in preview.text
    answer = browser.submit("/dashboard/schedule/create", **fields)
    assert answer.status_code == 422
    assert f'value="{next(iter(wrong.values()))}"' in answer.text


def test_a_rule_with_an_end_that_no_field_takes_is_kept(browser):
    Setting.set(timezone="Asia/Tokyo")
    rule = "FREQ=DAILY;UNTIL=99991231T235959Z"
    series = make_maintenance(starts_in=timedelta(days=3), rule=rule)
    assert rule in browser.get(f"/dashboard/schedule/{series.id}/edit").text


@pytest.mark.parametrize("part", ["INTERVAL=x", "COUNT=x", "UNTIL=x", "UNTIL=20261399", "BYDAY"])
def test_what_a_script_says_was_the_rule_may_be_none(browser, part):
    browser.get("/dashboard/schedule/create")
    fields = {**PLAN, "repeat": "daily", "kept_rule": f"FREQ=DAILY;{part}"}
    assert browser.submit("/dashboard/schedule/dates", **fields).text.count("<li>") == 5
    assert "<li>" not in browser.submit("/dashboard/schedule/dates", **{**fields, "repeat": "other"}).text


def test_a_rule_that_the_form_cannot_say_is_kept(browser):
    series = make_maintenance(starts_in=timedelta(days=3), rule="FREQ=YEARLY")
    page = browser.get(f"/dashboard/schedule/{series.id}/edit").text
    assert "FREQ=YEARLY" in page
    fields = {**PLAN, "repeat": "other", "kept_rule": "FREQ=YEARLY", "name": "Yearly"}
    assert browser.submit(f"/dashboard/schedule/{series.id}/edit", **fields).status_code == 302
    assert (only().name, only().rule) == ("Yearly", "FREQ=YEARLY")


@pytest.mark.parametrize(
    ("end", "change", "sentence"),
    [
        ("", {"repeat": "weekly"}, "Work that has begun cannot become a series."),
        ("finish", {"repeat": "weekly"}, "Work that has begun cannot become a series."),
        ("finish", {"starts_at": "2026-11-24T22:30"}, "This maintenance is over."),
        ("cancel", {"ends_at": "2026-11-24T23:30"}, "This maintenance is over."),
    ],
)
def test_what_is_too_late_to_change_is_said_at_its_field_and_all_stays(browser, frozen, end, change, sentence):
    browser.get("/dashboard/schedule/create")
    assert browser.submit("/dashboard/schedule/create", **PLAN).status_code == 302
    frozen(days=3, hours=10, minutes=30)
    work = only()
    work.begin(actor=None)
    if end:
        getattr(work, end)(actor=None)
    db.session.commit()
    path = f"/dashboard/schedule/{work.id}/edit"
    browser.get(path)
    late = browser.submit(path, **{**PLAN, "message": "What I typed.", **change})
    assert late.status_code == 422
    assert sentence in late.text and "What I typed." in late.text
    assert (only().message, only().rule) == (PLAN["message"], "")
    assert browser.submit(path, **{**PLAN, "message": "What I typed."}).status_code == 302


def test_two_who_edit_at_once_do_not_undo_each_other_unasked(browser):
    path = f"/dashboard/schedule/{make_maintenance().id}/edit"

    def seen(page):
        return re.search(r'name="seen"[^>]*value="(\w+)"', page.text)[1]

    first = seen(browser.get(path))
    assert browser.submit(path, **PLAN, seen=first).status_code == 302
    late = {**PLAN, "name": "Upgrade, again"}
    refused = browser.submit(path, **late, seen=first)
    assert refused.status_code == 422 and "Somebody changed this while you were typing." in refused.text
    assert 'value="Upgrade, again"' in refused.text and only().name == "Database upgrade"
    assert browser.submit(path, **late, seen=seen(refused)).status_code == 302
    assert only().name == "Upgrade, again"


def test_it_begins_and_finishes_by_the_clock(browser, frozen):
    api = make_component("API")
    plan = make_maintenance(starts_in=timedelta(hours=1), lasts=timedelta(hours=1), components=[api])

    def state():
        db.session.rollback()
        Maintenance.tick(clock.now())
        db.session.commit()
        db.session.refresh(api)
        return db.session.get_one(Maintenance, plan.id).state, api.status

    assert state() == (MaintenanceState.PLANNED, ComponentStatus.OPERATIONAL)
    frozen(minutes=61)
    assert state() == (MaintenanceState.IN_PROGRESS, ComponentStatus.UNDER_MAINTENANCE)
    assert "1 running" in browser.get("/dashboard/").text
    frozen(minutes=60)
    assert state() == (MaintenanceState.FINISHED, ComponentStatus.OPERATIONAL)
    assert "1 running" not in browser.get("/dashboard/").text


def test_by_hand_it_begins_takes_updates_and_finishes(browser):
    path = f"/dashboard/schedule/{make_maintenance().id}"
    browser.get(path)
    assert browser.submit(f"{path}/begin").status_code == 302
    assert only().is_running
    browser.submit(f"{path}/updates", message="Half way.", notify="y")
    update = only().updates[0]
    browser.submit(f"{path}/updates/{update.id}", message="Nearly done.")
    assert "Nearly done." in browser.get(path).text
    assert "Delete this update?" in browser.get(f"{path}/updates/{update.id}/delete").text
    browser.submit(f"{path}/updates/{update.id}/delete")
    assert only().updates == []
    browser.submit(f"{path}/finish", message="All is well.", notify="y")
    assert only().state is MaintenanceState.FINISHED
    browser.submit(f"{path}/begin")
    assert "This maintenance is over." in browser.get(path).text


def test_an_update_without_words_is_refused(browser):
    path = f"/dashboard/schedule/{make_maintenance().id}"
    browser.get(path)
    answer = browser.submit(f"{path}/updates", message=" ")
    assert answer.status_code == 422 and "Please fill this in." in answer.text


def test_it_is_postponed_by_a_button_or_to_a_time(browser):
    plan = make_maintenance(starts_in=timedelta(hours=1))
    path = f"/dashboard/schedule/{plan.id}"
    browser.get(path)
    browser.submit(f"{path}/move", by="30", notify="y")
    assert only().starts_at == NOW + timedelta(minutes=90)
    browser.submit(f"{path}/move", starts_at="2026-11-22T10:00", ends_at="2026-11-22T11:00")
    assert only().starts_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    answer = browser.submit(f"{path}/move", starts_at="2026-11-22T10:00", ends_at="2026-11-22T09:00")
    assert answer.status_code == 422 and "The end must lie after the beginning." in answer.text


@pytest.mark.parametrize("deed", ["cancel", "delete"])
def test_what_is_lost_is_asked_for_first(browser, deed):
    path = f"/dashboard/schedule/{make_maintenance().id}"
    assert "Database upgrade” ?".replace(" ?", "?") in browser.get(f"{path}/{deed}").text
    assert only().is_open
    assert browser.submit(f"{path}/{deed}").status_code == 302
    left = db.session.scalars(Maintenance.listed()).all()
    assert [row.state for row in left] == ([MaintenanceState.CANCELLED] if deed == "cancel" else [])


def test_one_date_of_a_series_is_moved_another_cancelled(browser):
    series = make_maintenance(starts_in=timedelta(hours=2), rule="FREQ=DAILY")
    path = f"/dashboard/schedule/{series.id}"
    first, second = (f"{path}/dates/{slot.starts_at:%Y%m%dT%H%M%SZ}" for slot in series.next_dates(2))
    assert browser.get(path).text.count("Move this date<") == 5
    browser.get(f"{first}/move")
    moved = browser.submit(f"{first}/move", starts_at="2026-11-21T17:00", ends_at="2026-11-21T18:00")
    assert moved.status_code == 302, moved.text
    assert "Cancel this date?" in browser.get(f"{second}/cancel").text
    browser.submit(f"{second}/cancel")
    rows = {row.starts_at: row.state for row in db.session.scalars(series.dates_of())}
    assert rows == {
        datetime(2026, 11, 21, 17, tzinfo=UTC): MaintenanceState.PLANNED,
        datetime(2026, 11, 22, 14, tzinfo=UTC): MaintenanceState.CANCELLED,
    }
    assert browser.get(f"{path}/dates/xxxxxxxxxxxxxxxx/move").status_code == 404


@pytest.mark.parametrize("late", ["move", "cancel"])
def test_a_date_that_somebody_else_took_meanwhile_is_said_to_be_gone(browser, late):
    series = make_maintenance(starts_in=timedelta(hours=2), rule="FREQ=DAILY")
    path = f"/dashboard/schedule/{series.id}"
    taken = f"{path}/dates/{series.next_dates(1)[0].starts_at:%Y%m%dT%H%M%SZ}"
    browser.get(path)
    browser.submit(f"{taken}/cancel")
    for date in (taken, f"{path}/dates/20261121T140001Z"):
        for ask in (browser.get, browser.submit):
            answer = ask(f"{date}/{late}")
            assert (answer.status_code, answer.location) == (302, path)
            assert "The series has no such date any more." in browser.get(path).text
    assert [row.state for row in db.session.scalars(series.dates_of())] == [MaintenanceState.CANCELLED]


def test_the_list_has_its_parts_a_search_and_an_empty_state(browser):
    assert "No maintenance yet" in browser.get("/dashboard/schedule").text
    make_maintenance("Soon")
    make_maintenance("Running", starts_in=timedelta(minutes=-5))
    make_maintenance("Over", starts_in=timedelta(days=-2))
    make_maintenance("Weekly", rule="FREQ=WEEKLY", visibility=2)
    page = browser.get("/dashboard/schedule").text
    assert all(f'id="{part}"' in page for part in ("running", "planned", "past"))
    found = browser.get("/dashboard/schedule?q=week").text
    assert "Weekly" in found and "Soon" not in found
    assert "Nothing matches" in browser.get("/dashboard/schedule?q=zzz").text


def test_a_viewer_looks_and_changes_nothing(onlooker):
    path = f"/dashboard/schedule/{make_maintenance().id}"
    assert "Begin now" not in onlooker.get(path).text
    assert onlooker.submit(f"{path}/begin").status_code == 403
    assert onlooker.get("/dashboard/schedule/create").status_code == 403
    assert onlooker.get("/dashboard/settings/maintenance").status_code == 403


def test_the_settings_are_changed_by_an_administrator_and_noted(sign_in, olive, browser):
    owner = sign_in(olive)
    owner.get("/dashboard/settings/maintenance")
    wrong = owner.submit("/dashboard/settings/maintenance", maintenance_reminder="soon")
    assert wrong.status_code == 422 and "Enter a whole number from 0 to 10080." in wrong.text
    owner.submit("/dashboard/settings/maintenance", maintenance_reminder="15", suppress_in_maintenance="y")
    owner.submit("/dashboard/settings/maintenance", maintenance_reminder="15", suppress_in_maintenance="y")
    db.session.rollback()
    db.session.info.pop("settings", None)
    assert (Setting.get("maintenance_reminder"), Setting.get("suppress_in_maintenance")) == (15, True)
    noted = [event for event in db.session.scalars(Event.pending()) if event.name == "settings.changed"]
    assert len(noted) == 1
    assert noted[0].data["changed"]["maintenance_reminder"] == [60, 15]
    owner.get("/dashboard/settings/metrics")
    assert owner.submit("/dashboard/settings/metrics", metric_days="30").status_code == 302
    db.session.info.pop("settings", None)
    assert (Setting.get("metric_days"), Setting.get("show_charts")) == (30, False)
    assert browser.get("/dashboard/settings/metrics").status_code == 403


def test_the_list_takes_as_many_queries_with_twenty_series_as_with_one(queries):
    make_maintenance("Over", starts_in=timedelta(days=-2), components=[make_component()])
    make_maintenance("Runs", starts_in=timedelta(minutes=-5))

    def series(number):
        row = make_maintenance(f"Weekly {number}", rule="FREQ=WEEKLY", components=[make_component(f"C{number}")])
        row.occurrence(row.starts_at).move(
            row.starts_at + timedelta(hours=1), row.ends_at + timedelta(hours=2), actor=None
        )
        db.session.commit()

    series(0)
    few = queries("/dashboard/schedule")
    for number in range(1, 20):
        series(number)
    assert queries("/dashboard/schedule") == few <= 12


@pytest.mark.parametrize("repeats", [False, True])
def test_one_maintenance_takes_as_many_queries_however_much_it_holds(queries, repeats):
    rule = "FREQ=DAILY" if repeats else ""
    work = make_maintenance(components=[make_component("One")], rule=rule)
    path = f"/dashboard/schedule/{work.id}"
    few = queries(path)
    work = db.session.get_one(Maintenance, work.id)
    work.edit(components=[make_component(f"C{number}") for number in range(12)], actor=None)
    for number in range(12):
        work.post_update(f"Update {number}.", actor=None)
    for slot in work.next_dates(8) if repeats else ():
        work.occurrence(slot.starts_at)
    db.session.commit()
    assert queries(path) == few <= 12


def test_running_work_is_cancelled_after_a_question_and_its_components_are_as_they_were(browser, look, frozen):
    api, web = make_component("API"), make_component("Web")
    api.say_status(ComponentStatus.PARTIAL_OUTAGE, actor=None)
    frozen(minutes=30)
    work = make_maintenance(starts_in=timedelta(minutes=-5), components=[api, web])
    path = f"/dashboard/schedule/{work.id}"
    assert look(web).status is ComponentStatus.UNDER_MAINTENANCE
    assert f'data-action="{path}/cancel"' in browser.get(path).text
    asked = browser.get(f"{path}/cancel").text
    assert "The work stops now" in asked and "as they were before" in asked
    assert browser.submit(f"{path}/cancel").status_code == 302
    assert only().state is MaintenanceState.CANCELLED
    assert (look(api).status, look(web).status) == (ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.OPERATIONAL)
    told = [event for event in db.session.scalars(Event.pending()) if event.name == "maintenance.cancelled"]
    assert [event.data["notify"] for event in told] == [True]
    assert f"{path}/cancel" not in browser.get(path).text
    browser.submit(f"{path}/cancel")
    assert "This maintenance is over." in browser.get(path).text
