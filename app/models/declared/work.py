"""Maintenance, metrics and the API."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "maintenance_reminder": Declared(
        int, 60, _l("How many minutes before planned maintenance subscribers are reminded of it. 0 means not at all.")
    ),
    "suppress_in_maintenance": Declared(
        bool,
        False,
        _l("No mail about an incident or a status while all components that it touches are under maintenance."),
    ),
    "show_charts": Declared(bool, True, _l("Whether the page shows the charts of metrics.")),
    "metric_days": Declared(
        int, 90, _l("How many days metric points are kept. What they come to by hour and day stays for charts.")
    ),
    "api_origins": Declared(
        str, "*", _l("Which other sites may read the API from their visitors' browsers: * for all, or addresses.")
    ),
}
