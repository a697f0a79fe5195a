"""The settings page "Storage": the two places that the wizard asked for."""

from typing import ClassVar, Self

from flask import current_app
from wtforms import SelectField

from app.forms.base import Form
from app.forms.setup import CACHES, SESSIONS
from app.i18n import _l


class StorageForm(Form):
    """Where finished pages and sign-ins are kept, by the variables of the same names."""

    NAMES: ClassVar[tuple[str, ...]] = ("cache_driver", "session_driver")

    cache_driver = SelectField(_l("Page cache"), choices=CACHES, description=_l("Where finished pages are kept."))
    session_driver = SelectField(
        _l("Sessions"),
        choices=SESSIONS,
        description=_l("Where sign-ins are kept. When this changes, every member signs in again."),
    )

    @classmethod
    def opened(cls) -> Self:
        """What is in force; what the environment fixes is that, whatever was sent."""
        form = cls(data={name: current_app.config[name.upper()] for name in cls.NAMES})
        for name in form.fixed:
            form[name].data = current_app.config[name.upper()]
        return form

    @property
    def fixed(self) -> frozenset[str]:
        """The fields that the environment has decided."""
        return frozenset(name for name in self.NAMES if name.upper() in current_app.config["FROM_ENVIRONMENT"])

    @property
    def environment(self) -> dict[str, str]:
        """What is to be written to `.env`: what differs from what is in force."""
        wanted = {name.upper(): str(self[name].data) for name in self.NAMES if name not in self.fixed}
        return {name: value for name, value in wanted.items() if value != current_app.config[name]}
