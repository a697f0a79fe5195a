"""The settings of the page itself, changed through their form and seen on the page, in a mail or in an answer."""

import re
from datetime import timedelta

import pytest
from dotenv import dotenv_values

from app.extensions import db
from app.lib import clock
from app.models import Event, Setting, Subscriber
from app.models.enums import ComponentStatus
from tests import effects
from tests.effects import effect_of, saved, submitted
from tests.factories import make_component, make_incident, make_maintenance

PATH = "/dashboard/settings/page"
DAY = timedelta(days=1)


@pytest.fixture
def owner(sign_in, olive):
    """Olive's browser: the page is hers."""
    return sign_in(olive)


def days(page) -> list[str]:
    """The days of past incidents on a page."""
    return re.findall(r'<section class="day" id="day-([\d-]+)"', page.text)


@effect_of("site_name")
def test_the_name_is_on_the_page_and_in_mails(owner, client, run_jobs, mailbox):
    saved(owner, PATH, site_name="Ångström & Co")
    assert "Ångström &amp; Co</span>" in client.get("/").text
    client.get("/subscribe")
    owner.submit("/subscribe", email="sue@example.org")
    run_jobs()
    assert "Ångström & Co" in str(mailbox.to("sue@example.org")[0]["Subject"])


@effect_of("incident_days")
def test_so_many_days_of_the_past_are_shown(owner, client):
    for count in (0, 3, 90):
        saved(owner, PATH, incident_days=count)
        assert len(days(client.get("/"))) == count


@effect_of("only_incident_days")
def test_days_without_incidents_can_be_left_out(owner, client):
    today, noon = clock.today(Setting.zone()), clock.now().replace(hour=12, minute=0)
    for ago in (1, 20, 40, 41):
        make_incident(f"Of {ago} days ago", occurred_at=noon - ago * DAY).fix(actor=None)
    db.session.commit()
    saved(owner, PATH, incident_days=2, only_incident_days=True)
    page = client.get("/")
    assert days(page) == [str(today - DAY), str(today - 20 * DAY)]
    assert "Of 20 days ago" in page.text and "Of 40 days ago" not in page.text
    (older,) = re.findall(r'rel="prev" href="/\?start_date=([\d-]+)', page.text)
    page = client.get(f"/?start_date={older}")
    assert days(page) == [str(today - 40 * DAY), str(today - 41 * DAY)]
    assert 'rel="prev"' not in page.text
    (newer,) = re.findall(r'rel="next" href="/\?start_date=([\d-]+)', page.text)
    page = client.get(f"/?start_date={newer}")
    assert days(page) == [str(today - DAY), str(today - 20 * DAY)] and 'rel="next"' not in page.text
    saved(owner, PATH, only_incident_days=False)
    assert days(client.get("/")) == [str(today), str(today - DAY)]


def test_without_any_incident_the_days_are_one_sentence(owner, client):
    saved(owner, PATH, only_incident_days=True)
    page = client.get("/")
    assert days(page) == [] and "No incidents reported." in page.text
    saved(owner, PATH, incident_days=0)
    assert "No incidents reported." not in client.get("/").text


@effect_of("major_outage_rate")
def test_the_banner_speaks_of_a_major_outage_from_a_share_of_components(owner, client):
    make_component("Works")
    make_incident(impacts={make_component("Broken"): ComponentStatus.MAJOR_OUTAGE})
    assert "Major outage ·" in client.get("/").text
    saved(owner, PATH, major_outage_rate=51)
    assert "Major outage ·" not in client.get("/").text


@effect_of("refresh_seconds")
def test_open_pages_ask_for_news_as_often_as_is_set_or_never(owner, client):
    assert 'data-every="30"' in client.get("/").text
    saved(owner, PATH, refresh_seconds=120)
    assert 'data-every="120"' in client.get("/").text
    saved(owner, PATH, refresh_seconds=0)
    assert 'data-every="0"' in client.get("/").text


@effect_of("subscribing")
def test_subscribing_can_be_closed(owner, client, api, olive):
    assert "Subscribe to updates" in client.get("/").text
    saved(owner, PATH, subscribing=False)
    page = client.get("/")
    assert "Subscribe to updates" not in page.text and "/feed.json" in page.text
    for answer in (client.get("/subscribe"), owner.submit("/subscribe", email="sue@example.org")):
        assert answer.status_code == 404 and "takes no new subscribers" in answer.text
    refused = api(olive).post("/subscribers", json={"email": "sue@example.org"})
    assert (refused.status_code, refused.json["errors"][0]["detail"]) == (403, "This page takes no new subscribers.")
    assert client.get("/feed.json").status_code == 200
    saved(owner, PATH, subscribing=True)
    assert client.get("/subscribe").status_code == 200
    assert api(olive).post("/subscribers", json={"email": "sue@example.org"}).status_code == 200


