"""Subscribers: addresses that asked to be told, and what about."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import email_validator
import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from app.errors import Conflict, Invalid
from app.extensions import db
from app.i18n import LANGUAGES, _
from app.lib import clock, signing
from app.models.base import Model, UtcDateTime
from app.models.component import Component
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.models.setting import Setting

# Inside a company mail is read under these; nobody can have an address under the others, such as .invalid.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = ["arpa", "invalid", "onion"]

VERIFY_WITHIN = timedelta(days=7)
FORGET_AFTER = timedelta(days=7)
FORGET_UNVERIFIED_AFTER = timedelta(days=30)
FAILURES_UNTIL_SET_ASIDE = 3


class Subscription(Model):
    """One component that a subscriber chose."""

    __tablename__ = "subscriptions"
    __table_args__ = (sa.UniqueConstraint("subscriber_id", "component_id"),)

    subscriber_id: Mapped[int] = mapped_column(sa.ForeignKey("subscribers.id", ondelete="CASCADE"))
    component_id: Mapped[int] = mapped_column(sa.ForeignKey("components.id", ondelete="CASCADE"), index=True)

    component: Mapped[Component] = relationship()
    subscriber: Mapped["Subscriber"] = relationship(back_populates="subscriptions")


class Subscriber(Model):
    """One address. It hears of everything, or of the components that it chose, once it is verified."""

    __tablename__ = "subscribers"

    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    everything: Mapped[bool] = mapped_column(default=True)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unsubscribed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    # Of those we speak; "" is the page's, as for those whom a member or a program subscribed.
    locale: Mapped[str] = mapped_column(sa.String(16), default="", server_default="")
    link_key: Mapped[str] = mapped_column(sa.String(32), default=lambda: secrets.token_hex(8))

    subscriptions: Mapped[list[Subscription]] = relationship(
        back_populates="subscriber", cascade="all, delete-orphan", passive_deletes=True, order_by=Subscription.id
    )

    @classmethod
    def ask(cls, email: str, locale: str = "") -> "Subscriber":
        """Someone typed this address into the public form: mail it a link, to verify or to manage, in the language
        `locale` unless the address follows the page already, when it keeps its own."""
        subscriber, is_believed = cls.by_email(email), Setting.get("skip_verification")
        if subscriber is None:
            subscriber = cls.add(email, actor=None, locale=locale, verified=is_believed)
            if is_believed:
                # The link in this mail is how someone leaves whom another has signed up.
                Event.record(EventName.SUBSCRIBER_MANAGE_ASKED, subscriber, None, notify=True)
            return subscriber
        if is_believed and not subscriber.is_verified and subscriber.unsubscribed_at is None:
            subscriber.verify()
        if subscriber.is_active:
            Event.record(EventName.SUBSCRIBER_MANAGE_ASKED, subscriber, None, notify=True)
        else:
            subscriber.updated_at, subscriber.locale = clock.now(), locale
            Event.record(EventName.SUBSCRIBER_SUBSCRIBED, subscriber, None, notify=True)
        return subscriber

    @classmethod
    def add(
        cls,
        email: str,
        *,
        actor: Actor | None,
        components: Iterable[Component] | None = None,
        verified: bool = False,
        locale: str = "",
    ) -> "Subscriber":
        """A new subscriber; unless `verified`, it is sent a link to confirm. Raises Invalid for a bad or known one."""
        email = normal_email(email)
        known = cls.by_email(email)
        if known is not None and known.unsubscribed_at is not None:
            raise Invalid(email=_("This address has unsubscribed. Its owner can subscribe again on the status page."))
        if known is not None:
            raise Invalid(email=_("This address is subscribed already."))
        return cls._add(email, actor, components, verified, locale)

    @classmethod
    def ensure(
        cls, email: str, *, actor: Actor | None, components: Iterable[Component] | None, verified: bool
    ) -> "Subscriber":
        """The subscriber with this address: a new one as by `add`, or the one that is known, who stays as they are.
        Nobody but its owner brings back an address that left."""
        known = cls.by_email(email)
        if known is not None:
            return known
        try:
            with db.session.begin_nested():
                return cls._add(normal_email(email), actor, components, verified)
        except IntegrityError:
            # Somebody else was faster by an instant. A locking read sees what this transaction did not when it began;
            # a shared one, for on MySQL all who were slower share a lock by now and would wait for each other.
            same = sa.select(cls).where(cls.email == normal_email(email)).with_for_update(read=True)
            if (known := db.session.scalar(same)) is None:
                raise Conflict(_("A component was deleted meanwhile.")) from None
            return known

    @classmethod
    def _add(
        cls, email: str, actor: Actor | None, components: Iterable[Component] | None, verified: bool, locale: str = ""
    ) -> "Subscriber":
        subscriber = cls(email=email, verified_at=clock.now() if verified else None, locale=locale)
        db.session.add(subscriber)
        if components is not None:
            subscriber._choose(components)
        Event.record(EventName.SUBSCRIBER_SUBSCRIBED, subscriber, actor, notify=not verified)
        return subscriber

    def verify(self) -> None:
        """The owner of the address followed the link. Also ends an earlier unsubscription."""
        if self.is_verified and self.unsubscribed_at is None:
            return
        self.verified_at, self.unsubscribed_at = clock.now(), None
        self.set_aside_at, self.failures = None, 0
        Event.record(EventName.SUBSCRIBER_VERIFIED, self, None)

    def choose(
        self, *, everything: bool, components: Iterable[Component], actor: Actor | None, locale: str | None = None
    ) -> None:
        """Hear of everything, or of these components alone, from now on in the language `locale` where it is given."""
        self.locale = self.locale if locale is None else locale
        if everything:
            self.everything, self.subscriptions = True, []
        else:
            self._choose(components)
            if not self.subscriptions:
                raise Invalid(components=_("Choose at least one component, or unsubscribe."))
        Event.record(EventName.SUBSCRIBER_CHANGED, self, actor)

    def drop(self, subscription: Subscription, *, actor: Actor | None) -> None:
        """Hear of one component less. Without any left it hears nothing; never of everything."""
        self.subscriptions.remove(subscription)
        Event.record(EventName.SUBSCRIBER_CHANGED, self, actor)

    def unsubscribe(self) -> None:
        """No more mail. The row stays for a week, so that it can be undone."""
        if self.unsubscribed_at is None:
            self.unsubscribed_at = clock.now()
            Event.record(EventName.SUBSCRIBER_UNSUBSCRIBED, self, None)

    def delete(self, *, actor: Actor | None) -> None:
        """Forget the address."""
        Event.record(EventName.SUBSCRIBER_DELETED, self, actor)
        db.session.delete(self)
        db.session.flush()

    def failed(self) -> None:
        """A mail server refused this address for good; after three in a row it is set aside."""
        self.failures += 1
        if self.failures >= FAILURES_UNTIL_SET_ASIDE:
            self.set_aside_at = clock.now()

    def _choose(self, components: Iterable[Component]) -> None:
        wanted = list(dict.fromkeys(components))
        kept = {row.component_id: row for row in self.subscriptions}
        self.everything = False
        self.subscriptions = [kept.get(c.id) or Subscription(component=c) for c in wanted]

    @property
    def language(self) -> str:
        """The language to write in: the one they chose, else the page's."""
        return self.locale if self.locale in LANGUAGES else Setting.get("language")

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def is_active(self) -> bool:
        """Whether it asked for news and did not leave."""
        return self.is_verified and self.unsubscribed_at is None

    @property
    def component_ids(self) -> set[int]:
        return {row.component_id for row in self.subscriptions}

    def code(self, purpose: str) -> str:
        """The signed part of this subscriber's links for `purpose`: `verify` or `manage`."""
        return signing.sign(current_app.config["SECRET_KEY"], purpose, self.id, self.link_key)

    @classmethod
    def for_code(cls, purpose: str, code: str) -> "Subscriber | None":
        """Whose link this is, or None when it is forged, too old or for an address that is gone."""
        age = int(VERIFY_WITHIN.total_seconds()) if purpose == "verify" else None
        values = signing.unsign(current_app.config["SECRET_KEY"], purpose, code, max_age=age)
        subscriber = db.session.get(cls, values[0]) if values else None
        return subscriber if subscriber is not None and values and subscriber.link_key == values[1] else None

    @classmethod
    def by_email(cls, email: str) -> "Subscriber | None":
        return db.session.scalar(sa.select(cls).where(cls.email == normal_email(email)))

    @classmethod
    def following(cls, emails: Iterable[str]) -> set[str]:
        """Which of these addresses are subscribed, confirmed or not."""
        stayed = cls.newest_first().where(cls.email.in_(list(emails))).with_only_columns(cls.email)
        return set(db.session.scalars(stayed))

    @classmethod
    def newest_first(cls) -> sa.Select["Subscriber"]:
        return sa.select(cls).where(cls.unsubscribed_at.is_(None)).order_by(cls.id.desc())

    @classmethod
    def listed(cls, words: str = "") -> sa.Select["Subscriber"]:
        """Those whose address holds `words`, newest first, with what they chose."""
        chosen = selectinload(cls.subscriptions).joinedload(Subscription.component)
        select = cls.newest_first().options(chosen)
        return select.where(cls.email.icontains(words, autoescape=True)) if words else select

    @classmethod
    def confirmed(cls, since: datetime | None = None) -> sa.Select["Subscriber"]:
        """Those who confirmed (after `since`) and stayed."""
        return sa.select(cls).where(
            cls.unsubscribed_at.is_(None), cls.verified_at >= since if since else cls.verified_at.is_not(None)
        )

    @classmethod
    def reachable(cls) -> sa.Select["Subscriber"]:
        """Those who may be sent news."""
        return sa.select(cls).where(
            cls.verified_at.is_not(None), cls.unsubscribed_at.is_(None), cls.set_aside_at.is_(None)
        )

    @classmethod
    def interested_in(cls, event: Event) -> sa.Select["Subscriber"]:
        """Whom to tell of `event`: the one whom it is about, or all who follow everything or its components."""
        if event.kind.is_personal:
            return sa.select(cls).where(cls.id == event.subject_id)
        chosen = sa.select(Subscription.subscriber_id).where(
            Subscription.component_id.in_(event.data.get("component_ids", []))
        )
        return cls.reachable().where(sa.or_(cls.everything, cls.id.in_(chosen)))

    @classmethod
    def forgettable(cls) -> sa.Select["Subscriber"]:
        """Those who unsubscribed long enough ago, and those who never followed the link that they were sent."""
        unconfirmed = sa.and_(cls.verified_at.is_(None), cls.updated_at < clock.now() - FORGET_UNVERIFIED_AFTER)
        return sa.select(cls).where(sa.or_(cls.unsubscribed_at < clock.now() - FORGET_AFTER, unconfirmed))


def normal_email(text: str) -> str:
    """The address as we keep it, in lower case. Raises Invalid with a sentence that says what is wrong with it."""
    try:
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False).normalized.lower()
    except EmailNotValidError:
        raise Invalid(
            email=_("Enter an e-mail address such as name@example.com, with plain letters before the @.")
        ) from None
