from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Event, EventName, Maintenance, Setting, Window
from app.models.enums import ComponentStatus, MaintenanceState, Visibility
from tests.controllers.api_v1.test_input import details
from tests.factories import make_component, make_maintenance, make_subscriber
from tests.queries import count_queries

VALID = {"name": "Upgrade", "message": "A *short* break.", "status": 0, "scheduled_at": "2031-06-03 22:00"}
HOUR = timedelta(hours=1)


def work() -> Maintenance:
    db.session.expire_all()
    return db.session.query(Maintenance).order_by(Maintenance.id.desc()).first()


def in_words(moment) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def test_it_is_planned_and_read_again(api, olive):
    answer = api(olive).post("/schedules/", json={**VALID, "completed_at": "2031-06-03 23:30:15"})
    assert answer.status_code == 200
    made = answer.json["data"]
    assert {
        **VALID,
        "scheduled_at": "2031-06-03 22:00:00",
        "completed_at": "2031-06-03 23:30:15",
    }.items() <= made.items()
    assert (made["human_status"], made["components"], made["deleted_at"]) == ("Upcoming", [], None)
    assert api().get("/schedules/1").json == answer.json
    assert api().get("/schedules").json["data"] == [made]
    assert work().auto_finish is True


def test_a_form_and_an_hour_with_a_zone_are_understood(api, olive):
    Setting.set(timezone="Europe/Berlin")
    db.session.commit()
    client = api(olive)
    form = {**VALID, "status": "0", "completed_at": "2031-06-03T22:00:00.000Z", "notify": "False"}
    made = client.post("/schedules", data=form).json["data"]
    assert (made["scheduled_at"], made["completed_at"]) == ("2031-06-03 22:00:00", "2031-06-04 00:00:00")
    assert work().starts_at.hour == 20
    tokyo = client.post("/schedules", query_string=VALID, headers={"Time-Zone": "Asia/Tokyo"}).json["data"]
    assert (tokyo["scheduled_at"], work().starts_at.hour) == ("2031-06-03 22:00:00", 13)


def test_an_empty_body_names_what_is_missing(api, olive):
    told = details(api(olive).post("/schedules", json={}))
    assert told == [f"The {name} field is required." for name in ("name", "status", "scheduled_at")]
    assert db.session.query(Maintenance).count() == 0


def test_a_message_is_not_needed(api, olive):
    sent = {name: value for name, value in VALID.items() if name != "message"}
    for message in ({}, {"message": None}, {"message": ""}):
        assert api(olive).post("/schedules", json={**sent, **message}).json["data"]["message"] == ""


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("name", ""),
        ("name", 5),
        ("name", "x" * 256),
        ("message", ["a"]),
        ("message", "é" * 40_000),
        ("status", 3),
        ("status", -1),
        ("status", "later"),
        ("status", 2**70),
        ("scheduled_at", "tomorrow"),
        ("scheduled_at", "2031-02-30 10:00"),
        ("scheduled_at", 1900000000),
        ("scheduled_at", "2098-01-01 00:00"),
        ("completed_at", "2031-06-03"),
        ("completed_at", "2031-06-03 22:00"),
        ("completed_at", "2031-06-03 21:00"),
        ("completed_at", "2033-06-03 21:00"),
        ("notify", "often"),
        ("components", "API"),
        ("components", 1),
        ("components", [7]),
        ("components", [True]),
        ("components", [1.5]),
        ("components", [-1]),
        ("components", [None]),
        ("components", [[1]]),
        ("components", [2**70]),
        ("components", [{}]),
        ("components", [{"component_id": "first"}]),
        ("components", {"a": {"b": 1}}),
    ],
    ids=lambda value: str(value)[:30].encode("ascii", "replace").decode(),
)
def test_what_makes_no_sense_is_refused_by_name(api, olive, field, sent):
    make_component()
    client = api(olive)
    before = db.session.query(Event).count()
    (told,) = details(client.post("/schedules", json={**VALID, field: sent}))
    assert field in told
    assert (db.session.query(Maintenance).count(), db.session.query(Event).count()) == (0, before)
    client.post("/schedules", json={**VALID, "completed_at": "2031-06-03 23:00"})
    before = client.get("/schedules/1").json
    if field != "notify":
        (told,) = details(client.put("/schedules/1", json={field: sent}))
        assert field in told
    assert client.get("/schedules/1").json == before


