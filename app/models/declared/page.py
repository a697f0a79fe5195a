"""What visitors see of the page, and who may."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "site_name": Declared(str, "Status", _l("The name of your service, shown at the top of every page and mail.")),
    "show_support": Declared(bool, True, _l("A line at the foot of the page that names Daymark.")),
    "incident_days": Declared(int, 7, _l("How many days of past incidents the page shows.")),
    "major_outage_rate": Declared(
        int, 50, _l("From which share of components in major outage the banner says so, in percent.")
    ),
    "search_engines": Declared(bool, True, _l("Whether search engines may list the page and keep what it says.")),
    "installed_at": Declared(str, "", _l("When the wizard was completed.")),
}
