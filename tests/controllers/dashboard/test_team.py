"""The team: list, roles, deactivation and deletion; and that there is always an owner."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import ApiToken, Event, Incident, SignIn, User
from app.models.enums import Role
from app.models.second_factors import new_secret
from tests.factories import make_incident
from tests.people import PASSWORD
from tests.queries import count_queries


@pytest.fixture
def owner(sign_in, olive):
    return sign_in(olive)


@pytest.fixture
def second(olive):
    """Another owner."""
    return member("otto", Role.OWNER)


def member(name, role=Role.EDITOR):
    made = User.create(username=name, email=f"{name}@example.org", password=PASSWORD, role=role, actor=None)
    db.session.commit()
    return made


def path(who, more=""):
    return f"/dashboard/team/{who.id}{more}"


def test_everyone_is_listed_with_what_they_are(owner, anna, ed, vic):
    page = owner.get("/dashboard/team").text
    for word in ("olive", "anna@example.org", "Administrator", "Editor", "Viewer", "Never", "Deactivated"):
        assert (word in page) is (word != "Deactivated"), word
    assert page.index("anna") < page.index("olive@")


def test_a_search_finds_names_and_addresses_and_says_when_it_finds_none(owner, anna, ed):
    found = owner.get("/dashboard/team?q=ANNA@ex").text
    assert "anna@example.org" in found and "ed@example.org" not in found
    assert "Nothing matches" in owner.get("/dashboard/team?q=%25").text


def test_the_list_has_pages_and_takes_as_many_questions_for_three_hundred(owner, sign_in, olive):
    def asked(address):
        db.session.remove()
        with count_queries() as sent:
            assert owner.get(address).status_code == 200
        return len(sent)

    alone = asked("/dashboard/team")
    rows = [{"username": f"m{n:03}", "email": f"m{n:03}@example.org", "password_hash": "x"} for n in range(300)]
    db.session.execute(sa.insert(User), [{**row, "session_key": "k"} for row in rows])
    db.session.commit()
    assert asked("/dashboard/team") == alone <= 8
    assert "m299" in owner.get("/dashboard/team?page=6").text
    assert owner.get("/dashboard/team?page=8").status_code == 404


def test_the_side_leads_there_for_those_who_may(sign_in, anna, ed, vic):
    assert 'href="/dashboard/team"' in sign_in(anna).get("/dashboard/").text
    assert 'href="/dashboard/team"' not in sign_in(ed).get("/dashboard/").text
    assert 'href="/dashboard/team"' not in sign_in(vic).get("/dashboard/").text


def test_a_role_is_changed_and_noted(owner, ed, look):
    owner.get(path(ed))
    answer = owner.submit(path(ed), role="viewer")
    assert answer.location == "/dashboard/team"
    assert "ed is now: Viewer." in owner.get("/dashboard/team").text
    assert look(ed).role_label == "Viewer"
    event = db.session.scalar(sa.select(Event).where(Event.name == "user.role_changed"))
    assert (event.actor_label, event.data["changed"]) == ("olive", {"role": ["editor", "viewer"]})


def test_what_is_no_role_is_refused(owner, ed, look):
    owner.get(path(ed))
    assert owner.submit(path(ed), role="emperor").status_code == 422
    assert owner.submit(path(ed)).status_code in (302, 422)
    assert look(ed).role_label == "Editor"


def test_nobody_gives_a_role_above_their_own(sign_in, anna, ed, look):
    hers = sign_in(anna)
    page = hers.get(path(ed))
    assert 'value="administrator"' in page.text and 'value="owner"' not in page.text
    assert hers.submit(path(ed), role="owner").status_code == 422
    assert look(ed).role_label == "Editor"


@pytest.mark.parametrize("way", ["", "/deactivate", "/delete", "/activate"])
def test_only_owners_touch_owners(sign_in, anna, second, look, way):
    hers = sign_in(anna)
    page = hers.get(path(second))
    assert "Only an owner may change an owner." in page.text and "Delete member" not in page.text
    assert hers.submit(path(second, way), role="viewer").status_code == 403
    assert look(second).role_label == "Owner" and look(second).is_active


def test_the_last_owner_stays_one(owner, olive, anna, look):
    owner.get(path(olive))
    owner.submit(path(olive), role="viewer", sure="y")
    assert "olive is the last owner. Make someone else an owner first." in owner.get(path(olive)).text
    owner.submit(path(olive, "/delete"))
    assert "olive is the last owner." in owner.get(path(olive)).text
    assert look(olive).role_label == "Owner"


def test_an_owner_who_was_deactivated_does_not_count(owner, olive, second, look):
    owner.get(path(second))
    owner.submit(path(second, "/deactivate"))
    owner.submit(path(olive), role="editor", sure="y")
    assert "olive is the last owner." in owner.get(path(olive)).text
    owner.submit(path(second, "/delete"))
    assert (
        "olive" in owner.get("/dashboard/team").text and "Nothing matches" in owner.get("/dashboard/team?q=otto").text
    )


def test_nobody_gives_up_their_own_role_by_accident(owner, olive, second, look):
    page = owner.get(path(olive))
    assert "I want to change my own role" in page.text
    refused = owner.submit(path(olive), role="editor")
    assert refused.status_code == 422 and "Tick the box if you mean it." in refused.text
    assert look(olive).role_label == "Owner"
    assert owner.submit(path(olive), role="editor", sure="y").location == "/dashboard/"
    assert look(olive).role_label == "Editor"


def test_nobody_deactivates_themselves(owner, olive, second, look):
    assert "Deactivate<" not in owner.get(path(olive)).text
    owner.submit(path(olive, "/deactivate"))
    assert "You cannot deactivate yourself." in owner.get(path(olive)).text
    assert look(olive).is_active


def test_who_is_deactivated_is_out_at_once_and_comes_back(app, owner, sign_in, api, ed, look):
    his, other, client = sign_in(ed), sign_in(ed), api(ed)
    assert client.post("/components", json={"name": "API", "status": 1}).status_code == 200
    asked = owner.get(path(ed, "/deactivate"))
    assert "Deactivate ed?" in asked.text and look(ed).is_active
    owner.submit(path(ed, "/deactivate"))
    for browser in (his, other):
        assert browser.get("/dashboard/").location.startswith("/auth/login")
    assert client.post("/components", json={"name": "Web", "status": 1}).status_code == 401
    his.get("/auth/login")
    assert his.submit("/auth/login", login="ed", password=PASSWORD).status_code == 422
    assert "Deactivated" in owner.get("/dashboard/team").text
    owner.submit(path(ed, "/activate"))
    assert his.get("/dashboard/").location.startswith("/auth/login"), "the sessions stay ended"
    assert sign_in(ed).get("/dashboard/").status_code == 200
    assert client.post("/components", json={"name": "Web", "status": 1}).status_code == 200


def test_what_a_deleted_member_wrote_stays_and_names_them(owner, sign_in, ed):
    his, number = sign_in(ed), ed.id
    incident = make_incident("Slow answers", actor=ed)
    ApiToken.create(name="script", user=ed, actor=ed)
    db.session.commit()
    assert "What they wrote stays, with their name." in owner.get(path(ed, "/delete")).text
    assert owner.submit(path(ed, "/delete")).location == "/dashboard/team"
    assert "ed has been deleted." in owner.get("/dashboard/team").text
    assert his.get("/dashboard/").status_code == 302
    db.session.rollback()
    assert db.session.get(User, number) is None
    assert db.session.get(Incident, incident.id).name == "Slow answers"
    named = db.session.scalars(sa.select(Event.actor_label).where(Event.name == "incident.reported")).all()
    assert named == ["ed"]
    for table in (ApiToken, SignIn):
        assert not db.session.scalars(sa.select(table).where(table.user_id == number)).all()


def test_who_deletes_their_own_account_is_asked_so_and_is_out(owner, olive, second):
    assert "Delete your own account?" in owner.get(path(olive, "/delete")).text
    assert owner.submit(path(olive, "/delete")).location == "/auth/login"
    assert "olive has been deleted." in owner.get("/auth/login").text
    assert owner.get("/dashboard/").status_code == 302


def test_two_owners_who_end_each_other_leave_one(sign_in, olive, second):
    for way, sent in (("/delete", {}), ("", {"role": "viewer"}), ("/deactivate", {})):
        third = member(f"third{len(way)}", Role.OWNER)
        fourth = member(f"fourth{len(way)}", Role.OWNER)
        for other in db.session.scalars(User.owners()).all():
            if other.id not in (third.id, fourth.id):
                other.change_role(Role.VIEWER, actor=None)
        db.session.commit()
        ids = {third.id: fourth.id, fourth.id: third.id}
        browsers = {who.id: sign_in(who) for who in (third, fourth)}
        for browser in browsers.values():
            browser.get("/dashboard/team")

        def end(mine, browsers=browsers, ids=ids, way=way, sent=sent):
            return browsers[mine].submit(f"/dashboard/team/{ids[mine]}{way}", **sent).status_code

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(end, ids))
        db.session.rollback()
        assert len(db.session.scalars(User.owners()).all()) == 1, way


def test_only_an_owner_resets_the_second_factors_of_somebody_who_lost_them(owner, sign_in, anna, ed, look):
    secret = new_secret()
    ed.enable_totp(secret, pyotp.TOTP(secret).now(), actor=ed)
    db.session.commit()
    hers = sign_in(anna)
    assert "Reset two-factor" not in hers.get(path(ed)).text
    assert hers.submit(path(ed, "/reset-two-factor")).status_code == 403
    assert look(ed).has_two_factor
    assert owner.get("/dashboard/team?q=ed@").text.count(">Yes<") == 1
    assert "Reset two-factor" in owner.get(path(ed)).text
    assert "Be sure that it is really they who ask." in owner.get(path(ed, "/reset-two-factor")).text
    assert look(ed).has_two_factor
    owner.submit(path(ed, "/reset-two-factor"))
    assert not look(ed).has_two_factor
    assert ">Yes<" not in owner.get("/dashboard/team?q=ed@").text
    assert sign_in(ed).get("/dashboard/").status_code == 200
