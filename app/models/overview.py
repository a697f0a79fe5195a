"""The overview: all that the dashboard's first page shows, in a fixed number of queries."""

from dataclasses import dataclass

from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.lib import clock
from app.models.base import count_rows
from app.models.component import Component
from app.models.enums import NoticeState, Verdict, Visibility
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.notice import Notice
from app.models.schedule import under_way
from app.models.setting import Setting
from app.models.status_page import judge
from app.models.subscriber import Subscriber
from app.models.uptime import STRIP, mean, uptimes


@dataclass(frozen=True)
class MailQueue:
    """How far the mails are: still to go, given up, and `done` of `total` of what is under way."""

    to_go: int
    failed: int
    done: int
    total: int

    @classmethod
    def load(cls) -> "MailQueue":
        counts = Notice.counts()
        to_go = counts.get(NoticeState.WAITING, 0) + counts.get(NoticeState.SENDING, 0)
        done, total = Notice.progress() if to_go else (0, 0)
        return cls(to_go=to_go, failed=counts.get(NoticeState.FAILED, 0), done=done, total=total)


@dataclass(frozen=True)
class Overview:
    """What a member sees at first. Also hidden components and incidents are listed; they count neither
    for the verdict nor for `uptime`, in percent over ninety days. `running` is the work that is not hidden."""

    components: list[Component]
    open_incidents: list[Incident]
    running: list[Maintenance]
    uptime: float | None
    confirmed: int
    confirmed_this_week: int
    mail: MailQueue

    @classmethod
    def load(cls) -> "Overview":
        """Read it all."""
        enabled = Component.in_order().where(Component.enabled).options(joinedload(Component.group))
        components = list(db.session.scalars(enabled))
        # An incident has one or two impacts: to join them costs less than another query.
        story = selectinload(Incident.updates), joinedload(Incident.impacts).joinedload(Impact.component)
        return cls(
            components=components,
            open_incidents=list(db.session.scalars(Incident.unresolved().options(*story)).unique()),
            running=list(db.session.scalars(under_way().where(Maintenance.visibility != Visibility.HIDDEN))),
            uptime=mean(uptimes([one for one in components if one.is_on_page], STRIP).values()),
            confirmed=count_rows(Subscriber.confirmed()),
            confirmed_this_week=count_rows(Subscriber.confirmed(since=clock.ago(days=7))),
            mail=MailQueue.load(),
        )

    @property
    def verdict(self) -> Verdict:
        """What the status page tells members."""
        shown = [component for component in self.components if component.is_on_page]
        told = [incident for incident in self.open_incidents if incident.visibility is not Visibility.HIDDEN]
        return judge(shown, told, Setting.get("major_outage_rate"), self.running)
