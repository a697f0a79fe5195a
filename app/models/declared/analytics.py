"""Counting visitors, by a program of the operator's choice."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "analytics": Declared(
        str, "off", _l("Whoever asks not to be tracked (Do Not Track, Global Privacy Control) is not.")
    ),
    "matomo_address": Declared(str, "", _l("Where your Matomo is, as in https://matomo.example.com.")),
    "matomo_site": Declared(str, "", _l("The site's number in Matomo. It is asked to set no cookies.")),
    "plausible_address": Declared(
        str, "https://plausible.io", _l("Plausible's own service, or the address of your own.")
    ),
    "plausible_domain": Declared(str, "", _l("The site's name in Plausible, as in status.example.com.")),
    "ga4_id": Declared(
        str, "", _l("As in G-ABC1234567. Google sets cookies: where your visitors live, that may need their consent.")
    ),
}
