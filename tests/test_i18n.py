"""The language of a request, and of a mail that is written while another language is on."""

import io
from datetime import date

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations
from flask import render_template_string
from flask_babel import force_locale, get_domain

from app.i18n import _, get_locale, html_dir, ngettext
from app.lib import clock
from app.models.enums import ComponentStatus
from app.models.strips import ToldDay
from app.models.uptime import Span
from app.template_helpers import cells

DAY = date(2026, 8, 20)


@pytest.fixture
def german(app, installed):
    """A reader of English, and a catalogue of German."""
    catalogue, compiled = Catalog(locale="de"), io.BytesIO()
    catalogue.add("Major outage", "Großer Ausfall")
    catalogue.add("%(percent)s %% uptime", "%(percent)s %% verfügbar")
    catalogue.add(("%(num)d day", "%(num)d days"), ("%(num)d Tag", "%(num)d Tage"))
    write_mo(compiled, catalogue)
    compiled.seek(0)
    with app.test_request_context("/"):
        known = get_domain().cache
        known["de", "messages"] = Translations(compiled)
        yield
        del known["de", "messages"]


def test_a_mail_in_another_language_is_written_in_the_middle_of_a_request(german):
    assert (_("Major outage"), ngettext("%(num)d day", "%(num)d days", 2)) == ("Major outage", "2 days")
    with force_locale("de"):
        assert (_("Major outage"), ngettext("%(num)d day", "%(num)d days", 2)) == ("Großer Ausfall", "2 Tage")
        assert str(ComponentStatus.MAJOR_OUTAGE.label) == "Großer Ausfall"
        with force_locale("ar"):
            assert (_("Major outage"), html_dir()) == ("Major outage", "rtl")
        assert render_template_string("{{ _('Major outage') }}") == "Großer Ausfall"
    assert (_("Major outage"), str(get_locale()), html_dir()) == ("Major outage", "en", "ltr")


def test_a_day_is_told_in_the_language_that_is_on(german, monkeypatch):
    span = Span.of(1, DAY)
    monkeypatch.setattr("app.lib.clock.now", lambda: clock.start_of_day(DAY, span.zone))
    told = ToldDay(0, DAY, {ComponentStatus.MAJOR_OUTAGE: 720.0}, span, ())
    for _time in range(2):
        assert all(word in cells(told) for word in ("Thursday, 20 August", "Major outage", "12 min", "99.16 % uptime"))
        with force_locale("de"):
            german_words = ("Donnerstag, 20 August", "Großer Ausfall", "12 Min.", "99,16 % verfügbar")
            assert all(word in cells(told) for word in german_words)


def test_a_day_of_last_year_is_told_with_its_year(app, installed, monkeypatch):
    span = Span.of(1, DAY)
    told = ToldDay(0, DAY, {ComponentStatus.MAJOR_OUTAGE: 720.0}, span, ())
    for year, words in ((2026, "Thursday, 20 August<"), (2027, "Thursday, 20 August 2026<")):
        now = clock.start_of_day(DAY.replace(year=year), span.zone)
        monkeypatch.setattr("app.lib.clock.now", lambda now=now: now)
        assert words in cells(told)


def test_without_an_application_there_are_the_keys():
    assert (_("Major outage"), get_locale()) == ("Major outage", None)
