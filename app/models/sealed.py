"""What is encrypted with APP_KEY, wherever it is kept: whether today's key still reads it."""

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.lib.sealing import unseal
from app.models.declared import DECLARED
from app.models.setting import Setting
from app.models.user import User


def unreadable() -> list[str]:
    """Settings, and members by the secret of their app, that were encrypted with another key."""
    key = current_app.config["SECRET_KEY"]
    lost = [
        f"setting {name}"
        for name, value in Setting.all().items()
        if DECLARED[name].is_secret and value and unseal(key, value) is None
    ]
    members = sa.select(User.username, User.totp_secret).where(User.totp_secret.is_not(None)).order_by(User.id)
    known = db.session.execute(members).all()
    return lost + [f"two-factor of {name}" for name, secret in known if secret and unseal(key, secret) is None]
