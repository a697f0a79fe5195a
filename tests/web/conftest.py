"""What the tools look at: every kind of page a visitor can meet, and thirty components as their users run them."""

import sys
from datetime import timedelta

import pytest

from app import create_app
from app.extensions import db
from app.lib import clock
from app.models import Incident, Invitation, MailedCode, MemberMail, Passkey, Subscriber
from app.models.demo import Demo
from app.models.enums import Role
from app.models.mailed_code import Purpose
from app.models.new_address import NewAddress
from tests.people import PASSWORD, Browser
from tests.pictures import as_file, png
from tests.processes import Daymark, copy_tree

# What a started Daymark is filled with, by the interpreter that runs it.
FILL = """
from app import create_app
from app.extensions import db
from bench import example
with create_app().app_context():
    example.fill()
    db.session.commit()
"""


@pytest.fixture(scope="package")
def daymark(tmp_path_factory):
    """Daymark as its users run it, two web processes among others: thirty components, two hundred incidents."""
    # gunicorn ends a connection that rests for two seconds: a guest's stays open while others are busy.
    environ = {"API_RATE_LIMIT": "0", "GUNICORN_CMD_ARGS": "--keep-alive 60"}
    daymark = Daymark(copy_tree(tmp_path_factory.mktemp("web") / "daymark"), environ)
    with daymark.running("/setup"):
        admin = ("--username", "olive", "--email", "olive@example.org")
        ran = daymark.run(
            "bin/flask", "setup", "--site-name", "Example", *admin, ADMIN_PASSWORD="correct horse battery"
        )
        assert ran.returncode == 0, ran.stderr
        ran = daymark.run(sys.executable, "-c", FILL)
        assert ran.returncode == 0, ran.stderr
        yield daymark


@pytest.fixture
def documents(app, request, monkeypatch, tmp_path):
    """The HTML of every kind of page that is not the dashboard's, by a name for it."""
    told = {"wizard": app.test_client().get("/setup")}
    olive = request.getfixturevalue("installed")
    guest = Browser(app, app.response_class, use_cookies=True)
    told |= {"empty": guest.get("/"), "empty-history": guest.get("/history")}
    Demo.fill(actor=None)
    db.session.commit()
    month = (clock.now() - timedelta(days=30)).strftime("%Y-%m")
    for name, path in {
        "home": "/",
        "older": f"/?start_date={clock.now() - timedelta(days=9):%Y-%m-%d}&view=1",
        "history": "/history",
        "month": f"/history?month={month}",
        "found": "/history?q=a",
        "nothing-found": "/history?q=qqqqq",
        "incident": "/incidents/1",
        "open-incident": f"/incidents/{db.session.query(Incident.id).order_by(Incident.id.desc()).first()[0]}",
        "maintenance": "/schedules/1",
        "api": "/docs/api",
        "embed": "/embed",
        "404": "/nothing",
        "sign-in": "/auth/login",
    }.items():
        told[name] = guest.get(path)
    told["sign-in-refused"] = guest.submit("/auth/login", login="olive", password="wrong")
    owner = request.getfixturevalue("sign_in")(olive)
    told |= {"members-home": owner.get("/"), "own-looks": dressed(owner, guest)}
    told |= joining(guest, olive) | signing_in(guest, request.getfixturevalue("ed"))
    told |= subscribing(guest) | faults(app, monkeypatch, tmp_path)
    for name, status in {"404": 404, "429": 429, "500": 500, "503": 503, "subscribe-refused": 422}.items():
        assert told[name].status_code == status, name
    return {name: answer.text for name, answer in told.items()}


def joining(guest, olive):
    """An invitation, what goes wrong with it, and a new address."""
    Invitation.send(email="ivy@example.org", role=Role.EDITOR, actor=olive)
    NewAddress.ask(olive, "new@example.org")
    letters = {mail.event.name: mail.code for mail in db.session.query(MemberMail)}
    db.session.commit()
    link, confirm = f"/signup/invite/{letters['invitation.sent']}", f"/auth/email/{letters['user.email_asked']}"
    told = {"signup": guest.get(link), "signup-refused": guest.submit(link, username="a b", password="short")}
    told |= {"signup-over": guest.get("/signup/invite/nonsense")}
    return told | {"address": guest.get(confirm), "address-gone": guest.get("/auth/email/nonsense")}


