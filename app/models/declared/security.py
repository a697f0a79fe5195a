"""Who may see the page, and how members prove who they are."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "members_only": Declared(
        bool, False, _l("The page, its feeds, its badges and its API are for members of your team alone.")
    ),
    "require_two_factor": Declared(
        bool, False, _l("Every member has to set up a second factor before they can do anything else.")
    ),
    "session_hours": Declared(int, 336, _l("After how many hours members have to sign in again.")),
    "event_days": Declared(int, 365, _l("How many days the audit trail keeps who changed what. 0 means for ever.")),
    "sign_in_days": Declared(int, 90, _l("How many days it is kept who signed in, when and from where.")),
}
