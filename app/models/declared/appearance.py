"""How the page looks."""

from app.models.declared.declaration import Declared

SETTINGS: dict[str, Declared] = {}
