"""How mails leave. What is not set here is as the environment says."""

from app.models.declared.declaration import Declared

SETTINGS: dict[str, Declared] = {}
