import re
from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Incident, Setting
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.recalled import Stretch
from tests.factories import make_component, make_group, make_incident


def past(name="Errors when signing in", days=1, **fields):
    incident = make_incident(
        name, occurred_at=clock.now() - timedelta(days=days), status=IncidentStatus.FIXED, **fields
    )
    db.session.commit()
    return incident


def test_a_fresh_page_says_so_and_still_tells_the_uptime(client):
    make_component()
    page = client.get("/history").text
    assert "Nothing has been reported yet." in page
    assert "100.00 %" in page or "100 %" in page
    assert '<table class="month">' not in page


def test_a_month_has_all_its_days_and_a_line_for_each_incident(client):
    api = make_component("API")
    incident = make_incident("Down & out", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    page = client.get("/history").text
    today = clock.today(Setting.zone())
    line = page.split(f'id="incident-{incident.id}"')[1].split("</li>")[0]
    assert f'href="/incidents/{incident.id}"' in line and "Down &amp; out" in line
    assert "Major outage" in line and "ongoing" in line and "API" in line
    assert f'href="#day-{today}"' in page and f'id="day-{today}"' in page
    days = page.split('<table class="month">')[1].split("</table>")[0]
    assert days.count("</a>") + days.count("</span></span>") + days.count('class="to-come"') in (28, 29, 30, 31)


@pytest.mark.parametrize(
    "query",
    ["month=x", "month=9999-99", "month=", "component=x", "component=0", "component=99999999999999999999",
     "component=-1", "month=2026-08%00", "page=x", "q=", "q=%20"],
)  # fmt: skip
def test_a_bad_address_is_never_an_error(client, query):
    past()
    answer = client.get(f"/history?{query}")
    assert answer.status_code == 200 and '<table class="month">' in answer.text


@pytest.mark.parametrize("query", ["q=%00x", "q=%25&page=0", "q=x&page=-3", "q=x&page=99999999999", "q=x&component=y"])
def test_a_bad_search_is_never_an_error(client, query):
    assert client.get(f"/history?{query}").status_code == 200


def test_a_month_is_kept_for_guests_and_a_search_never(client, sign_in, olive):
    past("Slow mail")
    assert "s-maxage" in client.get("/history").headers["Cache-Control"]
    for _time in range(2):
        found = client.get("/history?q=slow")
        assert found.headers["Cache-Control"] == "no-store" and "Slow mail" in found.text
    other = client.get("/history?q=somethingelse")
    assert "Nothing found" in other.text and 'value="somethingelse"' in other.text
    assert sign_in(olive).get("/history?q=slow").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("words", ["ärger", "ÄRGER mit", "żółć", "ŻÓŁĆ", "100_% да", "100_% ДА"])
def test_a_search_sees_past_the_case_of_every_alphabet(client, words):
    past("Ärger mit Żółć: 100_% Да")
    past("Something else", days=2)
    page = client.get("/history", query_string={"q": words}).text
    assert "Ärger mit Żółć" in page and "Something else" not in page


def test_months_and_components_are_kept_apart(client):
    api, web = make_component("API"), make_component("Web")
    past("On the API", days=0, impacts={api: ComponentStatus.MAJOR_OUTAGE})
    old = past("Long ago", days=70)
    month = old.occurred_at.strftime("%Y-%m")
    assert "On the API" in client.get("/history").text
    assert "On the API" not in client.get(f"/history?component={web.id}").text
    page = client.get(f"/history?month={month}").text
    assert "Long ago" in page and "On the API" not in page
    assert f'<link rel="canonical" href="http://status.test/history?month={month}">' in page


def test_what_is_for_members_is_theirs_alone(client, sign_in, olive):
    past("Told to all", days=0)
    past("Internal matter", days=0, visibility=Visibility.MEMBERS)
    assert "Internal matter" in sign_in(olive).get("/history").text
    assert "Internal matter" not in client.get("/history").text
    assert "Internal matter" not in client.get("/history?q=matter").text.replace('value="matter"', "")


def uptimes(page: str) -> list[list[str]]:
    """The rows of the table of uptimes, each by its cells; none when there is no such table."""
    if '<details class="rest each">' not in page:
        return []
    table = page.split('<details class="rest each">')[1].split("</table>")[0]
    found = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in table.split("<tr")[1:]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells] for cells in found]


