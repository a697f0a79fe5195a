"""Down and up: everyone is told, on every machine and with or without Redis, and administrators go on working."""

import json

import pytest
import redis

from app.extensions import db
from app.jobs import events
from app.models import Setting, Subscriber
from tests import factories

SAID = "We move to a larger machine & are back by 14:00."


@pytest.fixture
def down(run, client):
    """down(): take the page down, in a process that has answered the page before and still has it at hand."""
    factories.make_component("API")
    assert client.get("/").status_code == 200 == client.get("/").status_code

    def take(*args) -> None:
        done = run("down", *(args or ("--message", SAID, "--retry-after", 900)))
        assert (done.exit_code, done.stdout) == (0, ""), done.output

    return take


def test_visitors_are_told_and_none_is_given_what_is_at_hand(client, down):
    down()
    for path in ("/", "/history", "/subscribe", "/badge.svg", "/rss", "/embed.json", "/index.md"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "900"), path
        # A proxy drops the page of before only for what it may keep, and that for a moment.
        assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=1" and "Set-Cookie" not in answer.headers
        assert {"accept-language", "cookie"} <= answer.vary.as_set()
    assert SAID.replace("&", "&amp;") in client.get("/").text and "Example Cloud" in client.get("/").text


def test_without_a_message(client, down):
    down("--retry-after", 60)
    answer = client.get("/")
    assert answer.headers["Retry-After"] == "60" and "Maintenance in progress" in answer.text


def test_each_api_says_it_in_its_dialect(app, client, down, api, olive):
    down()
    for answer in (api(olive).post("/components", json={"name": "Web", "status": 1}), client.get("/api/v1/components")):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "900")
        assert answer.json["errors"][0]["detail"] == SAID
    assert "s-maxage" in client.get("/api/v1/components").headers["Cache-Control"]
    assert "private" in api(olive).get("/components").headers["Cache-Control"]
    answer = client.get("/api/v2/summary.json")
    assert (answer.status_code, answer.json) == (503, {"error": SAID})
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and answer.headers["Retry-After"] == "900"


@pytest.mark.parametrize("path", ["/health", "/livez", "/readyz", "/auth/login", "/static/css/public.css"])
def test_signs_of_life_and_the_sign_in_stay(client, down, path):
    down()
    assert client.get(path).status_code == 200


def test_the_links_of_mails_work(client, down):
    sue = factories.make_subscriber("sue@example.org")
    manage, wait = sue.code("manage"), factories.make_subscriber("tom@example.org", verified=False).code("verify")
    down()
    for path in (f"/subscribe/manage/{manage}", f"/unsubscribe/{manage}", f"/subscribe/verify/{wait}"):
        assert client.get(path).status_code == 200, path
    assert client.post(f"/unsubscribe/{manage}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    db.session.rollback()
    assert not Subscriber.by_email("sue@example.org").is_active
    assert client.get("/").status_code == client.get("/subscribe").status_code == 503


def test_administrators_go_on_working(down, sign_in, anna, ed):
    editor = sign_in(ed)
    down()
    administrator = sign_in(anna)
    assert administrator.get("/").status_code == 200
    dashboard = administrator.get("/dashboard/")
    assert dashboard.status_code == 200 and "bin/flask up" in dashboard.text
    for answer in (editor.get("/dashboard/"), editor.get("/")):
        assert answer.status_code == 503 and "no-store" in answer.headers["Cache-Control"]


def test_up_again(client, down, run):
    down()
    assert client.get("/").status_code == 503
    done = run("up")
    assert (done.exit_code, done.stderr) == (0, "The page is up.\n")
    assert client.get("/").status_code == 200
    assert run("up").stderr == "The page was not down.\n"


def test_the_message_may_be_changed(client, down):
    down()
    since = Setting.get("down_since")
    down("--message", "It takes an hour longer.")
    assert "It takes an hour longer." in client.get("/").text
    db.session.rollback()
    assert Setting.get("down_since") == since


def test_the_doctor_reminds_of_it(down, run):
    down()
    [told] = [check for check in json.loads(run("doctor", "--json").stdout)["checks"] if check["name"] == "page"]
    assert (told["state"], told["do"]) == ("note", "open it with bin/flask up")


def test_while_redis_is_away(app, client, down, monkeypatch):
    monkeypatch.setitem(app.extensions, "daymark.redis", redis.Redis.from_url("unix:///nowhere/valkey.sock"))
    down()
    assert client.get("/").status_code == 503


def test_what_was_said_while_redis_was_away_is_heard_when_it_is_back(app, client, down, monkeypatch, run_jobs):
    """The number that the pages at hand are filed under is the one of before, until the clock's next round."""
    with monkeypatch.context() as away:
        away.setitem(app.extensions, "daymark.redis", redis.Redis.from_url("unix:///nowhere/valkey.sock"))
        down()
    events.sweep()
    run_jobs()
    assert client.get("/").status_code == 503


def test_a_page_that_nobody_has_set_up(app, run):
    done = run("down")
    assert done.exit_code == 1 and "not been set up" in done.stderr
    assert run("down", "--retry-after", 0).exit_code == 2


def test_a_message_that_is_too_long(run, olive):
    done = run("down", "--message", "x" * 1001)
    assert done.exit_code == 2 and "1000 characters" in done.stderr
