"""In which words, and by which clock."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "timezone": Declared(str, "UTC", _l("The zone in which the page tells times, and in which its days begin.")),
    "language": Declared(str, "en", _l("The language of the page and its mails.")),
    "language_from_browser": Declared(
        bool, True, _l("Visitors read the page in the language of their browser, where there is a translation.")
    ),
    "date_format": Declared(str, "language", _l("How the page, its mails and the dashboard write dates.")),
    "time_format": Declared(str, "24", _l("How they write the time of day.")),
    "days_zone": Declared(str, "", _l("The zone in which the days of the past were last worked out.")),
}
