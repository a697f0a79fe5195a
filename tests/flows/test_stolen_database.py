"""Whoever reads the database, the queue and the log after everything that signs people in gains no way in."""

import re

import pyotp
import sqlalchemy as sa

from app import jobs
from app.extensions import db
from app.jobs import queue_named
from app.models import ApiToken, MailedCode, RecoveryCode, User
from app.models.invitation import Invitation
from app.models.mailed_code import Purpose
from app.models.setting import Setting
from tests.people import PASSWORD, Browser

NEW = "a rather new battery staple"


def rows():
    """Every value of every table."""
    return [
        value for table in db.metadata.sorted_tables for row in db.session.execute(sa.select(table)) for value in row
    ]


def queued():
    """What every job that waits was given."""
    return [argument for name in jobs.QUEUES for job in queue_named(name).jobs for argument in job.args]


def found(values):
    return "\n".join(map(str, values))


def forget(app, login):
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.get("/auth/forgot")
    browser.submit("/auth/forgot", login=login)
    return browser


def test_nothing_that_is_kept_opens_anything(app, ed, olive, sign_in, run_jobs, mailbox, caplog):
    caplog.set_level("DEBUG")
    secrets = {PASSWORD, NEW, app.config["SECRET_KEY"]}
    seen = []

    # The code of a forgotten password, before and after it is mailed.
    browser = forget(app, "ed")
    seen += rows() + queued()
    run_jobs()
    code = re.search(r"/auth/reset/(\S+)", mailbox.text(mailbox.messages[-1]))[1]
    secrets.add(code)
    seen += rows()
    browser.get(f"/auth/reset/{code}")
    browser.submit(f"/auth/reset/{code}", password=NEW)
    forget(app, "ed")  # and one that is never used
    run_jobs()
    secrets.add(re.search(r"/auth/reset/(\S+)", mailbox.text(mailbox.messages[-1]))[1])

    # An app, recovery codes and sessions.
    member = sign_in(olive)
    secret = re.search(r'id="totp-key">([^<]+)<', member.get("/dashboard/user/two-factor/app").text)[1].replace(" ", "")
    with member.session_transaction() as session:
        secrets.add(session["_user_id"].partition(".")[2])
        assert secret not in found(session.values())
    fields = {"code": pyotp.TOTP(secret).now(), "present": PASSWORD}
    answer = member.submit("/dashboard/user/two-factor/app", **fields)
    with member.session_transaction() as session:
        kept = found(session.values())
    codes = re.search(r'id="codes">([^<]+)<', member.get(answer.location).text)[1].split("\n")
    assert not [code for code in codes if code in kept]
    _token, text = ApiToken.create(name="x", user=ed, actor=ed)
    Setting.set(smtp_password="hush-hush") if "smtp_password" in Setting.all() else None
    db.session.commit()
    secrets |= {secret, text, *codes}
    run_jobs()
    seen += rows() + queued()

    # SMTP's own log of what it was sent is the mail server's; ours is all the rest.
    log = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail.log"))
    everything = found(seen) + log
    assert len(seen) > 500
    assert not [secret for secret in secrets if secret in everything]

    # What is there instead of them is not taken for them.
    texts = sorted({value for value in seen if isinstance(value, str) and len(value) > 15})
    assert len(texts) > 20
    for value in texts:
        assert MailedCode.find(Purpose.PASSWORD, value) is None, value
        assert ApiToken.for_text(value) is None, value
        assert Invitation.for_code(value) is None, value
        assert not RecoveryCode.use(olive, value), value
        assert not olive.take_code(value), value
        assert User.authenticate("olive", value) is None, value
        for number in (1, 2, 3):
            assert User.for_session(f"{number}.{value}") is None, value
