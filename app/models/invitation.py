"""Invitations: who may become a member, and until when."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.errors import Conflict, Invalid, NotAllowed
from app.extensions import db
from app.i18n import _, _l
from app.lib import clock
from app.models.api_token import digest
from app.models.base import Model, UtcDateTime
from app.models.enums import Role
from app.models.event import Event, EventName
from app.models.member_mail import MemberMail
from app.models.mixins import Actor
from app.models.subscriber import normal_email
from app.models.user import User
from app.permissions import covers

GOOD_FOR = timedelta(days=7)


class InvitationState(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        return _STATE[self][0]

    @property
    def css(self) -> str:
        """The colour token."""
        return _STATE[self][1]

    @property
    def answer(self) -> str:
        """What somebody hears who follows the link, unless it is open."""
        return _STATE[self][2]


_STATE = {
    InvitationState.OPEN: (_l("Open"), "maint", ""),
    InvitationState.EXPIRED: (_l("Expired"), "unknown", _l("This invitation has expired. Ask for a new one.")),
    InvitationState.REVOKED: (_l("Withdrawn"), "unknown", _l("This invitation has been withdrawn.")),
    InvitationState.ACCEPTED: (_l("Accepted"), "ok", _l("This invitation has been used already. You can sign in.")),
}


class Invitation(Model):
    """One address that was asked to join with a role. Its code is mailed, and stored hashed."""

    __tablename__ = "invitations"

    email: Mapped[str] = mapped_column(sa.String(255), index=True)
    role: Mapped[str] = mapped_column(sa.String(16))
    locale: Mapped[str] = mapped_column(sa.String(16), default="")
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    invited_by: Mapped[User | None] = relationship()

    @classmethod
    def send(cls, *, email: str, role: Role, locale: str = "", actor: User) -> "Invitation":
        """Invite somebody by mail. Raises Invalid for a role above the actor's, a member's address, or one that has
        an open invitation."""
        email = normal_email(email)
        if not covers(actor, role.value):
            raise Invalid(role=_("You cannot give a role that may do more than your own."))
        member = User.holding(email)
        if member is not None:
            raise Invalid(email=_("%(name)s is a member with this address already.", name=member.username))
        if db.session.scalar(cls.open().where(cls.email == email).limit(1)) is not None:
            raise Invalid(email=_("This address has an open invitation. You can send that one again."))
        invitation = cls(email=email, role=role.value, locale=locale, invited_by=actor)
        invitation._mail(EventName.INVITATION_SENT, actor)
        return invitation

    def resend(self, *, actor: User) -> None:
        """Mail a new link, good for another seven days; the one before is dead. Raises Conflict once it is over."""
        self._allow(actor)
        if self.state not in (InvitationState.OPEN, InvitationState.EXPIRED):
            raise Conflict(_("It is too late to send this invitation again: %(state)s.", state=self.state.label))
        if User.holding(self.email) is not None:
            raise Conflict(_("%(name)s is a member by now.", name=self.email))
        self.invited_by = actor
        self._mail(EventName.INVITATION_RESENT, actor)

    def revoke(self, *, actor: User) -> None:
        """Withdraw it: its link is dead. Raises Conflict when it was accepted meanwhile."""
        self._allow(actor)
        if not self._end(revoked_at=clock.now()):
            raise Conflict(_("It is too late to withdraw this invitation: %(state)s.", state=self.state.label))
        Event.record(EventName.INVITATION_REVOKED, self, actor, name=self.email)

    def accept(self, *, username: str, password: str, locale: str = "", timezone: str = "") -> User:
        """The member that it makes. Raises Conflict for all but the first, Invalid for a name that is taken."""
        if not self._end(accepted_at=clock.now()):
            db.session.refresh(self)
            raise Conflict(self.state.answer or InvitationState.ACCEPTED.answer)
        user = User.create(username=username, email=self.email, password=password, role=Role(self.role), actor=None)
        user.locale, user.timezone = locale, timezone
        Event.record(EventName.INVITATION_ACCEPTED, self, user, name=self.email)
        return user

    @property
    def state(self) -> InvitationState:
        """What has become of it."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.OPEN if self.expires_at > clock.now() else InvitationState.EXPIRED

    @property
    def role_label(self) -> str:
        return Role(self.role).label

    @property
    def sent_at(self) -> datetime:
        """When its present link was mailed."""
        return self.expires_at - GOOD_FOR

    @property
    def can_be_sent_again(self) -> bool:
        return self.state in (InvitationState.OPEN, InvitationState.EXPIRED)

    def may_be_changed_by(self, actor: Actor | None) -> bool:
        """Whether `actor` could have given its role."""
        return covers(actor, self.role)

    @classmethod
    def for_code(cls, code: str) -> "Invitation | None":
        """Whose link this is, whatever has become of it; None when there is no such link (any more)."""
        return db.session.scalar(sa.select(cls).where(cls.digest == digest(code))) if code else None

    @classmethod
    def open(cls) -> sa.Select["Invitation"]:
        """Those that can be accepted."""
        waiting = (cls.accepted_at.is_(None), cls.revoked_at.is_(None), cls.expires_at > clock.now())
        return sa.select(cls).where(*waiting)

    @classmethod
    def listed(cls, words: str = "") -> sa.Select["Invitation"]:
        """Those whose address holds `words`, newest first, with who sent them."""
        select = sa.select(cls).options(joinedload(cls.invited_by)).order_by(cls.id.desc())
        return select.where(cls.email.icontains(words, autoescape=True)) if words else select

    def _mail(self, name: EventName, actor: User) -> None:
        code = secrets.token_urlsafe(30)
        self.digest, self.expires_at = digest(code), clock.now() + GOOD_FOR
        db.session.add(self)
        event = Event.record(name, self, actor, name=self.email, role=self.role, by=actor.username)
        MemberMail.ask(event, to=self.email, locale=self.locale, code=code)

    def _end(self, **how: datetime) -> bool:
        """Whether this request was the one that ended it."""
        now = clock.now()
        still: list[sa.ColumnElement[bool]] = [Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)]
        if "accepted_at" in how:
            still += [Invitation.expires_at > now, Invitation.digest == self.digest]
        ended = db.session.execute(sa.update(Invitation).where(Invitation.id == self.id, *still).values(**how))
        return ended.rowcount == 1  # type: ignore[attr-defined]

    def _allow(self, actor: Actor | None) -> None:
        if not self.may_be_changed_by(actor):
            raise NotAllowed()
