"""Membership: what becomes of a member in the team. There is always an active owner."""

from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Conflict, Invalid, NotAllowed
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import UtcDateTime
from app.models.enums import Role
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.models.user_sessions import HasSessions
from app.permissions import covers, roles_with

OWNING = roles_with("owners.manage")


class Membership(HasSessions):
    """The verbs of the team. Whoever may do less than a member can neither change nor end what that member is."""

    __abstract__ = True

    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    role: Mapped[str] = mapped_column(sa.String(16), default=Role.EDITOR.value)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def listed(cls, words: str = "") -> sa.Select[Self]:
        """Those whose name or address holds `words`, by name."""
        select = sa.select(cls).order_by(sa.func.lower(cls.username), cls.id)
        if not words:
            return select
        found = (column.icontains(words, autoescape=True) for column in (cls.username, cls.email))
        return select.where(sa.or_(*found))

    @classmethod
    def owners(cls) -> sa.Select[Self]:
        """Those who own the page and may sign in."""
        return sa.select(cls).where(cls.role.in_(OWNING), cls.deactivated_at.is_(None)).order_by(cls.id)

    def change_role(self, role: Role, *, actor: Actor | None) -> None:
        """Make them something else. Raises NotAllowed, Invalid for a role above the actor's, Conflict for the last
        owner."""
        self._allow(actor)
        if not covers(actor, role.value):
            raise Invalid(role=_("You cannot give a role that may do more than your own."))
        if role.value == self.role:
            return
        if role.value not in OWNING:
            self._leave_an_owner()
        before, self.role = self.role, role.value
        self._withdraw_invitations()
        Event.record(
            EventName.USER_ROLE_CHANGED, self, actor, name=self.username, changed={"role": [before, self.role]}
        )

    def deactivate(self, *, actor: Actor | None) -> None:
        """Keep them out: their sessions end, and their API tokens are refused until they are activated again."""
        self._allow(actor)
        if actor is self:
            raise Conflict(_("You cannot deactivate yourself. Ask another administrator."))
        self._leave_an_owner()
        if self.deactivated_at is not None:
            return
        self.deactivated_at = clock.now()
        self._withdraw_invitations()
        self.end_sessions(actor=actor)
        Event.record(EventName.USER_DEACTIVATED, self, actor, name=self.username)

    def activate(self, *, actor: Actor | None) -> None:
        """Let them in again; they sign in anew."""
        self._allow(actor)
        if self.deactivated_at is None:
            return
        self.deactivated_at = None
        Event.record(EventName.USER_ACTIVATED, self, actor, name=self.username)

    def delete(self, *, actor: Actor | None) -> None:
        """Forget them for good, with all that signs them in. What they wrote stays, and the trail names them."""
        self._allow(actor)
        self._leave_an_owner()
        self.deactivated_at = clock.now()
        self._withdraw_invitations()
        Event.record(EventName.USER_DELETED, self, actor, name=self.username)
        db.session.delete(self)
        db.session.flush()

    @property
    def role_label(self) -> str:
        return Role(self.role).label

    @property
    def is_deactivated(self) -> bool:
        return self.deactivated_at is not None

    def may_be_changed_by(self, actor: Actor | None) -> bool:
        """Whether `actor` may do all that this member may."""
        return covers(actor, self.role)

    def _allow(self, actor: Actor | None) -> None:
        if not self.may_be_changed_by(actor):
            raise NotAllowed()

    def _withdraw_invitations(self) -> None:
        """End what they could not send any more: with a link to their own second address they would come back."""
        sent = db.metadata.tables["invitations"].c
        still = (sent.invited_by_id == self.id, sent.accepted_at.is_(None), sent.revoked_at.is_(None))
        theirs = [each.value for each in Role if covers(self, each.value)]
        db.session.execute(
            sa.update(sent.id.table).where(*still, sent.role.not_in(theirs)).values(revoked_at=clock.now())
        )

    def _leave_an_owner(self) -> None:
        """Raise Conflict if this is the last owner. Holds the owners' rows, so that two requests take turns."""
        owners: Any = type(self).owners().with_for_update().execution_options(populate_existing=True)
        if list(db.session.scalars(owners)) == [self]:
            raise Conflict(_("%(name)s is the last owner. Make someone else an owner first.", name=self.username))
