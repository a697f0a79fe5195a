"""Events: one row per change of state, in the same transaction. Audit trail, timeline and outbox in one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.lib import clock
from app.models.base import Model, UtcDateTime
from app.models.mixins import Actor


class EventName(StrEnum):
    """What can happen, in the past tense."""

    API_TOKEN_CREATED = "api_token.created"  # noqa: S105
    API_TOKEN_REVOKED = "api_token.revoked"  # noqa: S105
    COMPONENT_CREATED = "component.created"
    COMPONENT_UPDATED = "component.updated"
    COMPONENT_DELETED = "component.deleted"
    COMPONENT_RESTORED = "component.restored"
    COMPONENT_STATUS_CHANGED = "component.status_changed"
    COMPONENTS_REORDERED = "components.reordered"
    COMPONENT_GROUP_CREATED = "component_group.created"
    COMPONENT_GROUP_UPDATED = "component_group.updated"
    COMPONENT_GROUP_DELETED = "component_group.deleted"
    COMPONENT_GROUP_RESTORED = "component_group.restored"
    INCIDENT_REPORTED = "incident.reported"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_FIXED = "incident.fixed"
    INCIDENT_REOPENED = "incident.reopened"
    INCIDENT_EDITED = "incident.edited"
    INCIDENT_DELETED = "incident.deleted"
    INCIDENT_RESTORED = "incident.restored"
    INCIDENT_UPDATE_EDITED = "incident_update.edited"
    INCIDENT_UPDATE_DELETED = "incident_update.deleted"
    INCIDENT_UPDATE_RESTORED = "incident_update.restored"
    INCIDENT_TEMPLATE_CREATED = "incident_template.created"
    INCIDENT_TEMPLATE_UPDATED = "incident_template.updated"
    INCIDENT_TEMPLATE_DELETED = "incident_template.deleted"
    INCIDENT_TEMPLATE_RESTORED = "incident_template.restored"
    INVITATION_SENT = "invitation.sent"
    INVITATION_RESENT = "invitation.resent"
    INVITATION_REVOKED = "invitation.revoked"
    INVITATION_ACCEPTED = "invitation.accepted"
    MAINTENANCE_PLANNED = "maintenance.planned"
    MAINTENANCE_MOVED = "maintenance.moved"
    MAINTENANCE_EDITED = "maintenance.edited"
    MAINTENANCE_REMINDED = "maintenance.reminded"
    MAINTENANCE_BEGUN = "maintenance.begun"
    MAINTENANCE_UPDATED = "maintenance.updated"
    MAINTENANCE_FINISHED = "maintenance.finished"
    MAINTENANCE_CANCELLED = "maintenance.cancelled"
    MAINTENANCE_DELETED = "maintenance.deleted"
    MAINTENANCE_RESTORED = "maintenance.restored"
    MAINTENANCE_UPDATE_EDITED = "maintenance_update.edited"
    MAINTENANCE_UPDATE_DELETED = "maintenance_update.deleted"
    MAINTENANCE_UPDATE_RESTORED = "maintenance_update.restored"
    METRIC_CREATED = "metric.created"
    METRIC_UPDATED = "metric.updated"
    METRIC_DELETED = "metric.deleted"
    METRIC_RESTORED = "metric.restored"
    METRICS_REORDERED = "metrics.reordered"
    METRIC_POINT_EDITED = "metric_point.edited"
    METRIC_POINT_DELETED = "metric_point.deleted"
    NOTICES_SENT_AGAIN = "notices.sent_again"
    PAGE_INSTALLED = "page.installed"
    SETTINGS_CHANGED = "settings.changed"
    SUBSCRIBER_SUBSCRIBED = "subscriber.subscribed"
    SUBSCRIBER_VERIFIED = "subscriber.verified"
    SUBSCRIBER_MANAGE_ASKED = "subscriber.manage_asked"
    SUBSCRIBER_CHANGED = "subscriber.changed"
    SUBSCRIBER_UNSUBSCRIBED = "subscriber.unsubscribed"
    SUBSCRIBER_DELETED = "subscriber.deleted"
    PASSWORD_RESET_ASKED = "password_reset.asked"  # noqa: S105
    USER_CREATED = "user.created"
    USER_EDITED = "user.edited"
    USER_EMAIL_ASKED = "user.email_asked"
    USER_EMAIL_CHANGED = "user.email_changed"
    USER_ROLE_CHANGED = "user.role_changed"
    USER_DEACTIVATED = "user.deactivated"
    USER_ACTIVATED = "user.activated"
    USER_DELETED = "user.deleted"
    USER_PASSWORD_CHANGED = "user.password_changed"  # noqa: S105
    USER_SESSIONS_ENDED = "user.sessions_ended"
    USER_SIGNED_IN = "user.signed_in"
    USER_SIGNED_OUT = "user.signed_out"
    USER_TWO_FACTOR_ENABLED = "user.two_factor_enabled"
    USER_TWO_FACTOR_DISABLED = "user.two_factor_disabled"
    USER_TWO_FACTOR_RESET = "user.two_factor_reset"
    USER_RECOVERY_CODES_MADE = "user.recovery_codes_made"
    USER_RECOVERY_CODE_USED = "user.recovery_code_used"
    PASSKEY_CREATED = "passkey.created"
    PASSKEY_RENAMED = "passkey.renamed"
    PASSKEY_REMOVED = "passkey.removed"

    @property
    def alters_page(self) -> bool:
        """Whether the public page may look different afterwards. Sign-ups must not empty the cache."""
        return self.split(".")[0] in {
            "component",
            "components",
            "component_group",
            "incident",
            "incident_update",
            "maintenance",
            "maintenance_update",
            "metric",
            "metrics",
            "metric_point",
            "page",
            "settings",
        }

    @property
    def is_personal(self) -> bool:
        """Whether it concerns one subscriber, who is waiting for the mail."""
        return self in PERSONAL


PERSONAL = (EventName.SUBSCRIBER_SUBSCRIBED, EventName.SUBSCRIBER_MANAGE_ASKED)


class Event(Model):
    """Something that happened: what, to which row, by whom. `data` holds what changed and what mails need."""

    __tablename__ = "events"
    __table_args__ = (sa.Index("ix_events_pending", "drained_at", "id"), sa.Index("ix_events_created_at", "created_at"))

    name: Mapped[str] = mapped_column(sa.String(64))
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int]
    actor_type: Mapped[str | None] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(sa.String(255), default="")
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    drained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def record(cls, name: EventName, subject: Any, actor: Actor | None, /, **data: Any) -> "Event":
        """Note that `name` happened to `subject`. The last line of every verb; the commit opens the door."""
        db.session.flush()  # a new subject has no id before
        event = cls(
            name=name.value,
            subject_type=type(subject).__name__,
            subject_id=subject.id,
            actor_type=type(actor).__name__ if actor is not None else None,
            actor_id=actor.id if actor is not None else None,
            actor_label=actor.label if actor is not None else "",
            data=data,
        )
        db.session.add(event)
        db.session.flush()
        return event

    @property
    def kind(self) -> EventName:
        return EventName(self.name)

    def subject(self, model: Any) -> Any:
        """The row of `model` that it happened to; None once that was deleted, even if a newer row got its id."""
        return self._then(model, self.subject_id)

    def update_told(self, model: Any, parent: str) -> Any:
        """The update of its subject that it tells of, by the same rule; the column `parent` names the subject."""
        row = self._then(model, self.data.get("update_id", 0))
        return row if row is not None and getattr(row, parent) == self.subject_id else None

    def _then(self, model: Any, id: int) -> Any:
        row = db.session.get(model, id)
        return row if row is not None and row.created_at <= self.created_at else None

    @classmethod
    def pending(cls, after: int = 0) -> sa.Select["Event"]:
        """What has not been fanned out yet, oldest first, beyond the event with id `after`."""
        return sa.select(cls).where(cls.drained_at.is_(None), cls.id > after).order_by(cls.id)

    def claim(self) -> bool:
        """Take this event for the running transaction; False when another worker was faster."""
        taken = db.session.execute(
            sa.update(Event).where(Event.id == self.id, Event.drained_at.is_(None)).values(drained_at=clock.now())
        )
        return taken.rowcount == 1  # type: ignore[attr-defined]
