"""How the page looks."""

from app.i18n import _l
from app.models.declared.declaration import Declared

# A picture's value is "<digest>.<suffix> <width>x<height>" (app/models/upload.py), a colour's "#rrggbb"; "" is ours.
SETTINGS = {
    "logo": Declared(str, "", _l("Stands at the top of every page that visitors see.")),
    "logo_dark": Declared(str, "", _l("Instead of it where the page is dark.")),
    "show_name": Declared(bool, True, _l("Beside the logo. Without it, the logo alone says whose page this is.")),
    "banner": Declared(str, "", _l("A wide picture above everything else.")),
    "banner_dark": Declared(str, "", _l("Instead of it where the page is dark.")),
    "banner_text": Declared(
        str, "", _l("What the banner shows, for those who do not see it. Empty if it only decorates.")
    ),
    "favicon": Declared(
        str,
        "",
        _l("The square icon in the browser's tab. While something is wrong, the sign of the state replaces it."),
    ),
    "theme": Declared(
        str, "system", _l("How the page looks at first. Whoever chooses otherwise at its foot keeps their choice.")
    ),
    "color_accent": Declared(str, "", _l("Buttons, links in texts, the lines of charts.")),
    "color_ok": Declared(str, "", _l("Operational, and fixed.")),
    "color_perf": Declared(str, "", _l("Performance issues, and watching.")),
    "color_partial": Declared(str, "", _l("Partial outage, and identified.")),
    "color_major": Declared(str, "", _l("Major outage, and investigating.")),
    "color_maint": Declared(str, "", _l("Maintenance.")),
    "color_unknown": Declared(str, "", _l("Unknown, and reported.")),
    "custom_css": Declared(
        str,
        "",
        _l(
            "Comes after our own stylesheet. Pictures, fonts and stylesheets of other sites do not load: what visitors "
            "read is told to nobody else."
        ),
    ),
    "header_html": Declared(str, "", _l("Above the content of every page that visitors see.")),
    "footer_html": Declared(str, "", _l("Below the content of every page that visitors see.")),
}