class TestEnd:
    def test_without_one_it_begins_by_the_clock_and_goes_on_until_somebody_completes_it(self, api, olive, monkeypatch):
        made = api(olive).post("/schedules", json=VALID).json["data"]
        assert made["completed_at"] is None
        begins = work().starts_at
        monkeypatch.setattr("app.lib.clock.now", lambda: begins + 5 * HOUR)
        Maintenance.tick(clock.now())
        db.session.commit()
        client = api(olive)
        running = client.get("/schedules/1").json["data"]
        assert (running["status"], running["human_status"], running["completed_at"]) == (1, "In Progress", None)
        done = client.put("/schedules/1", json={"status": 2}).json["data"]
        assert (done["status"], done["human_status"], done["completed_at"]) == (2, "Complete", "2031-06-04 03:00:00")

    def test_with_one_the_clock_completes_it(self, api, olive, monkeypatch):
        api(olive).post("/schedules", json={**VALID, "completed_at": "2031-06-03 23:00"})
        begins = work().starts_at
        monkeypatch.setattr("app.lib.clock.now", lambda: begins + 5 * HOUR)
        Maintenance.tick(clock.now())
        db.session.commit()
        done = api().get("/schedules/1").json["data"]
        assert (done["status"], done["completed_at"]) == (2, "2031-06-03 23:00:00")

    def test_one_given_later_is_kept_to(self, api, olive):
        client = api(olive)
        client.post("/schedules", json=VALID)
        changed = client.put("/schedules/1", json={"completed_at": "2031-06-03 23:00"}).json["data"]
        assert changed["completed_at"] == "2031-06-03 23:00:00"
        assert work().auto_finish is True

    def test_one_said_in_the_dashboard_is_shown(self, api, olive):
        api(olive).post("/schedules", json=VALID)
        work().edit(ends_at=work().starts_at + 3 * HOUR, actor=olive)
        db.session.commit()
        assert api().get("/schedules/1").json["data"]["completed_at"] == "2031-06-04 01:00:00"

    def test_work_of_the_dashboard_that_is_finished_by_hand_has_its_planned_one(self, api, olive):
        made = make_maintenance(auto_finish=False)
        assert api().get("/schedules/1").json["data"]["completed_at"] == in_words(made.ends_at)

    def test_it_stays_when_only_the_start_moves_unless_it_would_come_first(self, api, olive):
        client = api(olive)
        client.post("/schedules", json={**VALID, "completed_at": "2031-06-03 23:30"})
        earlier = client.put("/schedules/1", json={"scheduled_at": "2031-06-03 21:00"}).json["data"]
        assert (earlier["scheduled_at"], earlier["completed_at"]) == ("2031-06-03 21:00:00", "2031-06-03 23:30:00")
        later = client.put("/schedules/1", json={"scheduled_at": "2031-06-05 21:00"}).json["data"]
        assert (later["scheduled_at"], later["completed_at"]) == ("2031-06-05 21:00:00", "2031-06-05 23:30:00")

    def test_work_without_one_moves_and_still_has_none(self, api, olive):
        client = api(olive)
        client.post("/schedules", json=VALID)
        for start in ("2031-06-03 22:30:00", "2032-01-01 00:00:00"):
            moved = client.put("/schedules/1", json={"scheduled_at": start}).json["data"]
            assert (moved["scheduled_at"], moved["completed_at"]) == (start, None)


