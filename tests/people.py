"""Olive the owner, Anna the administrator, Ed the editor, Vic the viewer, and the browsers and clients they use."""

import contextvars
import re

from flask import has_app_context
from flask.testing import FlaskClient

from app.extensions import db
from app.models import ApiToken, User
from app.models.enums import Role

PASSWORD = "correct horse battery staple"


def make_administrator() -> User:
    return _make("anna", Role.ADMINISTRATOR)


def make_editor() -> User:
    return _make("ed", Role.EDITOR)


def make_viewer() -> User:
    return _make("vic", Role.VIEWER)


def _make(name: str, role: Role) -> User:
    user = User.create(username=name, email=f"{name}@example.org", password=PASSWORD, role=role, actor=None)
    db.session.commit()
    return user


class Visitor(FlaskClient):
    """Whoever asks. Each request runs in a context of its own, as on a server: it shares neither the test's database
    session nor its `g`. What the test has not committed is rolled back, for no other process would see it either."""

    def open(self, *args, **kwargs):
        if has_app_context():
            db.session.rollback()
            db.session.info.pop("settings", None)  # a rollback forgets them only where something had begun
        kwargs.setdefault("buffered", True)  # what is streamed is read in that context, too
        return contextvars.Context().run(super().open, *args, **kwargs)


class Browser(Visitor):
    """A browser: keeps cookies and sends back the CSRF token of the page it last read."""

    token = ""

    @classmethod
    def signed_in(cls, app, member: User) -> "Browser":
        browser = cls(app, app.response_class, use_cookies=True)
        browser.get("/auth/login")
        answer = browser.submit("/auth/login", login=member.username, password=PASSWORD)
        assert answer.status_code == 302, answer.text
        return browser

    def open(self, *args, **kwargs):
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html":
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
            self.token = found[1] if found else self.token
        return answer

    def submit(self, path: str, **fields):
        """Post a form."""
        return self.post(path, data={"csrf_token": self.token, **fields})


class ApiClient(Visitor):
    """A client of API v1."""

    token: str | None = None

    @classmethod
    def of(cls, app, member: User | None, abilities=None) -> "ApiClient":
        client = cls(app, app.response_class, use_cookies=False)
        if member is not None:
            _row, client.token = ApiToken.create(name="tests", user=member, abilities=abilities, actor=member)
            db.session.commit()
        return client

    def open(self, path, *args, **kwargs):
        headers = dict(kwargs.pop("headers", None) or {})
        if self.token:
            headers.setdefault("X-Cachet-Token", self.token)
        return super().open(f"/api/v1{path}", *args, headers=headers, **kwargs)
