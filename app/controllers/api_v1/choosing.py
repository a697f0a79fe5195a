"""`components`: how schedules and subscribers of API v1 name the components that they are about."""

from flask import g

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models.component import Component


def chosen(ids: list[int]) -> list[Component]:
    """The components with these ids, each once. Raises Invalid for an id that there is not."""
    known = {component.id: component for component in db.session.scalars(Component.visible_to(g.viewer))}
    for number in ids:
        if number not in known:
            raise Invalid(components=_("The components have none with the id %(number)s.", number=number))
    return [known[number] for number in dict.fromkeys(ids)]