class TestStatus:
    def test_1_begins_at_once(self, api, olive):
        made = api(olive).post("/schedules", json={**VALID, "status": 1}).json["data"]
        assert (made["status"], made["scheduled_at"], made["completed_at"]) == (1, "2031-06-03 22:00:00", None)
        assert clock.now() - work().began_at < HOUR

    def test_1_begins_when_it_was_planned_if_that_has_passed(self, api, olive):
        start = clock.ago(hours=3)
        sent = {**VALID, "status": 1, "scheduled_at": in_words(start)}
        made = api(olive).post("/schedules", json=sent).json["data"]
        assert (made["status"], made["scheduled_at"]) == (1, in_words(start))
        assert work().began_at == start.replace(microsecond=0)

    def test_2_is_recorded_as_done(self, api, olive):
        component = make_component()
        times = {"scheduled_at": in_words(clock.ago(days=2)), "completed_at": in_words(clock.ago(days=1))}
        made = api(olive).post("/schedules", json={**VALID, **times, "status": 2, "components": [1]}).json["data"]
        assert {"status": 2, **times}.items() <= made.items()
        db.session.refresh(component)
        assert component.status is ComponentStatus.OPERATIONAL

    def test_2_without_an_end_lasted_an_hour_at_most(self, api, olive):
        begun = {"scheduled_at": in_words(clock.ago(days=90)), "status": 2}
        made = api(olive).post("/schedules", json={**VALID, **begun}).json["data"]
        assert made["completed_at"] == in_words(work().starts_at + HOUR)
        begun = {"scheduled_at": in_words(clock.ago(minutes=5)), "status": 2}
        api(olive).post("/schedules", json={**VALID, **begun})
        assert work().state is MaintenanceState.FINISHED and work().finished_at <= clock.now()

    def test_2_of_what_lies_ahead_never_covers_anything(self, api, olive):
        make_component()
        made = api(olive).post("/schedules", json={**VALID, "status": 2, "components": [1]}).json["data"]
        assert made["status"] == 2
        assert [window.ended_at == window.began_at for window in db.session.query(Window)] == [True]

    def test_0_in_the_past_keeps_to_its_plan(self, api, olive):
        begun = {**VALID, "scheduled_at": in_words(clock.ago(hours=3))}
        assert api(olive).post("/schedules", json=begun).json["data"]["status"] == 1
        over = {**begun, "completed_at": in_words(clock.ago(hours=1))}
        assert api(olive).post("/schedules", json=over).json["data"]["status"] == 2

    def test_it_goes_forward_on_put_and_its_components_with_it(self, api, olive):
        component = make_component()
        client = api(olive)
        client.post("/schedules", json={**VALID, "components": [1]})
        for status, shown in ((1, 6), (1, 6), (2, 1), (2, 1)):
            changed = client.put("/schedules/1", json={"status": status}).json["data"]
            db.session.refresh(component)
            assert (changed["status"], component.status) == (status, shown)

    def test_a_completed_at_with_2_is_when_it_was_over(self, api, olive):
        client = api(olive)
        client.post("/schedules", json={**VALID, "scheduled_at": in_words(clock.ago(hours=3)), "status": 1})
        over = {"status": 2, "completed_at": in_words(clock.ago(hours=1))}
        for _again in range(2):
            assert over.items() <= client.put("/schedules/1", json=over).json["data"].items()

    @pytest.mark.parametrize(("before", "after"), [(1, 0), (2, 0), (2, 1)])
    def test_it_never_goes_back(self, api, olive, before, after):
        client = api(olive)
        client.post("/schedules", json={**VALID, "status": before})
        shown = client.get("/schedules/1").json
        (told,) = details(client.put("/schedules/1", json={"status": after, "name": "Other"}))
        assert "status" in told
        assert client.get("/schedules/1").json == shown

    def test_what_was_cancelled_is_complete(self, api, olive):
        made = make_maintenance()
        made.cancel(actor=olive)
        db.session.commit()
        shown = api().get("/schedules/1").json["data"]
        assert (shown["status"], shown["human_status"], shown["completed_at"]) == (
            2,
            "Complete",
            in_words(made.cancelled_at),
        )
        assert api(olive).put("/schedules/1", json=shown).json["data"] == shown


def test_times_of_what_is_over_or_under_way_stay(api, olive):
    client = api(olive)
    client.post("/schedules", json={**VALID, "status": 1})
    assert "scheduled_at" in details(client.put("/schedules/1", json={"scheduled_at": "2031-06-04 22:00"}))[0]
    client.put("/schedules/1", json={"status": 2})
    for field in ("scheduled_at", "completed_at"):
        (told,) = details(client.put("/schedules/1", json={field: "2031-06-04 22:00"}))
        assert field in told and "over" in told


@pytest.mark.parametrize("fields", [{}, {"status": 1}, {"status": 2}, {"completed_at": "2031-06-03 23:59:59"}])
@pytest.mark.parametrize("seconds", [True, False])
def test_a_whole_object_sent_back_changes_nothing(api, olive, fields, seconds):
    make_component()
    client = api(olive)
    client.post("/schedules", json={**VALID, "components": [1], **fields})
    before, events = client.get("/schedules/1").json["data"], db.session.query(Event).count()
    times = {name: at if seconds or at is None else at[:-3] for name, at in before.items() if name.endswith("ed_at")}
    assert client.put("/schedules/1", json={**before, **times}).json["data"] == before
    assert db.session.query(Event).count() == events


