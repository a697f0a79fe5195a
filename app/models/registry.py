"""Models by name: what events and deletions say of the row that they are about."""

from typing import Any

from app.extensions import Base


def model_named(name: str) -> Any:
    """The model of this name, or None when there is none."""
    return next((mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__name__ == name), None)
