"""What visitors see of the page, and who may."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "site_name": Declared(str, "Status", _l("The name of your service, shown at the top of every page and mail.")),
    "about": Declared(
        str, "", _l("A few words below the status: what your service is, and what this page tells. Markdown.")
    ),
    "incident_days": Declared(
        int, 7, _l("How many days of past incidents the page shows. 0 leaves them to the history.")
    ),
    "only_incident_days": Declared(
        bool, False, _l("Days on which nothing happened are left out, and as many others are shown in their place.")
    ),
    "major_outage_rate": Declared(
        int, 50, _l("From which share of components in major outage the banner says so, in percent.")
    ),
    "refresh_seconds": Declared(
        int, 30, _l("How many seconds lie between two questions of an open page for news. 0 means that it asks none.")
    ),
    "subscribing": Declared(
        bool, True, _l("Whether anyone may subscribe to mails. Feeds stay, and who has subscribed hears on.")
    ),
    "skip_verification": Declared(
        bool,
        False,
        _l("New subscribers need not follow a link first. Whoever knows an address can then sign it up."),
    ),
    "show_zone": Declared(
        bool,
        True,
        _l(
            "A line at the foot of the page that names the time zone, and lets visitors choose theirs. Without it all "
            "times are in the zone of the page."
        ),
    ),
    "show_support": Declared(bool, True, _l("A line at the foot of the page that names Daymark.")),
    "dashboard_link": Declared(
        bool, False, _l("A link to the dashboard at the foot, also for visitors who are not signed in.")
    ),
    "search_engines": Declared(bool, True, _l("Whether search engines may list the page and keep what it says.")),
    "installed_at": Declared(str, "", _l("When the wizard was completed.")),
}
