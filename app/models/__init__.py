"""Every table, in one place, so that Alembic and readers find them."""

from app.models.api_token import ApiToken
from app.models.baseline import Baseline
from app.models.component import Component, ComponentGroup, Tag
from app.models.component_day import ComponentDay
from app.models.deletion import DeletedRows, Deletion
from app.models.event import Event, EventName
from app.models.first_run import FirstRun
from app.models.idempotency_key import IdempotencyKey
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.incident_template import IncidentTemplate
from app.models.incident_update import IncidentUpdate
from app.models.invitation import Invitation
from app.models.mailed_code import MailedCode
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.member_mail import MemberMail
from app.models.metric import Metric
from app.models.metric_point import MetricPoint
from app.models.metric_rollup import MetricRollup
from app.models.notice import Notice
from app.models.origin import Origin
from app.models.passkey import Passkey
from app.models.recovery_code import RecoveryCode
from app.models.setting import Setting
from app.models.sign_in import SignIn
from app.models.status_change import StatusChange
from app.models.status_page import StatusPage
from app.models.subscriber import Subscriber, Subscription
from app.models.timeline import Timeline
from app.models.upload import Upload
from app.models.user import User
from app.models.window import Window

__all__ = [
    "ApiToken",
    "Baseline",
    "Component",
    "ComponentDay",
    "ComponentGroup",
    "DeletedRows",
    "Deletion",
    "Event",
    "EventName",
    "FirstRun",
    "IdempotencyKey",
    "Impact",
    "Incident",
    "IncidentTemplate",
    "IncidentUpdate",
    "Invitation",
    "MailedCode",
    "Maintenance",
    "MaintenanceUpdate",
    "MemberMail",
    "Metric",
    "MetricPoint",
    "MetricRollup",
    "Notice",
    "Origin",
    "Passkey",
    "RecoveryCode",
    "Setting",
    "SignIn",
    "StatusChange",
    "StatusPage",
    "Subscriber",
    "Subscription",
    "Tag",
    "Timeline",
    "Upload",
    "User",
    "Window",
]