def test_the_uptime_of_each_group_and_component(client):
    core = make_group("Core & more")
    api = make_component("API", group=core)
    make_component("Web", group=core)
    make_component("Alone")
    began = clock.now() - timedelta(days=45)
    Incident.recall(
        name="Down",
        message="It broke.",
        occurred_at=began,
        fixed_at=began + timedelta(hours=12),
        status=IncidentStatus.FIXED,
        impacts=[Stretch(api, ComponentStatus.MAJOR_OUTAGE, began, began + timedelta(hours=12))],
        actor=None,
    )
    db.session.commit()
    page = client.get("/history").text
    assert uptimes(page) == [
        ["Component", "30 days", "60 days", "90 days", "365 days"],
        ["Core &amp; more", "100 %", "99.58 %", "99.72 %", "99.93 %"],
        ["API", "100 %", "99.16 %", "99.44 %", "99.86 %"],
        ["Web", *["100 %"] * 4],
        ["Other components"],
        ["Alone", *["100 %"] * 4],
    ]
    assert f'<a href="/history?component={api.id}"><span dir="auto">API</span></a>' in page
    assert uptimes(client.get(f"/history?component={api.id}").text) == []


def test_one_component_alone_is_no_table_and_those_without_groups_have_no_headings(client):
    make_component("API")
    assert uptimes(client.get("/history").text) == []
    make_component("Web")
    page = client.get("/history").text
    assert [row[0] for row in uptimes(page)] == ["Component", "API", "Web"]
    assert "Uptime of each component" in page


def test_uptimes_name_nothing_that_is_not_for_the_reader(client, sign_in, olive):
    make_component("Inside", group=make_group("Internal group", visibility=Visibility.MEMBERS))
    make_component("Internal part", group=make_group("Public group"), visibility=Visibility.MEMBERS)
    make_component("Hidden as well", group=make_group("Hidden group", visibility=Visibility.HIDDEN))
    make_component("Hidden part", visibility=Visibility.HIDDEN)
    make_component("Alone")
    make_component("Other")
    assert [row[0] for row in uptimes(client.get("/history").text)] == ["Component", "Alone", "Other"]
    assert [row[0] for row in uptimes(sign_in(olive).get("/history").text)] == [
        *("Component", "Internal group Members only", "Inside"),
        *("Public group", "Internal part Members only", "Other components", "Alone", "Other"),
    ]


def test_a_search_may_be_for_words_that_are_markup(client):
    page = client.get("/history", query_string={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_the_status_page_leads_there(client):
    page = client.get("/").text
    assert page.count('href="/history"') == 2 and "Full history" in page


@pytest.mark.parametrize("query", ["month=1999-01", "month=x", "component=4711", "component=01", "month=x&component=1"])
def test_of_addresses_without_end_none_is_kept(client, query):
    make_component("API")
    past()
    assert client.get(f"/history?{query}").headers["Cache-Control"] == "no-store"
    month = clock.today(Setting.zone()).strftime("%Y-%m")
    kept = client.get(f"/history?month={month}&component=1")
    assert kept.status_code == 200 and "s-maxage" in kept.headers["Cache-Control"]


def test_no_address_passes_for_another(client):
    api = make_component("API")
    old = past(days=70)
    month, line = old.occurred_at.strftime("%Y-%m"), f'id="incident-{old.id}"'
    for query in (f"month=&month={month}", f"month={month}%26component%3D{api.id}"):
        assert line not in client.get(f"/history?{query}").text
    assert line in client.get(f"/history?month={month}").text
    answer = client.get(f"/history?month={month}&component={api.id}")
    assert line not in answer.text and f'value="{api.id}" selected' in answer.text
