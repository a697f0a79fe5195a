"""What `bin/flask down` and `bin/flask up` say. It stands in the database, so that all machines hear of it, and hear
of it while Redis is away."""

from app.i18n import _l
from app.models.declared.declaration import Declared

RETRY_AFTER = 300  # seconds

SETTINGS = {
    "down_since": Declared(str, "", _l("Since when the page is down for maintenance of Daymark itself.")),
    "down_message": Declared(str, "", _l("What visitors are told while it is.")),
    "down_retry_after": Declared(int, RETRY_AFTER, _l("In how many seconds programs are to come again.")),
}
