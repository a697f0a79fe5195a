import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models import ApiToken
from app.permissions import TOKEN_ABILITIES

CREATE = ("token", "create", "monitoring")


def tokens():
    db.session.rollback()
    return list(db.session.scalars(sa.select(ApiToken)))


@pytest.mark.parametrize("login", ["olive", "olive@example.org"])
def test_it_prints_the_token_and_nothing_else(app, run, olive, login):
    done = run(*CREATE, "--user", login)
    assert done.exit_code == 0, done.output
    [token] = tokens()
    assert done.stdout.count("\n") == 1 and ApiToken.for_text(done.stdout.strip()) == token
    assert (token.name, token.abilities, token.user.username) == ("monitoring", sorted(TOKEN_ABILITIES), "olive")
    headers = {"X-Cachet-Token": done.stdout.strip()}
    assert (
        app.test_client().post("/api/v1/components/groups", json={"name": "Core"}, headers=headers).status_code == 200
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [("incidents.manage", ["incidents.manage"]), ("", []), (" components.manage , ", ["components.manage"])],
)
def test_it_may_do_what_is_listed(run, olive, given, kept):
    assert run(*CREATE, "--user", "olive", "--abilities", given).exit_code == 0
    assert tokens()[0].abilities == kept


@pytest.mark.parametrize(
    ("args", "code", "named"),
    [
        ((*CREATE, "--user", "nobody"), 1, "there is no member called nobody"),
        ((*CREATE, "--user", "olive", "--abilities", "incidents.manage,everything"), 2, "--abilities: "),
        (("token", "create", " ", "--user", "olive"), 2, "--name: "),
        (("token", "create", "x" * 101, "--user", "olive"), 2, "--name: "),
        (CREATE, 2, "--user"),
    ],
)
def test_what_is_wrong_is_said_on_standard_error(run, olive, args, code, named):
    done = run(*args)
    assert (done.exit_code, done.stdout) == (code, "") and named in done.stderr
    assert tokens() == []


def test_the_log_keeps_off_standard_output(app, run, olive, monkeypatch):
    app.extensions["daymark.redis"].set("page:generation", "no number")
    done = run(*CREATE, "--user", "olive")
    assert done.exit_code == 0 and ApiToken.for_text(done.stdout.strip())


def test_a_token_may_end_after_some_days(run, olive):
    assert run(*CREATE, "--user", "olive", "--days", "30").exit_code == 0
    assert timedelta(days=29) < tokens()[0].expires_at - clock.now() <= timedelta(days=30)


@pytest.mark.parametrize("days", ["0", "-1", "soon", "36500"])
def test_days_are_a_number_of_them(run, olive, days):
    done = run(*CREATE, "--user", "olive", "--days", days)
    assert done.exit_code == 2 and "--days" in done.stderr
    assert tokens() == []


def test_tokens_are_listed_and_revoked(run, olive):
    text = run(*CREATE, "--user", "olive").stdout.strip()
    listed = run("token", "list").stdout
    assert listed.split("\t")[1:4] == [f"…{text[-4:]}", "olive", "monitoring"] and text not in listed
    [told] = json.loads(run("token", "list", "--json").stdout)
    assert (told["user"], told["name"], told["hint"], told["expires_at"]) == ("olive", "monitoring", text[-4:], None)
    assert run("token", "revoke", listed.split("\t")[0]).exit_code == 0
    assert tokens() == []
    again = run("token", "revoke", "1")
    assert again.exit_code == 1 and "there is no token with the number 1" in again.stderr
