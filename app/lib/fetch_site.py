"""Which site's page had a browser send a request."""

from collections.abc import Container
from urllib.parse import urlsplit


def is_from_elsewhere(site: str, origin: str, hosts: Container[str]) -> bool:
    """Whether a browser says that a page of none of these `hosts` had it send this: in Sec-Fetch-Site, which pages
    cannot forge, or an older one in Origin. What is no browser says neither, and acts for nobody but itself."""
    if site:
        return site not in ("same-origin", "none")
    return bool(origin) and urlsplit(origin).netloc.lower() not in hosts
