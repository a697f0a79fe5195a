"""Counting visitors, by a program of the operator's choice."""

from app.models.declared.declaration import Declared

SETTINGS: dict[str, Declared] = {}
