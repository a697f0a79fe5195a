"""Invitations as the team sees them: sent, sent again, withdrawn, and what became of each."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models import Invitation
from app.models.enums import Role
from tests.queries import count_queries

LIST, CREATE = "/dashboard/team/invitations", "/dashboard/team/invitations/create"


@pytest.fixture
def hers(sign_in, anna):
    """Anna's browser: an administrator, not an owner."""
    browser = sign_in(anna)
    browser.get(CREATE)
    return browser


def invited(actor, email="ivy@example.org", role=Role.EDITOR):
    made = Invitation.send(email=email, role=role, actor=actor)
    db.session.commit()
    return made


def only():
    db.session.rollback()
    return db.session.scalars(sa.select(Invitation)).one()


def test_an_empty_list_says_what_to_do(hers):
    assert "Nobody has been invited yet" in hers.get(LIST).text


def test_an_invitation_is_mailed_and_its_code_is_nowhere_in_plain(hers, mailbox, run_jobs):
    page = hers.get(CREATE).text
    assert 'value="editor"' in page and 'value="owner"' not in page and "Looks, and changes nothing." in page
    answer = hers.submit(CREATE, email=" Ivy@Example.org ", role="editor", locale="")
    assert answer.location == LIST
    listed = hers.get(LIST).text
    assert "ivy@example.org" in listed and "Open" in listed and "anna" in listed
    run_jobs()
    [mail] = mailbox.messages
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "ivy@example.org" and "invited" in mail["Subject"]
    assert "anna invites you" in text and "Editor" in text
    code = text.split("http://status.test/signup/invite/")[1].split()[0]
    assert Invitation.for_code(code) is not None
    everything = [db.session.execute(sa.select(table)).all() for table in db.metadata.sorted_tables]
    assert code not in repr(everything)
    assert mail.get_body(("html",)).get_content().count(code) >= 1


@pytest.mark.parametrize(("code", "said"), [("de", "eingeladen"), ("pt-BR", "convi"), ("", "invited")])
def test_it_is_written_in_the_language_that_was_chosen(hers, mailbox, run_jobs, code, said):
    hers.submit(CREATE, email="ivy@example.org", role="viewer", locale=code)
    run_jobs()
    [mail] = mailbox.messages
    assert said in mail["Subject"].lower() and only().locale == code


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"email": "ed@example.org", "role": "viewer"}, "ed is a member with this address already."),
        ({"email": "nobody", "role": "viewer"}, "Enter an e-mail address"),
        ({"email": "ivy@example.org\r\nBcc: all@example.org", "role": "viewer"}, "Enter an e-mail address"),
        ({"email": "ivy@example.org", "role": "owner"}, "Choose one of the roles."),
        ({"email": "ivy@example.org", "role": "x"}, "Choose one of the roles."),
        ({"email": "ivy@example.org", "role": "viewer", "locale": "xx"}, "Not a valid choice"),
        ({"email": "", "role": "viewer"}, "Enter an e-mail address."),
    ],
)
def test_bad_input_is_named_and_nothing_is_sent(hers, ed, sent, said):
    answer = hers.submit(CREATE, **sent)
    assert answer.status_code == 422 and said in answer.text
    assert db.session.query(Invitation).count() == 0


def test_an_address_is_invited_once_at_a_time(hers, anna):
    first = invited(anna)
    answer = hers.submit(CREATE, email="IVY@example.org", role="viewer")
    assert answer.status_code == 422 and "has an open invitation" in answer.text
    first.revoke(actor=anna)
    db.session.commit()
    assert hers.submit(CREATE, email="ivy@example.org", role="viewer").status_code == 302


def test_sending_again_makes_the_link_before_useless(hers, anna, mailbox, run_jobs):
    made = invited(anna)
    before = made.digest
    assert hers.submit(f"{LIST}/{made.id}/resend").location == LIST
    assert "gets a new link" in hers.get(LIST).text
    assert only().digest != before
    run_jobs()
    codes = [m.get_body(("plain",)).get_content().split("/invite/")[1].split()[0] for m in mailbox.messages]
    assert len(codes) == 2 and [Invitation.for_code(code) is not None for code in codes].count(True) == 1


def test_what_has_expired_can_be_sent_again_and_what_is_over_cannot(hers, anna, monkeypatch):
    made = invited(anna)
    later = clock.now() + timedelta(days=7, minutes=1)
    made.expires_at -= timedelta(days=7, minutes=1)
    db.session.commit()
    assert "Expired" in hers.get(LIST).text and later > made.expires_at
    hers.submit(f"{LIST}/{made.id}/resend")
    assert only().state == "open"
    hers.submit(f"{LIST}/{made.id}/revoke")
    page = hers.get(LIST).text
    assert "Withdrawn" in page and "Send again" not in page
    hers.submit(f"{LIST}/{made.id}/resend")
    assert "too late to send" in hers.get(LIST).text
    hers.submit(f"{LIST}/{made.id}/revoke")
    assert "too late to withdraw" in hers.get(LIST).text


def test_withdrawing_asks_first(hers, anna):
    made = invited(anna)
    assert "Withdraw the invitation of ivy@example.org?" in hers.get(f"{LIST}/{made.id}/revoke").text
    assert only().state == "open"


def test_only_an_owner_looks_after_the_invitation_of_an_owner(hers, sign_in, olive):
    made = invited(olive, role=Role.OWNER)
    assert "Send again" not in hers.get(LIST).text
    for way in ("resend", "revoke"):
        assert hers.submit(f"{LIST}/{made.id}/{way}").status_code == 403
    assert only().state == "open"
    owner = sign_in(olive)
    assert 'value="owner"' in owner.get(CREATE).text and "Send again" in owner.get(LIST).text


def test_the_list_is_searched_and_paged_by_as_many_questions_as_for_one(hers, anna):
    invited(anna)

    def asked(address):
        db.session.remove()
        with count_queries() as sent:
            assert hers.get(address).status_code == 200
        return len(sent)

    alone = asked(LIST)
    rows = [
        {"email": f"i{n:03}@example.org", "role": "viewer", "digest": str(n), "expires_at": clock.now()}
        for n in range(300)
    ]
    db.session.execute(sa.insert(Invitation), rows)
    db.session.commit()
    assert asked(LIST) == alone <= 8
    assert "ivy@example.org" in hers.get(f"{LIST}?page=7").text
    assert "ivy@" in hers.get(f"{LIST}?q=IVY").text and "i000@" not in hers.get(f"{LIST}?q=IVY").text
    assert "Nothing matches" in hers.get(f"{LIST}?q=zoe").text


@pytest.mark.parametrize(
    ("end", "left"),
    [
        (lambda anna: anna.change_role(Role.EDITOR, actor=None), {"editor", "viewer"}),
        (lambda anna: anna.deactivate(actor=None), set()),
        (lambda anna: anna.delete(actor=None), set()),
    ],
)
def test_who_may_do_less_comes_back_by_no_invitation_of_their_own(anna, olive, end, left):
    for role in (Role.ADMINISTRATOR, Role.EDITOR, Role.VIEWER):
        invited(anna, f"{role.value}@example.org", role)
    invited(olive, "other@example.org", Role.ADMINISTRATOR)
    end(anna)
    db.session.commit()
    open_now = {made.email.split("@")[0] for made in db.session.scalars(Invitation.open())}
    assert open_now == {*left, "other"}
