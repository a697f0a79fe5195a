from datetime import timedelta

from app.extensions import db
from app.models.enums import ComponentStatus, Visibility
from app.models.setting import Setting
from tests.factories import make_component, make_incident, make_maintenance

LARGEST_WIDGET = 3 * 1024  # bytes, before it is packed


def told(client, path="/embed.json"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.json


def test_the_script_is_small_and_free_to_load(client):
    answer = client.get("/widget.js")
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert len(answer.data) < LARGEST_WIDGET
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_all_is_well(client):
    make_component()
    data = told(client)
    assert (data["problems"], data["more"]) == ([], "")
    assert data["page"] == {
        "name": "Example Cloud",
        "url": "http://status.test/",
        "status": "operational",
        "label": "All systems are operational",
        "tone": "light-dark(#19774a,#5fd39a)",
    }
    assert b"<li>" not in client.get("/embed").data
    assert b"All systems are operational" in client.get("/embed?always=1").data


def test_what_is_wrong_is_told_once(client):
    api, web = make_component("API"), make_component("Web", status=ComponentStatus.PERFORMANCE_ISSUES)
    incident = make_incident("It broke", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    work = make_maintenance("New disks", starts_in=-timedelta(hours=1), components=[make_component("Disks")])
    make_maintenance("Next week", starts_in=timedelta(days=7))
    problems = told(client)["problems"]
    assert [(one["key"], one["name"], one["word"]) for one in problems] == [
        (f"incident-{incident.id}", "It broke", "Investigating"),
        (f"maintenance-{work.id}", "New disks", "In progress"),
        (f"component-{web.id}-perf", "Web", "Performance issues"),
    ]
    assert problems[0]["url"] == f"http://status.test/incidents/{incident.id}"
    assert problems[1]["url"] == f"http://status.test/schedules/{work.id}"
    page = client.get("/embed").text
    for one in problems:
        assert one["url"] in page
        assert one["name"] in page


def test_many_are_counted(client):
    for n in range(8):
        make_incident(f"Incident {n}")
    data = told(client)
    assert (len(data["problems"]), data["more"]) == (5, "3 more")
    assert "3 more" in client.get("/embed").text


def test_it_is_the_guests_view_for_members_too(client, sign_in, ed):
    make_incident("Ours", visibility=Visibility.MEMBERS)
    assert told(sign_in(ed))["problems"] == told(client)["problems"] == []


def test_only_the_frame_may_be_framed_and_it_sends_nothing(client):
    answer = client.get("/embed")
    assert "X-Frame-Options" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "form-action 'none'" in policy
    assert "Set-Cookie" not in answer.headers
    assert client.get("/subscribe").headers["X-Frame-Options"] == "DENY"


def test_the_json_is_for_every_origin_and_kept(client):
    first = client.get("/embed.json", headers={"Origin": "https://shop.example"})
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/embed.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    make_incident()
    assert len(told(client)["problems"]) == 1


def test_a_language_that_nobody_speaks_is_the_page_s(client):
    assert told(client, "/embed.json?lang=tlh")["lang"] == "en"


def test_search_engines_are_told_to_stay_away(client):
    Setting.change(search_engines=False, actor=None)
    db.session.commit()
    for _ in range(2):
        assert client.get("/embed.json").headers["X-Robots-Tag"] == "noindex"
        assert client.get("/").headers["X-Robots-Tag"] == "noindex"
