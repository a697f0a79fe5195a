"""Runs with statuscheck's own packages: reads the page named in the arguments, and prints what it made of it."""

import json
import sys

from statuscheck.services.bases._statuspageio import BaseStatusPageAPI


class Page(BaseStatusPageAPI):
    """One more service, as the package has seventy; only that its address is not at statuspage.io."""

    name = "Daymark"
    status_url = sys.argv[1]

    def _get_base_url(self):
        return f"{sys.argv[1]}/api/v2/"


page = Page()
page._print_summary(verbose=True)
print(json.dumps(page.summary.as_dict()))