def test_an_hour_that_comes_twice_is_not_moved_by_sending_it_back(api, olive):
    Setting.set(timezone="Europe/Berlin")
    db.session.commit()
    client = api(olive)
    client.post("/schedules", json={**VALID, "scheduled_at": "2031-10-26T02:30:00+01:00"})
    before = client.get("/schedules/1").json["data"]
    assert before["scheduled_at"] == "2031-10-26 02:30:00"
    assert client.put("/schedules/1", json=before).json["data"] == before
    assert work().starts_at.hour == 1


def test_what_is_absent_from_a_change_stays(api, olive):
    make_component()
    client = api(olive)
    before = client.post("/schedules", json={**VALID, "components": [1], "completed_at": "2031-06-03 23:00"}).json[
        "data"
    ]
    after = client.put("/schedules/1", json={"name": "Other"}).json["data"]
    rows = [{**before["components"][0], "updated_at": after["updated_at"]}]
    assert {**before, "name": "Other", "updated_at": after["updated_at"], "components": rows} == after


class TestComponents:
    def test_they_are_named_by_id_or_by_whole_objects(self, api, olive):
        for name in ("API", "Web", "Mail"):
            make_component(name)
        client = api(olive)
        sent = [2, "3", {"id": 99, "component_id": 1, "component_status": 4}, {"id": "2", "name": "Web"}]
        made = client.post("/schedules", json={**VALID, "components": sent}).json["data"]
        assert sorted(row["component_id"] for row in made["components"]) == [1, 2, 3]
        form = {**VALID, "components[]": ["1", "3"]}
        made = client.post("/schedules", data=form).json["data"]
        assert [row["component_id"] for row in made["components"]] == [1, 3]

    def test_null_and_nothing_leave_them_and_an_empty_list_takes_them_away(self, api, olive):
        make_component()
        client = api(olive)
        client.post("/schedules", json={**VALID, "components": [1]})
        for sent in ({}, {"components": None}, {"components": ""}):
            assert len(client.put("/schedules/1", json=sent).json["data"]["components"]) == 1
        assert client.put("/schedules/1", json={"components": []}).json["data"]["components"] == []

    def test_guests_do_not_learn_of_hidden_ones(self, api, olive):
        make_component("API")
        make_component("Secret", visibility=Visibility.MEMBERS)
        make_component("Off", enabled=False)
        client = api(olive)
        client.post("/schedules", json={**VALID, "components": [1, 2, 3]})
        for path in ("/schedules/1", "/schedules?id=1"):
            rows = [
                [row["component_id"] for row in (data if isinstance(data, dict) else data[0])["components"]]
                for data in (reader.get(path).json["data"] for reader in (client, api()))
            ]
            assert rows == [[1, 2, 3], [1]]

    def test_a_token_that_reads_as_a_guest_does_not_lose_them_by_sending_back_what_it_read(self, api, olive):
        make_component("API")
        make_component("Secret", visibility=Visibility.MEMBERS)
        client = api(olive, ["maintenances.manage"])
        client.post("/schedules", json={**VALID, "components": [1, 2]})
        client.put("/schedules/1", json=client.get("/schedules/1").json["data"])
        assert len(work().components) == 2


def test_subscribers_are_told_only_if_the_client_says_so(api, olive, mailbox, run_jobs):
    make_subscriber()
    client = api(olive)
    client.post("/schedules", json=VALID)
    client.put("/schedules/1", json={"status": 1})
    client.put("/schedules/1", json={"status": 2})
    client.delete("/schedules/1")
    run_jobs()
    assert mailbox.messages == []
    client.post("/schedules", json={**VALID, "notify": True})
    run_jobs()
    assert len(mailbox.to("sue@example.org")) == 1


def test_a_series_shows_its_next_date_and_keeps_its_times(api, olive):
    start = clock.now() + timedelta(days=1)
    series = make_maintenance("Weekly", starts_at=start, rule="FREQ=WEEKLY")
    series.occurrence(series.starts_at)
    db.session.commit()
    client = api(olive)
    following = in_words(series.starts_at + timedelta(days=7))
    shown = client.get("/schedules/1").json["data"]
    assert (shown["status"], shown["scheduled_at"]) == (0, following)
    assert [row["scheduled_at"] for row in client.get("/schedules").json["data"]] == [
        following,
        in_words(series.starts_at),
    ]
    changed = client.put("/schedules/1", json={**shown, "name": "Every week", "message": "New"}).json["data"]
    assert (changed["name"], changed["message"], changed["scheduled_at"]) == ("Every week", "New", following)
    for sent in (
        {"status": 1},
        {"status": 2},
        {"scheduled_at": "2031-06-03 22:00"},
        {"completed_at": "2031-06-03 22:00"},
    ):
        (told,) = details(client.put("/schedules/1", json=sent))
        assert next(iter(sent)) in told
    assert client.delete("/schedules/1").status_code == 204
    assert db.session.query(Maintenance).count() == 0


