"""The extension objects, bare: `create_app` binds them, everyone else imports them from here."""

from typing import Any

from flask import Response, current_app, g, request
from flask_babel import Babel
from flask_caching import Cache
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import COOKIE_NAME, LoginManager
from flask_mail import Mail
from flask_session import Session
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as DatabaseSession
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase

READ = "read"  # the bind of DATABASE_READ_URL


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can drop on any database what another one made."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ChoosingSession(DatabaseSession):
    """Flask-SQLAlchemy's, but a request may choose who answers it (app/controllers/replica.py)."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **rest: Any) -> Engine | Connection:
        choose = g.get("choose_engine") if bind is None else None
        chosen: Engine | None = choose(self) if choose is not None else None
        return chosen or super().get_bind(mapper=mapper, clause=clause, bind=bind, **rest)


class Logins(LoginManager):
    """Flask-Login's, but it leaves alone the session of a reader who sends no cookie of ours.

    What looks into the session differs by cookie, says Flask, and then no cache may give it to two visitors."""

    def _update_remember_cookie(self, response: Response) -> Response:
        config = current_app.config
        ours = {config["SESSION_COOKIE_NAME"], config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME)}
        if "_login_user" not in g and ours.isdisjoint(request.cookies):  # and nobody was looked up, or signed in
            return response
        kept: Response = super()._update_remember_cookie(response)
        return kept


db = SQLAlchemy(model_class=Base, session_options={"class_": ChoosingSession})
login_manager = Logins()
csrf = CSRFProtect()
mail = Mail()
babel = Babel()
cache = Cache()
server_session = Session()
limiter = Limiter(key_func=get_remote_address)
