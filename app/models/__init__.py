"""Every table, in one place, so that Alembic and readers find them."""

from app.models.api_token import ApiToken
from app.models.component import Component, ComponentGroup, StatusChange, Tag
from app.models.event import Event, EventName
from app.models.first_run import FirstRun
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.notice import Notice
from app.models.setting import Setting
from app.models.status_page import StatusPage
from app.models.subscriber import Subscriber, Subscription
from app.models.timeline import Timeline
from app.models.user import User

__all__ = [
    "ApiToken",
    "Component",
    "ComponentGroup",
    "Event",
    "EventName",
    "FirstRun",
    "Impact",
    "Incident",
    "IncidentUpdate",
    "Notice",
    "Setting",
    "StatusChange",
    "StatusPage",
    "Subscriber",
    "Subscription",
    "Tag",
    "Timeline",
    "User",
]