@effect_of("skip_verification")
def test_addresses_can_be_believed_without_a_link(owner, api, olive, run_jobs, mailbox):
    owner.get("/subscribe")
    owner.submit("/subscribe", email="before@example.org")
    saved(owner, PATH, skip_verification=True)
    owner.get("/subscribe")
    for email in ("before@example.org", "sue@example.org"):
        assert owner.submit("/subscribe", email=email).status_code == 200
    assert api(olive).post("/subscribers", json={"email": "tom@example.org"}).json["data"]["verified_at"]
    assert (
        not api(olive).post("/subscribers", json={"email": "una@example.org", "verify": 0}).json["data"]["verified_at"]
    )
    run_jobs()
    assert not Subscriber.by_email("una@example.org").is_verified
    for email in ("before@example.org", "sue@example.org", "tom@example.org"):
        assert Subscriber.by_email(email).is_verified, email
    # Whoever was signed up by another can leave by this one.
    assert [mail["Subject"] for mail in mailbox.to("sue@example.org")] == ["Your subscription to Example Cloud"]
    assert mailbox.to("tom@example.org") == []


def test_who_left_is_not_brought_back_by_anyone_who_knows_the_address(owner):
    saved(owner, PATH, skip_verification=True)
    sue = Subscriber.add("sue@example.org", verified=True, actor=None)
    sue.unsubscribe()
    db.session.commit()
    owner.get("/subscribe")
    owner.submit("/subscribe", email="sue@example.org")
    assert Subscriber.by_email("sue@example.org").unsubscribed_at is not None


@effect_of("show_zone")
def test_the_zone_is_named_at_the_foot_or_not(owner, client):
    assert "Times in UTC" in client.get("/").text
    saved(owner, PATH, show_zone=False)
    assert "Times in" not in client.get("/").text and "data-zone-choice" not in client.get("/").text


@effect_of("show_support")
def test_daymark_is_named_at_the_foot_or_not(owner, client):
    assert "Powered by Daymark" in client.get("/").text
    saved(owner, PATH, show_support=False)
    assert "Powered by Daymark" not in client.get("/").text


@effect_of("dashboard_link")
def test_guests_may_be_shown_the_way_to_the_dashboard(owner, client):
    assert 'href="/dashboard/"' not in client.get("/").text
    saved(owner, PATH, dashboard_link=True)
    assert 'href="/dashboard/"' in client.get("/").text


@effect_of("search_engines")
def test_search_engines_may_be_kept_out(owner, client):
    assert "noindex" not in client.get("/").text
    saved(owner, PATH, search_engines=False)
    page = client.get("/")
    assert 'name="robots" content="noindex"' in page.text and page.headers["X-Robots-Tag"] == "noindex"
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


