"""The language of a request, and of a mail that is written while another language is on."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from flask import render_template_string
from flask_babel import get_domain

from app import mailer
from app.extensions import db
from app.i18n import LANGUAGES, _, get_locale, html_dir, in_language, language_of, ngettext
from app.lib import clock
from app.links import spoken
from app.models import Setting, Subscriber
from app.models.enums import ComponentStatus
from app.models.strips import ToldDay
from app.models.uptime import Span
from app.template_helpers import cells
from tests.factories import make_incident, make_subscriber
from tests.mailbox import Mailbox
from tests.people import Browser

ROOT = Path(__file__).parents[1]
DAY = date(2026, 8, 20)
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.1"}


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """The catalogues as bin/test has them; this file may be run without it."""
    environment = {**os.environ, "VENV": str(Path(sys.executable).parents[1])}
    subprocess.run([ROOT / "bin/translations", "compile"], check=True, cwd=ROOT, env=environment)


@pytest.fixture
def request_of_an_english_reader(app, installed):
    with app.test_request_context("/"):
        yield


def test_a_mail_in_another_language_is_written_in_the_middle_of_a_request(request_of_an_english_reader):
    assert (_("Major outage"), ngettext("%(num)d day", "%(num)d days", 2)) == ("Major outage", "2 days")
    with in_language("de"):
        assert (_("Major outage"), ngettext("%(num)d day", "%(num)d days", 2)) == ("Großer Ausfall", "2 Tage")
        assert str(ComponentStatus.MAJOR_OUTAGE.label) == "Großer Ausfall"
        with in_language("ar"):
            assert (_("Major outage"), html_dir()) == ("انقطاع كبير", "rtl")
        assert render_template_string("{{ _('Major outage') }}") == "Großer Ausfall"
    assert (_("Major outage"), str(get_locale()), html_dir()) == ("Major outage", "en", "ltr")


def test_a_day_is_told_in_the_language_that_is_on(request_of_an_english_reader, monkeypatch):
    span = Span.of(1, DAY)
    monkeypatch.setattr("app.lib.clock.now", lambda: clock.start_of_day(DAY, span.zone))
    told = ToldDay(0, DAY, {ComponentStatus.MAJOR_OUTAGE: 720.0}, span.zone, ())
    for _time in range(2):
        assert all(word in cells(told) for word in ("Thursday, 20 August", "Major outage", "12 min", "99.16 % uptime"))
        with in_language("de"):
            german_words = ("Donnerstag, 20. August", "Großer Ausfall", "12 Min.", "99,16 % verfügbar")
            assert all(word in cells(told) for word in german_words)


def test_a_day_of_last_year_is_told_with_its_year(app, installed, monkeypatch):
    span = Span.of(1, DAY)
    told = ToldDay(0, DAY, {ComponentStatus.MAJOR_OUTAGE: 720.0}, span.zone, ())
    for year, words in ((2026, "Thursday, 20 August<"), (2027, "Thursday, 20 August 2026<")):
        now = clock.start_of_day(DAY.replace(year=year), span.zone)
        monkeypatch.setattr("app.lib.clock.now", lambda now=now: now)
        assert words in cells(told)


def test_without_an_application_there_are_the_keys():
    assert (_("Major outage"), get_locale()) == ("Major outage", None)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,en;q=0.5", "de"),
        ("pt-PT", "pt-BR"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-Hans-CN", "zh-CN"),
        ("tlh,ja;q=0.3", "ja"),
        ("de;q=0,fr;q=0.2", "fr"),
        ("tlh", ""),
        ("*", ""),
        ("", ""),
        (";;=,\x00", ""),
    ],
)
def test_a_browser_is_spoken_to_in_what_it_likes_best(accepted, language):
    assert language_of(accepted) == language


def test_every_language_is_spoken_under_its_own_code(client):
    for code in LANGUAGES:
        page = client.get(f"/?lang={code}").text
        assert f'<html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}">' in page
        assert f'<option value="{code}" lang="{code}" selected>{LANGUAGES[code]}</option>' in page


def tongue(answer) -> str:
    return answer.text.partition('<html lang="')[2].partition('"')[0]


def test_the_address_comes_before_a_choice_and_a_choice_before_the_browser(client):
    assert tongue(client.get("/", headers=GERMAN)) == "de"
    client.set_cookie("lang", "fr")
    assert tongue(client.get("/", headers=GERMAN)) == "fr"
    assert tongue(client.get("/?lang=ar", headers=GERMAN)) == "ar"
    client.set_cookie("lang", "tlh")
    assert tongue(client.get("/?lang=xx", headers=GERMAN)) == "de"


def test_no_visitor_is_given_the_page_of_another(app, installed):
    """Whoever comes first: what is kept is told apart by cookie, address and browser."""
    visitors = [
        (None, {}, "en"),
        (None, GERMAN, "de"),
        ("de", {}, "de"),
        ("fr", GERMAN, "fr"),
        ("tlh", {"Accept-Language": "ja"}, "ja"),
        ("en", {"Accept-Language": "ar"}, "en"),
    ]
    for path in ("/", "/history", "/docs/api"):
        for _round in range(2):
            for chosen, headers, language in visitors:
                client = app.test_client()
                if chosen:
                    client.set_cookie("lang", chosen)
                answer = client.get(path, headers=headers)
                assert (path, chosen, tongue(answer)) == (path, chosen, language)
                assert {"Accept-Language", "Cookie"} <= set(answer.vary) and "Set-Cookie" not in answer.headers


def test_a_choice_counts_where_the_browser_does_not(app, installed):
    Setting.set(language_from_browser=False)
    db.session.commit()
    for _round in range(2):
        assert tongue(app.test_client().get("/", headers=GERMAN)) == "en"
        client = app.test_client()
        client.set_cookie("lang", "de")
        assert tongue(client.get("/")) == "de"


def test_the_links_of_a_page_ask_for_the_language_that_its_address_asked_for(client):
    page = client.get("/?lang=de").text
    for path in ("/history?lang=de", "/subscribe?lang=de"):
        assert f'href="{path}"' in page
    assert "css?lang" not in page
    assert '<link rel="canonical" href="http://status.test/?lang=de">' in page
    assert "lang=" not in client.get("/").text.partition("</head>")[2].partition("<footer")[0]


def test_search_engines_are_told_of_the_other_languages(client):
    page = client.get("/subscribe?lang=fr").text
    assert '<link rel="alternate" hreflang="x-default" href="http://status.test/subscribe">' in page
    for code in LANGUAGES:
        link = f'<link rel="alternate" hreflang="{code}" href="http://status.test/subscribe?lang={code}">'
        assert link in page
    asked = spoken("http://status.test/?start_date=2026-08-20&lang=de&x=", "fr")
    assert asked == "http://status.test/?start_date=2026-08-20&x=&lang=fr"


def test_without_script_the_languages_are_links(client):
    plain = client.get("/history").text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert all(f'<a href="?lang={code}" lang="{code}"' in plain for code in LANGUAGES)


def test_a_member_reads_in_their_own_language(app, olive, sign_in):
    olive.locale = "fr"
    db.session.commit()
    browser = sign_in(olive)
    browser.set_cookie("lang", "de")
    page = browser.get("/", headers=GERMAN)
    assert tongue(page) == "fr" and "data-language-choice" not in page.text
    assert tongue(browser.get("/dashboard/", headers=GERMAN)) == "fr"
    assert tongue(browser.get("/?lang=ja")) == "ja"


def test_feeds_and_calendars_speak_as_the_page_unless_they_are_asked(client):
    for path, german in (("/atom", "Störungen und Wartung"), ("/calendar.ics", "Wartung")):
        assert german not in client.get(path, headers=GERMAN).text
        assert german in client.get(f"{path}?lang=de").text


def test_a_subscriber_is_written_to_in_the_language_they_subscribed_in_until_they_choose_another(
    app, installed, mailbox, run_jobs
):
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.get("/subscribe?lang=de")
    browser.submit("/subscribe?lang=de", email="sue@example.org")
    run_jobs()
    assert mailbox.messages[-1]["Subject"] == "Bestätigen Sie Ihr Abo für Example Cloud"
    sue = Subscriber.by_email("sue@example.org")
    sue.verify()
    db.session.commit()
    manage = f"/subscribe/manage/{sue.code('manage')}"
    assert '<option selected value="de">Deutsch</option>' in browser.get(manage).text
    assert browser.submit(manage, scope="everything", locale="tlh").status_code == 422
    assert browser.submit(manage, scope="everything", locale="ar").status_code == 303
    make_incident()
    run_jobs()
    message = mailbox.messages[-1]
    assert message["Subject"].startswith("[Example Cloud] قيد التحقيق")
    assert '<html lang="ar" dir="rtl"' in Mailbox.html(message)


def test_whoever_types_a_known_address_does_not_change_its_language(app, installed):
    make_subscriber("sue@example.org").locale = "de"
    Subscriber.ask("sue@example.org", "fr")
    assert Subscriber.by_email("sue@example.org").locale == "de"
    Subscriber.by_email("sue@example.org").unsubscribe()
    Subscriber.ask("sue@example.org", "fr")
    assert Subscriber.by_email("sue@example.org").locale == "fr"


def test_a_letter_is_written_once_for_each_language(app, installed, mailbox, run_jobs, monkeypatch):
    spoken = {"a": "de", "b": "", "c": "de", "d": "fr", "e": "tlh"}
    for name, code in spoken.items():
        make_subscriber(f"{name}@example.org").locale = code
    Setting.set(language="fr")
    db.session.commit()
    written, write = [], mailer._letter
    monkeypatch.setattr(mailer, "_letter", lambda *args, **values: written.append(args) or write(*args, **values))
    make_incident()
    run_jobs()
    told = {name: mailbox.to(f"{name}@example.org")[-1]["Subject"] for name in spoken}
    assert len(written) == 2
    assert told["a"] == told["c"] == "[Example Cloud] Wird untersucht: Errors when signing in"
    assert told["b"] == told["d"] == told["e"] != told["a"]


def test_without_compiled_catalogues_all_is_told_in_english(app, client, tmp_path, monkeypatch):
    with app.test_request_context("/"):
        monkeypatch.setattr(get_domain(), "cache", {})
    monkeypatch.setattr(app.extensions["babel"], "translation_directories", [str(tmp_path)])
    page = client.get("/subscribe?lang=de")
    assert tongue(page) == "de" and "Subscribe to updates" in page.text
