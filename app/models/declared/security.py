"""Who may see the page, and how members prove who they are."""

from app.models.declared.declaration import Declared

SETTINGS: dict[str, Declared] = {}