@effect_of("about")
def test_what_the_page_is_about_stands_on_it_as_markdown(owner, client):
    make_maintenance()
    assert "about" not in client.get("/index.md").text
    saved(owner, PATH, about="We run **servers**.\r\n\r\n[More](https://www.example.org) <script>alert(1)</script>")
    page = client.get("/").text
    assert "<strong>servers</strong>" in page and 'href="https://www.example.org"' in page
    assert "<script>alert" not in page
    assert "We run **servers**." in client.get("/index.md").text
    assert '"about": "We run servers. More' in page or "We run servers." in page.split("application/ld+json")[1]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"site_name": " "}, "Enter the name that visitors know."),
        ({"site_name": "\u200b\u2060"}, "Enter the name that visitors know."),
        ({"incident_days": "91"}, "Enter a whole number from 0 to 90."),
        ({"refresh_seconds": "3"}, "Enter 0 for never, or at least 10 seconds."),
        ({"about": "x" * 15_001}, "Use at most 15000 characters; this has 15001."),
        ({"app_url": "javascript:alert(1)"}, "must begin with http:// or https://"),
        ({"app_url": "https://status.example.com/?page=1"}, "must not go on with ? or #"),
        ({"app_url": "https://status.example.com/page#top"}, "must not go on with ? or #"),
        ({"app_url": "https://ada@status.example.com"}, "must not hold a username or a password"),
        ({"app_url": "https://"}, "has no name of a machine"),
        ({"app_url": "https://[::1"}, "has no name of a machine"),
        ({"app_url": "https://status.example.com:99999"}, "The port is not a number from 1 to 65535."),
        ({"app_url": "https://status.example.com/a b"}, "and no blanks"),
        ({"app_url": ""}, "must begin with http:// or https://"),
    ],
)
def test_what_is_wrong_is_said_and_all_that_was_typed_stays(owner, app, wrong, sentence):
    answer = submitted(owner, PATH, **{"major_outage_rate": "77", "dashboard_link": True, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text and 'value="77"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert re.search(r'<input[^>]* checked [^>]*name="dashboard_link"', answer.text)
    assert (Setting.get("major_outage_rate"), Setting.get("site_name")) == (50, "Example Cloud")
    assert not app.config["ENV_FILE"].exists() or "APP_URL" not in dotenv_values(app.config["ENV_FILE"])


def test_a_new_address_is_written_to_the_file_and_noted(owner, app, olive):
    app.config["ENV_FILE"].write_text("# mine\nMAIL_HOST=smtp.example.org\n")
    try:
        answer = submitted(owner, PATH, app_url="https://status.example.com/ops/")
        assert answer.status_code == 302
        assert "What is new takes effect when Daymark is started again." in owner.get(PATH).text
        written = app.config["ENV_FILE"].read_text()
        assert written == "# mine\nMAIL_HOST=smtp.example.org\nAPP_URL=https://status.example.com/ops\n"
    finally:
        app.config["ENV_FILE"].unlink()
    noted = [event for event in db.session.query(Event) if event.name == "settings.changed"]
    assert [event.data["changed"] for event in noted] == [
        {"app_url": ["http://status.test", "https://status.example.com/ops"]}
    ]
    assert noted[0].actor_label == olive.label


def test_no_page_with_the_old_address_is_kept(client, app, monkeypatch):
    assert 'rel="canonical" href="http://status.test/"' in client.get("/").text
    monkeypatch.setitem(app.config, "APP_URL", "https://status.example.com")
    # As a process that has just begun.
    app.extensions["daymark.page_front"].pages.clear()
    assert 'rel="canonical" href="https://status.example.com/"' in client.get("/").text


def test_an_address_that_cannot_be_written_changes_nothing(owner, app, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setitem(app.config, "ENV_FILE", tmp_path / "file" / ".env")
    answer = submitted(owner, PATH, app_url="https://status.example.com", site_name="Other")
    assert answer.status_code == 422 and "cannot be written" in answer.text
    assert Setting.get("site_name") == "Example Cloud"


def test_an_address_that_the_environment_fixes_is_shown_and_not_changed(owner, app, monkeypatch):
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"APP_URL"}))
    page = owner.get(PATH).text
    field = re.search(r'<input[^>]*name="app_url"[^>]*>', page)[0]
    assert "readonly" in field and 'value="http://status.test"' in field and "Set in the environment." in page
    saved(owner, PATH, app_url="https://evil.example")
    assert not app.config["ENV_FILE"].exists()


def test_saving_without_a_change_notes_nothing(owner):
    saved(owner, PATH)
    assert [event.name for event in db.session.query(Event) if event.name == "settings.changed"] == []


def test_only_administrators_come_here(sign_in, ed, anna):
    assert sign_in(ed).get(PATH).status_code == 403
    assert sign_in(anna).get(PATH).status_code == 200


def test_two_who_change_settings_at_once_do_not_undo_each_other(owner, sign_in, anna):
    other = sign_in(anna)
    loaded = {**effects.fields(other, PATH), "incident_days": "14"}
    saved(owner, PATH, site_name="By Olive")
    assert other.submit(PATH, **loaded).status_code == 302
    db.session.info.pop("settings", None)
    assert (Setting.get("site_name"), Setting.get("incident_days")) == ("By Olive", 14)

    loaded = {**effects.fields(other, PATH), "site_name": "By Anna"}
    saved(owner, PATH, site_name="By Olive again")
    answer = other.submit(PATH, **loaded)
    assert answer.status_code == 422
    assert "Somebody else changed this meanwhile. It now says: “By Olive again”." in answer.text
    again = {**effects.Fields(answer.text).sent}
    again.pop("csrf_token")
    assert (again["site_name"], other.submit(PATH, **again).status_code) == ("By Anna", 302)
    db.session.info.pop("settings", None)
    assert Setting.get("site_name") == "By Anna"