def test_words_are_english_in_every_language(api, olive):
    Setting.set(language="de")
    db.session.commit()
    headers = {"Accept-Language": "de"}
    made = api(olive).post("/schedules", json={**VALID, "status": 1}, headers=headers).json["data"]
    assert made["human_status"] == "In Progress"


def test_guests_see_what_is_published_for_everyone(api, olive):
    make_maintenance("Shown")
    make_maintenance("Inner", visibility=Visibility.MEMBERS)
    make_maintenance("Hidden", visibility=Visibility.HIDDEN)
    make_maintenance("Later", publish_at=clock.now() + HOUR)
    assert [row["name"] for row in api().get("/schedules").json["data"]] == ["Shown"]
    assert len(api(olive).get("/schedules").json["data"]) == 4
    for id in (2, 3, 4):
        assert api().get(f"/schedules/{id}").status_code == 404
        assert api().put(f"/schedules/{id}", json={"name": "x"}).status_code == 404
        assert api(olive).get(f"/schedules/{id}").status_code == 200


def test_writing_needs_a_token_with_the_ability(api, olive, vic):
    make_maintenance()
    for method, path in (("post", "/schedules"), ("put", "/schedules/1"), ("delete", "/schedules/1")):
        assert getattr(api(), method)(path, json=VALID).status_code == 401
        assert getattr(api(vic), method)(path, json=VALID).status_code == 403
        assert getattr(api(olive, ["incidents.manage"]), method)(path, json=VALID).status_code == 403
    for method in ("get", "put", "delete"):
        assert getattr(api(), method)("/schedules/9").status_code == 404
    assert api(olive, ["maintenances.manage"]).post("/schedules", json=VALID).status_code == 200


def test_it_is_deleted_once_and_its_components_are_free(api, olive):
    component = make_component()
    client = api(olive)
    client.post("/schedules", json={**VALID, "status": 1, "components": [1]})
    answer = client.delete("/schedules/1")
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.delete("/schedules/1").status_code == 404
    db.session.refresh(component)
    assert component.status is ComponentStatus.OPERATIONAL


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4]),
        ("id=2", [2]),
        ("name=Old", [3]),
        ("status=0", [1]),
        ("status=1", [2]),
        ("status=2", [3, 4]),
        ("status=9", []),
        ("status=many", []),
        ("sort=name", [4, 1, 2, 3]),
        ("sort=status&order=desc", [3, 4, 2, 1]),
        ("sort=scheduled_at", [3, 2, 1, 4]),
        ("sort=completed_at", [3, 4, 2, 1]),
        ("sort=created_at&order=desc", [4, 3, 2, 1]),
        ("sort=updated_at", [1, 2, 3, 4]),
        ("sort=message&order=desc", [1, 2, 3, 4]),
        ("sort=id&order=desc&per_page=1&page=2", [3]),
    ],
)
def test_they_are_filtered_and_sorted(api, olive, query, expected):
    make_maintenance("Next")
    make_maintenance("Now", starts_at=clock.ago(hours=1))
    make_maintenance("Old", starts_at=clock.ago(days=3))
    make_maintenance("Cancelled", starts_in=timedelta(days=5)).cancel(actor=olive)
    db.session.commit()
    assert [row["id"] for row in api().get(f"/schedules?{query}").json["data"]] == expected


def test_the_list_takes_as_many_queries_whatever_its_length(api, olive):
    counts = []
    clients = api(), api(olive)
    for client in clients:
        client.get("/components")
    for more in (2, 6):
        for n in range(more):
            component = make_component(f"Component {n}")
            make_maintenance(components=[component])
            make_maintenance(components=[component], rule="FREQ=WEEKLY").occurrence(work().starts_at)
            db.session.commit()
        for client in clients:
            db.session.remove()
            with count_queries() as sent:
                assert client.get("/schedules?per_page=100").status_code == 200
            counts.append(len(sent))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 7


def test_nothing_is_planned_when_the_event_cannot_be_told(api, olive):
    client = api(olive)
    client.post("/schedules", json={**VALID, "components": [5]})
    assert db.session.query(Event).filter_by(name=EventName.MAINTENANCE_PLANNED).count() == 0
