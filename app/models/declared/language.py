"""In which words, and by which clock."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "timezone": Declared(str, "UTC", _l("The zone in which the page tells times.")),
    "language": Declared(str, "en", _l("The language of the page and its mails.")),
}
