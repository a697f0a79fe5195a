"""Which site's page had a browser send a request."""

from collections.abc import Container, Mapping
from urllib.parse import urlsplit


def is_from_elsewhere(headers: Mapping[str, str], hosts: Container[str]) -> bool:
    """Whether a browser says that a page of none of these `hosts` had it send this: by Fetch Metadata, which pages
    cannot forge, or an older one by Origin. What is no browser says neither, and acts for nobody but itself."""
    site = headers.get("Sec-Fetch-Site")
    if site:
        return site not in ("same-origin", "none")
    origin = headers.get("Origin")
    return bool(origin) and urlsplit(origin).netloc.lower() not in hosts
