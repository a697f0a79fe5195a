"""Every setting: what an operator changes on a Sunday, declared once, a file for each page of settings."""

from app.models.declared import analytics, appearance, language, mail, page, security, upkeep, work
from app.models.declared.declaration import Declared

DECLARED: dict[str, Declared] = {
    **page.SETTINGS,
    **work.SETTINGS,
    **appearance.SETTINGS,
    **language.SETTINGS,
    **mail.SETTINGS,
    **security.SETTINGS,
    **analytics.SETTINGS,
    **upkeep.SETTINGS,
}

__all__ = ["DECLARED", "Declared"]
