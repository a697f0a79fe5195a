"""What subscribers read: each mail as it arrives over SMTP."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from app import mailer
from app.extensions import db
from app.lib import clock
from app.models import Setting, Subscriber
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.mail_way import MailWay
from tests.factories import make_component, make_group, make_incident, make_subscriber
from tests.mailbox import Mailbox

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def inbox(installed, run_jobs, mailbox):
    """inbox(): the newest mail of Sue, who follows everything."""
    make_subscriber()

    def newest():
        run_jobs()
        return mailbox.to("sue@example.org")[-1]

    return newest


def both(message) -> list[str]:
    """The text part, and what a reader sees of the HTML part."""
    html = re.sub(r"<style>.*?</style>|<[^>]+>", " ", Mailbox.html(message), flags=re.DOTALL)
    return [Mailbox.text(message), " ".join(html.split())]


def test_an_incident_is_reported(inbox):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident(
        message="We see **errors**, see [the log](https://log.example.org/1).",
        impacts={api: ComponentStatus.MAJOR_OUTAGE, web: ComponentStatus.PARTIAL_OUTAGE},
        occurred_at=clock.now() - timedelta(hours=3),
    )
    message = inbox()
    assert message["Subject"] == "[Example Cloud] Investigating: Errors when signing in"
    for part in both(message):
        for words in (
            "Errors when signing in",
            "Investigating",
            "errors",
            "API",
            "Major outage",
            "Web",
            "Partial outage",
        ):
            assert words in part
        assert incident.occurred_at.strftime("%H:%M UTC") in part
        assert f"http://status.test/incidents/{incident.id}" in part
        assert "You get this mail because you subscribed to the status of Example Cloud." in part
    assert "the log (https://log.example.org/1)" in Mailbox.text(message) and "**" not in Mailbox.text(message)
    assert "<strong>errors</strong>" in Mailbox.html(message)


def test_an_update_says_what_is_new_and_links_to_it(inbox):
    api = make_component("API")
    incident = make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE})
    impacts = {api: ComponentStatus.PERFORMANCE_ISSUES}
    update = incident.post_update(
        status=IncidentStatus.WATCHING, message="It is *slow* only.", impacts=impacts, actor=None
    )
    db.session.commit()
    message = inbox()
    assert message["Subject"] == "[Example Cloud] Watching: Errors when signing in"
    for part in both(message):
        assert "Performance issues" in part and "Major outage" not in part
        assert f"http://status.test/incidents/{incident.id}#update-{update.id}" in part


def test_the_end_says_how_long_it_took_and_that_components_are_well(inbox):
    api = make_component("API")
    incident = make_incident(
        impacts={api: ComponentStatus.MAJOR_OUTAGE}, occurred_at=clock.now() - timedelta(hours=6, minutes=28)
    )
    incident.post_update(status=IncidentStatus.FIXED, message="All well.", actor=None)
    db.session.commit()
    message = inbox()
    assert message["Subject"] == "[Example Cloud] Fixed: Errors when signing in"
    for part in both(message):
        assert "lasted 6 hr 28 min" in part and "Operational" in part and "Major outage" not in part


def test_reopening_is_told(inbox):
    incident = make_incident()
    for status in (IncidentStatus.FIXED, IncidentStatus.INVESTIGATING):
        incident.post_update(status=status, message="It is back.", actor=None)
        db.session.commit()
    message = inbox()
    assert message["Subject"] == "[Example Cloud] Investigating: Errors when signing in"
    assert "lasted" not in Mailbox.text(message)


def test_a_changed_component_is_told_with_before_and_after(inbox):
    api = make_component("API")
    api.say_status(ComponentStatus.MAJOR_OUTAGE, actor=None, notify=True)
    db.session.commit()
    message = inbox()
    assert message["Subject"] == "[Example Cloud] API: Major outage"
    for part in both(message):
        assert "Major outage" in part and "Before, it was: Operational." in part


def test_confirming_and_managing_have_links_that_work(client, mailbox, run_jobs):
    for subject, word in (
        ("Confirm your subscription to Example Cloud", "verify"),
        ("Your subscription to Example Cloud", "manage"),
    ):
        sue = Subscriber.ask("sue@example.org")
        db.session.commit()
        run_jobs()
        message = mailbox.messages[-1]
        assert message["Subject"] == subject
        links = [re.search(rf"http://status\.test(/subscribe/{word}/[\w.-]+)", part)[1] for part in both(message)]
        assert links[0] == links[1]
        assert client.get(links[0]).status_code == 200
        sue.verify()
        db.session.commit()


def test_a_long_paragraph_travels_in_lines_that_every_server_takes(installed, tmp_path):
    incident = make_incident(message="Größer als eine Zeile. " * 300)
    with mailer.Folder(tmp_path) as folder:
        message = mailer.Mail(
            subject="Long", recipients=["a@example.org"], sender="b@example.org", body=incident.message
        )
        message.extra_headers = {"List-Unsubscribe": f"<http://status.test/{'x' * 120}>"}
        folder.send(message)
    raw = next(tmp_path.iterdir()).read_bytes()
    assert max(map(len, raw.splitlines())) < 998
    assert f"List-Unsubscribe: <http://status.test/{'x' * 120}>".encode() in raw
    assert incident.message in message_from_bytes(raw, policy=policy.default).get_body().get_content()


def test_every_mail_lets_its_reader_leave(inbox, client):
    make_incident()
    message = inbox()
    address = message["List-Unsubscribe"].strip("<>").removeprefix("http://status.test")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in Mailbox.text(message) and address in Mailbox.html(message)
    assert "/subscribe/manage/" in Mailbox.text(message)
    assert "@@" not in Mailbox.text(message) + Mailbox.html(message)
    assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not db.session.scalar(Subscriber.newest_first())


def test_each_reader_has_their_own_links_and_one_id_per_notice(installed, run_jobs, mailbox):
    for name in ("ann", "ben"):
        make_subscriber(f"{name}@example.org")
    make_incident()
    run_jobs()
    first, second = mailbox.messages
    assert first["List-Unsubscribe"] not in Mailbox.text(second)
    assert first["Message-ID"] != second["Message-ID"]
    assert re.fullmatch(r"<notice-\d+-[\w-]+@status\.test>", first["Message-ID"])
    assert first["References"] == second["References"]


def test_a_mail_has_text_and_html_and_asks_nothing_of_other_hosts(inbox):
    make_incident()
    message = inbox()
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    html = Mailbox.html(message)
    assert not re.search(r"<(img|link|script|table)|url\(|@import", html)
    assert set(re.findall(r"https?://([^/\"<]+)", html)) == {"status.test"}
    assert '<html lang="en" dir="ltr">' in html


def test_what_authors_type_is_shown_and_not_run(inbox):
    Setting.set(site_name="A & B <cloud>")
    api = make_component(EVIL)
    make_incident(EVIL, message=f"{EVIL} [x](javascript:alert(1))", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    message = inbox()
    html = Mailbox.html(message)
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html
    assert "A &amp; B &lt;cloud&gt;" in html and "&amp;amp;" not in html
    assert message["Subject"] == f"[A & B <cloud>] Investigating: {EVIL}"
    assert (
        EVIL in Mailbox.text(message) and "&lt;" not in Mailbox.text(message) and "&amp;" not in Mailbox.text(message)
    )


def test_a_line_break_in_a_name_stays_out_of_the_headers(inbox):
    make_incident("One\r\nBcc: eve@example.org\r\n\r\nTwo")
    message = inbox()
    assert message["Subject"] == "[Example Cloud] Investigating: One Bcc: eve@example.org Two"
    assert message["Bcc"] is None


def test_hidden_components_are_not_named(inbox):
    secret = make_component("Secret", visibility=Visibility.MEMBERS)
    inner = make_component("Inner", group=make_group("Team", visibility=Visibility.HIDDEN))
    make_incident(impacts={secret: ComponentStatus.MAJOR_OUTAGE, inner: ComponentStatus.MAJOR_OUTAGE})
    for part in both(inbox()):
        assert "Secret" not in part and "Inner" not in part and "Major outage" not in part


def test_times_are_told_in_the_page_s_zone(inbox):
    Setting.set(timezone="Asia/Kolkata")
    incident = make_incident()
    local = incident.occurred_at.astimezone(Setting.zone())
    for part in both(inbox()):
        assert local.strftime("%H:%M IST") in part


def test_the_test_mail_has_no_links_that_need_a_subscription(app, installed, mailbox):
    assert mailer.send_test("olive@example.org", MailWay.in_force()) == ""
    (message,) = mailbox.to("olive@example.org")
    assert message["Subject"] == "A test mail from Example Cloud"
    assert "@@" not in Mailbox.text(message) + Mailbox.html(message)
