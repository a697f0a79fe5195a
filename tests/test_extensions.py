import pytest
import sqlalchemy as sa
from flask import Response
from flask_login import login_user
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, login_manager
from app.models.sign_in import SignIn


def test_a_sign_in_is_remembered_also_where_no_cookie_came_with_it(app, olive):
    with app.test_request_context("/"):
        SignIn.begin(olive, method="password", address="127.0.0.1", agent="Test")
        db.session.commit()
        login_user(olive, remember=True)
        answer = login_manager._update_remember_cookie(Response())
    assert "remember_token=" in answer.headers["Set-Cookie"]


def test_who_sends_no_cookie_leaves_the_session_alone(app, client):
    with app.test_request_context("/"):
        assert "Set-Cookie" not in login_manager._update_remember_cookie(Response()).headers


def test_what_goes_wrong_in_the_database_is_told_without_what_was_written(app):
    with pytest.raises(SQLAlchemyError) as error:
        db.session.execute(sa.text("SELECT nothing FROM nowhere WHERE digest = :digest"), {"digest": "a mailed code"})
    assert "nowhere" in str(error.value) and "a mailed code" not in str(error.value)
