"""Counting visitors: what a page must know of the operator's program, and which hosts it lets browsers ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

# https://developers.google.com/tag-platform/security/guides/csp
GOOGLE_SCRIPTS = "https://www.googletagmanager.com"
GOOGLE_REPORTS = "https://*.google-analytics.com https://*.analytics.google.com https://www.googletagmanager.com"


@dataclass(frozen=True)
class Counter:
    """One of three programs. `data` is what js/analytics.js reads; the hosts are sources as in a CSP."""

    program: str
    script_hosts: str
    report_hosts: str
    data: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Counter | None":
        """The one that is chosen, None while it is off."""
        program = settings["analytics"]
        if program == "ga4" and settings["ga4_id"]:
            return cls(program, GOOGLE_SCRIPTS, GOOGLE_REPORTS, {"site": settings["ga4_id"]})
        site = {"matomo": "matomo_site", "plausible": "plausible_domain"}.get(program)
        if site is None or not settings[site] or not settings[f"{program}_address"]:
            return None
        address = settings[f"{program}_address"].rstrip("/")
        host = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        return cls(program, host, host, {"site": settings[site], "address": address})
