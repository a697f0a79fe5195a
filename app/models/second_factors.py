"""A member's second factors: codes of an authenticator app (TOTP, RFC 6238), passkeys, and recovery codes for when
those are lost."""

import hmac
from datetime import datetime
from typing import Self

import pyotp
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.lib.sealing import seal, unseal
from app.models.base import UtcDateTime
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.models.passkey import Passkey
from app.models.recovery_code import RecoveryCode
from app.models.setting import Setting
from app.models.user_sessions import HasSessions

STEP = 30  # seconds that a code is shown
DRIFT = 1  # steps that a telephone's clock may be off


class HasSecondFactors(HasSessions):
    """The part of a member that second factors hang on."""

    __abstract__ = True

    # Sealed; there only once a code of it was confirmed. `totp_step` is the time of the last code that was taken.
    totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)

    @property
    def has_totp(self) -> bool:
        """Whether codes of an authenticator app are asked for."""
        return self.totp_confirmed_at is not None

    @property
    def has_two_factor(self) -> bool:
        """Whether a password alone does not let this member in."""
        return self.has_totp or Passkey.any_of(self)

    @classmethod
    def without_two_factor(cls) -> sa.Select[Self]:
        """The members whom a password alone lets in, by name."""
        has_key = sa.exists().where(Passkey.user_id == cls.id)
        is_active = cls.__table__.c.deactivated_at.is_(None)
        alone = sa.select(cls).where(is_active, cls.totp_confirmed_at.is_(None), ~has_key)
        return alone.order_by(sa.func.lower(cls.username), cls.id)

    @property
    def must_add_factor(self) -> bool:
        """Whether this member may do nothing before a second factor is set up."""
        return bool(Setting.get("require_two_factor")) and not self.has_two_factor

    def enable_totp(self, secret: str, code: str, *, actor: Actor | None) -> list[str]:
        """Ask for codes of `secret` from now on; `code` proves that the app knows it. The recovery codes, if there
        were none. Raises Invalid for a wrong code."""
        step = _step_of(secret, code)
        if step is None:
            raise Invalid(code=_("This code does not fit. Is the time on your device right?"))
        codes = [] if self.has_two_factor else RecoveryCode.renew(self)
        self.totp_secret = seal(current_app.config["SECRET_KEY"], secret)
        self.totp_confirmed_at, self.totp_step = clock.now(), step
        Event.record(EventName.USER_TWO_FACTOR_ENABLED, self, actor, name=self.username)
        return codes

    def disable_totp(self, *, actor: Actor | None) -> None:
        """Ask for no more codes of the app; recovery codes go with the last factor."""
        self.totp_secret, self.totp_confirmed_at, self.totp_step = None, None, 0
        Event.record(EventName.USER_TWO_FACTOR_DISABLED, self, actor, name=self.username)
        self.forget_needless_codes()

    def reset_two_factor(self, *, actor: Actor | None) -> None:
        """Take all second factors away, for a member who lost them, and sign them out everywhere."""
        self.totp_secret, self.totp_confirmed_at, self.totp_step = None, None, 0
        Passkey.forget(self)
        RecoveryCode.forget(self)
        Event.record(EventName.USER_TWO_FACTOR_RESET, self, actor, name=self.username)
        self.end_sessions(actor=actor)

    def take_code(self, code: str) -> bool:
        """Whether `code` is one that the app shows now. Each is taken once, also by two requests at a time."""
        secret = unseal(current_app.config["SECRET_KEY"], self.totp_secret) if self.totp_secret else None
        step = _step_of(secret, code) if secret and self.has_totp else None
        if step is None:
            return False
        kind = type(self)
        taken = db.session.execute(
            sa.update(kind).where(kind.id == self.id, kind.totp_step < step).values(totp_step=step)
        )
        return taken.rowcount == 1  # type: ignore[attr-defined]

    def take_recovery_code(self, code: str) -> bool:
        """Whether `code` is one of the recovery codes; it is used up."""
        if not RecoveryCode.use(self, code):
            return False
        Event.record(EventName.USER_RECOVERY_CODE_USED, self, self, name=self.username, left=RecoveryCode.left(self))
        return True

    def renew_recovery_codes(self, *, actor: Actor | None) -> list[str]:
        """Ten new recovery codes; those before are void."""
        codes = RecoveryCode.renew(self)
        Event.record(EventName.USER_RECOVERY_CODES_MADE, self, actor, name=self.username)
        return codes

    def forget_needless_codes(self) -> None:
        """Recovery codes without a factor to stand in for would be passwords."""
        if not self.has_two_factor:
            RecoveryCode.forget(self)


def new_secret() -> str:
    """A secret for an authenticator app, in base 32."""
    return pyotp.random_base32()


def _step_of(secret: str, code: str) -> int | None:
    """The step in which an app shows `code`, if that is now or next to now."""
    wanted = "".join(code.split())
    if not (wanted.isascii() and wanted.isdigit()):
        return None
    totp, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // STEP
    steps = range(now - DRIFT, now + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), wanted)), None)
