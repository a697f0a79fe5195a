"""Incident templates: messages written in calm hours, with places for what is known only later."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model


class IncidentTemplate(Model):
    """A Markdown text with variables. API clients know it by its slug."""

    __tablename__ = "incident_templates"

    name: Mapped[str] = mapped_column(sa.String(255))
    slug: Mapped[str] = mapped_column(sa.String(191), unique=True)
    body: Mapped[str] = mapped_column(sa.Text)