def dressed(owner, guest):
    """A page with its own logo, banner, icon, colours that are only just allowed, CSS and HTML; then as it was."""
    path = "/dashboard/settings/appearance"
    pictures = {"logo": png(), "logo_dark": png(colour="#ffffff"), "banner": png()}
    owner.get(path)
    owner.submit(path, part="pictures", show_name="y", **{name: as_file(raw) for name, raw in pictures.items()})
    harsh = dict.fromkeys(("color_accent", "color_ok", "color_perf", "color_partial", "color_major"), "#949400")
    owner.submit(path, part="colours", theme="system", **harsh)
    owner.submit(path, part="code", custom_css=".own { padding: 1rem }", header_html="<p>See <a href='/x'>it</a>.</p>")
    page = guest.get("/")
    owner.submit(path, part="colours", theme="system", **dict.fromkeys(harsh, ""))
    owner.submit(path, part="code", custom_css="", header_html="")
    return page


def signing_in(guest, ed):
    """The second step, and a forgotten password."""
    told = {"forgot": guest.get("/auth/forgot"), "forgot-refused": guest.submit("/auth/forgot", login="")}
    told["forgot-sent"] = guest.submit("/auth/forgot", login="ed")
    ed.totp_confirmed_at = clock.now()
    Passkey.create(user=ed, name="Phone", credential_id="a", public_key="b", sign_count=0, transports=[], actor=ed)
    code = MailedCode.issue(ed, Purpose.PASSWORD, good_for=timedelta(hours=1))
    db.session.commit()
    told["reset"] = guest.get(f"/auth/reset/{code}")
    told["reset-refused"] = guest.submit(f"/auth/reset/{code}", password="short")
    told["reset-gone"] = guest.get("/auth/reset/nonsense")
    guest.submit("/auth/login", login="ed", password=PASSWORD)
    told["second-step"] = guest.get("/auth/2fa")
    told["second-step-refused"] = guest.submit("/auth/2fa", code="000000")
    told["recovery-refused"] = guest.submit("/auth/2fa", recovery="aaaa")
    return told


def subscribing(guest):
    """Asking, confirming, choosing, leaving, and what goes wrong on the way."""
    told = {"subscribe": guest.get("/subscribe"), "subscribe-refused": guest.submit("/subscribe", email="sue")}
    told["subscribe-sent"] = guest.submit("/subscribe", email="sue@example.org")
    for _ in range(5):
        told["429"] = guest.submit("/subscribe", email="sue@example.org")
    sue = Subscriber.by_email("sue@example.org")
    told["verify"] = guest.get(f"/subscribe/verify/{sue.code('verify')}")
    guest.submit(f"/subscribe/verify/{sue.code('verify')}")
    told["manage"] = guest.get(f"/subscribe/manage/{sue.code('manage')}")
    told["unsubscribe"] = guest.get(f"/unsubscribe/{sue.code('manage')}")
    told["unsubscribed"] = guest.submit(f"/unsubscribe/{sue.code('manage')}")
    told["no-such-link"] = guest.get("/subscribe/verify/nonsense")
    return told


def faults(app, monkeypatch, folder):
    """A fault of ours, and a database that is away."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with monkeypatch.context() as broken:
        broken.setattr(Incident, "on_page", None)
        told = {"500": app.test_client().get("/incidents/2")}
    settings = {name: app.config[name] for name in ("SECRET_KEY", "REDIS_URL", "APP_URL", "TESTING")}
    gone = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/gone/daymark.sqlite", "INSTANCE": folder / "instance"}
    return told | {"503": create_app({**settings, **gone}).test_client().get("/")}
